//! How classes did, and what students have mastered.

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
        manager.create_table(class_evaluations(backend)).await?;
        manager
            .create_table(student_knowledge_points(backend))
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
        for table in ["student_knowledge_points", "class_evaluations"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// Table and column of each index.
const INDEXES: &[(&str, &str)] = &[
    ("class_evaluations", "class_id"),
    ("class_evaluations", "assignment_id"),
    ("student_knowledge_points", "student_id"),
    ("student_knowledge_points", "knowledge_point"),
];

fn class_evaluations(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("class_evaluations")
        .col(pk_auto("id"))
        .col(string_len_uniq("evaluation_id", 100))
        .col(string_len("class_id", 100))
        .col(string_len("assignment_id", 100))
        .col(integer("student_count"))
        .col(ColumnDef::new("average_score").double())
        .col(ColumnDef::new("max_score_value").double())
        .col(ColumnDef::new("min_score_value").double())
        .col(ColumnDef::new("median_score").double())
        .col(ColumnDef::new("average_percentage").double())
        .col(ColumnDef::new("pass_rate").double())
        .col(ColumnDef::new("score_distribution").json_binary())
        .col(ColumnDef::new("common_issues").json_binary())
        .col(ColumnDef::new("excellent_performances").json_binary())
        .col(ColumnDef::new("knowledge_mastery").json_binary())
        .col(ColumnDef::new("teaching_suggestions").json_binary())
        .col(ColumnDef::new("evaluation_data").json_binary())
        .col(timestamp::now("generated_at", backend))
        .col(timestamp::now("created_at", backend))
        .foreign_key(
            ForeignKey::create()
                .name("fk_class_evaluations_class_id")
                .from("class_evaluations", "class_id")
                .to("classes", "class_id"),
        )
        .foreign_key(
            ForeignKey::create()
                .name("fk_class_evaluations_assignment_id")
                .from("class_evaluations", "assignment_id")
                .to("assignments", "assignment_id"),
        )
        .to_owned()
}

fn student_knowledge_points(backend: DbBackend) -> TableCreateStatement {
    Table::create()
        .table("student_knowledge_points")
        .col(pk_auto("id"))
        .col(string_len("student_id", 50))
        .col(string_len("knowledge_point", 200))
        .col(ColumnDef::new("subject").string_len(50))
        .col(double("mastery_level").default(0.0))
        .col(integer("correct_count").default(0))
        .col(integer("total_count").default(0))
        .col(ColumnDef::new("last_assignment_id").string_len(100))
        .col(ColumnDef::new("last_score").double())
        .col(timestamp::optional("last_evaluated_at", backend))
        .col(timestamp::now("created_at", backend))
        .col(timestamp::now("updated_at", backend))
        .foreign_key(
            ForeignKey::create()
                .name("fk_student_knowledge_points_student_id")
                .from("student_knowledge_points", "student_id")
                .to("students", "student_id"),
        )
        .to_owned()
}
