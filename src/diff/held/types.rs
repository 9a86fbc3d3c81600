//! Enums that are swapped for another: what holds the old one in its old shape goes before.

use std::collections::HashSet;

use super::keys::changes_of;
use super::only_grows;
use crate::dialect::diff::ViewHold;
use crate::diff::part::{Before, How};
use crate::diff::sides::Sides;
use crate::diff::table::{Changes, TableChanges};
use crate::diff::text;
use crate::schema::{Column, EnumType, Name, Table};

/// A server's rows move to a new type where an enum loses or moves values: the columns that have it, by table.
pub(super) fn swapped(changes: &mut Changes<'_>, tables_early: &mut bool) -> Vec<Name> {
    let swapped: Vec<(&EnumType, &EnumType)> = changes
        .objects
        .enums
        .altered
        .iter()
        .copied()
        .filter(|(from, to)| !only_grows(from, to))
        .collect();
    for (from, to) in &swapped {
        let lost: Vec<&String> = from
            .values
            .iter()
            .filter(|it| !to.values.contains(it))
            .collect();
        let names_lost = |said: &str| {
            text::mentions(said, &from.name.name)
                || lost.iter().any(|value| text::holds_literal(said, value))
        };
        for found in changes.altered.values_mut() {
            // Checks and indexes that change anyhow must not be put on the new type in their old shape.
            for piece in &mut found.pieces {
                if piece.before.as_ref().is_some_and(|it| names_lost(&it.said)) {
                    piece.hold(How::Early);
                }
            }
            let columns = &mut found.columns;
            for (old, new) in &mut columns.altered {
                if is_of(old, &from.name) && old.default.is_some() && old.default != new.default {
                    let mut meanwhile = old.clone();
                    meanwhile.default = None;
                    columns.unset.push((old.clone(), meanwhile.clone()));
                    *old = meanwhile;
                }
            }
            columns.altered.retain(|(old, new)| old != new);
            drop_before(found, &from.name);
        }
        let used = |table: &&Table| table.columns.iter().any(|it| is_of(it, &from.name));
        *tables_early |= changes.dropped.iter().any(used);
    }
    swapped.iter().map(|it| it.0.name.clone()).collect()
}

/// Columns of a row type whose columns change theirs: no server rewrites those, so they are text meanwhile.
pub(super) fn hold_row_types<'a>(sides: &'a Sides<'_>, changes: &mut Changes<'a>) {
    if sides.rules.views != ViewHold::Columns {
        return;
    }
    let retyped = |found: &TableChanges<'_>| {
        let altered = &found.columns.altered;
        altered
            .iter()
            .any(|(from, to)| from.data_type != to.data_type)
    };
    let tables = changes.altered.iter().filter(|(_, found)| retyped(found));
    let mut kinds: Vec<Name> = tables.map(|(name, _)| (*name).clone()).collect();
    let types = changes.objects.others.altered.iter();
    let types = types.filter(|(from, to)| from.kind == "type" && from.definition != to.definition);
    kinds.extend(types.map(|(from, _)| from.name.clone()));
    if kinds.is_empty() {
        return;
    }
    let columns = sides.from.tables.iter().flat_map(|it| &it.columns);
    let mut used: HashSet<&str> = columns.map(|it| it.data_type.as_str()).collect();
    used.retain(|used| kinds.iter().any(|kind| text::mentions(used, &kind.name)));
    if used.is_empty() {
        return;
    }
    for table in &sides.from.tables {
        let of_row: Vec<&Column> = table
            .columns
            .iter()
            .filter(|it| used.contains(it.data_type.as_str()) && !it.inherited)
            .filter(|it| it.generated.is_none())
            .collect();
        let Some(found) = (!of_row.is_empty())
            .then(|| changes_of(sides, changes, &table.name))
            .flatten()
        else {
            continue;
        };
        for column in of_row {
            found.columns.as_text(found.three, column);
        }
        let names: Vec<String> = found
            .columns
            .unset
            .iter()
            .map(|it| it.0.name.clone())
            .collect();
        found.hold(How::Early, |_, before| {
            before.reads.iter().any(|name| names.contains(name))
        });
    }
}

/// Moves dropped columns of a type, with what stands on them, to before the type changes.
fn drop_before(found: &mut TableChanges<'_>, kind: &Name) {
    let generated: Vec<&str> = found
        .three
        .from
        .columns
        .iter()
        .filter_map(|it| Some(it.generated.as_ref()?.expression.as_str()))
        .collect();
    let columns = &mut found.columns;
    let (early, rest) = std::mem::take(&mut columns.dropped)
        .into_iter()
        .partition(|it| {
            is_of(it, kind) && !generated.iter().any(|said| text::mentions(said, &it.name))
        });
    columns.dropped_early.extend::<Vec<Column>>(early);
    columns.dropped = rest;
    for column in &mut columns.dropped {
        if is_of(column, kind) && column.default.is_some() {
            let mut meanwhile = column.clone();
            meanwhile.default = None;
            columns.unset.push((column.clone(), meanwhile.clone()));
            *column = meanwhile;
        }
    }
    for piece in &mut found.pieces {
        let reads = |it: &Before| {
            it.reads
                .iter()
                .any(|name| columns.dropped_early.iter().any(|it| it.name == *name))
        };
        if piece.before.as_ref().is_some_and(reads) {
            piece.hold(How::Early);
        }
    }
}

/// Whether a column is of a type, or an array of it.
pub(super) fn is_of(column: &Column, kind: &Name) -> bool {
    text::mentions(&column.data_type, &kind.name)
}
