//! The configuration as a list, for whoever shows it.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::Path;

use super::keys::{self, Key};
use super::masked::Escaped;
use super::{Config, Database, Origin, Redis, Setting};
use crate::health::monitor;

/// One value with its names and its origin; safe to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name in `piton.toml`, such as `database.url`.
    pub key: Cow<'static, str>,
    /// Its variable.
    pub env: Option<&'static str>,
    /// `None` where nobody gave one and there is no default. Secrets are masked.
    pub value: Option<String>,
    pub origin: Origin,
    /// What it means, in a line.
    pub meaning: &'static str,
}

impl Entry {
    fn of(key: &Key, origin: &Origin, value: Option<String>) -> Entry {
        Entry {
            key: Cow::Borrowed(key.path),
            env: key.env,
            value,
            origin: origin.clone(),
            meaning: key.meaning,
        }
    }

    fn plain<T: Display>(key: &Key, setting: &Setting<T>) -> Entry {
        Entry::of(
            key,
            &setting.origin,
            Some(Escaped(&setting.value.to_string()).to_string()),
        )
    }

    fn optional<T: Display>(key: &Key, setting: &Setting<Option<T>>) -> Entry {
        let value = setting
            .value
            .as_ref()
            .map(|value| Escaped(&value.to_string()).to_string());
        Entry::of(key, &setting.origin, value)
    }
}

/// Every value, in the order of the keys.
pub(super) fn entries(config: &Config) -> Vec<Entry> {
    let Config {
        database,
        revisions,
        backup,
        redis,
        session,
        ..
    } = config;
    // A path below the working directory is shown as somebody there would type it.
    let path = |path: &Path| {
        let short = path
            .strip_prefix(&config.dir)
            .ok()
            .filter(|short| !short.as_os_str().is_empty());
        Escaped(&short.unwrap_or(path).to_string_lossy()).to_string()
    };
    let path_or_none = |key, setting: &Setting<Option<_>>| {
        Entry::of(key, &setting.origin, setting.value.as_deref().map(path))
    };
    let mut all = vec![
        Entry::plain(&keys::ENVIRONMENT, &config.environment),
        path_or_none(&keys::SCHEMA, &config.schema),
        Entry::of(
            &keys::DIALECTS,
            &config.dialects.origin,
            config
                .dialects
                .is_given()
                .then(|| config.dialects.join(", ")),
        ),
        effective_kind(config),
        Entry::optional(&keys::DATABASE_URL, &database.url),
        Entry::of(
            &keys::DATA_DIR,
            &database.data_dir.origin,
            Some(path(&database.data_dir)),
        ),
        Entry::plain(&keys::POOL_SIZE, &database.pool_size),
        Entry::plain(&keys::MAX_OVERFLOW, &database.max_overflow),
        Entry::plain(&keys::POOL_TIMEOUT, &database.pool_timeout_s),
        Entry::plain(&keys::QUERY_LOGGING, &database.query_logging),
        Entry::plain(&keys::QUERY_TIMEOUT, &database.query_timeout_s),
        path_or_none(&keys::REVISIONS_DIR, &revisions.dir),
        Entry::plain(&keys::REVISIONS_BUILTIN, &revisions.builtin),
        Entry::of(
            &keys::BACKUP_DIR,
            &backup.dir.origin,
            Some(path(&backup.dir)),
        ),
        Entry::plain(&keys::BACKUP_KEEP_LAST, &backup.keep_last),
        Entry::plain(&keys::BACKUP_KEEP_DAILY, &backup.keep_daily),
        Entry::plain(&keys::BACKUP_KEEP_WEEKLY, &backup.keep_weekly),
        Entry::optional(&keys::REDIS_URL, &redis.url),
        Entry::plain(&keys::REDIS_CLUSTER, &redis.cluster),
        Entry::plain(&keys::REDIS_SENTINEL, &redis.sentinel),
        Entry::optional(&keys::SENTINEL_MASTER, &redis.sentinel_master),
        nodes(redis),
        path_or_none(&keys::REDIS_CA, &redis.ca_file),
        Entry::plain(&keys::REDIS_CONNECT, &redis.connect_timeout_ms),
        Entry::plain(&keys::REDIS_ANSWER, &redis.answer_timeout_ms),
        Entry::plain(&keys::REDIS_PATIENCE, &redis.patience_s),
        Entry::plain(&keys::CACHE_TTL, &redis.cache_ttl_s),
        Entry::plain(&keys::CACHE_ABSENT_TTL, &redis.cache_absent_ttl_s),
        Entry::plain(&keys::CACHE_JITTER, &redis.cache_jitter_percent),
        Entry::plain(&keys::CACHE_EAGERNESS, &redis.cache_eagerness_percent),
        Entry::plain(&keys::CACHE_ANSWER, &redis.cache_answer_timeout_ms),
        Entry::plain(&keys::CACHE_LEASE, &redis.cache_lease_ms),
        Entry::plain(&keys::CACHE_WAIT, &redis.cache_wait_s),
        Entry::of(
            &keys::MEMORY_LIMIT,
            &redis.memory_limit.origin,
            Some(size(redis.memory_limit.value)),
        ),
        Entry::plain(&keys::SESSION_EXPIRE, &session.expire_s),
        Entry::plain(&keys::SESSION_ABSOLUTE, &session.absolute_s),
        Entry::optional(&keys::SESSIONS_PER_USER, &session.most_per_user),
        Entry::plain(&keys::REVOCATION_LOG, &session.revocation_log),
    ];
    all.extend(prune(config));
    all.extend(self::monitor(config));
    if let Some(origin) = &database.password_from {
        let after_url = all
            .iter()
            .position(|e| e.key == keys::DATABASE_URL.path)
            .map_or(0, |at| at + 1);
        all.insert(
            after_url,
            Entry {
                key: Cow::Borrowed("database.password"),
                env: None,
                value: Some("***".to_owned()),
                origin: origin.clone(),
                meaning: "the password that the URL leaves out",
            },
        );
    }
    all
}

