//! Laying the layers over one another.

use std::path::PathBuf;

use super::keys::{self, Key};
use super::layers::Layers;
use super::value::{self, Raw};
use super::{
    BackendKind, Backups, Config, ConfigError, Database, DatabaseUrl, Flags, Origin, Redis,
    RedisUrl, Revisions, Section, Session, Setting, Surroundings, UrlError,
};
use crate::admin::prune;
use crate::health::monitor;

/// The whole configuration.
pub(super) fn load(flags: &Flags, around: &Surroundings) -> Result<Config, ConfigError> {
    let layers = Layers::read(flags, around)?;
    let paths = Paths {
        layers: &layers,
        around,
    };

    let url = find_url(&layers, &keys::DATABASE_URL, DatabaseUrl::parse)?;
    let (url, password_from) = with_password_beside(url, around);
    let database = Database {
        kind: layers.or(&keys::DATABASE_TYPE, backend_kind, BackendKind::Json)?,
        url,
        password_from,
        data_dir: paths
            .find(&keys::DATA_DIR)?
            .unwrap_or_else(|| Setting::default_of(around.dir.join("data"))),
        pool_size: layers.or(&keys::POOL_SIZE, |raw| value::connections(raw, 1), 20)?,
        max_overflow: layers.or(&keys::MAX_OVERFLOW, |raw| value::connections(raw, 0), 30)?,
        pool_timeout_s: layers.or(&keys::POOL_TIMEOUT, value::seconds, 30)?,
        query_logging: layers.or(&keys::QUERY_LOGGING, value::boolean, false)?,
        query_timeout_s: layers.or(&keys::QUERY_TIMEOUT, value::seconds, 30)?,
    };
    let mut revisions = Revisions {
        dir: optional(paths.find(&keys::REVISIONS_DIR)?),
        builtin: layers.or(&keys::REVISIONS_BUILTIN, value::boolean, true)?,
    };
    if let origin @ Origin::Flag(_) = &revisions.dir.origin {
        revisions.builtin = Setting {
            value: false,
            origin: origin.clone(),
        };
    }
    let redis = redis(&layers, &paths)?;
    let how_many = |raw: &Raw| value::connections(raw, 0);
    let backup = Backups {
        dir: paths
            .find(&keys::BACKUP_DIR)?
            .unwrap_or_else(|| Setting::default_of(around.dir.join("backups"))),
        keep_last: layers.or(&keys::BACKUP_KEEP_LAST, how_many, 0)?,
        keep_daily: layers.or(&keys::BACKUP_KEEP_DAILY, how_many, 0)?,
        keep_weekly: layers.or(&keys::BACKUP_KEEP_WEEKLY, how_many, 0)?,
    };
    Ok(Config {
        environment: layers.or(&keys::ENVIRONMENT, value::name, "development".to_owned())?,
        schema: optional(paths.find(&keys::SCHEMA)?),
        dialects: layers.or(&keys::DIALECTS, dialects, Vec::new())?,
        session: Session {
            expire_s: layers.or(&keys::SESSION_EXPIRE, value::seconds, 86400)?,
            absolute_s: layers.or(&keys::SESSION_ABSOLUTE, value::seconds, 30 * 86400)?,
            most_per_user: optional(
                layers.find(&keys::SESSIONS_PER_USER, |raw| value::connections(raw, 1))?,
            ),
            revocation_log: layers.or(&keys::REVOCATION_LOG, value::boolean, false)?,
        },
        file: layers.file_path.clone(),
        dir: around.dir.clone(),
        database,
        revisions,
        backup,
        redis,
        monitor: section(
            &layers,
            "monitor",
            monitor::Settings::read,
            monitor::SettingsError::place,
        )?,
        prune: section(
            &layers,
            "prune",
            prune::Rules::read,
            prune::RuleError::place,
        )?,
    })
}

fn redis(layers: &Layers<'_>, paths: &Paths<'_>) -> Result<Redis, ConfigError> {
    let ms = value::milliseconds;
    let percent = |most| move |raw: &Raw| value::percent(raw, most);
    Ok(Redis {
        url: find_url(layers, &keys::REDIS_URL, RedisUrl::parse)?,
        cluster: layers.or(&keys::REDIS_CLUSTER, value::boolean, false)?,
        sentinel: layers.or(&keys::REDIS_SENTINEL, value::boolean, false)?,
        sentinel_master: optional(layers.find(&keys::SENTINEL_MASTER, value::name)?),
        nodes: layers.or(&keys::REDIS_NODES, value::addresses, Vec::new())?,
        ca_file: optional(paths.find(&keys::REDIS_CA)?),
        connect_timeout_ms: layers.or(&keys::REDIS_CONNECT, ms, 5000)?,
        answer_timeout_ms: layers.or(&keys::REDIS_ANSWER, ms, 5000)?,
        patience_s: layers.or(&keys::REDIS_PATIENCE, value::seconds, 30)?,
        cache_ttl_s: layers.or(&keys::CACHE_TTL, value::seconds, 3600)?,
        cache_absent_ttl_s: layers.or(&keys::CACHE_ABSENT_TTL, value::seconds, 30)?,
        cache_jitter_percent: layers.or(&keys::CACHE_JITTER, percent(90), 10)?,
        cache_eagerness_percent: layers.or(&keys::CACHE_EAGERNESS, percent(10_000), 100)?,
        cache_answer_timeout_ms: layers.or(&keys::CACHE_ANSWER, ms, 250)?,
        cache_lease_ms: layers.or(&keys::CACHE_LEASE, ms, 3000)?,
        cache_wait_s: layers.or(&keys::CACHE_WAIT, value::seconds, 30)?,
        memory_limit: layers.or(&keys::MEMORY_LIMIT, value::bytes, 2 << 30)?,
    })
}

