//! What MySQL and MariaDB say of this moment: the status variables, the process list, InnoDB's transactions,
//! and the performance schema where it is on.

use std::collections::BTreeMap;

use crate::dialect::health::{
    Activity, Hidden, Hits, Learnt, Replica, THIS_SERVER, Totals, Unit, Unseen, Usage, Vitals,
    Wait, Work, shown,
};
use crate::dialect::lock::Holder;
use crate::dialect::{DbError, DbErrorKind, Dialect, Row, Session};

/// Sizes are remembered for a day otherwise.
pub(crate) const PREPARE: &str =
    "SET SESSION lock_wait_timeout = 1, SESSION information_schema_stats_expiry = 60";
pub(crate) const PREPARE_MARIADB: &str = "SET SESSION lock_wait_timeout = 1";

const PROCESS: &str = "GRANT PROCESS ON *.* TO the user shows it";

/// How many of those that wait are asked whom they wait for.
const MOST_WAITS: usize = 5;

const STATUS: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_connected', \
     'Innodb_buffer_pool_reads', 'Innodb_buffer_pool_read_requests', 'Com_commit', 'Com_rollback', \
     'Innodb_deadlocks', 'Queries', 'Busy_time', 'Created_tmp_disk_tables')";

pub(crate) async fn vitals(session: &mut Session, learnt: &mut Learnt) -> Result<Vitals, DbError> {
    let mut vitals = Vitals::default();
    let rows = learnt.ask(session, "status", STATUS, "").await?;
    let status: BTreeMap<String, String> = rows
        .unwrap_or_default()
        .iter()
        .filter_map(|row| Some((row.text(0)?.to_owned(), row.text(1)?.to_owned())))
        .collect();
    let count = |name: &str| status.get(name).and_then(|text| text.parse::<u64>().ok());
    let limits = learnt
        .ask(session, "max_connections", "SELECT @@max_connections", "")
        .await?
        .unwrap_or_default();
    if let (Some(used), Some(allowed)) = (
        count("Threads_connected"),
        limits.first().and_then(|row| row.count(0)),
    ) {
        vitals.connections = Some(Usage { used, allowed });
    }
    vitals.totals = Totals {
        commits: count("Com_commit"),
        rollbacks: count("Com_rollback"),
        deadlocks: count("Innodb_deadlocks"),
        temporary_bytes: None,
    };
    if let (Some(missed), Some(reads)) = (
        count("Innodb_buffer_pool_reads"),
        count("Innodb_buffer_pool_read_requests"),
    ) {
        vitals.cache = Some(Hits {
            hits: reads.saturating_sub(missed),
            reads,
        });
    }
    processes(session, learnt, &mut vitals).await?;
    work(session, learnt, &status, &mut vitals).await?;
    vitals.follows = follows(session, learnt).await?;
    Ok(vitals)
}

