//! What a server, a file or a store says.

use super::{Failure, words};
use crate::database::OpenError;
use crate::dialect::{DbError, DbErrorKind, TooOld};
use crate::json::StoreError;
use crate::ui::escape;

const RECOVERY: &str =
    "put the file back from a backup; sqlite3 FILE .recover saves what can be read";

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
            StoreError::Unsettled { .. } => {
                Failure::files(text).hint("piton current says where the store stands")
            }
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

impl From<TooOld> for Failure {
    fn from(error: TooOld) -> Self {
        Failure::config(escape(&error.to_string(), false)).hint(format!(
            "name another server, or have this one brought to {} or newer",
            error.oldest
        ))
    }
}

impl Failure {
    /// A store that could not be saved at the end of a run that began at `from`.
    pub fn saving(error: OpenError, from: &str) -> Failure {
        let stands = match &error {
            OpenError::Store(StoreError::Unsettled { .. }) => None,
            _ => Some(format!(
                "  nothing of this run stands: the store is still at {from}"
            )),
        };
        let failure = Failure::from(error);
        match stands {
            Some(stands) => failure.line(stands),
            None => failure,
        }
    }

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
            DbErrorKind::Corrupt => failure.hint(RECOVERY),
            _ => failure.granting(error),
        }
    }

    /// Adds the statement that gives a privilege which was missing.
    fn granting(self, error: &DbError) -> Failure {
        match &error.more.missing {
            Some(missing) => self.hint(format!(
                "an owner or superuser runs: {}",
                escape(&missing.grant, false)
            )),
            None => self,
        }
    }

    /// An error of a database that was open.
    pub(super) fn working(error: &DbError) -> Failure {
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
        match error.kind {
            DbErrorKind::DiskFull => {
                failure =
                    failure.hint("make room where the server keeps its data: df -h on its host");
            }
            DbErrorKind::Corrupt => failure = failure.hint(RECOVERY),
            _ => {}
        }
        failure.granting(error)
    }
}

impl From<DbError> for Failure {
    fn from(error: DbError) -> Self {
        Failure::working(&error)
    }
}

/// The server's words, with its code.
pub(super) fn describe(error: &DbError) -> String {
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
