//! A section line: direction, databases, mode.

use super::line::Line;
use super::{FileError, Mode};
use crate::dialect::Dialect;
use crate::revision::Direction;

/// What a section line says.
pub(super) struct Heading {
    pub direction: Direction,
    pub databases: Vec<Dialect>,
    pub mode: Mode,
    pub line: usize,
    pub body_start: usize,
}

/// Reads a section line. `None` for any other line.
pub(super) fn heading(line: &Line<'_>) -> Result<Option<Heading>, FileError> {
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
