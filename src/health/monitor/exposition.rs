//! A reading as Prometheus takes it: its text format 0.0.4, or OpenMetrics 1.0.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/>,
//! <https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md>. Names follow
//! <https://prometheus.io/docs/practices/naming/>: base units, `_total` for what only grows.

mod database;
mod redis;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::figures::{Figure, Measure, State};
use super::rates::number;
use super::reading::Reading;

/// Which of the two formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Prometheus,
    OpenMetrics,
}

impl Format {
    /// The one that an `Accept` header asks for.
    pub fn accepted(accept: &str) -> Format {
        if accept.contains("application/openmetrics-text") {
            Format::OpenMetrics
        } else {
            Format::Prometheus
        }
    }

    pub fn content_type(self) -> &'static str {
        match self {
            Format::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Format::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// The text of a reading and its figures.
pub fn render(reading: &Reading, figures: &[Figure], format: Format) -> String {
    let mut page = Page {
        format,
        text: String::new(),
    };
    page.info(
        "piton_build",
        "The program that tells this.",
        &[("version", env!("CARGO_PKG_VERSION"))],
    );
    #[expect(clippy::cast_precision_loss, reason = "milliseconds fit for millennia")]
    let at = reading.at.timestamp_millis() as f64 / 1000.0;
    page.one(
        "piton_reading_timestamp_seconds",
        "When this was read, since 1970.",
        at,
    );
    up(&mut page, reading);
    alarms(&mut page, figures);
    database::write(&mut page, &reading.database);
    if let Some(redis) = &reading.redis {
        redis::write(&mut page, redis);
    }
    unseen(&mut page, reading);
    if format == Format::OpenMetrics {
        page.text.push_str("# EOF\n");
    }
    page.text
}

fn up(page: &mut Page, reading: &Reading) {
    let here = |away: bool| if away { 0.0 } else { 1.0 };
    let database = &reading.database;
    let mut up = page.gauge("piton_up", "Whether what is watched answered.");
    up.sample(
        &[("kind", "database"), ("target", &database.target)],
        here(database.away.is_some()),
    );
    if let Some(redis) = &reading.redis {
        up.sample(
            &[("kind", "redis"), ("target", &redis.target)],
            here(redis.away.is_some()),
        );
    }
    let mut took = page.gauge(
        "piton_reading_duration_seconds",
        "How long the questions took.",
    );
    took.sample(&[("kind", "database")], database.took_ms / 1000.0);
    if let Some(redis) = &reading.redis {
        took.sample(&[("kind", "redis")], redis.took_ms / 1000.0);
    }
}

fn alarms(page: &mut Page, figures: &[Figure]) {
    let mut alarm = page.gauge(
        "piton_alarm",
        "1 where a figure passes its threshold; absent where it is not seen.",
    );
    for figure in figures.iter().filter(|one| one.state != State::Unseen) {
        let passed = if figure.state == State::Alarm {
            1.0
        } else {
            0.0
        };
        alarm.sample(
            &[("figure", figure.kind.name()), ("of", &figure.of)],
            passed,
        );
    }
    let mut threshold = page.gauge(
        "piton_threshold",
        "The threshold of a figure, as a ratio or in seconds.",
    );
    let mut said = Vec::new();
    for figure in figures {
        if let Some(limit) = figure.threshold
            && !said.contains(&figure.kind)
        {
            said.push(figure.kind);
            let limit = match figure.measure {
                Measure::Percent => limit / 100.0,
                Measure::Ms => limit / 1000.0,
            };
            threshold.sample(&[("figure", figure.kind.name())], limit);
        }
    }
}

/// Of what is not seen, what and for which kind of reason. The server's own words would make a new series with each
/// reading; the document has them.
fn unseen(page: &mut Page, reading: &Reading) {
    let database = &reading.database;
    let of_database = database.vitals.unseen.iter().chain(&database.sizes.unseen);
    let of_redis = reading.redis.iter().flat_map(|redis| &redis.unseen);
    let all: BTreeSet<(&str, &str, &str)> = of_database
        .map(|one| ("database", one.what, one.reason.name()))
        .chain(of_redis.map(|one| ("redis", one.what, one.reason.name())))
        .collect();
    let mut metric = page.gauge(
        "piton_unseen",
        "1 for what the server or the role does not let one see.",
    );
    for (kind, what, reason) in all {
        metric.sample(&[("kind", kind), ("what", what), ("reason", reason)], 1.0);
    }
}

/// The text as far as it is written.
struct Page {
    format: Format,
    text: String,
}

/// A metric whose samples are being written; its heading comes with the first of them.
struct Metric<'a> {
    page: &'a mut Page,
    name: &'static str,
    kind: &'static str,
    help: &'static str,
    begun: bool,
}

impl Page {
    fn metric(&mut self, name: &'static str, kind: &'static str, help: &'static str) -> Metric<'_> {
        Metric {
            page: self,
            name,
            kind,
            help,
            begun: false,
        }
    }

    fn gauge(&mut self, name: &'static str, help: &'static str) -> Metric<'_> {
        self.metric(name, "gauge", help)
    }

