//! What the command line gave.

use std::fmt;
use std::path::PathBuf;

/// What the flags gave; the command line fills it, `None` means that a flag was absent.
#[derive(Clone, Default)]
pub struct Flags {
    /// `--url`
    pub url: Option<String>,
    /// `--database-type`
    pub database_type: Option<String>,
    /// `--data-dir`
    pub data_dir: Option<PathBuf>,
    /// `--environment`
    pub environment: Option<String>,
    /// `--revisions`: this folder alone, the built-in history does not count.
    pub revisions: Option<PathBuf>,
    /// `--schema`
    pub schema: Option<PathBuf>,
    /// `--dialect`, once or more
    pub dialects: Option<Vec<String>>,
    /// `--config`: read this file instead of `piton.toml` here.
    pub config: Option<PathBuf>,
    /// `--redis-url`
    pub redis_url: Option<String>,
    /// `--query-timeout`, in seconds
    pub query_timeout_s: Option<u64>,
}

/// URLs hold passwords, so that only their presence shows.
impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flags")
            .field("url", &self.url.as_ref().map(|_| "***"))
            .field("database_type", &self.database_type.as_ref().map(|_| "***"))
            .field("data_dir", &self.data_dir.as_ref().map(|_| "***"))
            .field("environment", &self.environment.as_ref().map(|_| "***"))
            .field("revisions", &self.revisions)
            .field("schema", &self.schema)
            .field("dialects", &self.dialects)
            .field("config", &self.config)
            .field("redis_url", &self.redis_url.as_ref().map(|_| "***"))
            .field("query_timeout_s", &self.query_timeout_s)
            .finish()
    }
}
