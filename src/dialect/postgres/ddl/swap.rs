//! An enum that loses or moves values: another one in its place.

use super::constraint::Constraint as _;
use super::kinds::create_enum;
use super::table::create_index;
use super::{PG, alter_table, column};
use crate::dialect::ddl::{Context, DdlError, creation_order, order_words, parts};
use crate::dialect::postgres::types::quote_if_needed;
use crate::schema::{Change, Column, EnumType, Name, Op, Schema, Table, View};

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
pub(super) fn swap(
    from: &EnumType,
    to: &EnumType,
    context: &Context<'_>,
) -> Result<Vec<String>, DdlError> {
    let spelt = shown(&to.name);
    let users: Vec<(&Table, Vec<&Column>)> = context
        .before
        .tables
        .iter()
        .map(|table| {
            let of_type = |it: &&Column| {
                it.data_type.trim_end_matches("[]") == spelt
                    && !it.inherited
                    && it.generated.is_none()
            };
            (
                table,
                table.columns.iter().filter(of_type).collect::<Vec<_>>(),
            )
        })
        .filter(|(_, columns)| !columns.is_empty())
        .collect();
    if let Some(why) = held_fast(&users, &to.name, context.before) {
        let op = Op::Enum(Change::Alter {
            from: from.clone(),
            to: to.clone(),
        });
        if context.style.back {
            let said = format!("cannot {}: {why}", op.describe());
            return Ok(vec![refuse(&said)]);
        }
        return Err(DdlError::Impossible {
            op: op.describe(),
            why,
        });
    }
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
    let around = creation_order(&bystanders(&users, &to.name.name, context.before), false);
    for op in around.iter().rev() {
        statements.extend(super::statements(&op.inverse(), context)?);
    }
    let computed = computed(&users, &to.name.name, context.before);
    for (table, column) in &computed {
        let head = alter_table(&table.name);
        statements.push(format!("{head} DROP COLUMN {}", PG.quote(&column.name)));
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
    for (table, column) in &computed {
        statements.extend(column::made_again(&table.name, column, context));
    }
    for op in &around {
        statements.extend(super::statements(op, context)?);
    }
    Ok(statements)
}

/// What keeps the type as it is for good.
fn held_fast(users: &[(&Table, Vec<&Column>)], kind: &Name, before: &Schema) -> Option<String> {
    for (table, columns) in users {
        let Some(partitioning) = &table.partitioning else {
            continue;
        };
        let words = order_words(&partitioning.clause);
        if let Some(key) = columns.iter().find(|it| words.contains(&it.name)) {
            return Some(format!(
                "{} is partitioned by {}, and a column that rows are partitioned by keeps its type",
                table.name, key.name
            ));
        }
    }
    let says = |text: &str| order_words(text).contains(&kind.name);
    let domain = before.domains.iter().find(|it| says(&it.data_type));
    if let Some(domain) = domain {
        return Some(format!(
            "domain {} is made of it, and a domain keeps its type",
            domain.name
        ));
    }
    let others = before.others.iter().filter(|it| it.kind == "type");
    let mut others = others.filter(|it| says(&it.definition));
    others
        .next()
        .map(|it| format!("type {} is made of it", it.name))
}

/// A block that stops the revision and says why.
fn refuse(said: &str) -> String {
    let said = PG.literal(&said.replace('%', "%%"));
    format!(
        "DO $piton$\nBEGIN\n  RAISE EXCEPTION {};\nEND\n$piton$",
        said.trim_start()
    )
}

/// Generated columns that read a column of the type: they forbid it to change.
fn computed<'a>(
    users: &[(&'a Table, Vec<&'a Column>)],
    kind: &str,
    before: &'a Schema,
) -> Vec<(&'a Table, &'a Column)> {
    let mut found = Vec::new();
    for table in &before.tables {
        let of_type = users.iter().find(|(user, _)| user.name == table.name);
        for column in table.columns.iter().filter(|it| !it.inherited) {
            let Some(generated) = &column.generated else {
                continue;
            };
            let words = order_words(&generated.expression);
            let reads = |it: &&Column| words.contains(&it.name);
            let of_type = of_type.is_some_and(|(_, columns)| columns.iter().any(reads));
            if of_type || words.contains(kind) {
                found.push((table, column));
            }
        }
    }
    found
}

/// What stands on columns of the type, or speaks of it, and would hold on to the old one.
fn bystanders(users: &[(&Table, Vec<&Column>)], kind: &str, before: &Schema) -> Schema {
    let says = |text: &str, name: &str| {
        let words = order_words(text);
        words.contains(name) || words.contains(&name.to_lowercase())
    };
    let computed = computed(users, kind, before);
    let of_column = |table: &Name, text: &str| {
        let of_user = users.iter().any(|(user, columns)| {
            user.name == *table && columns.iter().any(|column| says(text, &column.name))
        });
        let of_computed =
            |(on, column): &(&Table, &Column)| on.name == *table && says(text, &column.name);
        of_user || computed.iter().any(of_computed)
    };
    let mut views: Vec<View> = Vec::new();
    let mut grown = true;
    while grown {
        let reads = |view: &View| {
            view.reads.iter().any(|read| {
                of_column(read, &view.query) || views.iter().any(|held| held.name == *read)
            })
        };
        let known = |view: &View| views.iter().any(|held| held.name == view.name);
        let speaks = |view: &View| says(&view.query, kind);
        let more = before.views.iter();
        let more = more.filter(|it| !known(it) && (reads(it) || speaks(it)));
        let more: Vec<View> = more.cloned().collect();
        grown = !more.is_empty();
        views.extend(more);
    }
    let on_view = |table: &Name| views.iter().any(|view| view.name == *table);
    let triggers = before.triggers.iter();
    let triggers = triggers
        .filter(|it| on_view(&it.table) || of_column(&it.table, &it.definition))
        .cloned()
        .collect();
    let others = before.others.iter().filter(|it| {
        let table = it.table.as_ref();
        table.is_some_and(|table| on_view(table) || of_column(table, &it.definition))
    });
    // What goes in and comes out is bound to the type; the body is read when it runs.
    let routines = before.routines.iter().filter(|it| {
        let head = it.definition.split("\nAS ").next().unwrap_or_default();
        says(head, kind)
    });
    Schema {
        others: others.cloned().collect(),
        routines: routines.cloned().collect(),
        triggers,
        views,
        ..Schema::default()
    }
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
