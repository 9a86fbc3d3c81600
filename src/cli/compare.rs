//! Two schemas compared, and the difference told: what diff, check and create share.

use serde::Serialize;

use super::failure::Failure;
use super::schema_source::Reader;
use crate::database::Purpose;
use crate::dialect::ddl::{DdlError, Rendered, Style, script};
use crate::dialect::{Dialect, settle};
use crate::diff::{Diff, Note, Options, diff};
use crate::schema::{Op, Schema};
use crate::ui::escape;

/// What of two schemas is compared.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Selection {
    /// Only tables whose name matches: * and ? stand for any text and any character
    #[arg(long, value_name = "PATTERN")]
    pub tables: Vec<String>,
    /// Not tables whose name matches
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
}

/// A difference as a document tells it.
#[derive(Serialize)]
pub(super) struct OpDocument {
    pub what: String,
    /// What data is lost by it.
    pub destroys: Option<String>,
    pub sql: Vec<String>,
}

/// Compares, after expressions that mean the same are written the same.
pub(super) async fn compare(
    reader: &Reader<'_>,
    from: &Schema,
    to: &mut Schema,
    options: &Options,
) -> Result<Diff, Failure> {
    // Any session of the dialect will do: nothing is read or written but the meaning of expressions.
    let mut opened = match &reader.scratch {
        Some(server) if server.url().is_some() => match server.open(Purpose::Look, None).await {
            Ok(opened) => Some(opened),
            Err(_) => server
                .with_database(server.dialect().maintenance_database())
                .open(Purpose::Look, None)
                .await
                .ok(),
        },
        _ => None,
    };
    if let Some(pattern) = options.unmatched(from, to) {
        let pattern = escape(pattern, false);
        return Err(Failure::usage(format!(
            "--tables {pattern}: there is no such table on either side"
        )));
    }
    let session = opened.as_mut().map(|opened| opened.session());
    let settled = settle(session, from, to).await;
    if let Some(opened) = opened {
        opened.close().await;
    }
    settled?;
    Ok(diff(from, to, options, reader.dialect.diff_rules()))
}

/// The statements of a difference.
pub(super) fn render(
    dialect: Dialect,
    ops: &[Op],
    before: &Schema,
) -> Result<Vec<Rendered>, Failure> {
    script(dialect, ops, before, Style::default()).map_err(|error| impossible(&error))
}

pub(super) fn impossible(error: &DdlError) -> Failure {
    Failure::failed(escape(&error.to_string(), false))
}

/// The operations with their statements, for a document. Operations that are carried out together share
/// theirs: the first has them all.
pub(super) fn documents(ops: &[Op], rendered: &[Rendered]) -> Vec<OpDocument> {
    ops.iter()
        .enumerate()
        .map(|(i, op)| OpDocument {
            what: op.describe(),
            destroys: op.destroys(),
            sql: rendered
                .iter()
                .find(|group| group.ops.start == i)
                .map(|group| group.statements.clone())
                .unwrap_or_default(),
        })
        .collect()
}

/// What an operation loses, as it is written in a revision and said on the terminal.
pub(super) fn loss(op: &Op) -> Option<String> {
    let lost = op.destroys()?;
    Some(if lost.starts_with("what ") {
        format!("destructive: may lose {lost}")
    } else {
        format!("destructive: drops {lost}")
    })
}

/// What differs or may differ and is not among the operations.
pub(super) fn uncompared(diff: &Diff) -> Vec<String> {
    diff.notes
        .iter()
        .filter(|note| matches!(note, Note::NotCompared { .. } | Note::NotChanged { .. }))
        .map(ToString::to_string)
        .collect()
}

/// What a person should be told beside the operations: what they lose is told with them, and what only
/// SQL can say and is left alone is nobody's surprise.
pub(super) fn remarks(diff: &Diff) -> Vec<String> {
    diff.notes
        .iter()
        .filter(|note| !matches!(note, Note::Destroys { .. } | Note::Kept { .. }))
        .map(ToString::to_string)
        .collect()
}
