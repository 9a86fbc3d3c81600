//! A file system that fills up soon.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::daemon::is_root;
use super::not_run;

/// A small file system in memory, gone with this value.
pub struct SmallDisk {
    path: PathBuf,
    _dir: tempfile::TempDir,
}

impl SmallDisk {
    /// One of so many MiB; `None` where nothing may be mounted.
    pub fn new(case: &str, mib: u32) -> Option<SmallDisk> {
        if !is_root() {
            not_run(case, "a small file system can be mounted by root alone");
            return None;
        }
        let dir = tempfile::Builder::new()
            .prefix("piton-disk-")
            .tempdir()
            .expect("a temporary directory");
        let path = dir.path().join("disk");
        std::fs::create_dir(&path).expect("a directory");
        use std::os::unix::fs::PermissionsExt as _;
        for place in [dir.path(), &path] {
            std::fs::set_permissions(place, std::fs::Permissions::from_mode(0o755))
                .expect("our own");
        }
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={mib}m"), "piton-test"])
            .arg(&path)
            .output();
        if !mounted.is_ok_and(|output| output.status.success()) {
            not_run(case, "a tmpfs cannot be mounted here");
            return None;
        }
        Some(SmallDisk { path, _dir: dir })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file until nothing more fits, but for so many KiB.
    pub fn fill(&self, leave_kib: usize) -> PathBuf {
        use std::io::Write as _;
        let name = self.path.join("filler");
        let mut file = std::fs::File::create(&name).expect("a file");
        let block = [0u8; 4096];
        let mut written = 0u64;
        while file.write_all(&block).is_ok() {
            written += 4096;
        }
        let keep = written.saturating_sub(leave_kib as u64 * 1024);
        file.set_len(keep).expect("it can be cut");
        name
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Whoever still has a file open there keeps it until the end.
        drop(Command::new("umount").arg("-l").arg(&self.path).status());
    }
}
