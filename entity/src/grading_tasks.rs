//! One run of the grader over a student's work.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grading_tasks")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(column_type = "String(StringLen::N(50))", indexed)]
    pub student_id: String,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub subject: Option<String>,
    #[sea_orm(default_value = 0)]
    pub total_questions: i32,
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
    pub status: String,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    pub completed_at: Option<DateTimeUtc>,
    #[sea_orm(belongs_to, from = "student_id", to = "student_id")]
    pub student: BelongsTo<super::students::Entity>,
    #[sea_orm(has_many)]
    pub results: HasMany<super::grading_results::Entity>,
    #[sea_orm(has_many)]
    pub errors: HasMany<super::error_analysis::Entity>,
    #[sea_orm(has_one)]
    pub statistics: HasOne<super::grading_statistics::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
