//! Errors as a person or a pipeline meets them: the only place that knows exit codes and hints.

use std::error::Error;

use crate::config::ConfigError;
use crate::database::{OpenError, Target};
use crate::dialect::preflight::Refusal;
use crate::dialect::{DbError, DbErrorKind};
use crate::json::StoreError;
use crate::migrate::{
    Aborted, Cause, Failure as RevisionFailure, Finding, Outcome, Place, PlanError, PrepareError,
    RepairError, RunError, ScriptError, Signal, StandingError,
};
use crate::revision::source::SourceError;
use crate::revision::write::WriteError;
use crate::revision::{Direction, FindError, HistoryError, Origin};
use crate::ui::{Ui, Unanswered, count, escape, marked};

/// A command that did not do what was asked.
#[derive(Debug)]
pub(super) struct Failure {
    pub code: u8,
    pub kind: &'static str,
    pub message: String,
    /// Lines that explain it.
    pub detail: Vec<String>,
    pub hints: Vec<String>,
}

/// The exit code of a run that a signal ended.
pub(super) fn signal_code(signal: Signal) -> u8 {
    match signal {
        Signal::Interrupt => 130,
        Signal::Terminate => 143,
    }
}

impl Failure {
    fn new(code: u8, kind: &'static str, message: impl Into<String>) -> Failure {
        Failure {
            code,
            kind,
            message: message.into(),
            detail: Vec::new(),
            hints: Vec::new(),
        }
    }

    pub fn failed(message: impl Into<String>) -> Failure {
        Failure::new(1, "failed", message)
    }

    pub fn usage(message: impl Into<String>) -> Failure {
        Failure::new(2, "usage", message)
    }

    pub fn config(message: impl Into<String>) -> Failure {
        Failure::new(3, "configuration", message)
    }

    pub fn history(message: impl Into<String>) -> Failure {
        Failure::new(6, "history", message)
    }

    pub fn files(message: impl Into<String>) -> Failure {
        Failure::new(9, "files", message)
    }

    pub fn refused(message: impl Into<String>) -> Failure {
        Failure::new(10, "refused", message)
    }

    pub fn declined() -> Failure {
        Failure::new(1, "declined", "answered no; nothing was done")
    }

    pub fn unanswered(unanswered: &Unanswered) -> Failure {
        Failure::usage(format!(
            "{}; nothing was done",
            escape(&unanswered.to_string(), false)
        ))
        .hint(format!(
            "{} answers it (PITON_YES=1 in a pipeline)",
            unanswered.flag
        ))
    }

    pub fn stopped(signal: Signal) -> Failure {
        let name = match signal {
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
        };
        Failure::new(signal_code(signal), "stopped", format!("stopped by {name}"))
    }

    pub fn hint(mut self, hint: impl Into<String>) -> Failure {
        self.hints.push(hint.into());
        self
    }

    pub fn line(mut self, line: impl Into<String>) -> Failure {
        self.detail.push(line.into());
        self
    }

    /// Adds which database it is about.
    pub fn about(mut self, target: &Target, tls_was_default: bool) -> Failure {
        // A store names itself.
        if (self.code == 4 || self.code == 5) && target.url().is_some() {
            self.message = format!("{}: {}", escape(&target.describe(), false), self.message);
        }
        if self.kind == "database" {
            self.hints.push("piton init makes the database".to_owned());
        }
        if self.kind == "tls" && tls_was_default {
            self.hints.push(
                "the URL says nothing of TLS, so the certificate is verified: add sslrootcert=FILE \
                 (ssl-ca= on MySQL) for your own authority, or sslmode=disable (ssl-mode=DISABLED) \
                 for none"
                    .to_owned(),
            );
        }
        self
    }

    pub fn show(&self, ui: &Ui) {
        if ui.is_json() {
            let mut message = self.message.clone();
            for line in &self.detail {
                message.push('\n');
                message.push_str(line);
            }
            let hint = (!self.hints.is_empty()).then(|| self.hints.join("\n"));
            ui.failure_document(self.code, self.kind, &message, hint.as_deref());
        } else {
            ui.failure(&self.message, &self.detail, &self.hints);
        }
    }
}

