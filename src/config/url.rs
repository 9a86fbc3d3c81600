//! A database's URL: a type that never shows more than scheme, host, port and database.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::masked::Escaped;
use super::params::Params;
use super::parts::{self, Parts};
use super::tls::{self, TlsChoice};

/// What `DATABASE_TYPE` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackendKind {
    Json,
    Sqlite,
    Postgresql,
    Mysql,
}

impl BackendKind {
    /// Whether it is spoken to over a connection to a server.
    pub fn is_server(self) -> bool {
        matches!(self, BackendKind::Postgresql | BackendKind::Mysql)
    }
}

impl fmt::Display for BackendKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BackendKind::Json => "json",
            BackendKind::Sqlite => "sqlite",
            BackendKind::Postgresql => "postgresql",
            BackendKind::Mysql => "mysql",
        })
    }
}

/// The text names no backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of json, sqlite, postgresql, mysql")]
pub struct UnknownKind;

impl FromStr for BackendKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        match name.to_ascii_lowercase().as_str() {
            "json" => Ok(BackendKind::Json),
            "sqlite" | "sqlite3" => Ok(BackendKind::Sqlite),
            "postgresql" | "postgres" | "pg" => Ok(BackendKind::Postgresql),
            "mysql" | "mariadb" => Ok(BackendKind::Mysql),
            _ => Err(UnknownKind),
        }
    }
}

