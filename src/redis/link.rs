//! One way to Redis, as it stands at the moment: a connection, or those to a Cluster's nodes.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{RoutingInfo, SingleNodeRoutingInfo};
use redis::sentinel::{SentinelClient, SentinelClientBuilder, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ConnectionInfo, FromRedisValue,
    IntoConnectionInfo as _, Pipeline, RedisError, RedisResult, TlsCertificates, TlsMode, Value,
};

use super::error::{Error, ErrorKind};
use super::options::{Options, Topology};

/// A connection, or those to a Cluster's nodes; clones share it.
#[derive(Clone)]
pub(super) enum Link {
    One(MultiplexedConnection),
    Cluster(ClusterConnection),
}

/// A node of a Cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node {
    pub host: String,
    pub port: u16,
}

/// The Cluster's own client sends again what was lost or redirected, so often.
const CLUSTER_RETRIES: u32 = 24;
const CLUSTER_RETRY_WAIT_MS: (u64, u64) = (20, 500);

impl Link {
    /// Connects; gives what other nodes were learnt of, to begin with the next time.
    pub(super) async fn connect(
        options: &Options,
        learnt: &BTreeSet<Node>,
    ) -> Result<(Link, BTreeSet<Node>), Error> {
        let connecting = async {
            match &options.topology {
                Topology::Standalone => standalone(options).await,
                Topology::Cluster => cluster(options, learnt).await,
                Topology::Sentinel { master } => sentinel(options, master, learnt).await,
            }
        };
        let limit = options.limits.connect;
        match tokio::time::timeout(limit, connecting).await {
            Ok(connected) => connected,
            Err(_) => Err(Error::new(
                ErrorKind::Unreachable,
                format!("no connection to Redis in {} ms", limit.as_millis()),
            )),
        }
    }

    pub(super) async fn send(&mut self, command: &Cmd, limit: Duration) -> Result<Value, Error> {
        let sending = async {
            match self {
                Link::One(connection) => connection.req_packed_command(command).await,
                Link::Cluster(connection) => connection.req_packed_command(command).await,
            }
        };
        bounded(sending, limit).await.and_then(checked)
    }

    /// Sends a command to one node; where there is only one, to that.
    pub(super) async fn send_to(
        &mut self,
        node: Option<&Node>,
        command: &Cmd,
        limit: Duration,
    ) -> Result<Value, Error> {
        match (self, node) {
            (Link::Cluster(connection), Some(node)) => {
                let routing = RoutingInfo::SingleNode(SingleNodeRoutingInfo::ByAddress {
                    host: node.host.clone(),
                    port: node.port,
                });
                let sending = connection.route_command(command.clone(), routing);
                bounded(sending, limit).await.and_then(checked)
            }
            (link, _) => link.send(command, limit).await,
        }
    }

    /// Sends commands one behind the other without waiting in between; the answers in their order.
    pub(super) async fn send_all(
        &mut self,
        commands: &Pipeline,
        limit: Duration,
    ) -> Result<Vec<Value>, Error> {
        match self {
            Link::One(connection) => {
                let sending = connection.req_packed_commands(commands, 0, commands.len());
                let answers = bounded(sending, limit).await?;
                answers.into_iter().map(checked).collect()
            }
            Link::Cluster(connection) => {
                let sending = commands.cmd_iter().map(|command| {
                    let mut connection = connection.clone();
                    async move {
                        let sending = connection.req_packed_command(command);
                        bounded(sending, limit).await.and_then(checked)
                    }
                });
                futures_util::future::try_join_all(sending).await
            }
        }
    }

    /// The primaries: of a Cluster each of them, else the one.
    pub(super) async fn primaries(&mut self, limit: Duration) -> Result<Vec<Option<Node>>, Error> {
        match self {
            Link::One(_) => Ok(vec![None]),
            Link::Cluster(connection) => {
                let nodes = cluster_nodes(connection, limit).await?;
                let primaries: BTreeSet<Node> = nodes.into_iter().map(|one| one.0).collect();
                Ok(primaries.into_iter().map(Some).collect())
            }
        }
    }
}

/// An answer may be an error of the server's.
fn checked(answer: Value) -> Result<Value, Error> {
    match answer {
        Value::ServerError(error) => Err(Error::of(&RedisError::from(error))),
        answer => Ok(answer),
    }
}

async fn bounded<T>(
    sending: impl Future<Output = RedisResult<T>>,
    limit: Duration,
) -> Result<T, Error> {
    match tokio::time::timeout(limit, sending).await {
        Ok(answer) => answer.map_err(|error| Error::of(&error)),
        Err(_) => Err(Error::timeout(limit)),
    }
}

