//! How a class as a whole did in an assignment.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "class_evaluations")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(column_type = "String(StringLen::N(100))", unique)]
    pub evaluation_id: String,
    #[sea_orm(column_type = "String(StringLen::N(100))", indexed)]
    pub class_id: String,
    #[sea_orm(column_type = "String(StringLen::N(100))", indexed)]
    pub assignment_id: String,
    pub student_count: i32,
    pub average_score: Option<f64>,
    pub max_score_value: Option<f64>,
    pub min_score_value: Option<f64>,
    pub median_score: Option<f64>,
    pub average_percentage: Option<f64>,
    pub pass_rate: Option<f64>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub score_distribution: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub common_issues: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub excellent_performances: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub knowledge_mastery: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub teaching_suggestions: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub evaluation_data: Option<Json>,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub generated_at: DateTimeUtc,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "class_id", to = "class_id")]
    pub class: BelongsTo<super::classes::Entity>,
    #[sea_orm(belongs_to, from = "assignment_id", to = "assignment_id")]
    pub assignment: BelongsTo<super::assignments::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
