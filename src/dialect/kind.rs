//! Which dialects there are and what they are called.

use sea_orm::DbBackend;
use serde::{Deserialize, Serialize};

/// How a backend speaks. MariaDB is told from MySQL because sections and types may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    Postgres,
    Mysql,
    Mariadb,
    Sqlite,
}

/// A name that no dialect has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown database {0:?}: it is one of postgres, mysql, mariadb, sqlite")]
pub struct UnknownDialect(pub String);

impl Dialect {
    pub const ALL: [Dialect; 4] = [
        Dialect::Postgres,
        Dialect::Mysql,
        Dialect::Mariadb,
        Dialect::Sqlite,
    ];

    /// The name that sections and `--dialect` use.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::Postgres => "postgres",
            Dialect::Mysql => "mysql",
            Dialect::Mariadb => "mariadb",
            Dialect::Sqlite => "sqlite",
        }
    }

    /// The name that a person reads.
    pub fn title(self) -> &'static str {
        match self {
            Dialect::Postgres => "PostgreSQL",
            Dialect::Mysql => "MySQL",
            Dialect::Mariadb => "MariaDB",
            Dialect::Sqlite => "SQLite",
        }
    }

    /// The dialect whose section serves where this one has none of its own.
    pub fn fallback(self) -> Option<Dialect> {
        (self == Dialect::Mariadb).then_some(Dialect::Mysql)
    }

    /// The dialect as far as a URL tells it: MariaDB's is MySQL's.
    pub fn family(self) -> Dialect {
        self.fallback().unwrap_or(self)
    }

    pub fn orm(self) -> DbBackend {
        match self {
            Dialect::Postgres => DbBackend::Postgres,
            Dialect::Mysql | Dialect::Mariadb => DbBackend::MySql,
            Dialect::Sqlite => DbBackend::Sqlite,
        }
    }

    /// Whether a transaction takes DDL back: on MySQL each DDL statement commits by itself.
    pub fn transactional_ddl(self) -> bool {
        !matches!(self, Dialect::Mysql | Dialect::Mariadb)
    }
}

/// What of a table is made faster once its rows are there, and need not be there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AfterRows {
    /// The primary key and unique constraints.
    pub keys: bool,
    pub indexes: bool,
    pub foreign_keys: bool,
}

impl Dialect {
    /// What is made after the rows when many of them come.
    pub fn after_rows(self) -> AfterRows {
        match self {
            Dialect::Postgres => AfterRows {
                keys: true,
                indexes: true,
                foreign_keys: true,
            },
            // A table is its primary key, and numbers itself by an index.
            Dialect::Mysql | Dialect::Mariadb => AfterRows {
                keys: false,
                indexes: false,
                foreign_keys: true,
            },
            // Keys are a part of the table, which would have to be made anew.
            Dialect::Sqlite => AfterRows {
                keys: false,
                indexes: true,
                foreign_keys: false,
            },
        }
    }
}

impl std::fmt::Display for Dialect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Dialect {
    type Err = UnknownDialect;

    /// Takes any of the usual names, in any case: `postgres`, `postgresql` and `pg` are one.
    fn from_str(text: &str) -> Result<Self, UnknownDialect> {
        match text.to_ascii_lowercase().as_str() {
            "postgres" | "postgresql" | "pg" => Ok(Dialect::Postgres),
            "mysql" => Ok(Dialect::Mysql),
            "mariadb" => Ok(Dialect::Mariadb),
            "sqlite" | "sqlite3" => Ok(Dialect::Sqlite),
            _ => Err(UnknownDialect(text.to_owned())),
        }
    }
}
