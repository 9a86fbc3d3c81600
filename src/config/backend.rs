//! Which backend `DATABASE_TYPE` and `DATABASE_URL` come to.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{BackendKind, Config, ConfigError, DatabaseUrl, Setting};

/// The backend and where it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Backend {
    Json { dir: PathBuf },
    Sqlite(SqliteLocation),
    Postgresql(DatabaseUrl),
    Mysql(DatabaseUrl),
}

/// Where a SQLite database is and how it is opened.
#[derive(Clone, Debug, PartialEq)]
pub struct SqliteLocation {
    /// `None` is memory.
    pub path: Option<PathBuf>,
    pub mode: SqliteMode,
    pub shared_cache: bool,
    /// The file is promised not to change, so that nothing is locked.
    pub immutable: bool,
    /// How long to wait for a lock, where the URL says.
    pub busy_timeout: Option<Duration>,
}

/// What may be done to a SQLite file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SqliteMode {
    ReadOnly,
    /// The file must be there.
    ReadWrite,
    /// A missing file is made, as SQLAlchemy and dbmate do where nothing else is said.
    #[default]
    Create,
}

impl SqliteMode {
    pub(super) fn name(self) -> &'static str {
        match self {
            SqliteMode::ReadOnly => "ro",
            SqliteMode::ReadWrite => "rw",
            SqliteMode::Create => "rwc",
        }
    }
}

impl Backend {
    /// The backend that a URL names; relative paths start from `base`.
    pub fn from_url(url: &DatabaseUrl, base: &Path) -> Backend {
        match url.kind() {
            BackendKind::Json => Backend::Json {
                dir: url.path_from(base).unwrap_or_else(|| base.to_owned()),
            },
            BackendKind::Sqlite => {
                let asked = &url.params.sqlite;
                Backend::Sqlite(SqliteLocation {
                    path: url.path_from(base).filter(|_| !asked.memory),
                    mode: asked.mode.unwrap_or_default(),
                    shared_cache: asked.shared_cache,
                    immutable: asked.immutable,
                    busy_timeout: asked.busy_timeout_s.map(Duration::from_secs_f64),
                })
            }
            BackendKind::Postgresql => Backend::Postgresql(url.clone()),
            BackendKind::Mysql => Backend::Mysql(url.clone()),
        }
    }

    pub fn kind(&self) -> BackendKind {
        match self {
            Backend::Json { .. } => BackendKind::Json,
            Backend::Sqlite(_) => BackendKind::Sqlite,
            Backend::Postgresql(_) => BackendKind::Postgresql,
            Backend::Mysql(_) => BackendKind::Mysql,
        }
    }
}

/// The rule: of type and URL the one given at the higher level wins; at one level they must agree;
/// only a type that nobody gave yields to a URL.
pub(super) fn choose(config: &Config) -> Result<Backend, ConfigError> {
    let kind = &config.database.kind;
    let Some(url) = given(&config.database.url) else {
        return without_url(config);
    };
    let url_kind = url.value.kind();
    if kind.value == url_kind || kind.origin.level() < url.origin.level() {
        return at_url(config, &url);
    }
    if kind.origin.level() > url.origin.level() && kind.value == BackendKind::Json {
        return without_url(config);
    }
    let (kind, kind_origin) = (kind.value, kind.origin.clone());
    let (same_level, url_origin) = (kind_origin.level() == url.origin.level(), url.origin);
    Err(if same_level {
        ConfigError::Disagree {
            kind,
            kind_origin,
            url_kind,
            url_origin,
        }
    } else {
        ConfigError::UrlOfAnother {
            kind,
            kind_origin,
            url_kind,
            url_origin,
        }
    })
}

fn given(url: &Setting<Option<DatabaseUrl>>) -> Option<Setting<DatabaseUrl>> {
    let value = url.value.clone()?;
    Some(Setting {
        value,
        origin: url.origin.clone(),
    })
}

fn without_url(config: &Config) -> Result<Backend, ConfigError> {
    let kind = &config.database.kind;
    if kind.value != BackendKind::Json {
        return Err(ConfigError::MissingUrl {
            kind: kind.value,
            origin: kind.origin.clone(),
        });
    }
    if config.guarded() && !kind.is_given() {
        return Err(ConfigError::NoBackend {
            environment: config.environment.value.clone(),
            origin: config.environment.origin.clone(),
        });
    }
    Ok(Backend::Json {
        dir: config.database.data_dir.value.clone(),
    })
}

/// A URL says where; for JSON so does `DATA_DIR`, and again the higher level wins.
fn at_url(config: &Config, url: &Setting<DatabaseUrl>) -> Result<Backend, ConfigError> {
    let backend = Backend::from_url(&url.value, config.base(&url.origin));
    let data_dir = &config.database.data_dir;
    let Backend::Json { dir } = &backend else {
        return Ok(backend);
    };
    if data_dir.origin.level() < url.origin.level() || data_dir.value == *dir {
        return Ok(backend);
    }
    if data_dir.origin.level() == url.origin.level() {
        return Err(ConfigError::TwoDirectories {
            dir_origin: data_dir.origin.clone(),
            url_origin: url.origin.clone(),
        });
    }
    Ok(Backend::Json {
        dir: data_dir.value.clone(),
    })
}
