//! The ladder of a connection: which rung is the first that breaks, and why.
//!
//! An error that a server told names its rung by itself. Where nothing was told ([`look`]), the way there is
//! walked again, a step at a time: is the name known, does the port answer, and who is it that answers.

mod network;
mod stranger;

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::dialect::connecting::Denial;
use crate::dialect::{DbError, DbErrorKind, Dialect};

use network::Bounds;
pub use stranger::{Service, Stranger};

/// What has to hold for a database to be reached, in the order in which it is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// The URL is well formed.
    Url,
    /// The host's name is known.
    Host,
    /// Something answers at the port.
    Port,
    /// What answers is a server of the right kind.
    Protocol,
    /// The encryption that the URL asks for is there, and the certificate holds.
    Tls,
    /// The server lets the user in.
    Login,
    Database,
    Privileges,
}

impl Rung {
    pub const ALL: [Rung; 8] = [
        Rung::Url,
        Rung::Host,
        Rung::Port,
        Rung::Protocol,
        Rung::Tls,
        Rung::Login,
        Rung::Database,
        Rung::Privileges,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Rung::Url => "URL",
            Rung::Host => "host",
            Rung::Port => "port",
            Rung::Protocol => "protocol",
            Rung::Tls => "TLS",
            Rung::Login => "login",
            Rung::Database => "database",
            Rung::Privileges => "privileges",
        }
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a server should be, and who wants in. Without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub dialect: Dialect,
    pub address: Address,
    pub user: String,
    pub database: String,
    /// Whether a password was given.
    pub password: bool,
    /// Whether the connection may not be in plain.
    pub encrypted: bool,
    /// The file of the authorities that are trusted, where the URL names one.
    pub authorities: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Network { host: String, port: u16 },
    Socket(PathBuf),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Network { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Address::Network { host, port } => write!(f, "{host}:{port}"),
            Address::Socket(path) => write!(f, "{}", path.display()),
        }
    }
}

/// A rung that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub rung: Rung,
    /// What was seen of it.
    pub seen: String,
    pub took: Duration,
}

/// What a walk came to: the rungs that hold, from below, and the one that does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Climb {
    pub held: Vec<Held>,
    pub broken: Option<Broken>,
}

impl Climb {
    fn holds(&mut self, rung: Rung, seen: String, since: Instant) {
        self.held.push(Held {
            rung,
            seen,
            took: since.elapsed(),
        });
    }
}

/// The first rung that broke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub rung: Rung,
    pub cause: Cause,
}

/// Why it broke, as far as that can be found out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cause {
    #[error("no host is known as {host} ({error})")]
    UnknownHost { host: String, error: String },
    #[error("the name {host} was not resolved in time")]
    Unresolved { host: String },
    #[error("nothing listens at {address}")]
    Refused { address: String },
    #[error("{address} does not answer: packets go there, and nothing comes back")]
    Filtered { address: String },
    #[error("there is no way to {address} ({error})")]
    NoRoute { address: String, error: String },
    #[error("there is no socket {}", path.display())]
    NoSocket { path: PathBuf },
    #[error("the socket {} cannot be opened ({error})", path.display())]
    Socket { path: PathBuf, error: String },
    #[error("{stranger} answers at {address}, not {}", wanted.title())]
    Stranger {
        stranger: Stranger,
        wanted: Service,
        address: String,
    },
    #[error("something listens at {address} and says nothing")]
    Silent { address: String },
    #[error("{address} takes the connection and closes it at once")]
    Closed { address: String },
    #[error("the server at {address} does not encrypt")]
    NoTls { address: String },
    #[error("nobody who is trusted has signed the server's certificate")]
    Untrusted,
    #[error("the server's certificate is another host's")]
    WrongName,
    #[error("the server's certificate has run out")]
    Expired,
    #[error("the server's certificate does not count yet: is the clock right?")]
    NotYetValid,
    #[error("the file of authorities {} cannot be used ({error})", path.display())]
    Authorities { path: PathBuf, error: String },
    #[error("the encrypted connection could not be agreed upon")]
    Handshake,
    #[error("the server turned the connection down")]
    Denied(Denial),
}

