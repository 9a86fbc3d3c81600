//! Schemas with everything in them that a dialect has.

use piton::schema::{
    Action, Check, Column, Deferrable, Domain, EnumType, ForeignKey, Generated, Identity, Index,
    IndexKey, IndexPart, MatchKind, Name, Nulls, ObjectText, PartitionOf, Partitioning, PrimaryKey,
    Routine, Schema, Sequence, SortOrder, Table, Trigger, Unique, View,
};

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

pub fn postgres_schema() -> Schema {
    let mut tables = common("integer", "text");
    for column in tables.iter_mut().flat_map(|table| &mut table.columns) {
        if column.identity.is_some() {
            column.identity = Some(Identity::Generated {
                always: false,
                options: None,
            });
        }
    }
    tables.push(Table {
        name: Name::within("app", "readings"),
        columns: vec![
            Column {
                nullable: false,
                ..column("at", "timestamp with time zone")
            },
            column("value", "double precision"),
            Column {
                default: Some("'calm'::app.mood".to_owned()),
                comment: Some("how it felt; it's a guess".to_owned()),
                ..column("mood", "app.mood")
            },
            column("moods", "app.mood[]"),
            column("amount", "positive"),
            Column {
                nullable: false,
                identity: Some(Identity::Serial {
                    sequence: Name::within("app", "readings_number_seq"),
                }),
                ..column("number", "bigint")
            },
            Column {
                nullable: false,
                identity: Some(Identity::Serial {
                    sequence: Name::within("app", "odd name"),
                }),
                ..column("other", "integer")
            },
            Column {
                generated: Some(Generated {
                    expression: "double(value)".to_owned(),
                    stored: true,
                }),
                ..column("twice", "double precision")
            },
            Column {
                collation: Some("\"C\"".to_owned()),
                options: vec!["STORAGE external".to_owned(), "STATISTICS 500".to_owned()],
                ..column("tag", "character varying(20)")
            },
        ],
        primary_key: Some(key(&["at", "number"])),
        uniques: vec![Unique {
            name: Some("one_number".to_owned()),
            columns: vec![IndexPart::column("number"), IndexPart::column("at")],
            include: vec!["value".to_owned()],
            nulls_not_distinct: true,
            deferrable: Some(Deferrable {
                initially_deferred: true,
            }),
            comment: Some("one each".to_owned()),
            ..Unique::default()
        }],
        indexes: vec![Index {
            unique: false,
            method: Some("gist".to_owned()),
            parts: vec![expression("point(value, twice)")],
            predicate: Some("mood = 'calm'::app.mood".to_owned()),
            options: vec!["WITH (fillfactor=70)".to_owned()],
            comment: Some("where it was calm".to_owned()),
            ..index("calm", Vec::new())
        }],
        checks: vec![
            Check {
                name: Some("not yet".to_owned()),
                expression: "value > 0".to_owned(),
                not_valid: true,
                ..Check::default()
            },
            Check {
                expression: "value < 100 AND tag <> 'x'".to_owned(),
                no_inherit: true,
                ..Check::default()
            },
        ],
        comment: Some("what the sensors say".to_owned()),
        options: vec![
            "UNLOGGED".to_owned(),
            "WITH (fillfactor=80)".to_owned(),
            "ENABLE ROW LEVEL SECURITY".to_owned(),
            "REPLICA IDENTITY FULL".to_owned(),
        ],
        ..Table::default()
    });
    tables.push(Table {
        name: name("events"),
        columns: vec![
            Column {
                nullable: false,
                ..column("day", "date")
            },
            column("tree", "integer"),
        ],
        primary_key: Some(key(&["day"])),
        foreign_keys: vec![ForeignKey {
            name: Some("in_tree".to_owned()),
            match_kind: MatchKind::Full,
            on_delete: Action::SetNull,
            deferrable: Some(Deferrable {
                initially_deferred: false,
            }),
            ..refers(&["tree"], "tree", &["id"])
        }],
        partitioning: Some(Partitioning {
            clause: "RANGE (day)".to_owned(),
        }),
        ..Table::default()
    });
    tables.push(Table {
        name: name("a_2026"),
        columns: vec![
            Column {
                inherited: true,
                nullable: false,
                ..column("day", "date")
            },
            Column {
                inherited: true,
                default: Some("1".to_owned()),
                ..column("tree", "integer")
            },
        ],
        partition_of: Some(PartitionOf {
            parent: name("events"),
            bound: "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')".to_owned(),
        }),
        ..Table::default()
    });
    let mut all_trees = view(
        "all_trees",
        "SELECT count(*) AS n FROM deep_trees",
        &["deep_trees"],
    );
    all_trees.materialized = true;
    all_trees.indexes = vec![Index {
        unique: true,
        ..index(
            "n_once",
            vec![IndexPart {
                nulls: Some(Nulls::First),
                ..IndexPart::column("n")
            }],
        )
    }];
    let mut deep = view(
        "deep_trees",
        "SELECT id, double(depth::double precision) AS d FROM tree WHERE depth > 3",
        &["tree"],
    );
    deep.options = vec!["security_barrier=true".to_owned()];
    deep.comment = Some("deep ones".to_owned());
    deep.column_comments = vec![("d".to_owned(), "twice the depth".to_owned())];
    Schema {
        namespaces: vec!["app".to_owned()],
        enums: vec![EnumType {
            name: Name::within("app", "mood"),
            values: vec!["calm".to_owned(), "it's".to_owned()],
            comment: Some("moods".to_owned()),
        }],
        domains: vec![Domain {
            name: name("positive"),
            data_type: "integer".to_owned(),
            nullable: false,
            default: Some("1".to_owned()),
            checks: vec![("above".to_owned(), "VALUE > 0".to_owned())],
            ..Domain::default()
        }],
        sequences: vec![Sequence {
            name: name("tickets"),
            data_type: "bigint".to_owned(),
            options: "INCREMENT BY 5 MINVALUE 1 MAXVALUE 1000 START WITH 10 CACHE 1 CYCLE".to_owned(),
            owned_by: Some((name("tree"), "id".to_owned())),
            comment: None,
        }],
        tables,
        views: vec![all_trees, deep],
        routines: vec![
            Routine {
                name: name("double"),
                arguments: "x double precision".to_owned(),
                definition: "CREATE OR REPLACE FUNCTION double(x double precision)\n RETURNS double precision\n LANGUAGE sql\n IMMUTABLE\nAS $$ SELECT x * 2 $$".to_owned(),
                ..Routine::default()
            },
            Routine {
                name: name("grow"),
                arguments: String::new(),
                definition: "CREATE OR REPLACE FUNCTION grow()\n RETURNS trigger\n LANGUAGE plpgsql\nAS $$ BEGIN NEW.depth := 1; RETURN NEW; END $$".to_owned(),
                comment: Some("grows".to_owned()),
                ..Routine::default()
            },
        ],
        triggers: vec![Trigger {
            name: "growing".to_owned(),
            table: name("tree"),
            definition: "CREATE TRIGGER growing BEFORE INSERT ON tree FOR EACH ROW EXECUTE FUNCTION grow()".to_owned(),
            state: Some("DISABLE".to_owned()),
            comment: None,
        }],
        others: vec![
            ObjectText {
                kind: "policy".to_owned(),
                name: name("own rows"),
                table: Some(Name::within("app", "readings")),
                definition: "CREATE POLICY \"own rows\" ON app.readings FOR SELECT USING (value > 1)".to_owned(),
                ..ObjectText::default()
            },
            ObjectText {
                kind: "type".to_owned(),
                name: name("pair"),
                definition: "CREATE TYPE pair AS (a positive, b app.mood)".to_owned(),
                ..ObjectText::default()
            },
        ],
        ..Schema::default()
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
