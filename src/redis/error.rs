//! What Redis, or the way to it, says.

use redis::{ErrorKind as TheirKind, RedisError, ServerErrorKind};

/// An error by its kind, with Redis's own words.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
    /// Redis's own word for it, such as `READONLY`.
    pub code: Option<String>,
    /// The key that it is about, where that is known.
    pub key: Option<String>,
}

/// What an error means for whoever meets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Nobody answers there.
    Unreachable,
    /// The connection was lost; whether the command ran is not known.
    Lost,
    /// No answer in time; whether the command ran is not known.
    Timeout,
    /// The server is loading, its cluster has no owner for the slot, or its primary is down.
    NotReady,
    /// A script blocks the server.
    Busy,
    /// A replica, which takes no writes.
    ReadOnly,
    OutOfMemory,
    Login,
    /// The user may not do that.
    Privilege,
    Tls,
    /// A key holds another type than it should.
    WrongType,
    /// The servers stand together in another way than was said.
    Topology,
    /// Anything else that the server refused.
    Refused,
    /// An answer that makes no sense.
    Unexpected,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error {
            kind,
            message: message.into(),
            code: None,
            key: None,
        }
    }

    pub(crate) fn timeout(after: std::time::Duration) -> Error {
        Error::new(
            ErrorKind::Timeout,
            format!("no answer from Redis in {} ms", after.as_millis()),
        )
    }

    pub(crate) fn unexpected(what: &str) -> Error {
        Error::new(ErrorKind::Unexpected, format!("Redis answered {what}"))
    }

    /// An error of a connection that is being made.
    pub(super) fn of_connect(error: &RedisError) -> Error {
        let mut error = Error::of(error);
        if error.kind == ErrorKind::Lost {
            error.kind = ErrorKind::Unreachable;
        }
        error
    }

    /// An error of a command.
    pub(super) fn of(error: &RedisError) -> Error {
        let code = error.code().map(ToOwned::to_owned);
        let message = words(error);
        Error {
            kind: kind_of(error, code.as_deref(), &message),
            message,
            code,
            key: None,
        }
    }

    /// Whether the command surely did not run, and may in a moment.
    pub(super) fn did_not_run(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::NotReady | ErrorKind::ReadOnly | ErrorKind::Unreachable
        )
    }

    /// Whether Redis is away or too slow, rather than unwilling.
    pub fn is_absence(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Unreachable
                | ErrorKind::Lost
                | ErrorKind::Timeout
                | ErrorKind::NotReady
                | ErrorKind::Busy
                | ErrorKind::Tls
                | ErrorKind::Login
        )
    }

    /// The same, about a key.
    #[must_use]
    pub(crate) fn about(mut self, key: &str) -> Error {
        self.key = Some(key.to_owned());
        self
    }
}

/// Redis's words, without the crate's own around them.
fn words(error: &RedisError) -> String {
    match (error.kind(), error.detail()) {
        (TheirKind::Server(_) | TheirKind::Extension, Some(detail)) => detail.to_owned(),
        (TheirKind::MasterNameNotFoundBySentinel, _) => {
            "the Sentinels know no primary of that name".to_owned()
        }
        (TheirKind::ClusterConnectionNotFound, _) => {
            "no node of the Cluster can be reached".to_owned()
        }
        (TheirKind::InvalidClientConfig, _) => {
            let text = error.to_string();
            text.trim_end_matches(" - InvalidClientConfig").to_owned()
        }
        _ => error.to_string(),
    }
}

fn kind_of(error: &RedisError, code: Option<&str>, message: &str) -> ErrorKind {
    match error.kind() {
        TheirKind::AuthenticationFailed => return ErrorKind::Login,
        TheirKind::ClusterConnectionNotFound => return ErrorKind::Unreachable,
        TheirKind::MasterNameNotFoundBySentinel => return ErrorKind::Topology,
        TheirKind::Parse | TheirKind::UnexpectedReturnType => return ErrorKind::Unexpected,
        TheirKind::InvalidClientConfig
            if message.contains("cluster") || message.contains("sentinel") =>
        {
            return ErrorKind::Topology;
        }
        TheirKind::Server(kind) => match kind {
            ServerErrorKind::BusyLoading
            | ServerErrorKind::TryAgain
            | ServerErrorKind::ClusterDown
            | ServerErrorKind::MasterDown => return ErrorKind::NotReady,
            ServerErrorKind::ReadOnly => return ErrorKind::ReadOnly,
            ServerErrorKind::NoPerm => return ErrorKind::Privilege,
            ServerErrorKind::Moved | ServerErrorKind::Ask | ServerErrorKind::CrossSlot => {
                return ErrorKind::Topology;
            }
            _ => {}
        },
        _ => {}
    }
    match code {
        Some("OOM") => ErrorKind::OutOfMemory,
        Some("WRONGTYPE") => ErrorKind::WrongType,
        Some("NOAUTH" | "WRONGPASS") => ErrorKind::Login,
        Some("BUSY") => ErrorKind::Busy,
        Some("NOREPLICAS") => ErrorKind::NotReady,
        // A script that met an error gives it in the text alone before Redis 7.
        Some(_) if message.contains("WRONGTYPE") => ErrorKind::WrongType,
        Some(_) if message.contains("OOM command not allowed") => ErrorKind::OutOfMemory,
        Some(_) if message.contains("-READONLY") => ErrorKind::ReadOnly,
        Some(_) if message.contains("cluster support disabled") => ErrorKind::Topology,
        Some(_) if message.contains("without any password configured") => ErrorKind::Login,
        Some(_) => ErrorKind::Refused,
        None if error.is_timeout() => ErrorKind::Timeout,
        None if error.is_io_error() => {
            let text = message.to_ascii_lowercase();
            if text.contains("certificate") || text.contains("tls") || text.contains("handshake") {
                ErrorKind::Tls
            } else if error.is_connection_refusal() || text.contains("lookup") {
                ErrorKind::Unreachable
            } else {
                ErrorKind::Lost
            }
        }
        None => ErrorKind::Refused,
    }
}
