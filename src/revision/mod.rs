//! Revisions: one entry of the history, its sources, its file format.

pub mod checksum;
pub mod file;
pub mod history;
pub mod name;
pub mod register;
pub mod rust;
pub mod source;
pub mod split;
pub mod target;
pub mod write;

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sea_orm_migration::MigrationTrait;

pub use checksum::Checksum;
pub use file::{Mode, Section, SqlRevision};
pub use history::{FindError, History, HistoryError};
pub use split::{Control, SplitError, Statement, split};
pub use target::Target;

use crate::dialect::Dialect;
use name::Name;

/// Which way a revision is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    /// The word of a section line.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One entry of the history.
#[derive(Clone, Debug)]
pub struct Revision {
    /// What stands in `seaql_migrations.version`.
    pub id: String,
    pub body: Body,
    pub origin: Origin,
}

/// What a revision does.
#[derive(Clone, Debug)]
pub enum Body {
    Rust(RustRevision),
    Sql(SqlRevision),
}

/// A revision that is compiled in.
#[derive(Clone)]
pub struct RustRevision {
    pub migration: Arc<dyn MigrationTrait>,
    /// Its source text, where the project gave it.
    pub source: Option<Cow<'static, str>>,
}

impl fmt::Debug for RustRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RustRevision")
            .field("migration", &self.migration.name())
            .field("source", &self.source.as_ref().map(|text| text.len()))
            .finish()
    }
}

/// Where a revision came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Compiled in, or embedded.
    BuiltIn,
    File(PathBuf),
}

impl Origin {
    /// The file, where there is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Origin::BuiltIn => None,
            Origin::File(path) => Some(path),
        }
    }
}

impl Revision {
    /// What the revision is for: its first comment line as typed, else its name in words.
    pub fn message(&self) -> String {
        let typed = match &self.body {
            Body::Sql(sql) => sql.message.clone(),
            Body::Rust(_) => None,
        };
        typed.unwrap_or_else(|| Name::parse(&self.id).words())
    }

    /// The timestamp that the id begins with, see [`Name`].
    pub fn timestamp(&self) -> Option<u64> {
        Name::parse(&self.id).timestamp
    }

    /// Whether the revision can go in `direction` on `dialect`, as far as its file tells.
    pub fn has_section(&self, direction: Direction, dialect: Dialect) -> bool {
        match &self.body {
            Body::Rust(_) => true,
            Body::Sql(sql) => sql.section(direction, dialect).is_some(),
        }
    }

    /// Whether there is a way in `direction` on any dialect.
    pub fn has_any_section(&self, direction: Direction) -> bool {
        match &self.body {
            Body::Rust(_) => true,
            Body::Sql(sql) => sql
                .sections
                .iter()
                .any(|section| section.direction == direction),
        }
    }

    /// What is doubtful in the revision's file, ready to be shown.
    pub fn warnings(&self) -> Vec<String> {
        let Body::Sql(sql) = &self.body else {
            return Vec::new();
        };
        let file = self
            .origin
            .path()
            .map_or_else(|| self.id.clone(), |p| p.display().to_string());
        sql.warnings
            .iter()
            .map(|warning| format!("{file}: {warning}"))
            .collect()
    }

    pub fn is_rust(&self) -> bool {
        matches!(self.body, Body::Rust(_))
    }

    /// The checksum of what `up` runs on `dialect`. `None` where there is no such
    /// section, and for a Rust revision without its source.
    pub fn checksum(&self, dialect: Dialect) -> Option<Checksum> {
        match &self.body {
            Body::Rust(rust) => rust.source.as_deref().map(Checksum::of_source),
            Body::Sql(sql) => sql
                .section(Direction::Up, dialect)
                .map(|section| section.checksum.clone()),
        }
    }
}
