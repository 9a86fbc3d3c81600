//! The figures that have a threshold: what they are in a reading, and whether they pass it.

use serde::Serialize;

use super::reading::{DatabaseReading, NodeReading, Reading};
use super::settings::Settings;
use crate::dialect::health::{Replica, Usage, Vitals};
use crate::health::place::bytes;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Connections,
    OldestStatement,
    MeanStatement,
    RedisMemory,
    RedisClients,
    HitRate,
    Sequence,
    Transaction,
    ReplicationLag,
}

/// In what it is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    Percent,
    Ms,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Fine,
    /// The threshold is passed.
    Alarm,
    /// It cannot be seen; the detail says why.
    Unseen,
}

/// One figure of a reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    pub kind: Kind,
    /// Of what: a server of Redis's, a sequence, a replica; empty for the database itself.
    pub of: String,
    pub state: State,
    pub value: Option<f64>,
    pub threshold: Option<f64>,
    pub measure: Measure,
    /// What stands behind the value, such as `12 of 100`.
    pub detail: String,
    /// What to do, where it is an alarm.
    pub advice: Option<String>,
}

impl Kind {
    pub const ALL: [Kind; 9] = [
        Kind::Connections,
        Kind::OldestStatement,
        Kind::MeanStatement,
        Kind::RedisMemory,
        Kind::RedisClients,
        Kind::HitRate,
        Kind::Sequence,
        Kind::Transaction,
        Kind::ReplicationLag,
    ];

    /// The name that `[monitor.advice]` and the metrics use.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Connections => "connections",
            Kind::OldestStatement => "oldest_statement",
            Kind::MeanStatement => "mean_statement",
            Kind::RedisMemory => "redis_memory",
            Kind::RedisClients => "redis_clients",
            Kind::HitRate => "hit_rate",
            Kind::Sequence => "sequence",
            Kind::Transaction => "transaction",
            Kind::ReplicationLag => "replication_lag",
        }
    }

    /// The name that a person reads.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Connections => "database connections",
            Kind::OldestStatement => "oldest running statement",
            Kind::MeanStatement => "mean statement time",
            Kind::RedisMemory => "Redis memory",
            Kind::RedisClients => "Redis clients",
            Kind::HitRate => "cache hit rate",
            Kind::Sequence => "sequence used up",
            Kind::Transaction => "longest transaction",
            Kind::ReplicationLag => "replication lag",
        }
    }

    pub fn measure(self) -> Measure {
        match self {
            Kind::OldestStatement
            | Kind::MeanStatement
            | Kind::Transaction
            | Kind::ReplicationLag => Measure::Ms,
            _ => Measure::Percent,
        }
    }

    /// Whether the alarm is below the threshold.
    pub fn is_floor(self) -> bool {
        self == Kind::HitRate
    }

    /// What to do where nobody said otherwise.
    pub fn advice(self) -> &'static str {
        match self {
            Kind::Connections => {
                "enlarge the limit (max_connections), put a pooler in front, or optimise the queries that hold connections"
            }
            Kind::OldestStatement => {
                "look at the statement and whom it waits for; it may lack an index, or want another query"
            }
            Kind::MeanStatement => {
                "find the statements that take longest; add indexes, or change the queries"
            }
            Kind::RedisMemory => {
                "remove expired data (piton cache audit finds keys without expiry), or give Redis more memory"
            }
            Kind::RedisClients => {
                "use larger shared pools with fewer processes, or raise maxclients"
            }
            Kind::HitRate => {
                "change the cache's policy: longer expiry, or a warm-up of what is read often"
            }
            Kind::Sequence => {
                "make the column bigint (or raise the sequence's MAXVALUE) before inserts begin to fail"
            }
            Kind::Transaction => {
                "find who holds it open: it keeps locks, and rows that VACUUM may not remove"
            }
            Kind::ReplicationLag => {
                "look at the replica's load, its network and its log, and at long statements there"
            }
        }
    }
}

/// The figures of a reading, held against their thresholds, in the order in which they are shown.
pub fn figures(reading: &Reading, settings: &Settings) -> Vec<Figure> {
    let mut all = Vec::new();
    database(&reading.database, settings, &mut all);
    if let Some(redis) = &reading.redis {
        for node in redis.nodes.iter().filter(|node| node.away.is_none()) {
            redis_node(node, redis.nodes.len() > 1, settings, &mut all);
        }
        if let Some(cache) = &redis.cache {
            let enough = cache.reads >= settings.least_reads();
            let window = match cache.window_s {
                Some(seconds) => format!("in the last {seconds} s"),
                None => "since they are counted".to_owned(),
            };
            let mut figure = figure(
                Kind::HitRate,
                "",
                cache.hit_rate.map(|rate| rate * 100.0),
                settings,
                format!("of {} reads {window}", cache.reads),
            );
            if cache.hit_rate.is_none() {
                figure.detail = "nothing was read from the cache yet".to_owned();
            } else if !enough && figure.state == State::Alarm {
                figure.state = State::Fine;
                figure.advice = None;
                figure.detail.push_str(", too few to judge");
            }
            all.push(figure);
        }
    }
    all
}

