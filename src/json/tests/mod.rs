//! The store as its users see it: open, change, commit, and open again.

mod faults;
mod hand_edits;
mod power_loss;
mod round_trip;
mod sharing;

use std::path::Path;
use std::time::Duration;

use sea_orm::{ConnectionTrait, TransactionTrait};
use sqlx::AssertSqlSafe;

use super::{Access, Committed, Notice, Store, StoreError};
use crate::fault;

const WRITE: Access = Access::Write {
    wait: Duration::ZERO,
};

async fn write(dir: &Path) -> Store {
    Store::open(dir, WRITE).await.unwrap()
}

async fn read(dir: &Path) -> Store {
    Store::open(dir, Access::Read).await.unwrap()
}

/// Runs statements, of which none may fail.
async fn run(store: &Store, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(store.pool())
        .await
        .unwrap();
}

/// The first column of the first row, as text.
async fn one(store: &Store, sql: &str) -> String {
    let sql = format!("SELECT CAST(({sql}) AS TEXT)");
    let value: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_one(store.pool())
        .await
        .unwrap();
    value.unwrap_or_else(|| "NULL".to_owned())
}

/// Everything in the database as SQL text: schema, rows with their storage classes, sequences.
async fn contents(store: &Store) -> Vec<String> {
    let mut all: Vec<String> = sqlx::query_scalar(
        "SELECT coalesce(sql, name) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' \
         ORDER BY type, name",
    )
    .fetch_all(store.pool())
    .await
    .unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' \
         AND type IN ('table', 'shadow') AND name NOT IN ('sqlite_schema') ORDER BY name",
    )
    .fetch_all(store.pool())
    .await
    .unwrap();
    for table in tables {
        let columns: Vec<String> =
            sqlx::query_scalar("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1")
                .bind(&table)
                .fetch_all(store.pool())
                .await
                .unwrap();
        let quote = |name: &String| format!("\"{}\"", name.replace('"', "\"\""));
        // `quote` stops at a NUL.
        let cells: Vec<String> = columns
            .iter()
            .map(quote)
            .map(|c| {
                format!(
                    "CASE WHEN typeof({c}) IN ('text', 'blob') THEN typeof({c}) || hex({c}) \
                     ELSE typeof({c}) || quote({c}) END"
                )
            })
            .collect();
        let line = cells.join(" || ' ' || ");
        let sql = format!("SELECT {line} AS line FROM {} ORDER BY line", quote(&table));
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(store.pool())
            .await
            .unwrap();
        let rows = rows.into_iter().map(|row| format!("{table}: {row}"));
        all.extend(rows);
    }
    all
}

const SCHOOL: &str = "
    CREATE TABLE classes (id integer PRIMARY KEY AUTOINCREMENT, name varchar(100) NOT NULL UNIQUE);
    CREATE TABLE students (
        id integer PRIMARY KEY AUTOINCREMENT, class_id integer REFERENCES classes (id),
        name varchar(100) NOT NULL, score double CHECK (score >= 0), active boolean NOT NULL DEFAULT 1,
        photo blob, extra json_text, created_at timestamp_with_timezone_text);
    CREATE UNIQUE INDEX students_name ON students (name);
    INSERT INTO classes (name) VALUES ('一班'), ('二班');
    INSERT INTO students (class_id, name, score, active, photo, extra, created_at) VALUES
        (1, 'Ann', 1.0, 1, x'00ff', '{\"b\":1,\"a\":12345678901234567890.123}', '2024-12-01T08:30:00+00:00'),
        (2, '李雷 😀', 0.1, 0, NULL, 'null', NULL);
";

async fn school(dir: &Path) -> Store {
    let store = write(dir).await;
    run(&store, SCHOOL).await;
    store.commit().await.unwrap();
    store
}

#[tokio::test]
async fn files_are_for_reading_one_row_a_line() {
    let dir = tempfile::tempdir().unwrap();
    school(dir.path()).await;
    let text = std::fs::read_to_string(dir.path().join("students.json")).unwrap();
    let expected = "[
  {\"id\": 1, \"class_id\": 1, \"name\": \"Ann\", \"score\": 1.0, \"active\": true, \
\"photo\": \"AP8=\", \"extra\": {\"b\":1,\"a\":12345678901234567890.123}, \
\"created_at\": \"2024-12-01T08:30:00+00:00\"},
  {\"id\": 2, \"class_id\": 2, \"name\": \"李雷 😀\", \"score\": 0.1, \"active\": false, \"extra\": null}
]
";
    assert_eq!(text, expected);
}

#[tokio::test]
async fn only_what_changed_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let store = school(dir.path()).await;
    assert!(!store.has_unsaved_work());
    assert_eq!(store.commit().await.unwrap().generation, 1);
    run(
        &store,
        "UPDATE students SET score = 2 WHERE id = 1; CREATE TEMP TABLE t (a)",
    )
    .await;
    assert!(store.has_unsaved_work());
    let committed = store.commit().await.unwrap();
    let expected = Committed {
        written: vec!["students".to_owned()],
        dropped: vec![],
        generation: 2,
    };
    assert_eq!(committed, expected);
    run(&store, "UPDATE students SET score = score").await;
    assert_eq!(
        store.commit().await.unwrap().generation,
        2,
        "the same rows again"
    );
    run(&store, "DELETE FROM students").await;
    let committed = store.commit().await.unwrap();
    assert_eq!(committed.written, ["students"]);
    assert_eq!(
        std::fs::read(dir.path().join("students.json")).unwrap(),
        b"[]\n"
    );
    assert!(dir.path().join(".previous/2/students.json").exists());
    assert!(!dir.path().join(".previous/1").exists());
}

