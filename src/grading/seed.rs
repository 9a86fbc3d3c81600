//! Believable rows for the platform's tables: results add up to their statistics, and whoever is named is there.

mod names;
mod world;

use piton::admin::seed::{Rows, SeedError, Size};
use piton::dialect::rows::Kind;
use serde_json::json;

use world::{Graded, World};

/// One row's values.
type Cells = Vec<Option<String>>;

const TEXT: Kind = Kind::Text {
    limit: None,
    fixed: false,
};
const INT: Kind = Kind::Int {
    bits: 32,
    signed: true,
};
const FLOAT: Kind = Kind::Float8;
const MOMENT: Kind = Kind::TimestampTz { digits: 6 };
const JSON: Kind = Kind::Json { binary: true };

/// All rows; the same for the same size and seed.
pub fn sample(size: Size, seed: u64) -> Vec<Rows> {
    let world = World::new(size, seed);
    vec![
        classes(world),
        students(world),
        assignments(world),
        submissions(world),
        tasks(world),
        results(world),
        statistics(world),
        errors(world),
        evaluations(world),
        knowledge(world),
    ]
}

fn rows(
    table: &str,
    columns: &[(&str, Kind)],
    rows: impl Iterator<Item = Cells> + 'static,
) -> Rows {
    Rows {
        table: table.to_owned(),
        columns: columns
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), kind.clone()))
            .collect(),
        rows: Box::new(rows.map(Ok::<_, SeedError>)),
    }
}

fn some(text: impl ToString) -> Option<String> {
    Some(text.to_string())
}

/// With two digits, as a score is written.
fn score(value: f64) -> Option<String> {
    Some(format!("{value:?}"))
}

fn classes(world: World) -> Rows {
    let columns = [
        ("class_id", TEXT),
        ("class_name", TEXT),
        ("teacher_id", TEXT),
        ("subject", TEXT),
        ("student_count", INT),
        ("created_at", MOMENT),
        ("updated_at", MOMENT),
    ];
    rows(
        "classes",
        &columns,
        (0..world.classes).map(move |class| {
            vec![
                some(world::class_id(class)),
                some(world::class_name(class)),
                some(world.teacher_id(class)),
                some(world.subject(class)),
                some(world.students_each),
                some(World::moment(0, 8 * 3600)),
                some(World::moment(0, 8 * 3600)),
            ]
        }),
    )
}

fn students(world: World) -> Rows {
    let columns = [
        ("student_id", TEXT),
        ("name", TEXT),
        ("class_id", TEXT),
        ("class_name", TEXT),
        ("email", TEXT),
        ("phone", TEXT),
        ("extra_metadata", JSON),
        ("created_at", MOMENT),
        ("updated_at", MOMENT),
    ];
    rows(
        "students",
        &columns,
        world.all_students().map(move |(class, student)| {
            let id = world::student_id(class, student);
            let year = 2022 + class % 3;
            let entered = World::moment(0, 9 * 3600 + u64::from(student) * 60);
            vec![
                some(&id),
                some(world.name(class, student)),
                some(world::class_id(class)),
                some(world::class_name(class)),
                some(format!("{}@school.example", id.to_lowercase())),
                some(world.phone(class, student)),
                some(json!({"enrolled": year, "seat": student + 1})),
                some(&entered),
                some(&entered),
            ]
        }),
    )
}

fn assignments(world: World) -> Rows {
    let columns = [
        ("assignment_id", TEXT),
        ("class_id", TEXT),
        ("teacher_id", TEXT),
        ("subject", TEXT),
        ("title", TEXT),
        ("description", TEXT),
        ("rubric_struct", JSON),
        ("total_questions", INT),
        ("max_score", FLOAT),
        ("deadline", MOMENT),
        ("created_at", MOMENT),
        ("updated_at", MOMENT),
    ];
    rows(
        "assignments",
        &columns,
        world.all_assignments().map(move |(class, assignment)| {
            let day = World::day_of(assignment);
            let questions = world.questions(class, assignment);
            let rubric: Vec<_> = (1..=questions)
                .map(|number| json!({"question": number, "max_score": world::QUESTION_SCORE}))
                .collect();
            let (title, about) = world.title(class, assignment);
            vec![
                some(world::assignment_id(class, assignment)),
                some(world::class_id(class)),
                some(world.teacher_id(class)),
                some(world.subject(class)),
                some(title),
                some(about),
                some(json!(rubric)),
                some(questions),
                score(f64::from(questions) * world::QUESTION_SCORE),
                some(World::moment(day + 7, 20 * 3600)),
                some(World::moment(day, 10 * 3600)),
                some(World::moment(day, 10 * 3600)),
            ]
        }),
    )
}

