//! What is written for SeaORM and what is raw.

use sea_orm::sea_query::{ColumnDef, ForeignKey, Index, Table, TableCreateStatement};

use super::*;
use crate::dialect::types::desired;
use crate::schema::{Change, EnumType, Name};

const ALL: [Dialect; 3] = [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite];

/// The revision that makes these tables on each of the dialects.
fn made(dialects: &[Dialect], tables: &[TableCreateStatement]) -> String {
    let schemas: Vec<(Dialect, Vec<Op>)> = dialects
        .iter()
        .map(|dialect| {
            let schema = desired(*dialect, tables, &[]).unwrap();
            let ops = schema.tables.into_iter();
            let ops = ops.map(|table| Op::Table(Box::new(Change::Add(table))));
            (*dialect, ops.collect())
        })
        .collect();
    from_ops(&schemas)
}

fn from_ops(all: &[(Dialect, Vec<Op>)]) -> String {
    let empty = Schema::default();
    let ends: Vec<(Schema, Vec<Op>)> = all
        .iter()
        .map(|(_, ops)| {
            let mut end = empty.clone();
            ops.iter().for_each(|op| op.apply(&mut end).unwrap());
            (end, ops.iter().rev().map(Op::inverse).collect())
        })
        .collect();
    let up: Vec<Way<'_>> = all
        .iter()
        .map(|(dialect, ops)| way(*dialect, ops, &empty))
        .collect();
    let down: Vec<Way<'_>> = all
        .iter()
        .zip(&ends)
        .map(|((dialect, _), (end, back))| way(*dialect, back, end))
        .collect();
    source("Make it", &up, &down).unwrap()
}

fn way<'a>(dialect: Dialect, ops: &'a [Op], before: &'a Schema) -> Way<'a> {
    Way {
        dialect,
        ops,
        before,
        remarks: ops.iter().map(|_| vec!["a remark".to_owned()]).collect(),
        style: Style::default(),
    }
}

/// What stands in the function, without its first and last line.
fn body(text: &str, direction: &str) -> String {
    let (_, rest) = text.split_once(&format!("async fn {direction}(")).unwrap();
    let (_, rest) = rest.split_once("require_backend(manager)?;\n").unwrap();
    let (body, _) = rest.split_once("        Ok(())\n").unwrap();
    body.to_owned()
}

fn students() -> TableCreateStatement {
    Table::create()
        .table("students")
        .col(
            ColumnDef::new("id")
                .integer()
                .not_null()
                .auto_increment()
                .primary_key(),
        )
        .col(
            ColumnDef::new("name")
                .string_len(100)
                .not_null()
                .default("it's"),
        )
        .col(ColumnDef::new("phone").string_len(50).unique_key())
        .col(ColumnDef::new("answers").integer().not_null().default(0))
        .col(ColumnDef::new("score").double())
        .col(ColumnDef::new("notes").json_binary())
        .col(ColumnDef::new("class_id").integer())
        .index(
            Index::create()
                .unique()
                .name("names")
                .col("name")
                .col("phone"),
        )
        .foreign_key(
            ForeignKey::create()
                .name("of_class")
                .from("students", "class_id")
                .to("classes", "id")
                .on_delete(sea_orm::sea_query::ForeignKeyAction::Cascade),
        )
        .to_owned()
}

