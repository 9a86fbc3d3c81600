//! SQLite's tokens, with their places in the text.

use std::borrow::Cow;

/// What a token is, as far as reading definitions asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or bare name.
    Word,
    /// A name in `""`, `` ` ` `` or `[]`.
    Quoted,
    /// Text in `''`, which SQLite takes for a name where only a name can be.
    Text,
    /// A number, a blob, a parameter.
    Literal,
    /// One character that is none of the above.
    Mark(u8),
}

/// A token of `text[start..end]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    pub kind: Kind,
    pub text: &'t str,
    pub start: usize,
    pub end: usize,
}

impl<'t> Token<'t> {
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(super) fn is_mark(&self, mark: u8) -> bool {
        self.kind == Kind::Mark(mark)
    }

    /// The name that the token stands for, without its quotes.
    pub(super) fn name(&self) -> Option<Cow<'t, str>> {
        let inner = || &self.text[1..self.text.len().max(2) - 1];
        match self.kind {
            Kind::Word => Some(Cow::Borrowed(self.text)),
            Kind::Quoted if self.text.starts_with('[') => Some(Cow::Borrowed(inner())),
            Kind::Quoted | Kind::Text => {
                let quote = &self.text[..1];
                Some(if inner().contains(quote) {
                    Cow::Owned(inner().replace(&quote.repeat(2), quote))
                } else {
                    Cow::Borrowed(inner())
                })
            }
            _ => None,
        }
    }
}

/// All tokens but blanks and comments. An open quote or comment runs to the end.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                at = end_of(text, at, "\n");
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = end_of(text, at + 2, "*/");
                continue;
            }
            quote @ (b'"' | b'`' | b'\'') => {
                at = end_of_quoted(bytes, at, quote);
                if quote == b'\'' {
                    Kind::Text
                } else {
                    Kind::Quoted
                }
            }
            b'[' => {
                at = end_of(text, at, "]");
                Kind::Quoted
            }
            b'x' | b'X' if bytes.get(at + 1) == Some(&b'\'') => {
                at = end_of_quoted(bytes, at + 1, b'\'');
                Kind::Literal
            }
            byte if is_name_byte(byte) && !byte.is_ascii_digit() && byte != b'$' => {
                at = end_of_run(bytes, at, is_name_byte);
                Kind::Word
            }
            byte if byte.is_ascii_digit()
                || byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) =>
            {
                at = end_of_number(bytes, at);
                Kind::Literal
            }
            b'$' | b'?' | b':' | b'@' | b'#' => {
                at = end_of_run(bytes, at + 1, is_name_byte);
                Kind::Literal
            }
            byte => {
                at += 1;
                Kind::Mark(byte)
            }
        };
        tokens.push(Token {
            kind,
            text: &text[start..at],
            start,
            end: at,
        });
    }
    tokens
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || !byte.is_ascii()
}

fn end_of(text: &str, from: usize, close: &str) -> usize {
    text.get(from..)
        .and_then(|rest| rest.find(close))
        .map_or(text.len(), |found| from + found + close.len())
}

fn end_of_run(bytes: &[u8], from: usize, holds: impl Fn(u8) -> bool) -> usize {
    bytes[from..]
        .iter()
        .position(|byte| !holds(*byte))
        .map_or(bytes.len(), |found| from + found)
}

fn end_of_quoted(bytes: &[u8], open: usize, quote: u8) -> usize {
    let mut at = open + 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    bytes.len()
}

fn end_of_number(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < bytes.len() {
        let signed = matches!(bytes[at], b'+' | b'-')
            && matches!(bytes[at - 1], b'e' | b'E')
            && at > from
            && !bytes[from..].starts_with(b"0x")
            && !bytes[from..].starts_with(b"0X");
        if !(bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'.' | b'_') || signed) {
            break;
        }
        at += 1;
    }
    at
}

/// The text of tokens in one line: blanks and comments become one space, or none where there was none.
pub(super) fn joined(text: &str, tokens: &[Token<'_>]) -> String {
    let mut line = String::new();
    let mut end = None;
    for token in tokens {
        if end.is_some_and(|end: usize| end < token.start) {
            line.push(' ');
        }
        line.push_str(&text[token.start..token.end]);
        end = Some(token.end);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_quotes_whatever_these_are() {
        let text = r#"a "b ""c""" `d``e` [f "g] 'h''i' 学生 "" []"#;
        let names: Vec<_> = tokens(text)
            .iter()
            .map(|t| t.name().unwrap().into_owned())
            .collect();
        assert_eq!(
            names,
            ["a", r#"b "c""#, "d`e", "f \"g", "h'i", "学生", "", ""]
        );
    }

    #[test]
    fn comments_and_blanks_are_no_tokens() {
        let text = "a -- it's ( here\n/* and \" ) here */ + 1e-5 -x'ab' /* open";
        let found: Vec<_> = tokens(text).iter().map(|t| t.text).collect();
        assert_eq!(found, ["a", "+", "1e-5", "-", "x'ab'"]);
        assert_eq!(joined(text, &tokens(text)), "a + 1e-5 -x'ab'");
    }

    #[test]
    fn open_quotes_and_stray_bytes_do_not_panic() {
        for text in [
            "'", "\"", "[", "`a", "x'", "/*", "-", "\u{0}", "é'", "0x", "1e", "$", "?",
        ] {
            for token in tokens(text) {
                token.name();
            }
        }
    }
}
