//! Revocations in the SQL database, so that a failover that loses Redis's last writes brings no session back.

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sea_orm::sea_query::{Alias, ColumnDef, Expr, ExprTrait as _, Query, Table};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr};

use super::store::Session;
use super::token::SessionId;
use crate::redis::random_name;

/// The table of the log.
pub const TABLE: &str = "piton_revocations";

/// What was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    tag: String,
    what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Session {
        hash: String,
    },
    /// All of a user's sessions of that epoch.
    User {
        user: String,
        epoch: String,
    },
}

impl Revocation {
    pub(super) fn session(id: &SessionId) -> Revocation {
        Revocation {
            tag: id.tag().to_owned(),
            what: What::Session {
                hash: id.hash().to_owned(),
            },
        }
    }

    pub(super) fn user(tag: &str, user: &str, epoch: &str) -> Revocation {
        Revocation {
            tag: tag.to_owned(),
            what: What::User {
                user: user.to_owned(),
                epoch: epoch.to_owned(),
            },
        }
    }

    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    pub(super) fn what(&self) -> &What {
        &self.what
    }
}

/// Revocations, to look sessions up in.
#[derive(Debug, Default)]
pub(super) struct Revoked {
    /// Tag and hash.
    sessions: HashSet<(String, String)>,
    /// Tag, user and epoch.
    epochs: HashSet<(String, String, String)>,
}

impl Revoked {
    pub(super) fn new(all: &[Revocation]) -> Revoked {
        let mut revoked = Revoked::default();
        for Revocation { tag, what } in all {
            match what.clone() {
                What::Session { hash } => drop(revoked.sessions.insert((tag.clone(), hash))),
                What::User { user, epoch } => {
                    revoked.epochs.insert((tag.clone(), user, epoch));
                }
            }
        }
        revoked
    }

    pub(super) fn has(&self, session: &Session) -> bool {
        if self.sessions.is_empty() && self.epochs.is_empty() {
            return false;
        }
        let (tag, hash) = (session.id.tag().to_owned(), session.id.hash().to_owned());
        let (user, epoch) = (session.user.clone(), session.epoch.clone());
        self.sessions.contains(&(tag.clone(), hash)) || self.epochs.contains(&(tag, user, epoch))
    }
}

/// Why the log could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error(transparent)]
    Database(#[from] DbErr),
    /// Whatever else keeps a log.
    #[error("{0}")]
    Other(String),
}

/// Where revocations are kept for as long as what they revoke could live.
#[async_trait::async_trait]
pub trait RevocationLog: Send + Sync {
    /// Keeps a revocation; it is durable when this returns.
    async fn record(&self, revocation: &Revocation, life: Duration) -> Result<(), LogError>;

    /// All that still stand.
    async fn standing(&self) -> Result<Vec<Revocation>, LogError>;

    /// Removes what no session can outlive; gives how many.
    async fn forget(&self) -> Result<u64, LogError>;
}

/// The log in a table of the application's database.
#[derive(Clone, Debug)]
pub struct SqlLog(DatabaseConnection);

fn column(name: &str) -> Alias {
    Alias::new(name)
}

fn now_ms() -> i64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

/// Clocks of different machines may differ by so much.
const SKEW: Duration = Duration::from_secs(3600);

impl SqlLog {
    /// The log in a database that has its table.
    pub fn there(db: &DatabaseConnection) -> SqlLog {
        SqlLog(db.clone())
    }

    /// The log in this database; the table is made where it is missing.
    ///
    /// # Errors
    /// The database's.
    pub async fn open(db: &DatabaseConnection) -> Result<SqlLog, LogError> {
        // Who may only write rows is refused IF NOT EXISTS too.
        let look = Query::select()
            .column(column("id"))
            .from(column(TABLE))
            .limit(1)
            .take();
        if db.query_one(&look).await.is_ok() {
            return Ok(SqlLog(db.clone()));
        }
        let text = |name: &str, length| {
            ColumnDef::new(column(name))
                .string_len(length)
                .not_null()
                .take()
        };
        let table = Table::create()
            .table(column(TABLE))
            .if_not_exists()
            .col(text("id", 22).primary_key())
            .col(text("tag", 8))
            // A session's hash, or empty for all of a user's.
            .col(text("session", 64))
            .col(ColumnDef::new(column("user_name")).text().not_null())
            .col(text("epoch", 22))
            .col(ColumnDef::new(column("until_ms")).big_integer().not_null())
            .take();
        db.execute(&table).await?;
        Ok(SqlLog(db.clone()))
    }
}

#[async_trait::async_trait]
impl RevocationLog for SqlLog {
    async fn record(&self, revocation: &Revocation, life: Duration) -> Result<(), LogError> {
        let (session, user, epoch) = match &revocation.what {
            What::Session { hash } => (hash.as_str(), "", ""),
            What::User { user, epoch } => ("", user.as_str(), epoch.as_str()),
        };
        let life = i64::try_from((life + SKEW).as_millis()).unwrap_or(i64::MAX);
        let values = [
            random_name().into(),
            revocation.tag.clone().into(),
            session.into(),
            user.into(),
            epoch.into(),
            now_ms().saturating_add(life).into(),
        ];
        let insert = Query::insert()
            .into_table(column(TABLE))
            .columns(["id", "tag", "session", "user_name", "epoch", "until_ms"].map(column))
            .values_panic(values)
            .take();
        self.0.execute(&insert).await?;
        Ok(())
    }

    async fn standing(&self) -> Result<Vec<Revocation>, LogError> {
        let select = Query::select()
            .columns(["tag", "session", "user_name", "epoch"].map(column))
            .from(column(TABLE))
            .and_where(Expr::col(column("until_ms")).gt(now_ms()))
            .take();
        let rows = self.0.query_all(&select).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            let tag: String = row.try_get("", "tag")?;
            let hash: String = row.try_get("", "session")?;
            let what = if hash.is_empty() {
                What::User {
                    user: row.try_get("", "user_name")?,
                    epoch: row.try_get("", "epoch")?,
                }
            } else {
                What::Session { hash }
            };
            all.push(Revocation { tag, what });
        }
        Ok(all)
    }

    async fn forget(&self) -> Result<u64, LogError> {
        let delete = Query::delete()
            .from_table(column(TABLE))
            .and_where(Expr::col(column("until_ms")).lte(now_ms()))
            .take();
        Ok(self.0.execute(&delete).await?.rows_affected())
    }
}
