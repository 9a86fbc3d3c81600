//! foreign keys in a circle postgres
//!
//! Review before applying.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        manager
            .create_table(
                Table::create()
                    .table("students")
                    .col(ColumnDef::new("id").integer().not_null().primary_key())
                    .col(ColumnDef::new("class").integer())
                    .col(ColumnDef::new("friend").integer())
                    .foreign_key(
                        ForeignKey::create()
                            .name("of_friend")
                            .from("students", "friend")
                            .to("students", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("classes")
                    .col(ColumnDef::new("id").integer().not_null().primary_key())
                    .col(ColumnDef::new("best").integer())
                    .foreign_key(
                        ForeignKey::create()
                            .name("of_best")
                            .from("classes", "best")
                            .to("students", "id"),
                    )
                    .to_owned(),
            )
            .await?;
        manager
            .create_foreign_key(
                ForeignKey::create()
                    .name("of_class")
                    .from("students", "class")
                    .to("classes", "id")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        manager
            .drop_foreign_key(
                ForeignKey::drop()
                    .name("of_class")
                    .table("students")
                    .to_owned(),
            )
            .await?;
        manager
            .drop_table(Table::drop().table("classes").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("students").to_owned())
            .await?;
        Ok(())
    }
}

/// Refuses a database that nothing is written for here.
fn require_backend(manager: &SchemaManager) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Postgres => Ok(()),
        other => Err(DbErr::Migration(format!(
            "{} has nothing for {other:?}",
            Migration.name()
        ))),
    }
}
