//! enum value is used at once postgres 2
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
            // change column students.mood: default 'glad'::mood
            r#"ALTER TABLE "students" ALTER COLUMN "mood" SET DEFAULT 'glad'::mood"#,
            // add check not_wild on students(((mood <> 'glad'::mood) OR (id > 5)))
            r#"ALTER TABLE "students" ADD CONSTRAINT "not_wild" CHECK (((mood <> 'glad'::mood) OR (id > 5)))"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // drop check not_wild on students(((mood <> 'glad'::mood) OR (id > 5)))
            r#"ALTER TABLE "students" DROP CONSTRAINT "not_wild""#,
            // change column students.mood: default 'calm'::mood
            r#"ALTER TABLE "students" ALTER COLUMN "mood" SET DEFAULT 'calm'::mood"#,
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
