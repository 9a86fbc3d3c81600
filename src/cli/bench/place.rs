//! A backend that is measured: opened, filled, measured, and left as it was.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Measured, Said};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{redis, unless_stopped};
use crate::config::{Config, DatabaseUrl};
use crate::database::{Purpose, Target};
use crate::dialect::{Dialect, Endpoint, Session};
use crate::health::bench::{
    self, BenchError, Crew, Plan, Speed, Subject, memory_of_children, memory_of_self,
    written_by_self,
};
use crate::json::{Access, Store};
use crate::redis::{Connection, Info, Options, Topology, random_name};
use crate::ui::{bytes, escape};

const PATIENCE: Duration = Duration::from_secs(30);

/// Where it is measured.
pub(super) enum Place {
    Database(Target),
    /// A JSON store of its own, in a directory that goes away.
    Store(PathBuf),
    /// A SQLite file of its own, likewise.
    File(Target),
    Redis {
        options: Box<Options>,
        at: String,
    },
}

/// A directory for the embedded ones, removed with this value.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Result<Scratch, Failure> {
        let dir = std::env::temp_dir().join(format!("piton_bench_{}", random_name()));
        std::fs::create_dir_all(&dir).map_err(|error| {
            let dir = escape(&dir.display().to_string(), false);
            Failure::files(format!("cannot make {dir}: {error}"))
        })?;
        Ok(Scratch(dir))
    }

    pub fn json(&self, _: &Context, _: &Config) -> Result<Place, Failure> {
        Ok(Place::Store(self.0.join("json")))
    }

    pub fn sqlite(&self, context: &Context, config: &Config) -> Result<Place, Failure> {
        let url = DatabaseUrl::of_sqlite_file(&self.0.join("bench.db"));
        Ok(Place::File(context.target_of(&url, config)?))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed from the temporary directory the system removes.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

impl Place {
    pub fn redis(config: &Config) -> Result<Place, Failure> {
        let options = config.redis_options()?;
        let url = config.redis.url.value.as_ref();
        Ok(Place::Redis {
            options: Box::new(options),
            at: url.map(ToString::to_string).unwrap_or_default(),
        })
    }

    /// What a person calls the kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Place::Database(target) => target.dialect().title(),
            Place::Store(_) => "JSON store",
            Place::File(_) => "SQLite",
            Place::Redis { .. } => "Redis",
        }
    }

    /// Where it is.
    pub fn target(&self) -> String {
        match self {
            Place::Database(target) | Place::File(target) => target.describe(),
            Place::Store(dir) => format!("JSON store {}", dir.display()),
            Place::Redis { at, .. } => at.clone(),
        }
    }

    pub async fn measure(&self, context: &Context, plan: &Plan) -> Result<Measured, Failure> {
        match self {
            Place::Database(target) => server(context, self, target, plan).await,
            Place::File(target) => {
                let endpoint = target.endpoint()?;
                embedded(context, self, &endpoint, None, plan).await
            }
            Place::Store(dir) => {
                let wait = Duration::ZERO;
                let store = Arc::new(Store::open(dir, Access::Write { wait }).await?);
                let endpoint = Endpoint::Open(store.pool().clone());
                embedded(context, self, &endpoint, Some(store), plan).await
            }
            Place::Redis { options, at } => keys(context, self, options, at, plan).await,
        }
    }

    fn measured(&self, speed: Speed) -> Measured {
        Measured {
            backend: self.kind().to_owned(),
            target: self.target(),
            error: None,
            read: Some(speed.read),
            write: Some(speed.write),
            throughput: speed.throughput,
            connections: Said::default(),
            memory: Said::default(),
            disk: Said::default(),
        }
    }
}

