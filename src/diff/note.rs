//! What a person should know before the operations run.

use super::filter::Kind;
use super::rename::Rename;
use super::sides::Sides;
use super::table::Changes;
use crate::schema::{Change, Column, Name, Op};

/// Something that the operations do not say, or say too quietly.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    /// Rows that are there have no value for it, and it may not be NULL.
    NeedsBackfill { table: Name, column: String },
    /// What is lost for good: `column students.phone`.
    Destroys { what: String },
    /// It was seen and not understood, on one side or both.
    NotCompared { what: String },
    /// It differs, and no operation can change it: `how it is partitioned`.
    NotChanged { table: Name, what: &'static str },
    /// It is there, and the desired side cannot speak of it.
    Kept { kind: Kind, name: String },
    /// An answer that fits nothing on either side.
    UnknownRename { rename: Rename },
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Note::NeedsBackfill { table, column } => {
                write!(
                    f,
                    "{table}.{column} needs a value in the rows that are there"
                )
            }
            Note::Destroys { what } => write!(f, "destroys {what}"),
            Note::NotCompared { what } => write!(f, "not compared: {what}"),
            Note::NotChanged { table, what } => {
                write!(f, "not changed: table {table} differs in {what}")
            }
            Note::Kept { kind, name } => {
                write!(f, "kept: {} {name}", format!("{kind:?}").to_lowercase())
            }
            Note::UnknownRename { rename } => write!(f, "no such rename: {rename}"),
        }
    }
}

pub(super) fn notes(sides: &Sides<'_>, changes: &Changes<'_>, ops: &[Op]) -> Vec<Note> {
    let mut notes = Vec::new();
    let unknown = sides.unknown.iter().cloned();
    notes.extend(unknown.map(|rename| Note::UnknownRename { rename }));
    for op in ops {
        notes.extend(op.destroys().map(|what| Note::Destroys { what }));
        if let Op::Column { table, change, .. } = op
            && let Some(column) = lacks_value(change)
        {
            notes.push(Note::NeedsBackfill {
                table: table.clone(),
                column: column.to_owned(),
            });
        }
    }
    for table in &sides.to.tables {
        let beyond = changes
            .altered
            .get(&table.name)
            .map_or(&[][..], |it| &it.beyond);
        notes.extend(beyond.iter().map(|what| Note::NotChanged {
            table: table.name.clone(),
            what,
        }));
    }
    let mut unread: Vec<&String> = sides
        .raw
        .not_understood
        .iter()
        .chain(&sides.to.not_understood)
        .collect();
    unread.sort();
    unread.dedup();
    notes.extend(
        unread
            .into_iter()
            .map(|what| Note::NotCompared { what: what.clone() }),
    );
    let kept = changes.objects.kept.iter().cloned();
    notes.extend(kept.map(|(kind, name)| Note::Kept { kind, name }));
    notes
}

/// The column that rows which are there have no value for.
fn lacks_value(change: &Change<Column>) -> Option<&str> {
    let filled =
        |it: &Column| it.default.is_some() || it.identity.is_some() || it.generated.is_some();
    match change {
        Change::Add(column) if !column.nullable && !filled(column) => Some(&column.name),
        Change::Alter { from, to }
            if from.nullable
                && !to.nullable
                && to.generated.is_none()
                && !to.takes_default_from(from) =>
        {
            Some(&to.name)
        }
        _ => None,
    }
}
