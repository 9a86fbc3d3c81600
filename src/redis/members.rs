//! Which servers stand together, and whether each of them answers.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use redis::{ConnectionInfo, RedisConnectionInfo};

use super::connection::Connection;
use super::error::{Error, ErrorKind};
use super::link::{Node, at, certificates, config, info};
use super::options::{Options, Topology};

/// What a server is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Sentinel,
    Primary,
    Replica,
}

impl Role {
    pub fn name(self) -> &'static str {
        match self {
            Role::Sentinel => "Sentinel",
            Role::Primary => "primary",
            Role::Replica => "replica",
        }
    }
}

/// A server of a Cluster, or of those that Sentinels watch, or a Sentinel.
#[derive(Clone, Debug)]
pub struct Member {
    pub role: Role,
    /// `host:port`.
    pub address: String,
    /// What the others say against it, such as `fail`.
    pub doubted: Option<String>,
    /// How long its answer took, or why there is none.
    pub answer: Result<Duration, Error>,
}

impl Options {
    /// Every server that the others know of, each asked by itself; none where there is only one server.
    ///
    /// # Errors
    /// Where nobody says which servers there are.
    pub async fn members(&self, connection: &Connection) -> Result<Vec<Member>, Error> {
        let first = match self.nodes.first() {
            Some(url) => info(url)?,
            None => return Ok(Vec::new()),
        };
        let named = match &self.topology {
            Topology::Standalone => return Ok(Vec::new()),
            Topology::Cluster => {
                let text: String = connection.ask(redis::cmd("CLUSTER").arg("NODES")).await?;
                text.lines().filter_map(of_cluster).collect()
            }
            Topology::Sentinel { master } => self.watched(master).await?,
        };
        let asking = named.into_iter().map(|(role, node, doubted)| {
            let place = at(&first, &node);
            async move {
                let place = if role == Role::Sentinel {
                    without_login(place)
                } else {
                    place
                };
                Member {
                    role,
                    address: format!("{}:{}", node.host, node.port),
                    doubted,
                    answer: self.ping(place).await,
                }
            }
        });
        let mut members: Vec<Member> = futures_util::future::join_all(asking).await;
        members.sort_by(|a, b| (a.role, &a.address).cmp(&(b.role, &b.address)));
        Ok(members)
    }

    /// What the Sentinels watch under that name, and who they are.
    async fn watched(&self, master: &str) -> Result<Vec<Named>, Error> {
        let mut failed = Error::new(ErrorKind::Unreachable, "no Sentinel answers");
        for url in &self.nodes {
            let place = info(url)?;
            let mut answers = None;
            // Sentinels seldom want the password that the servers want.
            for place in [without_login(place.clone()), place.clone()] {
                match self.ask_sentinel(&place, master).await {
                    Ok(found) => {
                        answers = Some(found);
                        break;
                    }
                    Err(error) => failed = error,
                }
            }
            let Some((primary, replicas, others)) = answers else {
                continue;
            };
            let own = match place.addr() {
                redis::ConnectionAddr::Tcp(host, port)
                | redis::ConnectionAddr::TcpTls { host, port, .. } => Some(Node {
                    host: host.clone(),
                    port: *port,
                }),
                _ => None,
            };
            let mut named: Vec<Named> = own
                .map(|node| (Role::Sentinel, node, None))
                .into_iter()
                .collect();
            named.extend(
                others
                    .iter()
                    .filter_map(|one| of_sentinel(Role::Sentinel, one)),
            );
            named.extend(of_sentinel(Role::Primary, &primary));
            named.extend(
                replicas
                    .iter()
                    .filter_map(|one| of_sentinel(Role::Replica, one)),
            );
            return Ok(named);
        }
        Err(failed)
    }

    async fn ask_sentinel(
        &self,
        place: &ConnectionInfo,
        master: &str,
    ) -> Result<(Fields, Vec<Fields>, Vec<Fields>), Error> {
        let asking = async {
            let mut connection = self.client(place.clone())?;
            let mut connection = connection.take().await?;
            let ask = |word: &str| {
                let mut command = redis::cmd("SENTINEL");
                command.arg(word).arg(master);
                command
            };
            Ok((
                ask("MASTER").query_async(&mut connection).await?,
                ask("REPLICAS").query_async(&mut connection).await?,
                ask("SENTINELS").query_async(&mut connection).await?,
            ))
        };
        self.within(asking).await
    }

