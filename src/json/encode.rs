//! One cell of the database as JSON.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rusqlite::types::ValueRef;
use serde_json::value::RawValue;

use super::column::{Form, Tag, is_date, is_time, is_timestamp};

/// Appends `value` to `out` in its column's form, or tagged where it does not fit. `NULL` is the
/// caller's: it is an absent key.
///
/// # Errors
/// Why JSON cannot say the value.
pub(super) fn encode(
    value: ValueRef<'_>,
    form: Form,
    out: &mut Vec<u8>,
) -> Result<(), &'static str> {
    match value {
        ValueRef::Null => out.extend_from_slice(b"null"),
        ValueRef::Integer(integer) => encode_integer(integer, form, out),
        ValueRef::Real(real) if !real.is_finite() => {
            return Err("an infinite number cannot be kept as JSON");
        }
        ValueRef::Real(real) => match form {
            Form::Number | Form::Any => append(out, &real),
            _ => tagged(Tag::Real, out, |out| append(out, &real)),
        },
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => encode_text(text, form, out),
            Err(_) => tagged(Tag::TextBase64, out, |out| {
                append(out, &STANDARD.encode(bytes))
            }),
        },
        ValueRef::Blob(bytes) => match form {
            Form::Base64 => append(out, &STANDARD.encode(bytes)),
            _ => tagged(Tag::Blob, out, |out| append(out, &STANDARD.encode(bytes))),
        },
    }
    Ok(())
}

fn encode_integer(integer: i64, form: Form, out: &mut Vec<u8>) {
    match (form, integer) {
        (Form::Integer | Form::Number | Form::Any, _) => append(out, &integer),
        (Form::Boolean, 0) => out.extend_from_slice(b"false"),
        (Form::Boolean, 1) => out.extend_from_slice(b"true"),
        _ => tagged(Tag::Integer, out, |out| append(out, &integer)),
    }
}

fn encode_text(text: &str, form: Form, out: &mut Vec<u8>) {
    let fits = match form {
        Form::Text | Form::Any => true,
        Form::Date => is_date(text),
        Form::Time => is_time(text),
        Form::Timestamp => is_timestamp(text),
        Form::Json => return encode_json(text, out),
        Form::Integer | Form::Boolean | Form::Number | Form::Base64 => false,
    };
    if fits {
        append(out, text);
    } else {
        tagged(Tag::Text, out, |out| append(out, text));
    }
}

fn encode_json(text: &str, out: &mut Vec<u8>) {
    let Ok(raw) = serde_json::from_str::<&RawValue>(text) else {
        return tagged(Tag::Text, out, |out| append(out, text));
    };
    let one_line =
        if text.len() == raw.get().len() && !text.bytes().any(|b| matches!(b, b'\n' | b'\r')) {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(without_blanks(text))
        };
    if first_tag(&one_line).is_some() {
        tagged(Tag::Json, out, |out| {
            out.extend_from_slice(one_line.as_bytes())
        });
    } else {
        out.extend_from_slice(one_line.as_bytes());
    }
}

/// The tag that an object in JSON begins with, if it does.
pub(super) fn first_tag(json: &str) -> Option<Tag> {
    let key = json
        .strip_prefix('{')?
        .trim_start_matches([' ', '\t', '\n', '\r']);
    // `\u0024` is a dollar too.
    if !key.starts_with("\"$") && !key.starts_with("\"\\") {
        return None;
    }
    let mut keys = serde_json::Deserializer::from_str(key).into_iter::<Cow<'_, str>>();
    Tag::from_key(&keys.next()?.ok()?)
}

/// Valid JSON with the blanks between its tokens left out.
fn without_blanks(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if matches!(c, ' ' | '\t' | '\n' | '\r') {
            continue;
        } else {
            in_string = c == '"';
        }
        out.push(c);
    }
    out
}

fn tagged(tag: Tag, out: &mut Vec<u8>, value: impl FnOnce(&mut Vec<u8>)) {
    out.extend_from_slice(b"{\"");
    out.extend_from_slice(tag.key().as_bytes());
    out.extend_from_slice(b"\": ");
    value(out);
    out.push(b'}');
}

/// Appends a string, an integer or a finite float; floats by the shortest text that reads back.
pub(super) fn append<T: serde::Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(out, value).expect("strings and numbers are JSON, and a Vec takes all");
}