/// Fills, takes a reading with `before`, measures and removes; what was made is removed however it ends.
async fn with<Open, Reading>(
    context: &Context,
    subject: &Subject,
    plan: &Plan,
    before: impl AsyncFnOnce() -> Result<Reading, Failure>,
    crew: impl FnMut(u32) -> Open,
) -> Result<(Speed, Reading), Failure>
where
    Open: Future<Output = Result<Crew, BenchError>>,
{
    let working = async {
        subject.make(plan.rows).await?;
        let reading = before().await?;
        let told = |what: &str| tracing::info!(target: "piton::bench", what, "measures");
        let speed = bench::measure(subject, plan, crew, told).await?;
        Ok((speed, reading))
    };
    let result = unless_stopped(&context.stop, working).await;
    // A signal that comes now ends the process at once, as everywhere the second one does.
    match (result, subject.remove(plan.rows).await) {
        (Ok(measured), Ok(())) => Ok(measured),
        (Ok(_), Err(error)) => Err(left_behind(error.into(), subject)),
        (Err(failure), Ok(())) => Err(failure),
        (Err(failure), Err(_)) => Err(left_behind(failure, subject)),
    }
}

fn left_behind(failure: Failure, subject: &Subject) -> Failure {
    let name = subject.name();
    let how = match subject {
        Subject::Database { .. } => format!("DROP TABLE {name};"),
        Subject::Redis { .. } => format!("the keys {name}:* go by themselves within an hour"),
    };
    failure.line(format!("  {name} may be left behind: {how}"))
}

async fn server(
    context: &Context,
    place: &Place,
    target: &Target,
    plan: &Plan,
) -> Result<Measured, Failure> {
    let mut opened = match target.open(Purpose::Look, None).await {
        Ok(opened) => opened,
        Err(crate::database::OpenError::Database(error)) => {
            return Err(Failure::unopened(target, &error).await);
        }
        Err(error) => return Err(error.into()),
    };
    let dialect = opened.dialect();
    // As the looking session went there, TLS or not.
    let endpoint = opened.session().endpoint().clone();
    let connection = endpoint.pool(1, PATIENCE).await?;
    let subject = Subject::database(dialect, connection, None);
    let session: &mut Session = opened.session();
    let before = async || Ok(session.footprint().await?);
    let crew = |connections| {
        let endpoint = endpoint.clone();
        async move {
            let pool = endpoint.pool(connections, PATIENCE).await?;
            Ok(Crew::Database(pool))
        }
    };
    let (speed, before) = with(context, &subject, plan, before, crew).await?;
    let session: &mut Session = opened.session();
    let after = session.footprint().await?;
    let writes = speed.writes;
    let mut measured = place.measured(speed);
    measured.backend = format!("{} {}", dialect.title(), session.version());
    measured.connections = match after.connections {
        Some(allowed) => Said::known(allowed, "allowed by the server (max_connections)"),
        None => Said::unknown("the server does not tell"),
    };
    let here = target.url().is_some_and(|url| {
        url.host()
            .is_none_or(|host| matches!(host, "localhost" | "127.0.0.1" | "::1"))
    });
    let family = after
        .parent_of
        .filter(|_| here)
        .and_then(|child| memory_of_children(child, "postgres"));
    measured.memory = match (after.memory, family) {
        (Some(memory), _) => Said::known(memory, "in use by the server, as it says (Memory_used)"),
        (None, Some(memory)) => Said::known(memory, "of the server's processes, as /proc says"),
        (None, None) => {
            Said::unknown("not measured: the server does not tell, and /proc shows it not")
        }
    };
    measured.disk = match (before.written, after.written) {
        (Some(before), Some(after)) if writes > 0 => Said::known(
            after.saturating_sub(before) / writes,
            "for each write, as the server says; whoever else writes counts too",
        ),
        _ => Said::unknown("not measured: the server does not tell"),
    };
    opened.close().await;
    Ok(measured)
}

