//! SQLite.

use piton::dialect::{Scope, introspect};
use piton::schema::{Action, Change, Column, Generated, IndexPart, Name, Op, Place, Table, Unique};

use super::{altered, check, index, named, of, there_and_back};
use crate::scratch::sqlite;
use crate::{assert_same, made};

const SQLITE: &str = "
    CREATE TABLE class (id INTEGER PRIMARY KEY);
    CREATE TABLE student (
        id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, class INTEGER REFERENCES class (id), name varchar(50) DEFAULT 'x',
        score INTEGER NOT NULL DEFAULT 0, twice INTEGER GENERATED ALWAYS AS (score * 2) VIRTUAL, note TEXT);
    CREATE INDEX by_score ON student (score);
    CREATE VIEW good AS SELECT id FROM student WHERE score > 1;
    CREATE VIEW better AS SELECT id FROM good;
    CREATE TRIGGER log AFTER INSERT ON class BEGIN UPDATE student SET score = 1; END;
    INSERT INTO student (id, score) VALUES (7, 3)";

#[tokio::test]
async fn every_change_and_its_inverse_on_sqlite() {
    let mut session = sqlite().await;
    session.run(SQLITE).await.unwrap();
    session.run("PRAGMA foreign_keys = off").await.unwrap();
    let base = introspect(&mut session, &Scope::default()).await.unwrap();
    let student = || Name::new("student");
    let column = |name: &str, make: &dyn Fn(&mut Column)| altered(&base, "student", name, make);
    let old_key = base.table(&student()).unwrap().foreign_keys[0].clone();
    let mut new_key = old_key.clone();
    new_key.on_delete = Action::Cascade;
    let cases = vec![
        vec![of(
            "student",
            Change::Add(Column {
                nullable: false,
                default: Some("'it''s'".to_owned()),
                ..named("phone\"; --", "varchar(50)")
            }),
        )],
        vec![of(
            "student",
            Change::Add(Column {
                default: Some("CURRENT_TIMESTAMP".to_owned()),
                ..named("at", "TEXT")
            }),
        )],
        vec![Op::Column {
            table: student(),
            place: Place::After("class".to_owned()),
            change: Box::new(Change::Drop(
                base.table(&student())
                    .unwrap()
                    .column("name")
                    .unwrap()
                    .clone(),
            )),
        }],
        vec![column("name", &|it| {
            it.data_type = "TEXT".to_owned();
            it.collation = Some("NOCASE".to_owned());
            it.default = Some("lower('A')".to_owned());
        })],
        vec![column("twice", &|it| {
            it.generated = Some(Generated {
                expression: "score * 3".to_owned(),
                stored: true,
            });
        })],
        vec![Op::RenameColumn {
            table: student(),
            from: "note".to_owned(),
            to: "Note 2".to_owned(),
        }],
        vec![Op::RenameIndex {
            table: student(),
            from: "by_score".to_owned(),
            to: "scores".to_owned(),
        }],
        vec![Op::Unique {
            table: student(),
            change: Change::Add(Unique {
                name: Some("one".to_owned()),
                columns: vec![IndexPart::column("name")],
                ..Unique::default()
            }),
        }],
        vec![
            Op::Check {
                table: student(),
                change: Change::Add(check("low", "score < 10")),
            },
            Op::ForeignKey {
                table: student(),
                change: Change::Alter {
                    from: old_key,
                    to: new_key,
                },
            },
            Op::Index {
                table: student(),
                change: Change::Drop(index("by_score", "score")),
            },
        ],
        vec![Op::Table(Box::new(Change::Add(Table {
            name: Name::new("a \"new\" one"),
            columns: vec![named("a", "TEXT")],
            ..Table::default()
        })))],
    ];
    there_and_back(&mut session, &base, cases).await;
    let rows = session
        .query("SELECT id, score, twice FROM student")
        .await
        .unwrap();
    assert_eq!(rows[0].text(0), Some("7"));
    assert_eq!(rows[0].text(2), Some("6"));
    session
        .run("INSERT INTO student (score) VALUES (5)")
        .await
        .unwrap();
    let rows = session.query("SELECT max(id) FROM better").await.unwrap();
    assert_eq!(rows[0].text(0), Some("8"));
    assert_same(&base, &made(&mut sqlite().await, &base).await.unwrap());
}

#[tokio::test]
async fn rows_keep_their_hidden_number_through_a_rebuild_on_sqlite() {
    let mut session = sqlite().await;
    let made = "CREATE TABLE note (_rowid_ TEXT, body TEXT);
        INSERT INTO note (rowid, body) VALUES (7, 'one'), (90, 'two');
        CREATE VIRTUAL TABLE words USING fts5 (body, content='note');
        INSERT INTO words (words) VALUES ('rebuild')";
    session.run(made).await.unwrap();
    let before = introspect(&mut session, &Scope::default()).await.unwrap();
    let op = Op::Check {
        table: Name::new("note"),
        change: Change::Add(check("short", "length(body) < 50")),
    };
    let style = piton::dialect::ddl::Style::default();
    let dialect = piton::dialect::Dialect::Sqlite;
    let statements = piton::dialect::ddl::statements(dialect, &op, &before, style).unwrap();
    for statement in &statements {
        session.run(statement).await.unwrap();
    }
    let found = session
        .query("SELECT rowid || body FROM note ORDER BY 1")
        .await
        .unwrap();
    let found: Vec<_> = found.iter().map(|row| row.text_or_empty(0)).collect();
    assert_eq!(found, ["7one", "90two"]);
    let found = session
        .query("SELECT rowid FROM words WHERE words MATCH 'two'")
        .await;
    assert_eq!(found.unwrap()[0].text(0), Some("90"));
}
