//! Files into memory: the schema, the rows by one prepared INSERT a table, then all that hangs on them.

use std::collections::BTreeMap;

use rusqlite::{Connection, Statement};

use super::decode::decode;
use super::dump::has_sequences;
use super::error::StoreError;
use super::layout::{Layout, MANIFEST};
use super::manifest::{Manifest, SchemaKind, SchemaObject, TableFile};
use super::rows::{RowSink, read_rows};
use super::snapshot::Snapshot;
use crate::dialect::Dialect;

/// Fills the empty database behind `connection`. Files that were edited by hand are held to every
/// constraint; foreign keys are on afterwards.
///
/// # Errors
/// [`StoreError::Corrupt`] with file, line and reason.
pub(super) fn load(
    connection: &Connection,
    snapshot: &Snapshot,
    layout: &Layout,
) -> Result<(), StoreError> {
    let loading = Loading {
        connection,
        snapshot,
        manifest: &snapshot.manifest,
        layout,
    };
    connection.execute_batch("PRAGMA foreign_keys = OFF; BEGIN")?;
    loading.create(|object| object.kind == SchemaKind::Table)?;
    loading.create_virtual()?;
    // A unique index that is there before the rows names the row that breaks it.
    let is_early = |object: &SchemaObject| {
        object.kind == SchemaKind::Index && snapshot.edited.contains(&object.table)
    };
    loading.create(is_early)?;
    let mut offsets = BTreeMap::new();
    for (table, file) in &loading.manifest.tables {
        offsets.insert(table.as_str(), loading.insert(table, file)?);
    }
    loading.set_sequences()?;
    loading.create(|object| object.kind == SchemaKind::Index && !is_early(object))?;
    loading.create(|object| matches!(object.kind, SchemaKind::View | SchemaKind::Trigger))?;
    connection.pragma_update(None, "user_version", loading.manifest.user_version)?;
    connection.pragma_update(None, "application_id", loading.manifest.application_id)?;
    if !snapshot.edited.is_empty() {
        loading.check_references(&offsets)?;
    }
    connection
        .execute_batch("COMMIT; PRAGMA ignore_check_constraints = OFF; PRAGMA foreign_keys = ON")?;
    Ok(())
}

struct Loading<'a> {
    connection: &'a Connection,
    snapshot: &'a Snapshot,
    manifest: &'a Manifest,
    layout: &'a Layout,
}

/// The rowid of each row of an edited file, with the place where the row begins.
type Offsets = BTreeMap<i64, usize>;

