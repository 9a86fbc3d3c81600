//! What ended a run, and what stands of it.

use super::Failure;
use crate::dialect::preflight::Refusal;
use crate::dialect::{Blockers, Offending};
use crate::migrate::{
    Aborted, Cause, Failure as RevisionFailure, Outcome, Place, Plan, PrepareError, RepairError,
    RunError, ScriptError,
};
use crate::revision::{Direction, Origin};
use crate::ui::{count, escape, marked};

/// `file:line:column`, or the revision where it is built in.
fn position(revision: &str, origin: &Origin, line: usize, column: usize) -> String {
    match origin.path() {
        Some(path) => format!(
            "{}:{line}:{column}",
            escape(&path.display().to_string(), false)
        ),
        None => format!(
            "{} (built in), line {line}, column {column}",
            escape(revision, false)
        ),
    }
}

impl From<PrepareError> for Failure {
    fn from(error: PrepareError) -> Self {
        let text = escape(&error.to_string(), false);
        match &error {
            PrepareError::Split {
                revision,
                origin,
                source,
            } => Failure::config(format!(
                "{}: {}; nothing was run",
                position(revision, origin, source.line, source.column),
                escape(&source.what.to_string(), false)
            )),
            PrepareError::Control {
                revision,
                origin,
                line,
                column,
                ..
            } => Failure::config(format!(
                "{}: {text}; nothing was run",
                position(revision, origin, *line, *column)
            ))
            .hint("take it out, or write transaction:false on the section's line"),
            PrepareError::AllOnDialect { .. } | PrepareError::AllWithout { .. } => {
                Failure::usage(text).hint("--transaction each")
            }
        }
    }
}

impl From<ScriptError> for Failure {
    fn from(error: ScriptError) -> Self {
        match error {
            ScriptError::Prepare(error) => error.into(),
            ScriptError::Unrecordable { .. } => Failure::config(escape(&error.to_string(), true))
                .hint("--allow-incomplete prints what is known, marked"),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Database(error) => error.into(),
            RunError::Standing(error) => error.into(),
            RunError::Plan(error) => error.into(),
            RunError::Prepare(error) => error.into(),
            RunError::Busy { holder, waited } => {
                let who = holder
                    .map(|holder| escape(&holder.to_string(), false))
                    .unwrap_or_else(|| "another run".to_owned());
                Failure::new(
                    5,
                    "busy",
                    format!("the lock is held by {who}; waited {}", crate::ui::duration(waited)),
                )
                .hint("try again when that run has ended, or wait longer: --lock-timeout 10m")
            }
            RunError::Changed { planned, now } => Failure::new(
                5,
                "busy",
                format!(
                    "somebody changed the database meanwhile: {} planned, {} would run now; nothing was run",
                    steps(&planned),
                    steps(&now),
                ),
            )
            .hint("run the command again to see the new plan"),
            RunError::Refused(refusal) => refusal.into(),
            RunError::LockLost { revision } => Failure::new(
                4,
                "connection",
                format!("the lock was lost before revision {}", escape(&revision, false)),
            )
            .hint("run the command again"),
            RunError::Failed(failure) => (*failure).into(),
            RunError::Stopped { signal, revision } => {
                let failure = Failure::stopped(signal);
                match revision {
                    None => failure,
                    Some((revision, outcome)) => failure.stands(&revision, outcome),
                }
            }
        }
    }
}

/// The revisions of a plan, the first ones by name.
fn steps(plan: &Plan) -> String {
    let mut names: Vec<String> = plan
        .steps
        .iter()
        .take(3)
        .map(|step| escape(&step.id, false))
        .collect();
    if plan.steps.len() > names.len() {
        names.push(format!("{} more", plan.steps.len() - names.len()));
    }
    names.join(", ")
}

impl From<RepairError> for Failure {
    fn from(error: RepairError) -> Self {
        let text = escape(&error.to_string(), false);
        match error {
            RepairError::Run(error) => error.into(),
            RepairError::NoChecksum { .. } => Failure::config(text),
            RepairError::Changed { .. } => {
                Failure::new(5, "busy", text).hint("piton repair shows how it stands now")
            }
            RepairError::EditedSince { .. } => Failure::usage(text)
                .hint("piton repair --resume --from N, with the statement to go on with"),
            RepairError::NothingToRepair { .. }
            | RepairError::NoSuchStep { .. }
            | RepairError::NotApplied { .. } => {
                Failure::usage(text).hint("piton repair shows what needs it")
            }
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Standby => Failure::refused("the server is a standby and takes no writes")
                .hint("connect to the primary"),
            Refusal::ReadOnly { setting } => {
                Failure::refused(format!("the server is read-only ({setting} is on)"))
                    .hint(format!("connect to the primary, or have {setting} turned off"))
            }
            Refusal::Privilege { what, grant } => {
                Failure::refused(format!("this user may not {}", escape(&what, false)))
                    .hint(format!("an owner or superuser runs: {}", escape(&grant, false)))
            }
            Refusal::TransactionPooler => Failure::config(
                "the URL leads to a pooler in transaction mode, behind which no lock can be kept; nothing was run",
            )
            .hint("give the URL of the server itself, or of a pool in session mode"),
        }
    }
}

