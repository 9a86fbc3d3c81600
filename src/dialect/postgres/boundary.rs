//! Session state between revisions.
//!
//! Never DISCARD ALL: it frees the advisory lock. SET ROLE outlives both COMMIT and RESET ALL.

use crate::dialect::boundary::RunSettings;

pub(crate) const BEFORE_OWN_ROWS: &str = "RESET ROLE; RESET SESSION AUTHORIZATION; RESET ALL; ";
/// RESET ALL has taken back what [`restore`] said about the commit.
pub(crate) const BEFORE_OWN_ROWS_ASYNCHRONOUS: &str = "RESET ROLE; RESET SESSION AUTHORIZATION; \
     RESET ALL; SET LOCAL synchronous_commit = off; ";

/// A temporary table would stand before one of the same name that the next revision means.
pub(crate) const FORGET_TEMPORARY: &str = "DISCARD TEMP; ";

pub(crate) fn restore(settings: &RunSettings) -> String {
    format!("{BEFORE_OWN_ROWS}{FORGET_TEMPORARY}{}", set(settings))
}

/// What a revision needs where nothing has to be put back before it.
pub(crate) fn set(settings: &RunSettings) -> String {
    let mut sql = format!(
        "SET lock_timeout = {}; SET statement_timeout = {}; \
         SET idle_in_transaction_session_timeout = 0; ",
        settings.lock_timeout.as_millis(),
        settings
            .statement_timeout
            .map_or(0, |timeout| timeout.as_millis().max(1)),
    );
    if settings.asynchronous {
        sql.push_str("SET synchronous_commit = off; ");
    }
    sql
}

/// A transaction that writes to the log although it changes nothing: without a transaction id a commit
/// has nothing to wait for.
pub(crate) const FLUSH: &str = "RESET synchronous_commit; BEGIN; SELECT txid_current(); COMMIT";
