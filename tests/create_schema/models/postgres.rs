//! PostgreSQL's.

use piton::schema::{
    Action, Check, Column, Deferrable, Domain, EnumType, ForeignKey, Generated, Identity, Index,
    IndexPart, MatchKind, Name, Nulls, ObjectText, PartitionOf, Partitioning, Routine, Schema,
    Sequence, Table, Trigger, Unique,
};

use super::{column, common, expression, index, key, name, refers, view};

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
