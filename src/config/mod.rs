//! Configuration: flags > environment > `.env` > `piton.toml` > defaults, each value with its origin.
//!
//! This is the only part of the library that looks at the process around it, and it does so in one
//! place: [`Surroundings::of_process`].

mod backend;
mod dotenv;
pub mod driver;
mod entry;
mod error;
mod file;
mod flags;
mod keys;
mod layers;
mod load;
mod masked;
mod origin;
mod params;
mod parts;
mod redis;
mod redis_url;
mod surroundings;
mod template;
mod tls;
mod url;
mod value;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::admin::prune;
use crate::health::monitor;

pub use self::redis::{Redis, Session};
pub use backend::{Backend, SqliteLocation, SqliteMode};
pub use entry::Entry;
pub use error::ConfigError;
pub use flags::Flags;
pub use origin::{Origin, Setting};
pub use redis_url::RedisUrl;
pub use surroundings::Surroundings;
pub use template::template;
pub use tls::{TlsChoice, TlsMode, TlsReason};
pub use url::{BackendKind, DatabaseUrl, UnknownKind, UrlError};
pub use value::bytes_of as size;

/// Everything that was configured, resolved; relative paths have become absolute.
#[derive(Clone, Debug)]
pub struct Config {
    /// `ENVIRONMENT`: arms the guards, see [`Config::guarded`].
    pub environment: Setting<String>,
    pub database: Database,
    pub revisions: Revisions,
    /// A `.sql` file that says what is desired, where there are no entities.
    pub schema: Setting<Option<PathBuf>>,
    /// The databases that `create` writes sections for; empty means the backend's own.
    pub dialects: Setting<Vec<String>>,
    pub backup: Backups,
    pub redis: Redis,
    pub session: Session,
    /// The `piton.toml` that was read.
    pub file: Option<PathBuf>,
    /// The directory that relative paths outside `piton.toml` start from.
    pub dir: PathBuf,
    /// `[monitor]`.
    pub monitor: Section<monitor::Settings>,
    /// `[prune]`: the file's own rules, without those that a project brings with it.
    pub prune: Section<prune::Rules>,
}

/// A table of `piton.toml` that another part understands.
#[derive(Clone, Debug, Default)]
pub struct Section<T> {
    pub value: T,
    /// Where each key stands that the file has, by its dotted name.
    origins: BTreeMap<String, Origin>,
}

impl<T> Section<T> {
    fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).cloned().unwrap_or(Origin::Default)
    }
}

/// Where the database is and how it is spoken to.
#[derive(Clone, Debug)]
pub struct Database {
    /// `DATABASE_TYPE`; [`Config::backend`] says what it comes to beside the URL.
    pub kind: Setting<BackendKind>,
    pub url: Setting<Option<DatabaseUrl>>,
    /// Where the password came from if not from the URL: `PGPASSWORD` or `MYSQL_PWD`.
    pub password_from: Option<Origin>,
    /// The JSON store's directory.
    pub data_dir: Setting<PathBuf>,
    /// Steady connections.
    pub pool_size: Setting<u32>,
    /// Extra connections under load.
    pub max_overflow: Setting<u32>,
    /// Seconds to wait for a connection.
    pub pool_timeout_s: Setting<u64>,
    /// Every statement with its duration, to stderr.
    pub query_logging: Setting<bool>,
    /// Seconds that a statement of a looking command may take.
    pub query_timeout_s: Setting<u64>,
}

impl Database {
    /// The most connections a pool may open: the steady ones and those under load.
    pub fn max_connections(&self) -> u32 {
        self.pool_size.value.saturating_add(self.max_overflow.value)
    }
}

/// Where the history comes from.
#[derive(Clone, Debug)]
pub struct Revisions {
    /// The folder of SQL revisions.
    pub dir: Setting<Option<PathBuf>>,
    /// Whether the built-in application's history and entities count.
    pub builtin: Setting<bool>,
}

/// Where backups are kept, and how long.
#[derive(Clone, Debug)]
pub struct Backups {
    pub dir: Setting<PathBuf>,
    /// How many of the newest are kept.
    pub keep_last: Setting<u32>,
    /// Of how many days the newest is kept.
    pub keep_daily: Setting<u32>,
    /// Of how many weeks the newest is kept.
    pub keep_weekly: Setting<u32>,
}

/// The environments in which nothing is guarded.
const OPEN_ENVIRONMENTS: [&str; 4] = ["development", "dev", "test", "local"];

impl Config {
    /// Reads `.env` and `piton.toml` in the directory that `around` names (or the file that
    /// `--config` names) and lays flags and environment over them.
    ///
    /// # Errors
    /// A file that cannot be read or parsed, an unknown key, a value that makes no sense: each with
    /// its origin, none with a secret.
    pub fn load(flags: &Flags, around: &Surroundings) -> Result<Config, ConfigError> {
        load::load(flags, around)
    }

    /// The backend that `DATABASE_TYPE` and `DATABASE_URL` come to.
    ///
    /// The one given at the higher level wins, a type that nobody gave yields to a URL.
    ///
    /// # Errors
    /// Type and URL of one level that disagree, a server without a URL, or, under guards, no
    /// backend named at all.
    pub fn backend(&self) -> Result<Backend, ConfigError> {
        backend::choose(self)
    }

    /// Whether the guards are armed: in anything but development, dev, test and local.
    pub fn guarded(&self) -> bool {
        let name = self.environment.trim();
        !OPEN_ENVIRONMENTS
            .iter()
            .any(|open| name.eq_ignore_ascii_case(open))
    }

    /// Every value with its origin, secrets masked, in the order of the documentation.
    pub fn entries(&self) -> Vec<Entry> {
        entry::entries(self)
    }

    /// What was understood but could not be honoured, such as URL parameters that no driver knows.
    pub fn warnings(&self) -> Vec<String> {
        entry::warnings(self)
    }

    /// The directory that a relative path of this origin starts from.
    fn base(&self, origin: &Origin) -> &Path {
        match (origin, self.file.as_deref().and_then(Path::parent)) {
            (Origin::File { .. }, Some(parent)) => parent,
            _ => &self.dir,
        }
    }
}

#[cfg(test)]
mod tests;
