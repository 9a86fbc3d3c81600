//! A portable backup being written: the schema, and every table's rows, read inside one snapshot.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use futures_util::stream::{FuturesOrdered, StreamExt as _};

use super::error::BackupError;
use super::folder::{Partial, write_file};
use super::make::Event;
use super::manifest::{ChunkEntry, Manifest, TableEntry};
use super::pack;
use super::shape::{bare, has_rows, part, selected, unmatched};
use crate::dialect::ddl::{self, Style};
use crate::dialect::rows::RowTable;
use crate::dialect::{Dialect, Scope, Session, introspect};
use crate::diff::{Options as DiffOptions, diff};
use crate::migrate::Stop;
use crate::schema::{Name, Schema, Table};

/// How many bytes of rows make a chunk. A chunk ends with a row, so that the last one may be longer.
const CHUNK: usize = 4 << 20;

/// How many chunks of a connection are packed while it reads on.
const PACKING: usize = 2;

/// The schema as Piton keeps it.
pub const SCHEMA: &str = "schema.json";
/// Owners and privileges, where the database keeps them itself.
pub const RIGHTS: &str = "rights.json";
/// The statements before the rows and after them, for whoever has no Piton.
const BEFORE: &str = "before.sql";
const AFTER: &str = "after.sql";

pub(super) struct Portable<'a> {
    pub tables: &'a [String],
    pub connections: usize,
    pub connect_timeout: Duration,
    pub stop: &'a Stop,
    pub listener: &'a (dyn Fn(Event<'_>) + Send + Sync),
}

impl Portable<'_> {
    /// Writes everything but the manifest, and fills that in. The session stands in the snapshot, named `snapshot`
    /// where others can join it.
    pub(super) async fn write(
        &self,
        session: &mut Session,
        snapshot: Option<&str>,
        partial: &Partial,
        manifest: &mut Manifest,
    ) -> Result<(), BackupError> {
        let schema = introspect(session, &Scope::default()).await?;
        if let Some(pattern) = unmatched(&schema, self.tables) {
            return Err(BackupError::NoSuchTable {
                pattern: pattern.to_owned(),
                place: manifest.source.place.clone(),
            });
        }
        let tables = selected(&schema, self.tables);
        manifest.partial = !self.tables.is_empty();
        let schema = if manifest.partial {
            part(&schema, &tables)
        } else {
            schema
        };
        let dialect = session.dialect();
        manifest.left_out = schema.not_understood.clone();
        manifest.counters = session.counters().await?;
        manifest.counters.retain(|counter| {
            let mut sequences = schema.sequences.iter();
            counter.is_of(|table| schema.table(table).is_some())
                || sequences.any(|sequence| sequence.name == counter.name)
        });
        write_schema(dialect, &schema, partial, manifest)?;
        let mut rights = session.rights().await?;
        if manifest.partial {
            rights.only_of(|table| tables.contains(table));
        }
        if !rights.is_empty() {
            let text = serde_json::to_string_pretty(&rights).expect("rights are plain data");
            manifest.files.push(partial.write(RIGHTS, text.as_bytes())?);
        }
        let with_rows: Vec<&Table> = schema
            .tables
            .iter()
            .filter(|table| has_rows(&schema, table))
            .collect();
        let names: Vec<&Name> = with_rows.iter().map(|table| &table.name).collect();
        if let Some(hold) = dialect.hold_tables(&names) {
            session.run(&hold).await?;
        }
        (self.listener)(Event::Tables {
            count: with_rows.len(),
        });
        partial.make_dir("rows")?;
        let names = (session.dialect(), &schema);
        let mut entries = self
            .rows(session, snapshot, partial.dir(), names, &with_rows)
            .await?;
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        manifest.tables = entries;
        Ok(())
    }

    /// Every table's rows, over several connections where the snapshot can be shared.
    async fn rows(
        &self,
        session: &mut Session,
        snapshot: Option<&str>,
        dir: &Path,
        (dialect, schema): (Dialect, &Schema),
        tables: &[&Table],
    ) -> Result<Vec<TableEntry>, BackupError> {
        let waiting: RefCell<VecDeque<(usize, &Table)>> =
            RefCell::new(tables.iter().copied().enumerate().collect());
        let done = RefCell::new(Vec::with_capacity(tables.len()));
        let mut others = Vec::new();
        if let Some(snapshot) = snapshot {
            let more = self.connections.min(tables.len()).saturating_sub(1);
            for _ in 0..more {
                // Where the server has no more connections to give, those that there are do the work.
                let Ok(mut other) =
                    Session::connect(session.endpoint(), self.connect_timeout).await
                else {
                    break;
                };
                other.prepare_reading().await?;
                other.begin_snapshot(Some(snapshot)).await?;
                others.push(other);
            }
        }
        let work = async |session: &mut Session| {
            loop {
                let Some((number, table)) = waiting.borrow_mut().pop_front() else {
                    return Ok::<(), BackupError>(());
                };
                let started = Instant::now();
                let read_as = RowTable::of(dialect, schema, table);
                let entry = self.table(session, dir, number + 1, read_as).await?;
                (self.listener)(Event::Table {
                    name: &table.name,
                    rows: entry.rows,
                    elapsed: started.elapsed(),
                });
                done.borrow_mut().push(entry);
            }
        };
        let sessions = std::iter::once(session).chain(&mut others);
        let result = try_join_all(sessions.map(work)).await;
        for other in others {
            other.close().await;
        }
        result?;
        Ok(done.into_inner())
    }

    async fn table(
        &self,
        session: &mut Session,
        dir: &Path,
        number: usize,
        read_as: RowTable,
    ) -> Result<TableEntry, BackupError> {
        let folder = format!("rows/{number:04}-{}", plain(&read_as.name.name));
        let mut entry = TableEntry {
            name: read_as.name.clone(),
            rows: 0,
            chunks: Vec::new(),
            read_as: None,
        };
        let mut packing = FuturesOrdered::new();
        let (mut bytes, mut rows) = (Vec::new(), 0);
        let mut reader = session.read_rows(&read_as).await?;
        loop {
            if let Some(signal) = self.stop.requested() {
                return Err(BackupError::Stopped(signal));
            }
            let chunk = reader.next().await?;
            let ended = chunk.is_none();
            if let Some(chunk) = chunk {
                if bytes.capacity() == 0 {
                    bytes.reserve(CHUNK + (1 << 20));
                }
                bytes.extend_from_slice(&chunk.bytes);
                rows += chunk.rows;
            }
            if bytes.len() >= CHUNK || ended && rows > 0 {
                let path = format!(
                    "{folder}/{:06}.copy.zst",
                    entry.chunks.len() + packing.len() + 1
                );
                let (bytes, rows) = (std::mem::take(&mut bytes), std::mem::take(&mut rows));
                let dir = dir.to_owned();
                let packed =
                    tokio::task::spawn_blocking(move || write_chunk(&dir, &path, &bytes, rows));
                packing.push_back(packed);
            }
            while packing.len() > PACKING || ended && !packing.is_empty() {
                let Some(packed) = packing.next().await else {
                    break;
                };
                let chunk = packed.map_err(|error| {
                    BackupError::io("write", dir)(std::io::Error::other(error))
                })??;
                entry.rows += chunk.rows;
                entry.chunks.push(chunk);
            }
            if ended {
                break;
            }
        }
        drop(reader);
        entry.read_as = Some(read_as);
        Ok(entry)
    }
}

