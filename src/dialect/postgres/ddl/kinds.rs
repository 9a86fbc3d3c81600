//! Extensions, enums, domains and sequences as PostgreSQL's statements.

use super::constraint::Constraint as _;
use super::table::create_index;
use super::{PG, alter_table, comment, comment_change};
use crate::dialect::ddl::{Context, DdlError, order_words, parts};
use crate::dialect::postgres::types::quote_if_needed;
use crate::schema::{Change, Column, Domain, EnumType, Extension, Name, Op, Sequence, Table};

pub(super) fn extension(change: &Change<Extension>) -> Vec<String> {
    match change {
        // Without its version: another server may offer another, and that one is asked for by ALTER.
        Change::Add(it) => {
            let within = it.namespace.as_ref().map_or(String::new(), |name| {
                format!(" WITH SCHEMA {}", PG.quote(name))
            });
            vec![format!(
                "CREATE EXTENSION IF NOT EXISTS {}{within}",
                PG.quote(&it.name)
            )]
        }
        Change::Drop(it) => vec![format!("DROP EXTENSION {}", PG.quote(&it.name))],
        Change::Alter { from, to } => {
            let head = format!("ALTER EXTENSION {}", PG.quote(&to.name));
            let mut statements = Vec::new();
            if let (true, Some(version)) = (from.version != to.version, &to.version) {
                let version = PG.literal(version);
                statements.push(format!("{head} UPDATE TO {}", version.trim_start()));
            }
            if let (true, Some(name)) = (from.namespace != to.namespace, &to.namespace) {
                statements.push(format!("{head} SET SCHEMA {}", PG.quote(name)));
            }
            statements
        }
    }
}

pub(super) fn enum_type(change: &Change<EnumType>, context: &Context<'_>) -> Vec<String> {
    match change {
        Change::Add(it) => {
            let mut statements = vec![create_enum(it)];
            statements.extend(
                it.comment
                    .as_ref()
                    .map(|text| comment("TYPE", &PG.quote_name(&it.name), Some(text))),
            );
            statements
        }
        Change::Drop(it) => vec![format!("DROP TYPE {}", PG.quote_name(&it.name))],
        Change::Alter { from, to } => {
            let mut statements = match added_values(from, to) {
                Some(added) => added,
                None => swap(from, to, context),
            };
            let said = from
                .comment
                .as_deref()
                .filter(|_| added_values(from, to).is_some());
            let what = PG.quote_name(&to.name);
            statements.extend(comment_change("TYPE", &what, said, to.comment.as_deref()));
            statements
        }
    }
}

fn create_enum(it: &EnumType) -> String {
    let values: Vec<String> = it
        .values
        .iter()
        .map(|value| PG.literal(value).trim_start().to_owned())
        .collect();
    let one_line = format!(
        "CREATE TYPE {} AS ENUM ({})",
        PG.quote_name(&it.name),
        values.join(", ")
    );
    if one_line.len() <= 100 {
        return one_line;
    }
    parts::block(
        &format!("CREATE TYPE {} AS ENUM", PG.quote_name(&it.name)),
        &values,
        "",
    )
}

/// ADD VALUE for each new one; `None` where a value is gone or has moved.
fn added_values(from: &EnumType, to: &EnumType) -> Option<Vec<String>> {
    let mut old = from.values.iter().peekable();
    let mut last: Option<&String> = None;
    let mut statements = Vec::new();
    for value in &to.values {
        if old.next_if(|known| *known == value).is_none() {
            if from.values.contains(value) {
                return None;
            }
            let place = match (last, old.peek()) {
                (_, None) => String::new(),
                (None, Some(next)) => format!(" BEFORE {}", PG.literal(next).trim_start()),
                (Some(last), _) => format!(" AFTER {}", PG.literal(last).trim_start()),
            };
            statements.push(format!(
                "ALTER TYPE {} ADD VALUE {}{place}",
                PG.quote_name(&to.name),
                PG.literal(value).trim_start()
            ));
        }
        last = Some(value);
    }
    old.next().is_none().then_some(statements)
}

/// The type's name as a column of it shows it.
fn shown(name: &Name) -> String {
    match &name.namespace {
        Some(namespace) => {
            format!(
                "{}.{}",
                quote_if_needed(namespace),
                quote_if_needed(&name.name)
            )
        }
        None => quote_if_needed(&name.name),
    }
}

