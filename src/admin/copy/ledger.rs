//! What of a copy is done, in the target itself: written in the transaction of the rows, and gone at the end.

use std::collections::BTreeMap;

use super::CopyError;
use crate::dialect::rows::Checksum;
use crate::dialect::{DbError, Session};
use crate::schema::Schema;

/// The table that says which tables are copied, as long as not all are.
pub const LEDGER_TABLE: &str = "piton_copy";

/// How far a copy into one database has come.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    source: String,
    done: BTreeMap<String, Checksum>,
    begun: bool,
}

impl Ledger {
    /// Reads how far an earlier copy from `source` came.
    ///
    /// # Errors
    /// [`CopyError::Another`] where it was a copy of something else.
    pub async fn read(
        session: &mut Session,
        target: &Schema,
        source: &str,
    ) -> Result<Ledger, CopyError> {
        let mut ledger = Ledger {
            source: source.to_owned(),
            done: BTreeMap::new(),
            begun: target
                .tables
                .iter()
                .any(|table| table.name.name == LEDGER_TABLE),
        };
        if !ledger.begun {
            return Ok(ledger);
        }
        let sql = format!("SELECT source, table_name, checksum FROM {LEDGER_TABLE}");
        for row in session.query(&sql).await? {
            if row.text_or_empty(0) != source {
                return Err(CopyError::Another {
                    from: row.text_or_empty(0).to_owned(),
                });
            }
            if let Ok(checksum) = row.text_or_empty(2).parse() {
                ledger
                    .done
                    .insert(row.text_or_empty(1).to_owned(), checksum);
            }
        }
        Ok(ledger)
    }

    /// Whether a copy was begun: then whatever rows there are came by it, or by the history.
    pub fn is_begun(&self) -> bool {
        self.begun
    }

    /// Says whose copy it is, before any row is copied.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin(&mut self, session: &mut Session) -> Result<(), DbError> {
        if self.begun {
            return Ok(());
        }
        session
            .run(&format!(
                "CREATE TABLE {LEDGER_TABLE} (source varchar(500) NOT NULL, \
                 table_name varchar(300) NOT NULL, checksum varchar(120) NOT NULL)"
            ))
            .await?;
        let sql = self.row(session, "", "");
        session.run(&sql).await?;
        self.begun = true;
        Ok(())
    }

    /// What an earlier copy sent of a table that it finished.
    pub fn done(&self, table: &str) -> Option<&Checksum> {
        self.done.get(table)
    }

    /// The statement that records a table as copied.
    pub fn record(&self, session: &Session, table: &str, checksum: &Checksum) -> String {
        self.row(session, table, &checksum.to_string())
    }

    /// The statement that takes a record back.
    pub fn forget(&self, session: &Session, table: &str) -> String {
        let table = session.dialect().literal(table);
        format!("DELETE FROM {LEDGER_TABLE} WHERE table_name = {table}")
    }

    fn row(&self, session: &Session, table: &str, checksum: &str) -> String {
        let [source, table, checksum] =
            [&self.source, table, checksum].map(|text| session.dialect().literal(text));
        format!(
            "INSERT INTO {LEDGER_TABLE} (source, table_name, checksum) VALUES ({source}, {table}, {checksum})"
        )
    }

    /// Removes it: all is copied.
    ///
    /// # Errors
    /// What the database says.
    pub async fn close(self, session: &mut Session) -> Result<(), DbError> {
        session
            .run(&format!("DROP TABLE {LEDGER_TABLE}"))
            .await
            .map(drop)
    }
}
