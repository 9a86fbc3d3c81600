//! From a difference of schemas to the text of a revision: sections for each dialect, up and down.

use std::ops::Range;

use super::compare::{compare, impossible, loss, render};
use super::failure::Failure;
use super::schema_source::{Reader, Source};
use crate::dialect::Dialect;
use crate::dialect::ddl::{Style, script};
use crate::diff::{Diff, Note, Options, diff};
use crate::revision::rust::Way;
use crate::schema::{Change, Op, Schema};
use crate::ui::escape;

/// What one revision does on one dialect.
pub(super) struct Sections {
    pub dialect: Dialect,
    pub up: String,
    pub down: String,
}

/// What one revision does on one dialect, both ways, and the schemas at either end.
pub(super) struct Part {
    /// What the section is called, which serves a whole family.
    heading: Dialect,
    /// What the server is whose schema was read.
    dialect: Dialect,
    ops: Vec<Op>,
    back: Vec<Op>,
    start: Schema,
    end: Schema,
    /// What is said beside each of `ops`, and of `back`.
    remarks: Vec<Vec<String>>,
    remarks_back: Vec<Vec<String>>,
}

impl Part {
    /// The operations of `range`, of a difference from `before` on.
    pub fn new(
        heading: Dialect,
        dialect: Dialect,
        diff: &Diff,
        range: Range<usize>,
        before: &Schema,
    ) -> Result<Part, Failure> {
        let mut start = before.clone();
        for op in &diff.ops[..range.start] {
            op.apply(&mut start)
                .map_err(|error| impossible(&error.into()))?;
        }
        let ops = diff.ops[range].to_vec();
        let mut end = start.clone();
        for op in &ops {
            op.apply(&mut end)
                .map_err(|error| impossible(&error.into()))?;
        }
        let back: Vec<Op> = ops.iter().rev().map(Op::inverse).collect();
        let remarks = ops.iter().map(|op| {
            let mut remarks: Vec<String> = loss(op).into_iter().collect();
            remarks.extend(backfill(dialect, diff, op));
            remarks
        });
        let remarks = remarks.collect();
        let remarks_back = back.iter().map(|op| {
            let gone = op.inverse().destroys();
            let gone = gone.map(|lost| format!("{lost}: the data does not come back"));
            narrowing(op).into_iter().chain(gone).collect()
        });
        let remarks_back = remarks_back.collect();
        Ok(Part {
            heading,
            dialect,
            ops,
            back,
            start,
            end,
            remarks,
            remarks_back,
        })
    }

    /// As the text of two sections.
    pub fn sections(&self) -> Result<Sections, Failure> {
        Ok(Sections {
            dialect: self.heading,
            up: text(
                self.dialect,
                &self.ops,
                &self.start,
                &self.remarks,
                Style::default(),
            )?,
            down: text(
                self.dialect,
                &self.back,
                &self.end,
                &self.remarks_back,
                Style::way_back(),
            )?,
        })
    }

    /// As what a revision in Rust is made of, up and down.
    pub fn ways(&self) -> [Way<'_>; 2] {
        [
            Way {
                dialect: self.dialect,
                ops: &self.ops,
                before: &self.start,
                remarks: self.remarks.clone(),
                style: Style::default(),
            },
            Way {
                dialect: self.dialect,
                ops: &self.back,
                before: &self.end,
                remarks: self.remarks_back.clone(),
                style: Style::way_back(),
            },
        ]
    }
}

/// What the way back cuts of values that the way there made room for. That it drops what was added is its purpose.
fn narrowing(op: &Op) -> Option<String> {
    match op {
        Op::Column { change, .. } if matches!(**change, Change::Alter { .. }) => loss(op),
        _ => None,
    }
}

fn text(
    dialect: Dialect,
    ops: &[Op],
    before: &Schema,
    remarks: &[Vec<String>],
    style: Style,
) -> Result<String, Failure> {
    let rendered = script(dialect, ops, before, style).map_err(|error| impossible(&error))?;
    let mut text = String::new();
    for group in rendered {
        for remark in remarks[group.ops.clone()].iter().flatten() {
            text.push_str(&format!("-- {}\n", escape(remark, false)));
        }
        for statement in &group.statements {
            text.push_str(&dialect.revision_statement(statement));
        }
    }
    Ok(text)
}

/// What to do about rows that have no value for a column that may not be NULL any more.
fn backfill(dialect: Dialect, diff: &Diff, op: &Op) -> Vec<String> {
    let Op::Column { table, change, .. } = op else {
        return Vec::new();
    };
    let Some(column) = change.after() else {
        return Vec::new();
    };
    let noted = diff.notes.iter().any(|note| {
        matches!(note, Note::NeedsBackfill { table: noted, column: name }
            if noted == table && *name == column.name)
    });
    if !noted {
        return Vec::new();
    }
    let (shown, quoted) = (dialect.quote_name(table), dialect.quote(&column.name));
    if change.before().is_none() {
        return vec![
            format!(
                "{table}.{} may not be NULL: this works only while the table is empty. Where there are rows,",
                column.name
            ),
            "add the column without NOT NULL, fill it in, and set NOT NULL after that:".to_owned(),
            format!("UPDATE {shown} SET {quoted} = ... WHERE {quoted} IS NULL;"),
        ];
    }
    vec![
        format!(
            "{table}.{} may not be NULL any more: rows that have none need a value first, such as",
            column.name
        ),
        format!("UPDATE {shown} SET {quoted} = ... WHERE {quoted} IS NULL;"),
    ]
}

