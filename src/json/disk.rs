//! Every change a store makes on disk, behind one trait, so that a test can record and replay them.

use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// The file operations of a commit and of a recovery. Reading goes past it: it changes nothing.
pub(super) trait Disk: Debug + Send + Sync {
    /// Makes or empties `path`, with the permissions of `like` where that exists, writes `bytes`
    /// and returns when they have reached the disk. The name itself has not: see `sync_dir`.
    fn write_synced(&self, path: &Path, bytes: &[u8], like: &Path) -> io::Result<()>;
    /// Gives the file a second name, or copies it where links are not known. Replaces `to`.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Atomic; replaces `to`.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes the directory and its parents; fine where it is there.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Returns when the names in the directory have reached the disk.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
}

/// The operating system's files.
#[derive(Debug)]
pub(super) struct LocalDisk;

impl Disk for LocalDisk {
    fn write_synced(&self, path: &Path, bytes: &[u8], like: &Path) -> io::Result<()> {
        let mut file = File::create(path)?;
        if let Ok(metadata) = fs::metadata(like) {
            file.set_permissions(metadata.permissions())?;
        }
        file.write_all(bytes)?;
        file.sync_data()
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        match fs::remove_file(to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // A second name for a symbolic link would not keep what it leads to.
        let is_link = fs::symlink_metadata(from)?.is_symlink();
        if !is_link && fs::hard_link(from, to).is_ok() {
            return Ok(());
        }
        fs::copy(from, to)?;
        File::open(to)?.sync_data()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        // Elsewhere a directory cannot be opened as a file, and its names are journalled.
        if cfg!(unix) {
            File::open(path)?.sync_all()
        } else {
            Ok(())
        }
    }
}
