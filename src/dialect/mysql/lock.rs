//! User-level locks of the session.

use crate::dialect::lock::{Holder, LockKey};
use crate::dialect::{DbError, Session};

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
