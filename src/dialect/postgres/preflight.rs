//! Standby, read-only, privilege, pooler.

use std::time::Duration;

use crate::dialect::preflight::Refusal;
use crate::dialect::{DbError, Dialect, Session};
use crate::schema::Name;

pub(crate) async fn refusal(
    session: &mut Session,
    timeout: Duration,
) -> Result<Option<Refusal>, DbError> {
    let rows = session
        .query(
            "SELECT pg_is_in_recovery(), current_setting('default_transaction_read_only') = 'on', \
             current_schema(), current_user, \
             current_schema() IS NULL OR has_schema_privilege(current_schema(), 'CREATE')",
        )
        .await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    if row.truth(0) {
        return Ok(Some(Refusal::Standby));
    }
    if row.truth(1) {
        return Ok(Some(Refusal::ReadOnly {
            setting: "default_transaction_read_only",
        }));
    }
    if !row.truth(4) {
        let schema = row.text_or_empty(2);
        return Ok(Some(Refusal::Privilege {
            what: format!("create tables in schema {schema:?}"),
            grant: format!(
                "GRANT CREATE ON SCHEMA {} TO {};",
                Dialect::Postgres.quote(schema),
                Dialect::Postgres.quote(row.text_or_empty(3)),
            ),
        }));
    }
    Ok(pooled_by_transaction(session, timeout)
        .await?
        .then_some(Refusal::TransactionPooler))
}

/// Which of the two tables of our own this user may not write.
pub(crate) async fn unwritable(session: &mut Session) -> Result<Option<Refusal>, DbError> {
    const TABLES: [&str; 2] = ["seaql_migrations", "piton_journal"];
    let asked = TABLES.map(|table| {
        format!(
            "SELECT n.nspname::text, c.relname::text, current_user::text FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = current_schema() AND c.relname = '{table}' AND c.relkind IN ('r', 'p') \
             AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') \
             AND has_table_privilege(c.oid, 'DELETE'))"
        )
    });
    let rows = session.query(&asked.join(" UNION ALL ")).await?;
    let quote = |name: &str| Dialect::Postgres.quote(name);
    Ok(rows.first().map(|row| Refusal::Privilege {
        what: format!("read and write {}", row.text_or_empty(1)),
        grant: format!(
            "GRANT SELECT, INSERT, DELETE ON {}.{} TO {};",
            quote(row.text_or_empty(0)),
            quote(row.text_or_empty(1)),
            quote(row.text_or_empty(2)),
        ),
    }))
}

pub(crate) async fn invalid_indexes(session: &mut Session) -> Result<Vec<Name>, DbError> {
    let rows = session
        .query(
            "SELECT n.nspname::text, c.relname::text \
             FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
             JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE NOT i.indisvalid AND c.relkind = 'i' ORDER BY 1, 2",
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Name::within(row.text_or_empty(0), row.text_or_empty(1)))
        .collect())
}

/// Two connections, one inside a transaction: behind a pooler in transaction mode either both show the
/// same server process, or the first one's changes under it.
async fn pooled_by_transaction(session: &mut Session, timeout: Duration) -> Result<bool, DbError> {
    const PID: &str = "SELECT pg_backend_pid()";
    let pid = |rows: Vec<crate::dialect::Row>| rows.first().and_then(|row| row.integer(0));
    let mut second = Session::connect(session.endpoint(), timeout).await?;
    let before = pid(session.query(PID).await?);
    second.run("BEGIN").await?;
    let other = pid(second.query(PID).await?);
    let after = pid(session.query(PID).await?);
    second.run("ROLLBACK").await?;
    second.close().await;
    Ok(before == other || before != after || before != Some(session.id()))
}
