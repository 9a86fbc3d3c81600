//! The way to a server, a step at a time: name, port, who answers.

use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::stranger::Opening;
use super::{Address, Broken, Cause, Place, Rung};
use crate::dialect::Dialect;

/// How long a server may take to say its first word.
const FIRST_WORD: Duration = Duration::from_millis(500);

/// Walks the way to `place`; `None` where a server of the right kind answers.
pub(super) async fn walk(place: &Place, patience: Duration) -> Option<Broken> {
    match &place.address {
        Address::Socket(path) => socket(path).await,
        Address::Network { host, port } => network(place.dialect, host, *port, patience).await,
    }
}

async fn network(wanted: Dialect, host: &str, port: u16, patience: Duration) -> Option<Broken> {
    let broken = |rung, cause| Some(Broken { rung, cause });
    let found = match timeout(patience, lookup_host((host, port))).await {
        Ok(Ok(found)) => found.collect::<Vec<_>>(),
        Ok(Err(error)) => return broken(Rung::Host, unknown(host, &error)),
        Err(_) => {
            return broken(
                Rung::Host,
                Cause::Unresolved {
                    host: host.to_owned(),
                },
            );
        }
    };
    let address = Address::Network {
        host: host.to_owned(),
        port,
    }
    .to_string();
    let mut worst = Cause::Refused {
        address: address.clone(),
    };
    for at in found {
        match timeout(patience, TcpStream::connect(at)).await {
            Ok(Ok(stream)) => return who(wanted, at, stream, address).await,
            Ok(Err(error)) => worst = not_connected(address.clone(), &error),
            Err(_) => {
                worst = Cause::Filtered {
                    address: address.clone(),
                }
            }
        }
    }
    broken(Rung::Port, worst)
}

fn unknown(host: &str, error: &Error) -> Cause {
    let text = error.to_string();
    let text = text
        .strip_prefix("failed to lookup address information: ")
        .unwrap_or(&text);
    Cause::UnknownHost {
        host: host.to_owned(),
        error: text.to_owned(),
    }
}

fn not_connected(address: String, error: &Error) -> Cause {
    match error.kind() {
        ErrorKind::ConnectionRefused => Cause::Refused { address },
        ErrorKind::TimedOut => Cause::Filtered { address },
        _ => Cause::NoRoute {
            address,
            error: error.to_string(),
        },
    }
}

/// Who answers: asked in several ways, since some greet and others wait to be greeted.
async fn who(wanted: Dialect, at: SocketAddr, first: TcpStream, address: String) -> Option<Broken> {
    let mut stream = Some(first);
    let mut closed = false;
    for opening in Opening::of(wanted) {
        let now = match stream.take() {
            Some(stream) => stream,
            None => match timeout(FIRST_WORD, TcpStream::connect(at)).await {
                Ok(Ok(stream)) => stream,
                _ => continue,
            },
        };
        match ask(now, opening).await {
            Answer::Bytes(answer) => {
                let stranger = opening.answered(wanted, &answer)?;
                let cause = Cause::Stranger {
                    stranger,
                    wanted,
                    address,
                };
                return Some(Broken {
                    rung: Rung::Protocol,
                    cause,
                });
            }
            Answer::Closed => closed = true,
            Answer::Nothing => {}
        }
    }
    let cause = if closed {
        Cause::Closed { address }
    } else {
        Cause::Silent { address }
    };
    Some(Broken {
        rung: Rung::Protocol,
        cause,
    })
}

enum Answer {
    Bytes(Vec<u8>),
    Closed,
    Nothing,
}

async fn ask(mut stream: TcpStream, opening: Opening) -> Answer {
    let asking = async {
        stream.write_all(opening.bytes()).await?;
        let mut answer = vec![0; 256];
        let length = stream.read(&mut answer).await?;
        answer.truncate(length);
        Ok::<_, Error>(answer)
    };
    match timeout(FIRST_WORD, asking).await {
        Ok(Ok(answer)) if !answer.is_empty() => Answer::Bytes(answer),
        Ok(_) => Answer::Closed,
        Err(_) => Answer::Nothing,
    }
}

#[cfg(unix)]
async fn socket(path: &Path) -> Option<Broken> {
    let cause = match tokio::net::UnixStream::connect(path).await {
        Ok(_) => return None,
        Err(error) => match error.kind() {
            ErrorKind::NotFound => Cause::NoSocket {
                path: path.to_owned(),
            },
            ErrorKind::ConnectionRefused => Cause::Refused {
                address: path.display().to_string(),
            },
            _ => Cause::Socket {
                path: path.to_owned(),
                error: error.to_string(),
            },
        },
    };
    Some(Broken {
        rung: Rung::Port,
        cause,
    })
}

#[cfg(not(unix))]
async fn socket(path: &Path) -> Option<Broken> {
    let cause = Cause::Socket {
        path: path.to_owned(),
        error: "this system has no such sockets".to_owned(),
    };
    Some(Broken {
        rung: Rung::Port,
        cause,
    })
}