/// The process list and InnoDB's transactions. Without PROCESS both end at one's own user.
async fn processes(
    session: &mut Session,
    learnt: &mut Learnt,
    vitals: &mut Vitals,
) -> Result<(), DbError> {
    let ms = session.dialect().process_ms();
    let sql = format!(
        "SELECT ID, USER, HOST, COMMAND, {ms}, STATE, LEFT(INFO, 1000) FROM information_schema.PROCESSLIST \
         WHERE DB <=> DATABASE() AND ID <> CONNECTION_ID()"
    );
    let rows = learnt
        .ask(session, "statements", &sql, "")
        .await?
        .unwrap_or_default();
    let transactions = learnt
        .ask(
            session,
            "other users' statements and transactions",
            "SELECT t.trx_mysql_thread_id, 1000 * TIMESTAMPDIFF(SECOND, t.trx_started, \
             CONVERT_TZ(NOW(), @@session.time_zone, 'SYSTEM')), t.trx_state \
             FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p \
             ON p.ID = t.trx_mysql_thread_id WHERE p.DB <=> DATABASE() AND p.ID <> CONNECTION_ID()",
            PROCESS,
        )
        .await?;
    let mut running: Vec<Activity> = rows
        .iter()
        .filter(|row| !matches!(row.text_or_empty(3), "Sleep" | "Daemon" | "Killed"))
        .map(activity)
        .collect();
    running.sort_by(|a, b| b.ms.total_cmp(&a.ms));
    let oldest = running.first().map_or(0.0, |oldest| oldest.ms);
    match &transactions {
        Some(transactions) => {
            vitals.connections_here = Some(rows.len() as u64 + 1);
            vitals.oldest_statement_ms = Some(oldest);
            let ages = transactions.iter().filter_map(|row| row.number(1));
            vitals.longest_transaction_ms = Some(ages.fold(0.0, f64::max));
        }
        // Without PROCESS: how many there are is not told, and what is seen of some is a lower bound for all.
        None => vitals.oldest_statement_ms = (oldest > 0.0).then_some(oldest),
    }
    let transactions = transactions.unwrap_or_default();
    let waits_in_innodb = |id: i64| {
        let mut these = transactions.iter();
        these.any(|row| row.integer(0) == Some(id) && row.text_or_empty(2) == "LOCK WAIT")
    };
    let waiting: Vec<Activity> = running
        .iter()
        .filter(|one| {
            one.state.starts_with("Waiting for ") && one.state.ends_with(" lock")
                || waits_in_innodb(one.id)
        })
        .take(MOST_WAITS)
        .cloned()
        .collect();
    for waiter in waiting {
        let own = [session.id()];
        let blockers = session.blockers(waiter.id, &own).await?;
        vitals.waits.push(Wait {
            holders: blockers
                .holders
                .iter()
                .map(|holder| self::holder(holder, &rows, &transactions))
                .collect(),
            guessed: blockers.guessed,
            waiter,
        });
    }
    // What sleeps in the middle of a transaction holds its locks as well.
    let sleeping = rows.iter().filter(|row| {
        row.text_or_empty(3) == "Sleep"
            && transactions
                .iter()
                .any(|transaction| transaction.integer(0) == row.integer(0))
    });
    running.extend(sleeping.map(|row| Activity {
        state: "idle in transaction".to_owned(),
        ..activity(row)
    }));
    running.truncate(20);
    vitals.running = running;
    Ok(())
}

impl Dialect {
    /// How the process list tells the milliseconds: MySQL knows whole seconds.
    fn process_ms(self) -> &'static str {
        match self {
            Dialect::Mariadb => "TIME_MS",
            _ => "1000 * TIME",
        }
    }
}

fn activity(row: &Row) -> Activity {
    let state = match row.text_or_empty(5) {
        "" => row.text_or_empty(3),
        state => state,
    };
    Activity {
        id: row.integer(0).unwrap_or(0),
        user: row.text(1).map(str::to_owned),
        from: row.text(2).filter(|it| !it.is_empty()).map(str::to_owned),
        state: state.to_owned(),
        ms: row.number(4).unwrap_or(0.0).max(0.0),
        statement: shown(row.text_or_empty(6)),
    }
}

/// Who holds a lock, with what he does at the moment.
fn holder(holder: &Holder, rows: &[Row], transactions: &[Row]) -> Activity {
    let id = holder.pid.unwrap_or(0);
    match rows.iter().find(|row| row.integer(0) == Some(id)) {
        Some(row) => {
            let mut found = activity(row);
            let is_open = transactions.iter().any(|it| it.integer(0) == Some(id));
            if is_open && row.text_or_empty(3) == "Sleep" {
                found.state = "idle in transaction".to_owned();
            }
            found
        }
        None => Activity {
            id,
            user: holder.user.clone(),
            from: holder.host.clone(),
            ..Activity::default()
        },
    }
}

