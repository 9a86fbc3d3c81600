//! What one database knows of its own: the only place that matches on the database's kind.

pub mod mysql;
pub mod postgres;
pub mod sqlite;

/// How a backend speaks. MariaDB is told from MySQL because sections and types may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    Postgres,
    Mysql,
    Mariadb,
    Sqlite,
}
