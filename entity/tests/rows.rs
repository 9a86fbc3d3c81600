//! A row of every entity goes in and comes back, with what it is related to, on every database.

#[path = "../../migration/tests/scratch/mod.rs"]
mod scratch;

use piton_entity::prelude::*;
use piton_entity::{
    assignment_submissions, assignments, class_evaluations, classes, error_analysis,
    grading_results, grading_statistics, grading_tasks, student_knowledge_points, students,
};
use piton_migration::Migrator;
use scratch::{Server, rows, with_database};
use sea_orm::entity::prelude::*;
use sea_orm::{IntoActiveModel, Set};
use sea_orm_migration::MigratorTrait;
use serde_json::json;

#[tokio::test]
async fn rows_and_relations_come_back_on_postgres() {
    with_database(Server::Postgres, round_trip).await;
}

#[tokio::test]
async fn rows_and_relations_come_back_on_mysql() {
    with_database(Server::MySql, round_trip).await;
}

#[tokio::test]
async fn rows_and_relations_come_back_on_sqlite() {
    with_database(Server::Sqlite, round_trip).await;
}

#[tokio::test]
async fn the_default_timestamps_of_sqlite_sort_beside_those_that_seaorm_writes() {
    with_database(Server::Sqlite, |db| async move {
        Migrator::up(&db, None).await.unwrap();
        let past = ChronoUtc::now() - std::time::Duration::from_millis(500);
        let future = ChronoUtc::now() + std::time::Duration::from_secs(60);
        for (id, said) in [
            ("future", Some(future)),
            ("now", None),
            ("past", Some(past)),
        ] {
            let mut class = classes::ActiveModel {
                class_id: Set(id.into()),
                class_name: Set(id.into()),
                teacher_id: Set("t-1".into()),
                ..Default::default()
            };
            if let Some(said) = said {
                class.created_at = Set(said);
            }
            class.insert(&db).await.unwrap();
        }
        let sorted = rows(&db, "SELECT class_id FROM classes ORDER BY created_at").await;
        assert_eq!(sorted, ["past", "now", "future"]);
        let spelt = rows(
            &db,
            "SELECT created_at FROM classes
                WHERE created_at LIKE '____-__-__T__:__:__.%+00:00'",
        );
        assert_eq!(spelt.await.len(), 3);
    })
    .await;
}

async fn round_trip(db: DatabaseConnection) {
    Migrator::up(&db, None).await.unwrap();
    insert_students_work(&db).await.unwrap();
    insert_class_work(&db).await.unwrap();
    students_lead_to_their_work(&db).await;
    classes_lead_to_their_assignments(&db).await;
    an_update_moves_updated_at(&db).await;
}

async fn insert_students_work(db: &DatabaseConnection) -> Result<(), DbErr> {
    students::ActiveModel {
        student_id: Set("s-1".into()),
        name: Set("张三".into()),
        extra_metadata: Set(Some(json!({"seat": 3, "tags": ["a", "b"]}))),
        ..Default::default()
    }
    .insert(db)
    .await?;
    let task = grading_tasks::ActiveModel {
        student_id: Set("s-1".into()),
        ..Default::default()
    }
    .insert(db)
    .await?;
    assert_eq!((task.total_questions, task.status.as_str()), (0, "pending"));
    assert_eq!(task.completed_at, None);
    let age = ChronoUtc::now() - task.created_at;
    assert!(age.num_minutes().abs() < 5, "created_at is now: {age}");

    grading_results::ActiveModel {
        task_id: Set(task.id),
        question_id: Set(1),
        score: Set(8.5),
        max_score: Set(10.0),
        ..Default::default()
    }
    .insert(db)
    .await?;
    grading_statistics::ActiveModel {
        task_id: Set(task.id),
        total_score: Set(8.5),
        max_score: Set(10.0),
        percentage: Set(85.0),
        statistics_json: Set(Some(json!({"1": 8.5}))),
        ..Default::default()
    }
    .insert(db)
    .await?;
    error_analysis::ActiveModel {
        task_id: Set(task.id),
        question_id: Set(1),
        suggestion: Set(Some("show the working".into())),
        ..Default::default()
    }
    .insert(db)
    .await?;
    student_knowledge_points::ActiveModel {
        student_id: Set("s-1".into()),
        knowledge_point: Set("fractions".into()),
        ..Default::default()
    }
    .insert(db)
    .await?;
    Ok(())
}

