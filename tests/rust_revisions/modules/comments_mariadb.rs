//! comments mariadb
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
            // change column students.name: comment
            "ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL COMMENT '姓名'",
            // change column students.phone: comment
            r"ALTER TABLE `students` MODIFY COLUMN `phone` varchar(50) COMMENT 'a\\b'",
            // change comment of table students
            r#"ALTER TABLE `students` COMMENT='it''s "them", all'"#,
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // change comment of table students
            "ALTER TABLE `students` COMMENT=''",
            // change column students.phone: comment
            "ALTER TABLE `students` MODIFY COLUMN `phone` varchar(50) COMMENT 'old'",
            // change column students.name: comment
            "ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL",
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
