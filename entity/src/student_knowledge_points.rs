//! How well a student masters one knowledge point.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "student_knowledge_points")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(column_type = "String(StringLen::N(50))", indexed)]
    pub student_id: String,
    #[sea_orm(column_type = "String(StringLen::N(200))", indexed)]
    pub knowledge_point: String,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub subject: Option<String>,
    #[sea_orm(default_value = 0.0)]
    pub mastery_level: f64,
    #[sea_orm(default_value = 0)]
    pub correct_count: i32,
    #[sea_orm(default_value = 0)]
    pub total_count: i32,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub last_assignment_id: Option<String>,
    pub last_score: Option<f64>,
    pub last_evaluated_at: Option<DateTimeUtc>,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub updated_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "student_id", to = "student_id")]
    pub student: BelongsTo<super::students::Entity>,
}

crate::keep_updated_at!();
