//! drop column under views sqlite
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
            // drop view firsts
            r#"DROP VIEW "firsts""#,
            // drop view named
            r#"DROP VIEW "named""#,
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .drop_column("phone")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // add view named
            r#"CREATE VIEW "named" AS
SELECT id, name FROM students"#,
            // add view firsts
            r#"CREATE VIEW "firsts" AS
SELECT id, name FROM named WHERE id < 10"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // drop view firsts
            r#"DROP VIEW "firsts""#,
            // drop view named
            r#"DROP VIEW "named""#,
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .add_column(ColumnDef::new("phone").string_len(50))
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // add view named
            r#"CREATE VIEW "named" AS
SELECT id, name, phone FROM students"#,
            // add view firsts
            r#"CREATE VIEW "firsts" AS
SELECT id, name FROM named WHERE id < 10"#,
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
