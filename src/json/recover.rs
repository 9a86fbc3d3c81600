//! After a crash: the renames that a commit left are finished, what was never committed is removed.
//!
//! Only the holder of the lock comes here.

use std::collections::BTreeSet;

use super::disk::Disk;
use super::error::StoreError;
use super::layout::{Layout, MANIFEST, pending_generation};
use super::manifest::{Fingerprint, Manifest};
use super::snapshot::{names_in, read};

/// What there was to settle.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settled {
    /// Files of a committed generation that got their names.
    pub(super) finished: usize,
    /// Files of a generation that was never committed.
    pub(super) discarded: usize,
    /// JSON files that no table has.
    pub(super) strays: Vec<String>,
}

/// Brings the directory to exactly what `manifest`, which is on disk, says. Files that were edited by
/// hand stay as they are.
///
/// # Errors
/// [`StoreError::Corrupt`] where a committed file is neither under its name nor beside it.
pub(super) fn settle(
    disk: &dyn Disk,
    layout: &Layout,
    manifest: &Manifest,
) -> Result<Settled, StoreError> {
    let mut settled = Settled::default();
    let names = names_in(layout.dir())?;
    let files: BTreeSet<&str> = manifest
        .tables
        .values()
        .map(|table| table.file.as_str())
        .collect();
    for table in manifest.tables.values() {
        let pending = layout.pending(&table.file, manifest.generation);
        let Some(new) = read(&pending)? else {
            continue;
        };
        let path = layout.file(&table.file);
        let current = read(&path)?.map(|bytes| Fingerprint::of(&bytes));
        if current == Some(table.sha256) {
            disk.remove(&pending)
                .map_err(StoreError::io("remove", &pending))?;
        } else if Fingerprint::of(&new) == table.sha256 {
            disk.rename(&pending, &path)
                .map_err(StoreError::io("rename", &pending))?;
            settled.finished += 1;
        } else {
            return Err(StoreError::Corrupt {
                file: pending,
                line: None,
                reason: "committed, but not as the manifest has it".to_owned(),
                previous: layout.newest_previous(),
            });
        }
    }
    for name in &names {
        let leftover = pending_generation(name).filter(|(file, generation)| {
            !(files.contains(file) && *generation == manifest.generation)
        });
        if leftover.is_some() {
            let path = layout.file(name);
            disk.remove(&path)
                .map_err(StoreError::io("remove", &path))?;
            settled.discarded += 1;
        } else if name.ends_with(".json") && name != MANIFEST && !files.contains(name.as_str()) {
            let path = layout.file(name);
            let found = read(&path)?.map(|bytes| Fingerprint::of(&bytes));
            if found.is_some() && found.as_ref() == manifest.dropped.get(name) {
                disk.remove(&path)
                    .map_err(StoreError::io("remove", &path))?;
                settled.finished += 1;
            } else {
                settled.strays.push(name.clone());
            }
        }
    }
    remove_old_previous(disk, layout, manifest.generation)?;
    if settled.finished + settled.discarded > 0 {
        let dir = layout.dir();
        disk.sync_dir(dir).map_err(StoreError::io("sync", dir))?;
    }
    Ok(settled)
}

/// Keeps the one folder that the last commit filled.
pub(super) fn remove_old_previous(
    disk: &dyn Disk,
    layout: &Layout,
    generation: u64,
) -> Result<(), StoreError> {
    for name in names_in(&layout.previous())? {
        let Ok(found) = name.parse::<u64>() else {
            continue;
        };
        if found + 1 != generation {
            remove_previous(disk, layout, found)?;
        }
    }
    Ok(())
}

/// Removes the folder that keeps what was replaced after `generation`.
pub(super) fn remove_previous(
    disk: &dyn Disk,
    layout: &Layout,
    generation: u64,
) -> Result<(), StoreError> {
    let dir = layout.previous_of(generation);
    for name in names_in(&dir)? {
        let path = dir.join(name);
        disk.remove(&path)
            .map_err(StoreError::io("remove", &path))?;
    }
    disk.remove_dir(&dir)
        .map_err(StoreError::io("remove", &dir))
}