fn database(reading: &DatabaseReading, settings: &Settings, all: &mut Vec<Figure>) {
    if reading.away.is_some() {
        return;
    }
    let vitals = &reading.vitals;
    let is_server = reading.store.is_none() && reading.kind != "sqlite";
    if is_server {
        all.push(usage(
            Kind::Connections,
            "",
            vitals.connections,
            settings,
            |usage| format!("{} of {}", usage.used, usage.allowed),
        ));
        let oldest = vitals.running.iter().find(|one| {
            one.state != "idle in transaction" && one.state != "idle in transaction (aborted)"
        });
        let detail = match (oldest, vitals.oldest_statement_ms) {
            (Some(one), Some(ms)) if ms > 0.0 => format!(
                "{}{}: {}",
                one.id,
                one.user
                    .as_ref()
                    .map_or(String::new(), |user| format!(" of {user}")),
                one.statement
            ),
            (_, Some(_)) => "none runs".to_owned(),
            (_, None) => why(reading, "statements"),
        };
        all.push(figure(
            Kind::OldestStatement,
            "",
            vitals.oldest_statement_ms,
            settings,
            detail,
        ));
        let mut mean = figure(
            Kind::MeanStatement,
            "",
            reading.rates.mean_ms,
            settings,
            String::new(),
        );
        mean.detail = match (vitals.work, reading.rates.work_per_s) {
            (None, _) => why(reading, "mean statement time"),
            (Some(work), Some(rate)) => format!("{rate:.1} {}s a second", work.of.name()),
            (Some(_), None) => "known from the second reading on".to_owned(),
        };
        if vitals.work.is_some() && mean.value.is_none() {
            mean.state = State::Fine;
        }
        all.push(mean);
    }
    sequences(reading, settings, all);
    if settings.threshold(Kind::Transaction).is_some() && is_server {
        let ms = vitals.longest_transaction_ms;
        all.push(figure(Kind::Transaction, "", ms, settings, String::new()));
    }
    let is_watched = settings.threshold(Kind::ReplicationLag).is_some();
    for (replica, name) in replicas(vitals) {
        let mut figure = figure(
            Kind::ReplicationLag,
            &name,
            replica.lag_ms,
            settings,
            replica.state.clone(),
        );
        // Who is cut off falls behind whatever its threshold, and may not know how far.
        if replica.cut_off {
            figure.state = State::Alarm;
            figure.advice = Some(settings.advice(Kind::ReplicationLag).to_owned());
        }
        if is_watched || replica.cut_off {
            all.push(figure);
        }
    }
}

/// The replicas, and this server where it follows another, each with a name that no other of them has.
pub(super) fn replicas(vitals: &Vitals) -> Vec<(&Replica, String)> {
    let all: Vec<&Replica> = vitals.replicas.iter().chain(&vitals.follows).collect();
    let mut named: Vec<(&Replica, String)> = Vec::with_capacity(all.len());
    for replica in &all {
        let is_shared = all.iter().filter(|one| one.name == replica.name).count() > 1;
        let mut name = match &replica.address {
            Some(address) if is_shared => format!("{} at {address}", replica.name),
            _ => replica.name.clone(),
        };
        let same = |name: &str| named.iter().any(|(_, taken)| taken == name);
        if same(&name) {
            let numbered = (2..).map(|number| format!("{name}, {number}"));
            name = numbered
                .take(all.len())
                .find(|numbered| !same(numbered))
                .unwrap_or(name);
        }
        named.push((replica, name));
    }
    named
}

/// The fullest one, and all those that pass the threshold.
fn sequences(reading: &DatabaseReading, settings: &Settings, all: &mut Vec<Figure>) {
    let threshold = settings.threshold(Kind::Sequence).unwrap_or(100.0);
    for (i, sequence) in reading.sizes.sequences.iter().enumerate() {
        let percent = sequence.used() * 100.0;
        if i == 0 || percent > threshold {
            all.push(figure(
                Kind::Sequence,
                &sequence.name,
                Some(percent),
                settings,
                format!("{} of {}", sequence.last, sequence.most),
            ));
        }
    }
}

fn redis_node(node: &NodeReading, named: bool, settings: &Settings, all: &mut Vec<Figure>) {
    let of = if named { node.name.as_str() } else { "" };
    let limit = if node.memory_limit_is_ours {
        " (MEMORY_LIMIT: the server has no maxmemory)"
    } else {
        ""
    };
    all.push(usage(
        Kind::RedisMemory,
        of,
        node.memory,
        settings,
        |usage| format!("{} of {}{limit}", bytes(usage.used), bytes(usage.allowed)),
    ));
    all.push(usage(
        Kind::RedisClients,
        of,
        node.clients,
        settings,
        |usage| format!("{} of {}", usage.used, usage.allowed),
    ));
}

fn usage(
    kind: Kind,
    of: &str,
    usage: Option<Usage>,
    settings: &Settings,
    detail: impl Fn(Usage) -> String,
) -> Figure {
    let value = usage
        .and_then(|usage| super::rates::share(usage.used, usage.allowed))
        .map(|share| share * 100.0);
    let detail = usage.map_or_else(|| "the server does not tell".to_owned(), detail);
    figure(kind, of, value, settings, detail)
}

fn figure(kind: Kind, of: &str, value: Option<f64>, settings: &Settings, detail: String) -> Figure {
    let threshold = settings.threshold(kind);
    let state = match (value, threshold) {
        (None, _) => State::Unseen,
        (Some(value), Some(limit)) if kind.is_floor() && value < limit => State::Alarm,
        (Some(value), Some(limit)) if !kind.is_floor() && value > limit => State::Alarm,
        _ => State::Fine,
    };
    Figure {
        kind,
        of: of.to_owned(),
        state,
        value,
        threshold,
        measure: kind.measure(),
        detail,
        advice: (state == State::Alarm).then(|| settings.advice(kind).to_owned()),
    }
}

/// Why something is not seen, by what `unseen` says of it.
fn why(reading: &DatabaseReading, what: &str) -> String {
    let unseen = &reading.vitals.unseen;
    unseen
        .iter()
        .find(|one| one.what.contains(what))
        .map_or_else(|| "not seen".to_owned(), |one| one.why.clone())
}

#[cfg(test)]
mod tests;
