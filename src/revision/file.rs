//! The file of an SQL revision: dbmate's format, with databases and modes in its section lines.

mod header;
mod heading;
mod line;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use thiserror::Error;

use super::split::{SplitError, Statement, split};
use super::{Checksum, Direction};
use crate::dialect::Dialect;
use header::Header;
use heading::{Heading, heading};
use line::{Line, Lines};

/// A revision in SQL: what it is for, and what it runs, by direction and database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlRevision {
    /// The first line of the comment that the file begins with.
    pub message: Option<String>,
    /// In the file's order; at least one of them is an `up`.
    pub sections: Vec<Section>,
    pub warnings: Vec<Warning>,
}

/// What one section line begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    pub direction: Direction,
    /// The databases that the section is for. Empty: every one that no other section names.
    pub databases: Vec<Dialect>,
    pub mode: Mode,
    /// The text between this section line and the next, as it stands in the file.
    pub body: Arc<str>,
    /// The line of the file on which the body begins.
    pub first_line: usize,
    /// Of the mode and the body. Computed where the file is read, which several threads do.
    pub checksum: Checksum,
}

/// How a section is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mode {
    /// In one transaction, on the databases that can.
    pub transaction: bool,
    /// With SQLite's foreign keys on.
    pub foreign_keys: bool,
}

impl Default for Mode {
    fn default() -> Self {
        Mode {
            transaction: true,
            foreign_keys: false,
        }
    }
}

/// Something in a file that is likely to be a slip.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Warning {
    #[error(
        "line {line}: {text:?} is taken for a comment: a section line begins with \"-- migrate:up\" or \"-- migrate:down\", in lower case and at the start of the line"
    )]
    LooksLikeSection { line: usize, text: String },
}

/// Why a file is no revision. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileError {
    #[error("line 1: the file is empty")]
    Empty,
    #[error("the file is UTF-16, which shows at byte 0; it must be UTF-8")]
    Utf16,
    #[error("byte {offset} (line {line}) is not UTF-8")]
    InvalidUtf8 { offset: usize, line: usize },
    #[error("byte {offset} (line {line}) is a NUL")]
    Nul { offset: usize, line: usize },
    #[error("line {line}: the file ends without a \"-- migrate:up\" line")]
    NoSection { line: usize },
    #[error("line {line}: there is a \"-- migrate:down\", but no \"-- migrate:up\"")]
    NoUp { line: usize },
    #[error("line {line}, column {column}: only comments may stand before the first section line")]
    TextBeforeSection { line: usize, column: usize },
    #[error(
        "line {line}, column {column}: unknown section \"migrate:{word}\"; there are migrate:up and migrate:down"
    )]
    UnknownDirection {
        line: usize,
        column: usize,
        word: String,
    },
    #[error(
        "line {line}, column {column}: unknown database or option {word:?}; there are postgres, mysql, mariadb, sqlite, transaction:true|false and foreign_keys:on|off"
    )]
    UnknownOption {
        line: usize,
        column: usize,
        word: String,
    },
    #[error("line {line}, column {column}: {option} is said twice")]
    RepeatedOption {
        line: usize,
        column: usize,
        option: &'static str,
    },
    #[error("line {line}: a second {direction} section for {}; the first begins at line {first}", database.map_or("every database", Dialect::name))]
    DuplicateSection {
        line: usize,
        first: usize,
        direction: Direction,
        database: Option<Dialect>,
    },
}