/// How many statements there were and how long they took: by the performance schema, else by MariaDB's user
/// statistics.
async fn work(
    session: &mut Session,
    learnt: &mut Learnt,
    status: &BTreeMap<String, String>,
    vitals: &mut Vitals,
) -> Result<(), DbError> {
    const WHAT: &str = "mean statement time";
    // Picoseconds. What this session did itself is taken off.
    let sql = "SELECT s.n - coalesce(o.n, 0), (s.t - coalesce(o.t, 0)) / 1000000000 FROM \
         (SELECT sum(COUNT_STAR) AS n, sum(SUM_TIMER_WAIT) AS t \
         FROM performance_schema.events_statements_summary_global_by_event_name \
         WHERE EVENT_NAME LIKE 'statement/sql/%' AND @@performance_schema) s, \
         (SELECT sum(e.COUNT_STAR) AS n, sum(e.SUM_TIMER_WAIT) AS t \
         FROM performance_schema.events_statements_summary_by_thread_by_event_name e \
         JOIN performance_schema.threads t ON t.THREAD_ID = e.THREAD_ID \
         WHERE t.PROCESSLIST_ID = CONNECTION_ID() AND e.EVENT_NAME LIKE 'statement/sql/%') o";
    let rows = learnt
        .ask(
            session,
            WHAT,
            sql,
            "GRANT SELECT ON performance_schema.* TO the user shows it",
        )
        .await?;
    let by_schema = rows.and_then(|rows| {
        let row = rows.first()?;
        Some(Work {
            of: Unit::Statement,
            count: row.number(0)?,
            total_ms: row.number(1)?,
            left_out: 0,
        })
    });
    if by_schema.is_some() {
        vitals.work = by_schema;
        return Ok(());
    }
    let number = |name: &str| status.get(name).and_then(|text| text.parse::<f64>().ok());
    let busy_s = number("Busy_time").filter(|seconds| *seconds > 0.0);
    if let (Some(busy_s), Some(queries)) = (busy_s, number("Queries")) {
        learnt.lacking.retain(|one| one.what != WHAT);
        vitals.work = Some(Work {
            of: Unit::Statement,
            count: queries - learnt.own.0,
            total_ms: busy_s * 1000.0 - learnt.own.1,
            left_out: 0,
        });
    } else if !learnt.lacking.iter().any(|one| one.what == WHAT) {
        vitals.unseen.push(Unseen {
            what: WHAT,
            reason: Hidden::NotCounted,
            why: "the server counts no times: performance_schema is off (and so is userstat)"
                .to_owned(),
        });
    }
    Ok(())
}

/// The columns of `SHOW REPLICA STATUS`; the first 33 are the same everywhere.
const RECEIVES: usize = 10;
const APPLIES: usize = 11;
const SECONDS_BEHIND: usize = 32;

async fn follows(session: &mut Session, learnt: &mut Learnt) -> Result<Option<Replica>, DbError> {
    const WHAT: &str = "replication";
    if learnt.lacking.iter().any(|one| one.what == WHAT) {
        return Ok(None);
    }
    let (statements, before) = session.dialect().replica_status();
    let mut answer = session.query(statements[0]).await;
    if matches!(&answer, Err(error) if error.kind == DbErrorKind::Statement) {
        answer = session.query(statements[1]).await;
    }
    learnt.own.0 += 1.0;
    let rows = match answer {
        Ok(rows) => rows,
        Err(error) if error.kind == DbErrorKind::Privilege => {
            learnt.lacking.push(Unseen {
                what: WHAT,
                reason: Hidden::Privilege,
                why: format!("{}; GRANT REPLICATION CLIENT (MariaDB: REPLICA MONITOR) ON *.* TO the user shows it", error.message),
            });
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let each = rows.iter().map(|row| follower(row, before));
    // Who follows several is as late as the latest.
    Ok(each.max_by(|a, b| {
        let late = |one: &Replica| one.lag_ms.unwrap_or(0.0);
        (a.cut_off.cmp(&b.cut_off)).then(late(a).total_cmp(&late(b)))
    }))
}

fn follower(row: &Row, before: usize) -> Replica {
    let threads = (
        row.text_or_empty(before + RECEIVES),
        row.text_or_empty(before + APPLIES),
    );
    let streams = threads == ("Yes", "Yes");
    Replica {
        name: THIS_SERVER.to_owned(),
        address: None,
        state: match threads {
            _ if streams => "streaming".to_owned(),
            (receives, applies) => format!("receiving: {receives}, applying: {applies}"),
        },
        cut_off: !streams,
        lag_bytes: None,
        lag_ms: row
            .number(before + SECONDS_BEHIND)
            .map(|seconds| seconds * 1000.0),
    }
}

impl Dialect {
    /// The statement that tells whom a server follows, the older name of it, and how many columns MariaDB puts
    /// before the others' first, where it is asked for all that it follows.
    fn replica_status(self) -> ([&'static str; 2], usize) {
        match self {
            Dialect::Mariadb => (["SHOW ALL REPLICAS STATUS", "SHOW ALL SLAVES STATUS"], 2),
            _ => (["SHOW REPLICA STATUS", "SHOW SLAVE STATUS"], 0),
        }
    }
}
