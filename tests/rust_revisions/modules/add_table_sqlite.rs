//! add table sqlite
//!
//! Review before applying.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::pk_auto;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        require_backend(manager)?;
        manager
            .create_table(
                Table::create()
                    .table("students")
                    .col(pk_auto("id"))
                    .col(ColumnDef::new("name").string_len(100).not_null())
                    .col(ColumnDef::new("email").string_len(200))
                    .col(
                        ColumnDef::new("score")
                            .custom("numeric(5,2)")
                            .not_null()
                            .default(0),
                    )
                    .col(
                        ColumnDef::new("created_at")
                            .text()
                            .not_null()
                            .default(Expr::cust("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")),
                    )
                    .index(Index::create().unique().col("email"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("students_by_name")
                    .table("students")
                    .col("name")
                    .to_owned(),
            )
            .await?;
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
        DbBackend::Sqlite => Ok(()),
        other => Err(DbErr::Migration(format!(
            "{} has nothing for {other:?}",
            Migration.name()
        ))),
    }
}
