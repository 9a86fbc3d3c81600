//! User-level locks of the session.

use crate::dialect::lock::{Holder, LockKey};
use crate::dialect::{Blockers, DbError, Session};

pub(crate) async fn try_lock(session: &mut Session, key: &LockKey) -> Result<bool, DbError> {
    let rows = session
        .query(&format!("SELECT GET_LOCK('{}', 0)", key.name()))
        .await?;
    Ok(rows.first().is_some_and(|row| row.truth(0)))
}

pub(crate) async fn unlock(session: &mut Session, key: &LockKey) -> Result<bool, DbError> {
    let rows = session
        .query(&format!("SELECT RELEASE_LOCK('{}')", key.name()))
        .await?;
    Ok(rows.first().is_some_and(|row| row.truth(0)))
}

pub(crate) fn held_query(key: &LockKey) -> String {
    format!("SELECT IS_USED_LOCK('{}') <=> CONNECTION_ID()", key.name())
}

pub(crate) async fn holder(
    session: &mut Session,
    key: &LockKey,
) -> Result<Option<Holder>, DbError> {
    let rows = session
        .query(&format!(
            "SELECT u.id, p.USER, p.HOST FROM (SELECT IS_USED_LOCK('{}') AS id) u \
             LEFT JOIN information_schema.PROCESSLIST p ON p.ID = u.id WHERE u.id IS NOT NULL",
            key.name()
        ))
        .await?;
    Ok(rows.first().map(|row| Holder {
        pid: row.integer(0),
        user: row.text(1).map(str::to_owned),
        host: row.text(2).map(str::to_owned),
        program: None,
    }))
}

/// Where the server tells: MySQL's metadata locks, MariaDB's plugin for them, InnoDB's rows. `{id}` waits.
const TOLD: [&str; 4] = [
    "SELECT DISTINCT t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST \
     FROM performance_schema.threads me \
     JOIN performance_schema.metadata_locks w ON w.OWNER_THREAD_ID = me.THREAD_ID AND w.LOCK_STATUS = 'PENDING' \
     JOIN performance_schema.metadata_locks h ON h.OBJECT_SCHEMA = w.OBJECT_SCHEMA \
       AND h.OBJECT_NAME = w.OBJECT_NAME AND h.LOCK_STATUS = 'GRANTED' AND h.OWNER_THREAD_ID <> w.OWNER_THREAD_ID \
     JOIN performance_schema.threads t ON t.THREAD_ID = h.OWNER_THREAD_ID \
     WHERE me.PROCESSLIST_ID = {id}",
    "SELECT DISTINCT p.ID, p.USER, p.HOST FROM information_schema.METADATA_LOCK_INFO h \
     JOIN information_schema.PROCESSLIST me ON me.ID = {id} AND me.STATE LIKE 'Waiting for % lock' \
     JOIN information_schema.PROCESSLIST p ON p.ID = h.THREAD_ID AND p.ID <> me.ID \
     WHERE h.TABLE_SCHEMA = me.DB AND h.TABLE_NAME <> ''",
    "SELECT DISTINCT p.ID, p.USER, p.HOST FROM information_schema.INNODB_LOCK_WAITS w \
     JOIN information_schema.INNODB_TRX me ON me.trx_id = w.requesting_trx_id AND me.trx_mysql_thread_id = {id} \
     JOIN information_schema.INNODB_TRX h ON h.trx_id = w.blocking_trx_id \
     JOIN information_schema.PROCESSLIST p ON p.ID = h.trx_mysql_thread_id",
    "SELECT DISTINCT t.PROCESSLIST_ID, t.PROCESSLIST_USER, t.PROCESSLIST_HOST \
     FROM performance_schema.threads me \
     JOIN performance_schema.data_lock_waits w ON w.REQUESTING_THREAD_ID = me.THREAD_ID \
     JOIN performance_schema.threads t ON t.THREAD_ID = w.BLOCKING_THREAD_ID \
     WHERE me.PROCESSLIST_ID = {id}",
];

/// Where it does not: who else uses this database and waits for no lock himself.
const GUESSED: &str = "SELECT p.ID, p.USER, p.HOST FROM information_schema.PROCESSLIST me \
     JOIN information_schema.PROCESSLIST p ON p.DB = me.DB AND p.ID NOT IN (me.ID, CONNECTION_ID()) \
     WHERE me.ID = {id} AND me.STATE LIKE 'Waiting for % lock' \
     AND (p.STATE IS NULL OR p.STATE NOT LIKE 'Waiting for % lock')";

pub(crate) async fn blockers(
    session: &mut Session,
    of: i64,
    own: &[i64],
) -> Result<Blockers, DbError> {
    let queries = TOLD.iter().map(|sql| (*sql, false));
    for (sql, guessed) in queries.chain([(GUESSED, true)]) {
        // What this server or this user has not got is an error, and the next one is asked.
        let rows = session.query(&sql.replace("{id}", &of.to_string())).await;
        let holders: Vec<Holder> = rows
            .unwrap_or_default()
            .iter()
            .filter(|row| row.integer(0).is_none_or(|id| !own.contains(&id)))
            .map(|row| Holder {
                pid: row.integer(0),
                user: row.text(1).map(str::to_owned),
                host: row.text(2).map(str::to_owned),
                program: None,
            })
            .collect();
        if !holders.is_empty() {
            return Ok(Blockers { holders, guessed });
        }
    }
    Ok(Blockers::default())
}
