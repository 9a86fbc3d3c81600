//! What a reading of the monitor holds, in words.

use std::time::Duration;

use super::{bytes, duration, escape};
use crate::dialect::health::{Activity, Replica};
use crate::health::monitor::{Figure, Measure, NodeReading, State};

/// What a figure is called, and of what it is.
pub fn title(figure: &Figure) -> String {
    if figure.of.is_empty() {
        figure.kind.title().to_owned()
    } else {
        format!("{} {}", figure.kind.title(), escape(&figure.of, false))
    }
}

/// `12.3 %`, `1.5 s`, a dash where nothing was done, or a question mark where it is not seen.
pub fn value(figure: &Figure) -> String {
    match (figure.value, figure.state) {
        (Some(value), _) => measured(value, figure.measure),
        (None, State::Fine) => "-".to_owned(),
        (None, _) => "?".to_owned(),
    }
}

/// `> 80 %`, `< 80 %`.
pub fn threshold(figure: &Figure) -> String {
    let sign = if figure.kind.is_floor() { '<' } else { '>' };
    match (figure.threshold, figure.measure) {
        (Some(limit), Measure::Percent) => format!("{sign} {limit} %"),
        (Some(limit), Measure::Ms) => format!("{sign} {}", measured(limit, Measure::Ms)),
        (None, _) => String::new(),
    }
}

fn measured(value: f64, measure: Measure) -> String {
    match measure {
        Measure::Percent => format!("{value:.1} %"),
        Measure::Ms if value <= 0.0 => "0 ms".to_owned(),
        Measure::Ms => duration(Duration::from_secs_f64(value / 1000.0)),
    }
}

/// `4711 app 1.5 s active: SELECT …`
pub fn activity(one: &Activity) -> String {
    let user = one.user.as_deref().unwrap_or("?");
    let elapsed = duration(Duration::from_secs_f64((one.ms / 1000.0).max(0.0)));
    let text = format!(
        "{} {user} {elapsed} {}: {}",
        one.id, one.state, one.statement
    );
    escape(text.trim_end_matches([':', ' ']), false)
}

/// `standby streaming, 12 KiB, 5 ms behind`
pub fn replica(one: &Replica) -> String {
    let mut text = format!("{} {}", escape(&one.name, false), escape(&one.state, false));
    if let Some(lag) = one.lag_bytes {
        text.push_str(&format!(", {}", bytes(lag)));
    }
    if let Some(ms) = one.lag_ms {
        let lag = Duration::from_secs_f64((ms / 1000.0).max(0.0));
        text.push_str(&format!(", {} behind", duration(lag)));
    }
    text
}

/// `redis 7.0.15 master: 12 keys, 350 commands a second, …`
pub fn redis_node(node: &NodeReading) -> String {
    let mut text = escape(&node.name, false);
    if let Some(version) = &node.version {
        text.push_str(&format!(" {}", escape(version, false)));
    }
    text.push_str(&format!(
        " {}: {} keys",
        escape(&node.role, false),
        node.keys
    ));
    if let Some(memory) = node.memory {
        text.push_str(&format!(", {}", bytes(memory.used)));
    }
    if let Some(rate) = node.commands_per_s {
        text.push_str(&format!(", {rate:.0} commands a second"));
    }
    if let Some(rate) = node.hit_rate {
        text.push_str(&format!(", {:.1} % hits", rate * 100.0));
    }
    if let Some(evicted) = node.evicted_keys {
        text.push_str(&format!(", {evicted} evicted"));
    }
    if let Some(ratio) = node.fragmentation {
        text.push_str(&format!(", fragmentation {ratio:.2}"));
    }
    if let Some(blocked) = node.blocked_clients.filter(|count| *count > 0) {
        text.push_str(&format!(", {blocked} blocked"));
    }
    if node.save_failed {
        text.push_str(", the last save FAILED");
    }
    if let Some(follows) = &node.follows {
        text.push_str(&format!(", follows {}", replica(follows)));
    }
    for one in &node.replicas {
        text.push_str(&format!(", replica {}", replica(one)));
    }
    text
}
