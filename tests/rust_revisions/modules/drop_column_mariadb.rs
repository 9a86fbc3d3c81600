//! drop column mariadb
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
            .drop_index(
                Index::drop()
                    .name("students_by_phone")
                    .table("students")
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .drop_column("phone")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .add_column(ColumnDef::new("phone").string_len(50))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("students_by_phone")
                    .table("students")
                    .col("phone")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }
}

/// Refuses a database that nothing is written for here.
fn require_backend(manager: &SchemaManager) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::MySql => Ok(()),
        other => Err(DbErr::Migration(format!(
            "{} has nothing for {other:?}",
            Migration.name()
        ))),
    }
}
