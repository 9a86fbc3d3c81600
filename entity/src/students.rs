//! Students, as the school names them.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "students")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(column_type = "String(StringLen::N(50))", unique)]
    pub student_id: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub name: String,
    #[sea_orm(column_type = "String(StringLen::N(100))", indexed)]
    pub class_id: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub class_name: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    pub email: Option<String>,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub phone: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub extra_metadata: Option<Json>,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub updated_at: DateTimeUtc,
    #[sea_orm(has_many)]
    pub grading_tasks: HasMany<super::grading_tasks::Entity>,
    #[sea_orm(has_many)]
    pub submissions: HasMany<super::assignment_submissions::Entity>,
    #[sea_orm(has_many)]
    pub knowledge_points: HasMany<super::student_knowledge_points::Entity>,
}

crate::keep_updated_at!();