    async fn ping(&self, place: ConnectionInfo) -> Result<Duration, Error> {
        let started = Instant::now();
        let asking = async {
            let mut connection = self.client(place)?;
            let mut connection = connection.take().await?;
            redis::cmd("PING").exec_async(&mut connection).await
        };
        match self.within(asking).await {
            // It is there, and is a Sentinel with a password of its own, which needs none of us.
            Err(error) if error.code.as_deref() == Some("NOAUTH") => {}
            other => other?,
        }
        Ok(started.elapsed())
    }

    fn client(&self, place: ConnectionInfo) -> redis::RedisResult<Opening> {
        let client = match certificates(self) {
            Some(certificates) => redis::Client::build_with_tls(place, certificates)?,
            None => redis::Client::open(place)?,
        };
        Ok(Opening(client))
    }

    async fn within<T>(
        &self,
        work: impl Future<Output = redis::RedisResult<T>>,
    ) -> Result<T, Error> {
        let limit = self.limits.connect;
        match tokio::time::timeout(limit, work).await {
            Ok(result) => result.map_err(|error| Error::of_connect(&error)),
            Err(_) => Err(Error::timeout(limit)),
        }
    }
}

struct Opening(redis::Client);

impl Opening {
    async fn take(&mut self) -> redis::RedisResult<redis::aio::MultiplexedConnection> {
        self.0
            .get_multiplexed_async_connection_with_config(&config())
            .await
    }
}

type Fields = HashMap<String, String>;
pub(super) type Named = (Role, Node, Option<String>);

fn without_login(place: ConnectionInfo) -> ConnectionInfo {
    place.set_redis_settings(RedisConnectionInfo::default())
}

/// A line of [`CLUSTER NODES`](https://redis.io/docs/latest/commands/cluster-nodes/).
pub(super) fn of_cluster(line: &str) -> Option<Named> {
    let mut words = line.split(' ');
    let (_, address, flags) = (words.next()?, words.next()?, words.next()?);
    let (host, port) = address.split(['@', ',']).next()?.rsplit_once(':')?;
    let flags: Vec<&str> = flags.split(',').collect();
    let role = if flags.contains(&"master") {
        Role::Primary
    } else {
        Role::Replica
    };
    let node = Node {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: port.parse().ok()?,
    };
    let against = ["fail", "fail?", "noaddr", "handshake"];
    let doubted = flags.into_iter().find(|flag| against.contains(flag));
    Some((role, node, doubted.map(str::to_owned)))
}

/// What a Sentinel says of a server: <https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/>.
fn of_sentinel(role: Role, fields: &Fields) -> Option<Named> {
    let node = Node {
        host: fields.get("ip")?.clone(),
        port: fields.get("port")?.parse().ok()?,
    };
    let flags = fields.get("flags").map(String::as_str).unwrap_or_default();
    let doubted = flags
        .split(',')
        .find(|flag| ["s_down", "o_down", "disconnected"].contains(flag))
        .map(str::to_owned);
    Some((role, node, doubted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_read_from_a_cluster_s_own_words() {
        let read = |line| of_cluster(line).map(|(role, node, doubted)| (role, node.port, doubted));
        for (line, expect) in [
            (
                "07c3 127.0.0.1:30004@31004,h slave e7d1 0 1426238317239 4 connected",
                Some((Role::Replica, 30004, None)),
            ),
            (
                "67ed ::1:30002@31002 myself,master - 0 0 2 connected 5461-10922",
                Some((Role::Primary, 30002, None)),
            ),
            (
                "292f 127.0.0.1:30003@31003 master,fail? - 0 1426238318243 3 connected",
                Some((Role::Primary, 30003, Some("fail?".to_owned()))),
            ),
            ("", None),
        ] {
            assert_eq!(read(line), expect, "{line}");
        }
    }
}
