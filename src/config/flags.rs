//! What the command line gave.

use std::fmt;
use std::path::PathBuf;

use super::layers;

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

/// Any of them may hold a URL with a password, meant or strayed, so that only their names show.
impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = layers::given_by(self).into_iter().map(|(_, name, _)| name);
        f.write_str("Flags ")?;
        f.debug_set().entries(names).finish()
    }
}