impl Failure {
    /// Says what stands of a revision that did not end.
    fn stands(mut self, revision: &str, outcome: Outcome) -> Failure {
        let revision = escape(revision, false);
        match outcome {
            Outcome::RolledBack => self.line(format!("  nothing of {revision} stands")),
            Outcome::HalfApplied {
                statement,
                statements,
            } => {
                if self.code != 4 && self.code < 128 {
                    self.code = 7;
                    self.kind = "half_applied";
                }
                self.line(format!(
                    "  {revision} is half applied: it came to statement {statement} of {statements}, and nothing before that is taken back"
                ))
                .hint("piton repair shows how far it came, and finishes it or takes it back")
            }
            Outcome::Unknown => self
                .line(format!("  whether {revision} was committed is not known"))
                .hint("piton current tells, once the server answers again"),
        }
    }
}

/// Who holds the lock that a statement waits for.
pub(in crate::cli) fn in_the_way(by: &Blockers) -> String {
    let holders: Vec<String> = by.holders.iter().map(ToString::to_string).collect();
    let holders = holders.join(", ");
    if by.guessed {
        format!("waiting for a lock; one of these may hold it: {holders}")
    } else {
        format!("waiting for a lock, held by {holders}")
    }
}

/// Which rule the data breaks, by which rows, and how all of them are found.
fn in_the_data(offending: &Offending) -> Vec<String> {
    let mut lines = vec![format!("  in the way: {}", escape(&offending.rule, false))];
    let key: Vec<String> = offending.key.iter().map(|it| escape(it, false)).collect();
    let bracketed = |names: &[String]| match names {
        [only] => only.clone(),
        several => format!("({})", several.join(", ")),
    };
    if !offending.rows.is_empty() {
        let rows: Vec<String> = offending
            .rows
            .iter()
            .map(|row| bracketed(&row.iter().map(|it| escape(it, false)).collect::<Vec<_>>()))
            .collect();
        let more = if offending.more { ", …" } else { "" };
        lines.push(format!(
            "  rows, by {}: {}{more}",
            bracketed(&key),
            rows.join(", ")
        ));
    }
    if let Some(query) = &offending.query {
        lines.push(format!("  all of them: {}", escape(query, false)));
    }
    lines
}

impl From<RevisionFailure> for Failure {
    fn from(failed: RevisionFailure) -> Self {
        let RevisionFailure {
            revision,
            origin,
            direction,
            statement,
            cause,
            outcome,
            invalid_index,
            blocked,
            offending,
        } = failed;
        let verb = match direction {
            Direction::Up => "upgrade",
            Direction::Down => "downgrade",
        };
        let mut failure = match &cause {
            Cause::Database(error) => Failure::working(error),
            Cause::TimedOut { timeout } => Failure::new(
                5,
                "busy",
                format!("it ran longer than {}", crate::ui::duration(*timeout)),
            )
            .hint("--statement-timeout sets how long a statement may take"),
            Cause::ForeignKeys(rows) => {
                let mut failure = Failure::refused(match rows.len() {
                    1 => "1 row refers to nothing now".to_owned(),
                    n => format!("{n} rows refer to nothing now"),
                });
                let told = offending.as_ref().is_some_and(|it| it.query.is_some());
                for row in rows.iter().take(if told { 0 } else { 5 }) {
                    let rowid = row
                        .rowid
                        .map_or_else(String::new, |id| format!(" row {id}"));
                    failure = failure.line(format!(
                        "  {}{rowid} refers to {}",
                        escape(&row.table, false),
                        escape(&row.parent, false)
                    ));
                }
                failure
            }
        };
        let said = std::mem::take(&mut failure.detail);
        let mut lines = Vec::new();
        let name = escape(&revision, false);
        match statement {
            Some(statement) => {
                let (line, column) = match statement.place {
                    Some(Place { line, column, .. }) => (line, column),
                    None => (statement.line, statement.column),
                };
                lines.push(format!(
                    "  {}, statement {} of {}",
                    position(&revision, &origin, line, column),
                    statement.number,
                    statement.of
                ));
                lines.extend(marked(
                    &statement.text,
                    statement.line,
                    statement.place.map(|place| place.position),
                ));
            }
            None => {
                if let Some(path) = origin.path() {
                    lines.push(format!("  {}", escape(&path.display().to_string(), false)));
                }
            }
        }
        lines.extend(said);
        if let Some(offending) = &offending {
            lines.extend(in_the_data(offending));
            if offending.query.is_some() {
                if failure.code == 1 {
                    (failure.code, failure.kind) = (10, "refused");
                }
                failure = failure.hint(
                    "mend these rows, by hand or in a revision before this one, and run it again",
                );
            }
        }
        failure.detail = lines;
        failure.message = format!("{verb} of {name} failed: {}", failure.message);
        if let Some((by, tries)) = blocked {
            if !by.holders.is_empty() {
                failure = failure.line(format!("  {}", escape(&in_the_way(&by), false)));
            }
            if tries > 0 {
                failure = failure.line(format!("  tried again {tries} times"));
            }
        }
        if let Some(index) = invalid_index {
            failure = failure.line(format!(
                "  the invalid index {} is left; piton repair --resume drops it and runs the statement again",
                escape(&index.to_string(), false)
            ));
        }
        failure.stands(&revision, outcome)
    }
}

impl From<Aborted> for Failure {
    fn from(aborted: Aborted) -> Self {
        let done = aborted.report.done.len();
        let failure = Failure::from(aborted.error);
        if done == 0 {
            return failure;
        }
        if aborted.report.unsure {
            return failure
                .line(format!(
                    "  {} before it committed; a server that crashed may have lost the last of them",
                    count(done, "revision")
                ))
                .hint("piton current tells, once the server answers again");
        }
        let verb = if done == 1 { "stands" } else { "stand" };
        failure.line(format!("  {} before it {verb}", count(done, "revision")))
    }
}
