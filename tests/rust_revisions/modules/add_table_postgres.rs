//! add table postgres
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
            // add table students
            r#"CREATE TABLE "students" (
  "id" integer GENERATED ALWAYS AS IDENTITY,
  "name" character varying(100) NOT NULL,
  "email" character varying(200),
  "score" numeric(5,2) DEFAULT 0 NOT NULL,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "students_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "students_email_key" UNIQUE ("email")
)"#,
            r#"CREATE INDEX "students_by_name" ON "students" ("name")"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
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

async fn execute(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
