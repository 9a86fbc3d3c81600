//! What can be wrong with the configuration. No message holds a secret.

use std::io;
use std::path::PathBuf;

use super::masked::Escaped;
use super::{BackendKind, Origin, UrlError};

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key that `piton.toml` does not have. `key` is ready to be shown, quotes included.
    #[error("{origin}: unknown key {key}; the nearest known one is `{nearest}`")]
    UnknownKey {
        origin: Origin,
        key: String,
        nearest: &'static str,
    },

    /// A value of the wrong type or out of range.
    #[error("{key} ({origin}): {reason}")]
    BadValue {
        key: &'static str,
        origin: Origin,
        reason: String,
    },

    /// A table that another part understands, such as `[monitor]`, is not what it should be.
    #[error("{origin}: {}", Escaped(reason))]
    Section { origin: Origin, reason: String },

    /// A URL that cannot be understood.
    #[error("{key} ({origin}): {source}")]
    BadUrl {
        key: &'static str,
        origin: Origin,
        source: UrlError,
    },

    /// `piton.toml` or `.env` is not what its format asks.
    #[error("{}:{line}:{column}: {reason}", Escaped(&path.to_string_lossy()))]
    Syntax {
        path: PathBuf,
        line: usize,
        column: usize,
        reason: String,
    },

    /// A file that is there, or that `--config` names, cannot be read.
    #[error("cannot read {}: {source}", Escaped(&path.to_string_lossy()))]
    Unreadable { path: PathBuf, source: io::Error },

    /// Type and URL, given at one level, name different backends.
    #[error(
        "the type is {kind} ({kind_origin}) but the URL is one of {url_kind} ({url_origin}): drop one of them"
    )]
    Disagree {
        kind: BackendKind,
        kind_origin: Origin,
        url_kind: BackendKind,
        url_origin: Origin,
    },

    /// The type was given at the higher level, and the URL is another backend's.
    #[error(
        "the type is {kind} ({kind_origin}), and the only URL is one of {url_kind} ({url_origin}): give a URL of {kind}"
    )]
    UrlOfAnother {
        kind: BackendKind,
        kind_origin: Origin,
        url_kind: BackendKind,
        url_origin: Origin,
    },

    /// A backend that needs a URL, and none was given.
    #[error("the type is {kind} ({origin}) but DATABASE_URL is not set")]
    MissingUrl { kind: BackendKind, origin: Origin },

    /// `DATA_DIR` and a `json:` URL, given at one level, name different directories.
    #[error(
        "the data directory ({dir_origin}) and the URL ({url_origin}) name different directories: drop one of them"
    )]
    TwoDirectories {
        dir_origin: Origin,
        url_origin: Origin,
    },

    /// Cache and sessions have nowhere to be.
    #[error("Redis is not configured: REDIS_URL is not set")]
    NoRedis,

    /// Two settings of Redis that cannot both hold.
    #[error(
        "{one} ({one_origin}) and {other} ({other_origin}) exclude each other: drop one of them"
    )]
    RedisContradiction {
        one: &'static str,
        one_origin: Origin,
        other: &'static str,
        other_origin: Origin,
    },

    /// Sentinels, and nobody says which primary.
    #[error(
        "REDIS_SENTINEL is on ({sentinel_origin}), but redis.sentinel_master ({master_origin}) does not name the master"
    )]
    NoMaster {
        sentinel_origin: Origin,
        master_origin: Origin,
    },

    /// Under guards the default backend does not apply.
    #[error(
        "the environment is `{}` ({origin}), where the backend must be named: set DATABASE_URL or DATABASE_TYPE",
        Escaped(environment)
    )]
    NoBackend { environment: String, origin: Origin },
}

impl ConfigError {
    /// The place to look at first, where there is one.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            ConfigError::UnknownKey { origin, .. }
            | ConfigError::BadValue { origin, .. }
            | ConfigError::Section { origin, .. }
            | ConfigError::BadUrl { origin, .. }
            | ConfigError::MissingUrl { origin, .. }
            | ConfigError::NoBackend { origin, .. } => Some(origin),
            ConfigError::Disagree { kind_origin, .. }
            | ConfigError::UrlOfAnother { kind_origin, .. } => Some(kind_origin),
            ConfigError::TwoDirectories { url_origin, .. } => Some(url_origin),
            ConfigError::RedisContradiction { one_origin, .. } => Some(one_origin),
            ConfigError::NoMaster {
                sentinel_origin, ..
            } => Some(sentinel_origin),
            ConfigError::Syntax { .. } | ConfigError::Unreadable { .. } | ConfigError::NoRedis => {
                None
            }
        }
    }
}
