//! drop column under views mariadb
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
        let statements = &[
            // drop view named
            "DROP VIEW `named`",
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .drop_column("phone")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // add view named
            "CREATE VIEW `named` AS
select `students`.`id` AS `id`,`students`.`name` AS `name` from `students`",
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // drop view named
            "DROP VIEW `named`",
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .add_column(ColumnDef::new("phone").string_len(50))
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // add view named
            "CREATE VIEW `named` AS
select `students`.`id` AS `id`,`students`.`name` AS `name`,`students`.`phone` AS `phone` from `students`",
        ];
        execute(manager, statements).await?;
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

async fn execute(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
