//! The connection that everybody shares: it is made when it is needed, and made anew when it is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::{Cmd, FromRedisValue, Pipeline, Value};
use tokio::time::Instant;

use super::error::{Error, ErrorKind};
use super::info::Info;
use super::link::{Link, Node};
use super::members::of_cluster;
use super::options::{Limits, Options, Topology};

/// A way to Redis. Clones share it.
#[derive(Clone)]
pub struct Connection {
    shared: Arc<Shared>,
    limits: Limits,
}

struct Shared {
    options: Options,
    standing: Mutex<Standing>,
    /// One at a time connects.
    connecting: tokio::sync::Mutex<()>,
    made: AtomicU64,
    /// Connections to single servers of a Cluster, for who wants to know how each of them is.
    members: Mutex<BTreeMap<Node, Connection>>,
}

/// What stands at the moment.
#[derive(Default)]
struct Standing {
    link: Option<Link>,
    /// Which of the links that were made it is.
    number: u64,
    learnt: BTreeSet<Node>,
}

const PAUSE_MS: (u64, u64) = (20, 500);

impl Connection {
    /// Connects; while Sentinels make another primary, as long as a connection may take.
    ///
    /// # Errors
    /// Where nobody answers, or who answers does not let us in.
    pub async fn open(options: Options) -> Result<Connection, Error> {
        let connection = Connection::lazy(options);
        let give_up = Instant::now() + connection.limits.connect;
        let mut pause_ms = PAUSE_MS.0;
        loop {
            match connection.link().await {
                Ok(_) => return Ok(connection),
                // Another primary is being made.
                Err(error) if error.kind == ErrorKind::NotReady && Instant::now() < give_up => {}
                Err(error) => return Err(error),
            }
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            pause_ms = (pause_ms * 2).min(PAUSE_MS.1);
        }
    }

    /// Connects when the first command is sent: for who can do without.
    pub fn lazy(options: Options) -> Connection {
        let limits = options.limits;
        Connection {
            shared: Arc::new(Shared {
                options,
                standing: Mutex::default(),
                connecting: tokio::sync::Mutex::default(),
                made: AtomicU64::new(0),
                members: Mutex::default(),
            }),
            limits,
        }
    }

    /// The same connection with limits of one's own.
    #[must_use]
    pub fn with_limits(&self, limits: Limits) -> Connection {
        Connection {
            shared: Arc::clone(&self.shared),
            limits,
        }
    }

    pub fn topology(&self) -> &Topology {
        &self.shared.options.topology
    }

    /// How often a link was made: more than once where one was lost.
    pub fn links_made(&self) -> u64 {
        self.shared.made.load(Ordering::Relaxed)
    }

    /// Sends a command that may be sent twice, and understands its answer.
    ///
    /// # Errors
    /// See [`ErrorKind`]; `Unexpected` where the answer is of another type.
    pub async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Error> {
        understood(self.send(command).await?)
    }

