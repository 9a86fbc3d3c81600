//! Reading a table: chunks of rows, one after the other, with no more than a few in memory.

use std::collections::BTreeMap;
use std::pin::Pin;

use futures_util::{Stream, StreamExt as _};

use super::kind::RowTable;
use super::{CHUNK_BYTES, Chunk, RowsError};
use crate::dialect::session::Waiting;
use crate::dialect::sqlite::rows::Reading;
use crate::dialect::{DbError, Dialect, Session, mysql, postgres};
use crate::schema::Name;

/// Rows as they come from a driver: some bytes, and whether they end a row.
pub(in crate::dialect) type Rows<'s> =
    Pin<Box<dyn Stream<Item = Result<bytes::Bytes, sqlx::Error>> + Send + 's>>;

/// The rows of one table, read as they are asked for. Dropping it stops the reading.
pub struct RowReader<'s> {
    inner: Inner<'s>,
}

enum Inner<'s> {
    /// A server's stream, and what looks after its connection.
    Server(Rows<'s>, Waiting<'s>),
    File(Reading<'s>),
}

impl Session {
    /// Sets how values are spelt, and that no row is left out in silence: once before reading.
    ///
    /// # Errors
    /// What the server says.
    pub async fn prepare_reading(&mut self) -> Result<(), DbError> {
        let sql = match self.dialect() {
            Dialect::Postgres => postgres::rows::READING,
            Dialect::Mysql | Dialect::Mariadb => mysql::rows::READING,
            Dialect::Sqlite => return Ok(()),
        };
        self.run(sql).await.map(drop)
    }

    /// Begins a transaction in which all that is read is of one moment, and nothing can be written.
    ///
    /// `join` is the name of another session's snapshot, whose moment it is then. Returns the name by which other
    /// sessions can join this one, where the database has such.
    ///
    /// # Errors
    /// What the server says.
    pub async fn begin_snapshot(&mut self, join: Option<&str>) -> Result<Option<String>, DbError> {
        match self.dialect() {
            Dialect::Postgres => {
                self.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?;
                if let Some(name) = join {
                    let name = Dialect::Postgres.literal(name);
                    self.run(&format!("SET TRANSACTION SNAPSHOT {name}"))
                        .await?;
                    return Ok(None);
                }
                match self.query("SELECT pg_is_in_recovery()").await? {
                    // A standby exports none.
                    rows if rows.first().is_some_and(|row| row.truth(0)) => Ok(None),
                    _ => {
                        let rows = self.query("SELECT pg_export_snapshot()").await?;
                        Ok(rows.first().and_then(|row| row.text(0)).map(str::to_owned))
                    }
                }
            }
            Dialect::Mysql | Dialect::Mariadb => {
                self.run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                    .await?;
                self.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
                    .await?;
                Ok(None)
            }
            Dialect::Sqlite => {
                // The first read takes the lock.
                self.run("BEGIN").await?;
                self.query("SELECT count(*) FROM sqlite_schema").await?;
                Ok(None)
            }
        }
    }

    /// How many bytes each table of this database takes, as far as the server knows without looking; empty where it
    /// keeps no count.
    ///
    /// # Errors
    /// What the server says.
    pub async fn table_bytes(&mut self) -> Result<BTreeMap<Name, u64>, DbError> {
        let sql = match self.dialect() {
            Dialect::Postgres => postgres::rows::TABLE_BYTES,
            Dialect::Mysql | Dialect::Mariadb => mysql::rows::TABLE_BYTES,
            Dialect::Sqlite => return Ok(BTreeMap::new()),
        };
        let rows = self.query(sql).await?;
        Ok(rows
            .iter()
            .map(|row| {
                let name = Name {
                    namespace: row.text(0).map(str::to_owned),
                    name: row.text_or_empty(1).to_owned(),
                };
                let bytes = row.integer(2).unwrap_or_default();
                (name, bytes.max(0).cast_unsigned())
            })
            .collect())
    }

    /// Reads the rows of a table, in no particular order. [`Session::prepare_reading`] comes before it.
    ///
    /// # Errors
    /// What the database says.
    pub async fn read_rows<'s>(&'s mut self, table: &RowTable) -> Result<RowReader<'s>, RowsError> {
        self.read_rows_where(table, "").await
    }

    /// The same of those rows alone that `among` names, a WHERE clause.
    pub(super) async fn read_rows_where<'s>(
        &'s mut self,
        table: &RowTable,
        among: &str,
    ) -> Result<RowReader<'s>, RowsError> {
        let inner = match self.dialect() {
            Dialect::Postgres => {
                let (connection, waiting) = self.postgres().await?;
                let stream = postgres::rows::read(connection, table, among).await?;
                Inner::Server(stream, waiting)
            }
            Dialect::Mysql | Dialect::Mariadb => {
                let (connection, waiting) = self.mysql().await?;
                Inner::Server(mysql::rows::read(connection, table, among), waiting)
            }
            Dialect::Sqlite => Inner::File(Reading::begin(self.sqlite_slot().await?, table, among)),
        };
        Ok(RowReader { inner })
    }
}

impl RowReader<'_> {
    /// The next rows; `None` after the last.
    ///
    /// # Errors
    /// What the database says.
    pub async fn next(&mut self) -> Result<Option<Chunk>, RowsError> {
        match &mut self.inner {
            Inner::File(reading) => reading.next().await,
            Inner::Server(stream, waiting) => {
                let gathered = waiting.wait(gather(stream)).await;
                gathered
                    .map(|bytes| bytes.map(Chunk::of))
                    .map_err(|error| DbError::of_statement(&error).into())
            }
        }
    }
}

/// So many rows as make a chunk.
async fn gather(stream: &mut Rows<'_>) -> Result<Option<bytes::Bytes>, sqlx::Error> {
    let mut gathered = Vec::new();
    while let Some(bytes) = stream.next().await {
        let bytes = bytes?;
        let ends = bytes.last() == Some(&b'\n');
        // A large row is not copied once more.
        if gathered.is_empty() && ends && bytes.len() >= CHUNK_BYTES {
            return Ok(Some(bytes));
        }
        if gathered.is_empty() {
            gathered.reserve(CHUNK_BYTES + CHUNK_BYTES / 16);
        }
        gathered.extend_from_slice(&bytes);
        if ends && gathered.len() >= CHUNK_BYTES {
            break;
        }
    }
    Ok((!gathered.is_empty()).then(|| gathered.into()))
}
