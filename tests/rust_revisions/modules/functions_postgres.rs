//! functions postgres
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
            // drop function twice(n integer)
            r#"DROP FUNCTION "twice"(n integer)"#,
            // add procedure clean()
            "CREATE OR REPLACE PROCEDURE clean()
 LANGUAGE plpgsql
AS $procedure$ BEGIN PERFORM 1; END $procedure$",
            // add function twice(n integer)
            "CREATE OR REPLACE FUNCTION twice(n integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT n * 2::bigint $function$",
            // add function twice(n text)
            "CREATE OR REPLACE FUNCTION twice(n text)
 RETURNS text
 LANGUAGE sql
AS $function$ SELECT n || n $function$",
            // drop function shout(said text)
            r#"DROP FUNCTION "shout"(said text)"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // add function shout(said text)
            "CREATE OR REPLACE FUNCTION shout(said text)
 RETURNS text
 LANGUAGE sql
AS $function$SELECT upper(said)$function$",
            // drop function twice(n text)
            r#"DROP FUNCTION "twice"(n text)"#,
            // drop function twice(n integer)
            r#"DROP FUNCTION "twice"(n integer)"#,
            // drop procedure clean()
            r#"DROP PROCEDURE "clean"()"#,
            // add function twice(n integer)
            "CREATE OR REPLACE FUNCTION twice(n integer)
 RETURNS integer
 LANGUAGE sql
AS $function$ SELECT n * 2 $function$",
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
