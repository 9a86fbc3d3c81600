//! `piton.manifest.json`: the schema, the generation and the fingerprint of each file.
//!
//! It is not for editing by hand: its last line is a SHA-256 of all before it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::column::Form;
use super::error::StoreError;
use super::file_name::is_plain;
use super::sealed;

/// The format that this program writes, and the highest it reads.
pub(super) const FORMAT: u64 = 1;

const NOTE: &str = "Written by piton; the table files may be edited by hand, this one may not.";

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(bytes: &[u8]) -> Self {
        Fingerprint(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(serde::de::Error::custom("not a SHA-256 in hexadecimal"));
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let value = |digit: u8| (digit as char).to_digit(16).unwrap_or_default() as u8;
            *byte = value(pair[0]) << 4 | value(pair[1]);
        }
        Ok(Fingerprint(bytes))
    }
}

/// What a store is, but for its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: u64,
    #[serde(default)]
    note: String,
    pub(super) generation: u64,
    /// SQLite's `PRAGMA user_version`.
    pub(super) user_version: i64,
    /// SQLite's `PRAGMA application_id`.
    pub(super) application_id: i64,
    pub(super) tables: BTreeMap<String, TableFile>,
    /// In an order that re-creates.
    pub(super) schema: Vec<SchemaObject>,
    /// `sqlite_sequence`: the highest key that each AUTOINCREMENT table ever gave out.
    pub(super) sequences: BTreeMap<String, i64>,
    /// The files of tables that this generation dropped, as they were: a crash may have left them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) dropped: BTreeMap<String, Fingerprint>,
}

/// One table's file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct TableFile {
    pub(super) file: String,
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) sha256: Fingerprint,
    /// The columns that the rows have, in order, each with its form in JSON.
    #[serde(serialize_with = "write_columns", deserialize_with = "read_columns")]
    pub(super) columns: Vec<(String, Form)>,
}

/// A row of `sqlite_schema`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SchemaObject {
    #[serde(rename = "type")]
    pub(super) kind: SchemaKind,
    pub(super) name: String,
    /// The table that it belongs to.
    pub(super) table: String,
    pub(super) sql: String,
}

/// In the order in which they are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SchemaKind {
    Table,
    Virtual,
    Index,
    View,
    Trigger,
}

impl Manifest {
    /// What an empty directory amounts to.
    pub(super) fn empty() -> Self {
        Manifest {
            format: FORMAT,
            note: NOTE.to_owned(),
            generation: 0,
            user_version: 0,
            application_id: 0,
            tables: BTreeMap::new(),
            schema: Vec::new(),
            sequences: BTreeMap::new(),
            dropped: BTreeMap::new(),
        }
    }

    /// Whether both describe the same database: generation and the rows' fingerprints aside.
    pub(super) fn same_shape(&self, other: &Manifest) -> bool {
        self.user_version == other.user_version
            && self.application_id == other.application_id
            && self.schema == other.schema
            && self.sequences == other.sequences
            && self.tables.keys().eq(other.tables.keys())
    }

    /// The file's contents, with the checksum in the last line but one.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        sealed::seal(self)
    }

    /// Reads the file's contents; `file` is for messages, `corrupt` makes the error.
    pub(super) fn from_bytes(
        bytes: &[u8],
        file: &Path,
        corrupt: impl Fn(Option<usize>, String) -> StoreError,
    ) -> Result<Self, StoreError> {
        // A later format is named as such, whatever else has changed with it.
        if let Ok(Later { format }) = serde_json::from_slice(bytes)
            && format > FORMAT
        {
            return Err(StoreError::Version {
                file: file.to_owned(),
                found: format,
                supported: FORMAT,
            });
        }
        // Git on Windows gives text files CRLF.
        let text = std::str::from_utf8(bytes)
            .map_err(|error| corrupt(None, format!("not UTF-8: {error}")))?
            .replace("\r\n", "\n");
        sealed::check(&text).map_err(|error| corrupt(None, error.to_string()))?;
        let manifest: Manifest = serde_json::from_str(&text)
            .map_err(|error| corrupt(Some(error.line()), error.to_string()))?;
        match manifest
            .tables
            .values()
            .find(|table| !is_plain(&table.file))
        {
            Some(file) => Err(corrupt(
                None,
                format!("it names a file outside the store: {file:?}"),
            )),
            None => Ok(manifest),
        }
    }
}

#[derive(Deserialize)]
struct Later {
    format: u64,
}

fn write_columns<S: Serializer>(
    columns: &[(String, Form)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(columns.len()))?;
    for (name, form) in columns {
        map.serialize_entry(name, form)?;
    }
    map.end()
}

fn read_columns<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<(String, Form)>, D::Error> {
    struct Columns;

    impl<'de> Visitor<'de> for Columns {
        type Value = Vec<(String, Form)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("columns and their forms")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut columns = Vec::new();
            while let Some(entry) = map.next_entry()? {
                columns.push(entry);
            }
            Ok(columns)
        }
    }

    deserializer.deserialize_map(Columns)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn corrupt(line: Option<usize>, reason: String) -> StoreError {
        StoreError::Corrupt {
            file: PathBuf::from("m"),
            line,
            reason,
            previous: None,
        }
    }

    fn sample() -> Manifest {
        let mut manifest = Manifest::empty();
        manifest.generation = 7;
        manifest.tables.insert(
            "学生 \"x\"".to_owned(),
            TableFile {
                file: "x.json".to_owned(),
                rows: 1,
                bytes: 2,
                sha256: Fingerprint::of(b"x"),
                columns: vec![("z".into(), Form::Json), ("a".into(), Form::Integer)],
            },
        );
        manifest.sequences.insert("x".to_owned(), i64::MAX);
        manifest
    }

    #[test]
    fn what_is_written_is_read_back() {
        for manifest in [Manifest::empty(), sample()] {
            let bytes = manifest.to_bytes();
            serde_json::from_slice::<serde_json::Value>(&bytes).unwrap();
            let read = Manifest::from_bytes(&bytes, Path::new("m"), corrupt).unwrap();
            assert_eq!(read, manifest);
        }
    }

    #[test]
    fn windows_line_ends_are_fine() {
        let text = String::from_utf8(sample().to_bytes()).unwrap();
        let crlf = text.replace('\n', "\r\n");
        Manifest::from_bytes(crlf.as_bytes(), Path::new("m"), corrupt).unwrap();
    }

    #[test]
    fn a_change_by_hand_or_a_later_format_is_refused() {
        let text = String::from_utf8(sample().to_bytes()).unwrap();
        let edited = text.replace("\"generation\": 7", "\"generation\": 8");
        let error = Manifest::from_bytes(edited.as_bytes(), Path::new("m"), corrupt).unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
        let later = text.replace("\"format\": 1", "\"format\": 2");
        let error = Manifest::from_bytes(later.as_bytes(), Path::new("m"), corrupt).unwrap_err();
        assert!(
            matches!(error, StoreError::Version { found: 2, .. }),
            "{error}"
        );
    }
}
