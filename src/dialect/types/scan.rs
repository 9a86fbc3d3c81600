//! A small scanner for statements that sea-query has written: what it gives no getter for is read there.

/// A piece of SQL text, a bracketed group being one piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// Where it starts in the scanned text, in bytes.
    pub start: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword, a bare name or a number.
    Word,
    /// A quoted name.
    Name,
    /// A string.
    Literal,
    /// `( … )`, brackets included.
    Group,
    /// Any other single character.
    Mark,
}

impl<'a> Token<'a> {
    pub fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// A name without its quotes.
    pub fn name(&self) -> Option<String> {
        match self.kind {
            Kind::Name => {
                let mark = &self.text[..1];
                let inside = &self.text[1..self.text.len() - 1];
                Some(inside.replace(&mark.repeat(2), mark))
            }
            Kind::Word => Some(self.text.to_owned()),
            _ => None,
        }
    }

    /// What stands inside the brackets.
    pub fn inside(&self) -> &'a str {
        self.text
            .strip_prefix('(')
            .and_then(|text| text.strip_suffix(')'))
            .unwrap_or(self.text)
            .trim()
    }

    pub fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

/// Splits `text` into tokens. `backslashes`: whether `\` escapes in every string (MySQL), not in `E''` alone.
pub(crate) fn tokens(text: &str, backslashes: bool) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'\'' => {
                let escapes = backslashes
                    || found
                        .last()
                        .is_some_and(|last: &Token<'_>| last.is_word("E") && last.end() == start);
                at = quoted_end(bytes, at, escapes);
                Kind::Literal
            }
            b'"' | b'`' => {
                at = quoted_end(bytes, at, false);
                Kind::Name
            }
            b'(' => {
                at = group_end(bytes, at, backslashes);
                Kind::Group
            }
            byte if is_word(byte) => {
                while at < bytes.len() && is_word(bytes[at]) {
                    at += 1;
                }
                Kind::Word
            }
            _ => {
                at += 1;
                Kind::Mark
            }
        };
        found.push(Token {
            kind,
            text: &text[start..at],
            start,
        });
    }
    found
}

/// The tokens between commas.
pub(crate) fn items<'a, 'b>(tokens: &'b [Token<'a>]) -> impl Iterator<Item = &'b [Token<'a>]> {
    tokens
        .split(|token| token.kind == Kind::Mark && token.text == ",")
        .filter(|item| !item.is_empty())
}

/// The text that some tokens of `whole` cover.
pub(crate) fn covered<'a>(whole: &'a str, tokens: &[Token<'_>]) -> &'a str {
    match (tokens.first(), tokens.last()) {
        (Some(first), Some(last)) => &whole[first.start..last.end()],
        _ => "",
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.') || !byte.is_ascii()
}

/// The end of a quoted piece that starts at `at`; the text's end where it is never closed.
fn quoted_end(bytes: &[u8], mut at: usize, escapes: bool) -> usize {
    let mark = bytes[at];
    at += 1;
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at] == mark {
            if bytes.get(at + 1) == Some(&mark) {
                at += 2;
            } else {
                return at + 1;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn group_end(bytes: &[u8], mut at: usize, backslashes: bool) -> usize {
    let mut depth = 0usize;
    while at < bytes.len() {
        match bytes[at] {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            b'\'' => {
                let escapes = backslashes || at > 0 && matches!(bytes[at - 1], b'E' | b'e');
                at = quoted_end(bytes, at, escapes);
                continue;
            }
            b'"' | b'`' => {
                at = quoted_end(bytes, at, false);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        tokens(text, false).iter().map(|token| token.text).collect()
    }

    #[test]
    fn groups_and_quoted_pieces_stay_whole() {
        assert_eq!(
            texts(r#"CHECK ("a)" > ')' AND (b)) "x""y" 'it''s', é"#),
            [
                "CHECK",
                r#"("a)" > ')' AND (b))"#,
                r#""x""y""#,
                "'it''s'",
                ",",
                "é"
            ]
        );
    }

    #[test]
    fn a_backslash_escapes_where_it_does() {
        assert_eq!(texts(r"E'a\'b' c"), ["E", r"'a\'b'", "c"]);
        assert_eq!(texts(r"'a\' c"), [r"'a\'", "c"]);
        let mysql: Vec<&str> = tokens(r"'a\'b' c", true).iter().map(|it| it.text).collect();
        assert_eq!(mysql, [r"'a\'b'", "c"]);
    }

    #[test]
    fn an_unclosed_piece_ends_with_the_text() {
        assert_eq!(texts("('a"), ["('a"]);
        assert_eq!(texts("\"a"), ["\"a"]);
    }
}
