//! `assignment:info`: what was set, by the platform's number of the assignment.

use piton::cache::{Loaded, Loader};
use piton_entity::prelude::{AssignmentSubmissions, Assignments};
use piton_entity::{assignment_submissions, assignments};
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;

use super::{loaded, most_recent_first, when};

pub(super) struct Info;

#[derive(Serialize)]
struct Assignment {
    assignment_id: String,
    class_id: String,
    teacher_id: String,
    subject: Option<String>,
    title: String,
    description: Option<String>,
    rubric_id: Option<String>,
    total_questions: i32,
    max_score: f64,
    mode: String,
    deadline: Option<String>,
}

#[async_trait::async_trait]
impl Loader for Info {
    /// Those that are handed in most at the moment.
    async fn popular(&self, db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
        let assignment = assignment_submissions::Column::AssignmentId;
        let query = AssignmentSubmissions::find()
            .select_only()
            .column(assignment);
        most_recent_first(query.group_by(assignment))
            .order_by_asc(assignment)
            .limit(most)
            .into_tuple()
            .all(db)
            .await
    }

    async fn load(&self, db: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr> {
        let rows = Assignments::find()
            .filter(assignments::Column::AssignmentId.is_in(ids))
            .all(db)
            .await?;
        let all = rows.into_iter().map(|row| Assignment {
            assignment_id: row.assignment_id,
            class_id: row.class_id,
            teacher_id: row.teacher_id,
            subject: row.subject,
            title: row.title,
            description: row.description,
            rubric_id: row.rubric_id,
            total_questions: row.total_questions,
            max_score: row.max_score,
            mode: row.mode,
            deadline: row.deadline.map(when),
        });
        all.map(|assignment| loaded(&assignment.assignment_id, &assignment))
            .collect()
    }
}
