//! Rows that come from no database: generated ones, and those of a CSV or JSON file.

mod file;

use crate::dialect::rows::{Checksum, Chunk, Kind, RowColumn, RowTable, RowsError, WriteOptions};
use crate::dialect::{DbError, Session};
use crate::schema::{Name, Schema, Table};

pub use file::{of_csv, of_json};

/// How much is generated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    #[default]
    Small,
    Medium,
    Large,
}

/// The rows of one table, made as they are asked for.
pub struct Rows {
    pub table: String,
    pub columns: Vec<(String, Kind)>,
    /// Each value as PostgreSQL would write it; `None` is NULL.
    pub rows: Box<dyn Iterator<Item = Result<Vec<Option<String>>, SeedError>>>,
}

/// What a project reads from a file of its own.
pub struct Legacy {
    pub rows: Vec<Rows>,
    /// What of the file is not carried, for a person.
    pub notes: Vec<String>,
}

/// How a project reads the text of such a file.
pub type LegacyReader = fn(&str) -> Result<Legacy, SeedError>;

/// What was put into one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    pub table: String,
    pub rows: u64,
    pub bytes: u64,
    pub checksum: Checksum,
}

/// Why rows could not be put in.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("there is no table {0}")]
    NoSuchTable(String),
    #[error("{0} has rows already")]
    NotEmpty(String),
    #[error("{place}: {reason}")]
    Malformed { place: String, reason: String },
    #[error("{rows} rows of {table} refer to nothing in {references}")]
    Orphans {
        table: Name,
        references: Name,
        rows: u64,
    },
    #[error(transparent)]
    Rows(#[from] RowsError),
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Puts rows into the tables of `schema`, all in one transaction.
///
/// With `only_empty` a table that has rows is refused. `told` hears of each table when it begins.
///
/// # Errors
/// What cannot be held, by its name; a table that is not there; foreign keys that do not hold. Nothing was
/// written then.
pub async fn write(
    session: &mut Session,
    schema: &Schema,
    all: Vec<Rows>,
    only_empty: bool,
    told: &dyn Fn(&str),
) -> Result<Vec<Put>, SeedError> {
    session.prepare_reading().await?;
    let loading = session.prepare_writing().await?;
    session.run(session.dialect().begin()).await?;
    let written = in_transaction(session, schema, all, only_empty, told).await;
    match written {
        Ok(written) => {
            session.run("COMMIT").await?;
            session.end_writing(loading).await?;
            for put in &written {
                let named = |table: &&Table| table.name.name == put.table;
                if let Some(table) = schema.tables.iter().find(named) {
                    session.settle_numbers(table).await?;
                }
            }
            Ok(written)
        }
        Err(error) => {
            // Where the connection is gone the server has rolled back by itself.
            drop(session.run("ROLLBACK").await);
            Err(error)
        }
    }
}

async fn in_transaction(
    session: &mut Session,
    schema: &Schema,
    all: Vec<Rows>,
    only_empty: bool,
    told: &dyn Fn(&str),
) -> Result<Vec<Put>, SeedError> {
    let dialect = session.dialect();
    let mut written = Vec::with_capacity(all.len());
    let mut tables = Vec::with_capacity(all.len());
    for rows in all {
        let table = schema
            .tables
            .iter()
            .find(|table| table.name.name == rows.table);
        let table = table.ok_or_else(|| SeedError::NoSuchTable(rows.table.clone()))?;
        if only_empty && session.holds_rows(&table.name).await? {
            return Err(SeedError::NotEmpty(rows.table));
        }
        told(&rows.table);
        let target = RowTable::of(dialect, schema, table);
        written.push(one(session, &target, rows).await?);
        tables.push(table);
    }
    if let Some(orphans) = session.check_references(&tables).await?.into_iter().next() {
        return Err(SeedError::Orphans {
            table: orphans.table,
            references: orphans.references,
            rows: orphans.rows,
        });
    }
    Ok(written)
}

async fn one(session: &mut Session, target: &RowTable, rows: Rows) -> Result<Put, SeedError> {
    const CHUNK_BYTES: usize = 1 << 18;
    let columns = rows.columns.into_iter().map(|(name, kind)| RowColumn {
        name,
        kind,
        data_type: String::new(),
        nullable: true,
    });
    let source = RowTable {
        // Values may be anything, and are held to what the target takes.
        dialect: session.dialect().stranger(),
        columns: columns.collect(),
        ..target.clone()
    };
    let options = WriteOptions {
        checksum: true,
        ..WriteOptions::default()
    };
    let mut writer = session.write_rows(&source, target, &options).await?;
    let (mut bytes, mut sent) = (Vec::new(), 0);
    for row in rows.rows {
        let cells = row?;
        Chunk::append_row(cells.iter().map(Option::as_deref), &mut bytes);
        if bytes.len() >= CHUNK_BYTES {
            sent += bytes.len() as u64;
            writer.write(Chunk::of(std::mem::take(&mut bytes))).await?;
        }
    }
    sent += bytes.len() as u64;
    writer.write(Chunk::of(bytes)).await?;
    let written = writer.finish().await?;
    Ok(Put {
        table: rows.table,
        rows: written.rows,
        bytes: sent,
        checksum: written.checksum.unwrap_or_default(),
    })
}
