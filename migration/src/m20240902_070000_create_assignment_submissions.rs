//! What students hand in.

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
        manager
            .create_table(assignment_submissions(backend))
            .await?;
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
        manager
            .drop_table(Table::drop().table("assignment_submissions").to_owned())
            .await
    }
}

/// Table and column of each index.
const INDEXES: &[(&str, &str)] = &[
    ("assignment_submissions", "assignment_id"),
    ("assignment_submissions", "student_id"),
];

fn assignment_submissions(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("assignment_submissions")
        .col(pk_auto("id"))
        .col(string_len_uniq("submission_id", 100))
        .col(string_len("assignment_id", 100))
        .col(string_len("student_id", 50))
        .col(ColumnDef::new("task_id").string_len(100).unique_key())
        .col(ColumnDef::new("answer_files").json_binary())
        .col(timestamp::now("submitted_at", backend))
        .col(string_len("grading_status", 20).default("pending"))
        .col(ColumnDef::new("grading_mode").string_len(20))
        .col(ColumnDef::new("total_score").double())
        .col(ColumnDef::new("max_score").double())
        .col(ColumnDef::new("percentage").double())
        .col(ColumnDef::new("grade_level").string_len(10))
        .col(ColumnDef::new("student_evaluation").json_binary())
        .col(ColumnDef::new("evaluations").json_binary())
        .col(ColumnDef::new("annotations").json_binary())
        .col(ColumnDef::new("export_payload").json_binary())
        .col(ColumnDef::new("push_status").string_len(20))
        .col(timestamp::optional("push_timestamp", backend))
        .col(ColumnDef::new("mm_tokens").json_binary())
        .col(ColumnDef::new("questions").json_binary())
        .col(ColumnDef::new("batches").json_binary())
        .col(ColumnDef::new("errors").json_binary())
        .col(timestamp::now("created_at", backend))
        .col(timestamp::now("updated_at", backend))
        .foreign_key(
            ForeignKey::create()
                .name("fk_assignment_submissions_assignment_id")
                .from("assignment_submissions", "assignment_id")
                .to("assignments", "assignment_id"),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_assignment_submissions_student_id")
                .from("assignment_submissions", "student_id")
                .to("students", "student_id"),
        )
        .to_owned()
}
