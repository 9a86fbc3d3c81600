//! Data in the way of a statement: which rule it breaks, which rows do, and the query that finds them all.
//!
//! Nothing but keys is ever told of a row.

mod claim;
mod find;
mod query;
mod subject;

use std::time::Duration;

use super::{DbError, Dialect, Endpoint, Scope, Session, introspect, mysql, postgres, sqlite};
use crate::schema::{Name, Schema};
use claim::Claim;

/// How long may be looked after rows in all.
const PATIENCE: Duration = Duration::from_secs(6);
/// How long one statement of that may take.
const STATEMENT: Duration = Duration::from_secs(4);
/// How many rows are named.
const NAMED: usize = 5;

/// What is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offending {
    /// The rule and the table that it is on, as a fragment: `unique key students_email_key on students (email)`.
    pub rule: String,
    /// What the row's key is called: the primary key's columns, or what the database numbers rows by.
    pub key: Vec<String>,
    /// The keys of some rows that break the rule.
    pub rows: Vec<Vec<String>>,
    /// Whether there are others.
    pub more: bool,
    /// Finds them all; `None` where no row that stands breaks the rule.
    pub query: Option<String>,
}

/// Which kind of rule a server says is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Unique,
    ForeignKey,
    Check,
    NotNull,
    /// A value that its column's type cannot hold.
    Type,
}

/// What a server says of a broken rule, as far as its words tell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Breach {
    pub broken: Broken,
    pub table: Option<Name>,
    pub constraint: Option<String>,
    pub columns: Vec<String>,
    /// The one value of a key of one column.
    pub value: Option<String>,
    /// The rule itself, where the words hold it.
    pub claim: Option<Claim>,
}

impl Breach {
    pub(crate) fn of(broken: Broken) -> Breach {
        Breach {
            broken,
            table: None,
            constraint: None,
            columns: Vec::new(),
            value: None,
            claim: None,
        }
    }
}

pub(crate) use claim::What;
pub(crate) use subject::subject;

pub(crate) fn foreign_key(
    table: Name,
    constraint: Option<String>,
    columns: Vec<String>,
    references: Name,
    referenced: Vec<String>,
) -> Claim {
    Claim {
        table,
        constraint,
        what: What::ForeignKey {
            columns,
            references,
            referenced,
        },
    }
}

/// A foreign key that rows broke, by its columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyToLookFor {
    pub table: Name,
    pub columns: Vec<String>,
    pub references: Name,
    /// Empty: the primary key.
    pub referenced: Vec<String>,
}

impl Dialect {
    /// What numbers the rows of a table that has no key.
    fn row_number(self) -> Option<&'static str> {
        match self {
            Dialect::Postgres => Some(postgres::offending::ROW_NUMBER),
            Dialect::Mysql | Dialect::Mariadb => None,
            Dialect::Sqlite => Some(sqlite::offending::ROW_NUMBER),
        }
    }
}

/// What a server's error says of a broken rule; `None` where it is about something else.
fn breach(dialect: Dialect, error: &DbError) -> Option<Breach> {
    match dialect {
        Dialect::Postgres => postgres::offending::breach(error),
        Dialect::Mysql | Dialect::Mariadb => mysql::offending::breach(dialect, error),
        Dialect::Sqlite => sqlite::offending::breach(error),
    }
}

/// A condition that is true of the values which cannot become `data_type`; `None` where none is known.
fn unfit(session: &Kind<'_>, value: &str, from: &str, data_type: &str) -> Option<String> {
    match session.dialect {
        Dialect::Postgres => {
            let enums = &session.schema.enums;
            postgres::offending::unfit(session.version, enums, value, from, data_type)
        }
        Dialect::Mysql | Dialect::Mariadb => mysql::offending::unfit(value, from, data_type),
        Dialect::Sqlite => sqlite::offending::unfit(value, data_type),
    }
}

/// What the rules are looked for in.
struct Kind<'a> {
    dialect: Dialect,
    version: &'a str,
    schema: &'a Schema,
}

impl DbError {
    /// The error without the values of rows that the server put into its words, unless `sql` itself spells them.
    pub(crate) fn without_values(mut self, dialect: Dialect, sql: &str) -> DbError {
        match dialect {
            Dialect::Postgres => postgres::offending::silence(&mut self, sql),
            Dialect::Mysql | Dialect::Mariadb => mysql::offending::silence(&mut self, sql),
            Dialect::Sqlite => {}
        }
        self
    }
}

