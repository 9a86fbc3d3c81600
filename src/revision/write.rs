//! Writing a new revision's file. Never over another.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use thiserror::Error;

use super::name::Name;

/// The sections of a revision that is to be filled in by hand.
pub const EMPTY_SECTIONS: &str = "-- migrate:up\n\n\n-- migrate:down\n\n";

const TIMESTAMP: &str = "%Y%m%d%H%M%S";
const MAX_SLUG: usize = 60;

/// Why no file was written.
#[derive(Debug, Error)]
pub enum WriteError {
    #[error("cannot write {}", path.display())]
    Io {
        path: PathBuf,
        #[source]
        error: io::Error,
    },
    #[error("there is no free name for {path:?} or any of the {tried} after it")]
    NoFreeName { path: PathBuf, tried: usize },
}

/// Writes a new SQL revision into `dir`, which is made where it is missing: `message` as its first
/// comment line, then `sections`, section lines and all. Gives the path of the file.
///
/// Its timestamp is `now`, or one second after `newest` (an id), whichever is later, and one that
/// no other file in `dir` has.
///
/// # Errors
/// The file cannot be written; then nothing is left of it.
pub fn create_sql(
    dir: &Path,
    message: &str,
    now: DateTime<Utc>,
    newest: Option<&str>,
    sections: &str,
) -> Result<PathBuf, WriteError> {
    let text = match message_line(message) {
        Some(line) => format!("-- {line}\n{sections}"),
        None => sections.to_owned(),
    };
    let slug = slug(message);
    let first = timestamp(now, newest);
    create_free(dir, first, &text, |timestamp| {
        format!("{timestamp:014}_{slug}.sql")
    })
}

/// Writes a file under the first name that `name` gives, from the timestamp `first` on, and whose timestamp no other
/// file in `dir` has; the folder is made where it is missing.
pub(super) fn create_free(
    dir: &Path,
    first: u64,
    text: &str,
    name: impl Fn(u64) -> String,
) -> Result<PathBuf, WriteError> {
    const MOST_TRIES: usize = 10_000;
    let io_error = |path: &Path, error| WriteError::Io {
        path: path.to_owned(),
        error,
    };
    fs::create_dir_all(dir).map_err(|error| io_error(dir, error))?;
    // Held until the file is there: two at once would take one timestamp for two messages. Where a folder cannot be
    // locked they still never write over each other.
    let _lock = File::open(dir).and_then(|dir| dir.lock().map(|()| dir));
    let taken = taken(dir).map_err(|error| io_error(dir, error))?;
    let mut timestamp = first;
    for _ in 0..MOST_TRIES {
        let path = dir.join(name(timestamp));
        if !taken.contains(&timestamp) {
            match write_new(&path, text) {
                Ok(()) => return Ok(path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(io_error(&path, error)),
            }
        }
        timestamp = next(timestamp);
    }
    Err(WriteError::NoFreeName {
        path: dir.join(name(first)),
        tried: MOST_TRIES,
    })
}

/// The timestamps of the files in `dir`.
fn taken(dir: &Path) -> io::Result<HashSet<u64>> {
    let mut taken = HashSet::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        taken.extend(name.to_str().and_then(|name| Name::parse(name).timestamp));
    }
    Ok(taken)
}

/// Writes a file that must not be there yet. It gets its name when it is whole: whoever reads the folder meanwhile
/// sees all of it or nothing.
pub(super) fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let hidden = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    write_directly(&hidden, text)?;
    let named = fs::hard_link(&hidden, path);
    // What is left of it is hidden, and no revision.
    let _ = fs::remove_file(&hidden);
    match named {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // A file system without links.
            write_directly(path, text)
        }
        named => named,
    }
}

fn write_directly(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        drop(file);
        // The error that is told is the first one: why it could not be written.
        let _ = fs::remove_file(path);
    }
    written
}

/// The timestamp of a new revision: the later of now and what follows the newest.
pub(super) fn timestamp(now: DateTime<Utc>, newest: Option<&str>) -> u64 {
    let now = number(now.naive_utc()).unwrap_or_default();
    let newest = newest.and_then(|id| Name::parse(id).timestamp);
    newest.map_or(now, |newest| now.max(next(newest)))
}

/// One second later; for a number that is no moment, the next number.
fn next(timestamp: u64) -> u64 {
    NaiveDateTime::parse_from_str(&timestamp.to_string(), TIMESTAMP)
        .ok()
        .and_then(|moment| moment.checked_add_signed(TimeDelta::seconds(1)))
        .and_then(number)
        .filter(|&later| later > timestamp)
        .unwrap_or(timestamp + 1)
}

fn number(moment: NaiveDateTime) -> Option<u64> {
    moment.format(TIMESTAMP).to_string().parse().ok()
}

/// A message as a file's name: ASCII letters, digits and `_`, cut between words where it is long.
pub(super) fn slug(message: &str) -> String {
    let ascii = deunicode::deunicode(message).to_ascii_lowercase();
    let mut slug = String::new();
    for word in ascii.split(|c: char| !c.is_ascii_alphanumeric()) {
        if word.is_empty() {
            continue;
        }
        let room = MAX_SLUG.saturating_sub(slug.len() + 1);
        if slug.is_empty() {
            slug.push_str(&word[..word.len().min(MAX_SLUG)]);
        } else if word.len() <= room {
            slug.push('_');
            slug.push_str(word);
        } else {
            break;
        }
    }
    if slug.is_empty() {
        slug.push_str("revision");
    }
    slug
}

/// A message as one comment line: as typed, but line ends and control characters become blanks.
/// `None` where nothing is left to say.
fn message_line(message: &str) -> Option<String> {
    let folded: String = message
        .chars()
        .map(|c| if is_line_end_or_control(c) { ' ' } else { c })
        .collect();
    let line = folded.trim();
    match line {
        "" => None,
        // It must not be read as a section line.
        _ if line.to_lowercase().starts_with("migrate:") => Some(format!("\"{line}\"")),
        _ => Some(line.to_owned()),
    }
}

fn is_line_end_or_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}
