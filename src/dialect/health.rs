//! What a database says of its own strain: how full it is, how slow, and who waits for whom.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{DbError, DbErrorKind, Dialect, Row, Session, masked, mysql, postgres, sqlite};

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Usage {
    pub used: u64,
    pub allowed: u64,
}

/// What was done since the server began to count, and how long it took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Work {
    pub of: Unit,
    pub count: f64,
    pub total_ms: f64,
    /// How many kinds of statements were left out as our own: only two with the same can be compared.
    #[serde(skip)]
    pub left_out: usize,
}

/// What the server counts: not every one counts statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    Statement,
    Transaction,
}

impl Unit {
    pub fn name(self) -> &'static str {
        match self {
            Unit::Statement => "statement",
            Unit::Transaction => "transaction",
        }
    }
}

/// Reads that the server's own cache answered, of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hits {
    pub hits: u64,
    pub reads: u64,
}

/// What happened since the server began to count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    pub commits: Option<u64>,
    pub rollbacks: Option<u64>,
    pub deadlocks: Option<u64>,
    pub temporary_bytes: Option<u64>,
}

/// A session that does something, or holds a transaction open.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Activity {
    pub id: i64,
    pub user: Option<String>,
    /// The program's name, or the host that it comes from.
    pub from: Option<String>,
    /// As the server calls it, such as `active` or `idle in transaction`.
    pub state: String,
    /// How long the statement runs; where none does, how long the session has been so.
    pub ms: f64,
    /// The statement's beginning, in one line and without its secrets.
    pub statement: String,
}

/// A session that waits for another's lock.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wait {
    pub waiter: Activity,
    /// Whom it waits for; empty where the server does not tell.
    pub holders: Vec<Activity>,
    /// The server does not tell who holds the lock; these are the sessions that may.
    pub guessed: bool,
}

/// A server that follows this one, or is followed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Replica {
    pub name: String,
    /// Where it connects from; several may have one name.
    pub address: Option<String>,
    pub state: String,
    /// It follows and gets nothing: whatever it says of its lag grows unseen.
    pub cut_off: bool,
    pub lag_bytes: Option<u64>,
    pub lag_ms: Option<f64>,
}

/// The name of this server as a follower of another.
pub(super) const THIS_SERVER: &str = "this server";

/// Something that this user or this server does not let one see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unseen {
    pub what: &'static str,
    pub reason: Hidden,
    pub why: String,
}

/// The kinds of reasons for which something is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hidden {
    /// The user may not see it.
    Privilege,
    /// The server does not count it, or has no such thing.
    NotCounted,
    /// Somebody's lock was in the way, or it would cost too much.
    InTheWay,
    /// The server could not answer.
    Failed,
}

impl Hidden {
    pub fn name(self) -> &'static str {
        match self {
            Hidden::Privilege => "privilege",
            Hidden::NotCounted => "not_counted",
            Hidden::InTheWay => "in_the_way",
            Hidden::Failed => "failed",
        }
    }
}

/// What a database says in a moment. `None` is what it has not got, or is in `unseen`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Vitals {
    /// Of the whole server.
    pub connections: Option<Usage>,
    /// Of this database alone.
    pub connections_here: Option<u64>,
    /// The age of the oldest statement that runs in this database; 0 where none does.
    pub oldest_statement_ms: Option<f64>,
    /// The age of the oldest transaction in this database; 0 where there is none.
    pub longest_transaction_ms: Option<f64>,
    pub work: Option<Work>,
    pub cache: Option<Hits>,
    pub totals: Totals,
    /// How many of the transactions so far were this session's own.
    #[serde(skip)]
    pub own_transactions: f64,
    /// The oldest first.
    pub running: Vec<Activity>,
    pub waits: Vec<Wait>,
    /// Those that follow this server.
    pub replicas: Vec<Replica>,
    /// This server as a follower of another.
    pub follows: Option<Replica>,
    pub unseen: Vec<Unseen>,
}

