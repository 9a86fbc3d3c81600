//! The database's own programs for backups: what they are called, how they log in, what they are told.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{Dialect, mysql, postgres};

/// Where a program has to log in. It holds the password and so has no `Debug`.
#[derive(Clone)]
pub struct Login {
    pub host: Option<String>,
    pub port: u16,
    /// The Unix socket: its directory on PostgreSQL, its file on MySQL.
    pub socket: Option<PathBuf>,
    pub user: String,
    pub database: String,
    pub password: Option<String>,
    pub tls: Tls,
    /// The file of the authorities that are trusted.
    pub authorities: Option<PathBuf>,
}

/// How the program's connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    Off,
    /// Where the server can, or insists.
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// What a program is given. The password is in the environment, which no other user sees.
pub struct Call {
    pub arguments: Vec<OsString>,
    pub environment: Vec<(&'static str, OsString)>,
}

/// How a program brings a backup back.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// Whether what is there goes first.
    pub clean: bool,
    /// Where roles own what is in a database: whether they get it again, and what was granted to them.
    pub owners: bool,
    pub privileges: bool,
}

/// A program's version, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub mariadb: bool,
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Dialect {
    /// The programs that make a backup, the best first; none where it needs no program.
    pub fn dump_programs(self) -> &'static [&'static str] {
        match self {
            Dialect::Postgres => &["pg_dump"],
            Dialect::Mariadb => &["mariadb-dump", "mysqldump"],
            Dialect::Mysql => &["mysqldump"],
            Dialect::Sqlite => &[],
        }
    }

    /// The programs that bring one back, the best first.
    pub fn restore_programs(self) -> &'static [&'static str] {
        match self {
            Dialect::Postgres => &["pg_restore"],
            Dialect::Mariadb => &["mariadb", "mysql"],
            Dialect::Mysql => &["mysql"],
            Dialect::Sqlite => &[],
        }
    }

    /// Whether a backup by the database's program is a directory, and no script on its stdout.
    pub fn dumps_directory(self) -> bool {
        self == Dialect::Postgres
    }

    /// What a program says of its version under `--version`.
    pub fn program_version(self, said: &str) -> Option<Version> {
        match self {
            Dialect::Postgres => postgres::programs::version(said),
            Dialect::Mysql | Dialect::Mariadb => mysql::programs::version(said),
            Dialect::Sqlite => None,
        }
    }

    /// Whether a program of this version understands a server that says this of itself.
    pub fn understood_by(self, program: Version, server: &str) -> bool {
        match self {
            Dialect::Postgres => postgres::programs::understands(program, server),
            Dialect::Mysql | Dialect::Mariadb => mysql::programs::understands(program, server),
            Dialect::Sqlite => true,
        }
    }

    /// How the program that makes a backup is called; `out` is the directory that it makes, `jobs` at once.
    pub fn dump_call(self, login: &Login, program: Version, out: &Path, jobs: usize) -> Call {
        match self {
            Dialect::Postgres => postgres::programs::dump(login, out, jobs),
            _ => mysql::programs::dump(login, program),
        }
    }

    /// How the program that brings a backup back is called; it is in `from`, or comes on stdin.
    pub fn restore_call(
        self,
        login: &Login,
        program: Version,
        from: &Path,
        manner: Manner,
    ) -> Call {
        match self {
            Dialect::Postgres => postgres::programs::restore(login, from, manner),
            _ => mysql::programs::restore(login, program),
        }
    }
}

/// The first two numbers of a text such as `15.20 (Debian)` or `10.11.19-MariaDB`.
pub(super) fn numbers(text: &str) -> Option<(u32, u32)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let mut parts = text[..end].split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().and_then(|part| part.parse().ok());
    Some((major, minor.unwrap_or_default()))
}
