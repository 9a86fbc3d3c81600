//! PostgreSQL.

use piton::dialect::ddl;
use piton::schema::{
    Action, Change, Check, Column, Deferrable, Domain, EnumType, ForeignKey, Generated, Identity,
    Index, IndexPart, Name, Op, PrimaryKey, Sequence, Unique,
};

use super::{altered, check, index, named, of, there_and_back};
use crate::scratch::Scratch;

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
