//! Whether a backup is what was written: each file there, whole and unchanged, and nothing beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use sha2::{Digest as _, Sha256};

use super::error::BackupError;
use super::folder::hash_file;
use super::list::read_manifest;
use super::manifest::{ChunkEntry, FileEntry, Layout, MANIFEST, Manifest};
use super::pack;

/// One thing that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// From the backup's directory.
    pub file: String,
    pub reason: String,
}

impl Damage {
    pub(super) fn new(file: &str, reason: impl Into<String>) -> Damage {
        Damage {
            file: file.to_owned(),
            reason: reason.into(),
        }
    }
}

/// A backup whose every byte was looked at.
#[derive(Clone, Debug)]
pub struct Checked {
    pub dir: PathBuf,
    pub manifest: Manifest,
    /// How many bytes were read.
    pub bytes: u64,
}

/// The most files that are named where they should not be there.
const MOST_EXTRA: usize = 20;

/// Checks a backup: every file of the manifest is there, a plain file, of the right size and SHA-256, unpacks to
/// what the manifest says, and there is nothing else. Blocks.
///
/// # Errors
/// `Damaged` with everything that is wrong; `NotABackup`, `Unfinished`, `Version`, `Io`.
pub fn check(dir: &Path) -> Result<Checked, BackupError> {
    let manifest = read_manifest(dir)?;
    let damage = Mutex::new(names(&manifest));
    let damaged = |damage: Vec<Damage>| BackupError::Damaged {
        path: dir.to_owned(),
        damage,
    };
    // Where a name leads out of the directory, nothing that it names is opened.
    {
        let found = std::mem::take(&mut *lock(&damage));
        if !found.is_empty() {
            return Err(damaged(found));
        }
    }
    lock(&damage).extend(strangers(dir, &manifest)?);
    let work: Vec<Work<'_>> = all(&manifest);
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(one) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = one.look(dir, manifest.layout);
                    lock(&damage).extend(found);
                }
            });
        }
    });
    let mut damage = damage.into_inner().unwrap_or_default();
    damage.extend(sums(&manifest));
    if !damage.is_empty() {
        damage.sort();
        damage.dedup();
        return Err(damaged(damage));
    }
    Ok(Checked {
        dir: dir.to_owned(),
        bytes: manifest.bytes(),
        manifest,
    })
}

fn lock(damage: &Mutex<Vec<Damage>>) -> std::sync::MutexGuard<'_, Vec<Damage>> {
    damage
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A file to look at.
enum Work<'a> {
    File(&'a FileEntry),
    Chunk(&'a ChunkEntry),
}

fn all(manifest: &Manifest) -> Vec<Work<'_>> {
    let chunks = manifest.tables.iter().flat_map(|table| &table.chunks);
    let files = manifest.files.iter().map(Work::File);
    files.chain(chunks.map(Work::Chunk)).collect()
}

impl Work<'_> {
    fn look(&self, dir: &Path, layout: Layout) -> Option<Damage> {
        match self {
            Work::File(file) => whole(dir, file).err().or_else(|| {
                let packed = layout == Layout::SqlDump && file.path.ends_with(".zst");
                packed.then(|| opens(dir, file)).flatten()
            }),
            Work::Chunk(chunk) => unpacks(dir, chunk).err(),
        }
    }
}

/// Whether a chunk's bytes are what the manifest says, and unpack to as many rows as it says.
fn unpacks(dir: &Path, chunk: &ChunkEntry) -> Result<(), Damage> {
    let bytes = read_chunk_file(dir, &chunk.file)?;
    let wrong = |reason: String| Damage::new(&chunk.file.path, reason);
    let lines = pack::measure(&bytes, chunk.unpacked_bytes).map_err(|it| wrong(it.to_string()))?;
    if lines != chunk.rows {
        return Err(wrong(format!(
            "it has {lines} rows, and the manifest says {}",
            chunk.rows
        )));
    }
    Ok(())
}

/// Reads a chunk's rows, as COPY text. Blocks.
///
/// # Errors
/// `Damaged` where it is not what was written.
pub fn read_chunk(dir: &Path, chunk: &ChunkEntry) -> Result<Vec<u8>, BackupError> {
    let damaged = |damage| BackupError::Damaged {
        path: dir.to_owned(),
        damage: vec![damage],
    };
    let bytes = read_chunk_file(dir, &chunk.file).map_err(damaged)?;
    pack::unpack(&bytes, chunk.unpacked_bytes)
        .map_err(|error| damaged(Damage::new(&chunk.file.path, error.to_string())))
}

