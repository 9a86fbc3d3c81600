//! Writing a new Rust revision into its crate, and naming it in the crate's `lib.rs`. Never over another.

mod edit;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::write::{WriteError, create_free, slug, timestamp};

/// A Rust revision that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    pub path: PathBuf,
    pub id: String,
    /// Whether `lib.rs` names it now; where that has a shape of its own it was left alone.
    pub registered: bool,
}

impl Created {
    /// What stands in `lib.rs` of a revision that is registered.
    pub fn lines(&self) -> [String; 2] {
        [
            format!("mod {};", self.id),
            format!("Box::new({}::Migration),", self.id),
        ]
    }
}

/// The crate whose revisions a folder belongs to: the nearest above it, where that uses sea-orm-migration.
pub fn home(revisions: &Path) -> Option<PathBuf> {
    let manifest = |dir: &&Path| dir.join("Cargo.toml").is_file();
    let dir = revisions.ancestors().find(manifest)?;
    let text = fs::read_to_string(dir.join("Cargo.toml")).ok()?;
    let uses = text.contains("sea-orm-migration") && text.contains("[package]");
    uses.then(|| dir.to_owned())
}

/// Writes `source` as a new module of the crate at `home`, with a timestamp as [`super::write::create_sql`] chooses it,
/// and registers it behind the others in its `lib.rs`.
///
/// # Errors
/// A file cannot be written; then everything is as it was.
pub fn create_rust(
    home: &Path,
    message: &str,
    now: DateTime<Utc>,
    newest: Option<&str>,
    source: &str,
) -> Result<Created, WriteError> {
    let folder = home.join("src");
    let slug = slug(message);
    let path = create_free(&folder, timestamp(now, newest), source, |timestamp| {
        let digits = format!("{timestamp:014}");
        let (date, time) = digits.split_at(8);
        format!("m{date}_{time}_{slug}.rs")
    })?;
    let id = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    match register(&folder.join("lib.rs"), &id) {
        Ok(registered) => Ok(Created {
            path,
            id,
            registered,
        }),
        Err(error) => {
            // The error that is told is the first one: why it could not be registered.
            let _ = fs::remove_file(&path);
            Err(WriteError::Io {
                path: folder.join("lib.rs"),
                error,
            })
        }
    }
}

/// Names a revision in a `lib.rs`; `false` where that has a shape of its own.
fn register(lib: &Path, id: &str) -> io::Result<bool> {
    let lib = match fs::canonicalize(lib) {
        Ok(lib) => lib,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let text = match fs::read_to_string(&lib) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Ok(false),
        Err(error) => return Err(error),
    };
    let Some(edited) = edit::registered(&text, id) else {
        return Ok(false);
    };
    if edited != text {
        replace(&lib, &edited)?;
    }
    Ok(true)
}

/// Replaces a file's contents as a whole or not at all.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let new = path.with_extension(format!("rs.{}.new", std::process::id()));
    let written = (|| {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::set_permissions(&new, fs::metadata(path)?.permissions())?;
        fs::rename(&new, path)
    })();
    if written.is_err() {
        let _ = fs::remove_file(&new);
    }
    written
}
