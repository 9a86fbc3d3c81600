//! Rows of types and sequences, each to its part of the model.

use serde::Deserialize;

use super::names;
use super::place::Place;
use crate::dialect::catalog::{json, owned};
use crate::dialect::{CatalogError, Dialect, Row};
use crate::schema::{Column, Domain, EnumType, Name, ObjectText, Sequence};

/// What a sequence is, and whose.
pub(super) struct SequenceRow {
    pub sequence: Sequence,
    /// Table and column number.
    pub owner: Option<(String, i64)>,
    pub of_identity: bool,
    /// The default that a `serial` column on this sequence has.
    pub serial_default: String,
    /// Options that differ from what `serial` and identity give.
    pub unusual: Vec<String>,
    pub unlogged: bool,
}

/// A row of `queries::sequences`.
pub(super) fn sequence(row: &Row, place: &Place) -> SequenceRow {
    let data_type = row.text_or_empty(2);
    let integer = |column: usize| row.integer(column).unwrap_or_default();
    let (start, increment, maximum, minimum) = (integer(3), integer(4), integer(5), integer(6));
    let (cache, cycle) = (integer(7), row.truth(8));
    let (least, most) = match data_type {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let (usual_minimum, usual_maximum) = if increment > 0 {
        (1, most)
    } else {
        (least, -1)
    };
    let usual_start = if increment > 0 { minimum } else { maximum };
    let mut unusual = Vec::new();
    if start != usual_start {
        unusual.push(format!("START WITH {start}"));
    }
    if increment != 1 {
        unusual.push(format!("INCREMENT BY {increment}"));
    }
    if minimum != usual_minimum {
        unusual.push(format!("MINVALUE {minimum}"));
    }
    if maximum != usual_maximum {
        unusual.push(format!("MAXVALUE {maximum}"));
    }
    if cache != 1 {
        unusual.push(format!("CACHE {cache}"));
    }
    if cycle {
        unusual.push("CYCLE".to_owned());
    }
    SequenceRow {
        sequence: Sequence {
            name: place.name(row.text_or_empty(0), row.text_or_empty(1)),
            data_type: data_type.to_owned(),
            options: format!(
                "INCREMENT BY {increment} MINVALUE {minimum} MAXVALUE {maximum} \
                 START WITH {start} CACHE {cache} {}",
                if cycle { "CYCLE" } else { "NO CYCLE" }
            ),
            owned_by: None,
            comment: owned(row, 13),
        },
        owner: row
            .text(9)
            .map(|table| (table.to_owned(), row.integer(10).unwrap_or_default())),
        of_identity: row.truth(11),
        serial_default: row.text_or_empty(12).to_owned(),
        unusual,
        unlogged: row.text(14) == Some("u"),
    }
}

/// A row of `queries::types` that is an enum.
pub(super) fn enum_type(row: &Row, place: &Place) -> Result<EnumType, CatalogError> {
    Ok(EnumType {
        name: name(row, place),
        values: names("types", row, 4)?,
        comment: owned(row, 12),
    })
}

/// A row of `queries::types` that is a domain; its checks are among the constraints.
pub(super) fn domain(row: &Row, place: &Place) -> Domain {
    Domain {
        name: name(row, place),
        data_type: row.text_or_empty(5).to_owned(),
        nullable: !row.truth(6),
        default: owned(row, 7),
        collation: owned(row, 8),
        checks: Vec::new(),
        comment: owned(row, 12),
    }
}

#[derive(Debug, Default, Deserialize)]
struct RangeParts {
    opclass: Option<String>,
    collation: Option<String>,
    multirange: Option<String>,
    canonical: Option<String>,
    difference: Option<String>,
}

/// A row of `queries::types` that is a row type, with its columns.
pub(super) fn row_type(row: &Row, place: &Place, columns: &[Column]) -> ObjectText {
    let columns: Vec<String> = columns
        .iter()
        .map(|column| {
            let collation = column
                .collation
                .as_ref()
                .map_or(String::new(), |collation| format!(" COLLATE {collation}"));
            format!(
                "\n    {} {}{collation}",
                Dialect::Postgres.quote(&column.name),
                column.data_type
            )
        })
        .collect();
    let name = name(row, place);
    let definition = format!(
        "CREATE TYPE {} AS ({}\n)",
        Dialect::Postgres.quote_name(&name),
        columns.join(",")
    );
    type_text(row, name, definition)
}

/// A row of `queries::types` that is a range.
pub(super) fn range(row: &Row, place: &Place) -> Result<ObjectText, CatalogError> {
    let parts: RangeParts = json("types", row, 11)?;
    let name = name(row, place);
    let mut settings = vec![format!("subtype = {}", row.text_or_empty(10))];
    for (key, value) in [
        ("subtype_opclass", parts.opclass),
        ("collation", parts.collation),
        ("multirange_type_name", parts.multirange),
        ("canonical", parts.canonical),
        ("subtype_diff", parts.difference),
    ] {
        settings.extend(value.map(|value| format!("{key} = {value}")));
    }
    let definition = format!(
        "CREATE TYPE {} AS RANGE (\n    {}\n)",
        Dialect::Postgres.quote_name(&name),
        settings.join(",\n    ")
    );
    Ok(type_text(row, name, definition))
}

fn type_text(row: &Row, name: Name, definition: String) -> ObjectText {
    ObjectText {
        kind: "type".to_owned(),
        name,
        definition,
        comment: owned(row, 12),
        ..ObjectText::default()
    }
}

fn name(row: &Row, place: &Place) -> Name {
    place.name(row.text_or_empty(1), row.text_or_empty(2))
}
