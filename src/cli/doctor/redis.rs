//! The ladder of Redis: one server, a Cluster or by Sentinels, each node named.

use std::time::{Duration, Instant};

use super::Args;
use super::report::{Breaks, Report};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::redis::open;
use crate::config::{Config, RedisUrl};
use crate::health::ladder::{self, Address, Rung, Service};
use crate::redis::{Connection, Error, ErrorKind, Info, Limits, Options, Topology};
use crate::ui::bytes;

/// The oldest Redis that has what Piton sends.
const OLDEST: (u32, u32) = (6, 2);
const PAUSE: Duration = Duration::from_millis(200);

pub(super) async fn climb(
    context: &Context,
    args: &Args,
    config: &Config,
    url: &RedisUrl,
    report: &mut Report,
) -> Result<(), Breaks> {
    let options = config
        .redis_options()
        .map_err(|error| Breaks::at("URL", error))?;
    // What is looked at is told as it is, and not tried again until it is well.
    let limits = Limits {
        patience: Duration::ZERO,
        ..options.limits_of()
    };
    let options = options.limits(limits);
    let began = Instant::now();
    if !args.quick {
        let origin = &config.redis.url.origin;
        report.holds("URL", format!("from {origin}"), None);
        way(context, url, &options, report).await?;
    }
    let started = Instant::now();
    let wait = context.wait.saturating_sub(began.elapsed());
    let connection = open(&options, wait)
        .await
        .map_err(|error| unopened(url, &error).after(started.elapsed()))?;
    let took = started.elapsed();
    if args.quick {
        let pinged = connection.ask::<String>(&redis::cmd("PING")).await;
        pinged.map_err(|error| unopened(url, &error))?;
        report.holds("answers", "", Some(took));
        return Ok(());
    }
    inside(args, config, url, &options, &connection, took, report).await
}

/// The way to the server that the URL names.
async fn way(
    context: &Context,
    url: &RedisUrl,
    options: &Options,
    report: &mut Report,
) -> Result<(), Breaks> {
    let address = match url.socket() {
        Some(path) => Address::Socket(path.into()),
        None => Address::Network {
            host: url.host().to_owned(),
            port: url.port(),
        },
    };
    // Who wants TLS at once answers nothing else.
    let up_to = if url.tls() {
        Rung::Port
    } else {
        Rung::Protocol
    };
    let patience = options.limits_of().connect;
    let began = Instant::now();
    let climb = loop {
        let climb = ladder::climb(Service::Redis, &address, up_to, patience).await;
        if climb.broken.is_none() || began.elapsed() + PAUSE >= context.wait {
            break climb;
        }
        tokio::time::sleep(PAUSE).await;
    };
    for held in climb.held {
        report.holds(held.rung.name(), held.seen, Some(held.took));
    }
    match climb.broken {
        None => Ok(()),
        // Another node may know the way.
        Some(broken) if options.names_several() => {
            report.notes(broken.rung.name(), broken.cause.to_string(), None);
            Ok(())
        }
        Some(broken) => Err(Breaks::at(
            broken.rung.name(),
            Failure::redis_away(&address, &broken.cause),
        )),
    }
}

/// A Redis that could not be opened: the rung, and what is told of it.
fn unopened(url: &RedisUrl, error: &Error) -> Breaks {
    let rung = match error.kind {
        ErrorKind::Unreachable | ErrorKind::Lost => "port",
        ErrorKind::Timeout => "protocol",
        ErrorKind::Tls => "TLS",
        ErrorKind::Topology => "nodes",
        ErrorKind::Refused if error.message.contains("DB index") => "database",
        _ => "login",
    };
    let mut failure = Failure::connecting_redis(error, &url.to_string());
    if rung == "database" {
        failure = failure.hint("it is the number behind the last / of REDIS_URL; redis-cli CONFIG GET databases says how many there are");
    }
    Breaks::at(rung, failure)
}

/// What the servers themselves show: login, database, version, nodes, privileges.
async fn inside(
    args: &Args,
    config: &Config,
    url: &RedisUrl,
    options: &Options,
    connection: &Connection,
    took: Duration,
    report: &mut Report,
) -> Result<(), Breaks> {
    if url.tls() {
        report.holds("TLS", "encrypted", None);
    }
    let user = url.username().unwrap_or("default");
    report.holds("login", format!("as {user}"), Some(took));
    if *options.topology() == Topology::Standalone {
        report.holds("database", format!("number {}", url.number()), None);
    }
    let started = Instant::now();
    let infos = connection.info().await;
    let infos = infos.map_err(|error| Breaks::at("privileges", error))?;
    for info in &infos {
        version(info)?;
    }
    let first = infos.first().map(of_server);
    report.holds(
        "version",
        first.unwrap_or_default(),
        Some(started.elapsed()),
    );
    nodes(options, connection, report).await?;
    let started = Instant::now();
    for info in &infos {
        takes_writes(info)?;
    }
    let proves = !config.guarded() || args.prove;
    if proves {
        let proven = prove(connection).await;
        proven.map_err(|error| Breaks::at("privileges", error).after(started.elapsed()))?;
    }
    let says = if proves {
        "takes writes; a key was written and read by a script"
    } else {
        "takes writes"
    };
    report.holds("privileges", says, Some(started.elapsed()));
    Ok(())
}

