//! One commit on disk: several files change together, or none does.

use std::path::PathBuf;

use super::disk::Disk;
use super::error::StoreError;
use super::layout::{Layout, MANIFEST};
use super::manifest::Manifest;
use super::recover::{remove_old_previous, remove_previous};

/// How many files are written at once.
const WRITERS: usize = 16;

/// What a commit is to put on disk.
#[derive(Debug)]
pub(super) struct Change<'a> {
    /// The generation that is there; 0 is none.
    pub(super) from: u64,
    pub(super) manifest: &'a Manifest,
    /// The manifest's bytes.
    pub(super) manifest_bytes: &'a [u8],
    /// Files to write, with their contents.
    pub(super) written: &'a [(String, Vec<u8>)],
    /// Files of tables that are no more.
    pub(super) dropped: &'a [String],
}

/// How far a commit came.
#[derive(Debug)]
pub(super) enum Saved {
    /// It is durable. `tidy` is false where renames or removals are left to whoever opens next.
    Done { tidy: bool },
    /// Nothing of it stands.
    Failed(StoreError),
    /// It may stand or not: the disk failed at the very moment.
    Unknown(StoreError),
}

/// Carries out `change`, in an order that leaves the old or the new at every moment.
pub(super) fn save(disk: &dyn Disk, layout: &Layout, change: &Change<'_>) -> Saved {
    if let Err(error) = prepare(disk, layout, change) {
        discard(disk, layout, change);
        return Saved::Failed(error);
    }
    // The commit itself. A rename that reports a failure may have happened all the same, so from
    // here on nothing is taken back: `settle` looks at what is there.
    let (new, manifest) = (pending_manifest(layout, change), layout.manifest());
    if let Err(source) = disk.rename(&new, &manifest) {
        return Saved::Unknown(unsettled("rename", new, source));
    }
    if let Err(source) = disk.sync_dir(layout.dir()) {
        return Saved::Unknown(unsettled("sync", layout.dir().to_owned(), source));
    }
    Saved::Done {
        tidy: publish(disk, layout, change).is_ok(),
    }
}

/// Everything that must be on disk before the commit: the old files' second names, the new contents.
fn prepare(disk: &dyn Disk, layout: &Layout, change: &Change<'_>) -> Result<(), StoreError> {
    if change.from > 0 {
        let previous = layout.previous_of(change.from);
        disk.create_dir(&previous)
            .map_err(StoreError::io("make", &previous))?;
        let replaced = change.written.iter().map(|(file, _)| file.as_str());
        let dropped = change.dropped.iter().map(String::as_str);
        for file in replaced.chain(dropped).chain([MANIFEST]) {
            let (from, to) = (layout.file(file), previous.join(file));
            if from.exists() {
                disk.link(&from, &to)
                    .map_err(StoreError::io("keep", &from))?;
            }
        }
        // Half of it, put back, would be taken for edits by hand.
        for dir in [previous, layout.previous()] {
            disk.sync_dir(&dir).map_err(StoreError::io("sync", &dir))?;
        }
    }
    write_pending(disk, layout, change)?;
    disk.sync_dir(layout.dir())
        .map_err(StoreError::io("sync", layout.dir()))
}

/// Writes the new contents, the manifest's too, beside the old: several files at a time, so that they
/// wait for the disk together.
fn write_pending(disk: &dyn Disk, layout: &Layout, change: &Change<'_>) -> Result<(), StoreError> {
    let write = |(file, bytes): &(&str, &[u8])| {
        let path = layout.pending(file, change.manifest.generation);
        disk.write_synced(&path, bytes, &layout.file(file))
            .map_err(StoreError::io("write", &path))
    };
    let tables = change
        .written
        .iter()
        .map(|(file, bytes)| (file.as_str(), bytes.as_slice()));
    let files: Vec<_> = tables.chain([(MANIFEST, change.manifest_bytes)]).collect();
    std::thread::scope(|scope| {
        let shares = files.chunks(files.len().div_ceil(WRITERS));
        let writers: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().try_for_each(write)))
            .collect();
        writers.into_iter().try_for_each(|writer| {
            writer
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })
}

/// Takes back what `prepare` did; what cannot be removed is found at the next opening.
fn discard(disk: &dyn Disk, layout: &Layout, change: &Change<'_>) {
    for (file, _) in change.written {
        let _ = disk.remove(&layout.pending(file, change.manifest.generation));
    }
    let _ = disk.remove(&pending_manifest(layout, change));
    if change.from > 0 {
        let _ = remove_previous(disk, layout, change.from);
    }
}

fn publish(disk: &dyn Disk, layout: &Layout, change: &Change<'_>) -> Result<(), StoreError> {
    for (file, _) in change.written {
        let new = layout.pending(file, change.manifest.generation);
        disk.rename(&new, &layout.file(file))
            .map_err(StoreError::io("rename", &new))?;
    }
    for file in change.dropped {
        let path = layout.file(file);
        disk.remove(&path)
            .map_err(StoreError::io("remove", &path))?;
    }
    remove_old_previous(disk, layout, change.manifest.generation)
}

fn unsettled(operation: &'static str, path: PathBuf, source: std::io::Error) -> StoreError {
    StoreError::Unsettled {
        operation,
        path,
        source,
    }
}

fn pending_manifest(layout: &Layout, change: &Change<'_>) -> PathBuf {
    layout.pending(MANIFEST, change.manifest.generation)
}
