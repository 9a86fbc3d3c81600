//! A store's files as they are on disk, all of one generation.

use std::path::Path;

use super::error::StoreError;
use super::layout::{Layout, MANIFEST};
use super::snapshot::Snapshot;

/// A file of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreFile {
    pub name: String,
    pub bytes: Vec<u8>,
    /// The table that it holds, with its number of rows; `None` of the manifest.
    pub table: Option<(String, u64)>,
}

/// Reads the files of the store in `dir`, without a lock and while others may write; the manifest is the last.
/// None where there is no store. Blocks.
///
/// # Errors
/// As [`Store::open`](super::Store::open); that what is in the files holds is not looked at.
pub fn files(dir: &Path) -> Result<Vec<StoreFile>, StoreError> {
    let snapshot = Snapshot::take(&Layout::new(dir))?;
    if snapshot.manifest_sha256.is_none() {
        return Ok(Vec::new());
    }
    let manifest = snapshot.manifest;
    let mut found: Vec<StoreFile> = snapshot
        .contents
        .into_iter()
        .map(|(table, bytes)| StoreFile {
            name: manifest.tables[&table].file.clone(),
            bytes,
            table: Some((table.clone(), manifest.tables[&table].rows)),
        })
        .collect();
    found.push(StoreFile {
        name: MANIFEST.to_owned(),
        bytes: manifest.to_bytes(),
        table: None,
    });
    Ok(found)
}
