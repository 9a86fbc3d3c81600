//! What may be set under `[monitor]` in `piton.toml`: thresholds, advice, how often is looked.

use std::collections::BTreeMap;
use std::time::Duration;

use super::figures::Kind;

/// One key of the table.
#[derive(Debug)]
pub struct SettingKey {
    pub name: &'static str,
    /// With the table's name before it.
    pub path: &'static str,
    /// As `piton.toml` would spell it; `None` where it is off unless it is set.
    pub default: Option<f64>,
    /// A value to show where there is no default.
    pub example: f64,
    pub least: f64,
    pub most: f64,
    /// What it means, in a line.
    pub meaning: &'static str,
}

/// What an entry of `[monitor.advice]` means, in a line.
pub const ADVICE_MEANING: &str = "what an alarm says to do instead of the usual";

macro_rules! keys {
    ($($name:ident, $default:expr, $example:literal, $least:literal..$most:literal, $meaning:literal;)+) => {
        /// The keys that hold a number, in the order in which they are shown.
        pub const KEYS: &[SettingKey] = &[$(SettingKey {
            name: stringify!($name), path: concat!("monitor.", stringify!($name)),
            default: $default, example: $example, least: $least, most: $most, meaning: $meaning,
        }),+];

        /// The numbers, by key.
        #[derive(Clone, Copy, Debug, PartialEq)]
        struct Numbers {
            $($name: Option<f64>,)+
        }

        impl Numbers {
            const DEFAULT: Numbers = Numbers { $($name: $default),+ };

            fn get(&self, name: &str) -> Option<f64> {
                match name {
                    $(stringify!($name) => self.$name,)+
                    _ => None,
                }
            }

            fn set(&mut self, name: &str, value: f64) {
                match name {
                    $(stringify!($name) => self.$name = Some(value),)+
                    _ => {}
                }
            }
        }
    };
}

keys! {
    interval_s, Some(1.0), 1.0, 0.1..3600.0,
        "seconds between two readings";
    sizes_interval_s, Some(60.0), 60.0, 1.0..86400.0,
        "seconds between two looks at the sizes, which cost more";
    connections_percent, Some(80.0), 80.0, 1.0..100.0,
        "database connections in use, of those allowed";
    latency_ms, Some(1000.0), 1000.0, 1.0..86400000.0,
        "the oldest running statement, and the mean since the last reading";
    redis_memory_percent, Some(85.0), 85.0, 1.0..100.0,
        "memory that a Redis server uses, of its limit";
    redis_clients_percent, Some(90.0), 90.0, 1.0..100.0,
        "clients of a Redis server, of those allowed";
    hit_rate_percent, Some(80.0), 80.0, 0.0..100.0,
        "cached reads, of all reads; the alarm is below it";
    hit_rate_least_reads, Some(100.0), 100.0, 1.0..1000000000.0,
        "fewer reads than this give no alarm";
    sequence_percent, Some(80.0), 80.0, 1.0..100.0,
        "numbers of a sequence or auto-increment column that are used up";
    transaction_ms, None, 60000.0, 1.0..86400000.0,
        "the longest open transaction; no alarm where it is not set";
    replication_lag_ms, None, 10000.0, 1.0..86400000.0,
        "what a replica is behind; where it is not set, only one that is cut off is an alarm";
}

/// Thresholds, advice and intervals.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    numbers: Numbers,
    advice: BTreeMap<&'static str, String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            numbers: Numbers::DEFAULT,
            advice: BTreeMap::new(),
        }
    }
}

/// Why a `[monitor]` table cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The key is given with its table, as in `monitor.latency`.
    #[error("unknown key `{key}`; the nearest known one is `{nearest}`")]
    UnknownKey { key: String, nearest: String },
    #[error("{key}: {reason}")]
    BadValue { key: String, reason: String },
}

impl SettingsError {
    /// Where in the file it is, such as `monitor.latency`.
    pub fn place(&self) -> &str {
        match self {
            SettingsError::UnknownKey { key, .. } | SettingsError::BadValue { key, .. } => key,
        }
    }
}

impl Settings {
    /// Reads the table; what it does not say has its default.
    ///
    /// # Errors
    /// An unknown key, with the nearest known one, and a value that makes no sense.
    pub fn read(table: &toml::Table) -> Result<Settings, SettingsError> {
        let mut settings = Settings::default();
        for (name, value) in table {
            if name == "advice" {
                let Some(advice) = value.as_table() else {
                    return Err(bad(
                        "monitor.advice",
                        "is a table: write `[monitor.advice]`",
                    ));
                };
                settings.read_advice(advice)?;
                continue;
            }
            let Some(key) = KEYS.iter().find(|key| key.name == name) else {
                return Err(unknown(name));
            };
            let number = match value {
                #[expect(clippy::cast_precision_loss, reason = "checked against small limits")]
                toml::Value::Integer(number) => *number as f64,
                toml::Value::Float(number) => *number,
                _ => return Err(bad(&format!("monitor.{name}"), "is no number")),
            };
            if !(key.least..=key.most).contains(&number) {
                return Err(bad(
                    &format!("monitor.{name}"),
                    &format!("is not from {} to {}", key.least, key.most),
                ));
            }
            settings.numbers.set(key.name, number);
        }
        Ok(settings)
    }

