//! How the SQL of MySQL and MariaDB is read ("Language Structure" in their manuals).

use crate::dialect::syntax::{Bodies, Syntax};

/// MySQL, to which `/*M! */` is an ordinary comment.
pub static MYSQL: Syntax = Syntax {
    executable_comments: &["/*!"],
    ..COMMON
};

/// MariaDB.
pub static MARIADB: Syntax = Syntax {
    executable_comments: &["/*!", "/*M!"],
    ..COMMON
};

const COMMON: Syntax = Syntax {
    dollar_quotes: false,
    escape_strings: false,
    backslash_escapes: true,
    backtick_quotes: true,
    bracket_quotes: false,
    nested_comments: false,
    hash_comments: true,
    dash_comments_need_space: true,
    carriage_return_ends_comment: false,
    executable_comments: &[],
    delimiter_command: true,
    backslash_commands: false,
    copy_from_stdin: false,
    parentheses_hold: false,
    concurrent_indexes: false,
    lock_tables: true,
    bodies: Bodies::Compound,
};
