//! Tokens, as coarse as splitting needs them: what is quoted or a comment is one of them.

use super::{Fault, Faulty, unclosed};
use crate::dialect::syntax::Syntax;

/// A piece of the text.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    pub kind: Kind<'a>,
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Copy)]
pub(super) enum Kind<'a> {
    /// White space and comments.
    Blank,
    /// A keyword, a name or a number.
    Word(&'a str),
    /// Any string or quoted name.
    Quoted,
    Open,
    Close,
    /// `;`, or the delimiter that is set.
    Terminator,
    /// Where a comment that is run begins or ends.
    Executable,
    /// Any other byte.
    Other(u8),
}

impl Token<'_> {
    /// Whether a word that touches this token is a name whatever it says.
    pub fn names_what_follows(self, next: Token<'_>) -> bool {
        matches!(self.kind, Kind::Other(b'.' | b'@')) && self.end == next.start
    }

    pub fn is_word(self, wanted: &str) -> bool {
        matches!(self.kind, Kind::Word(word) if word.eq_ignore_ascii_case(wanted))
    }
}

pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    syntax: &'a Syntax,
    /// What `DELIMITER` set, where it is not `;`.
    delimiter: Option<&'a str>,
    /// Where the executable comments begin that are open.
    executable: Vec<usize>,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str, syntax: &'a Syntax) -> Scanner<'a> {
        Scanner {
            text,
            at: 0,
            syntax,
            delimiter: None,
            executable: Vec::new(),
        }
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    pub fn has_own_delimiter(&self) -> bool {
        self.delimiter.is_some()
    }

    pub fn in_executable_comment(&self) -> bool {
        !self.executable.is_empty()
    }

    /// Where the outermost executable comment begins that is open.
    pub fn executable_comment(&self) -> Option<usize> {
        self.executable.first().copied()
    }

    /// The next token. Every byte of the text is in one. `between`: no statement has begun.
    pub fn next(&mut self, between: bool) -> Result<Option<Token<'a>>, Faulty> {
        let start = self.at;
        let Some(&first) = self.text.as_bytes().get(start) else {
            return Ok(None);
        };
        let (kind, end) = self.token(start, first, between)?;
        self.at = end;
        Ok(Some(Token { kind, start, end }))
    }

    fn token(
        &mut self,
        start: usize,
        first: u8,
        between: bool,
    ) -> Result<(Kind<'a>, usize), Faulty> {
        let rest = &self.text.as_bytes()[start..];
        let syntax = self.syntax;
        if let Some(delimiter) = self.delimiter
            && rest.starts_with(delimiter.as_bytes())
        {
            return Ok((Kind::Terminator, start + delimiter.len()));
        }
        Ok(match first {
            b if is_blank(b) => {
                let length = rest.iter().take_while(|b| is_blank(**b)).count();
                (Kind::Blank, start + length)
            }
            b'-' if self.is_dash_comment(rest, between) => (Kind::Blank, self.line_comment(start)),
            b'#' if syntax.hash_comments => (Kind::Blank, self.line_comment(start)),
            b'/' if rest.starts_with(b"/*") => match self.executable_opening(start) {
                Some(end) => {
                    self.executable.push(start);
                    (Kind::Executable, end)
                }
                None => (Kind::Blank, self.block_comment(start)?),
            },
            b'*' if self.in_executable_comment() && rest.starts_with(b"*/") => {
                self.executable.pop();
                (Kind::Executable, start + 2)
            }
            b'\'' | b'"' => (
                Kind::Quoted,
                self.quoted(start, start, first, syntax.backslash_escapes)?,
            ),
            b'`' if syntax.backtick_quotes => {
                (Kind::Quoted, self.quoted(start, start, b'`', false)?)
            }
            b'[' if syntax.bracket_quotes => match self.text[start..].find(']') {
                Some(length) => (Kind::Quoted, start + length + 1),
                None => return Err(unclosed(start, "[")),
            },
            b'$' if syntax.dollar_quotes => match self.dollar_quoted(start)? {
                Some(end) => (Kind::Quoted, end),
                None => (Kind::Other(b'$'), start + 1),
            },
            b'\\' if syntax.backslash_commands => return Err(self.backslash_command(start)),
            b'(' => (Kind::Open, start + 1),
            b')' => (Kind::Close, start + 1),
            b';' if self.delimiter.is_none() => (Kind::Terminator, start + 1),
            b if is_word_byte(b) => self.word(start)?,
            b => (Kind::Other(b), start + 1),
        })
    }

    fn word(&self, start: usize) -> Result<(Kind<'a>, usize), Faulty> {
        let rest = &self.text.as_bytes()[start..];
        // After a number `$$` begins a dollar quote; in a name it does not.
        let takes_dollar = !(self.syntax.dollar_quotes && rest[0].is_ascii_digit());
        let mut end = start;
        for (at, &byte) in rest.iter().enumerate() {
            let ends_at_delimiter = at > 0
                && self
                    .delimiter
                    .is_some_and(|delimiter| rest[at..].starts_with(delimiter.as_bytes()));
            if !is_word_byte(byte) || byte == b'$' && !takes_dollar || ends_at_delimiter {
                break;
            }
            end = start + at + 1;
        }
        let word = &self.text[start..end];
        let is_escape_string = self.syntax.escape_strings
            && word.eq_ignore_ascii_case("e")
            && self.text.as_bytes().get(end) == Some(&b'\'');
        if is_escape_string {
            return Ok((Kind::Quoted, self.escape_string(start, end)?));
        }
        Ok((Kind::Word(word), end))
    }

    /// Where the quoted text ends whose quote stands at `quote`; `start` is where its prefix does.
    fn quoted(&self, start: usize, at: usize, quote: u8, escapes: bool) -> Result<usize, Faulty> {
        let bytes = self.text.as_bytes();
        let mut at = at + 1;
        while let Some(&byte) = bytes.get(at) {
            if byte == b'\\' && escapes {
                at += 2;
            } else if byte != quote {
                at += 1;
            } else if bytes.get(at + 1) == Some(&quote) {
                at += 2;
            } else {
                return Ok(at + 1);
            }
        }
        Err(unclosed(start, &char::from(quote).to_string()))
    }

    /// An `E'..'` string goes on, with its backslashes, in a string on a later line.
    fn escape_string(&self, start: usize, quote: usize) -> Result<usize, Faulty> {
        let mut end = self.quoted(start, quote, b'\'', true)?;
        while let Some(next) = self.continuation(end) {
            end = self.quoted(start, next, b'\'', true)?;
        }
        Ok(end)
    }

    /// The quote that follows `at` after at least one line end and nothing but blanks and
    /// `--` comments.
    fn continuation(&self, mut at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut saw_line_end = false;
        loop {
            match bytes.get(at)? {
                b'\n' | b'\r' => {
                    saw_line_end = true;
                    at += 1;
                }
                b if is_blank(*b) => at += 1,
                b'-' if bytes[at..].starts_with(b"--") => at = self.line_comment(at),
                b'\'' if saw_line_end => return Some(at),
                _ => return None,
            }
        }
    }

    /// Where the dollar-quoted text ends that begins at `start`. `None`: none begins there.
    fn dollar_quoted(&self, start: usize) -> Result<Option<usize>, Faulty> {
        let rest = &self.text[start + 1..];
        let is_tag = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
        let length = rest.bytes().take_while(|b| is_tag(*b)).count();
        let begins_with_digit = rest.starts_with(|c: char| c.is_ascii_digit());
        if begins_with_digit || rest.as_bytes().get(length) != Some(&b'$') {
            return Ok(None);
        }
        let (tag, inside) = self.text[start..].split_at(length + 2);
        match inside.find(tag) {
            Some(at) => Ok(Some(start + tag.len() + at + tag.len())),
            None => Err(unclosed(start, tag)),
        }
    }

    /// No statement begins with `--`, so there MySQL's own program takes `--x` for a comment too.
    fn is_dash_comment(&self, rest: &[u8], between: bool) -> bool {
        let is_space = |b: &u8| b.is_ascii_whitespace() || b.is_ascii_control();
        rest.starts_with(b"--")
            && (!self.syntax.dash_comments_need_space
                || between
                || rest.get(2).is_none_or(is_space))
    }

    fn line_comment(&self, start: usize) -> usize {
        let ends = |b: &u8| *b == b'\n' || *b == b'\r' && self.syntax.carriage_return_ends_comment;
        let rest = &self.text.as_bytes()[start..];
        start + rest.iter().position(ends).unwrap_or(rest.len())
    }

    fn block_comment(&self, start: usize) -> Result<usize, Faulty> {
        let bytes = self.text.as_bytes();
        let mut depth = 1;
        let mut at = start + 2;
        while at < bytes.len() {
            if bytes[at..].starts_with(b"*/") {
                at += 2;
                depth -= 1;
                if depth == 0 {
                    return Ok(at);
                }
            } else if self.syntax.nested_comments && bytes[at..].starts_with(b"/*") {
                at += 2;
                depth += 1;
            } else {
                at += 1;
            }
        }
        Err(unclosed(start, "/*"))
    }

    /// Where the opening of an executable comment ends, version and all.
    fn executable_opening(&self, start: usize) -> Option<usize> {
        const LONGEST_VERSION: usize = 6;
        let rest = &self.text[start..];
        let mut openings = self.syntax.executable_comments.iter();
        let opening = openings.find(|opening| rest.starts_with(**opening))?;
        let version = rest[opening.len()..].bytes().take(LONGEST_VERSION);
        Some(start + opening.len() + version.take_while(u8::is_ascii_digit).count())
    }

    fn backslash_command(&self, start: usize) -> Faulty {
        const MOST_CHARACTERS: usize = 40;
        let word = self.text[start..].split(char::is_whitespace).next();
        let command = word.unwrap_or_default().chars().take(MOST_CHARACTERS);
        let command = command.collect();
        (start, Fault::BackslashCommand { command })
    }

    /// Reads the rest of the line of the `DELIMITER` word that was just read.
    pub fn read_delimiter(&mut self, command: Token<'a>) -> Result<(), Faulty> {
        const LONGEST: usize = 15;
        let rest = &self.text[command.end..];
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        let word = line.split_whitespace().next().unwrap_or_default();
        let delimiter = ['\'', '"', '`']
            .iter()
            .find_map(|&quote| word.strip_prefix(quote)?.strip_suffix(quote))
            .unwrap_or(word);
        let is_valid = (1..=LONGEST).contains(&delimiter.len()) && !delimiter.contains('\\');
        if !is_valid {
            return Err((command.start, Fault::Delimiter));
        }
        self.delimiter = (delimiter != ";").then_some(delimiter);
        self.at = command.end + line.len();
        Ok(())
    }

    /// Reads the data of a `COPY` that begins at `start` and whose semicolon ends at `after`.
    pub fn read_copy_data(&mut self, start: usize, after: usize) -> Result<&'a str, Faulty> {
        let rest = &self.text[after..];
        let (line, data) = rest.split_once('\n').unwrap_or((rest, ""));
        let said = line.trim();
        if !said.is_empty() && !said.starts_with("--") {
            let blanks = line.len() - line.trim_start().len();
            return Err((after + blanks, Fault::TextBeforeCopyData));
        }
        let data_start = self.text.len() - data.len();
        let mut at = data_start;
        for line in data.split_inclusive('\n') {
            if line.trim_end_matches(['\n', '\r']) == "\\." {
                self.at = at + line.len();
                return Ok(&self.text[data_start..at]);
            }
            at += line.len();
        }
        Err((start, Fault::CopyDataUnclosed))
    }
}

fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'\x0b'
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}
