//! How PostgreSQL's SQL is read ("Lexical Structure" in its manual; `psqlscan.l` for what ends a statement).

use crate::dialect::syntax::{Bodies, Syntax};

/// PostgreSQL.
pub static SYNTAX: Syntax = Syntax {
    dollar_quotes: true,
    escape_strings: true,
    backslash_escapes: false,
    backtick_quotes: false,
    bracket_quotes: false,
    nested_comments: true,
    hash_comments: false,
    dash_comments_need_space: false,
    carriage_return_ends_comment: true,
    executable_comments: &[],
    delimiter_command: false,
    backslash_commands: true,
    copy_from_stdin: true,
    parentheses_hold: true,
    concurrent_indexes: true,
    lock_tables: false,
    bodies: Bodies::Atomic,
};