fn prune(config: &Config) -> [Entry; 3] {
    let prune = &config.prune;
    let of = |key: &Key, value: Option<String>| Entry::of(key, &prune.origin(key.path), value);
    let rules = prune.value.rules.iter();
    let rules: Vec<String> = rules
        .map(|rule| {
            format!(
                "{}.{} older than {}",
                rule.table, rule.column, rule.older_than
            )
        })
        .collect();
    let rules = (!rules.is_empty()).then(|| Escaped(&rules.join(", ")).to_string());
    let pace = &prune.value.pace;
    [
        of(&keys::PRUNE_BATCH, Some(pace.batch.to_string())),
        of(&keys::PRUNE_PAUSE, Some(pace.pause.as_millis().to_string())),
        of(&keys::PRUNE_RULES, rules),
    ]
}

/// The numbers, and the advice that is not the usual one.
fn monitor(config: &Config) -> Vec<Entry> {
    let section = &config.monitor;
    let entry = |key: Cow<'static, str>, value, meaning| Entry {
        env: None,
        value,
        origin: section.origin(&key),
        key,
        meaning,
    };
    let numbers = monitor::KEYS.iter().map(|key| {
        let number = section.value.number(key.name);
        entry(
            Cow::Borrowed(key.path),
            number.map(|number| number.to_string()),
            key.meaning,
        )
    });
    let advice = section.value.own_advice().map(|(figure, text)| {
        entry(
            Cow::Owned(format!("monitor.advice.{figure}")),
            Some(Escaped(text).to_string()),
            monitor::ADVICE_MEANING,
        )
    });
    numbers.chain(advice).collect()
}

/// The other nodes, as they would be written.
fn nodes(redis: &Redis) -> Entry {
    let nodes = &redis.nodes;
    let written = nodes.iter().map(|(host, port)| {
        if host.contains(':') {
            format!("[{host}]:{port}")
        } else {
            format!("{host}:{port}")
        }
    });
    let written = written.collect::<Vec<_>>().join(", ");
    let value = nodes.is_given().then(|| Escaped(&written).to_string());
    Entry::of(&keys::REDIS_NODES, &nodes.origin, value)
}

/// The type: the one that counts, which is the URL's where nobody gave a type.
fn effective_kind(config: &Config) -> Entry {
    let Database { kind, url, .. } = &config.database;
    match &url.value {
        Some(named) if !kind.is_given() => Entry::of(
            &keys::DATABASE_TYPE,
            &url.origin,
            Some(named.kind().to_string()),
        ),
        _ => Entry::plain(&keys::DATABASE_TYPE, kind),
    }
}

/// Bytes as `piton.toml` would spell them: in the largest unit that loses nothing.
fn size(bytes: u64) -> String {
    for (shift, unit) in [(40, "TB"), (30, "GB"), (20, "MB"), (10, "KB")] {
        if bytes != 0 && bytes.trailing_zeros() >= shift {
            return format!("{}{unit}", bytes >> shift);
        }
    }
    bytes.to_string()
}

/// What was given and cannot be honoured.
pub(super) fn warnings(config: &Config) -> Vec<String> {
    let url = &config.database.url;
    let ignored = url.value.iter().flat_map(|url| url.ignored_parameters());
    ignored
        .map(|name| {
            let key = keys::DATABASE_URL.env.unwrap_or(keys::DATABASE_URL.path);
            format!(
                "{key} ({}): parameter `{name}` is not known here and does nothing",
                url.origin
            )
        })
        .collect()
}