fn write_chunk(dir: &Path, path: &str, bytes: &[u8], rows: u64) -> Result<ChunkEntry, BackupError> {
    let place = dir.join(path);
    let packed = pack::pack(bytes).map_err(BackupError::io("pack", &place))?;
    if let Some(folder) = place.parent() {
        // Not with what is above it: that is gone where the backup was given up.
        match super::folder::private_dir(folder, false) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
                return Err(BackupError::io("make", folder)(error));
            }
            _ => {}
        }
    }
    Ok(ChunkEntry {
        file: write_file(dir, path, &packed)?,
        rows,
        unpacked_bytes: bytes.len() as u64,
    })
}

/// The schema, for Piton and for people.
fn write_schema(
    dialect: Dialect,
    schema: &Schema,
    partial: &Partial,
    manifest: &mut Manifest,
) -> Result<(), BackupError> {
    let model = serde_json::to_value(schema).expect("a schema is plain data");
    let text = serde_json::to_string_pretty(&without_nothing(model)).expect("it was a value");
    manifest.files.push(partial.write(SCHEMA, text.as_bytes())?);
    let filled = schema.tables.iter().map(|it| it.name.clone()).collect();
    let before = bare(dialect, schema, &Schema::default(), &filled);
    let rest = diff(
        &before,
        schema,
        &DiffOptions::default(),
        dialect.diff_rules(),
    );
    let rest = ddl::script(dialect, &rest.ops, &before, Style::default())?;
    let rest = rest.into_iter().flat_map(|group| group.statements);
    let counters = manifest.counters.iter();
    let counters = counters.flat_map(|counter| dialect.set_counter(counter));
    let scripts = [
        (BEFORE, ddl::create(dialect, &before)?),
        (AFTER, rest.chain(counters).collect()),
    ];
    for (name, statements) in scripts {
        let text: String = statements.iter().map(|it| format!("{it};\n\n")).collect();
        manifest.files.push(partial.write(name, text.as_bytes())?);
    }
    Ok(())
}

/// The same without members that are null or empty lists, which are the default.
fn without_nothing(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, value)| {
                    !value.is_null() && !value.as_array().is_some_and(Vec::is_empty)
                })
                .map(|(name, value)| (name, without_nothing(value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(without_nothing).collect()),
        other => other,
    }
}

/// A table's name as a part of a folder's. Its number tells it from others.
fn plain(name: &str) -> String {
    let plain = name.chars().map(|c| match c {
        c if c.is_alphanumeric() || matches!(c, '-' | '_') => c,
        _ => '_',
    });
    plain.take(40).collect()
}
