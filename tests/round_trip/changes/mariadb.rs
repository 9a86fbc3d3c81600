//! MariaDB.

use piton::schema::{
    Action, Change, Column, ForeignKey, Generated, Identity, Index, IndexPart, Name, Op, Place,
    PrimaryKey,
};

use super::{altered, check, index, named, there_and_back};
use crate::scratch::Scratch;

const MARIADB: &str = "
    CREATE TABLE class (id int PRIMARY KEY);
    CREATE TABLE student (
        id int PRIMARY KEY, class int, name varchar(50) DEFAULT 'x' COMMENT 'old', score int NOT NULL DEFAULT 0,
        twice int GENERATED ALWAYS AS (score * 2) VIRTUAL, note text, data json,
        at datetime(6) NULL DEFAULT current_timestamp(6), KEY by_score (score));
    INSERT INTO student (id, score, data) VALUES (7, 3, '{}')";

#[tokio::test]
async fn every_change_and_its_inverse_on_mariadb() {
    let mut scratch = Scratch::mysql().await;
    scratch.run(MARIADB).await;
    let base = scratch.schema().await;
    let student = || Name::new("student");
    let column = |name: &str, make: &dyn Fn(&mut Column)| altered(&base, "student", name, make);
    let key = base.table(&student()).unwrap().primary_key.clone().unwrap();
    let json_check = base.table(&student()).unwrap().checks[0].clone();
    let to_class = ForeignKey {
        name: Some("in_class".to_owned()),
        columns: vec!["class".to_owned()],
        references: Name::new("class"),
        referenced_columns: vec!["id".to_owned()],
        on_delete: Action::Cascade,
        ..ForeignKey::default()
    };
    let by_score = index("by_score", "score");
    let cases = vec![
        vec![Op::Column {
            table: student(),
            place: Place::After("class".to_owned()),
            change: Box::new(Change::Add(Column {
                nullable: false,
                default: Some("'a\\\\b'".to_owned()),
                comment: Some("how; 学生 'quoted' \\ too".to_owned()),
                ..named("phone`; --", "varchar(50)")
            })),
        }],
        vec![Op::Column {
            table: student(),
            place: Place::After("twice".to_owned()),
            change: Box::new(Change::Drop(
                base.table(&student())
                    .unwrap()
                    .column("note")
                    .unwrap()
                    .clone(),
            )),
        }],
        vec![column("name", &|it| {
            it.data_type = "varchar(80)".to_owned();
            it.collation = Some("utf8mb4_bin".to_owned());
            it.comment = Some("new".to_owned());
        })],
        vec![column("data", &|it| it.nullable = false)],
        vec![Op::Check {
            table: student(),
            change: Change::Drop(json_check),
        }],
        vec![column("at", &|it| {
            it.on_update = Some("current_timestamp(6)".to_owned())
        })],
        vec![column("twice", &|it| {
            it.generated = Some(Generated {
                expression: "`score` * 3".to_owned(),
                stored: true,
            });
        })],
        vec![column("id", &|it| {
            it.identity = Some(Identity::AutoIncrement)
        })],
        vec![Op::PrimaryKey {
            table: student(),
            change: Change::Alter {
                from: key.clone(),
                to: PrimaryKey {
                    columns: vec![IndexPart::column("score"), IndexPart::column("id")],
                    ..key.clone()
                },
            },
        }],
        vec![
            column("id", &|it| it.identity = Some(Identity::AutoIncrement)),
            Op::PrimaryKey {
                table: student(),
                change: Change::Drop(key.clone()),
            },
            Op::PrimaryKey {
                table: student(),
                change: Change::Add(PrimaryKey {
                    columns: vec![IndexPart::column("id"), IndexPart::column("score")],
                    ..key
                }),
            },
        ],
        vec![Op::RenameColumn {
            table: student(),
            from: "note".to_owned(),
            to: "Note `2".to_owned(),
        }],
        vec![Op::RenameTable {
            from: Name::new("class"),
            to: Name::new("klasse"),
        }],
        vec![Op::RenameIndex {
            table: student(),
            from: "by_score".to_owned(),
            to: "scores".to_owned(),
        }],
        vec![Op::TableComment {
            table: student(),
            from: None,
            to: Some("who'll learn \\ more".to_owned()),
        }],
        vec![Op::TableOptions {
            table: student(),
            from: vec![],
            to: vec!["ROW_FORMAT=COMPRESSED".to_owned()],
        }],
        vec![Op::Check {
            table: student(),
            change: Change::Add(check("low", "`score` < 10")),
        }],
        vec![
            Op::Index {
                table: student(),
                change: Change::Add(index("in_class", "class")),
            },
            Op::ForeignKey {
                table: student(),
                change: Change::Add(to_class),
            },
        ],
        vec![Op::Index {
            table: student(),
            change: Change::Alter {
                from: by_score.clone(),
                to: Index {
                    unique: true,
                    comment: Some("s".to_owned()),
                    ..by_score
                },
            },
        }],
        vec![Op::Index {
            table: student(),
            change: Change::Add(Index {
                method: Some("FULLTEXT".to_owned()),
                ..index("words", "note")
            }),
        }],
    ];
    there_and_back(&mut scratch.session, &base, cases).await;
    let rows = scratch
        .session
        .query("SELECT id, score, twice, data FROM student")
        .await
        .unwrap();
    assert_eq!(rows[0].text(0), Some("7"));
    assert_eq!(rows[0].text(2), Some("6"));
    assert_eq!(rows[0].text(3), Some("{}"));
}
