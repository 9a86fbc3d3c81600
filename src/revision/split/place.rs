//! From bytes to lines and columns.

/// Walks forward through a text and knows the line and column where it is. Lines end with LF, CRLF
/// or CR.
pub(super) struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'a> Cursor<'a> {
    /// At the start of `text`, which begins its line.
    pub fn new(text: &'a str, line: usize) -> Cursor<'a> {
        Cursor::at(text, line, 1)
    }

    /// At the start of `text`, which begins at that place.
    pub fn at(text: &'a str, line: usize, column: usize) -> Cursor<'a> {
        Cursor {
            text,
            offset: 0,
            line,
            column,
        }
    }

    /// Goes on to the byte `offset`, which must not lie before the place it is at, and gives the
    /// line and column there.
    pub fn advance(&mut self, offset: usize) -> (usize, usize) {
        let passed = self.text.get(self.offset..offset).unwrap_or_default();
        for (at, c) in passed.char_indices() {
            let next = self.text.as_bytes().get(self.offset + at + 1);
            let ends_line = c == '\n' || c == '\r' && next != Some(&b'\n');
            if ends_line {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset = self.offset.max(offset);
        (self.line, self.column)
    }
}
