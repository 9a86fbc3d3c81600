//! Advisory locks of the session.
//!
//! Polled with `pg_try_advisory_lock`: a waiter inside `pg_advisory_lock` holds a snapshot, on which the
//! holder's CREATE INDEX CONCURRENTLY waits in turn.

use crate::dialect::lock::{Holder, LockKey};
use crate::dialect::{Blockers, DbError, Session};

/// Taken twice, so that one of the two can be given back and taken again to see whether it is held.
pub(crate) async fn try_lock(session: &mut Session, key: &LockKey) -> Result<bool, DbError> {
    let number = key.number();
    let rows = session
        .query(&format!(
            "SELECT CASE WHEN pg_try_advisory_lock({number}) THEN pg_try_advisory_lock({number}) \
             ELSE false END"
        ))
        .await?;
    Ok(rows.first().is_some_and(|row| row.truth(0)))
}

pub(crate) async fn unlock(session: &mut Session, key: &LockKey) -> Result<bool, DbError> {
    let number = key.number();
    let rows = session
        .query(&format!(
            "SELECT pg_advisory_unlock({number}), pg_advisory_unlock({number})"
        ))
        .await?;
    Ok(rows.first().is_some_and(|row| row.truth(0)))
}

/// `pg_locks` shows the key as two halves; `objsubid` 1 says that it was one number.
fn condition(key: &LockKey) -> String {
    let number = key.number().cast_unsigned();
    format!(
        "l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
         AND l.classid = {} AND l.objid = {} \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        number >> 32,
        number & 0xffff_ffff,
    )
}

/// Gives one of the two holds back and takes it again: true where this session has them, at no moment
/// free, and without a walk through every lock of the server, as `pg_locks` is.
pub(crate) fn held_query(key: &LockKey) -> String {
    format!("SELECT {}", held(key))
}

/// As [`held_query`], but a statement that fails, by a division by zero, where the lock is not held: so that
/// what follows it in the same message does not run.
pub(crate) fn held_or_fail(key: &LockKey) -> String {
    format!("SELECT 1 / ({})::int", held(key))
}

fn held(key: &LockKey) -> String {
    let number = key.number();
    format!(
        "CASE WHEN pg_advisory_unlock({number}) THEN pg_try_advisory_lock({number}) ELSE false END"
    )
}

pub(crate) async fn holder(
    session: &mut Session,
    key: &LockKey,
) -> Result<Option<Holder>, DbError> {
    let rows = session
        .query(&format!(
            "SELECT l.pid, a.usename, coalesce(host(a.client_addr), 'this machine'), \
             nullif(a.application_name, '') \
             FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid) WHERE {}",
            condition(key)
        ))
        .await?;
    Ok(rows.first().map(|row| Holder {
        pid: row.integer(0),
        user: row.text(1).map(str::to_owned),
        host: row.text(2).map(str::to_owned),
        program: row.text(3).map(str::to_owned),
    }))
}

pub(crate) async fn blockers(session: &mut Session, of: i64) -> Result<Blockers, DbError> {
    let rows = session
        .query(&format!(
            "SELECT a.pid, a.usename, host(a.client_addr), nullif(a.application_name, '') \
             FROM pg_stat_activity a WHERE a.pid = ANY (pg_blocking_pids({of})) ORDER BY 1"
        ))
        .await?;
    let holders = rows.iter().map(|row| Holder {
        pid: row.integer(0),
        user: row.text(1).map(str::to_owned),
        host: row.text(2).map(str::to_owned),
        program: row.text(3).map(str::to_owned),
    });
    Ok(Blockers {
        holders: holders.collect(),
        guessed: false,
    })
}
