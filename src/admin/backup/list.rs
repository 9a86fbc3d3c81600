//! Which backups there are.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chrono::{DateTime, Utc};

use super::error::BackupError;
use super::folder::PARTIAL;
use super::manifest::{MANIFEST, Manifest};
use super::name::made_at;

/// A directory that is, or was to become, a backup.
#[derive(Clone, Debug)]
pub struct Found {
    pub path: PathBuf,
    pub name: String,
    /// By its name.
    pub made_at: DateTime<Utc>,
    pub state: State,
}

/// How far it came.
#[derive(Clone, Debug)]
pub enum State {
    /// It has its manifest; whether its files hold `check` tells.
    Whole(Box<Manifest>),
    /// It is being made, or whoever made it was stopped.
    Partial {
        /// When something was last written there.
        touched: Option<SystemTime>,
    },
    /// Its manifest does not hold.
    Unreadable { reason: String },
}

/// The backups in a directory, oldest first; none where the directory is not there.
///
/// # Errors
/// `Io`.
pub fn list(dir: &Path) -> Result<Vec<Found>, BackupError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(BackupError::io("read", dir)(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(BackupError::io("read", dir))?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_dir = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let (Some(made_at), true) = (made_at(&name), is_dir) else {
            continue;
        };
        let state = if name.ends_with(PARTIAL) {
            State::Partial {
                touched: touched(&path),
            }
        } else {
            match read_manifest(&path) {
                Ok(manifest) => State::Whole(Box::new(manifest)),
                Err(error) => State::Unreadable {
                    reason: reason(&error),
                },
            }
        };
        found.push(Found {
            path,
            name,
            made_at,
            state,
        });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Reads a backup's manifest. That is all that is looked at.
///
/// # Errors
/// `NotABackup`, `Unfinished`, `Version`, `Damaged`, `Io`.
pub fn read_manifest(dir: &Path) -> Result<Manifest, BackupError> {
    let no_backup = |reason| BackupError::NotABackup {
        path: dir.to_owned(),
        reason,
    };
    if dir
        .to_string_lossy()
        .trim_end_matches('/')
        .ends_with(PARTIAL)
    {
        return Err(BackupError::Unfinished {
            path: dir.to_owned(),
        });
    }
    let found = match std::fs::metadata(dir) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(no_backup("it is not there"));
        }
        Err(error) => return Err(BackupError::io("read", dir)(error)),
    };
    if !found.is_dir() {
        return Err(no_backup("it is no directory"));
    }
    let file = dir.join(MANIFEST);
    match std::fs::symlink_metadata(&file) {
        Ok(found) if found.is_file() => {}
        Ok(_) => {
            return Err(BackupError::Damaged {
                path: dir.to_owned(),
                damage: vec![super::check::Damage::new(MANIFEST, "it is no plain file")],
            });
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(no_backup("it has no manifest.json"));
        }
        Err(error) => return Err(BackupError::io("read", &file)(error)),
    }
    let bytes = std::fs::read(&file).map_err(BackupError::io("read", &file))?;
    Manifest::from_bytes(&bytes, dir)
}

fn reason(error: &BackupError) -> String {
    match error {
        BackupError::Damaged { damage, .. } => damage
            .first()
            .map(|damage| format!("{}: {}", damage.file, damage.reason))
            .unwrap_or_default(),
        other => other.to_string(),
    }
}

/// When something below a directory was last written, as far as two levels tell.
fn touched(dir: &Path) -> Option<SystemTime> {
    let modified = |path: &Path| std::fs::metadata(path).and_then(|it| it.modified()).ok();
    let below = |dir: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(dir)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .collect()
    };
    let mut latest = modified(dir);
    let mut waiting = below(dir);
    while let Some(path) = waiting.pop() {
        latest = latest.max(modified(&path));
        let is_dir = std::fs::symlink_metadata(&path).is_ok_and(|it| it.is_dir());
        if is_dir {
            waiting.extend(below(&path));
        }
    }
    latest
}
