//! What a database is told while a backup is made, and while it comes back.

use super::Dialect;
use crate::schema::Name;

impl Dialect {
    /// Settings of the session that makes tables and what looks at them.
    pub fn restoring_settings(self) -> &'static [&'static str] {
        match self {
            // A routine may name what comes after it.
            Dialect::Postgres => &[
                "SET check_function_bodies = off",
                "SET statement_timeout = 0",
            ],
            Dialect::Mysql | Dialect::Mariadb => &[],
            Dialect::Sqlite => &["PRAGMA foreign_keys = OFF"],
        }
    }

    /// The statement that, inside a snapshot, keeps tables from being dropped, altered or emptied by others; `None`
    /// where a snapshot notices that by itself. Emptying is seen by older snapshots on PostgreSQL.
    pub fn hold_tables(self, tables: &[&Name]) -> Option<String> {
        if self != Dialect::Postgres || tables.is_empty() {
            return None;
        }
        let names: Vec<String> = tables.iter().map(|name| self.quote_name(name)).collect();
        Some(format!(
            "LOCK TABLE {} IN ACCESS SHARE MODE",
            names.join(", ")
        ))
    }

    /// Settings of a session that brings rows, each chunk of which can be brought again.
    pub fn loading_settings(self) -> &'static [&'static str] {
        match self {
            Dialect::Postgres => &["SET synchronous_commit = off", "SET statement_timeout = 0"],
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => &[],
        }
    }

    /// The statements that empty tables which nothing refers to.
    pub fn empty_tables(self, tables: &[&Name]) -> Vec<String> {
        let names = tables.iter().map(|name| self.quote_name(name));
        match self {
            Dialect::Postgres if tables.is_empty() => Vec::new(),
            Dialect::Postgres => {
                let names: Vec<String> = names.collect();
                vec![format!("TRUNCATE {}", names.join(", "))]
            }
            Dialect::Mysql | Dialect::Mariadb => {
                names.map(|name| format!("TRUNCATE TABLE {name}")).collect()
            }
            Dialect::Sqlite => names.map(|name| format!("DELETE FROM {name}")).collect(),
        }
    }
}
