//! What is wrong with the configuration, the folder of revisions, or what was typed.

use super::{Failure, words};
use crate::config::ConfigError;
use crate::revision::source::SourceError;
use crate::revision::write::WriteError;
use crate::revision::{FindError, HistoryError};
use crate::ui::escape;

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        let text = words(&error);
        match &error {
            ConfigError::Unreadable { source, .. }
                if source.kind() == std::io::ErrorKind::PermissionDenied =>
            {
                Failure::files(text)
            }
            ConfigError::NoBackend { .. } => Failure::config(text)
                .hint("name the backend: DATABASE_URL, --url, or database.url in piton.toml"),
            ConfigError::NoRedis => Failure::config(text).hint(
                "name it: REDIS_URL=redis://host:6379/0, --redis-url, or redis.url in piton.toml",
            ),
            _ => {
                Failure::config(text).hint("piton config shows every value and where it comes from")
            }
        }
    }
}

impl From<SourceError> for Failure {
    fn from(error: SourceError) -> Self {
        let text = words(&error);
        match &error {
            SourceError::Folder { path, error } if error.kind() == std::io::ErrorKind::NotFound => {
                Failure::files(text).hint(format!(
                    "make it: mkdir -p {}, or piton init for the folder that piton.toml names",
                    escape(&path.display().to_string(), false)
                ))
            }
            SourceError::Folder { .. }
            | SourceError::Unreadable { .. }
            | SourceError::NotAFile { .. } => Failure::files(text),
            _ => Failure::config(text),
        }
    }
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        Failure::config(words(&error)).hint("rename or remove one of the two")
    }
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        Failure::files(words(&error))
    }
}

impl From<FindError> for Failure {
    fn from(error: FindError) -> Self {
        match &error {
            FindError::Ambiguous { text, candidates } => {
                let text = escape(&format!("{text:?}"), false);
                let failure = Failure::usage(format!("{text} begins several revisions:"));
                candidates.iter().fold(failure, |failure, id| {
                    failure.line(format!("  {}", escape(id, false)))
                })
            }
            FindError::Unknown { .. } => {
                Failure::usage(words(&error)).hint("piton history lists every revision")
            }
        }
    }
}
