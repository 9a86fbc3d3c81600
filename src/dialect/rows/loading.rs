//! What stands around the writing of whole tables: triggers, foreign keys, and the numbers that follow.

use super::kind::{Kind, RowColumn, RowTable};
use crate::dialect::{DbError, DbErrorKind, Dialect, Session, mysql, postgres};
use crate::schema::{Identity, Name, Table};

/// What is off while rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loading {
    /// Whether foreign keys are not looked at row by row, so that the order of tables does not matter.
    /// [`Session::check_references`] looks at them then.
    pub references_off: bool,
}

/// Rows whose foreign key leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphans {
    pub table: Name,
    /// The columns of the foreign key.
    pub columns: Vec<String>,
    pub references: Name,
    /// The columns that they lead to.
    pub referenced: Vec<String>,
    pub rows: u64,
}

impl Session {
    /// Makes the session strict, and takes foreign keys and ordinary triggers out of the way where that is allowed.
    /// Comes before the transaction. [`Session::hold_triggers`] takes away those that still fire.
    ///
    /// # Errors
    /// What the database says, but for a missing privilege.
    pub async fn prepare_writing(&mut self) -> Result<Loading, DbError> {
        match self.dialect() {
            Dialect::Postgres => {
                self.run(postgres::rows::WRITING).await?;
                let off = match self.run("SET session_replication_role = replica").await {
                    Ok(_) => true,
                    Err(error) if error.kind == DbErrorKind::Privilege => false,
                    Err(error) => return Err(error),
                };
                Ok(Loading {
                    references_off: off,
                })
            }
            Dialect::Mysql | Dialect::Mariadb => {
                self.run(mysql::rows::WRITING).await?;
                Ok(Loading {
                    references_off: true,
                })
            }
            Dialect::Sqlite => {
                self.run("PRAGMA foreign_keys = OFF").await?;
                Ok(Loading {
                    references_off: true,
                })
            }
        }
    }

    /// Puts back what [`Session::prepare_writing`] took out of the way. Comes after the transaction.
    ///
    /// # Errors
    /// What the database says.
    pub async fn end_writing(&mut self, loading: Loading) -> Result<(), DbError> {
        let sql = match self.dialect() {
            Dialect::Postgres if loading.references_off => "SET session_replication_role = origin",
            Dialect::Postgres => return Ok(()),
            Dialect::Mysql | Dialect::Mariadb => "SET SESSION foreign_key_checks = 1",
            Dialect::Sqlite => "PRAGMA foreign_keys = ON",
        };
        self.run(sql).await.map(drop)
    }

    /// Takes the triggers of a table that would fire in this session away for the rest of the transaction; gives the
    /// statements that bring them back, as they were, before its end. `Err` is the name of one that cannot be taken away.
    ///
    /// # Errors
    /// What the database says.
    pub async fn hold_triggers(
        &mut self,
        table: &Name,
    ) -> Result<Result<Vec<String>, String>, DbError> {
        let dialect = self.dialect();
        let quoted = dialect.quote_name(table);
        match dialect {
            Dialect::Postgres => {
                let of = dialect.literal(&quoted);
                let rows = self
                    .query(&format!(
                        "SELECT tgname, CASE tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END \
                         FROM pg_trigger WHERE tgrelid = {of}::regclass AND NOT tgisinternal AND tgenabled IN \
                         ('A', CASE current_setting('session_replication_role') WHEN 'replica' THEN 'R' ELSE 'O' END)"
                    ))
                    .await?;
                let mut restore = Vec::new();
                for row in rows {
                    let name = dialect.quote(row.text_or_empty(0));
                    self.run(&format!("ALTER TABLE {quoted} DISABLE TRIGGER {name}"))
                        .await?;
                    let how = row.text_or_empty(1);
                    restore.push(format!("ALTER TABLE {quoted} ENABLE {how}TRIGGER {name}"));
                }
                Ok(Ok(restore))
            }
            Dialect::Mysql | Dialect::Mariadb => {
                let of = dialect.literal(&table.name);
                let rows = self
                    .query(&format!(
                        "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS \
                         WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = {of}"
                    ))
                    .await?;
                Ok(match rows.first() {
                    None => Ok(Vec::new()),
                    Some(row) => Err(row.text_or_empty(0).to_owned()),
                })
            }
            Dialect::Sqlite => {
                let of = dialect.literal(&table.name);
                let rows = self
                    .query(&format!(
                        "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' \
                         AND lower(tbl_name) = lower({of})"
                    ))
                    .await?;
                let mut restore = Vec::new();
                for row in rows {
                    let name = dialect.quote(row.text_or_empty(0));
                    self.run(&format!("DROP TRIGGER {name}")).await?;
                    restore.push(row.text_or_empty(1).to_owned());
                }
                Ok(Ok(restore))
            }
        }
    }

