//! The form that a column's values take in JSON, from the type that it was declared with.

use serde::{Deserialize, Serialize};

/// How the cells of a column are written. What does not fit its column's form is tagged (see [`Tag`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Form {
    /// A number without fraction or exponent.
    Integer,
    /// `true` and `false`, kept as 1 and 0.
    Boolean,
    /// A number; one without fraction and exponent is an integer where the column can hold it.
    Number,
    Text,
    /// `2024-12-01`
    Date,
    /// `08:30:00`
    Time,
    /// `2024-12-01T08:30:00+00:00`, or with a blank instead of the T.
    Timestamp,
    /// Bytes, as a string.
    Base64,
    /// Whatever JSON stands in the column, nested as it is.
    Json,
    /// A number or a string, as it is.
    Any,
}

impl Form {
    /// By the words in a declared type, sea-query's (`json_text`, `timestamp_with_timezone_text`,
    /// `blob(16)`) and everybody's (`JSONB`, `DATETIME`, `VARBINARY(16)`).
    ///
    /// What is left goes by SQLite's rules of affinity: <https://www.sqlite.org/datatype3.html>.
    pub(super) fn of(declared: &str) -> Self {
        let declared = declared.to_ascii_uppercase();
        let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
        if has(&["JSON"]) {
            Form::Json
        } else if has(&["BOOL"]) {
            Form::Boolean
        } else if has(&["TIMESTAMP", "DATETIME"]) {
            Form::Timestamp
        } else if declared.starts_with("DATE") {
            Form::Date
        } else if declared.starts_with("TIME") {
            Form::Time
        } else if has(&["INT"]) {
            Form::Integer
        } else if has(&["CHAR", "CLOB", "TEXT"]) {
            Form::Text
        } else if has(&["BLOB", "BINARY"]) {
            Form::Base64
        } else if has(&["REAL", "FLOA", "DOUB", "NUM", "DEC"]) {
            Form::Number
        } else {
            Form::Any
        }
    }
}

/// The key of an object that stands for a value which does not fit its column's form:
/// `{"$text": "twelve"}` in a column of integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Integer,
    Real,
    Text,
    /// Text that is not UTF-8.
    TextBase64,
    Blob,
    /// JSON that would otherwise be taken for one of these.
    Json,
}

impl Tag {
    const ALL: [Tag; 6] = [
        Tag::Integer,
        Tag::Real,
        Tag::Text,
        Tag::TextBase64,
        Tag::Blob,
        Tag::Json,
    ];

    pub(super) fn key(self) -> &'static str {
        match self {
            Tag::Integer => "$integer",
            Tag::Real => "$real",
            Tag::Text => "$text",
            Tag::TextBase64 => "$text_base64",
            Tag::Blob => "$blob",
            Tag::Json => "$json",
        }
    }

    pub(super) fn from_key(key: &str) -> Option<Self> {
        Tag::ALL.into_iter().find(|tag| tag.key() == key)
    }
}

/// Whether `text` is a date as ISO 8601 has it, `YYYY-MM-DD`.
pub(super) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (
        digits(&bytes[..4]),
        digits(&bytes[5..7]),
        digits(&bytes[8..]),
    ) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// Whether `text` is a time of day, `HH:MM[:SS[.fraction]]`, perhaps with a zone.
pub(super) fn is_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let pair = |at: usize, limit: u32| {
        bytes
            .get(at..at + 2)
            .and_then(digits)
            .is_some_and(|value| value < limit)
    };
    if !pair(0, 24) || bytes.get(2) != Some(&b':') || !pair(3, 60) {
        return false;
    }
    let mut at = 5;
    if bytes.get(at) == Some(&b':') {
        // 60 is a leap second, which chrono writes.
        if !pair(at + 1, 61) {
            return false;
        }
        at += 3;
        if bytes.get(at) == Some(&b'.') {
            let count = bytes[at + 1..]
                .iter()
                .take_while(|b| b.is_ascii_digit())
                .count();
            if count == 0 {
                return false;
            }
            at += 1 + count;
        }
    }
    is_zone(text.get(at..).unwrap_or("?"))
}

/// Whether `text` is a date, or a date and a time of day after a `T` or a blank.
pub(super) fn is_timestamp(text: &str) -> bool {
    let (Some(date), Some(rest)) = (text.get(..10), text.get(10..)) else {
        return false;
    };
    is_date(date) && (rest.is_empty() || rest.starts_with(['T', ' ']) && is_time(&rest[1..]))
}

fn is_zone(text: &str) -> bool {
    let text = text.strip_prefix(' ').unwrap_or(text);
    let bytes = text.as_bytes();
    match bytes {
        [] | [b'Z'] => true,
        b"UTC" => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] | [b'+' | b'-', h1, h2, m1, m2] => {
            digits(&[*h1, *h2]).is_some_and(|hours| hours < 24)
                && digits(&[*m1, *m2]).is_some_and(|minutes| minutes < 60)
        }
        _ => false,
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |value, byte| {
        byte.is_ascii_digit()
            .then(|| value * 10 + u32::from(byte - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_follows_the_declared_type() {
        for (declared, form) in [
            ("json_text", Form::Json),
            ("jsonb_text", Form::Json),
            ("JSONB", Form::Json),
            ("boolean", Form::Boolean),
            ("timestamp_with_timezone_text", Form::Timestamp),
            ("datetime_text", Form::Timestamp),
            ("date_text", Form::Date),
            ("time_text", Form::Time),
            ("tinyint", Form::Integer),
            ("BIGINT UNSIGNED", Form::Integer),
            ("varchar(50)", Form::Text),
            ("uuid_text", Form::Text),
            ("varbinary_blob(16)", Form::Base64),
            ("binary(16)", Form::Base64),
            ("real(16, 4)", Form::Number),
            ("DECIMAL(10,2)", Form::Number),
            ("double", Form::Number),
            ("", Form::Any),
            ("geometry", Form::Any),
        ] {
            assert_eq!(Form::of(declared), form, "{declared:?}");
        }
    }

    #[test]
    fn timestamps_are_iso_8601() {
        for good in [
            "2024-12-01",
            "2024-02-29T23:59:60.123456789Z",
            "2024-12-01 08:30:00",
            "2024-12-01 08:30:00.5 +00:00",
            "2024-12-01T08:30:00.000+08:00",
            "2024-12-01T08:30",
            "2024-12-01 08:30:00 UTC",
        ] {
            assert!(is_timestamp(good), "{good}");
        }
        for bad in [
            "",
            "yesterday",
            "2024-13-01",
            "2023-02-29",
            "2024-12-01T24:00:00",
            "2024-12-01T08:30:00+8",
            "2024-12-01T08:30:00.",
            "2024-12-01学",
            "0000-00-00 00:00:00",
        ] {
            assert!(!is_timestamp(bad), "{bad}");
        }
    }
}
