//! Looking at Redis again and again: each server's `INFO`, and the application's own counters.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::info;
use super::rates::{per_second, share};
use super::reading::{Away, CacheReading, NodeReading, RedisReading};
use crate::cache::{Counts, read_counters};
use crate::dialect::health::{Hidden, Unseen};
use crate::redis::{Connection, ErrorKind, Info, Limits, Options, Topology};

/// Where Redis is.
pub struct RedisSource {
    /// Its name for people.
    pub target: String,
    pub options: Options,
    /// In bytes, where a server has no limit of its own.
    pub memory_limit: u64,
}

/// How long Redis may take for one answer.
const ANSWER: Duration = Duration::from_secs(2);

/// How far back the hit rate looks.
const WINDOW: Duration = Duration::from_secs(300);

pub(super) struct RedisWatch {
    source: RedisSource,
    least_reads: u64,
    connection: Connection,
    most_clients: Option<u64>,
    before: BTreeMap<String, (NodeReading, Instant)>,
    counted: VecDeque<(Instant, Counts)>,
    away_since: BTreeMap<String, DateTime<Utc>>,
}

impl RedisWatch {
    /// A rate of fewer reads than `least_reads` is no rate.
    pub(super) fn new(source: RedisSource, least_reads: u64) -> RedisWatch {
        let options = source.options.clone().limits(Limits::brief(ANSWER));
        RedisWatch {
            connection: Connection::lazy(options),
            source,
            least_reads,
            most_clients: None,
            before: BTreeMap::new(),
            counted: VecDeque::new(),
            away_since: BTreeMap::new(),
        }
    }

    pub(super) async fn read(&mut self, at: DateTime<Utc>) -> RedisReading {
        let started = Instant::now();
        let mut reading = RedisReading {
            target: self.source.target.clone(),
            topology: match self.source.options.topology() {
                Topology::Standalone => "standalone",
                Topology::Cluster => "cluster",
                Topology::Sentinel { .. } => "sentinel",
            },
            ..RedisReading::default()
        };
        match self.connection.nodes().await {
            Ok(nodes) => {
                self.away_since.remove("");
                for node in nodes {
                    let name = node.address.unwrap_or_else(|| "redis".to_owned());
                    match node.info {
                        Ok(info) => reading.nodes.push(self.node(name, &info).await),
                        Err(error) => {
                            let away = self.away(&name, at, error.to_string());
                            reading.nodes.push(NodeReading {
                                name,
                                away: Some(away),
                                ..NodeReading::default()
                            });
                        }
                    }
                }
                self.cache(&mut reading).await;
            }
            Err(error) => {
                self.before.clear();
                reading.away = Some(self.away("", at, error.to_string()));
            }
        }
        reading.took_ms = started.elapsed().as_secs_f64() * 1000.0;
        reading
    }

    fn away(&mut self, name: &str, at: DateTime<Utc>, reason: String) -> Away {
        self.before.remove(name);
        let since = *self.away_since.entry(name.to_owned()).or_insert(at);
        Away { since, reason }
    }

    async fn node(&mut self, name: String, said: &Info) -> NodeReading {
        self.away_since.remove(&name);
        let limit = self.source.memory_limit;
        let mut node = info::read(&name, said, limit, self.most_clients);
        if node.clients.is_none() && self.most_clients.is_none() {
            // Before Redis 7, INFO does not tell. Who may not ask does not learn it.
            self.most_clients = self
                .connection
                .setting("maxclients")
                .await
                .unwrap_or_default();
            node = info::read(&name, said, limit, self.most_clients);
        }
        let now = Instant::now();
        if let Some((before, then)) = self.before.get(&name) {
            let elapsed = now - *then;
            node.commands_per_s = per_second(before.commands, node.commands, elapsed);
            node.evicted_per_s = per_second(before.evicted_keys, node.evicted_keys, elapsed);
            let more = |before: Option<u64>, now: Option<u64>| now?.checked_sub(before?);
            if let (Some(hits), Some(misses)) = (
                more(before.hits, node.hits),
                more(before.misses, node.misses),
            ) && hits + misses > 1
            {
                // Of which one is our own question for the counters.
                node.hit_rate = share(hits, hits + misses);
            }
        }
        self.before.insert(name, (node.clone(), now));
        node
    }

    /// The rate of the last five minutes; where too little was read in them, of all that was ever counted.
    async fn cache(&mut self, reading: &mut RedisReading) {
        let entries = match read_counters(&self.connection).await {
            Ok(entries) => entries,
            Err(error) => {
                let what = "cache hit rate";
                let mut why = error.to_string();
                let reason = if error.kind == ErrorKind::Privilege {
                    why.push_str("; the user needs HGETALL on piton:cache:counters");
                    Hidden::Privilege
                } else {
                    Hidden::Failed
                };
                reading.unseen.push(Unseen { what, reason, why });
                return;
            }
        };
        let all = entries
            .values()
            .fold(Counts::default(), |sum, one| sum.plus(one));
        let now = Instant::now();
        // Fewer than before: somebody began to count anew.
        if self
            .counted
            .back()
            .is_some_and(|(_, last)| reads(last) > reads(&all))
        {
            self.counted.clear();
        }
        while self
            .counted
            .front()
            .is_some_and(|(then, _)| now - *then > WINDOW)
        {
            self.counted.pop_front();
        }
        let mut cache = CacheReading {
            hit_rate: all.hit_rate(),
            reads: reads(&all),
            entries,
            window_s: None,
        };
        if let Some((then, first)) = self.counted.front()
            && reads(&all) - reads(first) >= self.least_reads
            && let Some(hits) = all.hits.checked_sub(first.hits)
        {
            cache.reads = reads(&all) - reads(first);
            cache.hit_rate = share(hits, cache.reads);
            cache.window_s = Some((now - *then).as_secs().max(1));
        }
        self.counted.push_back((now, all));
        reading.cache = Some(cache);
    }
}

fn reads(counts: &Counts) -> u64 {
    counts.hits + counts.misses + counts.bypassed
}
