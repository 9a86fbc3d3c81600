//! One look, as tables.

use std::cell::RefCell;
use std::time::Duration;

use super::super::context::Context;
use super::super::failure::Failure;
use super::{Document, alarms};
use crate::config::TlsReason;
use crate::database::Target;
use crate::health::monitor::{Figure, Reading, Settings, State, Watcher, figures};
use crate::ui::reading::{activity, redis_node, replica, threshold, title, value};
use crate::ui::{Table, Ui, bad, bold, bytes, dim, escape, good};

/// How many lines a part shows.
const MOST: usize = 10;

pub(super) async fn run(
    context: &Context,
    mut watcher: Watcher<'_>,
    settings: &Settings,
    pause: Option<Duration>,
    target: &Target,
    failed: &RefCell<Option<Failure>>,
) -> Result<u8, Failure> {
    let looking = async {
        let first = watcher.read().await;
        Ok(match pause {
            Some(pause) if first.all_here() => {
                tokio::time::sleep(pause).await;
                watcher.read().await
            }
            _ => first,
        })
    };
    let reading = super::super::unless_stopped(&context.stop, looking).await?;
    watcher.close().await;
    let figures = figures(&reading, settings);
    let ui = &context.ui;
    ui.document("monitor", &Document::of(&reading, &figures));
    tell(ui, &reading, &figures);
    if !reading.all_here() {
        return absent(context, &reading, target, failed);
    }
    Ok(if alarms(&figures) > 0 { 6 } else { 0 })
}

/// The end of a look at which something was away. Under `--json` the document has said it.
fn absent(
    context: &Context,
    reading: &Reading,
    target: &Target,
    failed: &RefCell<Option<Failure>>,
) -> Result<u8, Failure> {
    let database = failed.borrow_mut().take().map(|failure| {
        let verified = target
            .url()
            .is_some_and(|url| url.tls().reason == TlsReason::Default);
        failure.about(target, verified)
    });
    let failure = match (database, &reading.database.away) {
        (Some(failure), Some(_)) => failure,
        (_, Some(away)) => Failure::unreachable(escape(&away.reason, false)),
        (_, None) => {
            let redis = reading.redis.as_ref();
            let away = redis.and_then(|redis| {
                let nodes = redis.nodes.iter();
                redis
                    .away
                    .as_ref()
                    .or_else(|| nodes.filter_map(|node| node.away.as_ref()).next())
            });
            let name = redis.map_or("Redis", |redis| redis.target.as_str());
            let reason = away.map_or("it is away", |away| away.reason.as_str());
            Failure::unreachable(format!(
                "{}: {}",
                escape(name, false),
                escape(reason, false)
            ))
        }
    };
    if context.ui.is_json() {
        return Ok(failure.code);
    }
    Err(failure)
}

fn tell(ui: &Ui, reading: &Reading, figures: &[Figure]) {
    let database = &reading.database;
    let version = database.version.as_deref().unwrap_or_default();
    let software = format!("{} {version}", database.kind);
    // Of a server that never answered neither is known.
    let words = match software.trim() {
        "" => database.target.clone(),
        software => format!("{}, {software}", database.target),
    };
    ui.note(dim().apply_to(escape(&words, false)).to_string());
    if !figures.is_empty() {
        self::figures_table(ui, figures);
    }
    part(ui, "who waits for whom", waits(reading));
    part(
        ui,
        "running, the oldest first",
        lines(database.vitals.running.iter().map(activity)),
    );
    part(
        ui,
        "replication",
        lines(
            database
                .vitals
                .replicas
                .iter()
                .chain(&database.vitals.follows)
                .map(replica),
        ),
    );
    part(ui, "the server", server(reading));
    if let Some(redis) = &reading.redis {
        let here = redis.nodes.iter().filter(|node| node.away.is_none());
        part(
            ui,
            &format!("Redis {}", escape(&redis.target, false)),
            here.map(redis_node).collect(),
        );
    }
    tables(ui, reading);
    let mut unseen: Vec<String> = Vec::new();
    let redis = reading.redis.iter().flat_map(|redis| &redis.unseen);
    for one in database
        .vitals
        .unseen
        .iter()
        .chain(&database.sizes.unseen)
        .chain(redis)
    {
        let line = format!("{}: {}", one.what, escape(&one.why, false));
        if !unseen.contains(&line) {
            unseen.push(line);
        }
    }
    part(ui, "not seen", unseen);
    let passed = figures.iter().filter(|one| one.state == State::Alarm);
    for figure in passed {
        let word = bad().apply_to("alarm:");
        let advice = figure.advice.as_deref().unwrap_or_default();
        ui.data(format!(
            "{word} {} {} {}: {}",
            title(figure),
            value(figure),
            threshold(figure),
            escape(advice, false)
        ));
    }
    if alarms(figures) == 0 && reading.all_here() {
        ui.data(good().apply_to("no threshold is passed").to_string());
    }
}

