//! SQLite's own way to change a table beyond ALTER: a new one, the rows moved over, the name given back.
//!
//! <https://www.sqlite.org/lang_altertable.html#otheralter>. Turning foreign keys off before the transaction
//! and checking them before its end, the procedure's first and its last steps, are whoever runs it's.

use super::{LITE, create_view, drop_trigger, drop_view, table};
use crate::dialect::ddl::{Context, DdlError, order_words, parts};
use crate::schema::{Change, Identity, Name, Op, Schema, Table, Trigger, View};

/// The rebuild that carries out one operation.
pub(super) fn for_op(op: &Op, context: &Context<'_>) -> Result<Vec<String>, DdlError> {
    let mut after = context.before.clone();
    op.apply(&mut after)?;
    let name = op.table().cloned().unwrap_or_default();
    match (context.before.table(&name), after.table(&name)) {
        (Some(from), Some(to)) => Ok(rebuild(from, to, context.before)),
        _ => Err(DdlError::Impossible {
            op: op.describe(),
            why: "there is no such table".to_owned(),
        }),
    }
}

/// Rows, indexes, triggers and views survive; columns are matched by name.
pub(super) fn rebuild(from: &Table, to: &Table, before: &Schema) -> Vec<String> {
    let name = &from.name.name;
    let fresh = free_name(&format!("{name}__new"), before);
    let (views, triggers) = dependents(&from.name, before);

    let mut statements: Vec<String> = Vec::new();
    // A rename reads every view and trigger again, and stumbles over those whose table is just not there.
    statements.extend(
        triggers
            .iter()
            .filter(|it| it.table != from.name)
            .map(|it| drop_trigger(it)),
    );
    statements.extend(views.iter().rev().map(|view| drop_view(view)));
    statements.push(table::create_only(to, &fresh));
    statements.extend(copy_rows(from, to, &fresh));
    if numbered(from) && numbered(to) {
        statements.extend(copy_number(name, &fresh));
    }
    statements.push(format!("DROP TABLE {}", LITE.quote(name)));
    statements.push(format!(
        "ALTER TABLE {} RENAME TO {}",
        LITE.quote(&fresh),
        LITE.quote(&to.name.name)
    ));
    statements.extend(
        to.indexes
            .iter()
            .map(|index| table::index(&to.name.name, index)),
    );
    statements.extend(views.iter().map(|view| create_view(view)));
    statements.extend(triggers.iter().map(|trigger| trigger.definition.clone()));
    statements
}

/// The first of `wanted`, `wanted2`… that no table or view has.
fn free_name(wanted: &str, schema: &Schema) -> String {
    let taken = |name: &str| {
        let same = |other: &Name| other.name.eq_ignore_ascii_case(name);
        schema.tables.iter().any(|it| same(&it.name))
            || schema.views.iter().any(|it| same(&it.name))
    };
    let mut name = wanted.to_owned();
    let mut pass = 1;
    while taken(&name) {
        pass += 1;
        name = format!("{wanted}{pass}");
    }
    name
}

fn copy_rows(from: &Table, to: &Table, fresh: &str) -> Option<String> {
    let kept: Vec<&str> = to
        .columns
        .iter()
        .filter(|column| column.generated.is_none())
        .filter_map(|column| from.column(&column.name))
        .map(|column| column.name.as_str())
        .collect();
    if kept.is_empty() {
        return None;
    }
    let mut columns = parts::names(LITE, &kept);
    if let Some(rowid) = hidden_rowid(from, to) {
        columns = format!("{rowid}, {columns}");
    }
    Some(format!(
        "INSERT INTO {} ({columns})\n  SELECT {columns} FROM {}",
        LITE.quote(fresh),
        LITE.quote(&from.name.name)
    ))
}

/// The name of the rowid, where no column is it and both tables have one: full-text indexes and applications hold on
/// to rows by it.
fn hidden_rowid(from: &Table, to: &Table) -> Option<&'static str> {
    let plain = |table: &Table| table.options.iter().all(|it| it != "WITHOUT ROWID");
    let is_rowid = |table: &Table| {
        let key = table.primary_key.as_ref().map_or(&[][..], |it| &it.columns);
        let column = match key {
            [only] => table.column(&only.to_string()),
            _ => None,
        };
        column.is_some_and(|it| it.data_type.eq_ignore_ascii_case("integer"))
    };
    let is_free = |name: &&str| {
        let mut columns = from.columns.iter().chain(&to.columns);
        !columns.any(|it| it.name.eq_ignore_ascii_case(name))
    };
    let names = ["rowid", "_rowid_", "oid"];
    names
        .into_iter()
        .find(is_free)
        .filter(|_| plain(from) && plain(to) && !is_rowid(to))
}

fn numbered(table: &Table) -> bool {
    table
        .columns
        .iter()
        .any(|column| column.identity == Some(Identity::AutoIncrement))
}

/// A number that a deleted row had is not given out again.
fn copy_number(name: &str, fresh: &str) -> [String; 2] {
    let (name, fresh) = (LITE.literal(name), LITE.literal(fresh));
    [
        format!("DELETE FROM sqlite_sequence WHERE name = {fresh}"),
        format!(
            "INSERT INTO sqlite_sequence (name, seq)\n  SELECT {fresh}, seq FROM sqlite_sequence WHERE name = {name}"
        ),
    ]
}

/// Views that read the table, directly or through others, in an order that works; triggers on it, on those
/// views, and those whose body names one of them.
fn dependents<'a>(table: &Name, schema: &'a Schema) -> (Vec<&'a View>, Vec<&'a Trigger>) {
    let mut reached = vec![table.clone()];
    let mut views: Vec<&View> = Vec::new();
    let mut grown = true;
    while grown {
        grown = false;
        for view in &schema.views {
            let read = |name: &Name| view.reads.contains(name) || names(&view.query, name);
            if !reached.contains(&view.name) && reached.iter().any(read) {
                reached.push(view.name.clone());
                views.push(view);
                grown = true;
            }
        }
    }
    let ordered = crate::dialect::ddl::creation(
        LITE,
        &Schema {
            views: views.into_iter().cloned().collect(),
            ..Schema::default()
        },
    );
    let views = ordered
        .iter()
        .filter_map(|op| match op {
            Op::View(Change::Add(made)) => schema.views.iter().find(|it| it.name == made.name),
            _ => None,
        })
        .collect();
    let triggers = schema
        .triggers
        .iter()
        .filter(|it| {
            reached.contains(&it.table) || reached.iter().any(|name| names(&it.definition, name))
        })
        .collect();
    (views, triggers)
}

fn names(text: &str, name: &Name) -> bool {
    let words = order_words(text);
    words.contains(&name.name) || words.contains(&name.name.to_lowercase())
}
