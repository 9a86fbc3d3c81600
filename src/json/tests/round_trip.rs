//! Whatever SQLite can hold comes back as it was.

use proptest::prelude::*;
use sqlx::Row;

use super::*;

const HOSTILE: &str = r#""a ""quoted""; DROP TABLE x --/..\学生😀""#;

/// All kinds of declared types, and a name that wants quoting.
const COLUMNS: [(&str, &str); 14] = [
    ("\"order\"", "integer"),
    ("\"select\"", "boolean"),
    ("\"a\"\"b\"", "double"),
    ("\"c;d\"", "varchar(20)"),
    ("\"学生\"", "text"),
    ("f", "json_text"),
    ("g", "json"),
    ("h", "blob"),
    ("i", "timestamp_with_timezone_text"),
    ("j", "date"),
    ("k", "time"),
    ("l", "decimal(10, 2)"),
    ("m", ""),
    ("\"\"", "real(16, 4)"),
];

#[derive(Debug, Clone)]
enum Value {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

fn values() -> impl Strategy<Value = Value> {
    let integers = prop_oneof![
        any::<i64>(),
        Just(i64::MIN),
        Just(i64::MAX),
        Just((1 << 53) + 1),
        0..3_i64
    ];
    let reals = prop_oneof![
        any::<f64>().prop_filter("finite", |real| real.is_finite()),
        Just(0.1),
        Just(1.0),
        Just(-0.0),
        Just(f64::MAX),
        Just(f64::MIN_POSITIVE),
        Just(5e-324),
        Just(1e16),
        Just(9_007_199_254_740_993.0),
    ];
    let texts = prop_oneof![
        any::<String>(),
        "[ -~]{0,20}",
        Just(String::new()),
        Just("null".to_owned()),
        Just("2024-12-01T08:30:00+00:00".to_owned()),
        Just("0x10".to_owned()),
        Just("line\nbreak\r\u{2028}\0 \u{1b}[31m".to_owned()),
        Just(r#"{"a": 1e400, "a": 12345678901234567890.123, "b": [1.0, 1.50]}"#.to_owned()),
        Just(r#"{"$text": "not a tag"}"#.to_owned()),
        Just(r#"{"\u0024blob": 1, "x": 2}"#.to_owned()),
        Just(r#"{"$ref": "fine"}"#.to_owned()),
        Just("\"\\ud800\"".to_owned()),
        Just("[".repeat(5000) + &"]".repeat(5000)),
    ];
    prop_oneof![
        Just(Value::Null),
        integers.prop_map(Value::Integer),
        reals.prop_map(Value::Real),
        texts.prop_map(Value::Text),
        any::<Vec<u8>>().prop_map(Value::Blob),
    ]
}

async fn insert(store: &Store, row: &[Value]) {
    let places = vec!["?"; row.len()].join(", ");
    let sql = format!("INSERT INTO {HOSTILE} VALUES (NULL, {places})");
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in row {
        query = match value {
            Value::Null => query.bind(None::<i64>),
            Value::Integer(integer) => query.bind(*integer),
            Value::Real(real) => query.bind(*real),
            Value::Text(text) => query.bind(text.clone()),
            Value::Blob(bytes) => query.bind(bytes.clone()),
        };
    }
    query.execute(store.pool()).await.unwrap();
}

async fn survive(rows: &[Vec<Value>]) {
    let dir = tempfile::tempdir().unwrap();
    let store = write(dir.path()).await;
    let columns: Vec<String> = COLUMNS
        .iter()
        .map(|(name, kind)| format!("{name} {kind}"))
        .collect();
    run(
        &store,
        &format!(
            "CREATE TABLE {HOSTILE} (id integer PRIMARY KEY, {})",
            columns.join(", ")
        ),
    )
    .await;
    for row in rows {
        insert(&store, row).await;
    }
    // A text that looks like infinity has become it in a numeric column.
    for (name, _) in COLUMNS {
        run(
            &store,
            &format!("UPDATE {HOSTILE} SET {name} = NULL WHERE {name} IN (9e999, -9e999)"),
        )
        .await;
    }
    store.commit().await.unwrap();
    let before = contents(&store).await;
    drop(store);
    let again = write(dir.path()).await;
    assert_eq!(again.notices(), []);
    assert_eq!(contents(&again).await, before);
    run(&again, &format!("UPDATE {HOSTILE} SET id = id")).await;
    assert_eq!(
        again.commit().await.unwrap().written,
        [""; 0],
        "written the same way again"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_value_in_every_column_survives(
        rows in prop::collection::vec(prop::collection::vec(values(), COLUMNS.len()), 0..6)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(survive(&rows));
    }
}

#[tokio::test]
async fn a_long_text_and_a_negative_zero_survive() {
    let dir = tempfile::tempdir().unwrap();
    let store = write(dir.path()).await;
    run(
        &store,
        "CREATE TABLE t (id integer PRIMARY KEY, a text, b double, c)",
    )
    .await;
    let long = "学生 😀 \"\\\n".repeat(70_000);
    sqlx::query("INSERT INTO t VALUES (1, ?, ?, ?)")
        .bind(&long)
        .bind(-0.0)
        .bind(-0.0)
        .execute(store.pool())
        .await
        .unwrap();
    let bits = |row: &sqlx::sqlite::SqliteRow, at: usize| row.get::<f64, _>(at).to_bits();
    let before = sqlx::query("SELECT a, b, c FROM t")
        .fetch_one(store.pool())
        .await
        .unwrap();
    store.commit().await.unwrap();
    drop(store);
    let store = read(dir.path()).await;
    let after = sqlx::query("SELECT a, b, c FROM t")
        .fetch_one(store.pool())
        .await
        .unwrap();
    assert_eq!(after.get::<String, _>(0), long);
    assert_eq!(
        (bits(&after, 1), bits(&after, 2)),
        (bits(&before, 1), bits(&before, 2))
    );
}

#[tokio::test]
async fn text_that_is_not_utf_8_survives() {
    let dir = tempfile::tempdir().unwrap();
    let store = write(dir.path()).await;
    run(&store, "CREATE TABLE t (a text, b json_text); INSERT INTO t VALUES (CAST(x'ff00fe' AS TEXT), CAST(x'80' AS TEXT))").await;
    store.commit().await.unwrap();
    let before = contents(&store).await;
    drop(store);
    assert_eq!(contents(&read(dir.path()).await).await, before);
}

#[tokio::test]
async fn json_over_many_lines_keeps_its_meaning_on_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = write(dir.path()).await;
    run(&store, "CREATE TABLE t (a json_text); INSERT INTO t VALUES ('{\n  \"b\\\"\": [1.0,\r\n 2],\n \"a\": \"x  y\"}\n')").await;
    store.commit().await.unwrap();
    drop(store);
    let store = read(dir.path()).await;
    assert_eq!(
        one(&store, "SELECT a FROM t").await,
        r#"{"b\"":[1.0,2],"a":"x  y"}"#
    );
}

#[tokio::test]
async fn the_whole_schema_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = write(dir.path()).await;
    run(
        &store,
        "PRAGMA user_version = 7; PRAGMA application_id = -3;
         CREATE TABLE child (id integer PRIMARY KEY, parent_id REFERENCES parent (code));
         CREATE TABLE parent (code varchar(9) PRIMARY KEY, name text COLLATE NOCASE,
            twice integer GENERATED ALWAYS AS (length(name) * 2) STORED,
            thrice integer AS (length(name) * 3)) WITHOUT ROWID;
         CREATE TABLE exact (a integer NOT NULL, b any) STRICT;
         CREATE TABLE hides (rowid text, oid text, _rowid_ text);
         CREATE TABLE counted (id integer PRIMARY KEY AUTOINCREMENT, n integer);
         CREATE TABLE log (line text);
         CREATE TABLE \"../up\" (x); CREATE TABLE \"学生\" (x); CREATE TABLE \"Ä\" (x); CREATE TABLE \"ä\" (x);
         CREATE INDEX parent_name ON parent (name) WHERE name IS NOT NULL;
         CREATE INDEX parent_length ON parent (length(name));
         CREATE VIEW names AS SELECT name FROM parent;
         CREATE TRIGGER logged AFTER INSERT ON counted BEGIN INSERT INTO log VALUES (new.n); END;
         CREATE TRIGGER into_view INSTEAD OF INSERT ON names BEGIN INSERT INTO log VALUES (new.name); END;
         CREATE VIRTUAL TABLE words USING fts5 (body);
         INSERT INTO parent (code, name) VALUES ('b', 'Bee'), ('a', 'Ay');
         INSERT INTO child VALUES (1, 'b');
         INSERT INTO exact VALUES (1, 'x'), (2, 2.0), (3, x'00');
         INSERT INTO hides VALUES ('z', 'y', 'x'), ('a', 'b', 'c');
         INSERT INTO counted (n) VALUES (1), (2), (3); DELETE FROM counted WHERE id > 1;
         INSERT INTO words VALUES ('hello world'), ('grüße aus 中国');
         INSERT INTO \"../up\" VALUES (1); INSERT INTO \"Ä\" VALUES (1); INSERT INTO \"ä\" VALUES (2);",
    )
    .await;
    store.commit().await.unwrap();
    let before = contents(&store).await;
    drop(store);
    assert!(!dir.path().parent().unwrap().join("up.json").exists());
    let store = write(dir.path()).await;
    assert_eq!(contents(&store).await, before);
    assert_eq!(
        one(&store, "SELECT user_version FROM pragma_user_version").await,
        "7"
    );
    assert_eq!(
        one(&store, "SELECT application_id FROM pragma_application_id").await,
        "-3"
    );
    assert_eq!(
        one(&store, "SELECT count(*) FROM log").await,
        "3",
        "no trigger fired on loading"
    );
    assert_eq!(
        one(&store, "SELECT rowid FROM words WHERE words MATCH 'hello'").await,
        "1"
    );
    run(
        &store,
        "INSERT INTO counted (n) VALUES (4); INSERT INTO words VALUES ('hello again')",
    )
    .await;
    assert_eq!(
        one(&store, "SELECT max(id) FROM counted").await,
        "4",
        "no key is given twice"
    );
    store.commit().await.unwrap();
    drop(store);
    let store = read(dir.path()).await;
    assert_eq!(
        one(
            &store,
            "SELECT count(*) FROM words WHERE words MATCH 'hello'"
        )
        .await,
        "2"
    );
}