#[tokio::test]
async fn a_dropped_table_takes_its_file_along() {
    let dir = tempfile::tempdir().unwrap();
    let store = school(dir.path()).await;
    run(
        &store,
        "ALTER TABLE classes RENAME TO groups; DROP TABLE students",
    )
    .await;
    let committed = store.commit().await.unwrap();
    assert_eq!(committed.dropped, ["classes", "students"]);
    let before = contents(&store).await;
    drop(store);
    assert!(!dir.path().join("students.json").exists());
    assert!(dir.path().join("groups.json").exists());
    assert_eq!(contents(&read(dir.path()).await).await, before);
}

#[tokio::test]
async fn a_directory_that_is_not_there_is_an_empty_database() {
    let dir = tempfile::tempdir().unwrap();
    let nested = dir.path().join("a/b");
    let store = read(&nested).await;
    assert_eq!(store.generation(), 0);
    assert!(!nested.exists());
    let store = write(&nested).await;
    assert_eq!(
        store.notices(),
        [Notice::Created {
            dir: nested.clone()
        }]
    );
    store.commit().await.unwrap();
    drop(store);
    assert_eq!(write(&nested).await.notices(), []);
}

#[tokio::test]
async fn a_stranger_directory_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("package.json"), "{}").unwrap();
    for access in [Access::Read, WRITE] {
        let error = Store::open(dir.path(), access).await.unwrap_err();
        assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
    }
}

#[tokio::test]
async fn unsaved_work_that_is_dropped_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let (sender, told) = std::sync::mpsc::channel();
    for (sql, expected) in [
        ("SELECT 1", 0),
        ("UPDATE classes SET name = name || '!'", 1),
    ] {
        let store = match dir.path().join("classes.json").exists() {
            true => write(dir.path()).await,
            false => school(dir.path()).await,
        };
        let sender = sender.clone();
        store.on_unsaved_drop(move |dir| sender.send(dir.to_owned()).unwrap());
        run(&store, sql).await;
        drop(store);
        assert_eq!(told.try_iter().count(), expected, "{sql}");
    }
}

#[tokio::test]
async fn an_open_transaction_is_not_committed() {
    let dir = tempfile::tempdir().unwrap();
    let store = school(dir.path()).await;
    run(&store, "DELETE FROM students").await;
    run(&store, "BEGIN; DELETE FROM classes").await;
    let error = store.commit().await.unwrap_err();
    assert!(
        matches!(error, StoreError::OpenTransaction { .. }),
        "{error}"
    );
    run(&store, "ROLLBACK").await;
    assert_eq!(store.commit().await.unwrap().written, ["students"]);
}

#[tokio::test]
async fn a_store_opened_for_reading_refuses_to_write() {
    let dir = tempfile::tempdir().unwrap();
    school(dir.path()).await;
    let store = read(dir.path()).await;
    assert!(
        sqlx::query("DELETE FROM students")
            .execute(store.pool())
            .await
            .is_err()
    );
    assert_eq!(store.commit().await.unwrap().generation, 1);
}

#[tokio::test]
async fn an_infinite_number_is_refused_by_name_and_the_commit_can_be_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = school(dir.path()).await;
    run(&store, "UPDATE students SET score = 9e999 WHERE id = 2").await;
    let error = store.commit().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "table \"students\", row 2, column \"score\": an infinite number cannot be kept as JSON"
    );
    run(&store, "UPDATE students SET score = 9 WHERE id = 2").await;
    assert_eq!(store.commit().await.unwrap().generation, 2);
}

#[tokio::test]
async fn sea_orm_works_on_the_same_connection_and_a_rollback_is_no_work() {
    let dir = tempfile::tempdir().unwrap();
    let store = school(dir.path()).await;
    let sql = "INSERT INTO classes (name) VALUES ('三班')";
    let transaction = store.connection().begin().await.unwrap();
    transaction.execute_unprepared(sql).await.unwrap();
    drop(transaction);
    assert_eq!(store.commit().await.unwrap().generation, 1);
    let transaction = store.connection().begin().await.unwrap();
    transaction.execute_unprepared(sql).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(store.commit().await.unwrap().written, ["classes"]);
    drop(store);
    assert_eq!(
        one(&read(dir.path()).await, "SELECT count(*) FROM classes").await,
        "3"
    );
}

#[tokio::test]
async fn a_store_can_be_opened_and_committed_from_any_task() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let dir = tempfile::tempdir().unwrap();
    let store = is_send(Store::open(dir.path(), WRITE)).await.unwrap();
    is_send(store.commit()).await.unwrap();
    fn is_shared<T: Send + Sync + 'static>(_: &T) {}
    is_shared(&store);
}
