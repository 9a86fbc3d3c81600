//! Rows that replace those of the same key: they wait in a temporary table and are merged from there, by that key
//! alone. So a row that collides with another one by another key is refused, and what arrived can be read back.

use super::RowReader;
use super::RowsError;
use super::kind::RowTable;
use crate::dialect::{DbError, Dialect, Session, mysql, postgres, sqlite};
use crate::schema::Name;

/// What the statements of a merge are made of, each name quoted.
pub(in crate::dialect) struct Merging {
    pub(in crate::dialect) into: String,
    pub(in crate::dialect) stage: String,
    pub(in crate::dialect) columns: Vec<String>,
    pub(in crate::dialect) key: Vec<String>,
}

impl Merging {
    /// The columns that are not the key's.
    pub(in crate::dialect) fn changed(&self) -> impl Iterator<Item = &String> {
        self.columns.iter().filter(|it| !self.key.contains(it))
    }

    /// `ON CONFLICT (…) DO …`, as PostgreSQL and SQLite both say it.
    pub(in crate::dialect) fn on_conflict(&self) -> String {
        let changed: Vec<String> = self
            .changed()
            .map(|name| format!("{name} = excluded.{name}"))
            .collect();
        let action = match changed.is_empty() {
            true => "NOTHING".to_owned(),
            false => format!("UPDATE SET {}", changed.join(", ")),
        };
        format!("ON CONFLICT ({}) DO {action}", self.key.join(", "))
    }
}

/// Where rows wait, and what brings them from there into their table.
pub(super) struct Staged {
    pub(super) table: RowTable,
    pub(super) merge: Vec<String>,
}

fn stage(dialect: Dialect) -> Name {
    const STAGE: &str = "piton_stage";
    match dialect {
        Dialect::Postgres => Name::within("pg_temp", STAGE),
        Dialect::Mysql | Dialect::Mariadb => Name::new(STAGE),
        Dialect::Sqlite => Name::within("temp", STAGE),
    }
}

impl Session {
    /// Makes the table in which rows for `target` wait.
    pub(super) async fn stage(
        &mut self,
        target: &RowTable,
        key: &[String],
    ) -> Result<Staged, DbError> {
        let dialect = self.dialect();
        let quoted = |names: &mut dyn Iterator<Item = &String>| {
            names.map(|name| dialect.quote(name)).collect::<Vec<_>>()
        };
        let name = stage(dialect);
        let merging = Merging {
            into: dialect.quote_name(&target.name),
            stage: dialect.quote_name(&name),
            columns: quoted(&mut target.columns.iter().map(|column| &column.name)),
            key: quoted(&mut key.iter()),
        };
        self.drop_stage().await?;
        let of = format!(
            "SELECT {} FROM {}",
            merging.columns.join(", "),
            merging.into
        );
        let (make, merge) = match dialect {
            Dialect::Postgres => postgres::rows::staged(&merging, &of),
            Dialect::Mysql | Dialect::Mariadb => mysql::rows::staged(&merging, &of),
            Dialect::Sqlite => sqlite::rows::staged(&merging, &of),
        };
        self.run(&make).await?;
        let table = RowTable {
            name,
            ..target.clone()
        };
        Ok(Staged { table, merge })
    }

    /// Reads the rows of a table that were merged into it just now, by the key that they were merged by.
    ///
    /// # Errors
    /// What the database says.
    pub async fn read_merged<'s>(
        &'s mut self,
        table: &RowTable,
        key: &[String],
    ) -> Result<RowReader<'s>, RowsError> {
        let dialect = self.dialect();
        let key: Vec<String> = key.iter().map(|name| dialect.quote(name)).collect();
        let key = key.join(", ");
        let stage = dialect.quote_name(&stage(dialect));
        let among = format!(" WHERE ({key}) IN (SELECT {key} FROM {stage})");
        self.read_rows_where(table, &among).await
    }

    /// Removes what was merged from; nothing is done where nothing was.
    ///
    /// # Errors
    /// What the database says.
    pub async fn drop_stage(&mut self) -> Result<(), DbError> {
        let dialect = self.dialect();
        let word = match dialect {
            // Any other DROP would end the transaction there.
            Dialect::Mysql | Dialect::Mariadb => "TEMPORARY TABLE",
            Dialect::Postgres | Dialect::Sqlite => "TABLE",
        };
        let stage = dialect.quote_name(&stage(dialect));
        self.run(&format!("DROP {word} IF EXISTS {stage}"))
            .await
            .map(drop)
    }
}