/// How large a table is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TableSize {
    pub name: String,
    pub bytes: u64,
    pub index_bytes: Option<u64>,
    /// As the server estimates them.
    pub rows: Option<u64>,
    pub dead_rows: Option<u64>,
    /// Room inside the file that nothing is in, as it is estimated.
    pub bloat_bytes: Option<u64>,
}

/// How large an index is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IndexSize {
    pub name: String,
    pub table: String,
    pub bytes: u64,
    /// How often it was used since the server began to count.
    pub scans: Option<u64>,
}

/// How far the numbers of a sequence, or of a column that counts by itself, are used up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sequence {
    /// The column that takes its numbers, or the sequence itself.
    pub name: String,
    pub last: u64,
    pub most: u64,
}

impl Sequence {
    /// From 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "a share is no exact number")]
    pub fn used(&self) -> f64 {
        if self.most == 0 {
            return 0.0;
        }
        self.last as f64 / self.most as f64
    }
}

/// How large everything is: asked for less often, since it costs more.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Sizes {
    pub bytes: Option<u64>,
    /// Of the whole file, where a database is one.
    pub free_bytes: Option<u64>,
    /// The write-ahead log beside a SQLite file.
    pub wal_bytes: Option<u64>,
    /// The largest first.
    pub tables: Vec<TableSize>,
    /// The largest ones.
    pub indexes: Vec<IndexSize>,
    /// The fullest first.
    pub sequences: Vec<Sequence>,
    pub unseen: Vec<Unseen>,
}

/// What was learnt of a server over one session, so that it is not asked for again each time.
#[derive(Debug, Default)]
pub struct Learnt {
    /// What the server or the user has not got, with the reason.
    pub(super) lacking: Vec<Unseen>,
    /// The schema of `pg_stat_statements`; empty where it cannot be used.
    pub(super) statements_in: Option<String>,
    /// Numbers of our own statements, which are not counted.
    pub(super) own_statements: BTreeSet<i64>,
    /// How many statements were our own, and how long they took there, as far as that can be told from here.
    pub(super) own: (f64, f64),
    /// What the quickest of them took: the way there and back.
    pub(super) quickest_ms: Option<f64>,
}

impl Learnt {
    /// What a query gives, or why it gives nothing; what is refused once is not asked for again.
    ///
    /// # Errors
    /// A connection that was lost, and a statement that took too long.
    pub(super) async fn ask(
        &mut self,
        session: &mut Session,
        what: &'static str,
        sql: &str,
        remedy: &str,
    ) -> Result<Option<Vec<Row>>, DbError> {
        if self.lacking.iter().any(|one| one.what == what) {
            return Ok(None);
        }
        let started = std::time::Instant::now();
        let answer = session.query(sql).await;
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        let quickest_ms = self.quickest_ms.map_or(ms, |quickest| quickest.min(ms));
        self.quickest_ms = Some(quickest_ms);
        self.own.0 += 1.0;
        self.own.1 += ms - quickest_ms;
        match answer {
            Ok(rows) => Ok(Some(rows)),
            Err(error) => {
                let Some(reason) = refusal(error.kind) else {
                    return Err(error);
                };
                let mut why = error.message;
                if !remedy.is_empty() {
                    why = format!("{why}; {remedy}");
                }
                self.lacking.push(Unseen { what, reason, why });
                Ok(None)
            }
        }
    }
}

/// What kind of refusal an error is; `None` where the session is of no use any more, or was too slow.
fn refusal(kind: DbErrorKind) -> Option<Hidden> {
    match kind {
        DbErrorKind::Privilege => Some(Hidden::Privilege),
        DbErrorKind::Statement => Some(Hidden::NotCounted),
        DbErrorKind::Driver | DbErrorKind::ReadOnly => Some(Hidden::Failed),
        _ => None,
    }
}

