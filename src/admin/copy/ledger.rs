//! How far a copy into a database has come, kept there until all is copied.
//!
//! Of each table it has the checksum of the rows that this copy found there, or put there. Rows make room only as long
//! as they are exactly those: whatever somebody else has put in since is kept, and said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::CopyError;
use crate::dialect::rows::Checksum;
use crate::dialect::{DbError, Session};
use crate::schema::{Name, Schema};

/// The table that says how far a copy has come, as long as it has not ended.
pub const LEDGER_TABLE: &str = "piton_copy";

/// What becomes of rows that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// There are none but those that make room.
    Plain,
    /// Those of the same key are replaced.
    Upsert,
}

/// What is known of a table's rows in the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// They were there before.
    Begun(Checksum),
    /// This copy put them there.
    Copied(Checksum),
}

impl Known {
    pub fn checksum(&self) -> &Checksum {
        match self {
            Known::Begun(checksum) | Known::Copied(checksum) => checksum,
        }
    }

    fn text(&self) -> String {
        match self {
            Known::Begun(checksum) => format!("begun {checksum}"),
            Known::Copied(checksum) => format!("copied {checksum}"),
        }
    }

    fn read(text: &str) -> Option<Known> {
        let (word, checksum) = text.split_once(' ')?;
        let checksum = checksum.parse().ok()?;
        match word {
            "begun" => Some(Known::Begun(checksum)),
            "copied" => Some(Known::Copied(checksum)),
            _ => None,
        }
    }
}

/// What is copied, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Errand {
    /// The database that is copied, for a person.
    pub source: String,
    pub mode: Mode,
}

/// How far a copy into one database has come.
#[derive(Clone, Debug)]
pub struct Ledger {
    errand: Errand,
    /// Tables that are being made from the source's.
    making: Vec<Name>,
    tables: BTreeMap<String, Known>,
    /// Whether its table is in the target, and says whose copy it is.
    is_there: bool,
    is_named: bool,
}

const ERRAND: &str = "copy";
const MAKING: &str = "making";
const TABLE: &str = "table:";

impl Ledger {
    /// Reads how far an earlier copy of the same kind came; `target` is what the target has.
    ///
    /// # Errors
    /// [`CopyError::Another`] where it was a copy of something else, or made room in another way.
    pub async fn read(
        session: &mut Session,
        target: &Schema,
        errand: Errand,
    ) -> Result<Ledger, CopyError> {
        let mut ledger = Ledger {
            errand,
            making: Vec::new(),
            tables: BTreeMap::new(),
            is_there: false,
            is_named: false,
        };
        let mut there = target.tables.iter();
        let Some(table) = there.find(|table| table.name == Name::new(LEDGER_TABLE)) else {
            return Ok(ledger);
        };
        let unknown = || CopyError::Another { before: None };
        if !table.columns.iter().any(|column| column.name == "item") {
            return Err(unknown());
        }
        ledger.is_there = true;
        let sql = format!("SELECT item, value FROM {}", name(session));
        for row in session.query(&sql).await? {
            let value = row.text_or_empty(1);
            match row.text_or_empty(0) {
                ERRAND => {
                    let before: Errand = serde_json::from_str(value).map_err(|_| unknown())?;
                    if before != ledger.errand {
                        return Err(CopyError::Another {
                            before: Some(before),
                        });
                    }
                    ledger.is_named = true;
                }
                MAKING => {
                    let names: Vec<(Option<String>, String)> =
                        serde_json::from_str(value).map_err(|_| unknown())?;
                    let names = names.into_iter();
                    ledger.making = names
                        .map(|(namespace, name)| Name { namespace, name })
                        .collect();
                }
                item => {
                    let table = item.strip_prefix(TABLE).ok_or_else(unknown)?;
                    let known = Known::read(value).ok_or_else(unknown)?;
                    ledger.tables.insert(table.to_owned(), known);
                }
            }
        }
        Ok(ledger)
    }

    pub fn mode(&self) -> Mode {
        self.errand.mode
    }

