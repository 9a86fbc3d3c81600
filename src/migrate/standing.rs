//! Where a database stands: what its history table and its journal say.

use std::collections::BTreeMap;

use super::ledger::{Action, Place, State};
use crate::dialect::record::Surroundings;
use crate::dialect::{DbError, DbErrorKind, Row, Session};

/// What the database says of its history, in one reading.
#[derive(Clone, Debug)]
pub struct Standing {
    pub place: Place,
    pub database: String,
    pub has_history: bool,
    pub has_journal: bool,
    /// The tables of a database that has neither of our own two; else none are read.
    pub tables: Vec<crate::schema::Name>,
    /// In the order of their names.
    pub applied: Vec<Applied>,
    /// The latest journal row of each revision.
    pub journal: BTreeMap<String, Entry>,
}

/// A row of the history table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    pub id: String,
    /// Seconds since 1970, as sea-orm-migration writes it.
    pub applied_at: i64,
}

/// A row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub action: Action,
    pub state: State,
    pub statement: usize,
    pub statements: usize,
    pub checksum: Option<String>,
    /// ISO 8601, UTC, by the server's clock.
    pub started_at: String,
    pub finished_at: Option<String>,
    pub db_user: Option<String>,
    pub os_user: Option<String>,
    pub host: Option<String>,
    pub tool_version: String,
    pub error: Option<String>,
}

impl Entry {
    /// Whether the row leaves its revision half applied: begun and not ended, or failed after
    /// something that stands.
    pub fn half_applied(&self) -> bool {
        match self.state {
            State::Started | State::Stuck => true,
            State::Failed => self.statement > 1,
            State::Done | State::RolledBack => false,
        }
    }
}

/// Why the standing could not be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StandingError {
    #[error(transparent)]
    Database(#[from] DbError),
    /// One of our tables is not as it should be.
    #[error("table {table} is not what piton or sea-orm-migration made: {reason}")]
    Altered { table: String, reason: String },
    /// PostgreSQL: no schema of the search path exists.
    #[error("no schema of the search path exists in database {database:?}")]
    NoNamespace { database: String },
}

impl Standing {
    /// Reads where the session's database stands; writes nothing.
    ///
    /// # Errors
    /// What the server says; `Altered` where one of the two tables has other columns.
    pub async fn read(session: &mut Session) -> Result<Standing, StandingError> {
        Self::read_as(session, Detail::Full).await
    }

    /// As [`Standing::read`], without what only people ask for: when, by whom, and with what error.
    ///
    /// # Errors
    /// As [`Standing::read`].
    pub async fn brief(session: &mut Session) -> Result<Standing, StandingError> {
        Self::read_as(session, Detail::Brief).await
    }

    async fn read_as(session: &mut Session, detail: Detail) -> Result<Standing, StandingError> {
        let Surroundings {
            database,
            namespace,
            has_history,
            has_journal,
        } = session.surroundings().await?;
        if namespace.is_none() {
            return Err(StandingError::NoNamespace { database });
        }
        let place = Place {
            dialect: session.dialect(),
            namespace,
        };
        let mut standing = Standing {
            place,
            database,
            has_history,
            has_journal,
            tables: Vec::new(),
            applied: Vec::new(),
            journal: BTreeMap::new(),
        };
        let place = &standing.place;
        let columns = detail.columns();
        // One statement sees one moment: a run that commits meanwhile is seen whole or not at all.
        let sql = match (has_history, has_journal) {
            (false, false) => {
                standing.tables = session.tables().await?;
                return Ok(standing);
            }
            (true, false) => history_sql(place, columns),
            (false, true) => journal_sql(place, detail),
            (true, true) => format!(
                "{} UNION ALL {}",
                journal_sql(place, detail),
                history_sql(place, columns)
            ),
        };
        let rows = match session.query(&sql).await {
            Ok(rows) => rows,
            Err(error) => return Err(blamed(session, place, error).await),
        };
        for row in &rows {
            match row.text(columns) {
                Some(id) => standing.applied.push(Applied {
                    id: id.to_owned(),
                    applied_at: row.integer(columns + 1).unwrap_or_default(),
                }),
                None => {
                    let entry = entry(row, &standing.place)?;
                    standing
                        .journal
                        .insert(row.text_or_empty(0).to_owned(), entry);
                }
            }
        }
        // Sorted here: the server's collation need not be ours.
        standing.applied.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(standing)
    }

    pub fn is_applied(&self, id: &str) -> bool {
        self.applied
            .binary_search_by(|applied| applied.id.as_str().cmp(id))
            .is_ok()
    }

    pub fn applied(&self, id: &str) -> Option<&Applied> {
        let found = self
            .applied
            .binary_search_by(|applied| applied.id.as_str().cmp(id))
            .ok()?;
        self.applied.get(found)
    }
}

/// How much of the journal is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Detail {
    Brief,
    Full,
}

impl Detail {
    /// How many columns [`journal_sql`] gives of the journal; the history's two follow.
    fn columns(self) -> usize {
        match self {
            Detail::Brief => 6,
            Detail::Full => 13,
        }
    }
}

/// The latest row of each revision in the journal.
fn journal_sql(place: &Place, detail: Detail) -> String {
    let journal = place.journal();
    let more = match detail {
        Detail::Brief => String::new(),
        Detail::Full => {
            let iso = |column| place.dialect.record().iso.replace("{column}", column);
            format!(
                "{}, {}, db_user, os_user, host, tool_version, error, ",
                iso("started_at"),
                iso("finished_at")
            )
        }
    };
    format!(
        "SELECT revision, action, state, statement, statements, checksum, {more}NULL, NULL \
         FROM {journal} WHERE id IN (SELECT max(id) FROM {journal} GROUP BY revision)"
    )
}

/// The rows of the history table, after so many columns of nothing.
fn history_sql(place: &Place, nothing: usize) -> String {
    format!(
        "SELECT {}version, applied_at FROM {}",
        "NULL, ".repeat(nothing),
        place.history()
    )
}

fn entry(row: &Row, place: &Place) -> Result<Entry, StandingError> {
    let unknown = |what: &str, value: &str| StandingError::Altered {
        table: place.journal(),
        reason: format!("unknown {what} {value:?}"),
    };
    let action = Action::parse(row.text_or_empty(1))
        .ok_or_else(|| unknown("action", row.text_or_empty(1)))?;
    let state =
        State::parse(row.text_or_empty(2)).ok_or_else(|| unknown("state", row.text_or_empty(2)))?;
    let count = |i| usize::try_from(row.integer(i).unwrap_or_default()).unwrap_or_default();
    let text = |i| row.text(i).map(str::to_owned);
    Ok(Entry {
        action,
        state,
        statement: count(3),
        statements: count(4),
        checksum: text(5),
        started_at: row.text_or_empty(6).to_owned(),
        finished_at: text(7),
        db_user: text(8),
        os_user: text(9),
        host: text(10),
        tool_version: row.text_or_empty(11).to_owned(),
        error: text(12),
    })
}

/// Which of the two tables it is that cannot be read.
async fn blamed(session: &mut Session, place: &Place, error: DbError) -> StandingError {
    match session.query(&history_sql(place, 0)).await {
        Err(error) => altered(error, place.history()),
        Ok(_) => altered(error, place.journal()),
    }
}

/// A table that is there but cannot be read as ours has been changed by somebody.
fn altered(error: DbError, table: String) -> StandingError {
    match error.kind {
        DbErrorKind::Statement => StandingError::Altered {
            table,
            reason: error.message,
        },
        _ => StandingError::Database(error),
    }
}
