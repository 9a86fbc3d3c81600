//! What the comparison of two schemas must know of a dialect, as data.

use super::{Dialect, mysql, postgres, sqlite};
use crate::schema::Routine;

/// How one dialect's schemas are compared, and what stands in the way of a change there.
#[derive(Debug)]
pub struct DiffRules {
    /// Tables whose names differ in case alone are one.
    pub tables_ignore_case: bool,
    /// So are columns.
    pub columns_ignore_case: bool,
    /// A column can be added between others.
    pub places_columns: bool,
    /// Whether a constraint's name is a difference.
    pub constraint_names: bool,
    /// Whether a constraint can be renamed; else it is dropped and added.
    pub renames_constraints: bool,
    /// Foreign keys look for what they refer to when they are made, and hold on to it.
    pub late_foreign_keys: bool,
    /// A foreign key needs its index: one is dropped only after its successor is there.
    pub late_index_drops: bool,
    /// Whether foreign keys on it stand in the way of a column's change of type.
    pub foreign_keys_hold: fn(from: &str, to: &str) -> bool,
    /// Whether generated columns stand in the way of a change of type of what they read.
    pub generated_hold: fn(from: &str, to: &str) -> bool,
    /// No check may name a column that numbers itself.
    pub numbers_bar_checks: bool,
    /// Where views stand in the way.
    pub views: ViewHold,
    /// A table's own expressions are rewritten by the server when a column is renamed; else they forbid it.
    pub expressions_follow: bool,
    /// A table is changed by making it anew, from the model, with all that reads it.
    pub rebuilds: bool,
    /// A new value of an enum can be used only after a commit.
    pub enum_values_wait: bool,
    /// Whether two defaults that are written differently are one.
    pub same_default: fn(&str, &str) -> bool,
    /// Whether a name is one that the server would have chosen.
    pub chosen: fn(&Naming<'_>) -> bool,
    /// Whether a routine can be changed while others use it.
    pub replaces_routine: fn(from: &Routine, to: &Routine) -> bool,
    /// Whether a name can stand in a text as it is, without quotes.
    pub stands_bare: fn(&str) -> bool,
    /// What stands around a name otherwise.
    pub quote: char,
    /// `\` escapes in every string.
    pub backslashes: bool,
}

/// Where views stand in the way of a table's change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewHold {
    /// Nowhere: a view that has lost what it reads fails when it is asked.
    Nowhere,
    /// A view holds the columns that it reads; its text follows a rename.
    Columns,
    /// Every view is read again by every change; its text follows a rename.
    Everywhere,
}

/// A constraint's or an index's name, and what a server would make one of.
#[derive(Debug)]
pub struct Naming<'a> {
    pub kind: PartKind,
    pub table: &'a str,
    pub name: &'a str,
    /// Its columns in order; of a check, those that it reads.
    pub columns: &'a [&'a str],
    /// The names of the table's foreign keys.
    pub foreign_keys: &'a [&'a str],
}

/// What a table has beside its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartKind {
    PrimaryKey,
    Unique,
    Index,
    Check,
    Other,
    ForeignKey,
}

impl Dialect {
    /// How this dialect's schemas are compared.
    pub fn diff_rules(self) -> &'static DiffRules {
        match self {
            Dialect::Postgres => &postgres::diff::RULES,
            Dialect::Mysql => &mysql::diff::MYSQL,
            Dialect::Mariadb => &mysql::diff::MARIADB,
            Dialect::Sqlite => &sqlite::diff::RULES,
        }
    }
}
