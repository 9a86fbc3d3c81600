//! The form in which a value is kept: JSON around JSON, with the versions of both.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// The version of what is around the value.
const FORMAT: u32 = 1;

/// What is kept in the place of a value that was invalidated a moment ago, so that nobody who read before
/// puts it back.
pub(super) const TOMBSTONE: &[u8] = b"";

#[derive(Deserialize)]
struct Stored<'a> {
    format: u32,
    version: u32,
    took_ms: u64,
    expires_ms: u64,
    #[serde(borrow)]
    value: &'a RawValue,
}

/// A value that was found.
pub(super) struct Found<T> {
    /// `None`: the database has none.
    pub value: Option<T>,
    /// How long it took to load.
    pub took_ms: u64,
    /// When it expires, by the server's clock, in milliseconds since 1970.
    pub expires_ms: u64,
}

/// Reads a value; `None` where it is of another version or form, and so as good as missing.
pub(super) fn read<T: DeserializeOwned>(bytes: &[u8], version: u32) -> Option<Found<T>> {
    let stored: Stored<'_> = serde_json::from_slice(bytes).ok()?;
    if stored.format != FORMAT || stored.version != version {
        return None;
    }
    Some(Found {
        value: serde_json::from_str(stored.value.get()).ok()?,
        took_ms: stored.took_ms,
        expires_ms: stored.expires_ms,
    })
}

/// What stands before the moment of expiry, and between that and the value's JSON.
pub(super) fn head(version: u32, took_ms: u64) -> String {
    format!(r#"{{"format":{FORMAT},"version":{version},"took_ms":{took_ms},"expires_ms":"#)
}

pub(super) const MIDDLE: &str = r#","value":"#;
pub(super) const TAIL: &str = "}";

/// A value for people.
#[derive(Clone, Debug)]
pub struct Shown {
    pub version: u32,
    pub took_ms: u64,
    pub expires_ms: u64,
    /// Null: the database has none.
    pub value: serde_json::Value,
}

/// A value that is not in the form in which this library keeps them.
#[derive(Debug, thiserror::Error)]
pub enum StoredError {
    #[error("not in the form in which Piton keeps values: {0}")]
    Form(#[from] serde_json::Error),
    #[error("kept in format {0}, which this version does not know")]
    Format(u32),
    #[error("it was invalidated a moment ago")]
    Invalidated,
}

/// Takes a value apart.
///
/// # Errors
/// Where it is kept in another form.
pub fn shown(bytes: &[u8]) -> Result<Shown, StoredError> {
    if bytes == TOMBSTONE {
        return Err(StoredError::Invalidated);
    }
    let stored: Stored<'_> = serde_json::from_slice(bytes)?;
    if stored.format != FORMAT {
        return Err(StoredError::Format(stored.format));
    }
    Ok(Shown {
        version: stored.version,
        took_ms: stored.took_ms,
        expires_ms: stored.expires_ms,
        value: serde_json::from_str(stored.value.get())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(version: u32, json: &str) -> Vec<u8> {
        format!("{}99{MIDDLE}{json}{TAIL}", head(version, 12)).into_bytes()
    }

    #[test]
    fn a_value_comes_back_and_another_version_counts_as_missing() {
        let found: Found<Vec<String>> = read(&kept(3, r#"["学生"]"#), 3).unwrap();
        assert_eq!(found.value.unwrap(), ["学生"]);
        assert_eq!((found.took_ms, found.expires_ms), (12, 99));
        assert!(read::<Vec<String>>(&kept(2, "[]"), 3).is_none());
        assert!(read::<Vec<String>>(&kept(3, "{}"), 3).is_none());
        assert!(read::<Vec<String>>(b"plain", 3).is_none());
        assert!(read::<Vec<String>>(TOMBSTONE, 3).is_none());
        assert!(read::<String>(&kept(1, "null"), 1).unwrap().value.is_none());
    }
}
