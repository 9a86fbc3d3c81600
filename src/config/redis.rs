//! What is configured of Redis, and what it comes to for connections, the cache and sessions.

use std::path::PathBuf;
use std::time::Duration;

use super::{Config, ConfigError, Origin, RedisUrl, Setting};
use crate::cache::CacheOptions;
use crate::redis::{Limits, Options, Topology};
use crate::session::SessionOptions;

/// Where Redis is, and how the cache behaves.
#[derive(Clone, Debug)]
pub struct Redis {
    pub url: Setting<Option<RedisUrl>>,
    pub cluster: Setting<bool>,
    pub sentinel: Setting<bool>,
    /// The name by which the sentinels know the master.
    pub sentinel_master: Setting<Option<String>>,
    /// More nodes of the cluster, or more sentinels: host and port.
    pub nodes: Setting<Vec<(String, u16)>>,
    /// The authorities that are trusted instead of the system's.
    pub ca_file: Setting<Option<PathBuf>>,
    pub connect_timeout_ms: Setting<u64>,
    pub answer_timeout_ms: Setting<u64>,
    /// Seconds that a command is sent again that did not run.
    pub patience_s: Setting<u64>,
    /// Seconds, where a prefix names none.
    pub cache_ttl_s: Setting<u64>,
    /// Seconds that it is remembered that the database has no such value.
    pub cache_absent_ttl_s: Setting<u64>,
    pub cache_jitter_percent: Setting<u64>,
    pub cache_eagerness_percent: Setting<u64>,
    pub cache_answer_timeout_ms: Setting<u64>,
    pub cache_lease_ms: Setting<u64>,
    pub cache_wait_s: Setting<u64>,
    /// Bytes that the monitor measures against when the server has no `maxmemory`.
    pub memory_limit: Setting<u64>,
}

/// Sessions.
#[derive(Clone, Debug)]
pub struct Session {
    /// Idle life, in seconds.
    pub expire_s: Setting<u64>,
    /// Life in all, in seconds.
    pub absolute_s: Setting<u64>,
    /// The most sessions of a user.
    pub most_per_user: Setting<Option<u32>>,
    /// Whether revocations are kept in the database too.
    pub revocation_log: Setting<bool>,
}

impl Config {
    /// Where Redis is, and how long to wait for it.
    ///
    /// # Errors
    /// Where no URL is given ([`ConfigError::NoRedis`]), where settings exclude each other, or where the
    /// file of authorities cannot be read.
    pub fn redis_options(&self) -> Result<Options, ConfigError> {
        let redis = &self.redis;
        let Some(url) = &redis.url.value else {
            return Err(ConfigError::NoRedis);
        };
        let topology = topology(redis, url)?;
        let mut nodes = vec![url.expose()];
        let more = redis.nodes.iter();
        nodes.extend(more.map(|(host, port)| url.at(host, *port).expose()));
        let ms = |setting: &Setting<u64>| Duration::from_millis(setting.value);
        let limits = Limits {
            connect: ms(&redis.connect_timeout_ms),
            answer: ms(&redis.answer_timeout_ms),
            patience: Duration::from_secs(redis.patience_s.value),
        };
        let options = Options::new(nodes, topology).limits(limits);
        let Some(path) = &redis.ca_file.value else {
            return Ok(options);
        };
        if !url.tls() {
            return Err(excluding(
                ("redis.ca_file", &redis.ca_file.origin),
                ("a URL of Redis without TLS", &redis.url.origin),
            ));
        }
        let pem = std::fs::read(path).map_err(|source| ConfigError::Unreadable {
            path: path.clone(),
            source,
        })?;
        Ok(options.authorities(pem))
    }

    /// How the cache behaves.
    pub fn cache_options(&self) -> CacheOptions {
        let redis = &self.redis;
        let part = |setting: &Setting<u64>| {
            let percent = u32::try_from(setting.value).unwrap_or(u32::MAX);
            f64::from(percent) / 100.0
        };
        CacheOptions {
            answer: Duration::from_millis(redis.cache_answer_timeout_ms.value),
            lease: Duration::from_millis(redis.cache_lease_ms.value),
            wait: Duration::from_secs(redis.cache_wait_s.value),
            jitter: part(&redis.cache_jitter_percent),
            eagerness: part(&redis.cache_eagerness_percent),
            absent_ttl: Duration::from_secs(redis.cache_absent_ttl_s.value),
        }
    }

    /// How sessions live.
    pub fn session_options(&self) -> SessionOptions {
        let session = &self.session;
        SessionOptions {
            idle: Duration::from_secs(session.expire_s.value),
            absolute: Duration::from_secs(session.absolute_s.value),
            most_per_user: session.most_per_user.value,
            ..SessionOptions::default()
        }
    }
}

fn excluding(one: (&'static str, &Origin), other: (&'static str, &Origin)) -> ConfigError {
    ConfigError::RedisContradiction {
        one: one.0,
        one_origin: one.1.clone(),
        other: other.0,
        other_origin: other.1.clone(),
    }
}

fn topology(redis: &Redis, url: &RedisUrl) -> Result<Topology, ConfigError> {
    let cluster = ("REDIS_CLUSTER", &redis.cluster.origin);
    let sentinel = ("REDIS_SENTINEL", &redis.sentinel.origin);
    let switch = match (redis.cluster.value, redis.sentinel.value) {
        (false, false) => return Ok(Topology::Standalone),
        (true, true) => return Err(excluding(cluster, sentinel)),
        (true, false) => cluster,
        (false, true) => sentinel,
    };
    if url.socket().is_some() {
        return Err(excluding(switch, ("a socket", &redis.url.origin)));
    }
    if redis.cluster.value {
        if url.number() != 0 {
            let number = "a database's number in REDIS_URL";
            return Err(excluding(cluster, (number, &redis.url.origin)));
        }
        return Ok(Topology::Cluster);
    }
    match &redis.sentinel_master.value {
        Some(master) => Ok(Topology::Sentinel {
            master: master.clone(),
        }),
        None => Err(ConfigError::NoMaster {
            sentinel_origin: redis.sentinel.origin.clone(),
            master_origin: redis.sentinel_master.origin.clone(),
        }),
    }
}