impl Loading<'_> {
    fn create(&self, wanted: impl Fn(&SchemaObject) -> bool) -> Result<(), StoreError> {
        for object in self.manifest.schema.iter().filter(|object| wanted(object)) {
            self.connection
                .execute_batch(&object.sql)
                .map_err(|error| match self.manifest.tables.get(&object.table) {
                    // An index that the rows break.
                    Some(file) if self.snapshot.edited.contains(&object.table) => {
                        self.corrupt(&file.file, None, reason_of(&error))
                    }
                    _ => self.corrupt(
                        MANIFEST,
                        None,
                        format!("cannot make {:?}: {}", object.name, reason_of(&error)),
                    ),
                })?;
        }
        Ok(())
    }

    /// As SQLite's own `.dump` does it: the tables behind a virtual table are loaded like all
    /// others, so its module must not make them anew.
    fn create_virtual(&self) -> Result<(), StoreError> {
        let is_virtual = |object: &&SchemaObject| object.kind == SchemaKind::Virtual;
        if !self
            .manifest
            .schema
            .iter()
            .any(|object| is_virtual(&object))
        {
            return Ok(());
        }
        self.connection
            .execute_batch("PRAGMA writable_schema = ON")?;
        for object in self.manifest.schema.iter().filter(is_virtual) {
            self.connection.execute(
                "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) \
                 VALUES ('table', ?1, ?1, 0, ?2)",
                (&object.name, &object.sql),
            )?;
        }
        self.connection
            .execute_batch("PRAGMA writable_schema = RESET")?;
        Ok(())
    }

    fn insert(&self, table: &str, file: &TableFile) -> Result<Offsets, StoreError> {
        let Some(bytes) = self.snapshot.contents.get(table) else {
            return Err(self.corrupt(&file.file, None, "missing".to_owned()));
        };
        let edited = self.snapshot.edited.contains(table);
        self.connection
            .pragma_update(None, "ignore_check_constraints", !edited)?;
        let quote = |name: &str| Dialect::Sqlite.quote(name);
        let names: Vec<String> = file.columns.iter().map(|(name, _)| quote(name)).collect();
        let statement = self.connection.prepare(&format!(
            "INSERT INTO main.{} ({}) VALUES ({})",
            quote(table),
            names.join(", "),
            vec!["?"; names.len()].join(", ")
        ));
        let statement = statement.map_err(|error| {
            self.corrupt(
                MANIFEST,
                None,
                format!("table {table:?}: {}", reason_of(&error)),
            )
        })?;
        let mut inserter = Inserter {
            connection: self.connection,
            statement,
            table: file,
            offsets: edited.then(Offsets::new),
        };
        read_rows(bytes, &file.columns, &mut inserter).map_err(|refusal| {
            let line = refusal.line;
            self.corrupt(&file.file, line, refusal.reason)
        })?;
        Ok(inserter.offsets.unwrap_or_default())
    }

    fn set_sequences(&self) -> Result<(), StoreError> {
        if !has_sequences(self.connection)? {
            return Ok(());
        }
        // Rows added by hand have moved theirs further already.
        for (table, sequence) in &self.manifest.sequences {
            let keep_higher = self.snapshot.edited.contains(table);
            let found = "SELECT max(seq) FROM sqlite_sequence WHERE name = ?1";
            let now: Option<i64> = self
                .connection
                .query_row(found, [table], |row| row.get(0))?;
            if keep_higher && now.is_some_and(|now| now > *sequence) {
                continue;
            }
            self.connection
                .execute("DELETE FROM sqlite_sequence WHERE name = ?1", [table])?;
            self.connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
                (table, sequence),
            )?;
        }
        let mut statement = self
            .connection
            .prepare("SELECT name FROM sqlite_sequence")?;
        let names = statement.query_map([], |row| row.get::<_, String>(0))?;
        for name in names.collect::<Result<Vec<_>, _>>()? {
            if !self.manifest.sequences.contains_key(&name) && !self.snapshot.edited.contains(&name)
            {
                self.connection
                    .execute("DELETE FROM sqlite_sequence WHERE name = ?1", [name])?;
            }
        }
        Ok(())
    }

    /// Refuses an edit that left a row without the row it refers to.
    fn check_references(&self, offsets: &BTreeMap<&str, Offsets>) -> Result<(), StoreError> {
        let is_edited = |name: &str| {
            let same = |edited: &String| edited.eq_ignore_ascii_case(name);
            self.snapshot.edited.iter().find(|edited| same(edited))
        };
        for (table, file) in &self.manifest.tables {
            let mut statement = self.connection.prepare(
                "SELECT c.rowid, c.parent, group_concat(l.\"from\", ', ') \
                 FROM pragma_foreign_key_check(?1) AS c \
                 JOIN pragma_foreign_key_list(?1) AS l ON l.id = c.fkid GROUP BY c.rowid, c.fkid",
            )?;
            let mut rows = statement.query([table])?;
            // An error here is a key that refers to nothing unique: no edit of rows can mend it.
            while let Ok(Some(row)) = rows.next() {
                let rowid: Option<i64> = row.get(0)?;
                let parent: String = row.get(1)?;
                let columns: String = row.get(2)?;
                let reason = format!("{columns} refers to a row of {parent} that is not there");
                if is_edited(table).is_some() {
                    let offset = rowid.and_then(|rowid| offsets.get(table.as_str())?.get(&rowid));
                    let bytes = self.snapshot.contents.get(table);
                    let line = offset.zip(bytes).map(|(at, bytes)| line_of(bytes, *at));
                    return Err(self.corrupt(&file.file, line, reason));
                }
                if let Some(parent) = is_edited(&parent).and_then(|p| self.manifest.tables.get(p)) {
                    let reason = format!("a row is gone: in {}, {reason}", file.file);
                    return Err(self.corrupt(&parent.file, None, reason));
                }
            }
        }
        Ok(())
    }

    fn corrupt(&self, file: &str, line: Option<usize>, reason: String) -> StoreError {
        StoreError::Corrupt {
            file: self.layout.file(file),
            line,
            reason,
            previous: self.layout.newest_previous(),
        }
    }
}

/// Takes rows as they are read and binds them straight to the INSERT.
struct Inserter<'a> {
    connection: &'a Connection,
    statement: Statement<'a>,
    table: &'a TableFile,
    /// Kept for an edited file only.
    offsets: Option<Offsets>,
}

impl RowSink for Inserter<'_> {
    fn cell(&mut self, column: usize, raw: &serde_json::value::RawValue) -> Result<(), String> {
        let (name, form) = &self.table.columns[column];
        let cell = decode(raw, *form).map_err(|reason| format!("column {name:?}: {reason}"))?;
        self.statement
            .raw_bind_parameter(column + 1, cell)
            .map_err(|error| format!("column {name:?}: {}", reason_of(&error)))
    }

    fn end_row(&mut self, offset: usize) -> Result<(), String> {
        self.statement
            .raw_execute()
            .map_err(|error| reason_of(&error))?;
        self.statement.clear_bindings();
        if let Some(offsets) = &mut self.offsets {
            offsets.insert(self.connection.last_insert_rowid(), offset);
        }
        Ok(())
    }
}

/// The line, from 1, of a place in a file.
pub(super) fn line_of(bytes: &[u8], offset: usize) -> usize {
    let before = &bytes[..offset.min(bytes.len())];
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

/// SQLite's own words, without the number that rusqlite puts around them.
fn reason_of(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    }
}