/// A new type under the old name, and every column moved to it; rows that hold a lost value are found first.
fn swap(from: &EnumType, to: &EnumType, context: &Context<'_>) -> Vec<String> {
    let spelt = shown(&to.name);
    let users: Vec<(&Table, Vec<&Column>)> = context
        .before
        .tables
        .iter()
        .map(|table| {
            let of_type =
                |it: &&Column| it.data_type.trim_end_matches("[]") == spelt && !it.inherited;
            (
                table,
                table.columns.iter().filter(of_type).collect::<Vec<_>>(),
            )
        })
        .filter(|(_, columns)| !columns.is_empty())
        .collect();
    let lost: Vec<String> = from
        .values
        .iter()
        .filter(|value| !to.values.contains(value))
        .map(|value| PG.literal(value).trim_start().to_owned())
        .collect();

    let mut statements = Vec::new();
    if !lost.is_empty() {
        for (table, columns) in &users {
            statements.extend(
                columns
                    .iter()
                    .map(|column| refuse_rows(table, column, &lost, &spelt)),
            );
        }
    }
    let old = Name {
        namespace: to.name.namespace.clone(),
        name: format!("{}__old", to.name.name),
    };
    statements.push(format!(
        "ALTER TYPE {} RENAME TO {}",
        PG.quote_name(&to.name),
        PG.quote(&old.name)
    ));
    statements.push(create_enum(to));
    for (table, columns) in &users {
        let (drops, adds) = bound_to(table, &to.name.name);
        statements.extend(drops);
        statements.extend(parts::alter(&alter_table(&table.name), &moves(columns)));
        statements.extend(adds);
    }
    statements.push(format!("DROP TYPE {}", PG.quote_name(&old)));
    statements
}

fn moves(columns: &[&Column]) -> Vec<String> {
    let mut clauses = Vec::new();
    for column in columns {
        let name = PG.quote(&column.name);
        if column.default.is_some() {
            clauses.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
        }
        let text = if column.data_type.ends_with("[]") {
            "text[]"
        } else {
            "text"
        };
        clauses.push(format!(
            "ALTER COLUMN {name} TYPE {kind} USING {name}::{text}::{kind}",
            kind = column.data_type
        ));
        if let Some(default) = &column.default {
            clauses.push(format!("ALTER COLUMN {name} SET DEFAULT {default}"));
        }
    }
    clauses
}

/// A block that stops the revision where a row holds a value that the new type has not.
fn refuse_rows(table: &Table, column: &Column, lost: &[String], kind: &str) -> String {
    let name = PG.quote(&column.name);
    let holds = if column.data_type.ends_with("[]") {
        format!("{name} && ARRAY[{}]::{kind}[]", lost.join(", "))
    } else {
        format!("{name} IN ({})", lost.join(", "))
    };
    let message = format!(
        "rows of {}.{} hold a value that {kind} loses: {}",
        table.name,
        column.name,
        lost.join(", ")
    );
    let message = PG.literal(&message.replace('%', "%%"));
    format!(
        "DO $piton$\nBEGIN\n  IF EXISTS (SELECT FROM {} WHERE {holds}) THEN\n    RAISE EXCEPTION {};\n  END IF;\nEND\n$piton$",
        PG.quote_name(&table.name),
        message.trim_start()
    )
}

/// Checks and indexes whose text names the type hold on to the old one: dropped before, added after.
fn bound_to(table: &Table, kind: &str) -> (Vec<String>, Vec<String>) {
    let names_it = |text: &str| order_words(text).contains(kind);
    let head = alter_table(&table.name);
    let (mut drops, mut adds) = (Vec::new(), Vec::new());
    for check in table.checks.iter().filter(|it| names_it(&it.expression)) {
        if let Some(name) = &check.name {
            drops.push(format!("{head} DROP CONSTRAINT {}", PG.quote(name)));
            adds.push(format!("{head} ADD {}", check.clause()));
        }
    }
    for index in &table.indexes {
        let parts = index.parts.iter().any(|part| names_it(&part.to_string()));
        if parts || index.predicate.as_deref().is_some_and(names_it) {
            let name = super::beside(&table.name, &index.name);
            drops.push(format!("DROP INDEX {}", PG.quote_name(&name)));
            adds.extend(create_index(
                &table.name,
                index,
                crate::dialect::ddl::Style::default(),
            ));
        }
    }
    (drops, adds)
}

