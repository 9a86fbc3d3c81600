//! What a driver is given: sqlx's options from our URLs.
//!
//! sqlx's own reading of a URL is not used. It silently adds what `PGHOST`, `PGPASSWORD`,
//! `PGSSLMODE`, `PGDATABASE` and their like say, so that a URL that names no host would lead
//! wherever the shell last pointed.

use std::path::{Path, PathBuf};

use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::sqlite::SqliteConnectOptions;

use super::{BackendKind, DatabaseUrl, SqliteLocation, SqliteMode, TlsMode};

/// The name that the server's administrator sees, where the URL gives none.
const APPLICATION_NAME: &str = "piton";

/// Options for PostgreSQL. Every field that `PG*` variables would fill is set from the URL, but for
/// `PGOPTIONS`, `PGSSLCERT` and `PGSSLKEY`, which sqlx gives no way to take back.
///
/// They hold the password and show it in `Debug`: do not keep or print them.
pub fn postgres_options(url: &DatabaseUrl) -> PgConnectOptions {
    let username = user(url);
    let mut options = PgConnectOptions::new_without_pgpass()
        .host(url.host().unwrap_or("localhost"))
        .port(url.port())
        .database(url.database().unwrap_or(&username))
        .username(&username)
        .password(url.expose_password().unwrap_or_default())
        .application_name(
            url.params
                .application_name
                .as_deref()
                .unwrap_or(APPLICATION_NAME),
        )
        // 1, the server's default since PostgreSQL 12, is exact too, and PgBouncer refuses others.
        .extra_float_digits(None)
        .ssl_mode(match url.tls().mode {
            TlsMode::Off | TlsMode::Allow => PgSslMode::Disable,
            TlsMode::Prefer => PgSslMode::Prefer,
            TlsMode::Require => PgSslMode::Require,
            TlsMode::VerifyCa => PgSslMode::VerifyCa,
            TlsMode::VerifyFull => PgSslMode::VerifyFull,
        });
    options = match &url.params.root_cert {
        Some(path) => options.ssl_root_cert(path),
        None => options.ssl_root_cert_from_pem(Vec::new()),
    };
    if let (Some(cert), Some(key)) = (&url.params.client_cert, &url.params.client_key) {
        options = options.ssl_client_cert(cert).ssl_client_key(key);
    }
    if let Some(capacity) = url.params.statement_cache {
        options = options.statement_cache_capacity(capacity);
    }
    if !url.params.settings.is_empty() {
        options = options.options(
            url.params
                .settings
                .iter()
                .map(|(name, value)| (name, value)),
        );
    }
    match url
        .socket()
        .map(Path::to_owned)
        .or_else(|| socket_here(url))
    {
        Some(path) => {
            let (dir, port) = socket_dir(&path);
            options.socket(dir).port(port.unwrap_or(url.port()))
        }
        None => options,
    }
}

/// Options for MySQL and MariaDB. The session keeps the server's own `sql_mode`, so that a revision
/// means what it means in the server's own client; its time zone is UTC unless the URL says otherwise.
///
/// They hold the password and show it in `Debug`: do not keep or print them.
pub fn mysql_options(url: &DatabaseUrl) -> MySqlConnectOptions {
    let username = user(url);
    let mut options = MySqlConnectOptions::new()
        .host(url.host().unwrap_or("localhost"))
        .port(url.port())
        .username(&username)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .ssl_mode(match url.tls().mode {
            TlsMode::Off | TlsMode::Allow => MySqlSslMode::Disabled,
            TlsMode::Prefer => MySqlSslMode::Preferred,
            TlsMode::Require => MySqlSslMode::Required,
            TlsMode::VerifyCa => MySqlSslMode::VerifyCa,
            TlsMode::VerifyFull => MySqlSslMode::VerifyIdentity,
        });
    // sqlx 0.9 hashes an empty password, which the server refuses; `root:@` means none.
    if let Some(password) = url
        .expose_password()
        .filter(|password| !password.is_empty())
    {
        options = options.password(password);
    }
    if let Some(database) = url.database() {
        options = options.database(database);
    }
    if let Some(path) = &url.params.root_cert {
        options = options.ssl_ca(path);
    }
    if let (Some(cert), Some(key)) = (&url.params.client_cert, &url.params.client_key) {
        options = options.ssl_client_cert(cert).ssl_client_key(key);
    }
    if let Some(capacity) = url.params.statement_cache {
        options = options.statement_cache_capacity(capacity);
    }
    if let Some(collation) = &url.params.collation {
        options = options.collation(collation);
    }
    if let Some(zone) = &url.params.time_zone {
        options = options.timezone(Some(zone.clone()));
    }
    match url.socket() {
        Some(path) => options.socket(path),
        None => options,
    }
}

/// Options for SQLite. Pragmas (`foreign_keys` and the like) are the caller's to add.
pub fn sqlite_options(at: &SqliteLocation) -> SqliteConnectOptions {
    let mut options = match &at.path {
        Some(path) => SqliteConnectOptions::new().filename(path),
        None => SqliteConnectOptions::new().in_memory(true),
    };
    options = match at.mode {
        SqliteMode::ReadOnly => options.read_only(true),
        SqliteMode::ReadWrite => options.create_if_missing(false),
        SqliteMode::Create => options.create_if_missing(true),
    };
    if let Some(timeout) = at.busy_timeout {
        options = options.busy_timeout(timeout);
    }
    options
        .shared_cache(at.shared_cache)
        .immutable(at.immutable)
}

/// The user that a URL logs in as.
pub fn user(url: &DatabaseUrl) -> String {
    url.username()
        .map_or_else(operating_system_user, str::to_owned)
}

/// The file of the Unix socket that a URL leads to, where it leads to one.
pub fn socket_file(url: &DatabaseUrl) -> Option<PathBuf> {
    if url.kind() == BackendKind::Mysql {
        return url.socket().map(Path::to_owned);
    }
    let path = url
        .socket()
        .map(Path::to_owned)
        .or_else(|| socket_here(url))?;
    let (dir, port) = socket_dir(&path);
    Some(dir.join(format!("{SOCKET_FILE}{}", port.unwrap_or(url.port()))))
}

/// The login that a URL without a user means, as in the servers' own clients.
fn operating_system_user() -> String {
    whoami::username().unwrap_or_else(|_| "unknown".to_owned())
}

/// Where PostgreSQL's packages put its socket: Debian and Red Hat, then the built-in default.
const SOCKET_DIRS: [&str; 2] = ["/var/run/postgresql", "/tmp"];

/// A URL without any host means the socket of the server on this machine, if there is one (libpq).
fn socket_here(url: &DatabaseUrl) -> Option<PathBuf> {
    if url.host().is_some() {
        return None;
    }
    let file = format!("{SOCKET_FILE}{}", url.port());
    SOCKET_DIRS
        .into_iter()
        .map(PathBuf::from)
        .find(|dir| dir.join(&file).exists())
}

/// The beginning of the name of PostgreSQL's socket file; the port follows.
const SOCKET_FILE: &str = ".s.PGSQL.";

/// The directory of a socket, and the port where the file itself was named.
fn socket_dir(path: &Path) -> (&Path, Option<u16>) {
    let port = path
        .file_name()
        .and_then(|name| name.to_str()?.strip_prefix(SOCKET_FILE)?.parse().ok());
    match (port, path.parent()) {
        (Some(port), Some(dir)) => (dir, Some(port)),
        _ => (path, None),
    }
}
