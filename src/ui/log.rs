//! What is told beside the data while a command runs: as text, or as a line of JSON each (`--log-format json`).
//!
//! The library tells of connections, locks, revisions, statements, cache and sessions through `tracing`; here it
//! is written down. Drivers tell of what goes through their pools.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::{Ui, dim, duration, escape, print_err};
use crate::dialect::masked;

/// What the driver's events of statements are called.
const DRIVER: &str = "sqlx::query";

static AS_JSON: AtomicBool = AtomicBool::new(false);

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    Warnings,
    /// Connections, locks, revisions.
    Events,
    /// Every statement with its duration too.
    Statements,
}

impl Ui {
    /// Everything on stderr is a line of JSON from now on.
    pub fn log_as_json(&self) {
        AS_JSON.store(true, Ordering::Relaxed);
    }

    /// Writes what the library tells. A program that listens by itself goes on to.
    pub fn listen(&self, told: Told) {
        // Another subscriber may be there where the command line is one part of a larger program.
        drop(
            tracing_subscriber::registry()
                .with(Writer { told })
                .try_init(),
        );
    }
}

pub(super) fn is_json() -> bool {
    AS_JSON.load(Ordering::Relaxed)
}

/// A line beside the data.
pub(super) fn say(level: &str, text: &str) {
    if is_json() {
        let text = console::strip_ansi_codes(text);
        line(level, "piton", text.trim(), Map::new());
    } else {
        print_err(text);
    }
}

pub(super) fn failure(message: &str, detail: &[String], hints: &[String]) {
    let detail: Vec<&str> = detail.iter().map(|line| line.trim()).collect();
    let mut fields = Map::new();
    fields.insert("detail".to_owned(), json!(detail));
    fields.insert("next".to_owned(), json!(hints));
    line("error", "piton", message, fields);
}

fn line(level: &str, target: &str, message: &str, fields: Map<String, Value>) {
    let mut all = Map::new();
    let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    all.insert("time".to_owned(), now.into());
    all.insert("level".to_owned(), level.into());
    all.insert("target".to_owned(), target.into());
    all.insert("message".to_owned(), message.into());
    all.extend(fields);
    print_err(&Value::Object(all).to_string());
}

struct Writer {
    told: Told,
}

impl Writer {
    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        let statement = target == DRIVER || target == "piton::statement";
        let ours = target == "piton" || target.starts_with("piton::");
        let least = match self.told {
            Told::Warnings => Level::WARN,
            Told::Events => Level::INFO,
            Told::Statements => Level::DEBUG,
        };
        if statement {
            return self.told == Told::Statements;
        }
        ours && *metadata.level() <= least
    }
}

impl<S: Subscriber> Layer<S> for Writer {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(match self.told {
            Told::Warnings => LevelFilter::WARN,
            Told::Events => LevelFilter::INFO,
            Told::Statements => LevelFilter::DEBUG,
        })
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let metadata = event.metadata();
        let target = if metadata.target() == DRIVER {
            fields.of_driver();
            "piton::statement"
        } else {
            metadata.target()
        };
        let level = metadata.level().as_str().to_ascii_lowercase();
        let message = std::mem::take(&mut fields.message);
        if is_json() {
            line(&level, target, &message, fields.all);
        } else {
            print_err(&dim().apply_to(fields.text(&message)).to_string());
        }
    }
}

/// What an event says.
#[derive(Default)]
struct Fields {
    message: String,
    all: Map<String, Value>,
}

impl Fields {
    /// Brings what a driver says into the shape of our own events.
    fn of_driver(&mut self) {
        let mut text = |name| match self.all.remove(name) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        let (summary, statement) = (text("summary"), text("db.statement"));
        let sql = match statement.trim() {
            "" => summary,
            statement => statement.to_owned(),
        };
        let seconds = self.all.get("elapsed_secs").and_then(Value::as_f64);
        self.message.clear();
        self.all = Map::new();
        self.all.insert("sql".to_owned(), masked(&sql).into());
        let ms = (seconds.unwrap_or_default() * 1e6).round() / 1000.0;
        self.all.insert("elapsed_ms".to_owned(), ms.into());
    }

    /// For people: a statement behind its duration, anything else with its fields.
    fn text(&self, message: &str) -> String {
        if let Some(Value::String(sql)) = self.all.get("sql") {
            let ms = self.all.get("elapsed_ms").and_then(Value::as_f64);
            let took = Duration::from_secs_f64(ms.unwrap_or_default().max(0.0) / 1000.0);
            return format!("[{}] {}", duration(took), escape(sql, true));
        }
        let mut text = escape(message, false);
        for (name, value) in &self.all {
            let value = match value {
                Value::String(text) => escape(text, false),
                other => other.to_string(),
            };
            text.push_str(&format!(" {name}={value}"));
        }
        text
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.all.insert(field.name().to_owned(), value.into());
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.all.insert(field.name().to_owned(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.all.insert(field.name().to_owned(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.all.insert(field.name().to_owned(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.all.insert(field.name().to_owned(), value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
