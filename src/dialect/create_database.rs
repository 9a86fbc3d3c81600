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

    /// A database like another one, as far as what is made in it would show it: `collation` is the other's, by the
    /// answer to [`Dialect::collation_of_database`].
    pub fn create_database_with(self, name: &str, collation: Option<&str>) -> String {
        match (self, collation) {
            // The name of a character set is the first word of its collations'.
            (Dialect::Mysql | Dialect::Mariadb, Some(collation)) => {
                let set = collation.split('_').next().unwrap_or(collation);
                format!(
                    "CREATE DATABASE {} CHARACTER SET {set} COLLATE {collation}",
                    self.quote(name)
                )
            }
            _ => self.create_database(name),
        }
    }

    /// Asks for a database's collation, where tables that say nothing have it from there.
    pub fn collation_of_database(self, name: &str) -> Option<String> {
        match self {
            Dialect::Mysql | Dialect::Mariadb => Some(format!(
                "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {}",
                self.literal(name)
            )),
            Dialect::Postgres | Dialect::Sqlite => None,
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