/// The chain of an error's causes in one line, safe to show.
fn words(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    escape(&text, true)
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let text = words(&error);
        match &error {
            ConfigError::Unreadable { source, .. }
                if source.kind() == std::io::ErrorKind::PermissionDenied =>
            {
                Failure::files(text)
            }
            ConfigError::NoBackend { .. } => Failure::config(text)
                .hint("name the backend: DATABASE_URL, --url, or database.url in piton.toml"),
            _ => {
                Failure::config(text).hint("piton config shows every value and where it comes from")
            }
        }
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        let text = words(&error);
        match &error {
            SourceError::Folder { path, error } if error.kind() == std::io::ErrorKind::NotFound => {
                Failure::files(text).hint(format!(
                    "make it: mkdir -p {}, or piton init for the folder that piton.toml names",
                    escape(&path.display().to_string(), false)
                ))
            }
            SourceError::Folder { .. }
            | SourceError::Unreadable { .. }
            | SourceError::NotAFile { .. } => Failure::files(text),
            _ => Failure::config(text),
        }
    }
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        Failure::config(words(&error)).hint("rename or remove one of the two")
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Failure::files(words(&error))
    }
}

impl From<FindError> for Failure {
    fn from(error: FindError) -> Self {
        match &error {
            FindError::Ambiguous { text, candidates } => {
                let text = escape(&format!("{text:?}"), false);
                let failure = Failure::usage(format!("{text} begins several revisions:"));
                candidates.iter().fold(failure, |failure, id| {
                    failure.line(format!("  {}", escape(id, false)))
                })
            }
            FindError::Unknown { .. } => {
                Failure::usage(words(&error)).hint("piton history lists every revision")
            }
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Config(error) => error.into(),
            OpenError::Store(error) => error.into(),
            OpenError::Database(error) => Failure::connecting(&error),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let text = words(&error);
        match &error {
            StoreError::Busy { .. } => {
                Failure::new(5, "busy", text).hint("try again when that process has ended")
            }
            StoreError::Version { .. } | StoreError::NotAStore { .. } => Failure::config(text),
            StoreError::Io { .. } | StoreError::ReadOnly { .. } => Failure::files(text),
            StoreError::Corrupt { previous, .. } => {
                let failure = Failure::new(8, "corrupt", text).line("  nothing was changed");
                match previous {
                    Some(dir) => failure.hint(format!(
                        "mend the file by hand, or copy all of {} over the store, which takes the last commit back",
                        escape(&dir.display().to_string(), false)
                    )),
                    None => failure.hint("mend the file by hand, or put it back from a backup"),
                }
            }
            StoreError::ChangedOnDisk { .. } => {
                Failure::new(5, "busy", text).hint("run the command again to take the edit in")
            }
            _ => Failure::failed(text),
        }
    }
}

impl Failure {
    /// A database that could not be opened.
    pub fn connecting(error: &DbError) -> Failure {
        let (code, kind) = match error.kind {
            DbErrorKind::TooManyConnections => (5, "busy"),
            DbErrorKind::Busy => (5, "busy"),
            DbErrorKind::Corrupt => (8, "corrupt"),
            DbErrorKind::File | DbErrorKind::DiskFull => (9, "files"),
            DbErrorKind::NoSuchDatabase => (4, "database"),
            DbErrorKind::Tls => (4, "tls"),
            DbErrorKind::Login => (4, "login"),
            DbErrorKind::Statement | DbErrorKind::Privilege | DbErrorKind::ReadOnly => {
                (10, "refused")
            }
            _ => (4, "unreachable"),
        };
        let failure = Failure::new(code, kind, describe(error));
        match error.kind {
            DbErrorKind::Unreachable => failure
                .hint("is the server running, and are host and port right? --wait 30s waits for one that is starting"),
            DbErrorKind::NotReady => failure.hint("--wait 30s waits until it is ready"),
            DbErrorKind::Login => failure.hint("check user and password in the URL, and who the server lets in"),
            DbErrorKind::TooManyConnections => failure.hint("try again when some of them are closed"),
            _ => failure,
        }
    }

