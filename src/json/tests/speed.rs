//! A look at the figures; `cargo test --release json::tests::speed -- --ignored --nocapture`.

use std::time::Instant;

use super::*;

#[tokio::test]
#[ignore = "prints times"]
async fn ten_thousand_students() {
    let dir = tempfile::tempdir_in("/work").unwrap();
    let store = write(dir.path()).await;
    run(
        &store,
        "CREATE TABLE students (id integer NOT NULL PRIMARY KEY AUTOINCREMENT,
            student_id varchar(50) NOT NULL UNIQUE, name varchar(100) NOT NULL, class_id varchar(100),
            class_name varchar(100), email varchar(200), phone varchar(50), extra_metadata json_text,
            created_at timestamp_with_timezone_text NOT NULL, updated_at timestamp_with_timezone_text);
         CREATE INDEX students_class ON students (class_id);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         INSERT INTO students SELECT i, 's' || i, '学生 ' || i, 'c' || (i % 300), 'class ' || (i % 300),
            's' || i || '@example.org', '1380000' || i, '{\"a\": ' || i || ', \"b\": [1, 2]}',
            '2024-12-01T08:30:00.123+00:00', '2024-12-01T08:30:00.123+00:00' FROM n",
    )
    .await;
    let start = Instant::now();
    store.commit().await.unwrap();
    eprintln!("first commit {:?}", start.elapsed());
    drop(store);
    for _ in 0..5 {
        let start = Instant::now();
        let store = read(dir.path()).await;
        let opened = start.elapsed();
        assert_eq!(
            one(
                &store,
                "SELECT name FROM students WHERE student_id = 's777'"
            )
            .await,
            "学生 777"
        );
        eprintln!("open {opened:?}, open and read {:?}", start.elapsed());
        drop(store);
        let start = Instant::now();
        let store = write(dir.path()).await;
        let opened = start.elapsed();
        run(
            &store,
            "INSERT INTO students (student_id, name, created_at) VALUES (hex(randomblob(8)), 'x', '2024-12-01')",
        )
        .await;
        store.commit().await.unwrap();
        eprintln!("open {opened:?}, add one durably {:?}", start.elapsed());
    }
}

#[tokio::test]
#[ignore = "prints times"]
async fn a_thousand_tables() {
    let dir = tempfile::tempdir_in("/work").unwrap();
    let store = write(dir.path()).await;
    for n in 0..1000 {
        run(
            &store,
            &format!(
                "CREATE TABLE t{n} (id integer PRIMARY KEY, a text); CREATE INDEX i{n} ON t{n} (a)"
            ),
        )
        .await;
    }
    let start = Instant::now();
    store.commit().await.unwrap();
    eprintln!("first commit {:?}", start.elapsed());
    drop(store);
    let start = Instant::now();
    let store = write(dir.path()).await;
    eprintln!("open {:?}", start.elapsed());
    run(&store, "INSERT INTO t7 VALUES (1, 'x')").await;
    let start = Instant::now();
    store.commit().await.unwrap();
    eprintln!("commit {:?}", start.elapsed());
}