fn submissions(world: World) -> Rows {
    let columns = [
        ("submission_id", TEXT),
        ("assignment_id", TEXT),
        ("student_id", TEXT),
        ("task_id", TEXT),
        ("answer_files", JSON),
        ("submitted_at", MOMENT),
        ("grading_status", TEXT),
        ("grading_mode", TEXT),
        ("total_score", FLOAT),
        ("max_score", FLOAT),
        ("percentage", FLOAT),
        ("grade_level", TEXT),
        ("evaluations", JSON),
        ("created_at", MOMENT),
        ("updated_at", MOMENT),
    ];
    rows(
        "assignment_submissions",
        &columns,
        world.all_submissions().map(move |at| {
            let id = at.id();
            let graded = world.graded(at);
            let each = graded.as_ref().map(|graded| {
                let scores = graded.scores.iter().enumerate();
                json!(
                    scores
                        .map(|(number, score)| json!({"question": number + 1, "score": score}))
                        .collect::<Vec<_>>()
                )
            });
            let of = |value: fn(&Graded) -> f64| graded.as_ref().and_then(|it| score(value(it)));
            vec![
                some(&id),
                some(world::assignment_id(at.class, at.assignment)),
                some(world::student_id(at.class, at.student)),
                graded.as_ref().map(|_| format!("task-{}", world.task(at))),
                some(json!([format!("{id}.pdf")])),
                some(world.submitted(at)),
                some(if graded.is_some() {
                    "completed"
                } else {
                    "pending"
                }),
                some("professional"),
                of(Graded::total),
                of(Graded::most),
                of(Graded::percentage),
                graded.as_ref().map(|it| it.grade().to_owned()),
                each.map(|each| each.to_string()),
                some(world.submitted(at)),
                some(match graded {
                    Some(_) => world.completed(at),
                    None => world.submitted(at),
                }),
            ]
        }),
    )
}

fn tasks(world: World) -> Rows {
    let columns = [
        ("id", INT),
        ("student_id", TEXT),
        ("subject", TEXT),
        ("total_questions", INT),
        ("status", TEXT),
        ("created_at", MOMENT),
        ("completed_at", MOMENT),
    ];
    rows(
        "grading_tasks",
        &columns,
        world.all_graded().map(move |(at, graded)| {
            vec![
                some(world.task(at)),
                some(world::student_id(at.class, at.student)),
                some(world.subject(at.class)),
                some(graded.scores.len()),
                some("completed"),
                some(world.submitted(at)),
                some(world.completed(at)),
            ]
        }),
    )
}

fn results(world: World) -> Rows {
    let columns = [
        ("task_id", INT),
        ("question_id", INT),
        ("score", FLOAT),
        ("max_score", FLOAT),
        ("feedback", TEXT),
        ("strategy", TEXT),
        ("created_at", MOMENT),
    ];
    rows(
        "grading_results",
        &columns,
        world.all_graded().flat_map(move |(at, graded)| {
            let (task, done) = (world.task(at), world.completed(at));
            let scores = graded.scores.into_iter().zip(1..);
            scores.map(move |(points, number)| {
                vec![
                    some(task),
                    some(number),
                    score(points),
                    score(world::QUESTION_SCORE),
                    some(names::feedback(points / world::QUESTION_SCORE)),
                    some("rubric"),
                    some(&done),
                ]
            })
        }),
    )
}

fn statistics(world: World) -> Rows {
    let columns = [
        ("task_id", INT),
        ("total_score", FLOAT),
        ("max_score", FLOAT),
        ("percentage", FLOAT),
        ("grade", TEXT),
        ("statistics_json", JSON),
        ("created_at", MOMENT),
    ];
    rows(
        "grading_statistics",
        &columns,
        world.all_graded().map(move |(at, graded)| {
            let right = graded
                .scores
                .iter()
                .filter(|it| **it >= world::QUESTION_SCORE);
            vec![
                some(world.task(at)),
                score(graded.total()),
                score(graded.most()),
                score(graded.percentage()),
                some(graded.grade()),
                some(json!({"questions": graded.scores.len(), "full": right.count()})),
                some(world.completed(at)),
            ]
        }),
    )
}

fn errors(world: World) -> Rows {
    let columns = [
        ("task_id", INT),
        ("question_id", INT),
        ("error_type", TEXT),
        ("description", TEXT),
        ("suggestion", TEXT),
        ("created_at", MOMENT),
    ];
    rows(
        "error_analysis",
        &columns,
        world.all_graded().flat_map(move |(at, graded)| {
            let (task, done) = (world.task(at), world.completed(at));
            let weak = graded.scores.into_iter().zip(1..);
            let weak = weak.filter(|(points, _)| *points < world::QUESTION_SCORE * 0.6);
            weak.map(move |(points, number)| {
                let [kind, description, suggestion] = names::error(task + number, points);
                vec![
                    some(task),
                    some(number),
                    some(kind),
                    some(description),
                    some(suggestion),
                    some(&done),
                ]
            })
        }),
    )
}

