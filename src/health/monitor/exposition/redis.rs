//! Redis's metrics, and those of the application's cache.

use super::Page;
use crate::cache::Counts;
use crate::health::monitor::rates::number;
use crate::health::monitor::reading::{CacheReading, NodeReading, RedisReading};

type Of = fn(&NodeReading) -> Option<f64>;

const GAUGES: &[(&str, &str, Of)] = &[
    ("piton_redis_memory_bytes", "Memory in use.", |node| {
        node.memory.map(|memory| number(memory.used))
    }),
    (
        "piton_redis_memory_allowed_bytes",
        "maxmemory, or what is configured where the server has none.",
        |node| node.memory.map(|memory| number(memory.allowed)),
    ),
    (
        "piton_redis_clients",
        "Clients that are connected.",
        |node| node.clients.map(|clients| number(clients.used)),
    ),
    (
        "piton_redis_clients_allowed",
        "Clients that the server allows.",
        |node| node.clients.map(|clients| number(clients.allowed)),
    ),
    (
        "piton_redis_blocked_clients",
        "Clients that wait in a blocking command.",
        |node| node.blocked_clients.map(number),
    ),
    (
        "piton_redis_fragmentation_ratio",
        "What the system gave, over what the data takes.",
        |node| node.fragmentation,
    ),
    ("piton_redis_keys", "Keys.", |node| Some(number(node.keys))),
    (
        "piton_redis_save_failed",
        "Whether the last attempt to save failed.",
        |node| Some(if node.save_failed { 1.0 } else { 0.0 }),
    ),
];

const COUNTERS: &[(&str, &str, Of)] = &[
    (
        "piton_redis_evicted_keys_total",
        "Keys that were evicted for want of memory.",
        |node| node.evicted_keys.map(number),
    ),
    (
        "piton_redis_expired_keys_total",
        "Keys whose time was over.",
        |node| node.expired_keys.map(number),
    ),
    (
        "piton_redis_hits_total",
        "Reads of keys that were there.",
        |node| node.hits.map(number),
    ),
    (
        "piton_redis_misses_total",
        "Reads of keys that were not there.",
        |node| node.misses.map(number),
    ),
    (
        "piton_redis_commands_total",
        "Commands that were run.",
        |node| node.commands.map(number),
    ),
    (
        "piton_redis_rejected_connections_total",
        "Connections that were turned away since there were too many.",
        |node| node.rejected_connections.map(number),
    ),
];

pub(super) fn write(page: &mut Page, reading: &RedisReading) {
    if reading.away.is_some() {
        return;
    }
    let mut up = page.gauge(
        "piton_redis_node_up",
        "Whether a server of Redis's answered.",
    );
    for node in &reading.nodes {
        let here = if node.away.is_some() { 0.0 } else { 1.0 };
        up.sample(&[("node", &node.name)], here);
    }
    let mut role = page.gauge("piton_redis_node_primary", "Whether a server is a primary.");
    let here = || reading.nodes.iter().filter(|node| node.away.is_none());
    for node in here() {
        let primary = if node.role == "master" { 1.0 } else { 0.0 };
        role.sample(&[("node", &node.name)], primary);
    }
    for (name, help, of) in GAUGES {
        let mut metric = page.gauge(name, help);
        for node in here() {
            if let Some(value) = of(node) {
                metric.sample(&[("node", &node.name)], value);
            }
        }
    }
    for (name, help, of) in COUNTERS {
        let mut metric = page.counter(name, help);
        for node in here() {
            if let Some(value) = of(node) {
                metric.sample(&[("node", &node.name)], value);
            }
        }
    }
    let mut lag = page.gauge(
        "piton_redis_replication_lag_bytes",
        "What a replica has not received yet.",
    );
    for node in here() {
        for replica in &node.replicas {
            lag.sample_of(
                &[("node", &node.name), ("replica", &replica.name)],
                replica.lag_bytes,
            );
        }
    }
    if let Some(cache) = &reading.cache {
        self::cache(page, cache);
    }
}

fn cache(page: &mut Page, cache: &CacheReading) {
    type Of = fn(&Counts) -> u64;
    let counters: [(&'static str, &'static str, Of); 6] = [
        (
            "piton_cache_hits_total",
            "Reads whose value was cached.",
            |it| it.hits,
        ),
        (
            "piton_cache_misses_total",
            "Reads whose value was not cached.",
            |it| it.misses,
        ),
        (
            "piton_cache_bypassed_total",
            "Reads in which Redis was of no use.",
            |it| it.bypassed,
        ),
        (
            "piton_cache_loads_total",
            "Values that were loaded from the database.",
            |it| it.loads,
        ),
        (
            "piton_cache_refreshes_total",
            "Loads ahead of the expiry.",
            |it| it.refreshes,
        ),
        (
            "piton_cache_load_errors_total",
            "Loads that failed.",
            |it| it.errors,
        ),
    ];
    for (name, help, of) in counters {
        let mut metric = page.counter(name, help);
        for (entry, counts) in &cache.entries {
            metric.sample(&[("entry", entry)], number(of(counts)));
        }
    }
    page.maybe(
        "piton_cache_hit_ratio",
        "Cached reads of all reads in the last minutes.",
        cache.hit_rate,
    );
}