    /// What is known of a table; `None` where this copy has not begun it.
    pub fn known(&self, table: &str) -> Option<&Known> {
        self.tables.get(table)
    }

    /// The tables that were begun and are not copied.
    pub fn unfinished(&self) -> Vec<&str> {
        let begun = self
            .tables
            .iter()
            .filter(|it| matches!(it.1, Known::Begun(_)));
        begun.map(|(table, _)| table.as_str()).collect()
    }

    /// The tables that an earlier run began to make from the source's, and did not end.
    pub fn making(&self) -> &[Name] {
        &self.making
    }

    /// Writes down which tables are about to be made; none, when they are.
    ///
    /// # Errors
    /// What the database says.
    pub async fn make(&mut self, session: &mut Session, tables: Vec<Name>) -> Result<(), DbError> {
        self.keep(session).await?;
        let names: Vec<_> = tables.iter().map(|it| (&it.namespace, &it.name)).collect();
        let value = serde_json::to_string(&names).expect("names are plain data");
        let remove = format!("DELETE FROM {} WHERE item = '{MAKING}'", name(session));
        session.run(&remove).await?;
        if !tables.is_empty() {
            let insert = insert(session, &[(MAKING.to_owned(), value)]);
            session.run(&insert).await?;
        }
        self.making = tables;
        Ok(())
    }

    /// Writes down which tables are about to be copied, with the rows that they have before.
    ///
    /// # Errors
    /// What the database says.
    pub async fn begin(
        &mut self,
        session: &mut Session,
        tables: Vec<(String, Checksum)>,
    ) -> Result<(), DbError> {
        self.keep(session).await?;
        if tables.is_empty() {
            return Ok(());
        }
        let items: Vec<_> = tables
            .iter()
            .map(|(table, rows)| (format!("{TABLE}{table}"), Known::Begun(*rows).text()))
            .collect();
        let insert = insert(session, &items);
        session.run(&insert).await?;
        let begun = tables.into_iter();
        self.tables
            .extend(begun.map(|(table, rows)| (table, Known::Begun(rows))));
        Ok(())
    }

    /// The statement that says that a table is copied, for the transaction of its rows.
    pub fn record(session: &Session, table: &str, rows: &Checksum) -> String {
        let dialect = session.dialect();
        format!(
            "UPDATE {} SET value = {} WHERE item = {}",
            name(session),
            dialect.literal(&Known::Copied(*rows).text()),
            dialect.literal(&format!("{TABLE}{table}"))
        )
    }

    /// Notes that a table is copied, after that transaction.
    pub fn copied(&mut self, table: &str, rows: Checksum) {
        self.tables.insert(table.to_owned(), Known::Copied(rows));
    }

    /// Forgets all of it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn close(self, session: &mut Session) -> Result<(), DbError> {
        match self.is_there {
            true => session
                .run(&format!("DROP TABLE {}", name(session)))
                .await
                .map(drop),
            false => Ok(()),
        }
    }

    /// Makes the table, where it is not there, and says in it whose copy it is.
    async fn keep(&mut self, session: &mut Session) -> Result<(), DbError> {
        let table = name(session);
        let columns = session.dialect().record().item_columns;
        if !self.is_there {
            session
                .run(&format!("CREATE TABLE IF NOT EXISTS {table} ({columns})"))
                .await?;
            self.is_there = true;
        }
        // One that was killed before it said so has done nothing yet.
        if !self.is_named {
            let value = serde_json::to_string(&self.errand).expect("an errand is plain data");
            let insert = insert(session, &[(ERRAND.to_owned(), value)]);
            session.run(&insert).await?;
            self.is_named = true;
        }
        Ok(())
    }
}

fn insert(session: &Session, items: &[(String, String)]) -> String {
    let dialect = session.dialect();
    let rows: Vec<String> = items
        .iter()
        .map(|(item, value)| format!("({}, {})", dialect.literal(item), dialect.literal(value)))
        .collect();
    format!(
        "INSERT INTO {} (item, value) VALUES {}",
        name(session),
        rows.join(", ")
    )
}

fn name(session: &Session) -> String {
    session.dialect().quote(LEDGER_TABLE)
}
