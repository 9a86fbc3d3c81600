use std::time::{Duration, Instant};

use crate::dialect::Dialect;
use crate::diff::{Options, diff};
use crate::schema::{
    Check, Column, ForeignKey, Index, IndexPart, Name, PrimaryKey, Schema, Table, View,
};

/// As many tables as anybody has, each of ten columns with keys, indexes and a check.
fn large(count: usize) -> Schema {
    let column = |at: usize| Column {
        name: format!("column_{at}"),
        data_type: "character varying(50)".to_owned(),
        nullable: true,
        default: Some("'nothing'::character varying".to_owned()),
        ..Column::default()
    };
    let index = |name: String| Index {
        name,
        parts: vec![IndexPart::column("column_1")],
        valid: true,
        ..Index::default()
    };
    let tables = (0..count).map(|at| Table {
        name: Name::new(format!("table_{at:05}")),
        columns: (0..10).map(column).collect(),
        primary_key: Some(PrimaryKey {
            name: Some(format!("table_{at:05}_pkey")),
            columns: vec![IndexPart::column("column_0")],
            ..PrimaryKey::default()
        }),
        indexes: vec![
            index(format!("by_{at:05}_a")),
            index(format!("by_{at:05}_b")),
        ],
        foreign_keys: vec![ForeignKey {
            name: Some(format!("fk_{at:05}")),
            columns: vec!["column_2".to_owned()],
            references: Name::new(format!("table_{:05}", at / 2)),
            referenced_columns: vec!["column_0".to_owned()],
            ..ForeignKey::default()
        }],
        checks: vec![Check {
            name: Some(format!("ck_{at:05}")),
            expression: "((column_3)::text <> ''::text)".to_owned(),
            ..Check::default()
        }],
        ..Table::default()
    });
    let views = (0..count / 10).map(|at| View {
        name: Name::new(format!("view_{at:05}")),
        query: format!("SELECT column_4 FROM table_{at:05}"),
        reads: vec![Name::new(format!("table_{at:05}"))],
        ..View::default()
    });
    Schema {
        tables: tables.collect(),
        views: views.collect(),
        ..Schema::default()
    }
}

fn measured(a: &Schema, b: &Schema) -> (usize, Duration) {
    let rules = Dialect::Postgres.diff_rules();
    let options = Options::default();
    let run = || {
        let started = Instant::now();
        let found = diff(a, b, &options, rules);
        (found.ops.len(), started.elapsed())
    };
    (0..3)
        .map(|_| run())
        .min_by_key(|it| it.1)
        .expect("three runs")
}

/// Without optimisation it may take some twenty times what is asked of a release build: 50 ms.
#[test]
fn five_thousand_tables_are_compared_in_no_time() {
    let a = large(5000);
    let mut b = a.clone();
    assert_eq!(measured(&a, &a.clone()).0, 0);
    for table in b.tables.iter_mut().step_by(50) {
        table.columns[4].data_type = "text".to_owned();
        table.columns.push(Column {
            name: "more".to_owned(),
            ..table.columns[5].clone()
        });
    }
    b.tables.retain(|it| !it.name.name.ends_with("99"));
    for table in &mut b.tables {
        table
            .foreign_keys
            .retain(|key| !key.references.name.ends_with("99"));
    }
    let (count, few) = measured(&a, &b);
    assert!(count > 200, "{count}");
    let (all, _) = measured(&Schema::default(), &a);
    assert!(all >= 5500, "{all}");
    let most = if cfg!(debug_assertions) { 2000 } else { 50 };
    assert!(few < Duration::from_millis(most), "{few:?}");
}
