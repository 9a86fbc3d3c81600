//! everything at once sqlite
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
            // drop view phones
            r#"DROP VIEW "phones""#,
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .rename_column("phone", "mobile")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // change column classes.title: not null, default ''
            // add unique constraint titles on classes(title)
            r#"UPDATE "classes" SET "title" = '' WHERE "title" IS NULL"#,
            r#"CREATE TABLE "classes__new" (
  "id" INTEGER NOT NULL,
  "title" varchar(50) NOT NULL DEFAULT '',
  PRIMARY KEY ("id"),
  CONSTRAINT "titles" UNIQUE ("title")
)"#,
            r#"INSERT INTO "classes__new" ("id", "title")
  SELECT "id", "title" FROM "classes""#,
            r#"DROP TABLE "classes""#,
            r#"ALTER TABLE "classes__new" RENAME TO "classes""#,
        ];
        execute(manager, statements).await?;
        manager
            .create_table(
                Table::create()
                    .table("letters")
                    .col(ColumnDef::new("id").integer().not_null().primary_key())
                    .col(ColumnDef::new("body").string_len(100))
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // rename index by_phone on students to by_mobile
            r#"DROP INDEX "by_phone""#,
            r#"CREATE INDEX "by_mobile" ON "students" ("mobile")"#,
            // add column students.email
            // change column students.name: type varchar(100) -> varchar(200)
            // change column students.mobile: not null
            // add check has_at on students(email LIKE '%@%')
            // add foreign key of_class on students(class_id) -> classes
            r#"CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "name" varchar(200) NOT NULL,
  "class_id" INTEGER,
  "mobile" varchar(50) NOT NULL,
  "email" varchar(200),
  CONSTRAINT "of_class" FOREIGN KEY ("class_id") REFERENCES "classes" ("id") ON DELETE SET NULL,
  CONSTRAINT "has_at" CHECK (email LIKE '%@%')
)"#,
            r#"INSERT INTO "students__new" ("id", "name", "class_id", "mobile")
  SELECT "id", "name", "class_id", "mobile" FROM "students""#,
            "DELETE FROM sqlite_sequence WHERE name = 'students__new'",
            "INSERT INTO sqlite_sequence (name, seq)
  SELECT 'students__new', seq FROM sqlite_sequence WHERE name = 'students'",
            r#"DROP TABLE "students""#,
            r#"ALTER TABLE "students__new" RENAME TO "students""#,
            r#"CREATE INDEX "by_mobile" ON "students" ("mobile")"#,
            // add view phones
            r#"CREATE VIEW "phones" AS
SELECT mobile FROM students"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // drop view phones
            r#"DROP VIEW "phones""#,
            // drop foreign key of_class on students(class_id) -> classes
            // drop check has_at on students(email LIKE '%@%')
            // change column students.mobile: nullable
            // change column students.name: type varchar(200) -> varchar(100)
            // drop column students.email
            r#"CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "name" varchar(100) NOT NULL,
  "class_id" INTEGER,
  "mobile" varchar(50)
)"#,
            r#"INSERT INTO "students__new" ("id", "name", "class_id", "mobile")
  SELECT "id", "name", "class_id", "mobile" FROM "students""#,
            "DELETE FROM sqlite_sequence WHERE name = 'students__new'",
            "INSERT INTO sqlite_sequence (name, seq)
  SELECT 'students__new', seq FROM sqlite_sequence WHERE name = 'students'",
            r#"DROP TABLE "students""#,
            r#"ALTER TABLE "students__new" RENAME TO "students""#,
            r#"CREATE INDEX "by_mobile" ON "students" ("mobile")"#,
            // rename index by_mobile on students to by_phone
            r#"DROP INDEX "by_mobile""#,
            r#"CREATE INDEX "by_phone" ON "students" ("mobile")"#,
        ];
        execute(manager, statements).await?;
        manager
            .drop_table(Table::drop().table("letters").to_owned())
            .await?;
        let statements = &[
            // drop unique constraint titles on classes(title)
            // change column classes.title: nullable, no default
            r#"CREATE TABLE "classes__new" (
  "id" INTEGER NOT NULL,
  "title" varchar(50),
  PRIMARY KEY ("id")
)"#,
            r#"INSERT INTO "classes__new" ("id", "title")
  SELECT "id", "title" FROM "classes""#,
            r#"DROP TABLE "classes""#,
            r#"ALTER TABLE "classes__new" RENAME TO "classes""#,
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .rename_column("mobile", "phone")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // add view phones
            r#"CREATE VIEW "phones" AS
SELECT phone FROM students"#,
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
