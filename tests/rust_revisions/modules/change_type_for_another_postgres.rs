//! change type for another postgres
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
            // change column students.code: type character varying(20) -> integer, default 0
            r#"ALTER TABLE "students"
  ALTER COLUMN "code" DROP DEFAULT,
  ALTER COLUMN "code" TYPE integer USING "code"::integer,
  ALTER COLUMN "code" SET DEFAULT 0"#,
            // change column students.born: type text -> date
            r#"ALTER TABLE "students" ALTER COLUMN "born" TYPE date USING "born"::date"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // change column students.born: type date -> text
            r#"ALTER TABLE "students" ALTER COLUMN "born" TYPE text USING "born"::text"#,
            // change column students.code: type integer -> character varying(20), default '0'::character varying
            r#"ALTER TABLE "students"
  ALTER COLUMN "code" DROP DEFAULT,
  ALTER COLUMN "code" TYPE character varying(20) USING "code"::character varying(20),
  ALTER COLUMN "code" SET DEFAULT '0'::character varying"#,
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
