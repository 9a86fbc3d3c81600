//! What the entities ask for, and what of it is there.

use super::context::Context;
use super::failure::Failure;
use crate::config::Config;
use crate::dialect::ddl::creation;
use crate::dialect::record::{HISTORY_TABLE, JOURNAL_TABLE};
use crate::dialect::types::{desired, renames};
use crate::dialect::{Dialect, Scope, Session, introspect};
use crate::diff::Rename;
use crate::migrate::Standing;
use crate::schema::{Schema, Table};
use crate::ui::escape;

/// What a project's entities ask for on this dialect.
pub(super) struct Desired {
    pub schema: Schema,
    /// SQL for what entities cannot say, run as it is.
    pub statements: Vec<String>,
    /// What the entities call renamed.
    pub renames: Vec<Rename>,
}

/// Reads the project's entities.
pub(super) fn of_entities(
    context: &Context,
    config: &Config,
    dialect: Dialect,
) -> Result<Desired, Failure> {
    let counts = config.revisions.builtin.value;
    let Some(entities) = context.project.desired(dialect.orm()).filter(|_| counts) else {
        return Err(
            Failure::config("nothing says what is desired: no entities count here")
                .hint("schema = \"schema.sql\" in piton.toml names a file that says it"),
        );
    };
    let schema = desired(dialect, &entities.tables, &entities.indexes)
        .map_err(|error| Failure::config(escape(&error.to_string(), false)))?;
    let renames = renames(dialect, &entities.tables)
        .iter()
        .map(|(table, from, to)| Rename::column(table, from, to))
        .collect();
    Ok(Desired {
        schema,
        statements: entities.statements,
        renames,
    })
}

/// Reads what is in the database, our own two tables aside.
pub(super) async fn there(session: &mut Session) -> Result<Schema, Failure> {
    let scope = Scope {
        exclude: vec![HISTORY_TABLE.to_owned(), JOURNAL_TABLE.to_owned()],
        ..Scope::default()
    };
    introspect(session, &scope)
        .await
        .map_err(|error| Failure::failed(escape(&error.to_string(), true)))
}

/// How far the history is applied: none of it, all of it, or a part.
pub(super) fn applied(history: &crate::revision::History, standing: &Standing) -> (usize, usize) {
    let applied = history
        .iter()
        .filter(|revision| standing.is_applied(&revision.id))
        .count();
    (applied, history.len())
}

/// In what a table that is there differs from what is desired, a line each.
pub(super) fn differences(wanted: &Table, found: &Table) -> Vec<String> {
    let mut lines = Vec::new();
    for column in &wanted.columns {
        match found.column(&column.name) {
            None => lines.push(format!("column {} is missing", column.name)),
            Some(there) if there != column => lines.push(format!(
                "column {} is {}, not {}",
                column.name,
                column_words(there),
                column_words(column)
            )),
            Some(_) => {}
        }
    }
    for column in &found.columns {
        if wanted.column(&column.name).is_none() {
            lines.push(format!(
                "column {} is more than the entities say",
                column.name
            ));
        }
    }
    if wanted.primary_key != found.primary_key {
        lines.push("the primary key differs".to_owned());
    }
    listed(
        &mut lines,
        "unique constraint",
        &wanted.uniques,
        &found.uniques,
        |one| {
            one.name.clone().unwrap_or_else(|| {
                one.columns
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            })
        },
    );
    listed(
        &mut lines,
        "foreign key",
        &wanted.foreign_keys,
        &found.foreign_keys,
        |one| one.name.clone().unwrap_or_else(|| one.columns.join(", ")),
    );
    listed(&mut lines, "check", &wanted.checks, &found.checks, |one| {
        one.name.clone().unwrap_or_else(|| one.expression.clone())
    });
    listed(
        &mut lines,
        "index",
        &wanted.indexes,
        &found.indexes,
        |one| one.name.clone(),
    );
    lines
}

/// What is missing, what is too much, and what differs, of things that have names.
fn listed<T: PartialEq>(
    lines: &mut Vec<String>,
    what: &str,
    wanted: &[T],
    found: &[T],
    name: impl Fn(&T) -> String,
) {
    for one in wanted.iter().filter(|one| !found.contains(one)) {
        match found.iter().find(|there| name(there) == name(one)) {
            None => lines.push(format!("{what} {} is missing", name(one))),
            Some(_) => lines.push(format!("{what} {} differs", name(one))),
        }
    }
    for there in found.iter().filter(|there| !wanted.contains(there)) {
        if wanted.iter().all(|one| name(one) != name(there)) {
            lines.push(format!(
                "{what} {} is more than the entities say",
                name(there)
            ));
        }
    }
}

fn column_words(column: &crate::schema::Column) -> String {
    let mut words = column.data_type.clone();
    if !column.nullable {
        words.push_str(" NOT NULL");
    }
    if let Some(default) = &column.default {
        words.push_str(&format!(" DEFAULT {default}"));
    }
    words
}

/// What must be made so that everything desired is there, in an order that runs.
pub(super) fn missing(
    dialect: Dialect,
    desired: &Schema,
    found: &Schema,
) -> Result<Vec<String>, Failure> {
    let mut rest = desired.clone();
    rest.tables
        .retain(|table| found.table(&table.name).is_none());
    rest.enums
        .retain(|wanted| found.enums.iter().all(|known| known.name != wanted.name));
    let ops = creation(dialect, &rest);
    render(dialect, &ops, found)
}

/// What must be dropped so that nothing desired is there any more.
pub(super) fn drops(
    dialect: Dialect,
    desired: &Schema,
    found: &Schema,
) -> Result<Vec<String>, Failure> {
    let ours = Schema {
        tables: found
            .tables
            .iter()
            .filter(|table| desired.table(&table.name).is_some())
            .cloned()
            .collect(),
        enums: found
            .enums
            .iter()
            .filter(|known| desired.enums.iter().any(|wanted| wanted.name == known.name))
            .cloned()
            .collect(),
        ..Schema::default()
    };
    let ops: Vec<_> = creation(dialect, &ours)
        .iter()
        .rev()
        .map(|op| op.inverse())
        .collect();
    render(dialect, &ops, found)
}

fn render(
    dialect: Dialect,
    ops: &[crate::schema::Op],
    before: &Schema,
) -> Result<Vec<String>, Failure> {
    let rendered = crate::dialect::ddl::script(dialect, ops, before, Default::default())
        .map_err(|error| Failure::failed(escape(&error.to_string(), false)))?;
    Ok(rendered
        .into_iter()
        .flat_map(|group| group.statements)
        .collect())
}
