//! What became of the reads, counted in the process and now and then added up in Redis for whoever watches.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::redis::{Connection, Error};

/// The hash that all processes add to: `ENTRY|COUNT`.
const KEY: &str = "piton:cache:counters";

/// How often a process adds to it.
const EVERY: Duration = Duration::from_secs(10);

macro_rules! counts {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// How often something happened to the reads of an entry.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
        pub struct Counts {
            $($(#[$doc])* pub $name: u64,)+
        }

        #[derive(Default)]
        pub(super) struct Counting {
            $(pub(super) $name: AtomicU64,)+
        }

        impl Counting {
            fn read(&self) -> Counts {
                Counts { $($name: self.$name.load(Ordering::Relaxed),)+ }
            }
        }

        impl Counts {
            fn named(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name)),+]
            }

            fn set(&mut self, name: &str, count: u64) {
                match name {
                    $(stringify!($name) => self.$name = count,)+
                    _ => {}
                }
            }

            fn minus(&self, other: &Counts) -> Counts {
                Counts { $($name: self.$name - other.$name,)+ }
            }

            /// Both together.
            #[must_use]
            pub fn plus(&self, other: &Counts) -> Counts {
                Counts { $($name: self.$name + other.$name,)+ }
            }
        }
    };
}

counts! {
    /// The value was there.
    hits,
    /// It was not.
    misses,
    /// It was loaded from the database: once for all who waited.
    loads,
    /// Loads ahead of the expiry.
    refreshes,
    /// Loads that failed.
    errors,
    /// Reads in which Redis was of no use.
    bypassed,
    /// Fills that came too late: the value had been invalidated meanwhile.
    overtaken,
}

impl Counts {
    /// Hits of all reads, from 0 to 1.
    pub fn hit_rate(&self) -> Option<f64> {
        let all = self.hits + self.misses + self.bypassed;
        #[expect(clippy::cast_precision_loss, reason = "a rate is no exact number")]
        (all > 0).then(|| self.hits as f64 / all as f64)
    }
}

/// The counters of a process.
pub(super) struct Counters {
    entries: BTreeMap<&'static str, Counting>,
    told: std::sync::Mutex<Told>,
}

struct Told {
    at: Instant,
    counts: BTreeMap<&'static str, Counts>,
}

impl Counters {
    pub(super) fn of(entries: impl Iterator<Item = &'static str>) -> Counters {
        Counters {
            entries: entries.map(|name| (name, Counting::default())).collect(),
            told: std::sync::Mutex::new(Told {
                at: Instant::now(),
                counts: BTreeMap::new(),
            }),
        }
    }

    pub(super) fn entry(&self, name: &str) -> Option<&Counting> {
        self.entries.get(name)
    }

    pub(super) fn read(&self) -> BTreeMap<&'static str, Counts> {
        let each = self.entries.iter();
        each.map(|(name, counting)| (*name, counting.read()))
            .collect()
    }

    /// What Redis has not been told yet, where it is time to tell.
    pub(super) fn due(&self, at_once: bool) -> Vec<redis::Cmd> {
        let Ok(mut told) = self.told.try_lock() else {
            return Vec::new();
        };
        if !at_once && told.at.elapsed() < EVERY {
            return Vec::new();
        }
        told.at = Instant::now();
        let now = self.read();
        let mut commands = Vec::new();
        for (entry, counts) in &now {
            let before = told.counts.get(entry).copied().unwrap_or_default();
            for (name, more) in counts.minus(&before).named() {
                if more > 0 {
                    let mut command = redis::cmd("HINCRBY");
                    command.arg(KEY).arg(format!("{entry}|{name}")).arg(more);
                    commands.push(command);
                }
            }
        }
        told.counts = now;
        commands
    }
}

/// The counts of all processes together, by entry.
///
/// # Errors
/// As [`Connection::send`].
pub async fn read_counters(connection: &Connection) -> Result<BTreeMap<String, Counts>, Error> {
    let fields: BTreeMap<String, u64> = connection
        .ask(redis::cmd("HGETALL").arg(KEY))
        .await
        .map_err(|error| error.about(KEY))?;
    let mut all: BTreeMap<String, Counts> = BTreeMap::new();
    for (field, count) in fields {
        if let Some((entry, name)) = field.rsplit_once('|') {
            all.entry(entry.to_owned()).or_default().set(name, count);
        }
    }
    Ok(all)
}
