//! functions mariadb
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
            // add procedure clean()
            "CREATE PROCEDURE `clean`()
BEGIN SELECT 1; END",
            // change function twice(`n` int(11))
            "DROP FUNCTION `twice`",
            "CREATE FUNCTION `twice`(`n` int(11))
RETURNS bigint(20)
DETERMINISTIC
BEGIN DECLARE m bigint; SET m = n; RETURN m * 2; END",
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // change function twice(`n` int(11))
            "DROP FUNCTION `twice`",
            "CREATE FUNCTION `twice`(`n` int(11))
RETURNS int(11)
DETERMINISTIC
RETURN n * 2",
            // drop procedure clean()
            "DROP PROCEDURE `clean`",
        ];
        execute(manager, statements).await?;
        Ok(())
    }
}

/// Refuses a database that nothing is written for here.
fn require_backend(manager: &SchemaManager) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::MySql => Ok(()),
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
