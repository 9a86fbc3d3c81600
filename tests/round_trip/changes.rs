//! Every kind of change run on the servers: the database is then what the model says, and the inverse gives
//! back what was there.

use piton::dialect::{Scope, Session, ddl, introspect};
use piton::schema::{
    Action, Change, Check, Column, Deferrable, Domain, EnumType, ForeignKey, Generated, Identity,
    Index, IndexPart, Name, Op, Place, PrimaryKey, Schema, Sequence, Table, Unique,
};

use crate::scratch::{Scratch, sqlite};
use crate::{assert_same, made};

fn of(table: &str, change: Change<Column>) -> Op {
    Op::Column {
        table: Name::new(table),
        place: Place::Last,
        change: Box::new(change),
    }
}

fn named(name: &str, data_type: &str) -> Column {
    Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable: true,
        ..Column::default()
    }
}

/// A change of a column of the base, as `make` says.
fn altered(base: &Schema, table: &str, column: &str, make: impl Fn(&mut Column)) -> Op {
    let from = base
        .table(&Name::new(table))
        .unwrap()
        .column(column)
        .unwrap()
        .clone();
    let mut to = from.clone();
    make(&mut to);
    of(table, Change::Alter { from, to })
}

fn index(name: &str, column: &str) -> Index {
    Index {
        name: name.to_owned(),
        parts: vec![IndexPart::column(column)],
        valid: true,
        ..Index::default()
    }
}

fn check(name: &str, expression: &str) -> Check {
    Check {
        name: Some(name.to_owned()),
        expression: expression.to_owned(),
        ..Check::default()
    }
}

/// Runs each list of changes on the database, compares, takes it back and compares again.
async fn there_and_back(session: &mut Session, base: &Schema, cases: Vec<Vec<Op>>) {
    for ops in cases {
        let mut expected = base.clone();
        ops.iter().for_each(|op| op.apply(&mut expected).unwrap());
        run(session, &ops, base, &expected).await;
        let back: Vec<Op> = ops.iter().rev().map(Op::inverse).collect();
        run(session, &back, &expected, base).await;
    }
}

async fn run(session: &mut Session, ops: &[Op], before: &Schema, expected: &Schema) {
    let rendered = ddl::script(session.dialect(), ops, before, ddl::Style::default()).unwrap();
    for group in &rendered {
        for statement in &group.statements {
            if let Err(error) = session.run(statement).await {
                panic!("{error:?}\n{statement}");
            }
        }
    }
    let found = introspect(session, &Scope::default()).await.unwrap();
    let said: Vec<String> = ops.iter().map(Op::describe).collect();
    assert!(
        found == *expected,
        "{said:?}\n{rendered:#?}\n{}",
        crate::differences(expected, &found)
    );
}

const POSTGRES: &str = "
    CREATE TYPE mood AS ENUM ('calm', 'loud');
    CREATE TABLE class (id integer PRIMARY KEY);
    INSERT INTO class VALUES (1);
    CREATE TABLE student (
        id integer PRIMARY KEY, class integer, name varchar(50) DEFAULT 'x', score integer NOT NULL DEFAULT 0,
        feels mood DEFAULT 'calm', twice integer GENERATED ALWAYS AS (score * 2) STORED, note text,
        feelings mood[] DEFAULT '{calm}', CONSTRAINT quiet CHECK (feels <> 'loud'));
    CREATE INDEX calm ON student (id) WHERE feels = 'calm';
    CREATE INDEX on_twice ON student (twice);
    INSERT INTO student (id, class, score) VALUES (7, 1, 3);
    COMMENT ON COLUMN student.note IS 'old';
    CREATE SEQUENCE tickets;
    CREATE DOMAIN positive AS integer CHECK (VALUE > 0)";

