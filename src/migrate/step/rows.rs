//! A revision's rows in the history table and the journal.

use super::*;
use crate::schema::Name;

impl Runner<'_> {
    pub(super) async fn note_violations(&mut self, session: &mut Session) -> Result<(), DbError> {
        if self.place.dialect.checks_foreign_keys() && self.violations.is_none() {
            self.violations = Some(violations(&mut Lane::Session(session)).await?);
        }
        Ok(())
    }

    /// The history and journal rows, inside the revision's own transaction; `then` goes with them in one
    /// round trip.
    pub(super) async fn own_rows(
        &self,
        lane: &mut Lane<'_>,
        one: &Prepared,
        statements: usize,
        started: Instant,
        then: &str,
    ) -> Result<(), Halt> {
        if let Some(before) = &self.violations {
            let after = violations(lane).await?;
            let new: Vec<Violation> = after.difference(before).cloned().collect();
            if !new.is_empty() {
                let key = broken_key(self.place.dialect, lane, &new).await;
                return Err(Halt::ForeignKeys(new, key));
            }
        }
        let elapsed = Elapsed::Measured(started.elapsed());
        let sql = format!("{}{then}", self.own_rows_sql(one, statements, elapsed));
        lane.run(&sql).await.map_err(Halt::Database)
    }

    pub(super) fn own_rows_sql(
        &self,
        one: &Prepared,
        statements: usize,
        elapsed: Elapsed,
    ) -> String {
        let row = JournalRow {
            statement: statements,
            statements,
            elapsed,
            ..self.blank_row(one, State::Done)
        };
        format!(
            "{}{}; {}",
            self.place.dialect.before_own_rows(self.asynchronous),
            self.history_row(one),
            ledger::insert_journal(&self.place, &self.options.author, &row),
        )
    }

    fn blank_row<'r>(&self, one: &'r Prepared, state: State) -> JournalRow<'r> {
        JournalRow {
            revision: &one.id,
            action: self.action(),
            state,
            statement: 0,
            statements: 0,
            checksum: one.checksum.as_deref(),
            elapsed: Elapsed::Running,
            error: None,
        }
    }

    pub(super) fn history_row(&self, one: &Prepared) -> String {
        match self.direction {
            Direction::Up => ledger::insert_history(&self.place, &one.id),
            Direction::Down => ledger::delete_history(&self.place, &one.id),
        }
    }

    pub(super) fn journal_row(
        &self,
        one: &Prepared,
        state: State,
        statement: usize,
        statements: usize,
        started: Option<Instant>,
        error: Option<&str>,
    ) -> String {
        let row = JournalRow {
            statement,
            statements,
            elapsed: started.map_or(Elapsed::Running, |started| {
                Elapsed::Measured(started.elapsed())
            }),
            error,
            ..self.blank_row(one, state)
        };
        ledger::insert_journal(&self.place, &self.options.author, &row)
    }

    /// Journals that a step, from 1, begins.
    pub(super) async fn begins(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        step: usize,
    ) -> Result<(), HaltAt> {
        let sql = self.journal_row(one, State::Started, step, one.work.steps(), None, None);
        self.run_beside(session, &sql)
            .await
            .map_err(|error| HaltAt::before(step, error))
    }

    /// Commits what a revision without a transaction of ours has left open: its rows say that it is done. Drops
    /// its temporary tables.
    pub(super) async fn close_left_open(
        &self,
        session: &mut Session,
        one: &Prepared,
    ) -> Result<(), HaltAt> {
        let begins = match &one.work {
            Work::Rust { .. } => true,
            Work::Sql { statements, .. } => statements
                .iter()
                .any(|statement| statement.control == Some(Control::Begin)),
        };
        let dialect = self.place.dialect;
        if begins || dialect.begins_by_itself() {
            let end = dialect.end_of_left_open();
            session.run(end).await.map_err(HaltAt::between)?;
        }
        if let Work::Sql { statements, .. } = &one.work {
            for statement in statements {
                if let Some(drop) = dialect.drop_temporary(&statement.text) {
                    session.run(&drop).await.map_err(HaltAt::between)?;
                }
            }
        }
        Ok(())
    }

    /// Both rows of a revision that ran without a transaction, in one of their own.
    pub(super) async fn stepwise_rows(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        of: usize,
        started: Instant,
    ) -> Result<(), DbError> {
        self.run_beside(session, self.place.dialect.begin()).await?;
        let rows = [
            self.history_row(one),
            self.journal_row(one, State::Done, of, of, Some(started), None),
            "COMMIT".to_owned(),
        ];
        let beside = self.beside(session).await?;
        for row in rows {
            beside.run(&row).await?;
        }
        Ok(())
    }

    /// Runs a statement that may run twice on the journal's connection. That has been idle for as long as a
    /// statement took, and may have been cut for it: then on a new one.
    async fn run_beside(&mut self, session: &mut Session, sql: &str) -> Result<(), DbError> {
        match self.beside(session).await?.run(sql).await {
            Err(error) if error.kind == DbErrorKind::ConnectionLost && self.journal.is_some() => {
                self.journal = None;
                self.beside(session).await?.run(sql).await.map(drop)
            }
            result => result.map(drop),
        }
    }

    /// The connection for the journal of revisions that commit by themselves: a second one, except on
    /// SQLite, where the first has no open transaction then.
    pub(in crate::migrate) async fn beside<'s>(
        &'s mut self,
        session: &'s mut Session,
    ) -> Result<&'s mut Session, DbError> {
        if self.place.dialect.checks_foreign_keys() {
            return Ok(session);
        }
        if self.journal.is_none() {
            let second = Session::connect(session.endpoint(), self.options.connect_timeout).await?;
            self.journal = Some(second);
        }
        Ok(self.journal.as_mut().expect("just connected"))
    }
}

