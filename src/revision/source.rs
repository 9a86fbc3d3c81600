//! Where revisions come from: what is compiled in, and a folder. Reads files.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use sea_orm_migration::MigrationTrait;
use thiserror::Error;

use super::file::{FileError, SqlRevision};
use super::name::{Name, without_m};
use super::{Body, Origin, Revision, RustRevision};

/// The largest file that is read.
pub const MAX_FILE_BYTES: u64 = 64 << 20;
/// The most that the files of one folder may be together, since all of them are held in memory.
pub const MAX_FOLDER_BYTES: u64 = 512 << 20;

/// Why revisions cannot be taken from a source.
#[derive(Debug, Error)]
pub enum SourceError {
    #[error("cannot read the folder of revisions {}", path.display())]
    Folder {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("cannot read {}", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("{} is no regular file", path.display())]
    NotAFile { path: PathBuf },
    #[error("{} is larger than {} MiB, the most that a revision may be", path.display(), limit >> 20)]
    FileTooLarge { path: PathBuf, limit: u64 },
    #[error("the revisions in {} are larger than {} MiB together", path.display(), limit >> 20)]
    FolderTooLarge { path: PathBuf, limit: u64 },
    #[error(
        "the name of {path:?} is not a revision's: it must begin with a timestamp, like 20240115083000_add_phone.sql"
    )]
    Name { path: PathBuf },
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: FileError },
    #[error("the built-in revision {id}: {error}")]
    BuiltIn { id: String, error: FileError },
    #[error("the name of the built-in SQL revision {id:?} does not begin with a timestamp")]
    BuiltInName { id: String },
}

/// What stands in a folder of revisions.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// Its SQL revisions, in no order that counts.
    pub revisions: Vec<Revision>,
    /// Its Rust revisions, which only count when they are compiled in.
    pub rust: Vec<RustFile>,
}

/// A Rust revision's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RustFile {
    /// The id that it has when it is compiled in.
    pub id: String,
    pub path: PathBuf,
}

/// The revisions that are compiled in: `rust` in its own order, then `sql`.
///
/// `sources` gives the source text of Rust revisions by their name; `sql` gives the name, with
/// `.sql` or without, and the text of each embedded file.
///
/// # Errors
/// An embedded file that is no revision.
pub fn builtin(
    rust: &[Arc<dyn MigrationTrait>],
    sources: &[(&'static str, &'static str)],
    sql: &[(&'static str, &'static str)],
) -> Result<Vec<Revision>, SourceError> {
    let mut revisions = Vec::with_capacity(rust.len() + sql.len());
    for migration in rust {
        let id = migration.name().to_owned();
        let source = sources.iter().find(|(name, _)| stem(name, ".rs") == id);
        let body = Body::Rust(RustRevision {
            migration: migration.clone(),
            source: source.map(|(_, text)| Cow::Borrowed(*text)),
        });
        revisions.push(Revision {
            id,
            body,
            origin: Origin::BuiltIn,
        });
    }
    for (name, text) in sql {
        let id = stem(name, ".sql").to_owned();
        if !is_revision_id(&id) {
            return Err(SourceError::BuiltInName { id });
        }
        let parsed = SqlRevision::parse(text.as_bytes());
        let body = Body::Sql(parsed.map_err(|error| SourceError::BuiltIn {
            id: id.clone(),
            error,
        })?);
        revisions.push(Revision {
            id,
            body,
            origin: Origin::BuiltIn,
        });
    }
    Ok(revisions)
}