    /// Whether a table has rows.
    ///
    /// # Errors
    /// What the database says.
    pub async fn holds_rows(&mut self, table: &Name) -> Result<bool, DbError> {
        let name = self.dialect().quote_name(table);
        let rows = self.query(&format!("SELECT 1 FROM {name} LIMIT 1")).await?;
        Ok(!rows.is_empty())
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// What the database says.
    pub async fn count_rows(&mut self, table: &RowTable) -> Result<u64, DbError> {
        let rows = self
            .query(&format!("SELECT count(*) FROM {}", table.place()))
            .await?;
        let rows = rows.first().and_then(|row| row.integer(0));
        Ok(rows.unwrap_or_default().unsigned_abs())
    }

    /// Removes all rows of a table; returns how many they were.
    ///
    /// # Errors
    /// What the database says.
    pub async fn remove_rows(&mut self, table: &RowTable) -> Result<u64, DbError> {
        self.run(&format!("DELETE FROM {}", table.place())).await
    }

    /// The foreign keys of these tables that do not hold.
    ///
    /// # Errors
    /// What the database says.
    pub async fn check_references(&mut self, tables: &[&Table]) -> Result<Vec<Orphans>, DbError> {
        let dialect = self.dialect();
        let mut found = Vec::new();
        for table in tables {
            for key in table.foreign_keys.iter().filter(|key| !key.not_enforced) {
                let pairs = key.columns.iter().zip(&key.referenced_columns);
                let pairs = pairs.map(|(one, other)| (dialect.quote(one), dialect.quote(other)));
                let (set, equal): (Vec<_>, Vec<_>) = pairs
                    .map(|(one, other)| {
                        (
                            format!("c.{one} IS NOT NULL"),
                            format!("p.{other} = c.{one}"),
                        )
                    })
                    .unzip();
                let sql = format!(
                    "SELECT count(*) FROM {} AS c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS p WHERE {})",
                    dialect.quote_name(&table.name),
                    set.join(" AND "),
                    dialect.quote_name(&key.references),
                    equal.join(" AND "),
                );
                let rows = self.query(&sql).await?;
                let rows = rows
                    .first()
                    .and_then(|row| row.integer(0))
                    .unwrap_or_default();
                if rows > 0 {
                    found.push(Orphans {
                        table: table.name.clone(),
                        columns: key.columns.clone(),
                        references: key.references.clone(),
                        referenced: key.referenced_columns.clone(),
                        rows: rows.unsigned_abs(),
                    });
                }
            }
        }
        Ok(found)
    }

    /// Sets the sequences of a table's columns behind their highest value. MySQL and SQLite do so by themselves.
    ///
    /// # Errors
    /// What the database says.
    pub async fn settle_numbers(&mut self, table: &Table) -> Result<(), DbError> {
        if self.dialect() != Dialect::Postgres {
            return Ok(());
        }
        let name = Dialect::Postgres.quote_name(&table.name);
        for column in &table.columns {
            if !matches!(
                column.identity,
                Some(Identity::Serial { .. } | Identity::Generated { .. })
            ) {
                continue;
            }
            let asked = format!(
                "SELECT pg_get_serial_sequence({}, {})",
                Dialect::Postgres.literal(&name),
                Dialect::Postgres.literal(&column.name)
            );
            let rows = self.query(&asked).await?;
            let Some(sequence) = rows.first().and_then(|row| row.text(0)) else {
                continue;
            };
            let of = Dialect::Postgres.quote(&column.name);
            let literal = Dialect::Postgres.literal(sequence);
            self.query(&format!(
                "SELECT setval({literal}, greatest(highest, last_value), highest >= 1 OR is_called) \
                 FROM {sequence}, (SELECT coalesce(max({of}), 0) AS highest FROM {name}) AS t"
            ))
            .await?;
        }
        Ok(())
    }
}

impl Dialect {
    /// Which columns are compared by a collation to which two texts can be one; `None` where texts are compared by
    /// their bytes.
    pub fn collating_keys(self) -> Option<fn(&RowColumn) -> bool> {
        match self {
            Dialect::Postgres | Dialect::Sqlite => None,
            Dialect::Mysql | Dialect::Mariadb => {
                Some(|column| matches!(column.kind, Kind::Text { .. }))
            }
        }
    }
}
