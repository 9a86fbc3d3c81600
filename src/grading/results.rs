//! `grading:result`: what grading made of a submission, by the task that graded it.

use piton::cache::{Loaded, Loader};
use piton_entity::assignment_submissions::Column;
use piton_entity::prelude::AssignmentSubmissions;
use sea_orm::prelude::Json;
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;

use super::{loaded, when};

pub(super) struct Results;

#[derive(Serialize)]
struct GradingResult {
    task_id: String,
    submission_id: String,
    assignment_id: String,
    student_id: String,
    status: String,
    total_score: Option<f64>,
    max_score: Option<f64>,
    percentage: Option<f64>,
    grade_level: Option<String>,
    student_evaluation: Option<Json>,
    evaluations: Option<Json>,
    submitted_at: String,
}

#[async_trait::async_trait]
impl Loader for Results {
    /// What was graded last.
    async fn popular(&self, db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr> {
        AssignmentSubmissions::find()
            .select_only()
            .column(Column::TaskId)
            .filter(Column::TaskId.is_not_null())
            .filter(Column::Percentage.is_not_null())
            .order_by_desc(Column::SubmittedAt)
            .order_by_asc(Column::TaskId)
            .limit(most)
            .into_tuple()
            .all(db)
            .await
    }

    async fn load(&self, db: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr> {
        let rows = AssignmentSubmissions::find()
            .filter(Column::TaskId.is_in(ids))
            .all(db)
            .await?;
        let results = rows.into_iter().filter_map(|row| {
            Some(GradingResult {
                task_id: row.task_id?,
                submission_id: row.submission_id,
                assignment_id: row.assignment_id,
                student_id: row.student_id,
                status: row.grading_status,
                total_score: row.total_score,
                max_score: row.max_score,
                percentage: row.percentage,
                grade_level: row.grade_level,
                student_evaluation: row.student_evaluation,
                evaluations: row.evaluations,
                submitted_at: when(row.submitted_at),
            })
        });
        results
            .map(|result| loaded(&result.task_id, &result))
            .collect()
    }
}
