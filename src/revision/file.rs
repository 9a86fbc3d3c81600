//! The file of an SQL revision: dbmate's format, with databases and modes in its section lines.

use std::sync::Arc;

use thiserror::Error;

use super::Direction;
use crate::dialect::Dialect;

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
        let section = Section {
            direction: heading.direction,
            databases: heading.databases,
            mode: heading.mode,
            body: Arc::from(&text[heading.body_start..end]),
            first_line: heading.line + 1,
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

/// What a section line says.
struct Heading {
    direction: Direction,
    databases: Vec<Dialect>,
    mode: Mode,
    line: usize,
    body_start: usize,
}

/// Reads a section line. `None` for any other line.
fn heading(line: &Line<'_>) -> Result<Option<Heading>, FileError> {
    let Some(comment) = line.text.strip_prefix("--") else {
        return Ok(None);
    };
    let Some(said) = comment.trim_start().strip_prefix("migrate:") else {
        return Ok(None);
    };
    if said.starts_with(char::is_whitespace) || said.is_empty() {
        return Ok(None);
    }
    let mut words = said.split_whitespace();
    let word = words.next().unwrap_or_default();
    let direction = match word {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => {
            return Err(FileError::UnknownDirection {
                line: line.number,
                column: line.column_of(word),
                word: word.to_owned(),
            });
        }
    };
    let mut heading = Heading {
        direction,
        databases: Vec::new(),
        mode: Mode::default(),
        line: line.number,
        body_start: line.end,
    };
    let mut said_options: Vec<&'static str> = Vec::new();
    for word in words {
        let option = heading.read(word).ok_or_else(|| FileError::UnknownOption {
            line: line.number,
            column: line.column_of(word),
            word: word.to_owned(),
        })?;
        if said_options.contains(&option) {
            return Err(FileError::RepeatedOption {
                line: line.number,
                column: line.column_of(word),
                option,
            });
        }
        said_options.push(option);
    }
    Ok(Some(heading))
}

impl Heading {
    /// Takes in one word of a section line. Gives what was set, or `None` for an unknown word.
    fn read(&mut self, word: &str) -> Option<&'static str> {
        if let Ok(dialect) = word.parse::<Dialect>() {
            self.databases.push(dialect);
            return Some(dialect.name());
        }
        match word {
            "transaction:true" => self.mode.transaction = true,
            "transaction:false" => self.mode.transaction = false,
            "foreign_keys:on" => self.mode.foreign_keys = true,
            "foreign_keys:off" => self.mode.foreign_keys = false,
            _ => return None,
        }
        Some(if word.starts_with('t') {
            "transaction"
        } else {
            "foreign_keys"
        })
    }
}

/// What stands before the first section line.
#[derive(Default)]
struct Header {
    message: Option<String>,
    in_comment: bool,
    /// Where the first thing stands that is no comment.
    foreign: Option<(usize, usize)>,
}

impl Header {
    fn read(&mut self, line: &Line<'_>) {
        let mut rest = line.text.trim();
        while !rest.is_empty() {
            if !self.in_comment {
                if let Some(comment) = rest.strip_prefix("--") {
                    return self.take_message(comment);
                }
                let Some(comment) = rest.strip_prefix("/*") else {
                    let place = (line.number, line.column_of(rest));
                    self.foreign.get_or_insert(place);
                    return;
                };
                rest = comment;
                self.in_comment = true;
            }
            let Some((comment, after)) = rest.split_once("*/") else {
                return self.take_message(rest);
            };
            self.take_message(comment);
            self.in_comment = false;
            rest = after.trim_start();
        }
    }

    fn take_message(&mut self, comment: &str) {
        let comment = comment.trim();
        if self.message.is_none() && !comment.is_empty() {
            self.message = Some(comment.to_owned());
        }
    }
}

/// One line of a file.
struct Line<'a> {
    /// Without what ends it.
    text: &'a str,
    number: usize,
    start: usize,
    /// Where the next line begins.
    end: usize,
}

impl Line<'_> {
    /// The column of `part`, a slice of this line.
    fn column_of(&self, part: &str) -> usize {
        let before = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.text.get(..before).unwrap_or_default().chars().count() + 1
    }
}

/// The lines of a text, ended by LF, CRLF or CR.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Lines<'a> {
        Lines {
            text,
            at: 0,
            number: 0,
        }
    }

    /// The number of the line that follows `before`.
    fn count(before: &[u8]) -> usize {
        let crlf = before.windows(2).filter(|pair| pair == b"\r\n").count();
        let ends = before.iter().filter(|b| matches!(b, b'\n' | b'\r')).count();
        ends - crlf + 1
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (text, after) = rest.split_at(length);
        let line_end = if after.starts_with("\r\n") {
            2
        } else {
            after.len().min(1)
        };
        self.at = start + length + line_end;
        self.number += 1;
        Some(Line {
            text,
            number: self.number,
            start,
            end: self.at,
        })
    }
}
