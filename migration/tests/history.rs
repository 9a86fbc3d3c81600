//! The history runs up and down on every database, and what the crate embeds is what its folders hold.

mod scratch;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use piton_migration::{Migrator, RUST_SOURCES, SQL, revisions};
use scratch::{Server, rows, with_database};
use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::{DatabaseConnection, DbBackend};

const HISTORY: [&str; 6] = [
    "m20240115_083000_create_grading_core",
    "m20240318_141500_create_classes_and_assignments",
    "m20240902_070000_create_assignment_submissions",
    "20241121103000_index_pending_submissions",
    "m20250210_091500_create_evaluations_and_knowledge_points",
    "20250616140000_add_composite_indexes",
];

const TABLES: [&str; 11] = [
    "assignment_submissions",
    "assignments",
    "class_evaluations",
    "classes",
    "error_analysis",
    "grading_results",
    "grading_statistics",
    "grading_tasks",
    "seaql_migrations",
    "student_knowledge_points",
    "students",
];

#[tokio::test]
async fn up_down_up_leaves_no_trace_on_postgres() {
    with_database(Server::Postgres, up_down_up).await;
}

#[tokio::test]
async fn up_down_up_leaves_no_trace_on_mysql() {
    with_database(Server::MySql, up_down_up).await;
}

#[tokio::test]
async fn up_down_up_leaves_no_trace_on_sqlite() {
    with_database(Server::Sqlite, up_down_up).await;
}

async fn up_down_up(db: DatabaseConnection) {
    Migrator::up(&db, None).await.unwrap();
    let first = objects(&db).await;
    let tables: Vec<&String> = first.iter().filter(|o| TABLES.contains(&&***o)).collect();
    assert_eq!(tables, TABLES);
    let recorded = rows(&db, "SELECT version FROM seaql_migrations").await;
    assert_eq!(
        BTreeSet::from_iter(recorded),
        HISTORY.map(String::from).into()
    );
    Migrator::status(&db).await.unwrap();

    // One at a time, so that each revision goes down from where it went up.
    for _ in HISTORY {
        Migrator::down(&db, Some(1)).await.unwrap();
    }
    let left = objects(&db).await;
    assert!(
        left.iter().all(|o| o.contains("seaql_migrations")),
        "{left:?}"
    );
    assert!(
        rows(&db, "SELECT version FROM seaql_migrations")
            .await
            .is_empty()
    );

    Migrator::up(&db, None).await.unwrap();
    assert_eq!(objects(&db).await, first);
}

/// Every table, index, sequence, type and constraint by name, sorted.
async fn objects(db: &DatabaseConnection) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT name::text FROM (
                SELECT relname AS name, relnamespace AS namespace FROM pg_class
                UNION ALL SELECT conname, connamespace FROM pg_constraint
            ) AS objects WHERE namespace = 'public'::regnamespace"
        }
        DbBackend::MySql => {
            "SELECT CAST(name AS CHAR) FROM (
                SELECT table_name AS name, table_schema AS namespace FROM information_schema.tables
                UNION ALL SELECT DISTINCT CONCAT(table_name, '.', index_name), table_schema
                    FROM information_schema.statistics
                UNION ALL SELECT CONCAT(table_name, ':', constraint_name), table_schema
                    FROM information_schema.table_constraints
            ) AS objects WHERE namespace = DATABASE()"
        }
        _ => "SELECT name FROM sqlite_master WHERE name <> 'sqlite_sequence'",
    };
    let mut objects = rows(db, sql).await;
    objects.sort();
    objects
}

#[test]
fn the_history_is_in_the_order_of_its_timestamps() {
    let history = Migrator::migrations();
    let names: Vec<&str> = history.iter().map(|revision| revision.name()).collect();
    assert_eq!(names, HISTORY);
}

#[test]
fn every_sql_revision_of_the_folder_is_embedded() {
    let embedded = SQL.iter().map(|&(name, text)| (name.into(), text.into()));
    assert_eq!(Vec::from_iter(embedded), files("sql", "sql", ""));
}

#[test]
fn every_rust_revision_of_the_folder_is_in_the_history() {
    let sources = RUST_SOURCES
        .iter()
        .map(|&(name, text)| (name.into(), text.into()));
    assert_eq!(Vec::from_iter(sources), files("src", "rs", "m20"));
    let revisions = revisions();
    let names = revisions.iter().map(|revision| revision.name());
    assert!(names.eq(RUST_SOURCES.iter().map(|&(name, _)| name)));
}

/// Stem and text of the files of one folder of this crate, sorted.
fn files(folder: &str, extension: &str, prefix: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        if path.extension().is_some_and(|e| e == extension) && stem.starts_with(prefix) {
            files.push((stem.to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
    files.sort();
    files
}
