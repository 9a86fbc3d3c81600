//! A change in one line, for people.

use super::{Change, Op};
use crate::schema::{Check, Column, ForeignKey, Name, PrimaryKey, Unique};

impl Op {
    /// A short line: `add column students.phone`.
    pub fn describe(&self) -> String {
        match self {
            Op::Namespace(Change::Alter { from, to }) => format!("rename schema {from} to {to}"),
            Op::Namespace(change) => said(change, "schema", |name| name.clone()),
            Op::Extension(change) => said(change, "extension", |it| it.name.clone()),
            Op::Enum(change) => said(change, "enum", |it| it.name.to_string()),
            Op::Domain(change) => said(change, "domain", |it| it.name.to_string()),
            Op::Sequence(change) => said(change, "sequence", |it| it.name.to_string()),
            Op::Table(change) => match &**change {
                Change::Alter { to, .. } => format!("rebuild table {}", to.name),
                change => said(change, "table", |it| it.name.to_string()),
            },
            Op::RenameTable { from, to } => format!("rename table {from} to {to}"),
            Op::TableComment { table, .. } => format!("change comment of table {table}"),
            Op::TableOptions { table, .. } => format!("change options of table {table}"),
            Op::Partition { table, change } => match change {
                Change::Add(of) => format!("attach partition {table} to {}", of.parent),
                Change::Drop(of) => format!("detach partition {table} from {}", of.parent),
                Change::Alter { .. } => format!("change bounds of partition {table}"),
            },
            Op::Column { table, change, .. } => match &**change {
                Change::Alter { from, to } => {
                    format!(
                        "change column {table}.{}: {}",
                        to.name,
                        differences(from, to)
                    )
                }
                change => said(change, "column", |it| format!("{table}.{}", it.name)),
            },
            Op::RenameColumn { table, from, to } => format!("rename column {table}.{from} to {to}"),
            Op::PrimaryKey { table, change } => said(change, "primary key", |key| {
                format!("{table}({})", columns_of_key(key))
            }),
            Op::Unique { table, change } => said(change, "unique constraint", |unique| {
                on(table, unique.name.as_deref(), &columns_of_unique(unique))
            }),
            Op::Index { table, change } => said(change, "index", |index| {
                format!("{} on {table}", index.name)
            }),
            Op::RenameIndex { table, from, to } => {
                format!("rename index {from} on {table} to {to}")
            }
            Op::ForeignKey { table, change } => said(change, "foreign key", |key| {
                format!(
                    "{} -> {}",
                    on(table, key.name.as_deref(), &columns_of_foreign_key(key)),
                    key.references
                )
            }),
            Op::Check { table, change } => said(change, "check", |check: &Check| {
                on(table, check.name.as_deref(), &check.expression)
            }),
            Op::OtherConstraint { table, change } => {
                said(change, "constraint", |it| format!("{} on {table}", it.name))
            }
            Op::RenameConstraint { table, from, to } => {
                format!("rename constraint {from} on {table} to {to}")
            }
            Op::View(change) => said(change, view_noun(change.subject().materialized), |it| {
                it.name.to_string()
            }),
            Op::Routine(change) => {
                let noun = match change.subject().procedure {
                    true => "procedure",
                    false => "function",
                };
                said(change, noun, |it| format!("{}({})", it.name, it.arguments))
            }
            Op::Trigger(change) => said(change, "trigger", |it| {
                format!("{} on {}", it.name, it.table)
            }),
            Op::Other(change) => {
                let noun = change.subject().kind.clone();
                said(change, &noun, |it| it.name.to_string())
            }
        }
    }
}

fn said<T>(change: &Change<T>, noun: &str, name: impl Fn(&T) -> String) -> String {
    let verb = match change {
        Change::Add(_) => "add",
        Change::Drop(_) => "drop",
        Change::Alter { .. } => "change",
    };
    format!("{verb} {noun} {}", name(change.subject()))
}

fn view_noun(materialized: bool) -> &'static str {
    if materialized {
        "materialized view"
    } else {
        "view"
    }
}

fn on(table: &Name, name: Option<&str>, content: &str) -> String {
    match name {
        Some(name) => format!("{name} on {table}({content})"),
        None => format!("{table}({content})"),
    }
}

fn columns_of_key(key: &PrimaryKey) -> String {
    let columns: Vec<String> = key.columns.iter().map(ToString::to_string).collect();
    columns.join(", ")
}

fn columns_of_unique(unique: &Unique) -> String {
    let columns: Vec<String> = unique.columns.iter().map(ToString::to_string).collect();
    columns.join(", ")
}

fn columns_of_foreign_key(key: &ForeignKey) -> String {
    key.columns.join(", ")
}

/// What differs between two shapes of one column: `type integer -> bigint, not null`.
fn differences(from: &Column, to: &Column) -> String {
    let mut said = Vec::new();
    if from.data_type != to.data_type {
        said.push(format!("type {} -> {}", from.data_type, to.data_type));
    }
    if from.nullable != to.nullable {
        said.push(if to.nullable { "nullable" } else { "not null" }.to_owned());
    }
    match (&from.default, &to.default) {
        (from, to) if from == to => {}
        (_, Some(default)) => said.push(format!("default {default}")),
        (_, None) => said.push("no default".to_owned()),
    }
    for (differs, what) in [
        (from.identity != to.identity, "numbering"),
        (from.generated != to.generated, "generated expression"),
        (from.collation != to.collation, "collation"),
        (from.on_update != to.on_update, "on update"),
        (from.options != to.options, "options"),
        (from.comment != to.comment, "comment"),
    ] {
        if differs {
            said.push(what.to_owned());
        }
    }
    said.join(", ")
}
