//! Classes, as the school names them.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "classes")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    #[sea_orm(column_type = "String(StringLen::N(100))", unique)]
    pub class_id: String,
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    pub class_name: String,
    #[sea_orm(column_type = "String(StringLen::N(100))", indexed)]
    pub teacher_id: String,
    #[sea_orm(column_type = "String(StringLen::N(50))")]
    pub subject: Option<String>,
    #[sea_orm(default_value = 0)]
    pub student_count: i32,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub created_at: DateTimeUtc,
    #[sea_orm(default_expr = "Expr::current_timestamp()")]
    pub updated_at: DateTimeUtc,
    #[sea_orm(has_many)]
    pub assignments: HasMany<super::assignments::Entity>,
    #[sea_orm(has_many)]
    pub evaluations: HasMany<super::class_evaluations::Entity>,
}

crate::keep_updated_at!();
