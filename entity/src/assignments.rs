//! What a teacher sets for a class, with the rubric that it is graded by.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "assignments")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(column_type = "String(StringLen::N(100))", unique)]
    pub assignment_id: String,
    #[sea_orm(column_type = "String(StringLen::N(100))", indexed)]
    pub class_id: String,
    #[sea_orm(column_type = "String(StringLen::N(100))", indexed)]
    pub teacher_id: String,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub subject: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub title: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub rubric_id: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub rubric_text: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub rubric_struct: Option<Json>,
    #[sea_orm(default_value = 0)]
    pub total_questions: i32,
    #[sea_orm(default_value = 0.0)]
    pub max_score: f64,
    #[sea_orm(
        column_type = "String(StringLen::N(20))",
        default_value = "professional"
    )]
    pub mode: String,
    pub deadline: Option<DateTimeUtc>,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub updated_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "class_id", to = "class_id")]
    pub class: BelongsTo<super::classes::Entity>,
    #[sea_orm(has_many)]
    pub submissions: HasMany<super::assignment_submissions::Entity>,
    #[sea_orm(has_many)]
    pub evaluations: HasMany<super::class_evaluations::Entity>,
}

crate::keep_updated_at!();