impl SqlRevision {
    /// Reads a revision from the bytes of its file: UTF-8, a byte order mark or not.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place. Whether the SQL itself can be read shows
    /// only when it is split, because that depends on the dialect.
    pub fn parse(bytes: &[u8]) -> Result<SqlRevision, FileError> {
        let text = decode(bytes)?;
        let mut revision = SqlRevision {
            message: None,
            sections: Vec::new(),
            warnings: Vec::new(),
        };
        let mut header = Header::default();
        let mut open: Option<Heading> = None;
        let mut last_line = 1;
        for line in Lines::of(text) {
            last_line = line.number;
            if !(open.is_none() && header.in_comment)
                && let Some(heading) = heading(&line)?
            {
                if let Some(done) = open.replace(heading) {
                    revision.add(done, text, line.start)?;
                }
                continue;
            }
            revision.warn_if_like_a_section(&line);
            if open.is_none() {
                header.read(&line);
            }
        }
        let Some(last) = open else {
            return Err(FileError::NoSection { line: last_line });
        };
        if let Some((line, column)) = header.foreign {
            return Err(FileError::TextBeforeSection { line, column });
        }
        revision.add(last, text, text.len())?;
        revision.message = header.message;
        match revision.sections.first() {
            Some(first) if revision.sections.iter().all(Section::is_down) => Err(FileError::NoUp {
                line: first.first_line - 1,
            }),
            _ => Ok(revision),
        }
    }

    /// The section that `dialect` runs: one that names it, else one that names none.
    pub fn section(&self, direction: Direction, dialect: Dialect) -> Option<&Section> {
        let mut sections = self.sections.iter().filter(|s| s.direction == direction);
        let mut named = std::iter::successors(Some(dialect), |dialect| dialect.fallback());
        let named = named.find_map(|wanted| {
            let mut sections = sections.clone();
            sections.find(|section| section.databases.contains(&wanted))
        });
        named.or_else(|| sections.find(|section| section.databases.is_empty()))
    }

    fn add(&mut self, heading: Heading, text: &str, end: usize) -> Result<(), FileError> {
        let body = &text[heading.body_start..end];
        let section = Section {
            direction: heading.direction,
            databases: heading.databases,
            mode: heading.mode,
            body: Arc::from(body),
            first_line: heading.line + 1,
            checksum: Checksum::of_section(heading.mode, body),
        };
        let earlier = self.sections.iter();
        for other in earlier.filter(|other| other.direction == section.direction) {
            let both_unnamed = other.databases.is_empty() && section.databases.is_empty();
            let shared = section
                .databases
                .iter()
                .find(|d| other.databases.contains(d));
            if both_unnamed || shared.is_some() {
                return Err(FileError::DuplicateSection {
                    line: heading.line,
                    first: other.first_line - 1,
                    direction: section.direction,
                    database: shared.copied(),
                });
            }
        }
        self.sections.push(section);
        Ok(())
    }

    fn warn_if_like_a_section(&mut self, line: &Line<'_>) {
        const MOST_WARNINGS: usize = 10;
        if self.warnings.len() == MOST_WARNINGS {
            return;
        }
        let Some(comment) = line.text.trim_start().strip_prefix("--") else {
            return;
        };
        let mut word = comment.trim_start().chars().flat_map(char::to_lowercase);
        if "migrate:".chars().all(|c| word.next() == Some(c)) {
            self.warnings.push(Warning::LooksLikeSection {
                line: line.number,
                text: line.text.trim().chars().take(80).collect(),
            });
        }
    }
}

impl Section {
    /// The statements of the section as `dialect` reads them, with their places in the file.
    ///
    /// # Errors
    /// See [`split`].
    pub fn statements(&self, dialect: Dialect) -> Result<Vec<Statement>, SplitError> {
        split(&self.body, dialect.syntax(), self.first_line)
    }

    fn is_down(&self) -> bool {
        self.direction == Direction::Down
    }
}

fn decode(bytes: &[u8]) -> Result<&str, FileError> {
    if bytes.is_empty() {
        return Err(FileError::Empty);
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(FileError::Utf16);
    }
    let line_of = |offset: usize| Lines::count(&bytes[..offset]);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        let line = line_of(offset);
        FileError::InvalidUtf8 { offset, line }
    })?;
    if let Some(offset) = text.find('\0') {
        let line = line_of(offset);
        return Err(FileError::Nul { offset, line });
    }
    match text.strip_prefix('\u{feff}').unwrap_or(text) {
        "" => Err(FileError::Empty),
        text => Ok(text),
    }
}
