//! The lines of a file.

/// One line of a file.
pub(super) struct Line<'a> {
    /// Without what ends it.
    pub text: &'a str,
    pub number: usize,
    pub start: usize,
    /// Where the next line begins.
    pub end: usize,
}

impl Line<'_> {
    /// The column of `part`, a slice of this line.
    pub fn column_of(&self, part: &str) -> usize {
        let before = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.text.get(..before).unwrap_or_default().chars().count() + 1
    }
}

/// The lines of a text, ended by LF, CRLF or CR.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    pub fn of(text: &'a str) -> Lines<'a> {
        Lines {
            text,
            at: 0,
            number: 0,
        }
    }

    /// The number of the line that follows `before`.
    pub fn count(before: &[u8]) -> usize {
        let crlf = before.windows(2).filter(|pair| pair == b"\r\n").count();
        let ends = before.iter().filter(|b| matches!(b, b'\n' | b'\r')).count();
        ends - crlf + 1
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let (text, after) = rest.split_at(length);
        let line_end = if after.starts_with("\r\n") {
            2
        } else {
            after.len().min(1)
        };
        self.at = start + length + line_end;
        self.number += 1;
        Some(Line {
            text,
            number: self.number,
            start,
            end: self.at,
        })
    }
}