fn evaluations(world: World) -> Rows {
    let columns = [
        ("evaluation_id", TEXT),
        ("class_id", TEXT),
        ("assignment_id", TEXT),
        ("student_count", INT),
        ("average_score", FLOAT),
        ("max_score_value", FLOAT),
        ("min_score_value", FLOAT),
        ("average_percentage", FLOAT),
        ("pass_rate", FLOAT),
        ("score_distribution", JSON),
        ("generated_at", MOMENT),
        ("created_at", MOMENT),
    ];
    rows(
        "class_evaluations",
        &columns,
        world
            .all_assignments()
            .filter_map(move |(class, assignment)| {
                let all: Vec<Graded> = world
                    .submissions_of(class, assignment)
                    .filter_map(|at| world.graded(at))
                    .collect();
                if all.is_empty() {
                    return None;
                }
                let count = all.len() as f64;
                let mean = |value: fn(&Graded) -> f64| {
                    (all.iter().map(value).sum::<f64>() / count * 100.0).round() / 100.0
                };
                let passed = all.iter().filter(|it| it.percentage() >= 60.0).count() as f64;
                let totals = || all.iter().map(Graded::total);
                let distribution: serde_json::Map<_, _> = ["A", "B", "C", "D", "E"]
                    .into_iter()
                    .map(|grade| {
                        let so_many = all.iter().filter(|it| it.grade() == grade).count();
                        (grade.to_owned(), json!(so_many))
                    })
                    .collect();
                let day = World::day_of(assignment) + 9;
                Some(vec![
                    some(format!("eval-{}", world::assignment_id(class, assignment))),
                    some(world::class_id(class)),
                    some(world::assignment_id(class, assignment)),
                    some(all.len()),
                    score(mean(Graded::total)),
                    score(totals().fold(0.0, f64::max)),
                    score(totals().fold(f64::INFINITY, f64::min)),
                    score(mean(Graded::percentage)),
                    score((passed / count * 10_000.0).round() / 100.0),
                    some(json!(distribution)),
                    some(World::moment(day, 18 * 3600)),
                    some(World::moment(day, 18 * 3600)),
                ])
            }),
    )
}

fn knowledge(world: World) -> Rows {
    let columns = [
        ("student_id", TEXT),
        ("knowledge_point", TEXT),
        ("subject", TEXT),
        ("mastery_level", FLOAT),
        ("correct_count", INT),
        ("total_count", INT),
        ("last_assignment_id", TEXT),
        ("last_score", FLOAT),
        ("last_evaluated_at", MOMENT),
        ("created_at", MOMENT),
        ("updated_at", MOMENT),
    ];
    rows(
        "student_knowledge_points",
        &columns,
        world.all_students().filter_map(move |(class, student)| {
            let graded: Vec<_> = (0..world.assignments_each)
                .map(|assignment| world::Place {
                    class,
                    assignment,
                    student,
                })
                .filter_map(|at| world.graded(at).map(|graded| (at, graded)))
                .collect();
            let (last, points) = graded.last()?;
            let all = graded.iter().flat_map(|(_, it)| &it.scores);
            let (mut right, mut total) = (0_u32, 0_u32);
            for points in all {
                total += 1;
                right += u32::from(*points >= world::QUESTION_SCORE * 0.8);
            }
            let level = (f64::from(right) / f64::from(total) * 100.0).round() / 100.0;
            Some(vec![
                some(world::student_id(class, student)),
                some(names::point(world.subject_number(class), student)),
                some(world.subject(class)),
                score(level),
                some(right),
                some(total),
                some(world::assignment_id(class, last.assignment)),
                score(points.total()),
                some(world.completed(*last)),
                some(world.completed(*last)),
                some(world.completed(*last)),
            ])
        }),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(seed: u64) -> Vec<(String, Vec<Cells>)> {
        let tables = sample(Size::Small, seed).into_iter();
        tables
            .map(|table| (table.table, table.rows.map(Result::unwrap).collect()))
            .collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_rows() {
        assert_eq!(all(7), all(7));
        assert_ne!(all(7), all(8));
    }

    #[test]
    fn results_add_up_to_their_statistics() {
        let tables = all(1);
        let of = |name: &str| &tables.iter().find(|(table, _)| table == name).unwrap().1;
        let number = |cell: &Option<String>| cell.as_ref().unwrap().parse::<f64>().unwrap();
        assert!(of("grading_statistics").len() > 50);
        for row in of("grading_statistics") {
            let results = of("grading_results").iter();
            let sum: f64 = results
                .filter(|result| result[0] == row[0])
                .map(|result| number(&result[2]))
                .sum();
            assert!((sum - number(&row[1])).abs() < 1e-9, "{row:?}");
        }
    }
}
