//! hostile names sqlite
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
            // drop view a view; of
            r#"DROP VIEW "a view; of""#,
            // rename column group.to to to "them"
            r#"ALTER TABLE "group" RENAME COLUMN "to" TO "to ""them""""#,
            // rename index i;a on Select "it's"; `drop` to i;b"c
            r#"DROP INDEX "i;a""#,
            r#"CREATE INDEX "i;b""c" ON "Select ""it's""; `drop`" ("学生 ""x""; --", "UPPER lower")"#,
            // change column Select "it's"; `drop`.UPPER lower: not null, default 5
            // change check per%cent 'q' on Select "it's"; `drop`("UPPER lower" > 2)
            r#"UPDATE "Select ""it's""; `drop`" SET "UPPER lower" = 5 WHERE "UPPER lower" IS NULL"#,
            r#"CREATE TABLE "Select ""it's""; `drop`__new" (
  "order" INTEGER NOT NULL,
  "学生 ""x""; --" varchar(50),
  "UPPER lower" INTEGER NOT NULL DEFAULT 5,
  PRIMARY KEY ("order"),
  CONSTRAINT "per%cent 'q'" CHECK ("UPPER lower" > 2)
)"#,
            r#"INSERT INTO "Select ""it's""; `drop`__new" ("order", "学生 ""x""; --", "UPPER lower")
  SELECT "order", "学生 ""x""; --", "UPPER lower" FROM "Select ""it's""; `drop`""#,
            r#"DROP TABLE "Select ""it's""; `drop`""#,
            r#"ALTER TABLE "Select ""it's""; `drop`__new" RENAME TO "Select ""it's""; `drop`""#,
            r#"CREATE INDEX "i;b""c" ON "Select ""it's""; `drop`" ("学生 ""x""; --", "UPPER lower")"#,
            // change foreign key f;k on group(to "them") -> Select "it's"; `drop`
            r#"CREATE TABLE "group__new" (
  "by" INTEGER NOT NULL,
  "to ""them""" INTEGER,
  PRIMARY KEY ("by"),
  CONSTRAINT "f;k" FOREIGN KEY ("to ""them""") REFERENCES "Select ""it's""; `drop`" ("order") ON DELETE CASCADE
)"#,
            r#"INSERT INTO "group__new" ("by", "to ""them""")
  SELECT "by", "to ""them""" FROM "group""#,
            r#"DROP TABLE "group""#,
            r#"ALTER TABLE "group__new" RENAME TO "group""#,
            // add view a view; of
            r#"CREATE VIEW "a view; of" AS
SELECT "学生 ""x""; --", "UPPER lower" FROM "Select ""it's""; `drop`" WHERE "UPPER lower" > 2"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // drop view a view; of
            r#"DROP VIEW "a view; of""#,
            // change foreign key f;k on group(to "them") -> Select "it's"; `drop`
            r#"CREATE TABLE "group__new" (
  "by" INTEGER NOT NULL,
  "to ""them""" INTEGER,
  PRIMARY KEY ("by"),
  CONSTRAINT "f;k" FOREIGN KEY ("to ""them""") REFERENCES "Select ""it's""; `drop`" ("order")
)"#,
            r#"INSERT INTO "group__new" ("by", "to ""them""")
  SELECT "by", "to ""them""" FROM "group""#,
            r#"DROP TABLE "group""#,
            r#"ALTER TABLE "group__new" RENAME TO "group""#,
            // change check per%cent 'q' on Select "it's"; `drop`("UPPER lower" > 1)
            // change column Select "it's"; `drop`.UPPER lower: nullable, no default
            r#"CREATE TABLE "Select ""it's""; `drop`__new" (
  "order" INTEGER NOT NULL,
  "学生 ""x""; --" varchar(50),
  "UPPER lower" INTEGER,
  PRIMARY KEY ("order"),
  CONSTRAINT "per%cent 'q'" CHECK ("UPPER lower" > 1)
)"#,
            r#"INSERT INTO "Select ""it's""; `drop`__new" ("order", "学生 ""x""; --", "UPPER lower")
  SELECT "order", "学生 ""x""; --", "UPPER lower" FROM "Select ""it's""; `drop`""#,
            r#"DROP TABLE "Select ""it's""; `drop`""#,
            r#"ALTER TABLE "Select ""it's""; `drop`__new" RENAME TO "Select ""it's""; `drop`""#,
            r#"CREATE INDEX "i;b""c" ON "Select ""it's""; `drop`" ("学生 ""x""; --", "UPPER lower")"#,
            // rename index i;b"c on Select "it's"; `drop` to i;a
            r#"DROP INDEX "i;b""c""#,
            r#"CREATE INDEX "i;a" ON "Select ""it's""; `drop`" ("学生 ""x""; --", "UPPER lower")"#,
            // rename column group.to "them" to to
            r#"ALTER TABLE "group" RENAME COLUMN "to ""them""" TO "to""#,
            // add view a view; of
            r#"CREATE VIEW "a view; of" AS
SELECT "学生 ""x""; --", "UPPER lower" FROM "Select ""it's""; `drop`" WHERE "UPPER lower" > 1"#,
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
