//! Where a value came from.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;

use super::masked::Escaped;

/// A value and its origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    pub value: T,
    pub origin: Origin,
}

impl<T> Setting<T> {
    pub(super) fn default_of(value: T) -> Self {
        Setting {
            value,
            origin: Origin::Default,
        }
    }

    /// Whether anybody gave it.
    pub fn is_given(&self) -> bool {
        self.origin != Origin::Default
    }
}

impl<T> Deref for Setting<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Where a value came from. Shows as `flag --url`, `environment DATABASE_URL`, `.env:3`,
/// `piton.toml:12` or `default`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag(&'static str),
    Env(&'static str),
    DotEnv { path: PathBuf, line: usize },
    File { path: PathBuf, line: usize },
    Default,
}

impl Origin {
    /// The higher level wins: flags 4, environment 3, `.env` 2, `piton.toml` 1, defaults 0.
    pub fn level(&self) -> u8 {
        match self {
            Origin::Flag(_) => 4,
            Origin::Env(_) => 3,
            Origin::DotEnv { .. } => 2,
            Origin::File { .. } => 1,
            Origin::Default => 0,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(name) => write!(f, "flag {name}"),
            Origin::Env(name) => write!(f, "environment {name}"),
            Origin::DotEnv { path, line } | Origin::File { path, line } => {
                write!(f, "{}:{line}", Escaped(&path.to_string_lossy()))
            }
            Origin::Default => f.write_str("default"),
        }
    }
}
