//! Reading `.env`.
//!
//! The grammar is what the common readers agree on, with lines and without the process
//! environment, which a library must not read behind its caller's back:
//!
//! - `NAME=value`, `export NAME=value`, blank lines, `# comment` lines;
//! - an unquoted value ends at the line's end or at a blank followed by `#`; nothing in it is
//!   special but `${NAME}`, so that a password with `$`, quotes or backslashes stands as it is;
//! - `'...'` is taken literally, `"..."` knows `\n \r \t \" \\ \$` and `${NAME}`; both may span lines;
//! - `${NAME}` and `${NAME:-otherwise}` take from the environment, then from earlier lines;
//! - of two lines with one name the later counts.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use super::ConfigError;
use super::file::utf8;

/// What one `.env` says.
pub(super) struct DotEnv {
    /// The name that messages give it.
    pub shown: PathBuf,
    /// By name: the value and the line it begins on.
    pub vars: BTreeMap<String, (String, usize)>,
}

/// Reads the file at `path`; `None` where there is none. A directory of that name is somebody's
/// virtual environment, not ours.
pub(super) fn read(
    path: &Path,
    shown: &Path,
    environment: &BTreeMap<String, OsString>,
) -> Result<Option<DotEnv>, ConfigError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound || path.is_dir() => return Ok(None),
        Err(source) => {
            return Err(ConfigError::Unreadable {
                path: shown.to_owned(),
                source,
            });
        }
    };
    let text = utf8(&bytes, shown)?;
    let vars = parse(text, environment).map_err(|fault| ConfigError::Syntax {
        path: shown.to_owned(),
        line: fault.line,
        column: fault.column,
        reason: fault.reason.to_owned(),
    })?;
    Ok(Some(DotEnv {
        shown: shown.to_owned(),
        vars,
    }))
}

/// What is wrong and where; never what stands there.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    line: usize,
    column: usize,
    reason: &'static str,
}

fn parse(
    text: &str,
    environment: &BTreeMap<String, OsString>,
) -> Result<BTreeMap<String, (String, usize)>, Fault> {
    let mut scanner = Scanner {
        text,
        at: 0,
        environment,
        vars: BTreeMap::new(),
    };
    while scanner.at < text.len() {
        scanner.line()?;
    }
    Ok(scanner.vars)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    environment: &'a BTreeMap<String, OsString>,
    vars: BTreeMap<String, (String, usize)>,
}

impl<'a> Scanner<'a> {
    /// One line, or one assignment whose quotes span lines.
    fn line(&mut self) -> Result<(), Fault> {
        self.skip_blanks();
        if matches!(self.peek(), None | Some('\n' | '\r' | '#')) {
            self.skip_line();
            return Ok(());
        }
        let line = self.place().0;
        let mut name = self.name()?;
        self.skip_blanks();
        if name == "export" && self.peek() != Some('=') {
            name = self.name()?;
            self.skip_blanks();
        }
        if self.peek() != Some('=') {
            return Err(self.fault("a name is followed by `=`"));
        }
        self.at += 1;
        self.skip_blanks();
        let value = match self.peek() {
            Some('\'') => self.single_quoted()?,
            Some('"') => self.double_quoted()?,
            _ => self.unquoted()?,
        };
        self.vars.insert(name.to_owned(), (value, line));
        self.skip_line();
        Ok(())
    }