/// Why a URL cannot be understood. It never repeats the URL, of which any part may hold the password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("the URL has no scheme: it starts with one of {known}")]
    NoScheme { known: &'static str },
    #[error("the URL's scheme is not one of {known}")]
    UnknownScheme { known: &'static str },
    #[error("the URL's scheme is not followed by `//`")]
    NoSlashes,
    #[error("the URL's host is not a name or an address (one host, IPv6 in brackets)")]
    Host,
    #[error(
        "the URL's port is not a number from 1 to 65535 (if this is the password, an `@` is missing after it)"
    )]
    Port,
    #[error(
        "the URL has an `@` after the host: in a user, password, database or parameter write it as %40 (and / as %2F, ? as %3F)"
    )]
    AtSign,
    #[error("the URL's {part} is not UTF-8 once its %-escapes are decoded")]
    NotUtf8 { part: &'static str },
    #[error("the URL's {part} holds a NUL")]
    Nul { part: &'static str },
    #[error("the URL's parameter `{name}` is not {wanted}")]
    Parameter {
        name: &'static str,
        wanted: &'static str,
    },
    #[error("the URL's parameters `sslcert` and `sslkey` must be given together")]
    HalfClientCertificate,
    #[error("the URL names no path")]
    NoPath,
}

/// A password. Nothing shows it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where a database is and who we are there.
///
/// `Debug` and `Display` show scheme, host, port and database alone; [`DatabaseUrl::expose`] gives all.
#[derive(Clone, PartialEq)]
pub struct DatabaseUrl {
    kind: BackendKind,
    scheme: &'static str,
    pub(super) username: Option<String>,
    pub(super) password: Option<Secret>,
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    /// A server's database; a file or directory otherwise. `None` is SQLite's memory.
    pub(super) database: Option<String>,
    pub(super) params: Params,
}

/// The schemes that are understood, beside a `+driver` after each.
const SCHEMES: [(&str, BackendKind); 8] = [
    ("postgresql", BackendKind::Postgresql),
    ("postgres", BackendKind::Postgresql),
    ("pg", BackendKind::Postgresql),
    ("mysql", BackendKind::Mysql),
    ("mariadb", BackendKind::Mysql),
    ("sqlite", BackendKind::Sqlite),
    ("sqlite3", BackendKind::Sqlite),
    ("json", BackendKind::Json),
];

const KNOWN_SCHEMES: &str = "json:, sqlite:, postgresql://, mysql://";

/// What needs no %-escape in a user, password, database or parameter.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');
/// The same before the host, where a slash would end it.
const ESCAPED_USER: &AsciiSet = &ESCAPED.add(b'/');

impl DatabaseUrl {
    /// Reads a URL in SQLAlchemy's, libpq's, sqlx's or dbmate's spelling.
    ///
    /// `postgresql+psycopg2://user:password@host:port/database?sslmode=require`,
    /// `mysql+pymysql://…`, `sqlite:///relative.db`, `sqlite:////absolute.db`, `sqlite://` (memory),
    /// `sqlite:path?mode=ro`, `json:directory`. Characters in a password that a URL reserves are
    /// taken as they stand where that is unambiguous.
    ///
    /// # Errors
    /// Says which part is wrong, never what it says.
    pub fn parse(text: &str) -> Result<DatabaseUrl, UrlError> {
        let text = text.trim();
        let (scheme, rest) = text.split_once(':').ok_or(UrlError::NoScheme {
            known: KNOWN_SCHEMES,
        })?;
        let base = scheme.split_once('+').map_or(scheme, |(base, _)| base);
        let &(scheme, kind) = SCHEMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(base))
            .ok_or(UrlError::UnknownScheme {
                known: KNOWN_SCHEMES,
            })?;
        let mut url = DatabaseUrl {
            kind,
            scheme,
            username: None,
            password: None,
            host: None,
            port: None,
            database: None,
            params: Params::default(),
        };
        let query = if kind.is_server() {
            let rest = rest.strip_prefix("//").ok_or(UrlError::NoSlashes)?;
            let Parts {
                username,
                password,
                host,
                port,
                path,
                query,
            } = parts::split(rest)?;
            (url.username, url.password) = (username, password.map(Secret));
            (url.port, url.database) = (port, path);
            match host {
                Some(host) if host.starts_with('/') => url.params.socket = Some(host.into()),
                host => url.host = host,
            }
            query
        } else {
            let (path, query) = parts::split_path(rest)?;
            url.database = path;
            query
        };
        for (name, value) in query {
            url.take_parameter(&name, value)?;
        }
        url.params.finish()?;
        if url.database.is_none() && kind == BackendKind::Json {
            return Err(UrlError::NoPath);
        }
        Ok(url)
    }

    /// The URL of a SQLite file, whatever characters its path is made of.
    pub fn of_sqlite_file(path: &Path) -> String {
        let path = path.to_string_lossy();
        format!("sqlite:///{}", utf8_percent_encode(&path, ESCAPED))
    }

    pub fn kind(&self) -> BackendKind {
        self.kind
    }

    /// The host's name or address, IPv6 without brackets. `None` where the URL names none or a socket.
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The port, or the backend's usual one.
    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.kind {
            BackendKind::Mysql => 3306,
            _ => 5432,
        })
    }

    /// The database's name; for `sqlite:` and `json:` the path as the URL gives it.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// The password, for whoever logs in with it or hands it to a child process.
    pub fn expose_password(&self) -> Option<&str> {
        self.password.as_ref().map(|secret| secret.0.as_str())
    }

    /// The directory (PostgreSQL) or file (MySQL) of a Unix socket.
    pub fn socket(&self) -> Option<&Path> {
        self.params.socket.as_deref()
    }

    /// The file of the authorities that are trusted, where the URL names one.
    pub fn authorities(&self) -> Option<&Path> {
        self.params.root_cert.as_deref()
    }

    /// `connect_timeout`, in seconds.
    pub fn connect_timeout_s(&self) -> Option<u64> {
        self.params.connect_timeout_s
    }

    /// Parameters that nothing here honours, in the URL's order. Each is a plain word.
    pub fn ignored_parameters(&self) -> &[String] {
        &self.params.ignored
    }

    /// The same server and user, another database.
    #[must_use]
    pub fn with_database(&self, name: &str) -> DatabaseUrl {
        DatabaseUrl {
            database: Some(name.to_owned()),
            ..self.clone()
        }
    }

    /// The same URL with a password that was given beside it.
    #[must_use]
    pub(super) fn with_password(self, password: &str) -> DatabaseUrl {
        DatabaseUrl {
            password: Some(Secret(password.to_owned())),
            ..self
        }
    }

    /// How the connection is encrypted: as the URL says, else verified, else, for a local host,
    /// encrypted where the server can.
    pub fn tls(&self) -> TlsChoice {
        tls::choose(self)
    }

    /// The whole URL, password included, in the spelling that sqlx reads. Only for a driver.
    pub fn expose(&self) -> String {
        let escape = |text: &str| utf8_percent_encode(text, ESCAPED).to_string();
        let escape_user = |text: &str| utf8_percent_encode(text, ESCAPED_USER).to_string();
        let mut url = if self.kind.is_server() {
            let mut url = format!("{}://", self.kind);
            if self.username.is_some() || self.password.is_some() {
                url += &escape_user(self.username.as_deref().unwrap_or_default());
                if let Some(Secret(password)) = &self.password {
                    url += ":";
                    url += &escape_user(password);
                }
                url += "@";
            }
            url += &self.authority();
            if let Some(database) = &self.database {
                url += "/";
                url += &escape_user(database);
            }
            url
        } else {
            let path = self
                .database
                .as_deref()
                .map_or(":memory:".to_owned(), escape);
            format!("{}:{path}", self.kind)
        };
        for (at, (name, value)) in self.params.spelled(self).into_iter().enumerate() {
            url += if at == 0 { "?" } else { "&" };
            url += &format!("{name}={}", escape(&value));
        }
        url
    }

    /// Host and port as a URL writes them.
    fn authority(&self) -> String {
        let host = match &self.host {
            Some(host) if host.contains(':') => format!("[{host}]"),
            Some(host) => host.clone(),
            None => String::new(),
        };
        match self.port {
            Some(port) => format!("{host}:{port}"),
            None => host,
        }
    }

    /// Where a `sqlite:` or `json:` URL leads, from the directory `base`; `None` for memory.
    pub(super) fn path_from(&self, base: &Path) -> Option<PathBuf> {
        self.database.as_ref().map(|path| base.join(path))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.kind.is_server() {
            let path = self.database.as_deref().unwrap_or(":memory:");
            return write!(f, "{}:{}", self.scheme, Escaped(path));
        }
        write!(f, "{}://{}", self.scheme, Escaped(&self.authority()))?;
        if let Some(database) = &self.database {
            write!(f, "/{}", Escaped(database))?;
        }
        if let Some(socket) = &self.params.socket {
            write!(f, "?host={}", Escaped(&socket.to_string_lossy()))?;
        }
        Ok(())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

impl FromStr for DatabaseUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        DatabaseUrl::parse(text)
    }
}