fn of_server(info: &Info) -> String {
    match (info.field("valkey_version"), info.field("redis_version")) {
        (Some(version), _) => format!("Valkey {version}"),
        (None, version) => format!("Redis {}", version.unwrap_or("of an unknown version")),
    }
}

fn version(info: &Info) -> Result<(), Breaks> {
    let said = info.field("redis_version").unwrap_or_default();
    let mut numbers = said.split('.').map(|part| part.parse::<u32>());
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else {
        return Ok(());
    };
    if (major, minor) >= OLDEST {
        return Ok(());
    }
    let failure = Failure::config(format!(
        "{} is too old: Piton works with Redis {}.{} and newer",
        of_server(info),
        OLDEST.0,
        OLDEST.1
    ))
    .hint("name another server in REDIS_URL, or have this one brought up to date");
    Err(Breaks::at("version", failure))
}

/// Every server of those that stand together.
async fn nodes(
    options: &Options,
    connection: &Connection,
    report: &mut Report,
) -> Result<(), Breaks> {
    let members = options.members(connection).await;
    let members = members.map_err(|error| Breaks::at("nodes", error))?;
    let mut away = Vec::new();
    for member in members {
        let name = format!("{} {}", member.role.name(), member.address);
        match (&member.answer, &member.doubted) {
            (Ok(took), None) => report.holds("node", name, Some(*took)),
            (Ok(took), Some(flag)) => {
                let says = format!("{name} answers, and the others say {flag} of it");
                report.notes("node", says, Some(*took));
            }
            (Err(error), _) => {
                report.notes("node", format!("{name} does not answer: {error}"), None);
                away.push(name);
            }
        }
    }
    if options.topology() == &Topology::Cluster {
        let info: Result<String, _> = connection.ask(redis::cmd("CLUSTER").arg("INFO")).await;
        let info = Info::new(info.map_err(|error| Breaks::at("nodes", error))?);
        if info.field("cluster_state") != Some("ok") {
            let lacking = Failure::unready("the Cluster serves not all of its slots")
                .hint("redis-cli --cluster check HOST:PORT says which have no owner");
            return Err(Breaks::at("nodes", lacking));
        }
    }
    if away.is_empty() {
        return Ok(());
    }
    let failure = Failure::unready(format!("away: {}", away.join(", ")))
        .hint("start it again, or take it out: CLUSTER FORGET ID, SENTINEL RESET NAME");
    Err(Breaks::at("nodes", failure))
}

/// What says that no write would be taken, before one is tried.
fn takes_writes(info: &Info) -> Result<(), Breaks> {
    let breaks = |kind, message: String| Err(Breaks::at("privileges", Error::new(kind, message)));
    if info.field("role") == Some("slave") {
        let primary = info.field("master_host").unwrap_or("another server");
        return breaks(
            ErrorKind::ReadOnly,
            format!("the server is a replica of {primary}, which takes no writes"),
        );
    }
    let (used, most) = (info.number("used_memory"), info.number("maxmemory"));
    if let (Some(used), Some(most)) = (used, most)
        && most > 0
        && used >= most
        && info.field("maxmemory_policy") == Some("noeviction")
    {
        return breaks(
            ErrorKind::OutOfMemory,
            format!(
                "{} of {} are in use, and nothing is evicted",
                bytes(used),
                bytes(most)
            ),
        );
    }
    Ok(())
}

/// Writes, reads and removes a key, by a script as the cache and sessions do. It goes by itself after a second.
async fn prove(connection: &Connection) -> Result<(), Error> {
    const SCRIPT: &str = "redis.call('SET', KEYS[1], ARGV[1], 'PX', 1000) \
        local read = redis.call('GET', KEYS[1]) redis.call('DEL', KEYS[1]) return read";
    let key = format!("piton:doctor:{}", crate::redis::random_name());
    let mut command = redis::cmd("EVAL");
    command.arg(SCRIPT).arg(1).arg(&key).arg("学生");
    let read: String = connection.ask(&command).await?;
    if read == "学生" {
        Ok(())
    } else {
        Err(Error::new(
            ErrorKind::Unexpected,
            format!("what was written did not come back: {read:?}"),
        ))
    }
}
