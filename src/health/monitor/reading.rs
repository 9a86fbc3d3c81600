//! What was seen at one moment, as pure data.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

use crate::cache::Counts;
use crate::dialect::health::{Replica, Sizes, Unseen, Usage, Vitals};
use crate::json::Survey;

/// One look at everything.
#[derive(Clone, Debug, Serialize)]
pub struct Reading {
    #[serde(serialize_with = "rfc3339")]
    pub at: DateTime<Utc>,
    pub database: DatabaseReading,
    /// `None` where no Redis is configured.
    pub redis: Option<RedisReading>,
}

/// A server that could not be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Away {
    /// When that was seen first.
    #[serde(serialize_with = "rfc3339")]
    pub since: DateTime<Utc>,
    pub reason: String,
}

/// The database.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DatabaseReading {
    /// Where it is, without secrets.
    pub target: String,
    /// `postgres`, `mysql`, `mariadb`, `sqlite` or `json`; empty where that is not known yet.
    pub kind: String,
    pub version: Option<String>,
    pub away: Option<Away>,
    /// How long the questions took: not a figure of the database's, but the monitor's own price.
    pub took_ms: f64,
    pub vitals: Vitals,
    pub rates: Rates,
    pub sizes: Sizes,
    /// Of a JSON store.
    pub store: Option<Survey>,
}

/// What changed between two readings. `None` where there is no earlier one, or nothing was done.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Rates {
    /// How long a statement took, on average: those that ended since the last reading.
    pub mean_ms: Option<f64>,
    pub work_per_s: Option<f64>,
    pub commits_per_s: Option<f64>,
    pub rollbacks_per_s: Option<f64>,
    /// Of the server's own cache, from 0 to 1; of all time where there is no earlier reading.
    pub cache_hit_rate: Option<f64>,
}

/// Redis, and the application's cache in it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RedisReading {
    pub target: String,
    /// `standalone`, `cluster` or `sentinel`.
    pub topology: &'static str,
    pub away: Option<Away>,
    pub took_ms: f64,
    pub nodes: Vec<NodeReading>,
    pub cache: Option<CacheReading>,
    pub unseen: Vec<Unseen>,
}

/// One server of Redis's.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NodeReading {
    /// Its address; `redis` for the only one.
    pub name: String,
    pub away: Option<Away>,
    pub version: Option<String>,
    /// `master` or `slave`, as Redis calls it.
    pub role: String,
    /// In bytes.
    pub memory: Option<Usage>,
    /// The limit is the configured one, since the server has none.
    pub memory_limit_is_ours: bool,
    pub clients: Option<Usage>,
    pub blocked_clients: Option<u64>,
    pub rejected_connections: Option<u64>,
    /// What the system gave, over what the data takes.
    pub fragmentation: Option<f64>,
    pub keys: u64,
    pub evicted_keys: Option<u64>,
    pub expired_keys: Option<u64>,
    pub hits: Option<u64>,
    pub misses: Option<u64>,
    /// Commands since the server's start.
    pub commands: Option<u64>,
    pub commands_per_s: Option<f64>,
    pub evicted_per_s: Option<f64>,
    /// Of the server's own count of reads, from 0 to 1.
    pub hit_rate: Option<f64>,
    /// Those that follow this server.
    pub replicas: Vec<Replica>,
    /// This server as a follower of another.
    pub follows: Option<Replica>,
    /// The last attempt to save failed.
    pub save_failed: bool,
}

/// The application's cache, by our own counters.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CacheReading {
    /// By entry of the registry.
    pub entries: BTreeMap<String, Counts>,
    /// From 0 to 1.
    pub hit_rate: Option<f64>,
    /// The reads that the rate is of.
    pub reads: u64,
    /// How far back they go; `None` where they are all that were ever counted.
    pub window_s: Option<u64>,
}

impl Reading {
    /// Whether everything that should be there answered.
    pub fn all_here(&self) -> bool {
        self.database.away.is_none()
            && self.redis.as_ref().is_none_or(|redis| {
                redis.away.is_none() && redis.nodes.iter().all(|it| it.away.is_none())
            })
    }
}

fn rfc3339<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Millis, true))
}
