//! An application that saves a student and reads a class's statistics, on whatever backend is configured.
//!
//! From a JSON store, and then, unchanged, from PostgreSQL:
//!
//! ```sh
//! piton init --upgrade && cargo run --example grading
//! export DATABASE_URL=postgres://postgres@localhost/grading
//! piton init --upgrade && cargo run --example grading
//! ```
//!
//! It needs nothing of Piton's command line: `cargo run --no-default-features --example grading` is the same.

use piton::config::{Config, Flags, Surroundings};
use piton_entity::prelude::*;
use piton_entity::{assignment_submissions, assignments, classes, students};
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    RelationTrait, Set, TransactionTrait,
};

const CLASS: &str = "7b";
const ASSIGNMENT: &str = "7b-fractions";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What `piton config` shows: the environment, `.env`, `piton.toml`, defaults.
    let config = Config::load(&Flags::default(), &Surroundings::of_process()?)?;
    let database = piton::open(&config).await?;

    database
        .connection()
        .transaction(|transaction| {
            Box::pin(async move {
                prepare_class(transaction).await?;
                hand_in(transaction, "s-1001", "林小雨", 92.5).await?;
                hand_in(transaction, "s-1002", "Ada Byron", 78.0).await
            })
        })
        .await?;
    // Now it is on disk too. On a server it has been since the transaction's end.
    database.commit().await?;

    let statistics = statistics(database.connection(), CLASS).await?;
    println!("class {CLASS}: {statistics}");
    Ok(())
}

/// The class and its assignment, where they are not there yet.
async fn prepare_class(db: &impl sea_orm::ConnectionTrait) -> Result<(), DbErr> {
    let there = Classes::find().filter(classes::Column::ClassId.eq(CLASS));
    if there.one(db).await?.is_some() {
        return Ok(());
    }
    let class = classes::ActiveModel {
        class_id: Set(CLASS.to_owned()),
        class_name: Set("Class 7b".to_owned()),
        teacher_id: Set("t-17".to_owned()),
        ..Default::default()
    };
    class.insert(db).await?;
    let assignment = assignments::ActiveModel {
        assignment_id: Set(ASSIGNMENT.to_owned()),
        class_id: Set(CLASS.to_owned()),
        teacher_id: Set("t-17".to_owned()),
        title: Set("Fractions".to_owned()),
        ..Default::default()
    };
    assignment.insert(db).await?;
    Ok(())
}

/// Saves a student with one graded submission, where the student is not there yet.
async fn hand_in(
    db: &impl sea_orm::ConnectionTrait,
    student_id: &str,
    name: &str,
    percentage: f64,
) -> Result<(), DbErr> {
    let there = Students::find().filter(students::Column::StudentId.eq(student_id));
    if there.one(db).await?.is_some() {
        return Ok(());
    }
    let student = students::ActiveModel {
        student_id: Set(student_id.to_owned()),
        name: Set(name.to_owned()),
        class_id: Set(Some(CLASS.to_owned())),
        extra_metadata: Set(Some(serde_json::json!({"languages": ["zh", "en"]}))),
        ..Default::default()
    };
    student.insert(db).await?;
    let submission = assignment_submissions::ActiveModel {
        submission_id: Set(format!("{ASSIGNMENT}-{student_id}")),
        assignment_id: Set(ASSIGNMENT.to_owned()),
        student_id: Set(student_id.to_owned()),
        grading_status: Set("graded".to_owned()),
        percentage: Set(Some(percentage)),
        ..Default::default()
    };
    submission.insert(db).await?;
    Ok(())
}

/// What a class's graded submissions come to.
struct Statistics {
    submissions: i64,
    average: Option<f64>,
    best: Option<f64>,
}

impl std::fmt::Display for Statistics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.average, self.best) {
            (Some(average), Some(best)) => write!(
                f,
                "{} graded, on average {average:.2} %, at best {best:.2} %",
                self.submissions
            ),
            _ => f.write_str("nothing graded yet"),
        }
    }
}

async fn statistics(
    db: &impl sea_orm::ConnectionTrait,
    class_id: &str,
) -> Result<Statistics, DbErr> {
    use assignment_submissions::{Column, Relation};

    let row: Option<(i64, Option<f64>, Option<f64>)> = AssignmentSubmissions::find()
        .join(JoinType::InnerJoin, Relation::Assignments.def())
        .filter(assignments::Column::ClassId.eq(class_id))
        .filter(Column::GradingStatus.eq("graded"))
        .select_only()
        .expr_as(Column::Id.count(), "submissions")
        .expr_as(Func::avg(Expr::col(Column::Percentage)), "average")
        .expr_as(Column::Percentage.max(), "best")
        .into_tuple()
        .one(db)
        .await?;
    let (submissions, average, best) = row.unwrap_or_default();
    Ok(Statistics {
        submissions,
        average,
        best,
    })
}