pub(super) fn domain(op: &Op, change: &Change<Domain>) -> Result<Vec<String>, DdlError> {
    let name = PG.quote_name(&change.subject().name);
    let mut statements = match change {
        Change::Add(it) => create_domain(it),
        Change::Drop(_) => vec![format!("DROP DOMAIN {name}")],
        Change::Alter { from, to } => {
            if from.data_type != to.data_type || from.collation != to.collation {
                return Err(DdlError::Impossible {
                    op: op.describe(),
                    why: "a domain keeps its base type for life: add another".to_owned(),
                });
            }
            let mut clauses = Vec::new();
            if from.default != to.default {
                clauses.push(match &to.default {
                    Some(default) => format!("SET DEFAULT {default}"),
                    None => "DROP DEFAULT".to_owned(),
                });
            }
            if from.nullable != to.nullable {
                let verb = if to.nullable { "DROP" } else { "SET" };
                clauses.push(format!("{verb} NOT NULL"));
            }
            for (gone, _) in from
                .checks
                .iter()
                .filter(|check| !to.checks.contains(check))
            {
                clauses.push(format!("DROP CONSTRAINT {}", PG.quote(gone)));
            }
            for check in to
                .checks
                .iter()
                .filter(|check| !from.checks.contains(check))
            {
                clauses.push(format!("ADD {}", domain_check(check)));
            }
            clauses
                .iter()
                .map(|clause| format!("ALTER DOMAIN {name} {clause}"))
                .collect()
        }
    };
    if let Some(to) = change.after() {
        let from = change.before().and_then(|it| it.comment.as_deref());
        statements.extend(comment_change("DOMAIN", &name, from, to.comment.as_deref()));
    }
    Ok(statements)
}

fn create_domain(it: &Domain) -> Vec<String> {
    let mut text = format!(
        "CREATE DOMAIN {} AS {}",
        PG.quote_name(&it.name),
        it.data_type
    );
    if let Some(collation) = &it.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(default) = &it.default {
        text.push_str(&format!("\n  DEFAULT {default}"));
    }
    if !it.nullable {
        text.push_str("\n  NOT NULL");
    }
    let mut late = Vec::new();
    for check in &it.checks {
        if check.1.ends_with(" NOT VALID") {
            late.push(format!(
                "ALTER DOMAIN {} ADD {}",
                PG.quote_name(&it.name),
                domain_check(check)
            ));
        } else {
            text.push_str(&format!("\n  {}", domain_check(check)));
        }
    }
    let mut statements = vec![text];
    statements.extend(late);
    statements
}

fn domain_check((name, text): &(String, String)) -> String {
    let (expression, end) = match text.strip_suffix(" NOT VALID") {
        Some(expression) => (expression, " NOT VALID"),
        None => (text.as_str(), ""),
    };
    format!("CONSTRAINT {} CHECK ({expression}){end}", PG.quote(name))
}

pub(super) fn sequence(change: &Change<Sequence>) -> Vec<String> {
    let name = PG.quote_name(&change.subject().name);
    let options = |it: &Sequence| match it.options.is_empty() {
        true => String::new(),
        false => format!(" {}", it.options),
    };
    let mut statements = match change {
        Change::Add(it) => vec![format!(
            "CREATE SEQUENCE {name} AS {}{}",
            it.data_type,
            options(it)
        )],
        Change::Drop(_) => return vec![format!("DROP SEQUENCE {name}")],
        Change::Alter { from, to } => {
            if (&from.data_type, &from.options) == (&to.data_type, &to.options) {
                Vec::new()
            } else {
                vec![format!(
                    "ALTER SEQUENCE {name} AS {}{}",
                    to.data_type,
                    options(to)
                )]
            }
        }
    };
    let Some(to) = change.after() else {
        return statements;
    };
    if change.before().and_then(|it| it.owned_by.as_ref()) != to.owned_by.as_ref() {
        let owner = match &to.owned_by {
            Some((table, column)) => format!("{}.{}", PG.quote_name(table), PG.quote(column)),
            None => "NONE".to_owned(),
        };
        statements.push(format!("ALTER SEQUENCE {name} OWNED BY {owner}"));
    }
    let from = change.before().and_then(|it| it.comment.as_deref());
    statements.extend(comment_change(
        "SEQUENCE",
        &name,
        from,
        to.comment.as_deref(),
    ));
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mood(values: &[&str]) -> EnumType {
        EnumType {
            name: Name::new("mood"),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            comment: None,
        }
    }

    #[test]
    fn new_values_come_to_stand_where_they_belong() {
        let added = added_values(&mood(&["b", "d"]), &mood(&["a", "b", "c", "d", "e", "f"]));
        assert_eq!(
            added.unwrap(),
            [
                "ALTER TYPE \"mood\" ADD VALUE 'a' BEFORE 'b'",
                "ALTER TYPE \"mood\" ADD VALUE 'c' AFTER 'b'",
                "ALTER TYPE \"mood\" ADD VALUE 'e'",
                "ALTER TYPE \"mood\" ADD VALUE 'f'",
            ]
        );
        assert_eq!(added_values(&mood(&["a", "b"]), &mood(&["b", "a"])), None);
        assert_eq!(added_values(&mood(&["a", "b"]), &mood(&["a"])), None);
    }
}
