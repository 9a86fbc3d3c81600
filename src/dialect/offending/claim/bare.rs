//! A statement without its comments.

use crate::dialect::Dialect;

/// The text with a blank for each comment.
pub(crate) fn without_comments(sql: &str, dialect: Dialect) -> String {
    let mysql = dialect.family() == Dialect::Mysql;
    let mut bare = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '#' if mysql => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '\'' | '"' | '`' => {
                let mut end = rest.len();
                let mut marks = rest.char_indices().skip(1);
                while let Some((at, character)) = marks.next() {
                    if character == '\\' && mysql && first != '`' {
                        marks.next();
                    } else if character == first {
                        end = at + 1;
                        break;
                    }
                }
                bare.push_str(&rest[..end]);
                rest = &rest[end..];
                continue;
            }
            other => {
                bare.push(other);
                rest = &rest[other.len_utf8()..];
                continue;
            }
        };
        bare.push(' ');
        rest = &rest[length..];
    }
    bare
}
