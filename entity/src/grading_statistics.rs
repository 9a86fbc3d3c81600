//! The totals of one task: at most one row a task.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grading_statistics")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(unique)]
    pub task_id: i32,
    pub total_score: f64,
    pub max_score: f64,
    pub percentage: f64,
    #[sea_orm(column_type = "String(StringLen::N(10))")]
    pub grade: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub statistics_json: Option<Json>,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "task_id", to = "id")]
    pub task: BelongsTo<super::grading_tasks::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
