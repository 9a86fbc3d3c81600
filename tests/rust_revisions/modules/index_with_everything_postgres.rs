//! index with everything postgres
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
            // add index by_extra on students
            r#"CREATE INDEX "by_extra" ON "students" USING gin ("extra" jsonb_path_ops)"#,
            // add index by_name on students
            r#"CREATE INDEX "by_name" ON "students" ("name" text_pattern_ops DESC NULLS LAST) INCLUDE ("id") WITH (fillfactor=70)"#,
            r#"COMMENT ON INDEX "by_name" IS 'it''s for LIKE'"#,
            // add index by_tags on students
            r#"CREATE INDEX "by_tags" ON "students" USING gin ("tags")"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        manager
            .drop_index(Index::drop().name("by_tags").table("students").to_owned())
            .await?;
        manager
            .drop_index(Index::drop().name("by_name").table("students").to_owned())
            .await?;
        manager
            .drop_index(Index::drop().name("by_extra").table("students").to_owned())
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

async fn execute(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
