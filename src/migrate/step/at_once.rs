//! A small revision in one round trip: its statements, its rows and its COMMIT together.

use super::*;

/// More than this is sent statement by statement.
const MOST_BYTES: usize = 64 * 1024;

impl Runner<'_> {
    /// Whether the revision's statements may go to the server as one message.
    ///
    /// The server reads such a message as a whole before it runs any of it, so nothing may be in it that
    /// changes how it reads. Which statement fails is not always told: then all of it is rolled back and
    /// run again one by one.
    pub(super) fn goes_at_once(&self, session: &Session, one: &Prepared) -> bool {
        let Work::Sql { statements, .. } = &one.work else {
            return false;
        };
        let bytes: usize = statements.iter().map(|it| it.text.len()).sum();
        !self.begun_with_settings(one).is_empty()
            && self.options.statement_timeout.is_none()
            && !session.is_observed()
            && bytes <= MOST_BYTES
            && statements.iter().all(is_plain)
    }

    /// `ahead` begins the message, where the transaction has not been begun before it.
    pub(super) async fn sql_at_once(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        statements: &[Statement],
        ahead: String,
    ) -> Result<(), HaltAt> {
        let mut sql = ahead;
        for statement in statements {
            sql.push_str(&statement.text);
            sql.push_str("\n;\n");
        }
        (self.listener)(Event::Statement {
            number: 1,
            of: statements.len(),
        });
        sql.push_str(&self.own_rows_sql(one, statements.len(), Elapsed::SinceBegin));
        sql.push_str("; COMMIT");
        let canceller = session.canceller();
        let mut has_run = false;
        let work = async {
            session.run(&sql).await?;
            has_run = true;
            Ok(())
        };
        let mut result = self.guarded(work, &canceller).await;
        if has_run {
            // Whoever asked to stop meanwhile came too late: it is committed.
            result = Ok(());
        }
        if result.is_err() {
            canceller.rearm();
            // Where this fails the connection is gone, and the transaction with it.
            drop(session.run("ROLLBACK").await);
        }
        self.settled = result.is_ok() && statements.iter().all(ends_with_itself);
        result.map_err(HaltAt::committing)
    }
}

const DEFINING: [&str; 6] = ["create", "alter", "drop", "comment", "grant", "revoke"];
const CHANGING: [&str; 3] = ["insert", "update", "delete"];

/// Whether nothing of the statement is left to run at the COMMIT, as what rows have set off may be: deferred
/// triggers, which may do anything; or in the session, as a temporary table is.
fn ends_with_itself(statement: &Statement) -> bool {
    let is_temporary = || statement.text.to_ascii_lowercase().contains("temp");
    begins_with(statement, &DEFINING) && !is_temporary()
}

fn begins_with(statement: &Statement, words: &[&str]) -> bool {
    let first = statement
        .text
        .split(|c: char| !c.is_ascii_alphabetic())
        .next();
    first.is_some_and(|word| words.iter().any(|known| known.eq_ignore_ascii_case(word)))
}

/// Whether the statement defines or changes something, and no more than that.
fn is_plain(statement: &Statement) -> bool {
    (begins_with(statement, &DEFINING) || begins_with(statement, &CHANGING))
        && statement.control.is_none()
        && statement.copy_data.is_none()
        && !statement.concurrently
}
