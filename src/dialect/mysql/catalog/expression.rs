//! How `information_schema` writes expressions, brought to what SQL can take.

use crate::dialect::Dialect;

/// An expression as it can be run.
///
/// MySQL 8 escapes the text of its expressions once more (`_utf8mb4\'a\'`), MariaDB does not.
pub(super) fn expression(dialect: Dialect, text: &str) -> String {
    if dialect == Dialect::Mariadb {
        return text.to_owned();
    }
    unescaped(text)
}

/// Text without its backslash escapes.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('0') => plain.push('\0'),
            Some('Z') => plain.push('\u{1a}'),
            Some(escaped) => plain.push(escaped),
            None => plain.push('\\'),
        }
    }
    plain
}

/// The same without the brackets that MySQL 8 puts around the whole.
pub(super) fn bare_expression(dialect: Dialect, text: &str) -> String {
    let plain = expression(dialect, text);
    match inside_brackets(&plain) {
        Some(inner) if dialect != Dialect::Mariadb => inner.to_owned(),
        _ => plain,
    }
}

/// What stands in the pair of brackets around the whole, where there is one.
fn inside_brackets(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut depth = 0_i32;
    for (_, piece) in pieces(inner) {
        match piece {
            Piece::Mark('(') => depth += 1,
            Piece::Mark(')') => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return None;
        }
    }
    Some(inner)
}

/// Text as a literal, as the server itself would write it.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars() {
        match character {
            '\'' => quoted.push_str("''"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\0' => quoted.push_str("\\0"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// The text of a literal, where that is all that is there.
pub(super) fn unquoted(literal: &str) -> Option<String> {
    let whole = literal.starts_with('\'') && quoted_length(literal, '\'') == literal.len();
    let inner = literal.strip_prefix('\'')?.strip_suffix('\'')?;
    whole.then(|| unescaped(&inner.replace("''", "'")))
}

/// A part of an expression as the server writes it: every name in backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A name without its backticks.
    Name(String),
    Mark(char),
    /// A literal in quotes, or a word.
    Other,
}

/// The parts of an expression, each with its text.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = (&str, Piece)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (length, piece) = match first {
            '`' => {
                let length = quoted_length(rest, '`');
                let name = rest[1..length].strip_suffix('`').unwrap_or_default();
                (length, Piece::Name(name.replace("``", "`")))
            }
            '\'' | '"' => (quoted_length(rest, first), Piece::Other),
            word if word.is_alphanumeric() || word == '_' => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
                (end.unwrap_or(rest.len()), Piece::Other)
            }
            other => (other.len_utf8(), Piece::Mark(other)),
        };
        let (piece_text, after) = rest.split_at(length);
        rest = after;
        Some((piece_text, piece))
    })
}

/// The length of a quoted text with its quotes. A backslash escapes in text, not in names.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && quote != '`' {
            characters.next();
        } else if character == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

/// The text without the name of the own database before tables and functions, and the tables and views
/// that it names.
///
/// The server writes every name in full, so that a dump of one database would not run in another.
pub(super) fn unqualified(
    text: &str,
    database: &str,
    known: impl Fn(&str) -> bool,
) -> (String, Vec<String>) {
    let pieces: Vec<(&str, Piece)> = pieces(text).collect();
    let name = |at: usize| match pieces.get(at) {
        Some((_, Piece::Name(name))) => Some(name.as_str()),
        _ => None,
    };
    let dot = |at: usize| matches!(pieces.get(at), Some((_, Piece::Mark('.'))));
    let mut plain = String::with_capacity(text.len());
    let mut named = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let begins = at == 0 || !dot(at - 1);
        let qualifies = begins && name(at) == Some(database) && dot(at + 1);
        let next = name(at + 2).filter(|_| qualifies);
        // `a`.`b`.`c` is database, table and column; `a`.`b` may be a table's alias and a column.
        let called = matches!(pieces.get(at + 3), Some((_, Piece::Mark('('))));
        if let Some(next) = next.filter(|next| dot(at + 3) || called || known(next)) {
            if known(next) {
                named.push(next.to_owned());
            }
            at += 2;
            continue;
        }
        plain.push_str(pieces[at].0);
        at += 1;
    }
    named.sort();
    named.dedup();
    (plain, named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mysql_escapes_its_expressions_once_more() {
        let cases = [
            (
                r"concat(`a`,_utf8mb4\' \',`b`)",
                "concat(`a`,_utf8mb4' ',`b`)",
            ),
            (r"_utf8mb4\'a\\\'b\'", r"_utf8mb4'a\'b'"),
            (r"_utf8mb4\'x\\\\y\'", r"_utf8mb4'x\\y'"),
        ];
        for (text, expected) in cases {
            assert_eq!(expression(Dialect::Mysql, text), expected);
            assert_eq!(expression(Dialect::Mariadb, text), text);
        }
    }

    #[test]
    fn a_literal_is_read_whole_or_not_at_all() {
        assert_eq!(unquoted(r"'a;\'b'").as_deref(), Some("a;'b"));
        assert_eq!(unquoted(r"'a''\\b'").as_deref(), Some(r"a'\b"));
        assert_eq!(unquoted("'a' + 'b'"), None);
        assert_eq!(unquoted("uuid()"), None);
    }

    #[test]
    fn brackets_around_the_whole_are_taken_off() {
        let bare = |text| bare_expression(Dialect::Mysql, text);
        assert_eq!(bare("(`a` > 0)"), "`a` > 0");
        assert_eq!(bare("(`a`) > (`b`)"), "(`a`) > (`b`)");
        assert_eq!(bare(r"(`)` = \')\')"), "`)` = ')'");
    }

    #[test]
    fn the_own_database_is_left_out_of_names() {
        let known = |name: &str| name == "users" || name == "shop";
        let cases = [
            (
                "select `shop`.`users`.`id` AS `id` from `shop`.`users`",
                "select `users`.`id` AS `id` from `users`",
            ),
            (
                "select `shop`.`id` AS `shop.` from `other`.`shop` `shop`",
                "select `shop`.`id` AS `shop.` from `other`.`shop` `shop`",
            ),
            (
                "select `shop`.`f`(`u`.`id`),'`shop`.`users`' from `shop`.`shop` `u`",
                "select `f`(`u`.`id`),'`shop`.`users`' from `shop` `u`",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(unqualified(text, "shop", known).0, expected);
        }
        let (_, named) = unqualified(cases[0].0, "shop", known);
        assert_eq!(named, ["users"]);
    }
}