#[tokio::test]
async fn every_change_and_its_inverse_on_postgres() {
    let mut scratch = Scratch::postgres().await;
    scratch.run(POSTGRES).await;
    let base = scratch.schema().await;
    let student = || Name::new("student");
    let column = |name: &str, make: &dyn Fn(&mut Column)| altered(&base, "student", name, make);
    let to_class = ForeignKey {
        name: Some("in_class".to_owned()),
        columns: vec!["class".to_owned()],
        references: Name::new("class"),
        referenced_columns: vec!["id".to_owned()],
        not_valid: true,
        ..ForeignKey::default()
    };
    let mut valid = to_class.clone();
    valid.not_valid = false;
    let late = ForeignKey {
        deferrable: Some(Deferrable {
            initially_deferred: true,
        }),
        ..valid.clone()
    };
    let other_action = ForeignKey {
        on_delete: Action::Cascade,
        comment: Some("it's gone with it".to_owned()),
        ..valid.clone()
    };
    let mood = base.enums[0].clone();
    let moods = |values: &[&str]| EnumType {
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        ..mood.clone()
    };
    let tickets = base.sequences[0].clone();
    let positive = base.domains[0].clone();
    let foreign_key = |change| Op::ForeignKey {
        table: student(),
        change,
    };
    let unique = Unique {
        name: Some("one name".to_owned()),
        columns: vec![IndexPart::column("name")],
        ..Unique::default()
    };
    let cases = vec![
        vec![of(
            "student",
            Change::Add(Column {
                nullable: false,
                default: Some("'a'::character varying".to_owned()),
                comment: Some("how; 学生".to_owned()),
                ..named("phone\"; --", "character varying(50)")
            }),
        )],
        vec![of(
            "student",
            Change::Drop(
                base.table(&student())
                    .unwrap()
                    .column("feelings")
                    .unwrap()
                    .clone(),
            ),
        )],
        vec![column("name", &|it| it.data_type = "text".to_owned())],
        vec![column("name", &|it| {
            it.data_type = "character varying(80)".to_owned();
            it.nullable = true;
            it.collation = Some("\"C\"".to_owned());
        })],
        vec![column("note", &|it| {
            it.comment = None;
            it.default = Some("'n'::text".to_owned());
            it.options = vec!["STORAGE external".to_owned(), "STATISTICS 100".to_owned()];
        })],
        vec![column("class", &|it| {
            it.nullable = false;
            it.identity = Some(Identity::Generated {
                always: true,
                options: None,
            });
        })],
        vec![column("class", &|it| {
            it.nullable = false;
            it.identity = Some(Identity::Serial {
                sequence: Name::new("student_class_seq"),
            });
        })],
        vec![Op::RenameColumn {
            table: student(),
            from: "note".to_owned(),
            to: "Note 2".to_owned(),
        }],
        vec![Op::RenameTable {
            from: Name::new("class"),
            to: Name::new("Class\""),
        }],
        vec![Op::RenameIndex {
            table: student(),
            from: "calm".to_owned(),
            to: "still".to_owned(),
        }],
        vec![Op::RenameConstraint {
            table: student(),
            from: "quiet".to_owned(),
            to: "not loud".to_owned(),
        }],
        vec![Op::TableComment {
            table: student(),
            from: None,
            to: Some("who'll learn \\ more".to_owned()),
        }],
        vec![Op::TableOptions {
            table: student(),
            from: vec![],
            to: vec![
                "UNLOGGED".to_owned(),
                "WITH (fillfactor=70)".to_owned(),
                "ENABLE ROW LEVEL SECURITY".to_owned(),
                "FORCE ROW LEVEL SECURITY".to_owned(),
                "REPLICA IDENTITY FULL".to_owned(),
                "CLUSTER ON on_twice".to_owned(),
            ],
        }],
        vec![Op::Unique {
            table: student(),
            change: Change::Add(unique),
        }],
        vec![
            Op::Check {
                table: student(),
                change: Change::Add(Check {
                    not_valid: true,
                    ..check("low", "(score < 10)")
                }),
            },
            Op::Check {
                table: student(),
                change: Change::Alter {
                    from: Check {
                        not_valid: true,
                        ..check("low", "(score < 10)")
                    },
                    to: check("low", "(score < 10)"),
                },
            },
        ],
        vec![
            foreign_key(Change::Add(to_class.clone())),
            foreign_key(Change::Alter {
                from: to_class,
                to: valid.clone(),
            }),
            foreign_key(Change::Alter {
                from: valid.clone(),
                to: late.clone(),
            }),
            foreign_key(Change::Alter {
                from: late,
                to: other_action,
            }),
        ],
        vec![Op::PrimaryKey {
            table: student(),
            change: Change::Alter {
                from: base.table(&student()).unwrap().primary_key.clone().unwrap(),
                to: PrimaryKey {
                    name: Some("student_pkey".to_owned()),
                    columns: vec![IndexPart::column("id"), IndexPart::column("score")],
                    ..PrimaryKey::default()
                },
            },
        }],
        vec![Op::Index {
            table: student(),
            change: Change::Add(Index {
                unique: true,
                include: vec!["note".to_owned()],
                comment: Some("i".to_owned()),
                ..index("by name", "name")
            }),
        }],
        vec![Op::Enum(Change::Alter {
            from: mood.clone(),
            to: moods(&["loud", "shy", "calm"]),
        })],
        vec![Op::Enum(Change::Alter {
            from: mood.clone(),
            to: EnumType {
                comment: Some("m".to_owned()),
                ..mood.clone()
            },
        })],
        vec![Op::Sequence(Change::Alter {
            from: tickets.clone(),
            to: Sequence {
                options: "INCREMENT BY 2 MINVALUE 1 MAXVALUE 90 START WITH 3 CACHE 5 CYCLE"
                    .to_owned(),
                comment: Some("t".to_owned()),
                owned_by: Some((student(), "id".to_owned())),
                ..tickets
            },
        })],
        vec![Op::Domain(Change::Alter {
            from: positive.clone(),
            to: Domain {
                nullable: false,
                default: Some("5".to_owned()),
                checks: vec![("small".to_owned(), "(VALUE < 100)".to_owned())],
                ..positive
            },
        })],
        vec![
            Op::Namespace(Change::Add("app".to_owned())),
            Op::RenameTable {
                from: Name::new("class"),
                to: Name::within("app", "class"),
            },
        ],
    ];
    there_and_back(&mut scratch.session, &base, cases).await;

    // Made anew, the column stands last: the model that compares orders is told so.
    let op = column("twice", &|it| {
        it.generated = Some(Generated {
            expression: "(score * 3)".to_owned(),
            stored: true,
        });
    });
    for statement in
        ddl::statements(scratch.session.dialect(), &op, &base, ddl::Style::default()).unwrap()
    {
        scratch.run(&statement).await;
    }
    let found = scratch.schema().await;
    let table = found.table(&student()).unwrap();
    assert_eq!(
        table
            .column("twice")
            .unwrap()
            .generated
            .as_ref()
            .unwrap()
            .expression,
        "(score * 3)"
    );
    assert!(table.indexes.iter().any(|it| it.name == "on_twice"));
    let rows = scratch
        .session
        .query("SELECT twice, feels, feelings FROM student")
        .await
        .unwrap();
    assert_eq!(rows[0].text(0), Some("9"));
    assert_eq!(rows[0].text(1), Some("calm"));
}

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
