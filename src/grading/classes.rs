//! `class:statistics` and `class:students`, by the school's own number of the class.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use piton::cache::{Loaded, Loader};
use piton_entity::prelude::{AssignmentSubmissions, Assignments, Classes, Students as StudentRows};
use piton_entity::{assignment_submissions, assignments, classes, students};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, RelationTrait as _,
};
use serde::Serialize;

use super::{loaded, most_recent_first, when};

pub(super) struct Statistics;
pub(super) struct Students;

#[derive(Serialize)]
struct ClassStatistics {
    class_id: String,
    class_name: String,
    students: i64,
    assignments: i64,
    submissions: i64,
    graded: i64,
    /// Of what is graded; null where nothing is.
    average_percentage: Option<f64>,
    last_submitted_at: Option<String>,
}

#[derive(Serialize)]
struct Student {
    student_id: String,
    name: String,
}

/// The classes that are active: those with the most recent submissions.
async fn active(db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
    let class = assignments::Column::ClassId;
    let query = AssignmentSubmissions::find()
        .select_only()
        .column(class)
        .join(
            JoinType::InnerJoin,
            assignment_submissions::Relation::Assignments.def(),
        )
        .group_by(class);
    most_recent_first(query)
        .order_by_asc(class)
        .limit(most)
        .into_tuple()
        .all(db)
        .await
}

#[async_trait::async_trait]
impl Loader for Statistics {
    async fn popular(&self, db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
        active(db, most).await
    }

    async fn load(&self, db: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr> {
        let names: Vec<(String, String)> = Classes::find()
            .select_only()
            .columns([classes::Column::ClassId, classes::Column::ClassName])
            .filter(classes::Column::ClassId.is_in(ids))
            .into_tuple()
            .all(db)
            .await?;
        let class = students::Column::ClassId;
        let students: Vec<(String, i64)> = StudentRows::find()
            .select_only()
            .column(class)
            .column_as(students::Column::Id.count(), "students")
            .filter(class.is_in(ids))
            .group_by(class)
            .into_tuple()
            .all(db)
            .await?;
        let class = assignments::Column::ClassId;
        let set: Vec<(String, i64)> = Assignments::find()
            .select_only()
            .column(class)
            .column_as(assignments::Column::Id.count(), "assignments")
            .filter(class.is_in(ids))
            .group_by(class)
            .into_tuple()
            .all(db)
            .await?;
        let submitted = submitted(db, ids).await?;
        let (students, set): (HashMap<_, _>, HashMap<_, _>) =
            (students.into_iter().collect(), set.into_iter().collect());
        let all = names.into_iter().map(|(class_id, class_name)| {
            let count = |of: &HashMap<String, i64>| of.get(&class_id).copied().unwrap_or_default();
            let of_class = submitted.get(&class_id);
            let statistics = ClassStatistics {
                students: count(&students),
                assignments: count(&set),
                submissions: of_class.map_or(0, |one| one.submissions),
                graded: of_class.map_or(0, |one| one.graded),
                average_percentage: of_class.and_then(|one| one.average),
                last_submitted_at: of_class.and_then(|one| one.last).map(when),
                class_id,
                class_name,
            };
            loaded(&statistics.class_id, &statistics)
        });
        all.collect()
    }
}

struct Submitted {
    submissions: i64,
    graded: i64,
    average: Option<f64>,
    last: Option<DateTime<Utc>>,
}

/// What was handed in, by class.
async fn submitted(
    db: &DatabaseConnection,
    ids: &[String],
) -> Result<HashMap<String, Submitted>, DbErr> {
    use assignment_submissions::Column;
    let class = assignments::Column::ClassId;
    type Row = (String, i64, i64, Option<f64>, Option<DateTime<Utc>>);
    let rows: Vec<Row> = AssignmentSubmissions::find()
        .select_only()
        .column(class)
        .column_as(Column::Id.count(), "submissions")
        .column_as(Column::Percentage.count(), "graded")
        .column_as(Column::Percentage.avg(), "average")
        .column_as(Column::SubmittedAt.max(), "last")
        .join(
            JoinType::InnerJoin,
            assignment_submissions::Relation::Assignments.def(),
        )
        .filter(class.is_in(ids))
        .group_by(class)
        .into_tuple()
        .all(db)
        .await?;
    let by_class = rows
        .into_iter()
        .map(|(class, submissions, graded, average, last)| {
            let of_class = Submitted {
                submissions,
                graded,
                average,
                last,
            };
            (class, of_class)
        });
    Ok(by_class.collect())
}

#[async_trait::async_trait]
impl Loader for Students {
    async fn popular(&self, db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
        active(db, most).await
    }

    /// A class that has nobody is an empty list.
    async fn load(&self, db: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr> {
        let there: Vec<String> = Classes::find()
            .select_only()
            .column(classes::Column::ClassId)
            .filter(classes::Column::ClassId.is_in(ids))
            .into_tuple()
            .all(db)
            .await?;
        use students::Column;
        let rows: Vec<(String, String, String)> = StudentRows::find()
            .select_only()
            .columns([Column::ClassId, Column::StudentId, Column::Name])
            .filter(Column::ClassId.is_in(ids))
            .order_by_asc(Column::StudentId)
            .into_tuple()
            .all(db)
            .await?;
        let mut by_class: HashMap<String, Vec<Student>> = HashMap::new();
        for (class, student_id, name) in rows {
            let of_class = by_class.entry(class).or_default();
            of_class.push(Student { student_id, name });
        }
        let nobody = Vec::new();
        let all = there
            .iter()
            .map(|class| loaded(class, by_class.get(class).unwrap_or(&nobody)));
        all.collect()
    }
}
