//! The directory of a backup that is being made: `NAME.partial`, until its manifest stands.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::error::BackupError;
use super::manifest::{FileEntry, MANIFEST, Manifest};
use super::name::name;

/// What a backup's name ends in until it is whole.
pub(super) const PARTIAL: &str = ".partial";

/// A backup that is being made. Dropped before [`Partial::finish`], it is removed.
#[derive(Debug)]
pub struct Partial {
    dir: PathBuf,
    whole: PathBuf,
    finished: bool,
}

impl Partial {
    /// Makes the directory, and what is missing above it, readable by this user alone.
    ///
    /// # Errors
    /// `Io`.
    pub fn begin(parent: &Path, at: DateTime<Utc>, database: &str) -> Result<Partial, BackupError> {
        private_dir(parent, true).map_err(BackupError::io("make", parent))?;
        let base = name(at, database);
        // Another backup may have begun in the same second.
        for round in 1..1_000 {
            let name = match round {
                1 => base.clone(),
                _ => format!("{base}-{round}"),
            };
            let whole = parent.join(&name);
            let dir = parent.join(format!("{name}{PARTIAL}"));
            if whole.exists() {
                continue;
            }
            match private_dir(&dir, false) {
                Ok(()) => {
                    return Ok(Partial {
                        dir,
                        whole,
                        finished: false,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(BackupError::io("make", &dir)(error)),
            }
        }
        Err(BackupError::io("make", parent)(io::Error::other(
            "too many backups have the same name",
        )))
    }

    /// Where it is while it is being made.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes a directory inside, with what is missing above it.
    ///
    /// # Errors
    /// `Io`.
    pub fn make_dir(&self, path: &str) -> Result<(), BackupError> {
        let dir = self.dir.join(path);
        private_dir(&dir, true).map_err(BackupError::io("make", &dir))
    }

    /// Writes a file, and has it on disk.
    ///
    /// # Errors
    /// `Io`.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<FileEntry, BackupError> {
        write_file(&self.dir, path, bytes)
    }

    /// The entries of the files below `path` that something else has put there; they are on disk afterwards.
    ///
    /// # Errors
    /// `Io`.
    pub fn take_in(&self, path: &str) -> Result<Vec<FileEntry>, BackupError> {
        let mut found = Vec::new();
        let mut waiting = vec![path.to_owned()];
        while let Some(path) = waiting.pop() {
            let here = self.dir.join(&path);
            let kind = std::fs::symlink_metadata(&here).map_err(BackupError::io("read", &here))?;
            make_private(&here, kind.is_dir()).map_err(BackupError::io("change", &here))?;
            if kind.is_dir() {
                let entries = std::fs::read_dir(&here).map_err(BackupError::io("read", &here))?;
                for entry in entries {
                    let entry = entry.map_err(BackupError::io("read", &here))?;
                    waiting.push(format!("{path}/{}", entry.file_name().to_string_lossy()));
                }
                sync_dir(&here)?;
            } else {
                let (bytes, sha256) = hash_file(&here).map_err(BackupError::io("read", &here))?;
                let file = File::open(&here).map_err(BackupError::io("read", &here))?;
                file.sync_all().map_err(BackupError::io("sync", &here))?;
                found.push(FileEntry {
                    path,
                    bytes,
                    sha256,
                });
            }
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// Writes the manifest and gives the directory its name; returns where it is now.
    ///
    /// # Errors
    /// `Io`.
    pub fn finish(mut self, manifest: &Manifest) -> Result<PathBuf, BackupError> {
        self.write(MANIFEST, &manifest.to_bytes())?;
        let mut dirs: Vec<&Path> = manifest
            .all_files()
            .filter_map(|file| Path::new(&file.path).parent())
            .flat_map(Path::ancestors)
            .collect();
        dirs.push(Path::new(""));
        dirs.sort_unstable();
        dirs.dedup();
        for dir in dirs {
            sync_dir(&self.dir.join(dir))?;
        }
        std::fs::rename(&self.dir, &self.whole).map_err(BackupError::io("rename", &self.dir))?;
        self.finished = true;
        if let Some(parent) = self.whole.parent() {
            sync_dir(parent)?;
        }
        Ok(self.whole.clone())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.finished {
            // It is of no use, and the disk may be full. What cannot be removed is left to `backup prune`.
            drop(std::fs::remove_dir_all(&self.dir));
        }
    }
}

/// Writes a file below `dir`, and has it on disk.
pub(super) fn write_file(dir: &Path, path: &str, bytes: &[u8]) -> Result<FileEntry, BackupError> {
    let place = dir.join(path);
    let written = private_file(&place).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(BackupError::io("write", &place))?;
    Ok(FileEntry {
        path: path.to_owned(),
        bytes: bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(bytes)),
    })
}

/// A new file that this user alone may read.
pub(super) fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a directory that this user alone may look into.
pub(super) fn private_dir(path: &Path, with_parents: bool) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(with_parents);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Leaves what another program made to this user alone.
fn make_private(path: &Path, is_dir: bool) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = if is_dir { 0o700 } else { 0o600 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
    }
    #[cfg(not(unix))]
    let _ = (path, is_dir);
    Ok(())
}

/// A file's length and SHA-256.
pub(super) fn hash_file(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let bytes = io::copy(&mut file, &mut hash)?;
    Ok((bytes, hex::encode(hash.finalize())))
}

/// Has the entries of a directory on disk.
fn sync_dir(path: &Path) -> Result<(), BackupError> {
    #[cfg(unix)]
    {
        let dir = File::open(path).map_err(BackupError::io("sync", path))?;
        dir.sync_all().map_err(BackupError::io("sync", path))?;
    }
    Ok(())
}
