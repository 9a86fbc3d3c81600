//! How far a restore came, kept in the target until it has ended.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::dialect::{DbError, Session};
use crate::schema::{Name, Schema};

/// The table's name.
pub const RESTORE_TABLE: &str = "piton_restore";

/// What is being restored, and how far that came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Of the backup.
    pub fingerprint: String,
    pub name: String,
    /// What the target is to be in the end.
    pub wanted: Schema,
    /// The target's tables that are filled.
    pub filled: BTreeSet<Name>,
    /// Whether everything is brought back.
    pub whole: bool,
    pub phase: Phase,
}

impl State {
    /// Whether both bring the same tables of the same backup back.
    pub fn is_of(&self, other: &State) -> bool {
        self.fingerprint == other.fingerprint
            && self.whole == other.whole
            && self.filled == other.filled
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
pub(super) async fn read(session: &mut Session) -> Result<Option<State>, DbError> {
    let here = session.tables().await?;
    let is_ours = |it: &Name| it.namespace.is_none() && it.name == RESTORE_TABLE;
    if !here.iter().any(is_ours) {
        return Ok(None);
    }
    let table = table(session);
    let sql = format!("SELECT value FROM {table} WHERE item = '{PLAN}'");
    let rows = session.query(&sql).await?;
    // One that was killed before it wrote down what it was about has done nothing yet.
    Ok(rows
        .first()
        .and_then(|row| row.text(0))
        .and_then(|text| serde_json::from_str(text).ok()))
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
    let columns = session.dialect().record().restore_columns;
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