/// Reads a chunk's file, whole and unchanged.
fn read_chunk_file(dir: &Path, file: &FileEntry) -> Result<Vec<u8>, Damage> {
    let path = dir.join(&file.path);
    let wrong = |reason: String| Damage::new(&file.path, reason);
    right_size(&path, file)?;
    let bytes = std::fs::read(&path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    if hex::encode(Sha256::digest(&bytes)) != file.sha256 {
        return Err(wrong("it was changed: its SHA-256 is another one".into()));
    }
    Ok(bytes)
}

fn whole(dir: &Path, file: &FileEntry) -> Result<(), Damage> {
    let path = dir.join(&file.path);
    let wrong = |reason: String| Damage::new(&file.path, reason);
    right_size(&path, file)?;
    let (_, sha256) =
        hash_file(&path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    if sha256 != file.sha256 {
        return Err(wrong("it was changed: its SHA-256 is another one".into()));
    }
    Ok(())
}

fn right_size(path: &Path, file: &FileEntry) -> Result<(), Damage> {
    let wrong = |reason: String| Damage::new(&file.path, reason);
    let found = match std::fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(wrong("it is missing".into()));
        }
        Err(error) => return Err(wrong(format!("cannot be read: {error}"))),
    };
    if !found.is_file() {
        return Err(wrong("it is no plain file".into()));
    }
    if found.len() != file.bytes {
        return Err(wrong(format!(
            "it has {} bytes, and the manifest says {}",
            found.len(),
            file.bytes
        )));
    }
    Ok(())
}

/// Whether a packed script can be unpacked to its end.
fn opens(dir: &Path, file: &FileEntry) -> Option<Damage> {
    let opened = std::fs::File::open(dir.join(&file.path))
        .and_then(pack::unpacker)
        .and_then(|mut reader| std::io::copy(&mut reader, &mut std::io::sink()));
    opened
        .err()
        .map(|error| Damage::new(&file.path, format!("cannot be unpacked: {error}")))
}

/// Names that lead elsewhere, or stand there twice.
fn names(manifest: &Manifest) -> Vec<Damage> {
    let mut seen = BTreeSet::new();
    let mut damage = Vec::new();
    for file in manifest.all_files() {
        if !is_inside(&file.path) || file.path == MANIFEST {
            damage.push(Damage::new(
                MANIFEST,
                format!("it names a file outside the backup: {:?}", file.path),
            ));
        } else if !seen.insert(file.path.as_str()) {
            damage.push(Damage::new(
                MANIFEST,
                format!("it names {:?} twice", file.path),
            ));
        }
    }
    damage
}

/// Whether a path stays below where it starts: no root, no `..`, nothing that another system reads as such.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', '\0', ':'])
        && path.split('/').all(|part| !part.is_empty() && part != ".")
        && Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

/// What is in the directory and not in the manifest; links, wherever they lead.
fn strangers(dir: &Path, manifest: &Manifest) -> Result<Vec<Damage>, BackupError> {
    let known: BTreeSet<&str> = manifest
        .all_files()
        .map(|file| file.path.as_str())
        .chain([MANIFEST])
        .collect();
    let mut damage = Vec::new();
    let mut waiting = vec![(dir.to_owned(), String::new())];
    while let Some((here, prefix)) = waiting.pop() {
        let entries = std::fs::read_dir(&here).map_err(BackupError::io("read", &here))?;
        for entry in entries {
            let entry = entry.map_err(BackupError::io("read", &here))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry
                .file_type()
                .map_err(BackupError::io("read", &entry.path()))?;
            if kind.is_symlink() {
                damage.push(Damage::new(&path, "it is a link"));
            } else if kind.is_dir() {
                waiting.push((entry.path(), format!("{path}/")));
            } else if !known.contains(path.as_str()) {
                damage.push(Damage::new(&path, "it does not belong to the backup"));
            }
            if damage.len() >= MOST_EXTRA {
                return Ok(damage);
            }
        }
    }
    Ok(damage)
}

/// Tables whose chunks do not add up.
fn sums(manifest: &Manifest) -> Vec<Damage> {
    let mut damage = Vec::new();
    let mut tables = BTreeMap::new();
    for table in &manifest.tables {
        if tables.insert(&table.name, ()).is_some() {
            let reason = format!("it names table {} twice", table.name);
            damage.push(Damage::new(MANIFEST, reason));
        }
        let rows: u64 = table.chunks.iter().map(|chunk| chunk.rows).sum();
        if manifest.layout == Layout::Portable && rows != table.rows {
            let reason = format!(
                "the chunks of {} have {rows} rows, and it says {}",
                table.name, table.rows
            );
            damage.push(Damage::new(MANIFEST, reason));
        }
    }
    damage
}

#[cfg(test)]
mod tests {
    use super::is_inside;

    #[test]
    fn what_leads_out_of_the_backup_is_told() {
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "a/../../x",
            "a//b",
            "./a",
            "a/.",
            "C:x",
            "a\\..\\b",
            "a\0b",
        ] {
            assert!(!is_inside(path), "{path:?}");
        }
        for path in ["schema.json", "rows/0001-学生/000001.copy.zst", "a/..b"] {
            assert!(is_inside(path), "{path:?}");
        }
    }
}
