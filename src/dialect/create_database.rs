//! Making a database, from another one of the same server.

use super::Dialect;

impl Dialect {
    /// A database that is there on every server and in which one can ask for another; empty where
    /// a connection needs none.
    pub fn maintenance_database(self) -> &'static str {
        match self {
            Dialect::Postgres => "postgres",
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => "",
        }
    }

    pub fn create_database(self, name: &str) -> String {
        let name = self.quote(name);
        match self {
            Dialect::Mysql | Dialect::Mariadb => {
                format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")
            }
            Dialect::Postgres | Dialect::Sqlite => format!("CREATE DATABASE {name}"),
        }
    }

    /// A row of nothing but defaults.
    pub fn insert_defaults(self, quoted_table: &str) -> String {
        match self {
            Dialect::Mysql | Dialect::Mariadb => format!("INSERT INTO {quoted_table} () VALUES ()"),
            Dialect::Postgres | Dialect::Sqlite => {
                format!("INSERT INTO {quoted_table} DEFAULT VALUES")
            }
        }
    }

    /// What stands between DROP and the name of a temporary table, so that no other can be meant.
    pub fn temporary_table(self) -> &'static str {
        match self {
            Dialect::Mysql | Dialect::Mariadb => "TEMPORARY TABLE",
            Dialect::Postgres | Dialect::Sqlite => "TABLE",
        }
    }
}
