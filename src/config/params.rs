//! The parameters of a database URL: libpq's, SQLAlchemy's drivers', sqlx's and dbmate's spellings of
//! the same wishes, understood once.

use std::net::IpAddr;
use std::path::PathBuf;

use super::backend::SqliteMode;
use super::parts;
use super::tls::TlsMode;
use super::url::{BackendKind, DatabaseUrl, Secret, UrlError};

/// What the parameters ask.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Params {
    pub tls: Option<TlsMode>,
    pub root_cert: Option<PathBuf>,
    pub client_cert: Option<PathBuf>,
    pub client_key: Option<PathBuf>,
    pub socket: Option<PathBuf>,
    pub connect_timeout_s: Option<u64>,
    pub statement_cache: Option<usize>,
    /// PostgreSQL.
    pub application_name: Option<String>,
    /// PostgreSQL: settings of the session.
    pub settings: Vec<(String, String)>,
    /// MySQL.
    pub collation: Option<String>,
    /// MySQL.
    pub time_zone: Option<String>,
    pub sqlite: SqliteParams,
    pub ignored: Vec<String>,
    verify_cert: bool,
    verify_name: Option<bool>,
}

/// What a `sqlite:` URL asks.
#[derive(Clone, Default, PartialEq)]
pub(super) struct SqliteParams {
    pub mode: Option<SqliteMode>,
    pub memory: bool,
    pub shared_cache: bool,
    pub immutable: bool,
    pub busy_timeout_s: Option<f64>,
}

impl DatabaseUrl {
    /// Takes in one decoded parameter.
    pub(super) fn take_parameter(&mut self, name: &str, value: String) -> Result<(), UrlError> {
        // `ssl_ca`, `ssl-ca` and `sslca` are one name.
        let plain = name.to_ascii_lowercase().replace(['_', '-'], "");
        let known = match self.kind() {
            BackendKind::Postgresql => {
                self.take_postgres(&plain, name, &value)? || self.take_server(&plain, &value)?
            }
            BackendKind::Mysql => {
                self.take_mysql(&plain, &value)? || self.take_server(&plain, &value)?
            }
            BackendKind::Sqlite => self.params.sqlite.take(&plain, &value)?,
            BackendKind::Json => false,
        };
        if !known {
            self.params.ignored.push(shown_name(name));
        }
        Ok(())
    }