pub(super) fn info(url: &str) -> Result<ConnectionInfo, Error> {
    let info = url
        .into_connection_info()
        .map_err(|_| Error::new(ErrorKind::Refused, "the URL of Redis makes no sense"))?;
    let settings = info.redis_settings().clone();
    Ok(info.set_redis_settings(settings.set_lib_name("piton", env!("CARGO_PKG_VERSION"))))
}

/// Our own limit stands around every command, so that the crate's must not be in its way.
pub(super) fn config() -> AsyncConnectionConfig {
    AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None)
        .set_pipeline_buffer_size(1024)
}

async fn standalone(options: &Options) -> Result<(Link, BTreeSet<Node>), Error> {
    let mut failed = None;
    for url in &options.nodes {
        let opening = async {
            let named = info(url)?;
            let info = match &options.elsewhere {
                Some(node) => at(&named, node),
                None => named,
            };
            let client = match certificates(options) {
                Some(certificates) => Client::build_with_tls(info, certificates),
                None => Client::open(info),
            };
            let client = client.map_err(|error| Error::of_connect(&error))?;
            let connection = client
                .get_multiplexed_async_connection_with_config(&config())
                .await
                .map_err(|error| Error::of_connect(&error))?;
            admitted(connection).await
        };
        match opening.await {
            Ok(connection) => return Ok((Link::One(connection), BTreeSet::new())),
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.unwrap_or_else(nowhere))
}

/// Whom `rediss://` trusts, where it is not whom the system trusts.
pub(super) fn certificates(options: &Options) -> Option<TlsCertificates> {
    let root_cert = options.authorities.clone()?;
    Some(TlsCertificates {
        client_tls: None,
        root_cert: Some(root_cert),
    })
}

/// A connection without a login stands even where the server wants one, and only commands are refused then.
async fn admitted(mut connection: MultiplexedConnection) -> Result<MultiplexedConnection, Error> {
    match redis::cmd("PING").exec_async(&mut connection).await {
        Err(error) if Error::of(&error).kind == ErrorKind::Login => Err(Error::of(&error)),
        _ => Ok(connection),
    }
}

fn nowhere() -> Error {
    Error::new(ErrorKind::Unreachable, "no Redis was named")
}

/// The same login at another address.
pub(super) fn at(info: &ConnectionInfo, node: &Node) -> ConnectionInfo {
    let (host, port) = (node.host.clone(), node.port);
    let addr = match info.addr() {
        ConnectionAddr::TcpTls {
            insecure,
            tls_params,
            ..
        } => ConnectionAddr::TcpTls {
            host,
            port,
            insecure: *insecure,
            tls_params: tls_params.clone(),
        },
        _ => ConnectionAddr::Tcp(host, port),
    };
    info.clone().set_addr(addr)
}

/// What was named, and behind it what was learnt.
fn addresses(options: &Options, learnt: &BTreeSet<Node>) -> Result<Vec<ConnectionInfo>, Error> {
    let mut named = options
        .nodes
        .iter()
        .map(|url| info(url))
        .collect::<Result<Vec<_>, _>>()?;
    let first = named.first().cloned().ok_or_else(nowhere)?;
    named.extend(learnt.iter().map(|node| at(&first, node)));
    Ok(named)
}

async fn cluster(
    options: &Options,
    learnt: &BTreeSet<Node>,
) -> Result<(Link, BTreeSet<Node>), Error> {
    let mut builder = ClusterClientBuilder::new(addresses(options, learnt)?);
    if let Some(certificates) = certificates(options) {
        builder = builder.certs(certificates);
    }
    let client = builder
        .retries(CLUSTER_RETRIES)
        .min_retry_wait(CLUSTER_RETRY_WAIT_MS.0)
        .max_retry_wait(CLUSTER_RETRY_WAIT_MS.1)
        .connection_timeout(options.limits.connect)
        // Never the first to give up: what is given up there is sent again.
        .response_timeout(Duration::from_secs(3600))
        .overall_response_timeout(None)
        .build()
        .map_err(|error| Error::of_connect(&error))?;
    let mut connection = client
        .get_async_connection()
        .await
        .map_err(|error| Error::of_connect(&error))?;
    let nodes = cluster_nodes(&mut connection, options.limits.connect).await?;
    let learnt = nodes.into_iter().flat_map(|(primary, replicas)| {
        let mut all = replicas;
        all.push(primary);
        all
    });
    let learnt = learnt.collect();
    Ok((Link::Cluster(connection), learnt))
}

/// Each primary that owns slots, with its replicas.
async fn cluster_nodes(
    connection: &mut ClusterConnection,
    limit: Duration,
) -> Result<Vec<(Node, Vec<Node>)>, Error> {
    let mut command = redis::cmd("CLUSTER");
    command.arg("SLOTS");
    let routing = RoutingInfo::SingleNode(SingleNodeRoutingInfo::Random);
    let answer = bounded(connection.route_command(command, routing), limit).await?;
    let nonsense = || Error::unexpected("something else than a Cluster's slots");
    let Value::Array(ranges) = answer else {
        return Err(nonsense());
    };
    let node = |value: &Value| -> Option<Node> {
        let Value::Array(parts) = value else {
            return None;
        };
        let host: String = redis::from_redis_value(parts.first()?.clone()).ok()?;
        let port: u16 = redis::from_redis_value(parts.get(1)?.clone()).ok()?;
        (!host.is_empty() && host != "?").then_some(Node { host, port })
    };
    let mut found = Vec::new();
    for range in ranges {
        let Value::Array(range) = range else {
            return Err(nonsense());
        };
        let mut nodes = range.iter().skip(2).filter_map(node);
        if let Some(primary) = nodes.next() {
            found.push((primary, nodes.collect()));
        }
    }
    Ok(found)
}

async fn sentinel(
    options: &Options,
    master: &str,
    learnt: &BTreeSet<Node>,
) -> Result<(Link, BTreeSet<Node>), Error> {
    let sentinels = addresses(options, learnt)?;
    let first = sentinels.first().cloned().ok_or_else(nowhere)?;
    // Sentinels seldom want the password that the servers want.
    let mut result = ask_sentinels(options, &sentinels, master, false).await;
    let wants_login =
        |error: &Error| error.kind == ErrorKind::Login || error.message.contains("NOAUTH");
    if first.redis_settings().password().is_some() && result.as_ref().is_err_and(wants_login) {
        result = ask_sentinels(options, &sentinels, master, true).await;
    }
    result
}

/// The answer of a Sentinel that can be reached.
async fn a_sentinel_says<T: FromRedisValue>(
    client: &mut SentinelClient,
    what: &str,
    master: &str,
) -> RedisResult<T> {
    let sentinel = client.async_get_sentinel_client().await?;
    let mut connection = sentinel
        .get_multiplexed_async_connection_with_config(&config())
        .await?;
    let mut command = redis::cmd("SENTINEL");
    command.arg(what).arg(master);
    command.query_async(&mut connection).await
}

async fn ask_sentinels(
    options: &Options,
    sentinels: &[ConnectionInfo],
    master: &str,
    with_login: bool,
) -> Result<(Link, BTreeSet<Node>), Error> {
    let first = sentinels.first().ok_or_else(nowhere)?;
    let addresses: Vec<ConnectionAddr> = sentinels.iter().map(|one| one.addr().clone()).collect();
    let settings = first.redis_settings();
    let mut builder = SentinelClientBuilder::new(addresses, master, SentinelServerType::Master)
        .map_err(|error| Error::of_connect(&error))?
        .set_client_to_redis_db(settings.db());
    if matches!(first.addr(), ConnectionAddr::TcpTls { .. }) {
        builder = builder
            .set_client_to_redis_tls_mode(TlsMode::Secure)
            .set_client_to_sentinel_tls_mode(TlsMode::Secure);
        if let Some(certificates) = certificates(options) {
            builder = builder
                .set_client_to_redis_certificates(certificates.clone())
                .set_client_to_sentinel_certificates(certificates);
        }
    }
    if let Some(name) = settings.username() {
        builder = builder.set_client_to_redis_username(name);
    }
    if let Some(password) = settings.password() {
        builder = builder.set_client_to_redis_password(password);
    }
    if with_login {
        if let Some(name) = settings.username() {
            builder = builder.set_client_to_sentinel_username(name);
        }
        if let Some(password) = settings.password() {
            builder = builder.set_client_to_sentinel_password(password);
        }
    }
    let mut client = builder.build().map_err(|error| Error::of_connect(&error))?;
    let connection = match client.get_async_connection_with_config(&config()).await {
        Ok(connection) => connection,
        Err(error) => {
            let error = Error::of_connect(&error);
            // The crate says the same of a name that nobody knows and of a primary that is down.
            let address = match error.kind {
                ErrorKind::Topology => {
                    a_sentinel_says(&mut client, "GET-MASTER-ADDR-BY-NAME", master).await
                }
                _ => Ok(None::<(String, u16)>),
            };
            return Err(match address {
                Ok(Some(_)) => Error::new(
                    ErrorKind::NotReady,
                    "the primary is down, and the Sentinels have not made another one yet",
                ),
                _ => error,
            });
        }
    };
    let connection = admitted(connection).await?;
    // The other Sentinels, for the day on which the one that was named is away.
    let others: RedisResult<Vec<HashMap<String, String>>> =
        a_sentinel_says(&mut client, "SENTINELS", master).await;
    let learnt = others.unwrap_or_default().into_iter().filter_map(|one| {
        let host = one.get("ip")?.clone();
        let port = one.get("port")?.parse().ok()?;
        Some(Node { host, port })
    });
    Ok((Link::One(connection), learnt.collect()))
}