/// The sections of a file: texts that are equal are written once. `named` says whether they name their
/// databases also where there is only one text.
pub(super) fn compose(sections: &[Sections], named: bool) -> String {
    let mut file = "-- Written by piton create: review before applying.\n".to_owned();
    for (word, pick) in [
        (
            "up",
            (|one: &Sections| one.up.clone()) as fn(&Sections) -> String,
        ),
        ("down", |one: &Sections| one.down.clone()),
    ] {
        let mut groups: Vec<(Vec<Dialect>, String)> = Vec::new();
        for one in sections {
            let text = pick(one);
            match groups.iter_mut().find(|(_, known)| *known == text) {
                Some((dialects, _)) => dialects.push(one.dialect),
                None => groups.push((vec![one.dialect], text)),
            }
        }
        let names_needed = groups.len() > 1 || named && sections.len() == 1;
        for (dialects, text) in groups {
            file.push_str(&format!("-- migrate:{word}"));
            if names_needed {
                for dialect in dialects {
                    file.push_str(&format!(" {dialect}"));
                }
            }
            file.push('\n');
            file.push_str(&text);
            file.push('\n');
        }
    }
    file
}

/// The same change on another dialect: from a replayed history where a scratch database can be had, else
/// from what the change itself tells. With what the server there is.
pub(super) async fn elsewhere(
    reader: &Reader<'_>,
    dialect: Dialect,
    change: &Diff,
    options: &Options,
    scratch_urls: &[String],
) -> Result<(Dialect, Schema, Diff), Failure> {
    let other = Reader::new(
        reader.context,
        reader.config,
        reader.loaded,
        reader.target,
        &[],
        Some(dialect),
        scratch_urls,
    )
    .await?;
    let mut wanted = other.desired().await?;
    if other.scratch.is_some() {
        let before = other.read(&Source::Revisions(None)).await?;
        let diff = compare(&other, &before, &mut wanted, options).await?;
        return Ok((other.dialect, before, diff));
    }
    let Some(before) = undone(&wanted, &change.ops) else {
        return Err(Failure::refused(format!(
            "what the change needs on {} is not known without a {} server",
            dialect.title(),
            dialect.title()
        ))
        .hint(format!("--scratch-url {}://USER@HOST/", dialect.name()))
        .hint("or take it out of `dialects` in piton.toml"));
    };
    let diff = diff(&before, &wanted, options, dialect.diff_rules());
    // Rendered once here, so that what cannot be done is said before anything is written.
    render(dialect, &diff.ops, &before)?;
    Ok((dialect, before, diff))
}

/// `schema` as it was before `ops`, which may be another dialect's: only where they add, or rename.
fn undone(schema: &Schema, ops: &[Op]) -> Option<Schema> {
    let mut before = schema.clone();
    for op in ops.iter().rev() {
        match op {
            Op::Table(change) => match change.as_ref() {
                Change::Add(table) => before.tables.retain(|one| one.name != table.name),
                _ => return None,
            },
            Op::Enum(Change::Add(added)) => before.enums.retain(|one| one.name != added.name),
            Op::Column { table, change, .. } => {
                let table = before.tables.iter_mut().find(|one| one.name == *table)?;
                match change.as_ref() {
                    Change::Add(column) => table.columns.retain(|one| one.name != column.name),
                    Change::Alter { from, to } => {
                        let only_nullable = crate::schema::Column {
                            nullable: to.nullable,
                            ..from.clone()
                        } == *to;
                        let column = table.columns.iter_mut().find(|one| one.name == to.name)?;
                        if !only_nullable {
                            return None;
                        }
                        column.nullable = from.nullable;
                    }
                    Change::Drop(_) => return None,
                }
            }
            Op::Index {
                table,
                change: Change::Add(index),
            } => {
                let table = before.tables.iter_mut().find(|one| one.name == *table)?;
                table.indexes.retain(|one| one.name != index.name);
            }
            Op::ForeignKey {
                table,
                change: Change::Add(key),
            } => {
                let table = before.tables.iter_mut().find(|one| one.name == *table)?;
                table.foreign_keys.retain(|one| one.columns != key.columns);
            }
            Op::Unique {
                table,
                change: Change::Add(unique),
            } => {
                let table = before.tables.iter_mut().find(|one| one.name == *table)?;
                table.uniques.retain(|one| one.columns != unique.columns);
            }
            Op::RenameColumn { table, from, to } => {
                let table = before.tables.iter_mut().find(|one| one.name == *table)?;
                table.columns.iter_mut().find(|one| one.name == *to)?.name = from.clone();
            }
            _ => return None,
        }
    }
    Some(before)
}
