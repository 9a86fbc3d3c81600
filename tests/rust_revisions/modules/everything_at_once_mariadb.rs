//! everything at once mariadb
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
            "DROP VIEW `phones`",
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
            "UPDATE `classes` SET `title` = '' WHERE `title` IS NULL",
            "ALTER TABLE `classes` MODIFY COLUMN `title` varchar(50) NOT NULL DEFAULT ''",
        ];
        execute(manager, statements).await?;
        manager
            .create_index(
                Index::create()
                    .unique()
                    .name("titles")
                    .table("classes")
                    .col("title")
                    .to_owned(),
            )
            .await?;
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
            "ALTER TABLE `students` RENAME INDEX `by_phone` TO `by_mobile`",
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .add_column(ColumnDef::new("email").string_len(200))
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // change column students.name: type varchar(100) -> varchar(200)
            "ALTER TABLE `students` MODIFY COLUMN `name` varchar(200) NOT NULL",
            // change column students.mobile: not null
            "ALTER TABLE `students` MODIFY COLUMN `mobile` varchar(50) NOT NULL",
        ];
        execute(manager, statements).await?;
        manager
            .create_index(
                Index::create()
                    .name("of_class")
                    .table("students")
                    .col("class_id")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // add check has_at on students(`email` like '%@%')
            "ALTER TABLE `students` ADD CONSTRAINT `has_at` CHECK (`email` like '%@%')",
        ];
        execute(manager, statements).await?;
        manager
            .create_foreign_key(
                ForeignKey::create()
                    .name("of_class")
                    .from("students", "class_id")
                    .to("classes", "id")
                    .on_delete(ForeignKeyAction::SetNull)
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // add view phones
            "CREATE VIEW `phones` AS
select `students`.`mobile` AS `mobile` from `students`",
        ];
        execute(manager, statements).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        let statements = &[
            // drop view phones
            "DROP VIEW `phones`",
        ];
        execute(manager, statements).await?;
        manager
            .drop_foreign_key(
                ForeignKey::drop()
                    .name("of_class")
                    .table("students")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // drop check has_at on students(`email` like '%@%')
            "ALTER TABLE `students` DROP CONSTRAINT `has_at`",
        ];
        execute(manager, statements).await?;
        manager
            .drop_index(Index::drop().name("of_class").table("students").to_owned())
            .await?;
        let statements = &[
            // change column students.mobile: nullable
            "ALTER TABLE `students` MODIFY COLUMN `mobile` varchar(50)",
            // change column students.name: type varchar(200) -> varchar(100)
            "ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL",
        ];
        execute(manager, statements).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("students")
                    .drop_column("email")
                    .to_owned(),
            )
            .await?;
        let statements = &[
            // rename index by_mobile on students to by_phone
            "ALTER TABLE `students` RENAME INDEX `by_mobile` TO `by_phone`",
        ];
        execute(manager, statements).await?;
        manager
            .drop_table(Table::drop().table("letters").to_owned())
            .await?;
        manager
            .drop_index(Index::drop().name("titles").table("classes").to_owned())
            .await?;
        let statements = &[
            // change column classes.title: nullable, no default
            "ALTER TABLE `classes` MODIFY COLUMN `title` varchar(50)",
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
            "CREATE VIEW `phones` AS
select `students`.`phone` AS `phone` from `students`",
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
