//! The neutral form of a row: PostgreSQL's COPY text, read and written.
//!
//! <https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2>. One thing is added: a field that
//! begins with `\!` is a value of SQLite's exactly as it is stored, with the letter of its storage class.

use std::borrow::Cow;

/// How SQLite stores a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Integer,
    Real,
    Text,
    Blob,
    /// Text that is not UTF-8, or has a NUL in it; in hex.
    TextBytes,
}

impl Class {
    fn letter(self) -> u8 {
        match self {
            Class::Integer => b'i',
            Class::Real => b'r',
            Class::Text => b't',
            Class::Blob => b'b',
            Class::TextBytes => b'x',
        }
    }

    fn of(letter: u8) -> Option<Class> {
        [
            Class::Integer,
            Class::Real,
            Class::Text,
            Class::Blob,
            Class::TextBytes,
        ]
        .into_iter()
        .find(|class| class.letter() == letter)
    }

    /// What a person calls it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Class::Integer => "an integer",
            Class::Real => "a float",
            Class::Text => "text",
            Class::Blob => "bytes",
            Class::TextBytes => "text that is not UTF-8",
        }
    }
}

/// One value of a row, without its escapes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    Null,
    Value(Cow<'a, [u8]>),
    /// A value of SQLite's that is not in its column's usual form.
    Stored(Class, Cow<'a, [u8]>),
}

/// The rows of a chunk, each with its end.
pub(crate) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n')
}

/// How many rows there are.
pub(crate) fn count(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The fields of one row, into `fields`.
///
/// # Errors
/// What is wrong with the row.
pub(crate) fn split<'a>(line: &'a [u8], fields: &mut Vec<Field<'a>>) -> Result<(), &'static str> {
    fields.clear();
    let Some((b'\n', line)) = line.split_last() else {
        return Err("a row is cut off");
    };
    let mut start = 0;
    for end in memchr::memchr_iter(b'\t', line).chain([line.len()]) {
        fields.push(field(&line[start..end])?);
        start = end + 1;
    }
    Ok(())
}

fn field(raw: &[u8]) -> Result<Field<'_>, &'static str> {
    Ok(match raw {
        b"\\N" => Field::Null,
        [b'\\', b'!', letter, rest @ ..] => {
            let class = Class::of(*letter).ok_or("a stored value of an unknown class")?;
            let value = unescaped(rest)?;
            match class {
                Class::Blob | Class::TextBytes => {
                    let bytes = hex::decode(&value).map_err(|_| "stored bytes are not hex")?;
                    Field::Stored(class, Cow::Owned(bytes))
                }
                _ => Field::Stored(class, value),
            }
        }
        _ => Field::Value(unescaped(raw)?),
    })
}

fn unescaped(raw: &[u8]) -> Result<Cow<'_, [u8]>, &'static str> {
    let Some(first) = memchr::memchr(b'\\', raw) else {
        return Ok(Cow::Borrowed(raw));
    };
    let mut out = Vec::with_capacity(raw.len());
    out.extend_from_slice(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'\\' {
            let next = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
            out.extend_from_slice(&rest[..next]);
            rest = &rest[next..];
            continue;
        }
        let Some((&escaped, after)) = after.split_first() else {
            return Err("a backslash stands at the end of a field");
        };
        rest = after;
        out.push(match escaped {
            b'b' => 0x08,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'\\' => b'\\',
            _ => return Err("an unknown escape"),
        });
    }
    Ok(Cow::Owned(out))
}

/// Appends a value with its escapes.
pub(crate) fn escape(value: &[u8], out: &mut Vec<u8>) {
    let mut rest = value;
    while let Some(at) = rest
        .iter()
        .position(|byte| matches!(byte, 0x08..=0x0d | b'\\'))
    {
        out.extend_from_slice(&rest[..at]);
        let letter = match rest[at] {
            0x08 => b'b',
            b'\t' => b't',
            b'\n' => b'n',
            0x0b => b'v',
            0x0c => b'f',
            b'\r' => b'r',
            other => other,
        };
        out.extend_from_slice(&[b'\\', letter]);
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// Appends a field.
pub(crate) fn append(field: &Field<'_>, out: &mut Vec<u8>) {
    match field {
        Field::Null => out.extend_from_slice(b"\\N"),
        Field::Value(value) => escape(value, out),
        Field::Stored(class, value) => append_stored(*class, value, out),
    }
}

/// Appends a value of SQLite's as it is stored.
pub(crate) fn append_stored(class: Class, value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'\\', b'!', class.letter()]);
    match class {
        Class::Blob | Class::TextBytes => append_hex(value, out),
        _ => escape(value, out),
    }
}

/// Appends bytes as PostgreSQL writes them: `\x`, then hex; the backslash escaped.
pub(crate) fn append_bytes(value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"\\\\x");
    append_hex(value, out);
}

fn append_hex(value: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.reserve(value.len() * 2);
    for byte in value {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// The bytes of an unescaped `\x…`.
pub(crate) fn bytes_of(value: &[u8]) -> Option<Vec<u8>> {
    hex::decode(value.strip_prefix(b"\\x")?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back_and_forth(fields: &[Field<'static>]) {
        let mut line = Vec::new();
        for (at, field) in fields.iter().enumerate() {
            if at > 0 {
                line.push(b'\t');
            }
            append(field, &mut line);
        }
        line.push(b'\n');
        assert_eq!(count(&line), 1);
        let mut read = Vec::new();
        split(&line, &mut read).unwrap();
        assert_eq!(read, fields);
    }

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        back_and_forth(&[
            Field::Value(Cow::Owned(all)),
            Field::Null,
            Field::Value(Cow::Borrowed(b"")),
            Field::Value(Cow::Borrowed(b"\\N")),
            Field::Value(Cow::Borrowed(b"\\!i5")),
            Field::Stored(Class::Integer, Cow::Borrowed(b"5")),
            Field::Stored(Class::Text, Cow::Borrowed("a\tb\n学".as_bytes())),
        ]);
    }

    #[test]
    fn what_is_no_row_is_refused() {
        let mut fields = Vec::new();
        assert!(split(b"a\tb", &mut fields).is_err());
        assert!(split(b"a\\\n", &mut fields).is_err());
        assert!(split(b"\\!q1\n", &mut fields).is_err());
        assert!(split(b"\\z\n", &mut fields).is_err());
    }
}
