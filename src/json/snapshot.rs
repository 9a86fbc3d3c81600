//! All files of one generation, read without a lock.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::layout::{LOCK, Layout, MANIFEST, PREVIOUS, pending_generation};
use super::lock::holder_of;
use super::manifest::{Fingerprint, Manifest};

/// How long a reader follows a store that never stands still.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(5);

/// What was on disk at one moment.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) manifest: Manifest,
    /// Of the manifest's file; nothing where there is no store yet.
    pub(super) manifest_sha256: Option<Fingerprint>,
    /// By table.
    pub(super) contents: BTreeMap<String, Vec<u8>>,
    /// By table: of the contents, whatever the manifest says.
    pub(super) sha256: BTreeMap<String, Fingerprint>,
    /// The tables whose files are not as the manifest has them.
    pub(super) edited: BTreeSet<String>,
}

impl Snapshot {
    /// Reads the store. A directory that is not there, or empty, is an empty one.
    ///
    /// A file that does not match counts as edited by hand only when a second look finds the same:
    /// between the two a writer may have been at its renames.
    pub(super) fn take(layout: &Layout) -> Result<Snapshot, StoreError> {
        let started = Instant::now();
        let mut before: Option<Snapshot> = None;
        loop {
            let now = Snapshot::look(layout)?;
            if now.edited.is_empty() {
                return Ok(now);
            }
            if before.is_some_and(|before| before.shows_the_same(&now)) {
                return now.without_missing(layout);
            }
            if started.elapsed() > PATIENCE {
                return Err(StoreError::Busy {
                    dir: layout.dir().to_owned(),
                    holder: holder_of(&layout.lock()),
                    waited: started.elapsed(),
                });
            }
            before = Some(now);
            std::thread::sleep(PAUSE);
        }
    }

    fn look(layout: &Layout) -> Result<Snapshot, StoreError> {
        let mut snapshot = Snapshot {
            manifest: Manifest::empty(),
            manifest_sha256: None,
            contents: BTreeMap::new(),
            sha256: BTreeMap::new(),
            edited: BTreeSet::new(),
        };
        let Some((manifest, sha256)) = read_manifest(layout)? else {
            return match refuse_strangers(layout) {
                Ok(()) => Ok(snapshot),
                // What looked foreign was a store's first commit.
                Err(_) if layout.manifest().exists() => Snapshot::look(layout),
                Err(error) => Err(error),
            };
        };
        for (table, file) in &manifest.tables {
            let mut found = read(&layout.file(&file.file))?.map(fingerprinted);
            if found
                .as_ref()
                .is_none_or(|(_, sha256)| *sha256 != file.sha256)
            {
                // Committed, but not renamed yet.
                let pending = read(&layout.pending(&file.file, manifest.generation))?;
                let pending = pending.map(fingerprinted);
                match pending {
                    Some((bytes, sha256)) if sha256 == file.sha256 => found = Some((bytes, sha256)),
                    _ => drop(snapshot.edited.insert(table.clone())),
                }
            }
            if let Some((bytes, sha256)) = found {
                snapshot.contents.insert(table.clone(), bytes);
                snapshot.sha256.insert(table.clone(), sha256);
            }
        }
        snapshot.manifest = manifest;
        snapshot.manifest_sha256 = Some(sha256);
        Ok(snapshot)
    }

    fn shows_the_same(&self, other: &Snapshot) -> bool {
        self.manifest_sha256 == other.manifest_sha256 && self.sha256 == other.sha256
    }

    fn without_missing(self, layout: &Layout) -> Result<Snapshot, StoreError> {
        let is_missing = |table: &&String| !self.contents.contains_key(*table);
        match self.manifest.tables.keys().find(is_missing) {
            Some(table) => Err(StoreError::Corrupt {
                file: layout.file(&self.manifest.tables[table].file),
                line: None,
                reason: "missing, and the manifest names it".to_owned(),
                previous: layout.newest_previous(),
            }),
            None => Ok(self),
        }
    }
}

/// The manifest and its file's fingerprint, or nothing where there is no such file.
pub(super) fn read_manifest(
    layout: &Layout,
) -> Result<Option<(Manifest, Fingerprint)>, StoreError> {
    let path = layout.manifest();
    let Some(bytes) = read(&path)? else {
        return Ok(None);
    };
    let manifest = Manifest::from_bytes(&bytes, &path, |line, reason| StoreError::Corrupt {
        file: path.clone(),
        line,
        reason,
        previous: layout.newest_previous(),
    })?;
    Ok(Some((manifest, Fingerprint::of(&bytes))))
}

/// A file's bytes, or nothing where there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read", path)(error)),
    }
}

/// The names in a directory; none where it is not there.
pub(super) fn names_in(dir: &Path) -> Result<BTreeSet<String>, StoreError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(StoreError::io("list", dir)(error)),
    };
    entries
        .map(|entry| {
            let entry = entry.map_err(StoreError::io("list", dir))?;
            Ok(entry.file_name().to_string_lossy().into_owned())
        })
        .collect()
}

fn fingerprinted(bytes: Vec<u8>) -> (Vec<u8>, Fingerprint) {
    let sha256 = Fingerprint::of(&bytes);
    (bytes, sha256)
}

/// Passes a directory that has a manifest, is empty, or holds what a first commit left when it crashed.
pub(super) fn refuse_strangers(layout: &Layout) -> Result<(), StoreError> {
    let names = names_in(layout.dir())?;
    if names.contains(MANIFEST) {
        return Ok(());
    }
    let is_ours = |name: &&String| {
        name.as_str() == LOCK || name.starts_with('.') || pending_generation(name).is_some()
    };
    let Some(found) = names.iter().find(|name| !is_ours(name)) else {
        if names.contains(PREVIOUS) {
            return Err(without_manifest(layout));
        }
        return Ok(());
    };
    if names.contains(PREVIOUS) || names.contains(LOCK) && found.ends_with(".json") {
        return Err(without_manifest(layout));
    }
    Err(StoreError::NotAStore {
        dir: layout.dir().to_owned(),
        found: found.clone(),
    })
}

fn without_manifest(layout: &Layout) -> StoreError {
    StoreError::Corrupt {
        file: layout.file(MANIFEST),
        line: None,
        reason: "missing, and the directory holds a store's files".to_owned(),
        previous: layout.newest_previous(),
    }
}
