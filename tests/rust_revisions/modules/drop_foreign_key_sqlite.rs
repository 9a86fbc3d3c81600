//! drop foreign key sqlite
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
            // drop foreign key of_class on students(class_id) -> classes
            r#"CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "class_id" INTEGER,
  PRIMARY KEY ("id")
)"#,
            r#"INSERT INTO "students__new" ("id", "class_id")
  SELECT "id", "class_id" FROM "students""#,
            r#"DROP TABLE "students""#,
            r#"ALTER TABLE "students__new" RENAME TO "students""#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // add foreign key of_class on students(class_id) -> classes
            r#"CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "class_id" INTEGER,
  PRIMARY KEY ("id"),
  CONSTRAINT "of_class" FOREIGN KEY ("class_id") REFERENCES "classes" ("id")
)"#,
            r#"INSERT INTO "students__new" ("id", "class_id")
  SELECT "id", "class_id" FROM "students""#,
            r#"DROP TABLE "students""#,
            r#"ALTER TABLE "students__new" RENAME TO "students""#,
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
