//! The rows of a table as a stream: read from any database and written into any other, each value exactly or not
//! at all.

mod checksum;
mod fit;
mod json;
pub(crate) mod kind;
mod loading;
mod number;
mod reader;
mod staged;
pub(crate) mod text;
pub(crate) mod time;
mod writer;

use bytes::Bytes;

pub use checksum::{Checksum, NoChecksum};
pub use fit::Rules;
pub use kind::{Kind, RowColumn, RowTable};
pub use loading::{Loading, Orphans};
pub use reader::RowReader;
pub use text::Class;
pub use writer::{RowWriter, Weighing, WriteOptions, Written, check_columns};

pub(super) use fit::Fit;
pub(super) use reader::Rows;
pub(super) use staged::Merging;
pub(super) use writer::{Fitted, Fitting, place};

use super::DbError;

/// How many bytes a chunk has, but for a row that alone has more.
pub(super) const CHUNK_BYTES: usize = 1 << 20;

/// Some rows in the neutral form: PostgreSQL's COPY text, each row ended by a newline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    pub bytes: Bytes,
    pub rows: u64,
}

impl Chunk {
    /// Appends a row: each value as PostgreSQL would write it, without escapes; `None` is NULL.
    pub fn append_row<'v>(values: impl Iterator<Item = Option<&'v str>>, out: &mut Vec<u8>) {
        for (at, value) in values.enumerate() {
            if at > 0 {
                out.push(b'\t');
            }
            match value {
                None => out.extend_from_slice(b"\\N"),
                Some(value) => text::escape(value.as_bytes(), out),
            }
        }
        out.push(b'\n');
    }

    /// The chunk of these bytes, its rows counted.
    pub fn of(bytes: impl Into<Bytes>) -> Chunk {
        let bytes = bytes.into();
        Chunk {
            rows: checksum::rows_of(&bytes),
            bytes,
        }
    }
}

/// Why rows could not be carried.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RowsError {
    /// A value that the target cannot hold as it is.
    #[error("{table}, {}, column {column:?}: {reason}", row_words(key, *row))]
    Value {
        table: String,
        /// The columns and values of its key; empty where the table has none.
        key: String,
        /// Which row of the stream it is, from 1.
        row: u64,
        column: String,
        reason: String,
    },
    /// A column of which no value can be carried.
    #[error("{table}, column {column:?}: {reason}")]
    Column {
        table: String,
        column: String,
        reason: String,
    },
    /// The database refused a row of a table.
    #[error("{table}{place}: {source}")]
    Refused {
        table: String,
        /// `, row 17 (id = 17), column "name"`, as far as the database tells.
        place: String,
        source: Box<DbError>,
    },
    #[error("{table}, row {row}: not in the form of a row: {reason}")]
    Damaged {
        table: String,
        row: u64,
        reason: String,
    },
    #[error(transparent)]
    Database(#[from] DbError),
}

fn row_words(key: &str, row: u64) -> String {
    match key.is_empty() {
        true => format!("row {row}"),
        false => format!("row with {key}"),
    }
}