async fn embedded(
    context: &Context,
    place: &Place,
    endpoint: &Endpoint,
    store: Option<Arc<Store>>,
    plan: &Plan,
) -> Result<Measured, Failure> {
    let is_store = store.is_some();
    let idle = memory_of_self();
    let before = async || Ok(written_by_self());
    let connection = endpoint.pool(1, PATIENCE).await?;
    let subject = Subject::database(Dialect::Sqlite, connection, store);
    let crew = |connections| {
        let endpoint = endpoint.clone();
        async move { Ok(Crew::Database(endpoint.pool(connections, PATIENCE).await?)) }
    };
    let (speed, written) = with(context, &subject, plan, before, crew).await?;
    let writes = speed.writes;
    let mut measured = place.measured(speed);
    measured.connections = Said::unknown(if is_store {
        "one process writes, over one connection"
    } else {
        "many read, one writes at a time"
    });
    measured.memory = match (idle, memory_of_self()) {
        (Some(idle), Some(now)) => Said::known(
            now.saturating_sub(idle),
            "more in this process, as /proc says",
        ),
        _ => Said::unknown("not measured: there is no /proc here"),
    };
    measured.disk = match (written, written_by_self()) {
        (Some(before), Some(after)) if writes > 0 && after > before => Said::known(
            (after - before) / writes,
            "for each write, as /proc says of this process",
        ),
        (Some(_), Some(_)) => Said::unknown("nothing: the temporary directory is in memory"),
        _ => Said::unknown("not measured: there is no /proc here"),
    };
    Ok(measured)
}

async fn keys(
    context: &Context,
    place: &Place,
    options: &Options,
    at: &str,
    plan: &Plan,
) -> Result<Measured, Failure> {
    let opening = async {
        let opened = redis::open(options, context.wait).await;
        opened.map_err(|error| Failure::connecting_redis(&error, at))
    };
    let connection = unless_stopped(&context.stop, opening).await?;
    let subject = Subject::redis(connection.clone());
    let before = async || Ok(connection.info().await?);
    let crew = |connections: u32| async move {
        let opening = (0..connections).map(|_| Connection::open(options.clone()));
        let opened = futures_util::future::try_join_all(opening).await?;
        Ok(Crew::Redis(opened))
    };
    let (speed, before) = with(context, &subject, plan, before, crew).await?;
    let after = connection.info().await?;
    let writes = speed.writes;
    let mut measured = place.measured(speed);
    let first = after.first();
    let version = first.and_then(|info| info.field("redis_version"));
    let version = version.unwrap_or_default();
    let how = match options.topology() {
        Topology::Standalone => "",
        Topology::Cluster => ", a Cluster",
        Topology::Sentinel { .. } => ", by Sentinels",
    };
    measured.backend = format!("Redis {version}{how}");
    let sum = |infos: &[Info], name: &str| -> Option<u64> {
        infos.iter().map(|info| info.number(name)).sum()
    };
    measured.connections = match sum(&after, "maxclients") {
        Some(allowed) => Said::known(allowed, "allowed by the server (maxclients)"),
        None => Said::unknown("the server does not tell"),
    };
    measured.memory = match sum(&after, "used_memory_rss") {
        Some(memory) => Said::known(memory, "of the server, as it says (used_memory_rss)"),
        None => Said::unknown("not measured: the server does not tell"),
    };
    let log = |infos: &[Info]| sum(infos, "aof_current_size");
    measured.disk = match (log(&before), log(&after)) {
        (Some(before), Some(after)) if writes > 0 && after >= before => Said::known(
            (after - before) / writes,
            "for each write, into the append-only file, as the server says",
        ),
        _ => {
            Said::unknown("nothing at each write: no append-only file; snapshots are not measured")
        }
    };
    Ok(measured)
}

impl super::Said {
    /// For people.
    pub fn shown(&self, is_bytes: bool) -> String {
        match self.value {
            Some(value) if is_bytes => format!("{} {}", bytes(value), self.says),
            Some(value) => format!("{value} {}", self.says),
            None => self.says.clone(),
        }
    }
}