impl Session {
    /// Prepares the session for looking: no statement of it may take longer than `timeout_ms`, and none
    /// waits for a lock.
    ///
    /// # Errors
    /// What the server says.
    pub async fn prepare_to_watch(&mut self, timeout_ms: u64) -> Result<(), DbError> {
        self.bound(std::time::Duration::from_millis(timeout_ms))
            .await?;
        let sql = match self.dialect() {
            Dialect::Postgres => postgres::health::PREPARE,
            Dialect::Mariadb => mysql::health::PREPARE_MARIADB,
            Dialect::Mysql => mysql::health::PREPARE,
            Dialect::Sqlite => return Ok(()),
        };
        self.run(sql).await.map(drop)
    }

    /// What the database says of this moment, in a few cheap queries.
    ///
    /// # Errors
    /// A lost connection or a time-out; what is refused is in [`Vitals::unseen`].
    pub async fn vitals(&mut self, learnt: &mut Learnt) -> Result<Vitals, DbError> {
        let mut vitals = match self.dialect() {
            Dialect::Postgres => postgres::health::vitals(self, learnt).await?,
            Dialect::Mysql | Dialect::Mariadb => mysql::health::vitals(self, learnt).await?,
            Dialect::Sqlite => Vitals::default(),
        };
        vitals.unseen.extend(learnt.lacking.iter().cloned());
        Ok(vitals)
    }

    /// How large everything is.
    ///
    /// # Errors
    /// As [`Session::vitals`].
    pub async fn sizes(&mut self, learnt: &mut Learnt) -> Result<Sizes, DbError> {
        // Whoever was refused may have been granted it since, and what was not installed may be now.
        learnt.lacking.clear();
        learnt.statements_in.take_if(|place| place.is_empty());
        let mut sizes = match self.dialect() {
            Dialect::Postgres => postgres::sizes::sizes(self, learnt).await?,
            Dialect::Mysql | Dialect::Mariadb => mysql::sizes::sizes(self, learnt).await?,
            Dialect::Sqlite => sqlite::sizes::sizes(self).await?,
        };
        sizes.tables.sort_by(|a, b| {
            (b.bytes + b.index_bytes.unwrap_or(0), &a.name)
                .cmp(&(a.bytes + a.index_bytes.unwrap_or(0), &b.name))
        });
        sizes
            .sequences
            .sort_by(|a, b| b.used().total_cmp(&a.used()).then(a.name.cmp(&b.name)));
        Ok(sizes)
    }
}

impl Dialect {
    /// Whether there is a server, with connections, statements and counters.
    pub fn is_server(self) -> bool {
        !matches!(self, Dialect::Sqlite)
    }
}

/// The beginning of somebody's statement in one line, without its secrets.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 200;
    let mut line = String::new();
    // Before it is cut: what tells a secret may be what is cut off.
    for word in masked(text).split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.chars().count() > MOST {
            break;
        }
    }
    match line.char_indices().nth(MOST) {
        Some((end, _)) => {
            line.truncate(end);
            line.push('…');
            line
        }
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_becomes_one_line_of_bounded_length_without_its_secrets() {
        assert_eq!(shown("SELECT\n  1,\t'添加'"), "SELECT 1, '添加'");
        assert_eq!(
            shown("ALTER ROLE ada\nPASSWORD 'hunter2'"),
            "ALTER ROLE ada PASSWORD '***' …"
        );
        let long = shown(&"添".repeat(500));
        assert_eq!(long.chars().count(), 201);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn a_sequence_s_share_is_of_all_that_it_can_give() {
        let sequence = |last, most| Sequence {
            name: "t.id".to_owned(),
            last,
            most,
        };
        assert!((sequence(1_932_735_283, 2_147_483_647).used() - 0.9).abs() < 1e-9);
        assert!(sequence(0, 0).used().abs() < 1e-9);
    }
}
