//! What changed in memory since it was last on disk, and putting it there.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::disk::Disk;
use super::dump::{dump, sequences, user_numbers};
use super::error::StoreError;
use super::file_name::{file_for, reserved};
use super::layout::Layout;
use super::manifest::{Fingerprint, Manifest, TableFile};
use super::memory::{schema, tables};
use super::recover::settle;
use super::save::{Change, Saved, save};
use super::snapshot::{names_in, read, read_manifest};
use super::store::Committed;

/// What is on disk, as far as this process knows.
#[derive(Debug)]
pub(super) struct State {
    manifest: Manifest,
    /// Of the manifest's file; nothing where there is none.
    manifest_sha256: Option<Fingerprint>,
    /// By table: of its file, edited by hand or not.
    on_disk: BTreeMap<String, Fingerprint>,
    /// A commit that failed, whose end was not seen, or whose renames are not done.
    attempted: Option<Manifest>,
}

/// The database as it would be on disk.
struct Image {
    manifest: Manifest,
    /// Files that are not on disk like this, with their tables.
    written: Vec<(String, Vec<u8>)>,
    tables: Vec<String>,
    dropped_tables: Vec<String>,
    dropped_files: Vec<String>,
}

impl State {
    pub(super) fn new(
        manifest: Manifest,
        manifest_sha256: Option<Fingerprint>,
        on_disk: BTreeMap<String, Fingerprint>,
    ) -> Self {
        State {
            manifest,
            manifest_sha256,
            on_disk,
            attempted: None,
        }
    }

    pub(super) fn generation(&self) -> u64 {
        self.manifest.generation
    }

    /// Whether nothing of an earlier commit is left to do.
    pub(super) fn is_settled(&self) -> bool {
        self.attempted.is_none()
    }

    /// Writes what changed; see [`Store::commit`](super::Store::commit).
    pub(super) fn commit(
        &mut self,
        connection: &Connection,
        disk: &dyn Disk,
        layout: &Layout,
    ) -> Result<Committed, StoreError> {
        self.settle_attempted(disk, layout)?;
        let image = self.image(connection, layout)?;
        if image.written.is_empty()
            && image.manifest.same_shape(&self.manifest)
            && image.manifest.tables == self.manifest.tables
        {
            return Ok(self.committed(image));
        }
        self.refuse_changed_on_disk(&image, layout)?;
        let bytes = image.manifest.to_bytes();
        let change = Change {
            from: self.manifest.generation,
            manifest: &image.manifest,
            manifest_bytes: &bytes,
            written: &image.written,
            dropped: &image.dropped_files,
        };
        match save(disk, layout, &change) {
            Saved::Failed(error) | Saved::Unknown(error) => {
                self.attempted = Some(image.manifest);
                Err(error)
            }
            Saved::Done { tidy } => {
                self.attempted = (!tidy).then(|| image.manifest.clone());
                self.adopt(image.manifest.clone(), Fingerprint::of(&bytes));
                Ok(self.committed(image))
            }
        }
    }

    fn committed(&self, image: Image) -> Committed {
        Committed {
            written: image.tables,
            dropped: image.dropped_tables,
            generation: self.manifest.generation,
        }
    }

    fn adopt(&mut self, manifest: Manifest, sha256: Fingerprint) {
        let files = manifest.tables.iter();
        self.on_disk = files
            .map(|(table, file)| (table.clone(), file.sha256))
            .collect();
        self.manifest = manifest;
        self.manifest_sha256 = Some(sha256);
    }

    /// Finds out how an earlier commit ended, and ends it.
    fn settle_attempted(&mut self, disk: &dyn Disk, layout: &Layout) -> Result<(), StoreError> {
        let Some(attempted) = &self.attempted else {
            return Ok(());
        };
        let found = read_manifest(layout)?;
        if let Some((manifest, sha256)) = &found {
            if manifest == attempted {
                self.adopt(manifest.clone(), *sha256);
            } else if self.manifest_sha256 != Some(*sha256) {
                return Err(StoreError::ChangedOnDisk {
                    file: layout.manifest(),
                });
            }
        }
        settle(disk, layout, &self.manifest)?;
        disk.sync_dir(layout.dir())
            .map_err(StoreError::io("sync", layout.dir()))?;
        self.attempted = None;
        Ok(())
    }

    fn image(&self, connection: &Connection, layout: &Layout) -> Result<Image, StoreError> {
        let mut image = Image {
            manifest: Manifest::empty(),
            written: Vec::new(),
            tables: Vec::new(),
            dropped_tables: Vec::new(),
            dropped_files: Vec::new(),
        };
        let mut taken = None;
        for table in tables(connection)? {
            let before = self.manifest.tables.get(&table.name);
            let file = match before {
                Some(before) => before.file.clone(),
                None => {
                    if taken.is_none() {
                        // A file that is nobody's is not overwritten either.
                        let names = names_in(layout.dir())?;
                        let lower = names.iter().map(|name| name.to_lowercase());
                        taken = Some(reserved().into_iter().chain(lower).collect());
                    }
                    file_for(&table.name, taken.get_or_insert_default())
                }
            };
            let dump = dump(connection, &table, before.map_or(0, |before| before.bytes))?;
            let entry = TableFile {
                file: file.clone(),
                rows: dump.rows,
                bytes: dump.bytes.len() as u64,
                sha256: dump.sha256,
                columns: table.columns,
            };
            image.manifest.tables.insert(table.name.clone(), entry);
            if self.on_disk.get(&table.name) != Some(&dump.sha256) {
                image.written.push((file, dump.bytes));
                image.tables.push(table.name);
            }
        }
        for (table, file) in &self.manifest.tables {
            if !image.manifest.tables.contains_key(table) {
                image.dropped_tables.push(table.clone());
                image.dropped_files.push(file.file.clone());
                if let Some(sha256) = self.on_disk.get(table) {
                    let dropped = &mut image.manifest.dropped;
                    dropped.insert(file.file.clone(), *sha256);
                }
            }
        }
        let manifest = &mut image.manifest;
        manifest.generation = self.manifest.generation + 1;
        manifest.schema = schema(connection)?;
        manifest.sequences = sequences(connection)?;
        (manifest.user_version, manifest.application_id) = user_numbers(connection)?;
        Ok(image)
    }

    /// An edit by hand, made while the store was open, is not overwritten.
    fn refuse_changed_on_disk(&self, image: &Image, layout: &Layout) -> Result<(), StoreError> {
        let unchanged = |file: &str, known: Option<Fingerprint>| {
            let path = layout.file(file);
            let now = read(&path)?.map(|bytes| Fingerprint::of(&bytes));
            match now == known {
                true => Ok(()),
                false => Err(StoreError::ChangedOnDisk { file: path }),
            }
        };
        unchanged(super::layout::MANIFEST, self.manifest_sha256)?;
        for table in image.tables.iter().chain(&image.dropped_tables) {
            if let Some(file) = self.manifest.tables.get(table) {
                unchanged(&file.file, self.on_disk.get(table).copied())?;
            }
        }
        Ok(())
    }
}
