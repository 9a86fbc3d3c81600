//! `piton cache stats`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{is_own, life, registry};
use crate::cache::{Counts, Registry, read_counters};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::redis::{Connection, Info};
use crate::ui::{Counting, Table, Ui, bytes, count, escape};

/// Shows hits and misses, how many keys there are, and the servers' memory
///
/// Hits and misses are those of all processes since the counters began; a process tells every ten seconds.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {}

#[derive(Serialize)]
struct Document {
    redis: String,
    entries: Vec<Entry>,
    prefixes: Vec<Prefix>,
    unknown: u64,
    servers: Vec<Server>,
}

#[derive(Serialize)]
struct Entry {
    entry: String,
    #[serde(flatten)]
    counts: Counts,
    hit_rate: Option<f64>,
}

#[derive(Serialize)]
struct Prefix {
    prefix: &'static str,
    holds: &'static str,
    ttl_s: u64,
    keys: u64,
}

#[derive(Serialize)]
struct Server {
    memory_bytes: u64,
    limit_bytes: Option<u64>,
    evicted: u64,
    policy: String,
}

impl Server {
    fn of(info: &Info) -> Server {
        let policy = info.field("maxmemory_policy").unwrap_or("unknown");
        Server {
            memory_bytes: info.number("used_memory").unwrap_or_default(),
            limit_bytes: info.number("maxmemory").filter(|limit| *limit > 0),
            evicted: info.number("evicted_keys").unwrap_or_default(),
            policy: policy.to_owned(),
        }
    }
}

pub(super) async fn run(context: &mut Context, _: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let redis = context.redis(&config).await?;
    let registry = registry(context, &config).unwrap_or_else(Registry::empty);
    let progress = context.ui.counting("keys");
    let reading = async {
        let counters = read_counters(&redis.connection).await?;
        let info = redis.connection.info().await?;
        let keys = count_keys(&redis.connection, &registry, &progress).await?;
        Ok((counters, info, keys))
    };
    let (counters, info, keys) = crate::cli::unless_stopped(&context.stop, reading).await?;
    progress.end();
    let prefixes = registry.prefixes().iter().map(|prefix| Prefix {
        prefix: prefix.prefix,
        holds: prefix.holds,
        ttl_s: registry.ttl(prefix).as_secs(),
        keys: keys.get(prefix.prefix).copied().unwrap_or_default(),
    });
    let entries = counters.into_iter().map(|(entry, counts)| Entry {
        hit_rate: counts.hit_rate(),
        entry,
        counts,
    });
    let document = Document {
        redis: redis.target,
        entries: entries.collect(),
        prefixes: prefixes.collect(),
        unknown: keys.get("").copied().unwrap_or_default(),
        servers: info.iter().map(Server::of).collect(),
    };
    tell(&context.ui, &document);
    context.ui.document("cache_stats", &document);
    Ok(0)
}

/// How many keys each prefix has; those that fit none are under the empty one.
async fn count_keys(
    connection: &Connection,
    registry: &Registry,
    progress: &Counting,
) -> Result<BTreeMap<&'static str, u64>, Failure> {
    let mut keys: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut seen = 0;
    let mut scan = connection.scan("*").await?;
    while let Some(batch) = scan.next().await? {
        for key in &batch {
            let key = String::from_utf8_lossy(key);
            if !is_own(&key) {
                let prefix = registry.prefix_of(&key).map_or("", |prefix| prefix.prefix);
                *keys.entry(prefix).or_default() += 1;
            }
        }
        seen += batch.len() as u64;
        progress.at(seen);
    }
    Ok(keys)
}

fn tell(ui: &Ui, document: &Document) {
    if ui.is_json() {
        return;
    }
    if document.entries.is_empty() {
        ui.data("no reads were counted yet");
    } else {
        let mut table = Table::new([
            "entry",
            "hit rate",
            "hits",
            "misses",
            "loads",
            "errors",
            "without Redis",
        ]);
        for entry in &document.entries {
            let Counts {
                hits,
                misses,
                loads,
                errors,
                bypassed,
                ..
            } = entry.counts;
            let rate = entry.hit_rate.map(|rate| format!("{:.1} %", rate * 100.0));
            table.row([
                escape(&entry.entry, false),
                rate.unwrap_or_else(|| "-".to_owned()),
                hits.to_string(),
                misses.to_string(),
                loads.to_string(),
                errors.to_string(),
                bypassed.to_string(),
            ]);
        }
        table.lines().into_iter().for_each(|line| ui.data(line));
    }
    ui.data("");
    if !document.prefixes.is_empty() {
        let mut table = Table::new(["prefix", "holds", "lives", "keys"]);
        for prefix in &document.prefixes {
            table.row([
                prefix.prefix.to_owned(),
                prefix.holds.to_owned(),
                life(Some(prefix.ttl_s)),
                prefix.keys.to_string(),
            ]);
        }
        table.lines().into_iter().for_each(|line| ui.data(line));
    }
    if document.unknown > 0 {
        let keys = count(
            usize::try_from(document.unknown).unwrap_or(usize::MAX),
            "key",
        );
        ui.data(format!(
            "{keys} under no prefix; piton cache audit names them"
        ));
    }
    ui.data("");
    for (i, server) in document.servers.iter().enumerate() {
        let limit = server.limit_bytes.map_or_else(
            || "no limit".to_owned(),
            |limit| format!("of {}, {}", bytes(limit), escape(&server.policy, false)),
        );
        let name = if document.servers.len() > 1 {
            format!("memory of primary {}", i + 1)
        } else {
            "memory".to_owned()
        };
        ui.data(format!(
            "{name}: {} ({limit}), {} evicted",
            bytes(server.memory_bytes),
            count(server.evicted, "key")
        ));
    }
}
