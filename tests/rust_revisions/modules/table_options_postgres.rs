//! table options postgres
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
            // change options of table students
            r#"ALTER TABLE "students" SET UNLOGGED"#,
            r#"ALTER TABLE "students" SET (fillfactor=70)"#,
            r#"ALTER TABLE "students" ENABLE ROW LEVEL SECURITY"#,
            // add policy own
            "CREATE POLICY own ON students USING ((id > 0))",
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // drop policy own
            r#"DROP POLICY "own" ON "students""#,
            // change options of table students
            r#"ALTER TABLE "students" SET LOGGED"#,
            r#"ALTER TABLE "students" RESET (fillfactor)"#,
            r#"ALTER TABLE "students" DISABLE ROW LEVEL SECURITY"#,
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