impl Session {
    /// What is in the way of `sql`, which has failed with `error` and is rolled back; `before` are the statements of the
    /// same revision that came before it. It is looked for on a connection of its own that writes nothing (on
    /// SQLite on this one), and no longer than some seconds.
    ///
    /// `None` where the error is about something else, or where it cannot be told.
    pub async fn offending(
        &mut self,
        error: &DbError,
        sql: &str,
        before: &[&str],
    ) -> Option<Offending> {
        let breach = breach(self.dialect(), error)?;
        self.offending_rows(&breach, sql, before).await
    }

    /// The rows that refer to nothing by this foreign key. As [`Session::offending`].
    pub async fn orphans(&mut self, key: &KeyToLookFor) -> Option<Offending> {
        let dialect = self.dialect();
        let quoted = |names: &[String]| names.iter().map(|it| dialect.quote(it)).collect();
        let mut breach = Breach::of(Broken::ForeignKey);
        breach.claim = Some(foreign_key(
            key.table.clone(),
            None,
            quoted(&key.columns),
            key.references.clone(),
            quoted(&key.referenced),
        ));
        self.offending_rows(&breach, "", &[]).await
    }

    async fn offending_rows(
        &mut self,
        breach: &Breach,
        sql: &str,
        before: &[&str],
    ) -> Option<Offending> {
        let canceller = self.canceller();
        match self.endpoint() {
            Endpoint::Sqlite(_) | Endpoint::Open(_) => {
                self.run("PRAGMA query_only = on").await.ok()?;
                let found = {
                    let looking = look(self, breach, sql, before);
                    tokio::pin!(looking);
                    tokio::select! {
                        found = &mut looking => found,
                        () = tokio::time::sleep(PATIENCE) => {
                            // Only sets a flag here.
                            drop(canceller.cancel(PATIENCE).await);
                            looking.await
                        }
                    }
                };
                canceller.rearm();
                // The run is over; what follows it on a store is its commit, which writes files alone.
                drop(self.run("PRAGMA query_only = off").await);
                found
            }
            Endpoint::Postgres(_) | Endpoint::Mysql(_) => {
                let looking = async {
                    let mut other = canceller.another(PATIENCE).await.ok()?;
                    let found = match other.look_only().await {
                        Ok(()) => look(&mut other, breach, sql, before).await,
                        Err(_) => None,
                    };
                    other.close().await;
                    found
                };
                tokio::time::timeout(PATIENCE, looking).await.ok()?
            }
        }
    }

    /// Nothing can be written from now on, and no statement takes long.
    async fn look_only(&mut self) -> Result<(), DbError> {
        self.bound(STATEMENT).await?;
        let sql = match self.dialect() {
            Dialect::Postgres => "SET default_transaction_read_only = on",
            _ => "SET SESSION TRANSACTION READ ONLY",
        };
        self.run(sql).await.map(drop)
    }
}

async fn look(
    session: &mut Session,
    breach: &Breach,
    sql: &str,
    before: &[&str],
) -> Option<Offending> {
    let dialect = session.dialect();
    let schema = introspect(session, &Scope::default()).await.ok()?;
    let version = session.version().to_owned();
    let kind = Kind {
        dialect,
        version: &version,
        schema: &schema,
    };
    let mut claims = claim::read(dialect, sql);
    claims.extend(
        before
            .iter()
            .rev()
            .flat_map(|sql| claim::read(dialect, sql))
            .filter(|claim| matches!(claim.what, What::Check { .. })),
    );
    let rules = find::rules(&kind, breach, &claims);
    let mut offending = None;
    for rule in &rules {
        let query = match query::rows(&kind, rule) {
            Some(query) => query,
            None => {
                offending.get_or_insert_with(|| query::words(dialect, rule, Vec::new(), None));
                continue;
            }
        };
        let limited = format!("{} LIMIT {}", query.sql, NAMED + 1);
        // Where it cannot be asked, as where the table came with the revision, the rule is all there is to say.
        let rows = session.query(&limited).await.unwrap_or_default();
        if rows.is_empty() {
            offending.get_or_insert_with(|| query::words(dialect, rule, Vec::new(), None));
            continue;
        }
        return Some(query::words(dialect, rule, rows, Some(query)));
    }
    offending
}