    /// Sends a command that may be sent twice.
    ///
    /// A command that surely did not run (the server was loading, or a replica), or was lost with its
    /// connection, is sent again as long as the limits' patience lasts; one that took too long is not.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn send(&self, command: &Cmd) -> Result<Value, Error> {
        let (mut link, number) = match self.standing() {
            Some(standing) => standing,
            None => return self.patiently(Work::One(command)).await.map(only),
        };
        match link.send(command, self.limits.answer).await {
            Ok(answer) => Ok(answer),
            Err(error) => {
                self.consider(&error, number);
                if self.may_try_again(&error) {
                    self.patiently(Work::One(command)).await.map(only)
                } else {
                    Err(error)
                }
            }
        }
    }

    /// Sends commands one behind the other, each of which may be sent twice; the answers in their order.
    ///
    /// # Errors
    /// The first that one of them met.
    pub async fn send_all(&self, commands: &[Cmd]) -> Result<Vec<Value>, Error> {
        self.send_owned(commands.to_vec()).await
    }

    /// As [`Connection::send_all`], of commands that nobody needs afterwards: none is copied.
    ///
    /// # Errors
    /// Likewise.
    pub async fn send_owned(&self, commands: Vec<Cmd>) -> Result<Vec<Value>, Error> {
        if commands.is_empty() {
            return Ok(Vec::new());
        }
        let mut pipeline = Pipeline::with_capacity(commands.len());
        for command in commands {
            pipeline.add_command(command);
        }
        self.patiently(Work::All(&pipeline)).await
    }

    /// What [`INFO`](https://redis.io/commands/info/) says of each primary.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn info(&self) -> Result<Vec<Info>, Error> {
        let mut all = Vec::new();
        for node in self.primaries().await? {
            let answer = self.send_to(node.as_ref(), &redis::cmd("INFO")).await?;
            all.push(Info::new(understood::<String>(answer)?));
        }
        Ok(all)
    }

    pub(super) async fn primaries(&self) -> Result<Vec<Option<Node>>, Error> {
        let (mut link, number) = self.link().await?;
        let result = link.primaries(self.limits.answer).await;
        if let Err(error) = &result {
            self.consider(error, number);
        }
        result
    }

    /// Every server of a Cluster that its nodes know of, each with a connection of its own: the Cluster's client
    /// has none to replicas. None where it is no Cluster.
    pub(super) async fn members(&self) -> Result<Vec<(Node, Connection)>, Error> {
        if self.topology() != &Topology::Cluster {
            return Ok(Vec::new());
        }
        let text: String = self.ask(redis::cmd("CLUSTER").arg("NODES")).await?;
        let named = text.lines().filter_map(of_cluster);
        // Who has no address, or is still being introduced, cannot be asked.
        let known = named.filter(|(_, node, doubted)| {
            !node.host.is_empty() && !matches!(doubted.as_deref(), Some("noaddr" | "handshake"))
        });
        let mut found: Vec<Node> = known.map(|(_, node, _)| node).collect();
        found.sort();
        let mut members = self
            .shared
            .members
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        members.retain(|node, _| found.contains(node));
        let of = |node: Node| {
            let connection = members.entry(node.clone()).or_insert_with(|| {
                let mut options = self.shared.options.clone();
                options.topology = Topology::Standalone;
                options.nodes.truncate(1);
                options.elsewhere = Some(node.clone());
                Connection::lazy(options.limits(self.limits))
            });
            (node, connection.clone())
        };
        Ok(found.into_iter().map(of).collect())
    }

    pub(super) async fn send_to(&self, node: Option<&Node>, command: &Cmd) -> Result<Value, Error> {
        let (mut link, number) = self.link().await?;
        let result = link.send_to(node, command, self.limits.answer).await;
        if let Err(error) = &result {
            self.consider(error, number);
        }
        result
    }

    async fn patiently(&self, work: Work<'_>) -> Result<Vec<Value>, Error> {
        let give_up = Instant::now() + self.limits.patience;
        let mut pause_ms = PAUSE_MS.0;
        loop {
            let error = match self.link().await {
                Ok((mut link, number)) => {
                    let result = match work {
                        Work::One(command) => link
                            .send(command, self.limits.answer)
                            .await
                            .map(|answer| vec![answer]),
                        Work::All(commands) => link.send_all(commands, self.limits.answer).await,
                    };
                    match result {
                        Ok(answers) => return Ok(answers),
                        Err(error) => {
                            self.consider(&error, number);
                            error
                        }
                    }
                }
                // Nobody was there before either: who waits for a failover had a connection.
                Err(error) if self.links_made() == 0 => return Err(error),
                Err(error) => error,
            };
            let pause = Duration::from_millis(pause_ms);
            if !self.may_try_again(&error) || Instant::now() + pause >= give_up {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            pause_ms = (pause_ms * 2).min(PAUSE_MS.1);
        }
    }

    fn may_try_again(&self, error: &Error) -> bool {
        !self.limits.patience.is_zero() && (error.did_not_run() || error.kind == ErrorKind::Lost)
    }

    /// Gives up a link that is of no use any more.
    fn consider(&self, error: &Error, number: u64) {
        let is_cluster = self.shared.options.topology == Topology::Cluster;
        let is_useless = match error.kind {
            // What does not answer may be gone without a word.
            ErrorKind::Lost
            | ErrorKind::Unreachable
            | ErrorKind::Timeout
            | ErrorKind::Unexpected => true,
            // Another server is the primary now. A Cluster's client finds out by itself.
            ErrorKind::ReadOnly => !is_cluster,
            ErrorKind::NotReady => error.code.as_deref() == Some("MASTERDOWN") && !is_cluster,
            _ => false,
        };
        if is_useless {
            let mut standing = self.lock();
            if standing.number == number {
                standing.link = None;
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Standing> {
        let standing = &self.shared.standing;
        standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn standing(&self) -> Option<(Link, u64)> {
        let standing = self.lock();
        Some((standing.link.clone()?, standing.number))
    }

    /// The link that stands, or a new one.
    async fn link(&self) -> Result<(Link, u64), Error> {
        if let Some(standing) = self.standing() {
            return Ok(standing);
        }
        let _alone = self.shared.connecting.lock().await;
        if let Some(standing) = self.standing() {
            return Ok(standing);
        }
        let learnt = self.lock().learnt.clone();
        let mut options = self.shared.options.clone();
        options.limits = self.limits;
        let (link, found) = Link::connect(&options, &learnt).await?;
        self.shared.made.fetch_add(1, Ordering::Relaxed);
        tracing::info!(target: "piton::connect", topology = ?options.topology, "connected to Redis");
        let mut standing = self.lock();
        standing.number += 1;
        standing.link = Some(link.clone());
        standing.learnt.extend(found);
        Ok((link, standing.number))
    }
}

#[derive(Clone, Copy)]
enum Work<'a> {
    One(&'a Cmd),
    All(&'a Pipeline),
}

fn only(mut answers: Vec<Value>) -> Value {
    answers.pop().unwrap_or_default()
}

pub(super) fn understood<T: FromRedisValue>(answer: Value) -> Result<T, Error> {
    redis::from_redis_value(answer).map_err(|error| Error::unexpected(&error.to_string()))
}
