//! What is proposed for which schema.

use super::*;
use crate::dialect::usage::{IndexUsage, TableUsage};
use crate::schema::{Column, ForeignKey, Index, IndexPart, PrimaryKey, Table};

fn index(name: &str, columns: &[&str]) -> Index {
    Index {
        name: name.to_owned(),
        parts: columns.iter().map(|it| IndexPart::column(*it)).collect(),
        valid: true,
        ..Index::default()
    }
}

fn table(indexes: Vec<Index>) -> Table {
    let column = |name: &str| Column {
        name: name.to_owned(),
        data_type: "integer".to_owned(),
        ..Column::default()
    };
    Table {
        name: Name::new("t"),
        columns: ["id", "a", "b", "c"].map(column).to_vec(),
        primary_key: Some(PrimaryKey {
            name: Some("t_pkey".to_owned()),
            columns: vec![IndexPart::column("id")],
            ..PrimaryKey::default()
        }),
        indexes,
        ..Table::default()
    }
}

fn refers(columns: &[&str]) -> ForeignKey {
    ForeignKey {
        columns: columns.iter().map(|it| (*it).to_owned()).collect(),
        references: Name::new("p"),
        referenced_columns: vec!["id".to_owned()],
        ..ForeignKey::default()
    }
}

fn proposed(found: Table, desired: Option<Table>, usage: &Usage) -> Vec<String> {
    let schema = |table: Table| Schema {
        tables: vec![table],
        ..Schema::default()
    };
    let (found, desired) = (schema(found), desired.map(schema));
    let proposals = propose(&Facts {
        dialect: Dialect::Postgres,
        found: &found,
        desired: desired.as_ref(),
        usage,
    });
    let shown = proposals.iter().map(|one| {
        let sql = match &one.action {
            Action::Change(op) => sql(Dialect::Postgres, op, &found).join("; "),
            Action::Maintain(sql) => sql.clone(),
            Action::Advise(sql) => format!("({sql})"),
        };
        format!("{}: {sql}", one.reason.name())
    });
    shown.collect()
}

#[test]
fn what_is_declared_and_not_there_is_proposed() {
    let wanted = table(vec![index("i_ab", &["a", "b"]), index("i_c", &["c"])]);
    let found = table(vec![index("other_name", &["c"])]);
    assert_eq!(
        proposed(found, Some(wanted), &Usage::default()),
        [r#"declared: CREATE INDEX CONCURRENTLY "i_ab" ON "t" ("a", "b")"#]
    );
}

#[test]
fn a_foreign_key_without_an_index_wants_one_and_one_that_leads_is_enough() {
    let mut found = table(vec![index("i_ba", &["b", "a", "c"])]);
    found.foreign_keys = vec![refers(&["a", "b"]), refers(&["id"])];
    assert_eq!(proposed(found.clone(), None, &Usage::default()), [""; 0]);
    found.foreign_keys = vec![refers(&["a"]), refers(&["c"])];
    assert_eq!(
        proposed(found.clone(), None, &Usage::default()),
        [
            r#"foreign key: CREATE INDEX CONCURRENTLY "idx_t_a" ON "t" ("a")"#,
            r#"foreign key: CREATE INDEX CONCURRENTLY "idx_t_c" ON "t" ("c")"#,
        ]
    );
    // A part of the rows is not enough.
    found.indexes = vec![Index {
        predicate: Some("a > 0".to_owned()),
        ..index("idx_t_a", &["a"])
    }];
    assert_eq!(
        proposed(found, None, &Usage::default())[0],
        r#"foreign key: CREATE INDEX CONCURRENTLY "idx_t_a_2" ON "t" ("a")"#
    );
}

#[test]
fn of_two_that_are_the_same_one_goes_and_never_the_unique_one() {
    let twins = table(vec![index("i1", &["a"]), index("i2", &["a"])]);
    assert_eq!(
        proposed(twins, None, &Usage::default()),
        [r#"duplicate: DROP INDEX CONCURRENTLY "i2""#]
    );
    let unique = Index {
        unique: true,
        ..index("i2", &["a"])
    };
    assert_eq!(
        proposed(
            table(vec![index("i1", &["a"]), unique]),
            None,
            &Usage::default()
        ),
        [r#"duplicate: DROP INDEX CONCURRENTLY "i1""#]
    );
}

#[test]
fn what_another_begins_with_goes_unless_something_needs_it() {
    let longer = || index("i_ab", &["a", "b"]);
    let drops = [r#"prefix: DROP INDEX CONCURRENTLY "i_a""#];
    let found = |one: Index| proposed(table(vec![one, longer()]), None, &Usage::default());
    assert_eq!(found(index("i_a", &["a"])), drops);
    for kept in [
        index("i_b", &["b"]),
        Index {
            unique: true,
            ..index("i_a", &["a"])
        },
        Index {
            predicate: Some("a > 0".to_owned()),
            ..index("i_a", &["a"])
        },
        Index {
            method: Some("hash".to_owned()),
            ..index("i_a", &["a"])
        },
    ] {
        assert_eq!(found(kept.clone()), [""; 0], "{kept:?}");
    }
    let mut held = table(vec![index("i_a", &["a"]), longer()]);
    held.options = vec!["CLUSTER ON i_a".to_owned()];
    assert_eq!(proposed(held, None, &Usage::default()), [""; 0]);
    let of_key = table(vec![index("i_id", &["id"])]);
    assert_eq!(
        proposed(of_key, None, &Usage::default()),
        [r#"prefix: DROP INDEX CONCURRENTLY "i_id""#]
    );
    // Declared: the entities say so, and whoever drops it has to say it there.
    let both = || table(vec![index("i_a", &["a"]), longer()]);
    assert_eq!(
        proposed(both(), Some(both()), &Usage::default()),
        [r#"prefix: (DROP INDEX CONCURRENTLY "i_a")"#]
    );
}

#[test]
fn what_nobody_reads_is_advice_alone() {
    let usage = |reads, rows| Usage {
        tables: vec![TableUsage {
            table: Name::new("t"),
            rows: Some(rows),
            ..TableUsage::default()
        }],
        indexes: vec![IndexUsage {
            table: Name::new("t"),
            index: "i_a".to_owned(),
            reads: Some(reads),
            bytes: Some(8192),
        }],
        ..Usage::default()
    };
    let found = || table(vec![index("i_a", &["a"])]);
    assert_eq!(
        proposed(found(), None, &usage(0, 5_000)),
        [r#"unused: (DROP INDEX CONCURRENTLY "i_a")"#]
    );
    assert_eq!(proposed(found(), None, &usage(3, 5_000)), [""; 0]);
    assert_eq!(proposed(found(), None, &usage(0, 50)), [""; 0]);
    let mut key = found();
    key.foreign_keys = vec![refers(&["a"])];
    assert_eq!(proposed(key, None, &usage(0, 5_000)), [""; 0]);
}

#[test]
fn what_a_failure_has_left_is_made_anew_and_room_is_given_back() {
    let broken = Index {
        valid: false,
        ..index("i_a", &["a"])
    };
    let usage = Usage {
        tables: vec![TableUsage {
            table: Name::new("t"),
            dead_percent: Some(40),
            ..TableUsage::default()
        }],
        ..Usage::default()
    };
    assert_eq!(
        proposed(table(vec![broken]), None, &usage),
        [
            r#"invalid: REINDEX INDEX CONCURRENTLY "i_a""#,
            r#"room: VACUUM (ANALYZE) "t""#,
        ]
    );
}
