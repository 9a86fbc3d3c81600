//! schemas postgres
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
            // add schema app
            r#"CREATE SCHEMA "app""#,
            // rename table old.students to app.students
            r#"ALTER TABLE "old"."students" SET SCHEMA "app""#,
            // add column app.students.name
            r#"ALTER TABLE "app"."students" ADD COLUMN "name" text"#,
            // drop schema old
            r#"DROP SCHEMA "old""#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // add schema old
            r#"CREATE SCHEMA "old""#,
            // drop column app.students.name
            r#"ALTER TABLE "app"."students" DROP COLUMN "name""#,
            // rename table app.students to old.students
            r#"ALTER TABLE "app"."students" SET SCHEMA "old""#,
            // drop schema app
            r#"DROP SCHEMA "app""#,
        ];
        execute(manager, statements).await?;
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

async fn execute(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
