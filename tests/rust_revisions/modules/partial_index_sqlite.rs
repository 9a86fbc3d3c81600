//! partial index sqlite
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
            // change index by_name on students
            r#"DROP INDEX "by_name""#,
            r#"CREATE INDEX "by_name" ON "students" ("name") WHERE phone IS NOT NULL"#,
            // add index once on students
            r#"CREATE UNIQUE INDEX "once" ON "students" ("phone") WHERE id > 5"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        manager
            .drop_index(Index::drop().name("once").table("students").to_owned())
            .await?;
        let statements = &[
            // change index by_name on students
            r#"DROP INDEX "by_name""#,
            r#"CREATE INDEX "by_name" ON "students" ("name") WHERE phone IS NULL"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }
}

/// Refuses a database that nothing is written for here.
fn require_backend(manager: &SchemaManager) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::Sqlite => Ok(()),
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