    /// An error of a database that was open.
    fn working(error: &DbError) -> Failure {
        let (code, kind) = match error.kind {
            DbErrorKind::ConnectionLost | DbErrorKind::Unreachable | DbErrorKind::NotReady => {
                (4, "connection")
            }
            DbErrorKind::Tls | DbErrorKind::Login | DbErrorKind::NoSuchDatabase => {
                return Failure::connecting(error);
            }
            DbErrorKind::Busy
            | DbErrorKind::Deadlock
            | DbErrorKind::Cancelled
            | DbErrorKind::TooManyConnections => (5, "busy"),
            DbErrorKind::Constraint
            | DbErrorKind::Privilege
            | DbErrorKind::ReadOnly
            | DbErrorKind::DiskFull => (10, "refused"),
            DbErrorKind::Corrupt => (8, "corrupt"),
            DbErrorKind::File => (9, "files"),
            DbErrorKind::Statement | DbErrorKind::Driver => (1, "failed"),
        };
        let mut failure = Failure::new(code, kind, describe(error));
        failure.detail = explained(error);
        failure
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Failure::working(&error)
    }
}

/// The server's words, with its code.
fn describe(error: &DbError) -> String {
    let message = escape(&error.message, true);
    match &error.code {
        Some(code) => format!("{message} ({})", escape(code, false)),
        None => message,
    }
}

/// What the server added.
fn explained(error: &DbError) -> Vec<String> {
    let parts = [
        ("detail", &error.more.detail),
        ("hint", &error.more.hint),
        ("context", &error.more.context),
    ];
    parts
        .into_iter()
        .filter_map(|(what, text)| {
            text.as_ref()
                .map(|text| format!("  {what}: {}", escape(text, true)))
        })
        .collect()
}

impl From<StandingError> for Failure {
    fn from(error: StandingError) -> Self {
        match error {
            StandingError::Database(error) => error.into(),
            StandingError::Altered { .. } => Failure::history(words(&error))
                .hint("restore the table from a backup, or rename it away and use piton stamp"),
            StandingError::NoNamespace { .. } => Failure::config(words(&error)).hint(
                "make the schema, or set search_path in the URL: ?options=-csearch_path%3Dpublic",
            ),
        }
    }
}

/// A finding in one line.
pub(super) fn finding_line(finding: &Finding) -> String {
    let text = match finding {
        Finding::Edited {
            revision,
            applied_checksum,
            file_checksum,
        } => format!(
            "edited: {revision} is not what was applied (checksum {} then, {} now)",
            &applied_checksum[..applied_checksum.len().min(12)],
            &file_checksum[..file_checksum.len().min(12)],
        ),
        Finding::Missing { revision, by, .. } => match by {
            Some(by) => format!("missing: {revision} was applied by {by} and is in no file"),
            None => format!("missing: {revision} was applied and is in no file"),
        },
        Finding::Late { revision, head } => {
            format!("late: {revision} is pending, though the later {head} is applied")
        }
        Finding::HalfApplied { revision, entry } => format!(
            "half applied: {revision}, statement {} of {} {} ({})",
            entry.statement,
            entry.statements,
            match entry.state {
                crate::migrate::ledger::State::Failed | crate::migrate::ledger::State::Stuck =>
                    "failed",
                _ => "was begun, and whether it ran is not known",
            },
            entry.action.name(),
        ),
        Finding::HistoryLost => {
            "lost: the journal is there, the table seaql_migrations is not".to_owned()
        }
        Finding::RowLost { revision } => format!(
            "altered: the journal says that {revision} is applied, seaql_migrations does not"
        ),
        Finding::RowAdded { revision } => format!(
            "altered: seaql_migrations says that {revision} is applied, the journal says that it was taken back"
        ),
    };
    escape(&text, false)
}

fn finding_hint(finding: &Finding) -> String {
    let text = match finding {
        Finding::Edited { revision, .. } => format!(
            "put the file back as it was and make the change in a new revision; or piton repair --accept {revision}, where the edit is meant to stay"
        ),
        Finding::Missing { revision, .. } => {
            format!("bring the file of {revision} back, from version control or from the branch that had it")
        }
        Finding::Late { .. } => {
            "piton upgrade --allow-out-of-order applies it all the same; or give it a later timestamp".to_owned()
        }
        Finding::HalfApplied { .. } => {
            "piton repair shows how far it came, and finishes it or takes it back".to_owned()
        }
        Finding::HistoryLost | Finding::RowLost { .. } | Finding::RowAdded { .. } => {
            "find out who changed it; piton stamp REV records where the database really stands".to_owned()
        }
    };
    escape(&text, false)
}

/// Findings as a failure: 7 where something is half applied, else 6.
pub(super) fn findings_failure(findings: &[Finding]) -> Failure {
    let half = findings
        .iter()
        .any(|finding| matches!(finding, Finding::HalfApplied { .. }));
    let mut failure = if half {
        Failure::new(
            7,
            "half_applied",
            "a revision is half applied; nothing was run",
        )
    } else {
        Failure::history("the history is not what it should be; nothing was run")
    };
    for finding in findings {
        failure = failure.line(format!("  {}", finding_line(finding)));
        let hint = finding_hint(finding);
        if !failure.hints.contains(&hint) {
            failure.hints.push(hint);
        }
    }
    failure
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let text = escape(&error.to_string(), false);
        match error {
            PlanError::History(findings) => findings_failure(&findings),
            PlanError::Find(error) => error.into(),
            PlanError::TooMany { .. } | PlanError::NotApplied { .. } => {
                Failure::usage(text).hint("piton history shows what is applied and what is pending")
            }
            PlanError::WrongWay { .. } => Failure::usage(text),
            PlanError::NoSection { .. } => {
                Failure::config(text).hint("add the section to its file; it may be empty")
            }
            PlanError::NoDown { .. } => Failure::config(format!("{text}; nothing was run"))
                .hint("add a `-- migrate:down` section to its file, or restore a backup"),
            PlanError::NotEmpty { tables, tool } => not_empty(&text, &tables, tool),
        }
    }
}