    /// Parameters that both servers have.
    fn take_server(&mut self, name: &str, value: &str) -> Result<bool, UrlError> {
        let params = &mut self.params;
        match name {
            "sslmode" | "ssl" | "tls" => params.tls = Some(tls_mode(value)?),
            "sslrootcert" | "sslca" if value == "system" => params.verify_name = Some(true),
            "sslrootcert" | "sslca" => params.root_cert = Some(value.into()),
            "sslcert" => params.client_cert = Some(value.into()),
            "sslkey" => params.client_key = Some(value.into()),
            "host" if value.starts_with('/') => params.socket = Some(value.into()),
            "host" => self.host = parts::parse_plain_host(value)?,
            "port" => self.port = parts::parse_port(value)?,
            "user" | "username" => {
                self.username = Some(value.to_owned()).filter(|name| !name.is_empty());
            }
            "password" | "passwd" => self.password = Some(Secret(value.to_owned())),
            "dbname" | "database" | "db" => {
                self.database = Some(value.to_owned()).filter(|name| !name.is_empty());
            }
            "connecttimeout" | "timeout" => {
                let seconds =
                    value
                        .trim_end_matches('s')
                        .parse()
                        .map_err(|_| UrlError::Parameter {
                            name: "connect_timeout",
                            wanted: "a whole number of seconds",
                        })?;
                params.connect_timeout_s = Some(seconds).filter(|&seconds| seconds > 0);
            }
            "statementcachecapacity" | "statementcachesize" | "preparedstatementcachesize" => {
                params.statement_cache = Some(value.parse().map_err(|_| UrlError::Parameter {
                    name: "statement-cache-capacity",
                    wanted: "a whole number",
                })?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn take_postgres(&mut self, plain: &str, name: &str, value: &str) -> Result<bool, UrlError> {
        let params = &mut self.params;
        if let Some(setting) = name
            .strip_prefix("options[")
            .and_then(|n| n.strip_suffix(']'))
        {
            params.set(setting, value)?;
            return Ok(true);
        }
        match plain {
            "hostaddr" => {
                let address: IpAddr = value.parse().map_err(|_| UrlError::Parameter {
                    name: "hostaddr",
                    wanted: "an IP address",
                })?;
                self.host = Some(address.to_string());
            }
            // The driver would take anything else for a host, in plain as a socket is.
            "unixsock" if value.starts_with('/') => params.socket = Some(value.into()),
            "unixsock" if value.is_empty() => {}
            "unixsock" => {
                return Err(UrlError::Parameter {
                    name: "unixsock",
                    wanted: "an absolute path",
                });
            }
            "applicationname" | "fallbackapplicationname" => {
                params.application_name = Some(value.to_owned());
            }
            "options" => params.take_options(value)?,
            "searchpath"
            | "statementtimeout"
            | "locktimeout"
            | "timezone"
            | "idleintransactionsessiontimeout" => {
                params.set(&name.to_ascii_lowercase().replace('-', "_"), value)?;
            }
            // What these ask is so anyway, or is another driver's own affair.
            "clientencoding" | "asyncfallback" | "binaryparameters" | "gssencmode" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn take_mysql(&mut self, name: &str, value: &str) -> Result<bool, UrlError> {
        let params = &mut self.params;
        match name {
            "unixsocket" | "socket" => {
                params.socket = Some(value.into()).filter(|_| !value.is_empty());
            }
            "ssldisabled" => {
                if boolean("ssl_disabled", value)? {
                    params.tls = Some(TlsMode::Off);
                }
            }
            "sslverifycert" => params.verify_cert = boolean("ssl_verify_cert", value)?,
            "sslverifyidentity" | "sslcheckhostname" => {
                params.verify_name = Some(boolean("ssl_check_hostname", value)?);
            }
            // sqlx puts the next two into a statement as they stand, so that they must be names.
            "collation" => {
                if !(value.starts_with("utf8mb4_") && is_word(value)) {
                    return Err(UrlError::Parameter {
                        name: "collation",
                        wanted: "a collation of utf8mb4",
                    });
                }
                params.collation = Some(value.to_owned());
            }
            "timezone" => {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b"_/+:-".contains(&b);
                if value.is_empty() || !value.bytes().all(plain) {
                    return Err(UrlError::Parameter {
                        name: "time_zone",
                        wanted: "a time zone",
                    });
                }
                params.time_zone = Some(value.to_owned());
            }
            // Revisions are UTF-8 and are sent as such; utf8 and utf8mb3 are parts of utf8mb4.
            "charset" => return Ok(matches!(value, "utf8mb4" | "utf8mb3" | "utf8")),
            "useunicode" | "parsetime" | "multistatements" | "autocommit" | "binaryprefix" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Params {
    /// What only all parameters together say.
    pub(super) fn finish(&mut self) -> Result<(), UrlError> {
        if self.client_cert.is_some() != self.client_key.is_some() {
            return Err(UrlError::HalfClientCertificate);
        }
        let has_root = self.root_cert.is_some();
        self.tls = match (self.tls, self.verify_name) {
            // libpq: with an authority at hand `require` means `verify-ca`.
            (Some(TlsMode::Require), _) if has_root => Some(TlsMode::VerifyCa),
            (Some(mode), _) => Some(mode),
            (None, Some(true)) => Some(TlsMode::VerifyFull),
            (None, Some(false)) if has_root || self.verify_cert => Some(TlsMode::VerifyCa),
            (None, None) if has_root => Some(TlsMode::VerifyFull),
            (None, _) if self.verify_cert => Some(TlsMode::VerifyCa),
            (None, _) => None,
        };
        (self.verify_cert, self.verify_name) = (false, None);
        Ok(())
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), UrlError> {
        if !is_word(&name.replace('.', "_")) {
            return Err(UrlError::Parameter {
                name: "options",
                wanted: OPTIONS_WANTED,
            });
        }
        self.settings.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// libpq's `options`: `-c name=value` or `--name=value`, blanks escaped by a backslash.
    fn take_options(&mut self, text: &str) -> Result<(), UrlError> {
        let wrong = || UrlError::Parameter {
            name: "options",
            wanted: OPTIONS_WANTED,
        };
        let mut words = unescaped_words(text).into_iter();
        while let Some(word) = words.next() {
            let assignment = match word.strip_prefix("--").or_else(|| word.strip_prefix("-c")) {
                Some("") => words.next().ok_or_else(wrong)?,
                Some(rest) => rest.to_owned(),
                None => return Err(wrong()),
            };
            let (name, value) = assignment.split_once('=').ok_or_else(wrong)?;
            self.set(&name.replace('-', "_"), value)?;
        }
        Ok(())
    }

    /// The parameters in the spelling that sqlx reads, TLS as it was decided.
    pub(super) fn spelled(&self, url: &DatabaseUrl) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = Vec::new();
        let mut push = |name: &str, value: Option<String>| {
            all.extend(value.map(|value| (name.to_owned(), value)));
        };
        let path = |path: &Option<PathBuf>| path.as_ref().map(|p| p.to_string_lossy().into_owned());
        let mysql = url.kind() == BackendKind::Mysql;
        match url.kind() {
            BackendKind::Postgresql | BackendKind::Mysql => {
                push("sslmode", Some(mode_name(url.tls().mode, mysql).to_owned()));
                push(
                    if mysql { "ssl-ca" } else { "sslrootcert" },
                    path(&self.root_cert),
                );
                push("sslcert", path(&self.client_cert));
                push("sslkey", path(&self.client_key));
                push(if mysql { "socket" } else { "host" }, path(&self.socket));
                push("application_name", self.application_name.clone());
                push("collation", self.collation.clone());
                push("timezone", self.time_zone.clone());
                push(
                    "statement-cache-capacity",
                    self.statement_cache.map(|n| n.to_string()),
                );
                for (name, value) in &self.settings {
                    push(&format!("options[{name}]"), Some(value.clone()));
                }
            }
            BackendKind::Sqlite => {
                let mode = if self.sqlite.memory {
                    Some("memory")
                } else {
                    self.sqlite.mode.map(SqliteMode::name)
                };
                push("mode", mode.map(str::to_owned));
                push(
                    "cache",
                    self.sqlite.shared_cache.then(|| "shared".to_owned()),
                );
                push(
                    "immutable",
                    self.sqlite.immutable.then(|| "true".to_owned()),
                );
            }
            BackendKind::Json => {}
        }
        all
    }
}

const OPTIONS_WANTED: &str = "settings such as `-c search_path=app`";

impl SqliteParams {
    fn take(&mut self, name: &str, value: &str) -> Result<bool, UrlError> {
        let wrong = |name, wanted| UrlError::Parameter { name, wanted };
        match name {
            "mode" => match value {
                "ro" => self.mode = Some(SqliteMode::ReadOnly),
                "rw" => self.mode = Some(SqliteMode::ReadWrite),
                "rwc" => self.mode = Some(SqliteMode::Create),
                "memory" => self.memory = true,
                _ => return Err(wrong("mode", "one of ro, rw, rwc, memory")),
            },
            "cache" => match value {
                "shared" => self.shared_cache = true,
                "private" => self.shared_cache = false,
                _ => return Err(wrong("cache", "shared or private")),
            },
            "immutable" => self.immutable = boolean("immutable", value)?,
            "timeout" => {
                let seconds = value
                    .parse()
                    .ok()
                    .filter(|s| (0.0..=MAX_BUSY_S).contains(s));
                self.busy_timeout_s =
                    Some(seconds.ok_or_else(|| wrong("timeout", "a number of seconds"))?);
            }
            // Python's own affairs.
            "checksamethread" | "uri" | "isolationlevel" | "detecttypes" | "cachedstatements" => {}
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// SQLite counts the busy timeout in milliseconds, in an `int`.
const MAX_BUSY_S: f64 = 2_147_483.0;

/// libpq's names, MySQL's names, and what asyncpg (`ssl=`) and Go (`tls=`) take.
fn tls_mode(value: &str) -> Result<TlsMode, UrlError> {
    Ok(
        match value.to_ascii_lowercase().replace('_', "-").as_str() {
            "disable" | "disabled" | "false" | "0" => TlsMode::Off,
            "allow" => TlsMode::Allow,
            "prefer" | "preferred" => TlsMode::Prefer,
            "require" | "required" | "skip-verify" => TlsMode::Require,
            "verify-ca" => TlsMode::VerifyCa,
            "verify-full" | "verify-identity" | "true" | "1" => TlsMode::VerifyFull,
            _ => {
                return Err(UrlError::Parameter {
                    name: "sslmode",
                    wanted: "one of disable, allow, prefer, require, verify-ca, verify-full",
                });
            }
        },
    )
}

fn mode_name(mode: TlsMode, mysql: bool) -> &'static str {
    match (mode, mysql) {
        (TlsMode::Off, false) => "disable",
        (TlsMode::Allow, false) => "allow",
        (TlsMode::Prefer, false) => "prefer",
        (TlsMode::Require, false) => "require",
        (TlsMode::VerifyCa, false) => "verify-ca",
        (TlsMode::VerifyFull, false) => "verify-full",
        (TlsMode::Off | TlsMode::Allow, true) => "DISABLED",
        (TlsMode::Prefer, true) => "PREFERRED",
        (TlsMode::Require, true) => "REQUIRED",
        (TlsMode::VerifyCa, true) => "VERIFY_CA",
        (TlsMode::VerifyFull, true) => "VERIFY_IDENTITY",
    }
}

fn boolean(name: &'static str, value: &str) -> Result<bool, UrlError> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(UrlError::Parameter {
            name,
            wanted: "true or false",
        }),
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The longest parameter name that is repeated to the user.
const MAX_NAME_CHARS: usize = 40;

/// A parameter's name where it looks like one; a piece of a mistyped password must not be shown.
fn shown_name(name: &str) -> String {
    let plain = name.len() <= MAX_NAME_CHARS
        && name
            .bytes()
            .all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'));
    if plain && !name.is_empty() {
        name.to_owned()
    } else {
        "(not a name)".to_owned()
    }
}

/// Words between blanks, a backslash keeping the character after it.
fn unescaped_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' | '\r' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
