//! How far a restore came, kept in the target until it has ended.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::admin::backup::BackupError;
use crate::dialect::{DbError, Session};
use crate::schema::{Name, Schema};

/// The table's name.
pub const RESTORE_TABLE: &str = "piton_restore";

/// What was asked for. A restore is only gone on with under the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Only tables that these patterns name; everything where there is none.
    pub tables: Vec<String>,
    /// Whether rows that are there may go.
    pub replace: bool,
    /// Whether what is there and not in the backup goes.
    pub drop_others: bool,
}

impl Asked {
    /// What is typed for it.
    fn arguments(&self) -> Vec<String> {
        let tables = self.tables.iter();
        let mut words: Vec<String> = tables
            .flat_map(|table| ["-t".to_owned(), table.clone()])
            .collect();
        let flags = [
            (self.replace, "--replace"),
            (self.drop_others, "--drop-others"),
        ];
        let given = flags.into_iter().filter(|(given, _)| *given);
        words.extend(given.map(|(_, flag)| flag.to_owned()));
        words
    }
}

/// What is being restored, and how far that came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Of the backup.
    pub fingerprint: String,
    pub name: String,
    pub asked: Asked,
    /// What the target is to be in the end.
    pub wanted: Schema,
    /// The target's tables that are filled.
    pub filled: BTreeSet<Name>,
    pub phase: Phase,
}

impl State {
    /// Whether it is a restore of this backup, and the same was asked for.
    pub fn is_of(&self, fingerprint: &str, asked: &Asked) -> bool {
        self.fingerprint == fingerprint && self.asked == *asked
    }

    /// Whether everything is brought back.
    pub fn whole(&self) -> bool {
        self.asked.tables.is_empty()
    }

    /// The refusal of whoever wants something else.
    pub fn in_the_way(self) -> BackupError {
        BackupError::OtherRestore {
            name: self.name,
            arguments: self.asked.arguments(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Phase {
    /// Tables are emptied and made.
    Preparing,
    /// Rows come.
    Loading,
    /// All rows are in.
    Finishing,
}

const PLAN: &str = "plan";
const PIECE: &str = "rows:";

/// The state that a restore before has left; `None` where there is none.
///
/// # Errors
/// What the server says; `Note` where it cannot be read.
pub(super) async fn read(session: &mut Session) -> Result<Option<State>, BackupError> {
    let here = session.tables().await?;
    let is_ours = |it: &Name| it.namespace.is_none() && it.name == RESTORE_TABLE;
    if !here.iter().any(is_ours) {
        return Ok(None);
    }
    let table = table(session);
    let sql = format!("SELECT value FROM {table} WHERE item = '{PLAN}'");
    let rows = session.query(&sql).await?;
    // One that was killed before it wrote down what it was about has done nothing yet.
    let Some(text) = rows.first().and_then(|row| row.text(0)) else {
        return Ok(None);
    };
    let state = serde_json::from_str(text).map_err(|source| BackupError::Note { source })?;
    Ok(Some(state))
}

/// The pieces that are in.
pub(super) async fn done(session: &mut Session) -> Result<BTreeSet<String>, DbError> {
    let table = table(session);
    let rows = session.query(&format!("SELECT item FROM {table}")).await?;
    Ok(rows
        .iter()
        .filter_map(|row| row.text(0)?.strip_prefix(PIECE).map(str::to_owned))
        .collect())
}

/// Writes down what is about to be done; what a restore before has written is forgotten.
pub(super) async fn begin(session: &mut Session, state: &State) -> Result<(), DbError> {
    let columns = session.dialect().record().item_columns;
    let table = table(session);
    session
        .run(&format!("CREATE TABLE IF NOT EXISTS {table} ({columns})"))
        .await?;
    let begin = session.dialect().begin();
    session.run(begin).await?;
    session.run(&format!("DELETE FROM {table}")).await?;
    let sql = insert(session, PLAN, Some(&text(state)));
    session.run(&sql).await?;
    session.run("COMMIT").await.map(drop)
}

/// Writes down how far it came.
pub(super) async fn enter(
    session: &mut Session,
    state: &mut State,
    phase: Phase,
) -> Result<(), DbError> {
    state.phase = phase;
    let sql = format!(
        "UPDATE {} SET value = {} WHERE item = '{PLAN}'",
        table(session),
        session.dialect().literal(&text(state))
    );
    session.run(&sql).await.map(drop)
}

/// The statement that says that a piece is in, for the transaction in which it comes.
pub(super) fn piece_is_in(session: &Session, id: &str) -> String {
    insert(session, &format!("{PIECE}{id}"), None)
}

/// Forgets all of it.
pub(super) async fn end(session: &mut Session) -> Result<(), DbError> {
    let sql = format!("DROP TABLE {}", table(session));
    session.run(&sql).await.map(drop)
}

fn text(state: &State) -> String {
    serde_json::to_string(state).expect("a state is plain data")
}

fn insert(session: &Session, item: &str, value: Option<&str>) -> String {
    let dialect = session.dialect();
    format!(
        "INSERT INTO {} (item, value) VALUES ({}, {})",
        table(session),
        dialect.literal(item),
        dialect.literal_or_null(value)
    )
}

fn table(session: &Session) -> String {
    session.dialect().quote(RESTORE_TABLE)
}
