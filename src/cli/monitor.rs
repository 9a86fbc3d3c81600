//! `piton monitor`.

mod listen;
mod live;
mod once;

use std::cell::RefCell;
use std::time::Duration;

use serde::Serialize;

use super::context::Context;
use super::failure::{Failure, signal_code};
use crate::config::{Backend, Config};
use crate::database::{OpenError, Purpose, Target};
use crate::health::monitor::{
    Figure, Gone, Reading, RedisSource, Settings, Source, State, Watcher, figures,
};

/// Shows what is under strain: connections, slow statements, waits, Redis, the cache's hit rate
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
On a terminal it is a live view, until q is pressed. Without one, or with --once, it looks once and ends with 6 where \
a threshold is passed, with 4 where a server is away: for cron. With --json and without --once it prints one line of \
JSON for each reading. Thresholds, advice and intervals are under [monitor] in piton.toml.")]
pub(super) struct Args {
    /// Looks once (twice, an interval apart, where rates need it) and ends
    #[arg(long)]
    once: bool,
    /// The time between two readings, such as 1s or 500ms [default: 1s, or monitor.interval_s]
    #[arg(long, value_name = "DURATION", value_parser = interval)]
    interval: Option<Duration>,
    /// Serves /metrics to Prometheus at this address, such as 127.0.0.1:9187
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["once", "json"])]
    listen: Option<String>,
}

/// A reading with what it comes to.
#[derive(Serialize)]
struct Document<'a> {
    /// Whether everything answered and no threshold is passed.
    ok: bool,
    figures: &'a [Figure],
    #[serde(flatten)]
    reading: &'a Reading,
}

impl<'a> Document<'a> {
    fn of(reading: &'a Reading, figures: &'a [Figure]) -> Document<'a> {
        Document {
            ok: reading.all_here() && alarms(figures) == 0,
            figures,
            reading,
        }
    }
}

fn alarms(figures: &[Figure]) -> usize {
    let passed = figures.iter().filter(|one| one.state == State::Alarm);
    passed.count()
}

fn interval(text: &str) -> Result<Duration, String> {
    let interval = super::duration(text)?;
    if interval < Duration::from_millis(100) {
        return Err("less than 100 ms would be a load of its own".to_owned());
    }
    Ok(interval)
}

/// A connection that is made while somebody watches must not take long.
const CONNECT: Duration = Duration::from_secs(3);

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let settings = config.monitor.value.clone();
    let pace = args.interval.unwrap_or(settings.interval());
    let target = context.target(&config)?;
    let brief = target.clone().connecting_within(CONNECT);
    let failed = RefCell::new(None);
    let source = source(&brief, &failed);
    let redis = redis(&config)?;
    let looks_once =
        args.once || (args.listen.is_none() && !context.ui.is_json() && !context.ui.has_terminal());
    // A file has no rates.
    let needs_two = target.url().is_some() || redis.is_some();
    let watcher = Watcher::new(target.describe(), source, redis, &settings);
    if let Some(address) = &args.listen {
        return listen::run(context, address, watcher, &settings, pace).await;
    }
    if looks_once {
        let pause = needs_two.then_some(pace);
        return once::run(context, watcher, &settings, pause, &target, &failed).await;
    }
    if context.ui.is_json() {
        return stream(context, watcher, &settings, pace).await;
    }
    live::run(context, watcher, &settings, pace).await
}

/// What opens a session on the database. Why that failed the last time is kept, for whoever looks once.
fn source<'a>(target: &'a Target, failed: &'a RefCell<Option<Failure>>) -> Source<'a> {
    if let Backend::Json { dir } = target.backend() {
        return Source::Store(dir.clone());
    }
    Source::Sessions(Box::new(move || {
        Box::pin(async move {
            let failure = match target.open(Purpose::Look, None).await {
                Ok(mut opened) => return Ok(opened.take_session()),
                Err(OpenError::Database(error)) => Failure::unopened(target, &error).await,
                Err(error) => error.into(),
            };
            let reason = failure.message.clone();
            *failed.borrow_mut() = Some(failure);
            Err(Gone { reason })
        })
    }))
}

/// Where Redis is, if it is configured.
fn redis(config: &Config) -> Result<Option<RedisSource>, Failure> {
    let redis = &config.redis;
    let Some(url) = &redis.url.value else {
        return Ok(None);
    };
    Ok(Some(RedisSource {
        target: url.to_string(),
        options: config.redis_options()?,
        memory_limit: redis.memory_limit.value,
    }))
}

/// One line of JSON for each reading, until nobody reads them.
async fn stream(
    context: &Context,
    mut watcher: Watcher<'_>,
    settings: &Settings,
    pace: Duration,
) -> Result<u8, Failure> {
    let mut ticks = ticks(pace);
    let telling = async {
        loop {
            ticks.tick().await;
            let reading = watcher.read().await;
            let figures = figures(&reading, settings);
            let document = Document::of(&reading, &figures);
            if !context.ui.document_line("monitor", &document).await {
                return;
            }
        }
    };
    // Who stops reading without closing the pipe keeps a line from being written; a signal ends that too.
    let code = tokio::select! {
        () = telling => 0,
        signal = context.stop.wait() => signal_code(signal),
    };
    watcher.close().await;
    Ok(code)
}

/// Ticks that do not come in a bunch after one that took long.
fn ticks(pace: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(pace);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks
}
