//! Classes, and the assignments that teachers set for them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::timestamp;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        manager.create_table(classes(backend)).await?;
        manager.create_table(assignments(backend)).await?;
        for (table, column) in INDEXES {
            let mut index = Index::create();
            index
                .name(format!("idx_{table}_{column}"))
                .table(*table)
                .col(*column);
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["assignments", "classes"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// Table and column of each index.
const INDEXES: &[(&str, &str)] = &[
    ("classes", "teacher_id"),
    ("assignments", "class_id"),
    ("assignments", "teacher_id"),
];

fn classes(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("classes")
        .col(pk_auto("id"))
        .col(string_len_uniq("class_id", 100))
        .col(string_len("class_name", 100))
        .col(string_len("teacher_id", 100))
        .col(ColumnDef::new("subject").string_len(50))
        .col(integer("student_count").default(0))
        .col(timestamp::now("created_at", backend))
        .col(timestamp::now("updated_at", backend))
        .to_owned()
}

fn assignments(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("assignments")
        .col(pk_auto("id"))
        .col(string_len_uniq("assignment_id", 100))
        .col(string_len("class_id", 100))
        .col(string_len("teacher_id", 100))
        .col(ColumnDef::new("subject").string_len(50))
        .col(string_len("title", 200))
        .col(ColumnDef::new("description").text())
        .col(ColumnDef::new("rubric_id").string_len(100))
        .col(ColumnDef::new("rubric_text").text())
        .col(ColumnDef::new("rubric_struct").json_binary())
        .col(integer("total_questions").default(0))
        .col(double("max_score").default(0.0))
        .col(string_len("mode", 20).default("professional"))
        .col(timestamp::optional("deadline", backend))
        .col(timestamp::now("created_at", backend))
        .col(timestamp::now("updated_at", backend))
        .foreign_key(
            ForeignKey::create()
                .name("fk_assignments_class_id")
                .from("assignments", "class_id")
                .to("classes", "class_id"),
        )
        .to_owned()
}