#[test]
fn a_table_that_is_the_same_everywhere_is_written_once() {
    let text = made(&ALL, &[students()]);
    assert_eq!(
        body(&text, "up"),
        r#"        // a remark
        manager
            .create_table(
                Table::create()
                    .table("students")
                    .col(pk_auto("id"))
                    .col(
                        ColumnDef::new("name")
                            .string_len(100)
                            .not_null()
                            .default("it's"),
                    )
                    .col(ColumnDef::new("phone").string_len(50))
                    .col(ColumnDef::new("answers").integer().not_null().default(0))
                    .col(ColumnDef::new("score").double())
                    .col(ColumnDef::new("notes").json_binary())
                    .col(ColumnDef::new("class_id").integer())
                    .index(
                        Index::create()
                            .unique()
                            .name("names")
                            .col("name")
                            .col("phone"),
                    )
                    .index(Index::create().unique().col("phone"))
                    .foreign_key(
                        ForeignKey::create()
                            .name("of_class")
                            .from("students", "class_id")
                            .to("classes", "id")
                            .on_delete(ForeignKeyAction::Cascade),
                    )
                    .to_owned(),
            )
            .await?;
"#
    );
    assert!(text.contains("DbBackend::Postgres | DbBackend::MySql | DbBackend::Sqlite => Ok(()),"));
    assert!(!text.contains("execute"), "nothing raw is needed: {text}");
}

#[test]
fn what_seaorm_would_spell_otherwise_is_raw_by_backend() {
    // SeaORM writes `timestamp` on MySQL, which loses microseconds, and an invented type on SQLite.
    let table = Table::create()
        .table("visits")
        .col(ColumnDef::new("at").timestamp_with_time_zone().not_null())
        .to_owned();
    let text = made(&ALL, std::slice::from_ref(&table));
    let up = body(&text, "up");
    assert!(!up.contains("create_table"), "{up}");
    assert!(up.contains("DbBackend::Postgres => &[\n                // add table visits\n                // a remark\n"));
    assert!(up.contains("`at` datetime(6) NOT NULL"), "{up}");
    assert!(up.contains("\"at\" TEXT NOT NULL"), "{up}");
    assert!(body(&text, "down").contains("drop_table"));

    let alone = made(&[Dialect::Postgres], std::slice::from_ref(&table));
    assert!(alone.contains(".col(ColumnDef::new(\"at\").timestamp_with_time_zone().not_null())"));
    let alone = made(&[Dialect::Mysql], &[table]);
    assert!(
        alone.contains(".custom(\"datetime(6)\").not_null()"),
        "{alone}"
    );
}

#[test]
fn a_name_that_must_be_escaped_goes_into_raw_statements() {
    for name in ["a\"b", "a`b", "a.b", "a'b", "a b"] {
        let table = Table::create()
            .table("t")
            .col(ColumnDef::new(name).integer())
            .to_owned();
        let text = made(&ALL, &[table]);
        assert!(
            !body(&text, "up").contains("create_table"),
            "{name}: {text}"
        );
    }
}

#[test]
fn what_only_one_database_has_stands_between_what_all_have() {
    let mood = Op::Enum(Change::Add(EnumType {
        name: Name::new("mood"),
        values: vec!["glad".to_owned()],
        comment: None,
    }));
    let tables = |dialect: Dialect| {
        let table = |name: &'static str| {
            let column = ColumnDef::new("id").integer().not_null().to_owned();
            let statement = Table::create().table(name).col(column).to_owned();
            let mut schema = desired(dialect, &[statement], &[]).unwrap();
            Op::Table(Box::new(Change::Add(schema.tables.remove(0))))
        };
        [table("first"), table("second")]
    };
    let [first, second] = tables(Dialect::Postgres);
    let ways = [
        (Dialect::Postgres, vec![first, mood, second]),
        (Dialect::Sqlite, tables(Dialect::Sqlite).to_vec()),
    ];
    let up = body(&from_ops(&ways), "up");
    let places: Vec<usize> = [
        "table(\"first\")",
        "CREATE TYPE",
        "_ => &[],",
        "table(\"second\")",
    ]
    .iter()
    .map(|text| up.find(text).unwrap_or_else(|| panic!("{text}: {up}")))
    .collect();
    assert!(places.is_sorted(), "{up}");
    assert!(!up.contains("DbBackend::Sqlite"), "{up}");
}

#[test]
fn a_message_cannot_leave_its_comment() {
    let text = empty_source("two\nlines\r\u{2028}\u{202e}fn");
    assert!(text.starts_with("//! two lines   fn\n//!\n"), "{text}");
    assert!(empty_source(" ").starts_with("//! A change of the schema\n"));
}
