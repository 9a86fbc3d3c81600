//! The number of queries does not hang on the number of tables; how long they take is printed.
//!
//! `PITON_TEST_TABLES=1000 cargo test --release --test catalog size -- --nocapture` gives the figures.

use piton::dialect::Session;

use crate::scratch::{Scratch, measured, sqlite};

fn tables() -> usize {
    let count = std::env::var("PITON_TEST_TABLES");
    count
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(60)
}

/// Ten columns, a key, an index and a foreign key each; `kinds` are the dialect's number and time.
fn script(from: usize, to: usize, number: &str, time: &str) -> String {
    (from..to)
        .map(|i| {
            let other = i.saturating_sub(1);
            format!(
                "CREATE TABLE t{i} (id {number} NOT NULL, parent {number}, name varchar(100) NOT NULL DEFAULT 'x',
                   c3 text, c4 double precision, c5 {time} DEFAULT CURRENT_TIMESTAMP, c6 int DEFAULT 0,
                   c7 varchar(50), c8 varchar(20), c9 decimal(10, 2), PRIMARY KEY (id),
                   CONSTRAINT f{i} FOREIGN KEY (parent) REFERENCES t{other} (id));
                 CREATE INDEX k{i} ON t{i} (name);\n"
            )
        })
        .collect()
}

async fn check(session: &mut Session, number: &str, time: &str) {
    session.run(&script(0, 1, number, time)).await.unwrap();
    let (one, queries_of_one, _) = measured(session).await;
    session
        .run(&script(1, tables(), number, time))
        .await
        .unwrap();
    let (_, _, first) = measured(session).await;
    let (all, queries_of_all, again) = measured(session).await;
    assert_eq!(one.tables.len(), 1);
    assert_eq!(all.tables.len(), tables());
    for table in &all.tables {
        assert_eq!(table.columns.len(), 10);
        assert!(table.primary_key.is_some());
        assert!(
            table
                .indexes
                .iter()
                .any(|index| index.name.starts_with('k'))
        );
        assert_eq!(table.foreign_keys.len(), 1);
    }
    assert_eq!(queries_of_one, queries_of_all);
    println!(
        "{}: {} tables, {queries_of_all} queries, {first:?}, again {again:?}",
        session.dialect().title(),
        tables()
    );
}

#[tokio::test]
async fn postgres_is_read_in_a_fixed_number_of_queries() {
    let mut scratch = Scratch::postgres().await;
    check(&mut scratch.session, "int", "timestamptz").await;
}

#[tokio::test]
async fn mariadb_is_read_in_a_fixed_number_of_queries() {
    let mut scratch = Scratch::mysql().await;
    check(&mut scratch.session, "int", "datetime").await;
}

#[tokio::test]
async fn sqlite_is_read_in_a_fixed_number_of_queries() {
    let mut session = sqlite().await;
    check(&mut session, "int", "datetime").await;
}
