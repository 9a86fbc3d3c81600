//! Views, routines, triggers and what is kept as text, as PostgreSQL's statements.

use super::table::{create_index, index};
use super::{PG, comment, comment_change, names};
use crate::dialect::ddl::Style;
use crate::dialect::ddl::parts::{self, tail};
use crate::dialect::postgres::diff::replaces_routine;
use crate::dialect::types::scan;
use crate::schema::{Change, ObjectText, Routine, Trigger, View};

fn view_kind(view: &View) -> &'static str {
    if view.materialized {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    }
}

pub(super) fn view(change: &Change<View>, style: Style) -> Vec<String> {
    match change {
        Change::Add(it) => create_view(it),
        Change::Drop(it) => vec![drop_view(it)],
        Change::Alter { from, to } => {
            let shape = |it: &View| {
                (
                    it.materialized,
                    it.query.clone(),
                    it.columns.clone(),
                    it.options.clone(),
                )
            };
            if shape(from) != shape(to) {
                let mut statements = vec![drop_view(from)];
                statements.extend(create_view(to));
                return statements;
            }
            // Nothing but what stands beside the query: rows of a materialised view need no second look.
            let mut statements = Vec::new();
            for gone in from
                .indexes
                .iter()
                .filter(|it| to.indexes.iter().all(|new| new.name != it.name))
            {
                statements.extend(index(&to.name, &Change::Drop(gone.clone()), style));
            }
            for new in &to.indexes {
                let change = match from.indexes.iter().find(|it| it.name == new.name) {
                    Some(old) if old == new => continue,
                    Some(old) => Change::Alter {
                        from: old.clone(),
                        to: new.clone(),
                    },
                    None => Change::Add(new.clone()),
                };
                statements.extend(index(&to.name, &change, style));
            }
            let (before, said) = (from.comment.as_deref(), to.comment.as_deref());
            statements.extend(comment_change(
                view_kind(to),
                &PG.quote_name(&to.name),
                before,
                said,
            ));
            for (column, _) in &from.column_comments {
                if to.column_comments.iter().all(|(name, _)| name != column) {
                    statements.push(column_comment(to, column, None));
                }
            }
            for said in to
                .column_comments
                .iter()
                .filter(|it| !from.column_comments.contains(it))
            {
                statements.push(column_comment(to, &said.0, Some(&said.1)));
            }
            statements
        }
    }
}

fn drop_view(view: &View) -> String {
    format!("DROP {} {}", view_kind(view), PG.quote_name(&view.name))
}

fn column_comment(view: &View, column: &str, text: Option<&str>) -> String {
    let what = format!("{}.{}", PG.quote_name(&view.name), PG.quote(column));
    comment("COLUMN", &what, text)
}

fn create_view(view: &View) -> Vec<String> {
    let mut head = format!("CREATE {} {}", view_kind(view), PG.quote_name(&view.name));
    if !view.columns.is_empty() {
        head.push_str(&format!(" ({})", names(&view.columns)));
    }
    let starting = |word: &str| -> Vec<&String> {
        view.options
            .iter()
            .filter(|it| it.starts_with(word))
            .collect()
    };
    let settings: Vec<&str> = view
        .options
        .iter()
        .filter(|it| !it.starts_with("USING ") && !it.starts_with("TABLESPACE "))
        .map(String::as_str)
        .collect();
    head.push_str(&tail(&starting("USING ")));
    if !settings.is_empty() {
        head.push_str(&format!(" WITH ({})", settings.join(", ")));
    }
    head.push_str(&tail(&starting("TABLESPACE ")));
    let mut statements = vec![format!("{head} AS\n{}", view.query)];
    for index in &view.indexes {
        statements.extend(create_index(&view.name, index, Style::default()));
    }
    if let Some(text) = &view.comment {
        statements.push(comment(
            view_kind(view),
            &PG.quote_name(&view.name),
            Some(text),
        ));
    }
    let said = view.column_comments.iter();
    statements.extend(said.map(|(column, text)| column_comment(view, column, Some(text))));
    statements
}

/// `FUNCTION "app"."f"(integer)`
fn signature(routine: &Routine) -> (&'static str, String) {
    let kind = if routine.procedure {
        "PROCEDURE"
    } else {
        "FUNCTION"
    };
    (
        kind,
        format!("{}({})", PG.quote_name(&routine.name), routine.arguments),
    )
}

pub(super) fn routine(change: &Change<Routine>) -> Vec<String> {
    let (kind, what) = signature(change.subject());
    let drop = || format!("DROP {kind} {what}");
    let mut statements = match change {
        Change::Add(it) => vec![it.definition.clone()],
        Change::Drop(_) => return vec![drop()],
        Change::Alter { from, to } if from.definition == to.definition => Vec::new(),
        // OR REPLACE may change the body, not what goes in and out.
        Change::Alter { from, to } if replaces_routine(from, to) => vec![to.definition.clone()],
        Change::Alter { to, .. } => vec![drop(), to.definition.clone()],
    };
    if let Some(to) = change.after() {
        let from = change.before().and_then(|it| it.comment.as_deref());
        statements.extend(comment_change(kind, &what, from, to.comment.as_deref()));
    }
    statements
}

