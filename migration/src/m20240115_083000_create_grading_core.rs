//! Students, and what grading their work gives.

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
        manager.create_table(students(backend)).await?;
        manager.create_table(grading_tasks(backend)).await?;
        manager.create_table(grading_results(backend)).await?;
        manager.create_table(grading_statistics(backend)).await?;
        manager.create_table(error_analysis(backend)).await?;
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
        for table in [
            "error_analysis",
            "grading_statistics",
            "grading_results",
            "grading_tasks",
            "students",
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// Table and column of each index.
const INDEXES: &[(&str, &str)] = &[
    ("students", "class_id"),
    ("grading_tasks", "student_id"),
    ("grading_results", "task_id"),
    ("error_analysis", "task_id"),
];

fn students(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("students")
        .col(pk_auto("id"))
        .col(string_len_uniq("student_id", 50))
        .col(string_len("name", 100))
        .col(ColumnDef::new("class_id").string_len(100))
        .col(ColumnDef::new("class_name").string_len(100))
        .col(ColumnDef::new("email").string_len(200))
        .col(ColumnDef::new("phone").string_len(50))
        .col(ColumnDef::new("extra_metadata").json_binary())
        .col(timestamp::now("created_at", backend))
        .col(timestamp::now("updated_at", backend))
        .to_owned()
}

fn grading_tasks(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("grading_tasks")
        .col(pk_auto("id"))
        .col(string_len("student_id", 50))
        .col(ColumnDef::new("subject").string_len(50))
        .col(integer("total_questions").default(0))
        .col(string_len("status", 20).default("pending"))
        .col(timestamp::now("created_at", backend))
        .col(timestamp::optional("completed_at", backend))
        .foreign_key(
            ForeignKey::create()
                .name("fk_grading_tasks_student_id")
                .from("grading_tasks", "student_id")
                .to("students", "student_id"),
        )
        .to_owned()
}

fn grading_results(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("grading_results")
        .col(pk_auto("id"))
        .col(integer("task_id"))
        .col(integer("question_id"))
        .col(double("score"))
        .col(double("max_score"))
        .col(ColumnDef::new("feedback").text())
        .col(ColumnDef::new("strategy").string_len(50))
        .col(timestamp::now("created_at", backend))
        .foreign_key(
            ForeignKey::create()
                .name("fk_grading_results_task_id")
                .from("grading_results", "task_id")
                .to("grading_tasks", "id"),
        )
        .to_owned()
}

fn grading_statistics(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("grading_statistics")
        .col(pk_auto("id"))
        .col(integer("task_id").unique_key())
        .col(double("total_score"))
        .col(double("max_score"))
        .col(double("percentage"))
        .col(ColumnDef::new("grade").string_len(10))
        .col(ColumnDef::new("statistics_json").json_binary())
        .col(timestamp::now("created_at", backend))
        .foreign_key(
            ForeignKey::create()
                .name("fk_grading_statistics_task_id")
                .from("grading_statistics", "task_id")
                .to("grading_tasks", "id"),
        )
        .to_owned()
}

fn error_analysis(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("error_analysis")
        .col(pk_auto("id"))
        .col(integer("task_id"))
        .col(integer("question_id"))
        .col(ColumnDef::new("error_type").string_len(50))
        .col(ColumnDef::new("description").text())
        .col(ColumnDef::new("suggestion").text())
        .col(timestamp::now("created_at", backend))
        .foreign_key(
            ForeignKey::create()
                .name("fk_error_analysis_task_id")
                .from("error_analysis", "task_id")
                .to("grading_tasks", "id"),
        )
        .to_owned()
}