/// A table that another part understands; where it is wrong, with the line.
fn section<T: Default, E: std::error::Error>(
    layers: &Layers<'_>,
    name: &str,
    read: impl Fn(&toml::Table) -> Result<T, E>,
    place: impl Fn(&E) -> &str,
) -> Result<Section<T>, ConfigError> {
    let Some(table) = layers.section(name) else {
        return Ok(Section::default());
    };
    let value = read(table).map_err(|error| {
        let origin = layers
            .in_section(place(&error))
            .or_else(|| layers.in_section(name));
        ConfigError::Section {
            origin: origin.unwrap_or(Origin::Default),
            reason: error.to_string(),
        }
    })?;
    Ok(Section {
        value,
        origins: layers.origins_in(name),
    })
}

impl Layers<'_> {
    fn or<T>(
        &self,
        key: &'static Key,
        understand: impl Fn(&Raw) -> Result<T, String>,
        default: T,
    ) -> Result<Setting<T>, ConfigError> {
        Ok(self
            .find(key, understand)?
            .unwrap_or_else(|| Setting::default_of(default)))
    }
}

fn optional<T>(found: Option<Setting<T>>) -> Setting<Option<T>> {
    match found {
        Some(Setting { value, origin }) => Setting {
            value: Some(value),
            origin,
        },
        None => Setting::default_of(None),
    }
}

/// Paths, each made absolute from where it was written.
struct Paths<'a> {
    layers: &'a Layers<'a>,
    around: &'a Surroundings,
}

impl Paths<'_> {
    fn find(&self, key: &'static Key) -> Result<Option<Setting<PathBuf>>, ConfigError> {
        let Some(found) = self.layers.find(key, value::path)? else {
            return Ok(None);
        };
        let base = match (&found.origin, self.layers.file_path.as_deref()) {
            (Origin::File { .. }, Some(file)) => file.parent().unwrap_or(&self.around.dir),
            _ => &self.around.dir,
        };
        Ok(Some(Setting {
            value: base.join(&found.value),
            origin: found.origin,
        }))
    }
}

fn find_url<T>(
    layers: &Layers<'_>,
    key: &'static Key,
    parse: impl Fn(&str) -> Result<T, UrlError>,
) -> Result<Setting<Option<T>>, ConfigError> {
    let Some(Setting {
        value: text,
        origin,
    }) = layers.find(key, value::text)?
    else {
        return Ok(Setting::default_of(None));
    };
    match parse(&text) {
        Ok(url) => Ok(Setting {
            value: Some(url),
            origin,
        }),
        Err(source) => Err(ConfigError::BadUrl {
            key: key.env.unwrap_or(key.path),
            origin,
            source,
        }),
    }
}

/// A server's URL without a password takes the one that the server's own clients take from the
/// environment, so that a URL can be kept where anybody may read it.
fn with_password_beside(
    setting: Setting<Option<DatabaseUrl>>,
    around: &Surroundings,
) -> (Setting<Option<DatabaseUrl>>, Option<Origin>) {
    let Setting {
        value: Some(url),
        origin,
    } = setting
    else {
        return (setting, None);
    };
    let variable = match url.kind() {
        BackendKind::Postgresql => "PGPASSWORD",
        BackendKind::Mysql => "MYSQL_PWD",
        BackendKind::Json | BackendKind::Sqlite => {
            return (
                Setting {
                    value: Some(url),
                    origin,
                },
                None,
            );
        }
    };
    let beside = around.vars.get(variable).and_then(|value| value.to_str());
    match beside.filter(|password| !password.is_empty() && url.expose_password().is_none()) {
        Some(password) => {
            let value = Some(url.with_password(password));
            (Setting { value, origin }, Some(Origin::Env(variable)))
        }
        None => (
            Setting {
                value: Some(url),
                origin,
            },
            None,
        ),
    }
}

fn backend_kind(raw: &Raw) -> Result<BackendKind, String> {
    let text = value::text(raw)?;
    text.parse()
        .map_err(|wrong: super::UnknownKind| format!("{} is {wrong}", super::masked::echo(&text)))
}

/// Names of databases, each in its usual spelling and once.
fn dialects(raw: &Raw) -> Result<Vec<String>, String> {
    let mut known: Vec<String> = Vec::new();
    for name in value::names(raw)? {
        let usual = match name.to_ascii_lowercase().as_str() {
            "postgresql" | "postgres" | "pg" => "postgresql",
            "mysql" => "mysql",
            "mariadb" => "mariadb",
            "sqlite" | "sqlite3" | "json" => "sqlite",
            _ => {
                let shown = super::masked::echo(&name);
                return Err(format!(
                    "{shown} is not one of postgresql, mysql, mariadb, sqlite"
                ));
            }
        };
        if !known.iter().any(|name| name == usual) {
            known.push(usual.to_owned());
        }
    }
    Ok(known)
}
