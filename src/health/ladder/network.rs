//! The way to a server, a step at a time: name, port, who answers.

use std::io::{Error, ErrorKind};
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::stranger::{Opening, Service};
use super::{Address, Broken, Cause, Climb, Rung};

/// How long a server may take to say its first word.
const FIRST_WORD: Duration = Duration::from_millis(500);

/// How far up the way is walked, and by what time each step is over.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// The last rung that is tried.
    pub up_to: Rung,
    /// For each step.
    pub patience: Duration,
}

/// Walks the way to `address`, and says what held and what did not.
pub(super) async fn walk(wanted: Service, address: &Address, bounds: Bounds) -> Climb {
    let mut climb = Climb::default();
    let broken = match address {
        Address::Socket(path) => socket(path, &mut climb).await,
        Address::Network { host, port } => {
            network(wanted, (host.as_str(), *port), bounds, &mut climb).await
        }
    };
    climb.broken = broken;
    climb
}

async fn network(
    wanted: Service,
    (host, port): (&str, u16),
    bounds: Bounds,
    climb: &mut Climb,
) -> Option<Broken> {
    let broken = |rung, cause| Some(Broken { rung, cause });
    let patience = bounds.patience;
    let started = Instant::now();
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
    climb.holds(Rung::Host, known(host, &found), started);
    if bounds.up_to <= Rung::Host {
        return None;
    }
    let address = Address::Network {
        host: host.to_owned(),
        port,
    }
    .to_string();
    let mut worst = Cause::Refused {
        address: address.clone(),
    };
    for at in found {
        let started = Instant::now();
        match timeout(patience, TcpStream::connect(at)).await {
            Ok(Ok(stream)) => {
                climb.holds(Rung::Port, format!("{at} answers"), started);
                if bounds.up_to <= Rung::Port {
                    return None;
                }
                let started = Instant::now();
                let broken = who(wanted, at, stream, address).await;
                if broken.is_none() {
                    climb.holds(Rung::Protocol, wanted.title().to_owned(), started);
                }
                return broken;
            }
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

/// Which addresses a name has.
fn known(host: &str, found: &[SocketAddr]) -> String {
    let mut addresses: Vec<String> = found.iter().map(|at| at.ip().to_string()).collect();
    addresses.dedup();
    let addresses = addresses.join(", ");
    if addresses == host {
        addresses
    } else {
        format!("{host} is {addresses}")
    }
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
async fn who(wanted: Service, at: SocketAddr, first: TcpStream, address: String) -> Option<Broken> {
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
async fn socket(path: &Path, climb: &mut Climb) -> Option<Broken> {
    let started = Instant::now();
    let cause = match tokio::net::UnixStream::connect(path).await {
        Ok(_) => {
            climb.holds(Rung::Port, format!("{} answers", path.display()), started);
            return None;
        }
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
async fn socket(path: &Path, _: &mut Climb) -> Option<Broken> {
    let cause = Cause::Socket {
        path: path.to_owned(),
        error: "this system has no such sockets".to_owned(),
    };
    Some(Broken {
        rung: Rung::Port,
        cause,
    })
}
