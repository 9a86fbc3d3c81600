//! How SQLite's SQL is read (`tokenize.c` for the words, `complete.c` for what ends a statement).

use crate::dialect::syntax::{Bodies, Syntax};

/// SQLite.
pub static SYNTAX: Syntax = Syntax {
    dollar_quotes: false,
    escape_strings: false,
    backslash_escapes: false,
    backtick_quotes: true,
    bracket_quotes: true,
    nested_comments: false,
    hash_comments: false,
    dash_comments_need_space: false,
    carriage_return_ends_comment: false,
    executable_comments: &[],
    delimiter_command: false,
    backslash_commands: false,
    copy_from_stdin: false,
    parentheses_hold: false,
    concurrent_indexes: false,
    lock_tables: false,
    bodies: Bodies::Trigger,
};
