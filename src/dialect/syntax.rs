//! How a dialect's SQL is read, as data: what the splitter and the section lines need to know.

use super::{Dialect, mysql, postgres, sqlite};

/// What may hide a semicolon, and what ends a statement, in one dialect.
#[derive(Debug)]
pub struct Syntax {
    /// `$tag$ ... $tag$`.
    pub dollar_quotes: bool,
    /// `E'...'` understands backslashes although plain strings do not.
    pub escape_strings: bool,
    /// Every `'...'` and `"..."` understands backslashes.
    pub backslash_escapes: bool,
    /// `` `name` ``.
    pub backtick_quotes: bool,
    /// `[name]`.
    pub bracket_quotes: bool,
    /// `/* /* */ */`.
    pub nested_comments: bool,
    /// `# comment`.
    pub hash_comments: bool,
    /// `--` opens a comment only before white space.
    pub dash_comments_need_space: bool,
    /// A lone carriage return ends a `--` comment.
    pub carriage_return_ends_comment: bool,
    /// Openings of comments whose contents the server runs.
    pub executable_comments: &'static [&'static str],
    /// The `DELIMITER` line of the `mysql` program.
    pub delimiter_command: bool,
    /// A backslash outside quotes is a command to the `psql` program.
    pub backslash_commands: bool,
    /// `COPY .. FROM stdin;` is followed by its data.
    pub copy_from_stdin: bool,
    /// A semicolon between parentheses ends nothing.
    pub parentheses_hold: bool,
    /// `CREATE INDEX CONCURRENTLY` and its like.
    pub concurrent_indexes: bool,
    /// `LOCK TABLES` holds until `UNLOCK TABLES`.
    pub lock_tables: bool,
    /// Which statements have semicolons in them, unquoted.
    pub bodies: Bodies,
}

/// The statements whose own text holds semicolons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bodies {
    /// `CREATE FUNCTION .. BEGIN ATOMIC ..; END`.
    Atomic,
    /// Routines, triggers and events with `BEGIN`, `IF`, `CASE`, `LOOP`, `WHILE`, `REPEAT`, `FOR`.
    Compound,
    /// `CREATE TRIGGER .. BEGIN ..; END`.
    Trigger,
}

impl Dialect {
    /// How this dialect's SQL is read.
    pub fn syntax(self) -> &'static Syntax {
        match self {
            Dialect::Postgres => &postgres::syntax::SYNTAX,
            Dialect::Mysql => &mysql::syntax::MYSQL,
            Dialect::Mariadb => &mysql::syntax::MARIADB,
            Dialect::Sqlite => &sqlite::syntax::SYNTAX,
        }
    }
}