    /// `name` ends with `_total`.
    fn counter(&mut self, name: &'static str, help: &'static str) -> Metric<'_> {
        debug_assert!(name.ends_with("_total"), "{name}");
        self.metric(name, "counter", help)
    }

    /// A gauge without labels.
    fn one(&mut self, name: &'static str, help: &'static str, value: f64) {
        self.gauge(name, help).sample(&[], value);
    }

    /// A gauge without labels, where there is a value.
    fn maybe(&mut self, name: &'static str, help: &'static str, value: Option<f64>) {
        if let Some(value) = value {
            self.one(name, help, value);
        }
    }

    /// A counter without labels, where there is a value.
    fn total(&mut self, name: &'static str, help: &'static str, value: Option<u64>) {
        if let Some(value) = value {
            self.counter(name, help).sample(&[], number(value));
        }
    }

    /// What is told by labels alone.
    fn info(&mut self, name: &'static str, help: &'static str, labels: &[(&str, &str)]) {
        match self.format {
            Format::OpenMetrics => {
                self.heading(name, "info", help);
            }
            Format::Prometheus => {
                let _ = writeln!(self.text, "# HELP {name}_info {help}");
                let _ = writeln!(self.text, "# TYPE {name}_info gauge");
            }
        }
        self.text.push_str(name);
        self.text.push_str("_info");
        self.labels(labels);
        self.text.push_str(" 1\n");
    }

    fn heading(&mut self, name: &str, kind: &str, help: &str) {
        // OpenMetrics names the family of a counter, which its sample adds `_total` to.
        let family = match (self.format, kind) {
            (Format::OpenMetrics, "counter") => name.strip_suffix("_total").unwrap_or(name),
            _ => name,
        };
        let _ = writeln!(self.text, "# HELP {family} {help}");
        let _ = writeln!(self.text, "# TYPE {family} {kind}");
    }

    fn labels(&mut self, labels: &[(&str, &str)]) {
        if labels.is_empty() {
            return;
        }
        for (i, (label, value)) in labels.iter().enumerate() {
            self.text.push(if i == 0 { '{' } else { ',' });
            self.text.push_str(label);
            self.text.push_str("=\"");
            for character in value.chars() {
                match character {
                    '\\' => self.text.push_str("\\\\"),
                    '"' => self.text.push_str("\\\""),
                    '\n' => self.text.push_str("\\n"),
                    other => self.text.push(other),
                }
            }
            self.text.push('"');
        }
        self.text.push('}');
    }
}

impl Metric<'_> {
    fn sample(&mut self, labels: &[(&str, &str)], value: f64) {
        if !std::mem::replace(&mut self.begun, true) {
            self.page.heading(self.name, self.kind, self.help);
        }
        self.page.text.push_str(self.name);
        self.page.labels(labels);
        let _ = writeln!(self.page.text, " {value}");
    }

    fn sample_of(&mut self, labels: &[(&str, &str)], value: Option<u64>) {
        if let Some(value) = value {
            self.sample(labels, number(value));
        }
    }
}