pub(super) fn trigger(change: &Change<Trigger>) -> Vec<String> {
    let it = change.subject();
    let (name, table) = (PG.quote(&it.name), PG.quote_name(&it.table));
    let what = format!("{name} ON {table}");
    let mut statements = Vec::new();
    let mut before = change.before();
    if let Some(old) = before
        && change
            .after()
            .is_none_or(|new| new.definition != old.definition)
    {
        statements.push(format!("DROP TRIGGER {what}"));
        before = None;
    }
    let Some(new) = change.after() else {
        return statements;
    };
    if before.is_none() {
        statements.push(new.definition.clone());
    }
    if new.state.as_deref() != before.and_then(|it| it.state.as_deref()) {
        let state = new.state.as_deref().unwrap_or("ENABLE");
        statements.push(format!("ALTER TABLE {table} {state} TRIGGER {name}"));
    }
    let said = before.and_then(|it| it.comment.as_deref());
    statements.extend(comment_change(
        "TRIGGER",
        &what,
        said,
        new.comment.as_deref(),
    ));
    statements
}

pub(super) fn other(change: &Change<ObjectText>) -> Vec<String> {
    let mut statements = Vec::new();
    let what = other_name(change.subject());
    let kind = change.subject().kind.to_ascii_uppercase();
    let mut before = change.before();
    if let Change::Alter { from, to } = change
        && from.definition != to.definition
        && let Some(mut statements) = row_type(from, to, &what)
    {
        let (from, to) = (from.comment.as_deref(), to.comment.as_deref());
        statements.extend(comment_change("TYPE", &what, from, to));
        return statements;
    }
    if let Some(old) = before
        && change
            .after()
            .is_none_or(|new| new.definition != old.definition)
    {
        statements.extend(drop_other(old, change.after().is_some()));
        before = None;
    }
    let Some(new) = change.after() else {
        return statements;
    };
    if before.is_none() {
        statements.push(new.definition.clone());
    }
    let said = before.and_then(|it| it.comment.as_deref());
    statements.extend(comment_change(&kind, &what, said, new.comment.as_deref()));
    statements
}

/// A row type changed attribute by attribute, so that what is made of it stays. `None` where it is no row type,
/// or its attributes would stand in another order.
fn row_type(from: &ObjectText, to: &ObjectText, what: &str) -> Option<Vec<String>> {
    let (old, new) = (attributes(from)?, attributes(to)?);
    let find = |list: &[(String, String)], name: &str| {
        let found = list.iter().find(|it| it.0 == name);
        found.map(|it| it.1.clone())
    };
    let stays: Vec<&String> = old
        .iter()
        .map(|it| &it.0)
        .filter(|it| find(&new, it).is_some())
        .collect();
    let begins: Vec<&String> = new.iter().map(|it| &it.0).take(stays.len()).collect();
    if stays != begins {
        return None;
    }
    let mut clauses = Vec::new();
    for (name, data_type) in &old {
        match find(&new, name) {
            None => clauses.push(format!("DROP ATTRIBUTE {name}")),
            Some(wanted) if wanted != *data_type => {
                clauses.push(format!("ALTER ATTRIBUTE {name} TYPE {wanted}"));
            }
            Some(_) => {}
        }
    }
    let added = new.iter().skip(stays.len());
    clauses.extend(added.map(|(name, data_type)| format!("ADD ATTRIBUTE {name} {data_type}")));
    Some(parts::alter(&format!("ALTER TYPE {what}"), &clauses))
}

/// The attributes of a row type, as the catalog writes them: the quoted name, and what follows.
fn attributes(other: &ObjectText) -> Option<Vec<(String, String)>> {
    let definition = other.definition.strip_suffix("\n)")?;
    let (head, inside) = definition.split_once(" AS (\n    ")?;
    if other.kind != "type" || !head.starts_with("CREATE TYPE ") {
        return None;
    }
    let lines = inside.split(",\n    ");
    let lines = lines.map(|line| {
        let tokens = scan::tokens(line, false);
        let name = tokens.first()?;
        Some((name.text.to_owned(), line[name.end()..].trim().to_owned()))
    });
    lines.collect()
}

fn other_name(other: &ObjectText) -> String {
    let arguments = other.arguments.as_deref().unwrap_or_default();
    match (&other.table, other.kind.as_str()) {
        (_, "cast") => format!("({})", other.name.name),
        (Some(table), _) => {
            format!(
                "{}{arguments} ON {}",
                PG.quote(&other.name.name),
                PG.quote_name(table)
            )
        }
        (None, _) => format!("{}{arguments}", PG.quote_name(&other.name)),
    }
}

/// A comment is not dropped but said anew, or set to NULL.
fn drop_other(other: &ObjectText, replaced: bool) -> Option<String> {
    if other.kind == "comment" {
        let tokens = scan::tokens(&other.definition, false);
        let is = tokens.iter().find(|token| token.is_word("IS"))?;
        return (!replaced).then(|| format!("{} NULL", &other.definition[..is.end()]));
    }
    Some(format!(
        "DROP {} {}",
        other.kind.to_ascii_uppercase(),
        other_name(other)
    ))
}