fn not_empty(
    text: &str,
    tables: &[crate::schema::Name],
    tool: Option<(&'static str, &'static str)>,
) -> Failure {
    let mut failure = Failure::config(format!("{text}; nothing was run"));
    let shown: Vec<String> = tables
        .iter()
        .take(8)
        .map(|name| escape(&name.to_string(), false))
        .collect();
    let more = if tables.len() > shown.len() {
        ", …"
    } else {
        ""
    };
    failure = failure.line(format!("  tables: {}{more}", shown.join(", ")));
    if let Some((table, tool)) = tool {
        failure = failure.line(format!("  {table} is the history of {tool}"));
    }
    failure
        .hint("piton stamp REV, where these are the tables of revision REV")
        .hint("piton upgrade --allow-non-empty, where they are somebody else's and may stand beside ours")
}

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
                    count(planned.steps.len(), "revision"),
                    count(now.steps.len(), "revision"),
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

impl From<RepairError> for Failure {
    fn from(error: RepairError) -> Self {
        let text = escape(&error.to_string(), false);
        match error {
            RepairError::Run(error) => error.into(),
            RepairError::NoChecksum { .. } => Failure::config(text),
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
                let mut failure =
                    Failure::refused(match rows.len() {
                        1 => "1 row refers to nothing now".to_owned(),
                        n => format!("{n} rows refer to nothing now"),
                    });
                for row in rows.iter().take(5) {
                    let rowid = row
                        .rowid
                        .map_or_else(String::new, |id| format!(" row {id}"));
                    failure = failure.line(format!(
                        "  {}{rowid} refers to {}",
                        escape(&row.table, false),
                        escape(&row.parent, false)
                    ));
                }
                failure.hint("PRAGMA foreign_key_check lists them all")
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
        failure.detail = lines;
        failure.message = format!("{verb} of {name} failed: {}", failure.message);
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
        let verb = if done == 1 { "stands" } else { "stand" };
        failure.line(format!("  {} before it {verb}", count(done, "revision")))
    }
}
