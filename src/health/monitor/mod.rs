//! Whether a database and its Redis are under strain: readings, their figures, and what passes its threshold.
//!
//! A [`Watcher`] takes a [`Reading`] whenever it is asked, over one connection to each server, and goes on when a
//! server goes away and comes back. [`figures`] holds a reading against the [`Settings`]; [`exposition`] writes it
//! for Prometheus.

pub mod exposition;
mod figures;
mod info;
mod rates;
mod reading;
mod settings;
mod watch;
mod watch_redis;

pub use figures::{Figure, Kind, Measure, State, figures};
pub use reading::{Away, CacheReading, DatabaseReading, NodeReading, Rates, Reading, RedisReading};
pub use settings::{ADVICE_MEANING, KEYS, SettingKey, Settings, SettingsError};
pub use watch::{Gone, Opening, Source, Watcher};
pub use watch_redis::RedisSource;
