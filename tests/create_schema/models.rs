//! Schemas with everything in them that a dialect has.

mod postgres;

use piton::schema::{
    Action, Check, Column, ForeignKey, Generated, Identity, Index, IndexKey, IndexPart, Name,
    PrimaryKey, Routine, Schema, SortOrder, Table, Trigger, Unique, View,
};

pub use postgres::postgres_schema;

/// Names that a careless writer of SQL would stumble over.
const HOSTILE: &str = "select \"x\"`; -- 学生'";

pub fn name(name: &str) -> Name {
    Name::new(name)
}

fn column(name: &str, data_type: &str) -> Column {
    Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable: true,
        ..Column::default()
    }
}

fn key(columns: &[&str]) -> PrimaryKey {
    PrimaryKey {
        columns: columns.iter().map(|it| IndexPart::column(*it)).collect(),
        ..PrimaryKey::default()
    }
}

fn index(name: &str, parts: Vec<IndexPart>) -> Index {
    Index {
        name: name.to_owned(),
        parts,
        valid: true,
        ..Index::default()
    }
}

fn refers(columns: &[&str], table: &str, to: &[&str]) -> ForeignKey {
    ForeignKey {
        columns: columns.iter().map(|it| (*it).to_owned()).collect(),
        references: name(table),
        referenced_columns: to.iter().map(|it| (*it).to_owned()).collect(),
        ..ForeignKey::default()
    }
}

fn expression(text: &str) -> IndexPart {
    IndexPart {
        key: IndexKey::Expression(text.to_owned()),
        ..IndexPart::column("")
    }
}

/// What every dialect has.
fn common(integer: &str, text: &str) -> Vec<Table> {
    let numbered = |name: &str| Column {
        nullable: false,
        identity: Some(Identity::AutoIncrement),
        ..column(name, integer)
    };
    let ring = |own: &str, other: &str| Table {
        name: name(own),
        columns: vec![numbered("id"), column("next", integer)],
        primary_key: Some(key(&["id"])),
        foreign_keys: vec![ForeignKey {
            on_delete: Action::SetNull,
            on_update: Action::Cascade,
            ..refers(&["next"], other, &["id"])
        }],
        ..Table::default()
    };
    vec![
        ring("ring_a", "ring_b"),
        ring("ring_b", "ring_a"),
        Table {
            name: name(HOSTILE),
            columns: vec![
                Column {
                    nullable: false,
                    ..column(HOSTILE, integer)
                },
                Column {
                    default: Some("'it''s'".to_owned()),
                    ..column("select", text)
                },
            ],
            primary_key: Some(key(&[HOSTILE, "select"])),
            ..Table::default()
        },
        Table {
            name: name("tree"),
            columns: vec![
                numbered("id"),
                column("parent", integer),
                Column {
                    nullable: false,
                    default: Some("0".to_owned()),
                    ..column("depth", integer)
                },
            ],
            primary_key: Some(key(&["id"])),
            foreign_keys: vec![refers(&["parent"], "tree", &["id"])],
            checks: vec![Check {
                name: Some("depth_is_natural".to_owned()),
                expression: "depth >= 0".to_owned(),
                ..Check::default()
            }],
            indexes: vec![index(
                "by_depth",
                vec![
                    IndexPart {
                        order: SortOrder::Descending,
                        ..IndexPart::column("depth")
                    },
                    IndexPart::column("parent"),
                ],
            )],
            ..Table::default()
        },
    ]
}

fn view(own: &str, query: &str, reads: &[&str]) -> View {
    View {
        name: name(own),
        query: query.to_owned(),
        reads: reads.iter().map(|it| name(it)).collect(),
        ..View::default()
    }
}

