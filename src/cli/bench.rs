//! `piton bench`.

mod place;
mod show;

use std::time::Duration;

use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use crate::config::Config;
use crate::health::bench::{Latency, Plan, Throughput};
use crate::ui::escape;
use place::Place;

/// Measures how fast the backends are here: reading and writing by key, latency and throughput
///
/// By default: the configured database, a JSON store and a SQLite file in a temporary directory, and Redis where it
/// is configured. Each gets a table, or keys, of its own (piton_bench_…), which are removed at the end, on Ctrl-C
/// and after a failure too. Nothing else is read or written.
///
/// The figures are those of this machine as a client: one process, one thread. It is a load: under guards it refuses.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Measures this alone: database (the configured one), json, sqlite, redis, or a URL. May be given again
    #[arg(long, value_name = "BACKEND")]
    backend: Vec<String>,
    /// How many seconds each backend is measured
    #[arg(long, value_name = "N", default_value = "6", value_parser = seconds)]
    seconds: Duration,
    /// So many connections at once, in turn
    #[arg(long, value_name = "N,…", default_value = "1,4,16", value_delimiter = ',',
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    connections: Vec<u32>,
    /// How many rows or keys are made
    #[arg(long, value_name = "N", default_value = "1000",
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    rows: u32,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let lasting = super::duration(text)?;
    if lasting < Duration::from_millis(100) || lasting > Duration::from_secs(3600) {
        return Err("it is between 0.1 and 3600 seconds".to_owned());
    }
    Ok(lasting)
}

#[derive(Serialize)]
struct Document {
    ok: bool,
    seconds: f64,
    rows: u32,
    /// Of each row, beside its key.
    row_bytes: usize,
    backends: Vec<Measured>,
}

/// What came of one backend.
#[derive(Serialize)]
struct Measured {
    backend: String,
    target: String,
    error: Option<String>,
    read: Option<Latency>,
    write: Option<Latency>,
    throughput: Vec<Throughput>,
    connections: Said,
    memory: Said,
    /// Bytes that reach the disk for each write.
    disk: Said,
}

/// A figure, and where it is from; no figure, and why not.
#[derive(Clone, Debug, Default, Serialize)]
struct Said {
    value: Option<u64>,
    says: String,
}

impl Said {
    fn known(value: u64, says: &str) -> Said {
        Said {
            value: Some(value),
            says: says.to_owned(),
        }
    }

    fn unknown(says: &str) -> Said {
        Said {
            value: None,
            says: says.to_owned(),
        }
    }
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    if config.guarded() {
        return Err(Failure::usage(format!(
            "bench is a load, and the environment is {:?} ({}); nothing was done",
            escape(&config.environment.value, false),
            config.environment.origin
        ))
        .hint("measure a server of the same kind that nobody uses: --environment test --url URL"));
    }
    let scratch = place::Scratch::new()?;
    let places = places(context, &config, &args, &scratch)?;
    let mut connections = args.connections.clone();
    // The latency is that of the fewest.
    connections.sort_unstable();
    connections.dedup();
    let phases = u32::try_from(connections.len()).unwrap_or(u32::MAX) * 2;
    let plan = Plan {
        phase: args.seconds / phases,
        connections,
        rows: args.rows,
    };
    let mut measured = Vec::new();
    let mut failed = None;
    for place in &places {
        context
            .ui
            .note(format!("measuring {}", escape(&place.target(), false)));
        match Box::pin(place.measure(context, &plan)).await {
            Ok(one) => measured.push(one),
            Err(failure) if failure.code >= 128 => return Err(failure),
            Err(failure) => {
                measured.push(Measured::failed(place, &failure));
                context.ui.warn(format!(
                    "{}: {}",
                    escape(&place.target(), false),
                    failure.message
                ));
                failed.get_or_insert(failure);
            }
        }
    }
    if measured.iter().all(|one| one.error.is_some())
        && let Some(failure) = failed.take()
    {
        return Err(failure);
    }
    let document = Document {
        ok: failed.is_none(),
        seconds: args.seconds.as_secs_f64(),
        rows: plan.rows,
        row_bytes: crate::health::bench::ROW_BYTES,
        backends: measured,
    };
    if !context.ui.is_json() {
        show::show(&context.ui, &document);
    }
    context.ui.document("bench", &document);
    Ok(failed.map_or(0, |failure| failure.code))
}

impl Measured {
    fn failed(place: &Place, failure: &Failure) -> Measured {
        Measured {
            backend: place.kind().to_owned(),
            target: place.target(),
            error: Some(failure.message.clone()),
            read: None,
            write: None,
            throughput: Vec::new(),
            connections: Said::unknown("not measured"),
            memory: Said::unknown("not measured"),
            disk: Said::unknown("not measured"),
        }
    }
}

/// What is measured: what was named, or what an ordinary run measures; nothing twice.
fn places(
    context: &Context,
    config: &Config,
    args: &Args,
    scratch: &place::Scratch,
) -> Result<Vec<Place>, Failure> {
    let configured = context.target(config)?;
    let mut names: Vec<&str> = args.backend.iter().map(String::as_str).collect();
    if names.is_empty() {
        names.extend(["json", "sqlite"]);
        // The embedded ones are measured beside the application's own, whose kind they may be.
        if configured.url().is_some() {
            names.push("database");
        }
        if config.redis.url.value.is_some() {
            names.push("redis");
        }
    }
    let mut places: Vec<Place> = Vec::new();
    for name in names {
        let place = match name {
            "json" => scratch.json(context, config)?,
            "sqlite" => scratch.sqlite(context, config)?,
            "redis" => Place::redis(config)?,
            "database" if configured.url().is_none() => {
                return Err(Failure::usage(
                    "the configured database is a file, in which bench writes nothing",
                )
                .hint(
                    "--backend json and --backend sqlite measure the like in a temporary directory",
                ));
            }
            "database" => Place::Database(configured.clone()),
            url if url.contains(':') => {
                let target = context.target_of(url, config)?;
                if target.url().is_none() {
                    return Err(Failure::usage(
                        "only a server's URL can be named: bench writes into no file of yours",
                    )
                    .hint("--backend json and --backend sqlite measure the like in a temporary directory"));
                }
                Place::Database(target)
            }
            other => {
                return Err(Failure::usage(format!(
                    "unknown backend {:?}: it is database, json, sqlite, redis or a URL",
                    escape(other, false)
                )));
            }
        };
        if places.iter().all(|one| one.target() != place.target()) {
            places.push(place);
        }
    }
    Ok(places)
}
