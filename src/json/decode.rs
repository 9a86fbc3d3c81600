//! One cell of JSON as a value of the database, checked against its column's form.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use serde_json::value::RawValue;

use super::column::{Form, Tag, is_date, is_time, is_timestamp};
use super::encode::first_tag;

/// A value to bind.
#[derive(Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'a, str>),
    /// Text that is not UTF-8.
    TextBytes(Vec<u8>),
    Blob(Vec<u8>),
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Cell::Null => ValueRef::Null,
            Cell::Integer(integer) => ValueRef::Integer(*integer),
            Cell::Real(real) => ValueRef::Real(*real),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
            Cell::TextBytes(bytes) => ValueRef::Text(bytes),
            Cell::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Reads one value, which is valid JSON, in its column's form.
///
/// # Errors
/// What is wrong with it, as a fragment that goes after the column's name.
pub(super) fn decode<'a>(raw: &'a RawValue, form: Form) -> Result<Cell<'a>, String> {
    let json = raw.get();
    if let Some(tag) = first_tag(json) {
        return decode_tagged(json, tag);
    }
    match (form, json.as_bytes()[0]) {
        (Form::Json, _) => Ok(Cell::Text(Cow::Borrowed(json))),
        (_, b'n') => Ok(Cell::Null),
        (Form::Boolean, b't') => Ok(Cell::Integer(1)),
        (Form::Boolean, b'f') => Ok(Cell::Integer(0)),
        (Form::Integer, b'-' | b'0'..=b'9') => integer(json),
        (Form::Number | Form::Any, b'-' | b'0'..=b'9') => {
            if json.contains(['.', 'e', 'E']) {
                real(json)
            } else {
                integer(json)
            }
        }
        (Form::Text | Form::Any, b'"') => string(json).map(Cell::Text),
        (Form::Date, b'"') => checked(json, is_date, "a date like 2024-12-01"),
        (Form::Time, b'"') => checked(json, is_time, "a time like 08:30:00"),
        (Form::Timestamp, b'"') => {
            checked(json, is_timestamp, "a time like 2024-12-01T08:30:00+00:00")
        }
        (Form::Base64, b'"') => base64(json).map(Cell::Blob),
        _ => Err(format!("expected {}, found {}", wanted(form), shown(json))),
    }
}

fn wanted(form: Form) -> &'static str {
    match form {
        Form::Integer => "an integer",
        Form::Boolean => "true or false",
        Form::Number => "a number",
        Form::Text => "a string",
        Form::Date => "a date in a string",
        Form::Time => "a time in a string",
        Form::Timestamp => "a date and time in a string",
        Form::Base64 => "base64 in a string",
        Form::Json => "JSON",
        Form::Any => "a number or a string",
    }
}

fn decode_tagged(json: &str, tag: Tag) -> Result<Cell<'static>, String> {
    let malformed = || format!("{:?} must be the only key of its object", tag.key());
    // Not a map: two equal keys would pass as one.
    let entries: Entries<'_> = serde_json::from_str(json).map_err(|_| malformed())?;
    let value = entries.0.get();
    match tag {
        Tag::Integer => integer(value),
        Tag::Real => real(value),
        Tag::Text => string(value).map(|text| Cell::Text(Cow::Owned(text.into_owned()))),
        Tag::TextBase64 => base64(value).map(Cell::TextBytes),
        Tag::Blob => base64(value).map(Cell::Blob),
        Tag::Json => Ok(Cell::Text(Cow::Owned(value.to_owned()))),
    }
}

/// The value of an object that has exactly one key.
struct Entries<'a>(&'a RawValue);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Entries<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;

        impl<'de> serde::de::Visitor<'de> for One {
            type Value = &'de RawValue;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object with one key")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Self::Value, A::Error> {
                use serde::de::{Error, IgnoredAny};
                let first = map.next_entry::<IgnoredAny, &RawValue>()?;
                let second = map.next_key::<IgnoredAny>()?;
                match (first, second) {
                    (Some((_, value)), None) => Ok(value),
                    _ => Err(A::Error::custom("not one key")),
                }
            }
        }

        deserializer.deserialize_map(One).map(Entries)
    }
}

fn integer(json: &str) -> Result<Cell<'static>, String> {
    match json.parse() {
        Ok(integer) => Ok(Cell::Integer(integer)),
        Err(_) if json.bytes().all(|b| matches!(b, b'-' | b'0'..=b'9')) => {
            Err(format!("{} does not fit 64 bits", shown(json)))
        }
        Err(_) => Err(format!("expected an integer, found {}", shown(json))),
    }
}

fn real(json: &str) -> Result<Cell<'static>, String> {
    if !json.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return Err(format!("expected a number, found {}", shown(json)));
    }
    match json.parse::<f64>() {
        Ok(real) if real.is_finite() => Ok(Cell::Real(real)),
        _ => Err(format!("{} does not fit a double", shown(json))),
    }
}

fn string(json: &str) -> Result<Cow<'_, str>, String> {
    let inside = json
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .ok_or_else(|| format!("expected a string, found {}", shown(json)))?;
    if !inside.contains('\\') {
        return Ok(Cow::Borrowed(inside));
    }
    serde_json::from_str(json)
        .map(Cow::Owned)
        .map_err(|_| format!("{} has half a surrogate pair", shown(json)))
}

fn checked<'a>(
    json: &'a str,
    fits: impl Fn(&str) -> bool,
    wanted: &str,
) -> Result<Cell<'a>, String> {
    let text = string(json)?;
    if fits(&text) {
        Ok(Cell::Text(text))
    } else {
        Err(format!("expected {wanted}, found {}", shown(json)))
    }
}

fn base64(json: &str) -> Result<Vec<u8>, String> {
    STANDARD
        .decode(string(json)?.as_bytes())
        .map_err(|error| format!("not base64: {error}"))
}

/// The beginning of a value, for messages.
fn shown(json: &str) -> String {
    const MOST: usize = 40;
    match json.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &json[..end]),
        None => json.to_owned(),
    }
}
