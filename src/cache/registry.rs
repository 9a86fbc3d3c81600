//! Which keys there are: read by the library, the commands and the audit alike.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::BoxStream;
use sea_orm::{DatabaseConnection, DbErr};

/// The prefixes of Piton's own keys: sessions, leases and counters.
pub const OWN_PREFIXES: [&str; 2] = ["session:", "piton:"];

/// Keys that begin alike.
#[derive(Clone, Debug)]
pub struct Prefix {
    /// With the colon at its end, such as `user:`.
    pub prefix: &'static str,
    pub holds: &'static str,
    pub example: &'static str,
    /// Seconds; `None` takes what is configured for the cache as a whole.
    pub ttl_s: Option<u64>,
}

/// Values of one kind, under one of the prefixes.
#[derive(Clone)]
pub struct Entry {
    /// Such as `user:profile`; the keys are this, a colon and an id.
    pub name: &'static str,
    /// As [`super::Key::VERSION`].
    pub version: u32,
    /// How values come from the database, where `warm` is to know.
    pub loader: Option<Arc<dyn Loader>>,
    /// Whether `warm` loads it without being told to.
    pub is_warmed: bool,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("name", &self.name)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// A value from the database, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    pub id: String,
    pub json: String,
}

/// How an entry's values come from the database.
#[async_trait::async_trait]
pub trait Loader: Send + Sync {
    /// The ids that are asked for most, at most so many, the most popular first.
    async fn popular(&self, db: &DatabaseConnection, most: u64) -> Result<Vec<String>, DbErr>;

    /// The values of these ids; who is not there is left out.
    async fn load(&self, db: &DatabaseConnection, ids: &[String]) -> Result<Vec<Loaded>, DbErr>;

    /// The values of the ids that [`Loader::popular`] gives, in any order, by one statement whose rows are taken as
    /// they come; `None` in the place of an id that the database has no value for. Worth writing where there are many
    /// ids: without it they are loaded in batches, each of which looks its ids up.
    fn popular_values<'a>(
        &'a self,
        db: &'a DatabaseConnection,
        most: u64,
    ) -> Option<PopularValues<'a>> {
        let _ = (db, most);
        None
    }
}

/// Values as they come; see [`Loader::popular_values`].
pub type PopularValues<'a> = BoxStream<'a, Result<Option<Loaded>, DbErr>>;

/// All prefixes and entries of an application.
#[derive(Clone, Debug)]
pub struct Registry {
    prefixes: Vec<Prefix>,
    entries: Vec<Entry>,
    default_ttl_s: u64,
}

/// What cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    #[error("the prefix {prefix:?} does not end with a colon")]
    NoColon { prefix: &'static str },
    #[error("the prefix {prefix:?} is Piton's own, or within another one")]
    Taken { prefix: &'static str },
    #[error("the entry {entry:?} stands under no prefix of the registry")]
    NoPrefix { entry: &'static str },
    #[error("the entry {entry:?} is there twice")]
    Twice { entry: &'static str },
}

impl Registry {
    /// Checks that every entry stands under one prefix.
    ///
    /// # Errors
    /// Says which does not fit.
    pub fn new(prefixes: Vec<Prefix>, entries: Vec<Entry>) -> Result<Registry, RegistryError> {
        for (i, Prefix { prefix, .. }) in prefixes.iter().enumerate() {
            if !prefix.ends_with(':') {
                return Err(RegistryError::NoColon { prefix });
            }
            let overlaps = |other: &str| other.starts_with(prefix) || prefix.starts_with(other);
            let others = prefixes[..i].iter().map(|other| other.prefix);
            if OWN_PREFIXES.into_iter().chain(others).any(overlaps) {
                return Err(RegistryError::Taken { prefix });
            }
        }
        for (i, entry) in entries.iter().enumerate() {
            if !prefixes
                .iter()
                .any(|one| entry.name.starts_with(one.prefix))
            {
                return Err(RegistryError::NoPrefix { entry: entry.name });
            }
            if entries[..i].iter().any(|other| other.name == entry.name) {
                return Err(RegistryError::Twice { entry: entry.name });
            }
        }
        Ok(Registry {
            prefixes,
            entries,
            default_ttl_s: 3600,
        })
    }

    /// No keys at all.
    pub fn empty() -> Registry {
        Registry {
            prefixes: Vec::new(),
            entries: Vec::new(),
            default_ttl_s: 3600,
        }
    }

    /// Seconds that a value lives whose prefix names none.
    #[must_use]
    pub fn default_ttl_s(mut self, seconds: u64) -> Registry {
        self.default_ttl_s = seconds;
        self
    }

    pub fn prefixes(&self) -> &[Prefix] {
        &self.prefixes
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The prefix under which a key or an entry stands.
    pub fn prefix_of(&self, key: &str) -> Option<&Prefix> {
        self.prefixes.iter().find(|one| key.starts_with(one.prefix))
    }

    /// How long the values of a prefix live.
    pub fn ttl(&self, prefix: &Prefix) -> Duration {
        Duration::from_secs(prefix.ttl_s.unwrap_or(self.default_ttl_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(prefix: &'static str) -> Prefix {
        Prefix {
            prefix,
            holds: "",
            example: "",
            ttl_s: None,
        }
    }

    fn entry(name: &'static str) -> Entry {
        Entry {
            name,
            version: 1,
            loader: None,
            is_warmed: false,
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let wrong = |prefixes: &[&'static str], entries: &[&'static str]| {
            let prefixes = prefixes.iter().map(|one| prefix(one)).collect();
            let entries = entries.iter().map(|one| entry(one)).collect();
            Registry::new(prefixes, entries).map(|_| ()).unwrap_err()
        };
        assert_eq!(
            wrong(&["user"], &[]),
            RegistryError::NoColon { prefix: "user" }
        );
        assert_eq!(
            wrong(&["piton:"], &[]),
            RegistryError::Taken { prefix: "piton:" }
        );
        assert_eq!(
            wrong(&["a:", "a:b:"], &[]),
            RegistryError::Taken { prefix: "a:b:" }
        );
        assert_eq!(
            wrong(&["a:"], &["b:c"]),
            RegistryError::NoPrefix { entry: "b:c" }
        );
        assert_eq!(
            wrong(&["a:"], &["a:b", "a:b"]),
            RegistryError::Twice { entry: "a:b" }
        );
    }

    #[test]
    fn a_prefix_without_a_time_takes_the_configured_one() {
        let mut user = prefix("user:");
        user.ttl_s = Some(60);
        let registry = Registry::new(vec![user, prefix("class:")], vec![entry("user:profile")]);
        let registry = registry.unwrap().default_ttl_s(7);
        let ttl = |key: &str| registry.ttl(registry.prefix_of(key).unwrap()).as_secs();
        assert_eq!((ttl("user:profile:1"), ttl("class:students:1")), (60, 7));
        assert!(registry.prefix_of("grading:result:1").is_none());
    }
}