/// Takes away what the revision before has left in the connection alone and can be asked for.
pub(super) async fn forget(dialect: Dialect, lane: &mut Lane<'_>) -> Result<(), DbError> {
    let Some(query) = dialect.left_behind() else {
        return Ok(());
    };
    for row in lane.column(query).await? {
        if let Ok((kind, name)) = serde_json::from_str::<(String, String)>(&row) {
            lane.run(&dialect.forget(&kind, &name)).await?;
        }
    }
    Ok(())
}

pub(super) async fn violations(lane: &mut Lane<'_>) -> Result<HashSet<Violation>, DbError> {
    let rows = lane
        .column("SELECT json_array(\"table\", rowid, \"parent\") FROM pragma_foreign_key_check")
        .await?;
    Ok(rows
        .iter()
        .filter_map(|row| serde_json::from_str::<(String, Option<i64>, String)>(row).ok())
        .map(|(table, rowid, parent)| Violation {
            table,
            rowid,
            parent,
        })
        .collect())
}

/// The foreign key that the first of these rows breaks, while it is there.
pub(super) async fn broken_key(
    dialect: Dialect,
    lane: &mut Lane<'_>,
    violations: &[Violation],
) -> Option<KeyToLookFor> {
    let first = violations.first()?;
    let (table, parent) = (
        dialect.literal(&first.table),
        dialect.literal(&first.parent),
    );
    let rowid = first
        .rowid
        .map_or_else(|| "NULL".to_owned(), |id| id.to_string());
    let sql = format!(
        "SELECT json_array(k.\"from\", k.\"to\") FROM pragma_foreign_key_list({table}) AS k WHERE k.id = \
         (SELECT v.fkid FROM pragma_foreign_key_check({table}) AS v \
         WHERE v.\"parent\" = {parent} AND v.rowid IS {rowid} LIMIT 1) ORDER BY k.seq"
    );
    // Only to be named.
    let rows = lane.column(&sql).await.ok()?;
    let pairs: Vec<(String, Option<String>)> = rows
        .iter()
        .filter_map(|row| serde_json::from_str(row).ok())
        .collect();
    Some(KeyToLookFor {
        table: Name::new(first.table.clone()),
        columns: pairs.iter().map(|pair| pair.0.clone()).collect(),
        references: Name::new(first.parent.clone()),
        referenced: pairs.into_iter().filter_map(|pair| pair.1).collect(),
    })
}
