//! Whether a place in the file system can be read and written, and how much room is left there.

use std::io::{Error, ErrorKind};
use std::path::Path;

/// What may be done at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Read,
    /// Reading, and making files in a directory or writing a file.
    Write,
}

/// Whether this process may do so at `path`: asks the system, changes nothing.
///
/// # Errors
/// Why not: no permission, a read-only file system.
pub fn may(path: &Path, access: Access) -> Result<(), Error> {
    #[cfg(unix)]
    {
        use rustix::fs::Access as Wanted;
        let wanted = match access {
            Access::Read => Wanted::READ_OK,
            Access::Write => Wanted::READ_OK | Wanted::WRITE_OK,
        };
        let wanted = if path.is_dir() {
            wanted | Wanted::EXEC_OK
        } else {
            wanted
        };
        Ok(rustix::fs::access(path, wanted)?)
    }
    #[cfg(not(unix))]
    {
        let metadata = std::fs::metadata(path)?;
        if access == Access::Write && metadata.permissions().readonly() {
            return Err(ErrorKind::PermissionDenied.into());
        }
        Ok(())
    }
}

/// The bytes that this user may still write where `path` is; `None` where the system does not tell.
pub fn room(path: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let there = rustix::fs::statvfs(path).ok()?;
        there.f_bavail.checked_mul(there.f_frsize)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// The bytes of all files in a directory, or of the file; those below are left out.
///
/// # Errors
/// What cannot be read.
pub fn size(path: &Path) -> Result<u64, Error> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    let mut sum = 0;
    for entry in std::fs::read_dir(path)? {
        match entry?.metadata() {
            Ok(metadata) if metadata.is_file() => sum += metadata.len(),
            Ok(_) => {}
            // Removed meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sum)
}

/// A size for people: `850 B`, `12 KiB`, `1.5 GiB`.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut unit = None;
    let mut shown = bytes;
    let mut tenths = bytes.saturating_mul(10);
    for next in UNITS {
        if shown < 1024 {
            break;
        }
        (shown, tenths, unit) = (shown / 1024, tenths / 1024, Some(next));
    }
    match unit {
        None => format!("{bytes} B"),
        Some(unit) if shown < 10 => format!("{}.{} {unit}", tenths / 10, tenths % 10),
        Some(unit) => format!("{shown} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_told_in_the_unit_that_fits() {
        for (count, text) in [
            (0, "0 B"),
            (1_023, "1023 B"),
            (1_536, "1.5 KiB"),
            (20 << 20, "20 MiB"),
            (5 << 40, "5.0 TiB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn a_place_is_measured() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), [0; 100]).unwrap();
        std::fs::create_dir(dir.path().join("below")).unwrap();
        std::fs::write(dir.path().join("below/b"), [0; 100]).unwrap();
        assert_eq!(size(dir.path()).unwrap(), 100);
        assert!(may(dir.path(), Access::Write).is_ok());
        assert!(may(&dir.path().join("none"), Access::Read).is_err());
        #[cfg(unix)]
        assert!(room(dir.path()).unwrap() > 0);
    }
}