async fn insert_class_work(db: &DatabaseConnection) -> Result<(), DbErr> {
    classes::ActiveModel {
        class_id: Set("c-1".into()),
        class_name: Set("3A".into()),
        teacher_id: Set("t-1".into()),
        ..Default::default()
    }
    .insert(db)
    .await?;
    assignments::ActiveModel {
        assignment_id: Set("a-1".into()),
        class_id: Set("c-1".into()),
        teacher_id: Set("t-1".into()),
        title: Set("Fractions".into()),
        deadline: Set(Some(ChronoUtc::now())),
        ..Default::default()
    }
    .insert(db)
    .await?;
    assignment_submissions::ActiveModel {
        submission_id: Set("u-1".into()),
        assignment_id: Set("a-1".into()),
        student_id: Set("s-1".into()),
        answer_files: Set(Some(json!(["a.png"]))),
        ..Default::default()
    }
    .insert(db)
    .await?;
    class_evaluations::ActiveModel {
        evaluation_id: Set("e-1".into()),
        class_id: Set("c-1".into()),
        assignment_id: Set("a-1".into()),
        student_count: Set(1),
        pass_rate: Set(Some(1.0)),
        ..Default::default()
    }
    .insert(db)
    .await?;
    Ok(())
}

async fn students_lead_to_their_work(db: &DatabaseConnection) {
    let student = Students::load()
        .filter_by_student_id("s-1")
        .with((GradingTasks, GradingResults))
        .with((GradingTasks, ErrorAnalysis))
        .with((GradingTasks, GradingStatistics))
        .with(AssignmentSubmissions)
        .with(StudentKnowledgePoints)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(student.name, "张三");
    assert_eq!(student.extra_metadata.unwrap()["tags"][1], "b");
    let task = &student.grading_tasks[0];
    assert_eq!(task.results[0].score, 8.5);
    assert_eq!(
        task.errors[0].suggestion.as_deref(),
        Some("show the working")
    );
    assert_eq!(task.statistics.as_ref().unwrap().percentage, 85.0);
    assert_eq!(student.submissions[0].answer_files, Some(json!(["a.png"])));
    assert_eq!(student.knowledge_points[0].mastery_level, 0.0);

    let result = GradingResults::load().with(GradingTasks).one(db).await;
    let task = result.unwrap().unwrap().task.unwrap();
    let owner = task.find_related(Students).one(db).await.unwrap().unwrap();
    assert_eq!(owner.student_id, "s-1");
}

async fn classes_lead_to_their_assignments(db: &DatabaseConnection) {
    let class = Classes::load()
        .filter_by_class_id("c-1")
        .with((Assignments, AssignmentSubmissions))
        .with(ClassEvaluations)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(class.student_count, 0);
    assert_eq!(class.assignments[0].mode, "professional");
    assert_eq!(
        class.assignments[0].submissions[0].grading_status,
        "pending"
    );
    assert_eq!(class.evaluations[0].pass_rate, Some(1.0));

    let submission = AssignmentSubmissions::load()
        .with(Assignments)
        .with(Students)
        .one(db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(submission.assignment.unwrap().title, "Fractions");
    assert_eq!(submission.student.unwrap().name, "张三");
}

async fn an_update_moves_updated_at(db: &DatabaseConnection) {
    let before = Students::find_by_student_id("s-1")
        .one(db)
        .await
        .unwrap()
        .unwrap();
    let mut student = before.clone().into_active_model();
    student.phone = Set(Some("123".into()));
    let after = student.update(db).await.unwrap();
    assert_eq!(after.created_at, before.created_at);
    assert!(after.updated_at > before.updated_at);

    let mut student = after.into_active_model();
    student.updated_at = Set(before.updated_at);
    let restored = student.update(db).await.unwrap();
    assert_eq!(
        restored.updated_at, before.updated_at,
        "what was said stands"
    );
}