    fn name(&mut self) -> Result<&'a str, Fault> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-')))
            .unwrap_or(rest.len());
        if end == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(self.fault("a line is `NAME=value`, a comment or blank"));
        }
        self.at += end;
        Ok(&rest[..end])
    }

    fn unquoted(&mut self) -> Result<String, Fault> {
        let rest = self.rest();
        let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
        let comment = line.char_indices().find(|&(at, c)| {
            c == '#' && (at == 0 || line[..at].ends_with(|before: char| before.is_whitespace()))
        });
        let raw = line[..comment.map_or(line.len(), |(at, _)| at)].trim_end();
        let end = self.at + raw.len();
        let mut value = String::new();
        while self.at < end {
            match self.reference()? {
                Some(expanded) => value.push_str(&expanded),
                None => value.extend(self.take()),
            }
        }
        Ok(value)
    }

    fn single_quoted(&mut self) -> Result<String, Fault> {
        let opened = self.fault("this quote is never closed");
        self.at += 1;
        let rest = self.rest();
        let end = rest.find('\'').ok_or(opened)?;
        self.at += end + 1;
        self.nothing_more()?;
        Ok(rest[..end].to_owned())
    }

    fn double_quoted(&mut self) -> Result<String, Fault> {
        let opened = self.fault("this quote is never closed");
        self.at += 1;
        let mut value = String::new();
        loop {
            if let Some(expanded) = self.reference()? {
                value.push_str(&expanded);
                continue;
            }
            match self.take() {
                None => return Err(opened),
                Some('"') => break,
                Some('\\') => match self.take() {
                    Some('n') => value.push('\n'),
                    Some('r') => value.push('\r'),
                    Some('t') => value.push('\t'),
                    Some(c @ ('"' | '\\' | '$')) => value.push(c),
                    Some(other) => value.extend(['\\', other]),
                    None => return Err(opened),
                },
                Some(c) => value.push(c),
            }
        }
        self.nothing_more()?;
        Ok(value)
    }

    /// `${NAME}` or `${NAME:-otherwise}` here, expanded; `None` where something else stands.
    fn reference(&mut self) -> Result<Option<String>, Fault> {
        let Some(inner) = self.rest().strip_prefix("${") else {
            return Ok(None);
        };
        let end = inner
            .find(['}', '\n'])
            .filter(|&end| inner[end..].starts_with('}'))
            .ok_or_else(|| self.fault("`${` is never closed: quote the value with ' to keep it"))?;
        let (name, otherwise) = inner[..end].split_once(":-").unwrap_or((&inner[..end], ""));
        let known = match self.environment.get(name) {
            Some(value) => Some(
                value
                    .to_str()
                    .ok_or_else(|| self.fault("that variable is not UTF-8"))?
                    .to_owned(),
            ),
            None => self.vars.get(name).map(|(value, _)| value.clone()),
        };
        self.at += "${".len() + end + "}".len();
        Ok(Some(
            known
                .filter(|value| !value.is_empty())
                .unwrap_or_else(|| otherwise.to_owned()),
        ))
    }

    /// After a closing quote only a comment may follow.
    fn nothing_more(&mut self) -> Result<(), Fault> {
        self.skip_blanks();
        match self.peek() {
            None | Some('\n' | '\r' | '#') => Ok(()),
            Some(_) => Err(self.fault("nothing may follow the closing quote")),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    fn skip_line(&mut self) {
        self.at += self
            .rest()
            .find('\n')
            .map_or(self.rest().len(), |end| end + 1);
    }

    fn place(&self) -> (usize, usize) {
        let before = &self.text[..self.at];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (
            before.matches('\n').count() + 1,
            before[start..].chars().count() + 1,
        )
    }

    fn fault(&self, reason: &'static str) -> Fault {
        let (line, column) = self.place();
        Fault {
            line,
            column,
            reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<BTreeMap<String, (String, usize)>, Fault> {
        parse(
            text,
            &BTreeMap::from([("OUTER".to_owned(), OsString::from("outside"))]),
        )
    }

    #[test]
    fn values_are_read_as_the_common_readers_do() {
        for (text, expected) in [
            ("K=v", "v"),
            ("  export K = v  ", "v"),
            ("K=", ""),
            ("K= # nothing", ""),
            ("K=a#b", "a#b"),
            ("K=a b # note", "a b"),
            ("K=pa$$w'or\\d\"", "pa$$w'or\\d\""),
            ("K='a # ${OUTER} \\n'", "a # ${OUTER} \\n"),
            ("K=\"a\\n\\\"b\\\" \\q\" # c", "a\n\"b\" \\q"),
            ("K=\"a\nb\"", "a\nb"),
            ("K=${OUTER}/x", "outside/x"),
            ("A=1\nK=\"${A}2\"", "12"),
            ("K=${NOWHERE}x", "x"),
            ("K=${NOWHERE:-y}x", "yx"),
            ("K=1\r\nB=2\r\n", "1"),
            ("K=1\nK=2", "2"),
            ("K=数据", "数据"),
            ("export=1\nK=2", "2"),
        ] {
            assert_eq!(read_text(text).unwrap()["K"].0, expected, "{text:?}");
        }
    }

    #[test]
    fn lines_are_counted_through_comments_and_long_values() {
        let vars = read_text("# one\n\nA=1\nB=\"x\ny\"\nC=3\n").unwrap();
        let lines: Vec<_> = vars.values().map(|(_, line)| *line).collect();
        assert_eq!(lines, [3, 4, 6]);
    }

    #[test]
    fn what_is_malformed_names_its_place() {
        for (text, line, column) in [
            ("A=1\nnonsense\n", 2, 9),
            ("=x", 1, 1),
            ("1A=x", 1, 1),
            ("A=\"open\nB=1\n", 1, 3),
            ("A='open", 1, 3),
            ("A='x' y", 1, 7),
            ("A=${OPEN", 1, 3),
        ] {
            let fault = read_text(text).unwrap_err();
            assert_eq!(
                (fault.line, fault.column),
                (line, column),
                "{text:?}: {}",
                fault.reason
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "[A-Za-z=\"'$\\{\\}\\\\# \n\r\u{80}-\u{ffff}]{0,60}") {
            let _ = read_text(&text);
        }
    }
}
