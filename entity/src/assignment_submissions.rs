//! What a student hands in for an assignment, and all that grading makes of it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "assignment_submissions")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(column_type = "String(StringLen::N(100))", unique)]
    pub submission_id: String,
    #[sea_orm(column_type = "String(StringLen::N(100))", indexed)]
    pub assignment_id: String,
    #[sea_orm(column_type = "String(StringLen::N(50))", indexed)]
    pub student_id: String,
    #[sea_orm(column_type = "String(StringLen::N(100))", unique)]
    pub task_id: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub answer_files: Option<Json>,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub submitted_at: DateTimeUtc,
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
    pub grading_status: String,
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    pub grading_mode: Option<String>,
    pub total_score: Option<f64>,
    pub max_score: Option<f64>,
    pub percentage: Option<f64>,
    #[sea_orm(column_type = "String(StringLen::N(10))")]
    pub grade_level: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub student_evaluation: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub evaluations: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub annotations: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub export_payload: Option<Json>,
    #[sea_orm(column_type = "String(StringLen::N(20))")]
    pub push_status: Option<String>,
    pub push_timestamp: Option<DateTimeUtc>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub mm_tokens: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub questions: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub batches: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub errors: Option<Json>,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub updated_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "assignment_id", to = "assignment_id")]
    pub assignment: BelongsTo<super::assignments::Entity>,
    #[sea_orm(belongs_to, from = "student_id", to = "student_id")]
    pub student: BelongsTo<super::students::Entity>,
}

crate::keep_updated_at!();