/// Reads a folder: its `.sql` files, all of which must be revisions, and the names of its Rust
/// revisions (`m<timestamp>_<name>.rs`). Hidden files, other files and folders inside are not
/// looked at.
///
/// # Errors
/// The first name that is no revision's, else the first file, by name, that cannot be read or is no revision.
pub fn read_folder(dir: &Path) -> Result<Folder, SourceError> {
    let folder_error = |error| SourceError::Folder {
        path: dir.to_owned(),
        error,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).map_err(folder_error)? {
        let entry = entry.map_err(folder_error)?;
        // Most file systems tell it with the name, at no cost; elsewhere it is asked for below.
        let is_file = entry.file_type().is_ok_and(|it| it.is_file());
        names.push((entry.file_name(), is_file));
    }
    // Sorted, so that of several errors the same one is told every time.
    names.sort_unstable();

    let mut folder = Folder::default();
    let mut files = Vec::new();
    for (name, is_file) in names {
        let path = dir.join(&name);
        let Some(name) = name.to_str() else {
            let is_sql = path
                .extension()
                .is_some_and(|ext| ext.eq_ignore_ascii_case("sql"));
            if is_sql {
                return Err(SourceError::Name { path });
            }
            continue;
        };
        let (id, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        if name.starts_with('.') {
            continue;
        }
        let id = id.to_owned();
        if extension == "rs" {
            if is_rust_id(&id) {
                folder.rust.push(RustFile { id, path });
            }
        } else if extension.eq_ignore_ascii_case("sql") {
            if !is_revision_id(&id) {
                return Err(SourceError::Name { path });
            }
            files.push(SqlFile { id, path, is_file });
        }
    }
    folder.revisions = read_files(dir, files)?;
    Ok(folder)
}

/// An SQL revision's file that is to be read.
struct SqlFile {
    id: String,
    path: PathBuf,
    /// Known to be a regular file, and not a link to one.
    is_file: bool,
}

/// Reads SQL revisions, many of them in several threads: most of the time goes to the system, file by file.
///
/// # Errors
/// The first of the files, in their order, that cannot be read, or is no revision.
fn read_files(dir: &Path, files: Vec<SqlFile>) -> Result<Vec<Revision>, SourceError> {
    const WORTH_A_THREAD: usize = 200;
    const MOST_THREADS: usize = 4;
    let total = AtomicU64::new(0);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let threads = threads
        .min(MOST_THREADS)
        .min(files.len() / WORTH_A_THREAD)
        .max(1);
    let mut parts: Vec<Vec<SqlFile>> = Vec::new();
    let mut files = files.into_iter().peekable();
    let each = files.len().div_ceil(threads);
    while files.peek().is_some() {
        parts.push(files.by_ref().take(each).collect());
    }
    let read = thread::scope(|scope| {
        let total = &total;
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        let others: Vec<_> = parts
            .map(|part| scope.spawn(move || read_part(dir, part, total)))
            .collect();
        let mut read = vec![read_part(dir, first, total)];
        for other in others {
            read.push(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        read
    });
    let mut revisions = Vec::new();
    for part in read {
        revisions.append(&mut part?);
    }
    Ok(revisions)
}

/// Reads files one after the other; `total` is what all parts have read together.
fn read_part(
    dir: &Path,
    files: Vec<SqlFile>,
    total: &AtomicU64,
) -> Result<Vec<Revision>, SourceError> {
    let mut bytes = Vec::new();
    let mut revisions = Vec::with_capacity(files.len());
    for SqlFile { id, path, is_file } in files {
        read_file(&path, is_file, &mut bytes)?;
        let more = bytes.len() as u64;
        if total.fetch_add(more, Ordering::Relaxed) + more > MAX_FOLDER_BYTES {
            return Err(SourceError::FolderTooLarge {
                path: dir.to_owned(),
                limit: MAX_FOLDER_BYTES,
            });
        }
        let sql = SqlRevision::parse(&bytes).map_err(|error| SourceError::File {
            path: path.clone(),
            error,
        })?;
        revisions.push(Revision {
            id,
            body: Body::Sql(sql),
            origin: Origin::File(path),
        });
    }
    Ok(revisions)
}

/// The Rust revisions among the files of a crate's `src`; none where there is no such folder.
///
/// # Errors
/// The folder cannot be read.
pub fn rust_files(dir: &Path) -> Result<Vec<RustFile>, SourceError> {
    let folder_error = |error| SourceError::Folder {
        path: dir.to_owned(),
        error,
    };
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(folder_error(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(folder_error)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let id = name.and_then(|name| name.strip_suffix(".rs"));
        if let Some(id) = id.filter(|id| is_rust_id(id)) {
            let id = id.to_owned();
            found.push(RustFile { id, path });
        }
    }
    found.sort();
    Ok(found)
}

/// Reads a file into `bytes`, no more of it than is allowed, and nothing that could block.
fn read_file(path: &Path, is_file: bool, bytes: &mut Vec<u8>) -> Result<(), SourceError> {
    let unreadable = |error| SourceError::Unreadable {
        path: path.to_owned(),
        error,
    };
    let too_large = || SourceError::FileTooLarge {
        path: path.to_owned(),
        limit: MAX_FILE_BYTES,
    };
    // Asked before opening: opening a named pipe would wait for somebody to write into it.
    if !is_file && !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(SourceError::NotAFile {
            path: path.to_owned(),
        });
    }
    bytes.clear();
    let file = File::open(path).map_err(unreadable)?;
    let read = file.take(MAX_FILE_BYTES + 1).read_to_end(bytes);
    if read.map_err(unreadable)? as u64 > MAX_FILE_BYTES {
        return Err(too_large());
    }
    Ok(())
}

/// What an SQL revision may be called: a timestamp and anything that can be shown.
fn is_revision_id(id: &str) -> bool {
    Name::parse(id).timestamp.is_some() && !id.contains(char::is_control)
}

/// What sea-orm-migration calls a revision, and nothing else in a crate's `src` is called.
fn is_rust_id(id: &str) -> bool {
    without_m(id) != id && Name::parse(id).timestamp.is_some()
}

fn stem<'a>(name: &'a str, extension: &str) -> &'a str {
    name.strip_suffix(extension).unwrap_or(name)
}