pub fn mariadb_schema() -> Schema {
    let mut tables = common("int(11)", "varchar(20)");
    tables.push(Table {
        name: name("readings"),
        columns: vec![
            Column {
                nullable: false,
                on_update: Some("current_timestamp(6)".to_owned()),
                default: Some("current_timestamp(6)".to_owned()),
                ..column("at", "datetime(6)")
            },
            Column {
                comment: Some("it's \\ a guess".to_owned()),
                ..column("note", "text")
            },
            column("data", "json"),
            Column {
                collation: Some("latin1_bin".to_owned()),
                ..column("tag", "varchar(20)")
            },
            Column {
                generated: Some(Generated {
                    expression: "`value` * 2".to_owned(),
                    stored: false,
                }),
                ..column("twice", "bigint(20)")
            },
            Column {
                default: Some("(1 + 2)".to_owned()),
                ..column("value", "int(10) unsigned")
            },
            Column {
                nullable: false,
                ..column("place", "geometry")
            },
            column("seen", "timestamp"),
        ],
        primary_key: Some(key(&["at"])),
        uniques: vec![Unique {
            columns: vec![IndexPart::column("tag")],
            ..Unique::default()
        }],
        indexes: vec![
            Index {
                method: Some("FULLTEXT".to_owned()),
                ..index("words", vec![IndexPart::column("note")])
            },
            Index {
                method: Some("SPATIAL".to_owned()),
                ..index("where", vec![IndexPart::column("place")])
            },
            index(
                "begins",
                vec![IndexPart {
                    prefix: Some(5),
                    ..IndexPart::column("note")
                }],
            ),
        ],
        comment: Some("what the sensors say".to_owned()),
        options: vec![
            "ENGINE=InnoDB".to_owned(),
            "ROW_FORMAT=COMPRESSED".to_owned(),
        ],
        ..Table::default()
    });
    Schema {
        tables,
        views: vec![
            view(
                "a_view",
                "select `b_view`.`id` AS `id` from `b_view`",
                &["b_view"],
            ),
            View {
                options: vec![
                    "SQL SECURITY INVOKER".to_owned(),
                    "WITH LOCAL CHECK OPTION".to_owned(),
                ],
                ..view(
                    "b_view",
                    "select `tree`.`id` AS `id` from `tree` where `depth` > 1",
                    &["tree"],
                )
            },
        ],
        routines: vec![Routine {
            name: name("twice"),
            definition: "CREATE FUNCTION `twice`(x int) RETURNS int DETERMINISTIC RETURN x * 2"
                .to_owned(),
            ..Routine::default()
        }],
        triggers: vec![Trigger {
            name: "growing".to_owned(),
            table: name("tree"),
            definition:
                "CREATE TRIGGER growing BEFORE INSERT ON tree FOR EACH ROW SET NEW.depth = 1"
                    .to_owned(),
            ..Trigger::default()
        }],
        ..Schema::default()
    }
}

pub fn sqlite_schema() -> Schema {
    let mut tables = common("INTEGER", "TEXT");
    tables.push(Table {
        name: name("notes"),
        columns: vec![
            Column {
                nullable: false,
                ..column("id", "INTEGER")
            },
            Column {
                default: Some("strftime('%Y','now')".to_owned()),
                collation: Some("NOCASE".to_owned()),
                ..column("body", "TEXT")
            },
            Column {
                generated: Some(Generated {
                    expression: "length(body)".to_owned(),
                    stored: false,
                }),
                ..column("length", "INTEGER")
            },
            column("tree", "INTEGER"),
        ],
        primary_key: Some(key(&["id"])),
        uniques: vec![Unique {
            columns: vec![IndexPart::column("body"), IndexPart::column("id")],
            options: vec!["ON CONFLICT IGNORE".to_owned()],
            ..Unique::default()
        }],
        foreign_keys: vec![ForeignKey {
            on_delete: Action::Cascade,
            ..refers(&["tree"], "tree", &["id"])
        }],
        indexes: vec![Index {
            unique: true,
            predicate: Some("tree IS NOT NULL".to_owned()),
            ..index("lower_body", vec![expression("lower(body)")])
        }],
        options: vec!["WITHOUT ROWID".to_owned(), "STRICT".to_owned()],
        ..Table::default()
    });
    Schema {
        tables,
        views: vec![
            view("a_view", "SELECT id FROM b_view", &["b_view"]),
            view("b_view", "SELECT id FROM tree WHERE depth > 1", &["tree"]),
        ],
        triggers: vec![
            Trigger {
                name: "growing".to_owned(),
                table: name("tree"),
                definition: "CREATE TRIGGER growing AFTER INSERT ON tree BEGIN UPDATE tree SET depth = depth + 1 WHERE id = NEW.id; END".to_owned(),
                ..Trigger::default()
            },
            Trigger {
                name: "through".to_owned(),
                table: name("a_view"),
                definition: "CREATE TRIGGER through INSTEAD OF INSERT ON a_view BEGIN INSERT INTO tree (parent) VALUES (NEW.id); END".to_owned(),
                ..Trigger::default()
            },
        ],
        ..Schema::default()
    }
}
