//! `assemble` on rows as servers give them that are not at hand.

use super::assemble::assemble;
use super::place::Place;
use super::{Rows, queries};
use crate::dialect::{Row, Scope};
use crate::schema::{Identity, Name, Schema};

/// Cells by their number; all others are NULL.
fn row(cells: &[(usize, &str)]) -> Row {
    let width = cells.iter().map(|(at, _)| at + 1).max().unwrap_or(0);
    let mut row = vec![None; width];
    for (at, text) in cells {
        row[*at] = Some((*text).to_owned());
    }
    Row::new(row)
}

fn relation(oid: &str, name: &str) -> Row {
    row(&[
        (0, oid),
        (1, "public"),
        (2, name),
        (3, "r"),
        (4, "p"),
        (5, "f"),
    ])
}

fn column(oid: &str, number: &str, name: &str, more: &[(usize, &str)]) -> Row {
    let mut cells = vec![
        (0, oid),
        (1, number),
        (2, name),
        (3, "integer"),
        (4, "f"),
        (10, "t"),
    ];
    cells.extend(more);
    row(&cells)
}

fn schema(rows: &Rows) -> Schema {
    let place = Place {
        version: 180_000,
        default: Some("public".to_owned()),
        ..Place::default()
    };
    assemble(rows, &place, &Scope::default()).unwrap()
}

#[test]
fn version_18_catalogues_not_null_and_that_is_no_check() {
    let constraint = |name, valid| {
        let cells = [
            (0, "1"),
            (2, name),
            (3, "n"),
            (4, valid),
            (7, "f"),
            (8, "f"),
            (12, "[\"a\"]"),
            (20, "t"),
        ];
        row(&cells)
    };
    let rows = Rows {
        relations: vec![relation("1", "t")],
        columns: vec![column("1", "1", "a", &[(4, "t")])],
        constraints: vec![constraint("t_a_not_null", "t")],
        ..Rows::default()
    };
    let found = schema(&rows);
    assert!(found.tables[0].checks.is_empty() && found.not_understood.is_empty());
    assert!(!found.tables[0].columns[0].nullable);
    let rows = Rows {
        constraints: vec![constraint("t_a_not_null", "f")],
        ..rows
    };
    assert_eq!(schema(&rows).not_understood.len(), 1);
}

#[test]
fn version_18_has_virtual_columns_and_constraints_that_are_not_enforced() {
    let rows = Rows {
        relations: vec![relation("1", "t")],
        columns: vec![
            column("1", "1", "a", &[]),
            column("1", "2", "b", &[(6, "v"), (7, "(a * 2)")]),
        ],
        constraints: vec![
            row(&[
                (0, "1"),
                (2, "c"),
                (3, "c"),
                (4, "f"),
                (8, "f"),
                (10, "(a > 0)"),
                (20, "f"),
            ]),
            row(&[
                (0, "1"),
                (2, "p"),
                (3, "p"),
                (4, "t"),
                (8, "f"),
                (9, "9"),
                (11, "PRIMARY KEY (a, b WITHOUT OVERLAPS)"),
                (20, "t"),
                (21, "t"),
            ]),
        ],
        ..Rows::default()
    };
    let found = schema(&rows);
    let generated = found.tables[0].columns[1].generated.as_ref().unwrap();
    assert!(!generated.stored && found.tables[0].columns[1].default.is_none());
    let check = &found.tables[0].checks[0];
    assert!(check.not_enforced && !check.not_valid);
    let kept = &found.tables[0].other_constraints[0];
    assert_eq!(kept.definition, "PRIMARY KEY (a, b WITHOUT OVERLAPS)");
    assert!(found.tables[0].primary_key.is_none());
}

#[test]
fn a_sequence_of_an_older_server_is_serial_though_it_counts_further() {
    let rows = Rows {
        relations: vec![relation("1", "t")],
        columns: vec![column(
            "1",
            "1",
            "a",
            &[(7, "nextval('t_a_seq'::regclass)")],
        )],
        sequences: vec![row(&[
            (0, "public"),
            (1, "t_a_seq"),
            (2, "bigint"),
            (3, "1"),
            (4, "1"),
            (5, "9223372036854775807"),
            (6, "1"),
            (7, "1"),
            (8, "f"),
            (9, "1"),
            (10, "1"),
            (11, "f"),
            (12, "nextval('t_a_seq'::regclass)"),
        ])],
        ..Rows::default()
    };
    let sequence = Name::new("t_a_seq");
    let column = &schema(&rows).tables[0].columns[0];
    assert_eq!(column.identity, Some(Identity::Serial { sequence }));
}

#[test]
fn rows_of_what_was_dropped_meanwhile_are_passed_over() {
    let rows = Rows {
        columns: vec![column("7", "1", "a", &[])],
        constraints: vec![row(&[(0, "7"), (2, "c"), (3, "p"), (8, "f"), (9, "8")])],
        indexes: vec![row(&[(0, "8"), (1, "7"), (2, "c")])],
        reads: vec![row(&[(0, "7"), (1, "public"), (2, "t")])],
        texts: vec![row(&[(0, "trigger"), (2, "x"), (3, "public"), (4, "gone")])],
        ..Rows::default()
    };
    assert_eq!(schema(&rows), Schema::default());
}

#[test]
fn columns_that_older_servers_lack_are_not_asked_of_them() {
    let old = queries::constraints("1", 130_000) + &queries::indexes("1", 130_000);
    let old = old + &queries::columns("1", 130_000);
    for name in [
        "confdelsetcols",
        "conenforced",
        "conperiod",
        "indnullsnotdistinct",
        "attcompression",
    ] {
        assert!(!old.contains(name), "{name}");
    }
}
