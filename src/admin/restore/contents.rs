//! What a backup holds, whichever way it holds it: a schema, tables, counters, and where the rows are.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::state::Asked;
use crate::admin::backup::{
    BackupError, Checked, ChunkEntry, Layout, Manifest, RIGHTS, SCHEMA, SQLITE_FILE, STORE_DIR,
    TableEntry, has_rows, unmatched,
};
use crate::dialect::rows::RowTable;
use crate::dialect::{Counter, Dialect, Endpoint, Rights, Scope, Session, introspect};
use crate::json::{Access, Store};
use crate::schema::Schema;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteConnectOptions;

/// A backup, open to be read.
pub struct Contents {
    pub dialect: Dialect,
    pub schema: Schema,
    pub tables: Vec<TableEntry>,
    pub counters: Vec<Counter>,
    /// None where the backup keeps none.
    pub rights: Rights,
    pub rows: Rows,
    /// What tells this backup from any other.
    pub fingerprint: String,
    /// What it is called.
    pub name: String,
    pub manifest: Manifest,
}

/// Where the rows are.
pub enum Rows {
    /// In chunks below this directory.
    Chunks(PathBuf),
    /// In a database that is open.
    Database {
        session: Box<Session>,
        /// The store that it is, which goes with it.
        _store: Option<Store>,
    },
}

/// A part of a table that is written at once.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub read_as: Arc<RowTable>,
    /// By what it is remembered.
    pub id: String,
    pub rows: u64,
    /// `None`: the whole table, from the open database.
    pub chunk: Option<ChunkEntry>,
}

impl Contents {
    /// Opens a backup that was checked.
    ///
    /// # Errors
    /// `Damaged` where the schema cannot be read; what a copied database says.
    pub async fn open(checked: Checked, timeout: Duration) -> Result<Contents, BackupError> {
        let Checked { dir, manifest, .. } = checked;
        let name = dir
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let fingerprint = manifest.fingerprint();
        match manifest.layout {
            Layout::Portable => Ok(Contents {
                dialect: manifest.source.dialect,
                schema: read_schema(&dir)?,
                tables: manifest.tables.clone(),
                counters: manifest.counters.clone(),
                rights: read_rights(&dir, &manifest)?,
                rows: Rows::Chunks(dir),
                fingerprint,
                name,
                manifest,
            }),
            Layout::SqliteFile => {
                let file = dir.join(SQLITE_FILE);
                let options = SqliteConnectOptions::new()
                    .filename(file)
                    .read_only(true)
                    .immutable(true);
                let endpoint = Endpoint::Sqlite(Box::new(options));
                let session = Session::connect(&endpoint, timeout).await?;
                from_database(session, None, manifest, fingerprint, name).await
            }
            Layout::JsonStore => {
                let store = Store::open(&dir.join(STORE_DIR), Access::Read).await?;
                let endpoint = Endpoint::Open(store.pool().clone());
                let session = Session::connect(&endpoint, timeout).await?;
                from_database(session, Some(store), manifest, fingerprint, name).await
            }
            Layout::PgDump | Layout::SqlDump => Err(BackupError::OnlyNative { name }),
        }
    }

    /// Refuses what this backup cannot give a database of such a kind.
    ///
    /// # Errors
    /// `NoSuchTable`, `NotAlike`.
    pub fn can_give(&self, asked: &Asked, to: Dialect) -> Result<(), BackupError> {
        if let Some(pattern) = unmatched(&self.schema, &asked.tables) {
            return Err(BackupError::NoSuchTable {
                pattern: pattern.to_owned(),
                place: format!("backup {}", self.name),
            });
        }
        if asked.drop_others && self.dialect.family() != to.family() {
            return Err(BackupError::NotAlike {
                from: self.dialect,
                target: to,
            });
        }
        Ok(())
    }

    /// Ends what was opened.
    pub async fn close(self) {
        if let Rows::Database { session, .. } = self.rows {
            session.close().await;
        }
    }

    /// Everything that is written, in its order.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for table in &self.tables {
            let Some(read_as) = table.read_as.clone().map(Arc::new) else {
                continue;
            };
            if matches!(self.rows, Rows::Database { .. }) {
                pieces.push(Piece {
                    id: table.name.to_string(),
                    rows: table.rows,
                    chunk: None,
                    read_as,
                });
                continue;
            }
            pieces.extend(table.chunks.iter().map(|chunk| Piece {
                id: chunk.file.path.clone(),
                rows: chunk.rows,
                chunk: Some(chunk.clone()),
                read_as: read_as.clone(),
            }));
        }
        pieces
    }
}

fn read_schema(dir: &Path) -> Result<Schema, BackupError> {
    read_json(dir, SCHEMA)
}

fn read_rights(dir: &Path, manifest: &Manifest) -> Result<Rights, BackupError> {
    match manifest.files.iter().any(|file| file.path == RIGHTS) {
        true => read_json(dir, RIGHTS),
        false => Ok(Rights::default()),
    }
}

fn read_json<T: DeserializeOwned>(dir: &Path, name: &str) -> Result<T, BackupError> {
    let path = dir.join(name);
    let text = std::fs::read_to_string(&path).map_err(BackupError::io("read", &path))?;
    serde_json::from_str(&text).map_err(|error| BackupError::damaged(dir, name, error))
}

async fn from_database(
    mut session: Session,
    store: Option<Store>,
    manifest: Manifest,
    fingerprint: String,
    name: String,
) -> Result<Contents, BackupError> {
    let schema = introspect(&mut session, &Scope::default()).await?;
    let dialect = session.dialect();
    session.prepare_reading().await?;
    let mut tables = Vec::new();
    for table in schema.tables.iter().filter(|it| has_rows(&schema, it)) {
        let sql = format!("SELECT count(*) FROM {}", dialect.quote_name(&table.name));
        let rows = session.query(&sql).await?;
        let rows = rows.first().and_then(|row| row.integer(0));
        tables.push(TableEntry {
            name: table.name.clone(),
            rows: rows
                .and_then(|rows| rows.try_into().ok())
                .unwrap_or_default(),
            read_as: Some(RowTable::of(dialect, &schema, table)),
            chunks: Vec::new(),
        });
    }
    Ok(Contents {
        dialect,
        counters: session.counters().await?,
        rights: Rights::default(),
        schema,
        tables,
        rows: Rows::Database {
            session: Box::new(session),
            _store: store,
        },
        fingerprint,
        name,
        manifest,
    })
}
