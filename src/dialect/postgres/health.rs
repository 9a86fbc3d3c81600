//! What PostgreSQL says of this moment: `pg_stat_activity`, `pg_stat_database`, `pg_stat_statements`,
//! `pg_stat_replication`.

use crate::dialect::health::{
    Activity, Hidden, Hits, Learnt, Replica, THIS_SERVER, Totals, Unit, Unseen, Usage, Vitals,
    Wait, Work, shown,
};
use crate::dialect::{DbError, Row, Session};

/// A size asks for a weak lock, which would wait behind somebody's ALTER TABLE.
pub(crate) const PREPARE: &str =
    "SET lock_timeout = '250ms'; SET application_name = 'piton monitor'";

/// Sessions of other roles, seen without `pg_read_all_stats`, have no kind.
const CLIENT: &str =
    "(a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.usesysid IS NOT NULL)";

const REMEDY: &str = "GRANT pg_monitor TO the role shows it";

/// The mark in our own statements, by which they are left out.
const OWN: &str = "/* piton monitor */";

pub(crate) async fn vitals(session: &mut Session, learnt: &mut Learnt) -> Result<Vitals, DbError> {
    let mut vitals = Vitals::default();
    let overview = overview(session, learnt, &mut vitals).await?;
    counters(session, learnt, &mut vitals).await?;
    if overview.running > 0 {
        vitals.running = running(session, learnt).await?;
    }
    if overview.waiting > 0 {
        vitals.waits = waits(session, learnt).await?;
    }
    if overview.in_recovery {
        vitals.follows = follows(session, learnt).await?;
    }
    vitals.replicas = replicas(session, learnt, &mut vitals.unseen).await?;
    Ok(vitals)
}

#[derive(Default)]
struct Overview {
    running: i64,
    waiting: i64,
    in_recovery: bool,
}

async fn overview(
    session: &mut Session,
    learnt: &mut Learnt,
    vitals: &mut Vitals,
) -> Result<Overview, DbError> {
    // So that the counters that are read next hold all of our own, which is taken off there.
    let flush = if major(session.version()) >= 15 {
        ", pg_stat_force_next_flush()"
    } else {
        ""
    };
    let sql = format!(
        "SELECT {OWN} current_setting('max_connections'), \
         count(*) FILTER (WHERE {CLIENT}), \
         count(*) FILTER (WHERE {CLIENT} AND here), \
         coalesce(max(1000 * extract(epoch FROM clock_timestamp() - a.query_start)) \
           FILTER (WHERE here AND other AND a.backend_type = 'client backend' AND a.state = 'active'), 0), \
         coalesce(max(1000 * extract(epoch FROM clock_timestamp() - a.xact_start)) \
           FILTER (WHERE here AND other AND a.backend_type = 'client backend'), 0), \
         count(*) FILTER (WHERE here AND a.backend_type IS NULL AND a.usesysid IS NOT NULL), \
         count(*) FILTER (WHERE here AND other AND a.backend_type = 'client backend' AND a.state <> 'idle'), \
         count(*) FILTER (WHERE here AND a.wait_event_type = 'Lock'), \
         pg_is_in_recovery(){flush} \
         FROM pg_stat_activity a, LATERAL (SELECT coalesce(a.datname = current_database(), false) AS here, \
         a.pid <> pg_backend_pid() AS other) o"
    );
    let Some(rows) = learnt.ask(session, "sessions", &sql, "").await? else {
        return Ok(Overview::default());
    };
    let Some(row) = rows.first() else {
        return Ok(Overview::default());
    };
    if let (Some(allowed), Some(used)) = (row.count(0), row.count(1)) {
        vitals.connections = Some(Usage { used, allowed });
    }
    vitals.connections_here = row.count(2);
    let hidden = row.integer(5).unwrap_or(0);
    // What is seen of some is a lower bound for all; nothing seen of some is no answer.
    let seen = |ms: Option<f64>| ms.filter(|ms| hidden == 0 || *ms > 0.0);
    vitals.oldest_statement_ms = seen(row.number(3));
    vitals.longest_transaction_ms = seen(row.number(4));
    if hidden > 0 {
        vitals.unseen.push(Unseen {
            what: "statements of other roles",
            reason: Hidden::Privilege,
            why: format!("{hidden} sessions do not show theirs to this role; {REMEDY}"),
        });
    }
    Ok(Overview {
        running: row.integer(6).unwrap_or(0),
        waiting: row.integer(7).unwrap_or(0),
        in_recovery: row.truth(8),
    })
}

