//! Extensions, enums, domains and sequences as PostgreSQL's statements.

use super::{PG, comment, comment_change};
use crate::dialect::ddl::{Context, DdlError, parts};
use crate::schema::{Change, Domain, EnumType, Extension, Op, Sequence};

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

pub(super) fn enum_type(
    change: &Change<EnumType>,
    context: &Context<'_>,
) -> Result<Vec<String>, DdlError> {
    Ok(match change {
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
        Change::Alter { from, to } => match added_values(from, to) {
            None => super::swapped_enum(from, to, context)?,
            Some(mut statements) => {
                let (said, comment) = (from.comment.as_deref(), to.comment.as_deref());
                let what = PG.quote_name(&to.name);
                statements.extend(comment_change("TYPE", &what, said, comment));
                statements
            }
        },
    })
}

pub(super) fn create_enum(it: &EnumType) -> String {
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
    use crate::schema::Name;

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
