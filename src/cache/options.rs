//! How the cache behaves, and why it may have no value.

use std::sync::Arc;
use std::time::Duration;

/// How the cache behaves.
#[derive(Clone, Copy, Debug)]
pub struct CacheOptions {
    /// How long Redis may take for an answer before the database is asked instead.
    pub answer: Duration,
    /// How long a loader that died keeps the others waiting. Who lives renews its lease.
    pub lease: Duration,
    /// How long to wait for another process's load before loading oneself.
    pub wait: Duration,
    /// The part of its life by which a value may expire earlier, so that those that were filled together do
    /// not expire together.
    pub jitter: f64,
    /// How eagerly a value that is asked for is loaded again before it expires; 0 never does.
    pub eagerness: f64,
    /// How long it is remembered that the database has no such value.
    pub absent_ttl: Duration,
}

impl Default for CacheOptions {
    fn default() -> CacheOptions {
        CacheOptions {
            answer: Duration::from_millis(250),
            lease: Duration::from_secs(3),
            wait: Duration::from_secs(30),
            jitter: 0.1,
            eagerness: 1.0,
            absent_ttl: Duration::from_secs(30),
        }
    }
}

/// Why there is no value.
#[derive(Debug, thiserror::Error)]
pub enum LoadError<E> {
    /// The loader's own error.
    #[error(transparent)]
    Load(E),
    /// The error of the loader that was waited for.
    #[error("the load that was waited for failed: {0}")]
    Elsewhere(Arc<str>),
    #[error("the entry {0:?} is not in the registry")]
    Unregistered(&'static str),
    #[error("the value cannot be kept as JSON, or read from it")]
    Json(#[from] serde_json::Error),
}
