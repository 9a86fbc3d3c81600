//! The rows that Piton keeps of itself, as SQL text: run here, printed by `--sql` there.

use std::time::Duration;

use crate::dialect::Dialect;
use crate::dialect::record::{HISTORY_TABLE, JOURNAL_TABLE};
use crate::schema::Name;

/// Where the history table and the journal are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub dialect: Dialect,
    /// The namespace (PostgreSQL) or database (MySQL) that every statement names, so that a revision's
    /// `search_path` or `USE` moves nothing. `None` only in a script for a database not yet known.
    pub namespace: Option<String>,
}

impl Place {
    pub fn history(&self) -> String {
        self.table(HISTORY_TABLE)
    }

    pub fn journal(&self) -> String {
        self.table(JOURNAL_TABLE)
    }

    fn table(&self, name: &str) -> String {
        self.dialect.quote_name(&Name {
            namespace: self.namespace.clone(),
            name: name.to_owned(),
        })
    }
}

/// Who runs: the operating system's user and host, and the tool's version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    pub os_user: Option<String>,
    pub host: Option<String>,
    pub tool_version: String,
}

/// What a journal row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Upgrade,
    Downgrade,
    Stamp,
    Unstamp,
    Repair,
    /// A backup was made before a run: its name stands where a revision's does.
    Backup,
}

impl Action {
    pub fn name(self) -> &'static str {
        match self {
            Action::Upgrade => "upgrade",
            Action::Downgrade => "downgrade",
            Action::Stamp => "stamp",
            Action::Unstamp => "unstamp",
            Action::Repair => "repair",
            Action::Backup => "backup",
        }
    }

    pub fn parse(text: &str) -> Option<Action> {
        [
            Action::Upgrade,
            Action::Downgrade,
            Action::Stamp,
            Action::Unstamp,
            Action::Repair,
            Action::Backup,
        ]
        .into_iter()
        .find(|action| action.name() == text)
    }
}

/// How far an action came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Committed before the statement was sent: whether it ran is unknown until a later row says so.
    Started,
    Done,
    /// The statement failed and what stood before it still stands.
    Failed,
    /// The statement failed during a repair: whatever its number, something stood before.
    Stuck,
    RolledBack,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Started => "started",
            State::Done => "done",
            State::Failed => "failed",
            State::Stuck => "stuck",
            State::RolledBack => "rolled back",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        [
            State::Started,
            State::Done,
            State::Failed,
            State::Stuck,
            State::RolledBack,
        ]
        .into_iter()
        .find(|state| state.name() == text)
    }
}

/// How long what a journal row is about has taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elapsed {
    /// It goes on.
    Running,
    Measured(Duration),
    /// Since the transaction began, by the server's own clock.
    SinceBegin,
}

/// One row of the journal, about to be written.
#[derive(Clone, Debug)]
pub struct JournalRow<'a> {
    pub revision: &'a str,
    pub action: Action,
    pub state: State,
    /// Which statement, from 1, of how many; 0 of 0 where no statement ran.
    pub statement: usize,
    pub statements: usize,
    pub checksum: Option<&'a str>,
    pub elapsed: Elapsed,
    pub error: Option<&'a str>,
}

/// The statements that make both tables where they are missing.
pub fn create_tables(place: &Place) -> [String; 2] {
    let syntax = place.dialect.record();
    [
        format!(
            "CREATE TABLE IF NOT EXISTS {} ({})",
            place.history(),
            syntax.history_columns
        ),
        format!(
            "CREATE TABLE IF NOT EXISTS {} ({})",
            place.journal(),
            syntax.journal_columns
        ),
    ]
}

/// `revision` is applied now.
pub fn insert_history(place: &Place, revision: &str) -> String {
    format!(
        "INSERT INTO {} (version, applied_at) VALUES ({}, {})",
        place.history(),
        place.dialect.literal(revision),
        place.dialect.record().epoch,
    )
}

/// `revision` is applied no more.
pub fn delete_history(place: &Place, revision: &str) -> String {
    format!(
        "DELETE FROM {} WHERE version = {}",
        place.history(),
        place.dialect.literal(revision)
    )
}

pub fn insert_journal(place: &Place, author: &Author, row: &JournalRow<'_>) -> String {
    let dialect = place.dialect;
    let syntax = dialect.record();
    let (started, finished) = match row.elapsed {
        Elapsed::Running => (syntax.now.to_owned(), "NULL".to_owned()),
        Elapsed::SinceBegin => (
            syntax.begun.unwrap_or(syntax.now).to_owned(),
            syntax.now.to_owned(),
        ),
        Elapsed::Measured(elapsed) => (
            syntax
                .before_now
                .replace("{ms}", &elapsed.as_millis().to_string()),
            syntax.now.to_owned(),
        ),
    };
    format!(
        "INSERT INTO {} (revision, action, state, statement, statements, checksum, started_at, \
         finished_at, db_user, os_user, host, tool_version, error) \
         VALUES ({}, '{}', '{}', {}, {}, {}, {started}, {finished}, {}, {}, {}, {}, {})",
        place.journal(),
        dialect.literal(row.revision),
        row.action.name(),
        row.state.name(),
        row.statement,
        row.statements,
        dialect.literal_or_null(row.checksum),
        syntax.user,
        dialect.literal_or_null(author.os_user.as_deref()),
        dialect.literal_or_null(author.host.as_deref()),
        dialect.literal(&author.tool_version),
        dialect.literal_or_null(row.error),
    )
}
