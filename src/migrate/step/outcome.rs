//! What stands of a revision that did not end.

use std::ops::Range;

use super::ending::leaves_something;
use super::*;
use crate::dialect::Remains;

impl Runner<'_> {
    /// What stands, and the step at which it halted, from 1. Asks the server where only it can tell.
    pub(super) async fn outcome(
        &self,
        session: &mut Session,
        one: &Prepared,
        at: &HaltAt,
    ) -> (usize, Outcome) {
        let steps = one.work.steps();
        let number = match (&one.work, at.statement, at.not_begun) {
            (_, _, Some(step)) => (step - 1).max(1),
            (Work::Sql { groups, .. }, Some(i), _) if !one.work.is_transactional() => {
                step_of(groups, i).map_or(0, |(step, _)| step + 1)
            }
            (_, Some(i), _) => i + 1,
            (_, None, _) => steps,
        };
        let half = Outcome::HalfApplied {
            statement: number,
            statements: steps,
        };
        let outcome = if at.broke_out {
            half
        } else if at.committing && at.is_lost() {
            // Without a transaction the rows are one of their own, and may stand or not.
            Outcome::Unknown
        } else if self.repairing {
            half
        } else if one.work.is_transactional()
            || at.not_begun == Some(1)
            || number <= 1 && !at.is_lost() && self.is_clean(session, one, at).await
        {
            Outcome::RolledBack
        } else {
            half
        };
        (number, outcome)
    }

    /// Whether nothing stands of a first step that failed, now that it is rolled back.
    async fn is_clean(&self, session: &mut Session, one: &Prepared, at: &HaltAt) -> bool {
        let (
            Work::Sql {
                statements, groups, ..
            },
            Some(i),
        ) = (&one.work, at.statement)
        else {
            return false;
        };
        let Some((_, group)) = step_of(groups, i) else {
            return false;
        };
        let ran = &statements[group.start..=i];
        if leaves_something(one, at.statement) {
            return false;
        }
        match self.remains(ran, &at.halt) {
            Remains::Nothing => true,
            Remains::Something => false,
            Remains::Rows => match session.tables_without_transactions().await {
                Ok(tables) => !tables.iter().any(|table| {
                    // One of another database is meant only where that is named as well.
                    let here = self.place.namespace.as_deref().unwrap_or_default();
                    let other = table.namespace.as_deref();
                    let other = other.filter(|it| !it.eq_ignore_ascii_case(here));
                    ran.iter().any(|statement| {
                        statement.names(&table.name) && other.is_none_or(|it| statement.names(it))
                    })
                }),
                // Where it cannot be told it is not said.
                Err(_) => false,
            },
        }
    }

    /// What may stand of the statements of one step, the last of which failed.
    fn remains(&self, ran: &[Statement], halt: &Halt) -> Remains {
        let dialect = self.place.dialect;
        let error = match halt {
            Halt::Database(error) => Some(error),
            _ => None,
        };
        let Some((last, before)) = ran.split_last() else {
            return Remains::Nothing;
        };
        let of_last = dialect.remains(&last.text, error);
        match before {
            // Alone, or the first after what opened the step.
            [] | [_] => of_last,
            [first, others @ ..] if first.control == Some(Control::Begin) => {
                let inside =
                    |statement: &Statement| dialect.remains_in_transaction(&statement.text);
                // One that defines something commits what stands before it, and so does one that fails.
                let last = inside(last).max(of_last);
                others.iter().map(inside).fold(last, Remains::max)
            }
            // Under LOCK TABLES each commits by itself.
            _ => Remains::Something,
        }
    }
}

/// The step that a statement is part of: its number from 0, and its statements.
fn step_of(groups: &[Range<usize>], statement: usize) -> Option<(usize, Range<usize>)> {
    let mut numbered = groups.iter().cloned().enumerate();
    numbered.find(|(_, group)| group.contains(&statement))
}