    fn read_advice(&mut self, table: &toml::Table) -> Result<(), SettingsError> {
        for (name, value) in table {
            let Some(kind) = Kind::ALL.iter().find(|kind| kind.name() == name) else {
                return Err(unknown(&format!("advice.{name}")));
            };
            let Some(text) = value.as_str() else {
                return Err(bad(&format!("monitor.advice.{name}"), "is no text"));
            };
            self.advice.insert(kind.name(), text.to_owned());
        }
        Ok(())
    }

    /// The number of a key; `None` where it is off.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.numbers.get(name)
    }

    /// The advice that is not the usual one, by the figure's name.
    pub fn own_advice(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = self.advice.iter();
        all.map(|(figure, text)| (*figure, text.as_str()))
    }

    pub fn interval(&self) -> Duration {
        Duration::from_secs_f64(self.numbers.interval_s.unwrap_or(1.0))
    }

    pub fn sizes_interval(&self) -> Duration {
        Duration::from_secs_f64(self.numbers.sizes_interval_s.unwrap_or(60.0))
    }

    /// Fewer reads of the cache than this give no alarm.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "from 1 to a thousand million"
    )]
    pub fn least_reads(&self) -> u64 {
        self.numbers.hit_rate_least_reads.unwrap_or(1.0) as u64
    }

    /// In per cent or milliseconds; `None` where there is to be no alarm.
    pub fn threshold(&self, kind: Kind) -> Option<f64> {
        let numbers = &self.numbers;
        match kind {
            Kind::Connections => numbers.connections_percent,
            Kind::OldestStatement | Kind::MeanStatement => numbers.latency_ms,
            Kind::RedisMemory => numbers.redis_memory_percent,
            Kind::RedisClients => numbers.redis_clients_percent,
            Kind::HitRate => numbers.hit_rate_percent,
            Kind::Sequence => numbers.sequence_percent,
            Kind::Transaction => numbers.transaction_ms,
            Kind::ReplicationLag => numbers.replication_lag_ms,
        }
    }

    pub fn advice(&self, kind: Kind) -> &str {
        self.advice
            .get(kind.name())
            .map_or(kind.advice(), String::as_str)
    }
}

fn bad(key: &str, reason: &str) -> SettingsError {
    SettingsError::BadValue {
        key: key.to_owned(),
        reason: reason.to_owned(),
    }
}

/// `written` is a key of the table, or `advice.` and one of that table's.
fn unknown(written: &str) -> SettingsError {
    let advice = Kind::ALL
        .iter()
        .map(|kind| format!("advice.{}", kind.name()));
    let known = KEYS.iter().map(|key| key.name.to_owned()).chain(advice);
    let nearest = known
        .min_by_key(|known| strsim::damerau_levenshtein(written, known))
        .unwrap_or_default();
    SettingsError::UnknownKey {
        key: format!("monitor.{}", written.escape_debug()),
        nearest: format!("monitor.{nearest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        let table = text.parse::<toml::Table>().unwrap();
        Settings::read(&table).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_said_has_its_default() {
        assert_eq!(read("").unwrap(), Settings::default());
        let settings = read("connections_percent = 70\nlatency_ms = 250.5").unwrap();
        assert_eq!(settings.threshold(Kind::Connections), Some(70.0));
        assert_eq!(settings.threshold(Kind::MeanStatement), Some(250.5));
        assert_eq!(settings.threshold(Kind::HitRate), Some(80.0));
        assert_eq!(settings.threshold(Kind::Transaction), None);
        assert_eq!(settings.interval(), Duration::from_secs(1));
    }

    #[test]
    fn advice_may_be_one_s_own() {
        let settings = read("[advice]\nconnections = \"问 DBA\"").unwrap();
        assert_eq!(settings.advice(Kind::Connections), "问 DBA");
        assert_eq!(settings.advice(Kind::HitRate), Kind::HitRate.advice());
    }

    #[test]
    fn an_unknown_key_names_the_nearest_and_a_bad_value_why() {
        for (text, expected) in [
            (
                "conections_percent = 70",
                "unknown key `monitor.conections_percent`; the nearest known one is `monitor.connections_percent`",
            ),
            (
                "[advice]\nhitrate = \"x\"",
                "unknown key `monitor.advice.hitrate`; the nearest known one is `monitor.advice.hit_rate`",
            ),
            ("latency_ms = \"1 s\"", "monitor.latency_ms: is no number"),
            (
                "connections_percent = 101",
                "monitor.connections_percent: is not from 1 to 100",
            ),
            (
                "latency_ms = nan",
                "monitor.latency_ms: is not from 1 to 86400000",
            ),
            (
                "advice = 3",
                "monitor.advice: is a table: write `[monitor.advice]`",
            ),
            (
                "[advice]\nconnections = 3",
                "monitor.advice.connections: is no text",
            ),
        ] {
            assert_eq!(read(text).unwrap_err(), expected);
        }
    }
}