fn figures_table(ui: &Ui, figures: &[Figure]) {
    let mut table = Table::new(["figure", "value", "alarm", ""]);
    for figure in figures {
        let name = title(figure);
        let shown = value(figure);
        let (name, shown) = match figure.state {
            State::Alarm => (
                bad().apply_to(name).to_string(),
                bad().apply_to(shown).to_string(),
            ),
            State::Unseen | State::Fine => (name, shown),
        };
        table.row([
            name,
            shown,
            threshold(figure),
            escape(&figure.detail, false),
        ]);
    }
    for line in table.lines() {
        ui.data(line);
    }
}

/// A heading and lines below it; nothing where there are none.
fn part(ui: &Ui, heading: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    ui.data("");
    ui.data(bold().apply_to(heading).to_string());
    for line in lines {
        ui.data(format!("  {line}"));
    }
}

fn lines(all: impl Iterator<Item = String>) -> Vec<String> {
    all.take(MOST).collect()
}

fn waits(reading: &Reading) -> Vec<String> {
    let mut lines = Vec::new();
    for wait in reading.database.vitals.waits.iter().take(MOST) {
        lines.push(format!("{} waits", activity(&wait.waiter)));
        if wait.holders.is_empty() {
            lines.push("  for whom is not told".to_owned());
        }
        for holder in &wait.holders {
            let perhaps = if wait.guessed { "perhaps " } else { "" };
            lines.push(format!("  for {perhaps}{}", activity(holder)));
        }
    }
    lines
}

/// What the server counts and has no threshold.
fn server(reading: &Reading) -> Vec<String> {
    let (vitals, rates) = (&reading.database.vitals, &reading.database.rates);
    let mut lines = Vec::new();
    if let Some(here) = vitals.connections_here {
        lines.push(format!("connections of this database: {here}"));
    }
    if let Some(ms) = vitals.longest_transaction_ms {
        let age = Duration::from_secs_f64((ms / 1000.0).max(0.0));
        let age = if ms > 0.0 {
            crate::ui::duration(age)
        } else {
            "none".to_owned()
        };
        lines.push(format!("longest transaction: {age}"));
    }
    if let Some(rate) = rates.cache_hit_rate {
        lines.push(format!(
            "the server's own cache: {:.1} % hits",
            rate * 100.0
        ));
    }
    if let (Some(commits), Some(rollbacks)) = (rates.commits_per_s, rates.rollbacks_per_s) {
        lines.push(format!(
            "{commits:.1} commits and {rollbacks:.1} rollbacks a second, {} deadlocks so far",
            vitals
                .totals
                .deadlocks
                .map_or("?".to_owned(), |it| it.to_string())
        ));
    }
    lines
}

fn tables(ui: &Ui, reading: &Reading) {
    let sizes = &reading.database.sizes;
    let mut heads = Vec::new();
    if let Some(total) = sizes.bytes {
        let mut text = format!("{} in all", bytes(total));
        if let Some(free) = sizes.free_bytes.filter(|free| *free > 0) {
            text.push_str(&format!(", {} of it free", bytes(free)));
        }
        if let Some(wal) = sizes.wal_bytes.filter(|wal| *wal > 0) {
            text.push_str(&format!(", and {} in its write-ahead log", bytes(wal)));
        }
        heads.push(text);
    }
    if let Some(store) = &reading.database.store {
        heads.push(format!("generation {}", store.generation));
        if store.previous_bytes > 0 {
            heads.push(format!(
                "the one before takes {}",
                bytes(store.previous_bytes)
            ));
        }
        if store.left_over > 0 {
            heads.push(format!(
                "{} of a commit that was cut off: the next writer settles them",
                crate::ui::count(store.left_over, "file")
            ));
        }
        if let Some(holder) = &store.holder {
            heads.push(format!(
                "open for writing by {}",
                escape(&holder.to_string(), false)
            ));
        }
    }
    part(ui, "sizes", heads);
    if !sizes.tables.is_empty() {
        let mut table = Table::new(["  table", "size", "indexes", "rows", "dead", "empty"]);
        for one in sizes.tables.iter().take(MOST) {
            let number = |count: Option<u64>| count.map_or(String::new(), |it| it.to_string());
            table.row([
                format!("  {}", escape(&one.name, false)),
                bytes(one.bytes),
                one.index_bytes.map_or(String::new(), bytes),
                number(one.rows),
                number(one.dead_rows),
                one.bloat_bytes.map_or(String::new(), bytes),
            ]);
        }
        for line in table.lines() {
            ui.data(line);
        }
        if sizes.tables.len() > MOST {
            ui.data(format!(
                "  and {} more, which --json lists",
                crate::ui::count(sizes.tables.len() - MOST, "table")
            ));
        }
    }
    // Of small ones nobody asks whether they are used.
    let large = sizes.indexes.iter().filter(|index| index.bytes >= 1 << 20);
    part(
        ui,
        "the largest indexes",
        lines(large.map(|index| {
            let scans = match index.scans {
                Some(0) => ", never used since the server counts".to_owned(),
                Some(scans) => format!(", used {}", crate::ui::count(scans, "time")),
                None => String::new(),
            };
            format!(
                "{} of {}: {}{scans}",
                escape(&index.name, false),
                escape(&index.table, false),
                bytes(index.bytes)
            )
        })),
    );
}