impl Cause {
    /// Whether it was found by looking and says more than the error that came first.
    pub fn was_looked_for(&self) -> bool {
        !matches!(
            self,
            Cause::Denied(_)
                | Cause::Untrusted
                | Cause::WrongName
                | Cause::Expired
                | Cause::NotYetValid
                | Cause::NoTls { .. }
                | Cause::Handshake
        )
    }
}

/// The rung that an error itself names.
pub fn read(place: &Place, error: &DbError) -> Option<Broken> {
    let broken = |rung, cause| Some(Broken { rung, cause });
    if let Some(denial) = error.denial() {
        let rung = match denial {
            Denial::NoSuchDatabase | Denial::DatabaseClosed => Rung::Database,
            Denial::DatabaseForbidden => Rung::Privileges,
            Denial::PlainRefused => Rung::Tls,
            _ => Rung::Login,
        };
        return broken(rung, Cause::Denied(denial));
    }
    if error.kind == DbErrorKind::Tls {
        return broken(Rung::Tls, tls(place, &error.message));
    }
    None
}

/// What rustls says of a certificate: <https://docs.rs/rustls/latest/rustls/enum.CertificateError.html>.
fn tls(place: &Place, message: &str) -> Cause {
    let says = |text: &str| message.contains(text);
    if says("does not support TLS") {
        Cause::NoTls {
            address: place.address.to_string(),
        }
    } else if says("NotValidYet") || says("not valid yet") {
        Cause::NotYetValid
    } else if says("Expired") || says("expired") {
        Cause::Expired
    } else if says("NotValidForName") || says("not valid for name") {
        Cause::WrongName
    } else if says("UnknownIssuer") || says("BadSignature") || says("CaUsedAsEndEntity") {
        Cause::Untrusted
    } else {
        Cause::Handshake
    }
}

/// The first rung that breaks, looked for where the error does not name it; within `patience`.
///
/// `None` where all that can be seen from outside is well by now.
pub async fn look(place: &Place, error: &DbError, patience: Duration) -> Option<Broken> {
    if let Some(broken) = read(place, error) {
        return Some(broken);
    }
    if let Some(path) = &place.authorities
        && let Err(error) = std::fs::File::open(path)
    {
        return Some(Broken {
            rung: Rung::Tls,
            cause: Cause::Authorities {
                path: path.clone(),
                error: error.to_string(),
            },
        });
    }
    let wanted = Service::Database(place.dialect);
    climb(wanted, &place.address, Rung::Protocol, patience)
        .await
        .broken
}

/// Walks the way to `address` as far as `up_to`, and no further than to who answers; within `patience`.
pub async fn climb(wanted: Service, address: &Address, up_to: Rung, patience: Duration) -> Climb {
    let bounds = Bounds { up_to, patience };
    let walking = network::walk(wanted, address, bounds);
    tokio::time::timeout(patience, walking)
        .await
        .unwrap_or_else(|_| Climb {
            held: Vec::new(),
            broken: Some(Broken {
                rung: Rung::Port,
                cause: Cause::Filtered {
                    address: address.to_string(),
                },
            }),
        })
}

/// Whoever answers where the server should, once it is sure that it is not the server; else never.
///
/// A driver that waits for a greeting waits until its time is over. This asks after a moment.
pub async fn stranger(place: &Place) -> Broken {
    const MOMENT: Duration = Duration::from_secs(2);
    tokio::time::sleep(MOMENT).await;
    let wanted = Service::Database(place.dialect);
    let patience = Duration::from_secs(4);
    match climb(wanted, &place.address, Rung::Protocol, patience)
        .await
        .broken
    {
        Some(broken) if matches!(broken.cause, Cause::Stranger { .. }) => broken,
        _ => std::future::pending().await,
    }
}
