//! Old rows, counted and removed a batch at a time.

use super::{DbError, Dialect, Session, mysql, postgres, sqlite};
use crate::schema::Name;

/// Of which table rows are removed, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    pub table: Name,
    /// Whether the table's rows are its partitions'. Else those of tables that inherit from it are none of its own.
    pub partitioned: bool,
    /// What says how old a row is.
    pub column: String,
    /// The primary key's columns; none where there is no such key.
    pub key: Vec<String>,
    /// The foreign keys that refer to the table, to a partition of it, or to what it is a partition of.
    pub referrers: Vec<Referrer>,
}

/// A foreign key, as seen from the table that it refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referrer {
    pub table: Name,
    pub columns: Vec<String>,
    pub referenced: Vec<String>,
}

/// What came of one batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Rows that were found old.
    pub seen: u64,
    pub removed: u64,
}

/// Whether values of a type are moments that can be compared with the server's clock.
pub fn is_moment(dialect: Dialect, data_type: &str) -> bool {
    let kind = data_type.to_ascii_lowercase();
    match dialect {
        Dialect::Postgres => kind == "date" || kind.starts_with("timestamp"),
        Dialect::Mysql | Dialect::Mariadb => ["date", "datetime", "timestamp"]
            .iter()
            .any(|one| kind.starts_with(one)),
        // SQLite has no type for them: they are texts that its date functions read.
        Dialect::Sqlite => ["date", "time", "char", "text"]
            .iter()
            .any(|one| kind.contains(one)),
    }
}

impl Dialect {
    /// The table's own rows, after FROM.
    fn own_rows(self, removal: &Removal) -> String {
        let table = self.quote_name(&removal.table);
        match self {
            Dialect::Postgres if !removal.partitioned => format!("ONLY {table}"),
            _ => table,
        }
    }

    /// True of rows of the removal that are older than the moment.
    fn older(self, removal: &Removal, cutoff: &str) -> String {
        let column = self.quote(&removal.column);
        let moment = self.literal(cutoff);
        match self {
            // Whatever form an application has written.
            Dialect::Sqlite => format!("julianday({column}) < julianday({moment})"),
            _ => format!("{column} < {moment}"),
        }
    }

    /// True of rows that nobody refers to; empty where nobody can.
    fn unreferred(self, removal: &Removal) -> String {
        let table = self.quote_name(&removal.table);
        let conditions = removal.referrers.iter().map(|referrer| {
            let same: Vec<String> = referrer
                .columns
                .iter()
                .zip(&referrer.referenced)
                .map(|(column, to)| {
                    format!("child.{} = {table}.{}", self.quote(column), self.quote(to))
                })
                .collect();
            let from = self.quote_name(&referrer.table);
            let from = match self {
                // A DELETE may not read its own table there but in a table of its own.
                Dialect::Mysql | Dialect::Mariadb if referrer.table == removal.table => {
                    let columns: Vec<String> =
                        referrer.columns.iter().map(|it| self.quote(it)).collect();
                    format!("(SELECT {} FROM {from})", columns.join(", "))
                }
                _ => from,
            };
            format!(
                " AND NOT EXISTS (SELECT 1 FROM {from} AS child WHERE {})",
                same.join(" AND ")
            )
        });
        conditions.collect()
    }
}

impl Session {
    /// The moment that lies so far back, by the server's clock, as UTC.
    ///
    /// # Errors
    /// What the server says.
    pub async fn cutoff(&mut self, months: u32, seconds: u64) -> Result<String, DbError> {
        let sql = match self.dialect() {
            Dialect::Postgres => postgres::prune::cutoff(months, seconds),
            Dialect::Mysql | Dialect::Mariadb => mysql::prune::cutoff(months, seconds),
            Dialect::Sqlite => sqlite::prune::cutoff(months, seconds),
        };
        let rows = self.query(&sql).await?;
        let moment = rows.first().map(|row| row.text_or_empty(0).to_owned());
        Ok(moment.unwrap_or_default())
    }

    /// How many rows are older and may go, and how many are and stay since others refer to them.
    ///
    /// # Errors
    /// What the server says.
    pub async fn count_old(
        &mut self,
        removal: &Removal,
        cutoff: &str,
    ) -> Result<(u64, u64), DbError> {
        let dialect = self.dialect();
        let (table, older) = (dialect.own_rows(removal), dialect.older(removal, cutoff));
        let unreferred = dialect.unreferred(removal);
        let sql = format!(
            "SELECT count(*), (SELECT count(*) FROM {table} WHERE {older}{unreferred}) FROM {table} WHERE {older}"
        );
        let rows = self.query(&sql).await?;
        let number = |i| {
            let found = rows.first().and_then(|row| row.integer(i));
            found.unwrap_or_default().max(0).cast_unsigned()
        };
        Ok((number(1), number(0).saturating_sub(number(1))))
    }

    /// The foreign keys to tables of this database that stand in others, as far as the role may see them: each with
    /// the table that it refers to.
    ///
    /// # Errors
    /// What the server says.
    pub async fn referrers_elsewhere(&mut self) -> Result<Vec<(Name, Referrer)>, DbError> {
        match self.dialect() {
            Dialect::Mysql | Dialect::Mariadb => mysql::prune::referrers_elsewhere(self).await,
            // A foreign key of theirs never leaves its database.
            Dialect::Postgres | Dialect::Sqlite => Ok(Vec::new()),
        }
    }

    /// Makes the session wait for no lock longer than some seconds.
    ///
    /// # Errors
    /// What the server says.
    pub async fn removes_patiently(&mut self) -> Result<(), DbError> {
        let sql = match self.dialect() {
            Dialect::Postgres => postgres::prune::PATIENCE,
            Dialect::Mysql | Dialect::Mariadb => mysql::prune::PATIENCE,
            // The driver waits for a busy file.
            Dialect::Sqlite => return Ok(()),
        };
        self.run(sql).await.map(drop)
    }

    /// Removes at most `size` old rows that nobody refers to, in a transaction of its own.
    ///
    /// # Errors
    /// What the server says; nothing of the batch is removed then.
    pub async fn remove_batch(
        &mut self,
        removal: &Removal,
        cutoff: &str,
        size: u32,
    ) -> Result<Batch, DbError> {
        let dialect = self.dialect();
        let wanted = Wanted {
            table: dialect.own_rows(removal),
            key: removal.key.iter().map(|name| dialect.quote(name)).collect(),
            column: dialect.quote(&removal.column),
            condition: format!(
                "{}{}",
                dialect.older(removal, cutoff),
                dialect.unreferred(removal)
            ),
            still: dialect.unreferred(removal),
            size,
        };
        match dialect {
            Dialect::Postgres => postgres::prune::remove(self, &wanted).await,
            Dialect::Mysql | Dialect::Mariadb => mysql::prune::remove(self, &wanted).await,
            Dialect::Sqlite => sqlite::prune::remove(self, &wanted).await,
        }
    }
}

/// A batch as SQL: every name is quoted.
pub(crate) struct Wanted {
    pub table: String,
    pub key: Vec<String>,
    pub column: String,
    pub condition: String,
    /// What must still be so when the rows are removed, after `AND`.
    pub still: String,
    pub size: u32,
}
