//! What the entities ask for, and what of it is there.

use super::context::Context;
use super::failure::Failure;
use crate::admin::restore::RESTORE_TABLE;
use crate::config::Config;
use crate::dialect::ddl::creation;
use crate::dialect::record::{HISTORY_TABLE, JOURNAL_TABLE};
use crate::dialect::types::{desired, renames};
use crate::dialect::{Dialect, Scope, Session, introspect};
use crate::diff::Rename;
use crate::migrate::Standing;
use crate::schema::Schema;
use crate::session::REVOCATIONS_TABLE;
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

/// Reads what is in the database, our own tables aside.
pub(super) async fn there(session: &mut Session) -> Result<Schema, Failure> {
    let scope = Scope {
        exclude: [
            HISTORY_TABLE,
            JOURNAL_TABLE,
            REVOCATIONS_TABLE,
            RESTORE_TABLE,
        ]
        .map(str::to_owned)
        .to_vec(),
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
        views: found
            .views
            .iter()
            .filter(|known| desired.views.iter().any(|wanted| wanted.name == known.name))
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
