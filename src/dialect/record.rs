//! How a dialect keeps the history table and the journal.
//!
//! `seaql_migrations` is made exactly as sea-orm-migration makes it, so that either can go on where the
//! other stopped.

use super::{DbError, Dialect, Session, mysql, postgres, sqlite};

/// The name of the history table: sea-orm-migration's own.
pub const HISTORY_TABLE: &str = "seaql_migrations";
/// The name of the journal.
pub const JOURNAL_TABLE: &str = "piton_journal";

/// What a dialect's SQL for our own two tables is made of.
#[derive(Clone, Copy, Debug)]
pub struct RecordSyntax {
    /// The columns of the history table, as sea-orm-migration has them.
    pub history_columns: &'static str,
    pub journal_columns: &'static str,
    /// Now, by the server's clock, as the journal's columns want it.
    pub now: &'static str,
    /// Now less so many milliseconds: `{ms}` stands for the number.
    pub before_now: &'static str,
    /// Now as seconds since 1970.
    pub epoch: &'static str,
    /// A column of the journal as ISO 8601 in UTC: `{column}` stands for it.
    pub iso: &'static str,
    /// Who is logged in.
    pub user: &'static str,
}

impl Dialect {
    pub fn record(self) -> &'static RecordSyntax {
        match self {
            Dialect::Postgres => &postgres::record::SYNTAX,
            Dialect::Mysql | Dialect::Mariadb => &mysql::record::SYNTAX,
            Dialect::Sqlite => &sqlite::record::SYNTAX,
        }
    }
}

/// Which database and namespace a session stands in, and what is there already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    pub database: String,
    /// The namespace in which an unqualified name is made; `None`: the session has none.
    pub namespace: Option<String>,
    pub has_history: bool,
    pub has_journal: bool,
    /// The tables beside our own two, namespace and name.
    pub tables: Vec<crate::schema::Name>,
}

impl Session {
    /// One look at where the session stands.
    ///
    /// # Errors
    /// What the server says.
    pub async fn surroundings(&mut self) -> Result<Surroundings, DbError> {
        let sql = match self.dialect() {
            Dialect::Postgres => postgres::record::SURROUNDINGS,
            Dialect::Mysql | Dialect::Mariadb => mysql::record::SURROUNDINGS,
            Dialect::Sqlite => sqlite::record::SURROUNDINGS,
        };
        let rows = self.query(sql).await?;
        let mut found = Surroundings {
            database: String::new(),
            namespace: None,
            has_history: false,
            has_journal: false,
            tables: Vec::new(),
        };
        // The first row tells where we are; each of the others is a table: namespace, name.
        for (i, row) in rows.iter().enumerate() {
            if i == 0 {
                found.database = row.text_or_empty(0).to_owned();
                found.namespace = row.text(1).map(str::to_owned);
                continue;
            }
            let (namespace, table) = (row.text(0), row.text_or_empty(1));
            let ours = namespace == found.namespace.as_deref();
            match table {
                HISTORY_TABLE if ours => found.has_history = true,
                JOURNAL_TABLE if ours => found.has_journal = true,
                _ => found.tables.push(crate::schema::Name {
                    namespace: namespace.filter(|_| !ours).map(str::to_owned),
                    name: table.to_owned(),
                }),
            }
        }
        Ok(found)
    }
}
