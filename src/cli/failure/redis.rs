//! What Redis says, and what became of a session.

use super::connecting::way_hints;
use super::{Failure, words};
use crate::cache::WarmError;
use crate::dialect::DbError;
use crate::dialect::connecting::ServerWords;
use crate::health::bench::BenchError;
use crate::health::ladder::{Address, Cause};
use crate::redis::{Error, ErrorKind};
use crate::session::{IdError, LogError, SessionError};
use crate::ui::escape;

/// What those who look after Redis call things.
const WORDS: ServerWords = ServerWords {
    usual_port: 6379,
    greets: false,
    listening: "bind and protected-mode in redis.conf",
    connections: "maxclients",
    connected: "CLIENT LIST",
    tls: "the scheme",
    plain: "redis://",
    required: "rediss://",
    any_name: "rediss://",
    authorities: "REDIS_CA_FILE",
    starttls: "",
    password: "REDISCLI_AUTH",
};

impl Failure {
    /// A Redis that could not be opened.
    pub fn connecting_redis(error: &Error, target: &str) -> Failure {
        let mut failure = Failure::of_redis(error);
        failure.message = format!("{target}: {}", failure.message);
        // Who waits for a line of plain text says nothing to a handshake.
        if target.contains("rediss://") && error.kind == ErrorKind::Unreachable {
            failure = failure.hint("does the server speak TLS there? redis:// is plain");
        }
        match error.kind {
            ErrorKind::Unreachable => failure
                .hint("is Redis running, and are host and port right? --wait 30s waits for one that is starting"),
            ErrorKind::NotReady => failure.hint("--wait 30s waits until it is ready"),
            _ => failure,
        }
    }

    /// A key that holds something else than it should.
    pub fn wrong_type(key: &str, found: &str, wanted: &str) -> Failure {
        let message = format!("the key {key} is a {found}, not a {wanted}");
        Failure::of_redis(&Error::new(ErrorKind::WrongType, message))
    }

    /// A Redis whose way breaks before it is asked anything.
    pub fn redis_away(address: &Address, cause: &Cause) -> Failure {
        let mut failure = Failure::new(4, "unreachable", escape(&cause.to_string(), false));
        let (host, port) = match address {
            Address::Network { host, port } => (host.as_str(), *port),
            Address::Socket(_) => ("localhost", WORDS.usual_port),
        };
        let ping = format!("redis-cli -h {host} -p {port} ping");
        for hint in way_hints(address, &ping, &WORDS, cause) {
            failure = failure.hint(escape(&hint, false));
        }
        failure
    }

    fn of_redis(error: &Error) -> Failure {
        let (code, kind) = match error.kind {
            ErrorKind::Unreachable => (4, "unreachable"),
            ErrorKind::Lost | ErrorKind::NotReady => (4, "connection"),
            ErrorKind::Login => (4, "login"),
            ErrorKind::Tls => (4, "tls"),
            ErrorKind::Timeout | ErrorKind::Busy => (5, "busy"),
            ErrorKind::WrongType => (8, "corrupt"),
            ErrorKind::ReadOnly
            | ErrorKind::OutOfMemory
            | ErrorKind::Privilege
            | ErrorKind::Refused => (10, "refused"),
            ErrorKind::Topology => (3, "configuration"),
            ErrorKind::Unexpected => (1, "failed"),
        };
        let failure = Failure::new(code, kind, escape(&error.message, false));
        match error.kind {
            ErrorKind::Login => failure.hint(
                "check user and password in REDIS_URL (redis://user:PASSWORD@host), and ACL LIST on the server",
            ),
            ErrorKind::Tls => failure.hint(
                "REDIS_CA_FILE=FILE names the authority that signed the server's certificate; redis:// is plain",
            ),
            ErrorKind::Timeout => failure.hint("try again; redis-cli --latency and SLOWLOG GET tell what holds the server up"),
            ErrorKind::Busy => failure.hint("a script holds the server up: SCRIPT KILL ends one that has written nothing"),
            ErrorKind::WrongType => failure.hint("the key is left alone: rename or remove it, if it is nobody's"),
            ErrorKind::OutOfMemory => failure
                .hint("raise maxmemory, or remove what can be spared: piton cache invalidate PREFIX"),
            ErrorKind::ReadOnly => failure.hint("that is a replica: name the primary, or the Sentinels with REDIS_SENTINEL=true"),
            ErrorKind::Topology => failure.hint(
                "REDIS_CLUSTER and REDIS_SENTINEL say how the servers stand together; piton config shows what is set",
            ),
            ErrorKind::Privilege => failure.hint(
                "an administrator gives it: ACL SETUSER USER ~* +@read +@write +@scripting; ACL WHOAMI tells the user",
            ),
            _ => failure,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::of_redis(&error)
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Redis(error) => error.into(),
            SessionError::Log(error) => Failure::from(error)
                .line("  the revocation is not in the log, and nothing was revoked")
                .hint("SESSION_REVOCATION_LOG=off revokes in Redis alone, where a failover may bring the session back"),
            SessionError::Unread(error) => Failure::from(error)
                .hint("SESSION_REVOCATION_LOG=off leaves the log out, and believes what Redis has"),
            SessionError::None => Failure::failed("there is no such session: expired, revoked, or never there"),
            SessionError::Ambiguous => Failure::usage("several sessions begin like that")
                .hint("give more of the id; piton session list USER --json has the whole of it"),
            error @ SessionError::LongName(_) => Failure::usage(words(&error)),
        }
    }
}

impl From<IdError> for Failure {
    fn from(error: IdError) -> Self {
        Failure::usage(words(&error)).hint("piton session list USER shows the ids")
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        let mut failure = match &error {
            LogError::Database(error) => Failure::working(&DbError::of_orm(error)),
            LogError::Other(words) => Failure::files(escape(words, false)),
        };
        failure.message = format!("the log of revocations: {}", failure.message);
        failure
    }
}

impl From<WarmError> for Failure {
    fn from(error: WarmError) -> Self {
        match error {
            WarmError::Redis(error) => error.into(),
            WarmError::Database(error) => Failure::working(&DbError::of_orm(&error))
                .hint("piton current tells whether the database has its tables"),
            error @ WarmError::NoLoader(_) => Failure::usage(words(&error)),
        }
    }
}

impl From<BenchError> for Failure {
    fn from(error: BenchError) -> Self {
        match error {
            BenchError::Database(error) => error.into(),
            BenchError::Store(error) => error.into(),
            BenchError::Redis(error) => error.into(),
            error @ BenchError::Gone { .. } => Failure::failed(words(&error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_revocation_that_the_log_did_not_take_is_told_as_not_done() {
        let error = || LogError::Other("gone".to_owned());
        let undone = Failure::from(SessionError::Log(error()));
        assert!(undone.detail[0].contains("nothing was revoked"));
        let unread = Failure::from(SessionError::Unread(error()));
        assert_eq!(unread.detail, [""; 0]);
        assert_eq!(unread.message, "the log of revocations: gone");
    }
}