/// `15` of `15.2 (Debian …)`.
fn major(version: &str) -> u32 {
    let digits = version.split(|c: char| !c.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

/// The columns of an [`Activity`] of the session `a`.
fn activity_columns(a: &str) -> String {
    format!(
        "{a}.pid, {a}.usename, coalesce(nullif({a}.application_name, ''), host({a}.client_addr)), {a}.state, \
         1000 * extract(epoch FROM clock_timestamp() - \
         CASE WHEN {a}.state = 'active' THEN {a}.query_start ELSE {a}.state_change END), left({a}.query, 1000)"
    )
}

fn activity(row: &Row, from: usize) -> Activity {
    Activity {
        id: row.integer(from).unwrap_or(0),
        user: row.text(from + 1).map(str::to_owned),
        from: row.text(from + 2).map(str::to_owned),
        state: row.text_or_empty(from + 3).to_owned(),
        ms: row.number(from + 4).unwrap_or(0.0).max(0.0),
        statement: shown(row.text_or_empty(from + 5)),
    }
}

async fn running(session: &mut Session, learnt: &mut Learnt) -> Result<Vec<Activity>, DbError> {
    let sql = format!(
        "SELECT {OWN} {} FROM pg_stat_activity a WHERE a.datname = current_database() \
         AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend' AND a.state <> 'idle' \
         ORDER BY CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END LIMIT 20",
        activity_columns("a")
    );
    let rows = learnt.ask(session, "running statements", &sql, "").await?;
    Ok(rows
        .unwrap_or_default()
        .iter()
        .map(|row| activity(row, 0))
        .collect())
}

async fn waits(session: &mut Session, learnt: &mut Learnt) -> Result<Vec<Wait>, DbError> {
    let sql = format!(
        "SELECT {OWN} {}, {} FROM (SELECT * FROM pg_stat_activity WHERE wait_event_type = 'Lock' \
         AND datname = current_database() ORDER BY query_start LIMIT 20) w \
         LEFT JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS holder(pid) ON true \
         LEFT JOIN pg_stat_activity h ON h.pid = holder.pid ORDER BY w.query_start, w.pid, h.pid",
        activity_columns("w"),
        activity_columns("h")
    );
    let rows = learnt.ask(session, "locks", &sql, "").await?;
    let mut waits: Vec<Wait> = Vec::new();
    for row in rows.unwrap_or_default() {
        let waiter = activity(&row, 0);
        if waits.last().is_none_or(|last| last.waiter.id != waiter.id) {
            waits.push(Wait {
                waiter,
                holders: Vec::new(),
                guessed: false,
            });
        }
        if let Some(last) = waits.last_mut()
            && row.text(6).is_some()
        {
            last.holders.push(activity(&row, 6));
        }
    }
    Ok(waits)
}

async fn follows(session: &mut Session, learnt: &mut Learnt) -> Result<Option<Replica>, DbError> {
    // To have replayed all that came is no lag only while something comes: who is cut off has all that came, always.
    // Who may not see the receiver's state sees that there is one. Without primary_conninfo it lives on archives.
    let sql = format!(
        "SELECT {OWN} coalesce(r.status, CASE WHEN r.pid IS NULL THEN 'not streaming' ELSE 'not shown' END), \
         pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), \
         CASE WHEN r.pid IS NOT NULL AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 \
         ELSE 1000 * extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END, \
         r.pid IS NULL AND coalesce((SELECT setting FROM pg_settings WHERE name = 'primary_conninfo'), '') <> '' \
         FROM (SELECT 1) one LEFT JOIN pg_stat_wal_receiver r ON true LIMIT 1"
    );
    let rows = learnt
        .ask(session, "this standby's lag", &sql, REMEDY)
        .await?;
    Ok(rows.unwrap_or_default().first().map(|row| Replica {
        name: THIS_SERVER.to_owned(),
        address: None,
        state: row.text_or_empty(0).to_owned(),
        cut_off: row.truth(3),
        lag_bytes: row.count(1),
        lag_ms: row.number(2),
    }))
}

async fn replicas(
    session: &mut Session,
    learnt: &mut Learnt,
    unseen: &mut Vec<Unseen>,
) -> Result<Vec<Replica>, DbError> {
    let sql = format!(
        "SELECT {OWN} coalesce(nullif(application_name, ''), pid::text), state, \
         pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() \
         ELSE pg_current_wal_lsn() END, replay_lsn), 1000 * extract(epoch FROM replay_lag), host(client_addr) \
         FROM pg_stat_replication ORDER BY 1, pid LIMIT 50"
    );
    let rows = learnt
        .ask(session, "replicas", &sql, REMEDY)
        .await?
        .unwrap_or_default();
    if rows.iter().any(|row| row.text(1).is_none()) {
        unseen.push(Unseen {
            what: "replication lag",
            reason: Hidden::Privilege,
            why: format!("this role does not see it; {REMEDY}"),
        });
    }
    let replicas = rows.iter().map(|row| Replica {
        name: row.text_or_empty(0).to_owned(),
        address: row.text(4).map(str::to_owned),
        state: row.text(1).unwrap_or("not shown").to_owned(),
        cut_off: false,
        lag_bytes: row.count(2),
        // Where nothing is written there is nothing to be late with, and the column is NULL.
        lag_ms: row
            .number(3)
            .or_else(|| (row.count(2) == Some(0)).then_some(0.0)),
    });
    Ok(replicas.collect())
}

async fn counters(
    session: &mut Session,
    learnt: &mut Learnt,
    vitals: &mut Vitals,
) -> Result<(), DbError> {
    let sql = format!(
        "SELECT {OWN} xact_commit, xact_rollback, blks_hit, blks_hit + blks_read, deadlocks, temp_bytes, \
         to_jsonb(d) ->> 'active_time' FROM pg_stat_database d WHERE datname = current_database()"
    );
    let (own_count, own_ms) = learnt.own;
    vitals.own_transactions = own_count;
    let rows = learnt.ask(session, "counters", &sql, "").await?;
    let Some(row) = rows.unwrap_or_default().into_iter().next() else {
        return Ok(());
    };
    vitals.totals = Totals {
        commits: row.count(0),
        rollbacks: row.count(1),
        deadlocks: row.count(4),
        temporary_bytes: row.count(5),
    };
    if let (Some(hits), Some(reads)) = (row.count(2), row.count(3)) {
        vitals.cache = Some(Hits { hits, reads });
    }
    vitals.work = statements(session, learnt).await?;
    if vitals.work.is_none() {
        // Since PostgreSQL 14. What we did ourselves is taken off.
        match (row.number(0), row.number(1), row.number(6)) {
            (Some(commits), Some(rollbacks), Some(active_ms)) => {
                vitals.work = Some(Work {
                    of: Unit::Transaction,
                    count: commits + rollbacks - own_count,
                    total_ms: active_ms - own_ms,
                    left_out: 0,
                });
            }
            _ => vitals.unseen.push(Unseen {
                what: "mean statement time",
                reason: Hidden::NotCounted,
                why: "the extension pg_stat_statements is not there, and before PostgreSQL 14 nothing else counts it".to_owned(),
            }),
        }
    }
    Ok(())
}

/// All statements of this database but our own, by `pg_stat_statements`.
async fn statements(session: &mut Session, learnt: &mut Learnt) -> Result<Option<Work>, DbError> {
    let schema = match &learnt.statements_in {
        Some(schema) => schema.clone(),
        None => {
            let sql = format!(
                "SELECT {OWN} quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n \
                 ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'"
            );
            let rows = session.query(&sql).await?;
            learnt.own.0 += 1.0;
            let schema = rows
                .first()
                .map_or("", |row| row.text_or_empty(0))
                .to_owned();
            learnt.statements_in.insert(schema).clone()
        }
    };
    if schema.is_empty() {
        return Ok(None);
    }
    let own: Vec<String> = learnt
        .own_statements
        .iter()
        .map(ToString::to_string)
        .collect();
    // An array, since a list of another length would be another statement to the server.
    let own = format!(
        "AND (queryid IS NULL OR queryid <> ALL ('{{{}}}'::bigint[]))",
        own.join(",")
    );
    let sql = format!(
        "SELECT {OWN} coalesce(sum(calls), 0), coalesce(sum(total_exec_time), 0) \
         FROM {schema}.pg_stat_statements(false) \
         WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) {own}"
    );
    let lacking = learnt.lacking.len();
    let rows = learnt.ask(session, "pg_stat_statements", &sql, "").await?;
    // Installed and not loaded: the other counters say what there is to say.
    learnt.lacking.truncate(lacking);
    let Some(rows) = rows else {
        learnt.statements_in = Some(String::new());
        return Ok(None);
    };
    let work = rows.first().and_then(|row| {
        Some(Work {
            of: Unit::Statement,
            count: row.number(0)?,
            total_ms: row.number(1)?,
            left_out: learnt.own_statements.len(),
        })
    });
    Ok(work)
}

/// Learns which of the counted statements are our own. Reads the texts, so it is done seldom.
pub(crate) async fn learn_own(session: &mut Session, learnt: &mut Learnt) -> Result<(), DbError> {
    let Some(schema) = learnt.statements_in.clone().filter(|it| !it.is_empty()) else {
        return Ok(());
    };
    let sql = format!(
        "SELECT {OWN} DISTINCT queryid FROM {schema}.pg_stat_statements \
         WHERE query LIKE '%{OWN}%' AND queryid IS NOT NULL"
    );
    let rows = learnt.ask(session, "own statements", &sql, "").await?;
    learnt.own_statements = rows
        .unwrap_or_default()
        .iter()
        .filter_map(|row| row.integer(0))
        .collect();
    Ok(())
}
