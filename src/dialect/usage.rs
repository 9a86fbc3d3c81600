//! What a server counts of its tables, indexes and statements.

use super::{DbError, Dialect, Session, mysql, postgres, sqlite};
use crate::schema::Name;

/// What was counted. What a server does not count, or does not tell this user, is missing and named.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Usage {
    pub tables: Vec<TableUsage>,
    pub indexes: Vec<IndexUsage>,
    /// Since when uses are counted; `None` where it is not known.
    pub since: Option<String>,
    /// The statements that took the most time in all, the heaviest first.
    pub statements: Vec<Heavy>,
    /// The part of the database that holds nothing, of 100, where the database is one file.
    pub empty_percent: Option<u64>,
    /// What could not be told, and what would change that.
    pub unknown: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableUsage {
    pub table: Name,
    pub rows: Option<u64>,
    pub bytes: Option<u64>,
    /// Room of rows that are gone: of 100 rows, or of 100 bytes.
    pub dead_percent: Option<u64>,
    /// Whether its statistics were never made.
    pub unanalysed: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexUsage {
    pub table: Name,
    pub index: String,
    /// How often it was read.
    pub reads: Option<u64>,
    pub bytes: Option<u64>,
}

/// A statement that takes much time in all.
#[derive(Clone, Debug, PartialEq)]
pub struct Heavy {
    /// As the server keeps it, without values and without what may be a secret.
    pub text: String,
    pub calls: u64,
    pub total_ms: f64,
    pub mean_ms: f64,
}

impl Session {
    /// Reads what the server counts. Nothing is written.
    ///
    /// # Errors
    /// What the server says of its catalog; what it does not count is in [`Usage::unknown`].
    pub async fn usage(&mut self) -> Result<Usage, DbError> {
        match self.dialect() {
            Dialect::Postgres => postgres::usage::read(self).await,
            Dialect::Mysql => mysql::usage::read(self, false).await,
            Dialect::Mariadb => mysql::usage::read(self, true).await,
            Dialect::Sqlite => sqlite::usage::read(self).await,
        }
    }
}

impl Dialect {
    /// The statements that make the statistics anew from which the server plans.
    pub fn refresh_statistics(self, tables: &[Name]) -> Vec<String> {
        let each = |verb: &str| {
            let each = tables
                .iter()
                .map(|name| format!("{verb} {}", self.quote_name(name)));
            each.collect()
        };
        match self {
            Dialect::Postgres => each("ANALYZE"),
            Dialect::Mysql | Dialect::Mariadb => each("ANALYZE TABLE"),
            Dialect::Sqlite => vec!["ANALYZE".to_owned()],
        }
    }

    /// The statement that gives room back that gone rows have left, and whether the database goes on meanwhile.
    pub fn give_room_back(self, table: &Name) -> (String, bool) {
        let name = self.quote_name(table);
        match self {
            Dialect::Postgres => (format!("VACUUM (ANALYZE) {name}"), true),
            Dialect::Mysql | Dialect::Mariadb => (format!("OPTIMIZE TABLE {name}"), false),
            Dialect::Sqlite => ("VACUUM".to_owned(), false),
        }
    }

    /// The statement that makes an invalid index anew.
    pub fn rebuild_index(self, table: &Name, index: &str) -> String {
        let name = Name {
            namespace: table.namespace.clone(),
            name: index.to_owned(),
        };
        format!("REINDEX INDEX CONCURRENTLY {}", self.quote_name(&name))
    }

    /// A statement that makes or drops an index, so that nobody who writes is held up.
    pub fn online(self, statement: &str) -> String {
        match self {
            Dialect::Mysql | Dialect::Mariadb
                if statement.starts_with("ALTER TABLE")
                    && (statement.contains(" INDEX ") || statement.contains(" KEY "))
                    && !statement.contains("FULLTEXT")
                    && !statement.contains("SPATIAL") =>
            {
                format!("{statement}, ALGORITHM=INPLACE, LOCK=NONE")
            }
            _ => statement.to_owned(),
        }
    }

    /// Whether the database makes an index for each foreign key by itself.
    pub fn indexes_foreign_keys(self) -> bool {
        matches!(self, Dialect::Mysql | Dialect::Mariadb)
    }

    /// Whether an index is only made without holding writers up where no transaction is open.
    pub fn online_wants_no_transaction(self) -> bool {
        self == Dialect::Postgres
    }
}
