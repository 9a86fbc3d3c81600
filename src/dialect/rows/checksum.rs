//! The checksum of a table's rows, the same in whatever order and by whatever database they are given.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

use super::fit::{Fit, Rules};
use super::kind::{Kind, RowTable};
use super::number::Number;
use super::text::{Field, count, lines, split};
use super::{Chunk, RowsError, json};
use crate::dialect::Dialect;

/// The sum of the SHA-256 of every row's canonical text, modulo 2²⁵⁶, and how many rows there were.
///
/// Equal values are equal whatever their spelling: numbers by value, moments in UTC, JSON by value. Columns
/// are taken by name, so that their order does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checksum {
    rows: u64,
    sum: [u64; 4],
}

impl Checksum {
    /// How many rows were taken in.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes in the rows of a chunk of `table`'s.
    ///
    /// # Errors
    /// [`RowsError::Damaged`] where the chunk is not in the neutral form.
    pub fn add(&mut self, table: &RowTable, chunk: &Chunk) -> Result<(), RowsError> {
        Summing::new(table).add(self, chunk)
    }

    fn take(&mut self, row: [u8; 32]) {
        self.rows += 1;
        let mut carry = false;
        for (word, bytes) in self.sum.iter_mut().zip(row.chunks_exact(8)) {
            let add = u64::from_le_bytes(bytes.try_into().expect("chunks of eight"));
            let (sum, over) = word.overflowing_add(add);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            *word = sum;
            carry = over || again;
        }
    }
}

/// What is the same for all rows of one table.
#[derive(Clone, Debug)]
pub(crate) struct Summing {
    table: String,
    kinds: Vec<Kind>,
    /// The columns by name.
    order: Vec<usize>,
    /// How a value that SQLite keeps in an unusual form is brought into the usual one.
    usual: Vec<Option<Fit>>,
}

impl Summing {
    pub(crate) fn new(table: &RowTable) -> Summing {
        let mut order: Vec<usize> = (0..table.columns.len()).collect();
        order.sort_by(|a, b| table.columns[*a].name.cmp(&table.columns[*b].name));
        let usual = table
            .columns
            .iter()
            .map(|column| {
                let target = Dialect::Postgres;
                Fit::between(Dialect::Sqlite, column, target, column, Rules::default()).ok()
            })
            .collect();
        Summing {
            table: table.name.to_string(),
            kinds: table.columns.iter().map(|it| it.kind.clone()).collect(),
            order,
            usual,
        }
    }

    pub(crate) fn add(&self, sum: &mut Checksum, chunk: &Chunk) -> Result<(), RowsError> {
        let mut fields = Vec::with_capacity(self.kinds.len());
        let before = sum.rows;
        for line in lines(&chunk.bytes) {
            let damaged = |reason: &str| RowsError::Damaged {
                table: self.table.clone(),
                row: sum.rows - before + 1,
                reason: reason.to_owned(),
            };
            split(line, &mut fields).map_err(damaged)?;
            if fields.len() != self.kinds.len() {
                return Err(damaged("a row has another number of columns"));
            }
            self.row(sum, &fields);
        }
        Ok(())
    }

    /// Takes in one row, its fields in the table's order.
    pub(crate) fn row(&self, sum: &mut Checksum, fields: &[Field<'_>]) {
        let mut hasher = Sha256::new();
        for at in &self.order {
            match self.canonical(*at, &self.kinds[*at], &fields[*at]) {
                None => hasher.update([0]),
                Some(text) => {
                    hasher.update([1]);
                    hasher.update((text.len() as u64).to_le_bytes());
                    hasher.update(&text);
                }
            }
        }
        sum.take(hasher.finalize().into());
    }

    fn canonical<'v>(&self, at: usize, kind: &Kind, field: &'v Field<'_>) -> Option<Cow<'v, [u8]>> {
        match field {
            Field::Null => None,
            Field::Value(value) => Some(canonical(kind, value)),
            Field::Stored(_, stored) => {
                let fit = self.usual[at].as_ref();
                match fit.map(|fit| fit.value(field.clone())) {
                    Some(Ok(Field::Value(value))) => {
                        Some(Cow::Owned(canonical(kind, &value).into_owned()))
                    }
                    _ => Some(Cow::Borrowed(stored)),
                }
            }
        }
    }
}

/// One spelling for each value.
fn canonical<'v>(kind: &Kind, value: &'v [u8]) -> Cow<'v, [u8]> {
    let Ok(text) = std::str::from_utf8(value) else {
        return Cow::Borrowed(value);
    };
    let made = match kind {
        Kind::Bool => Some(text.replace('t', "1").replace('f', "0")),
        Kind::Decimal { .. } | Kind::Float4 | Kind::Float8 => {
            Number::read(text).map(|number| number.canonical())
        }
        Kind::Text { fixed: true, .. } => Some(text.trim_end_matches(' ').to_owned()),
        Kind::TimestampTz { .. } => {
            return Cow::Borrowed(value.strip_suffix(b"+00").unwrap_or(value));
        }
        Kind::Json { .. } => json::read(text).ok().map(|document| document.canonical),
        Kind::Uuid => Some(text.replace('-', "").to_ascii_lowercase()),
        Kind::Bytes { .. } => return Cow::Borrowed(value.strip_prefix(b"\\x").unwrap_or(value)),
        _ => None,
    };
    made.map_or(Cow::Borrowed(value), |made| Cow::Owned(made.into_bytes()))
}

/// A chunk's rows, counted.
pub(super) fn rows_of(bytes: &[u8]) -> u64 {
    count(bytes)
}

impl fmt::Display for Checksum {
    /// `ROWS:HEX`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<u8> = self
            .sum
            .iter()
            .flat_map(|word| word.to_le_bytes())
            .collect();
        write!(f, "{}:{}", self.rows, hex::encode(bytes))
    }
}

/// Text that no checksum is written as.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no checksum")]
pub struct NoChecksum(pub String);

impl FromStr for Checksum {
    type Err = NoChecksum;

    fn from_str(text: &str) -> Result<Checksum, NoChecksum> {
        let wrong = || NoChecksum(text.to_owned());
        let (rows, sum) = text.split_once(':').ok_or_else(wrong)?;
        let rows = rows.parse().map_err(|_| wrong())?;
        let bytes = hex::decode(sum).map_err(|_| wrong())?;
        let mut checksum = Checksum { rows, sum: [0; 4] };
        if bytes.len() != 32 {
            return Err(wrong());
        }
        for (word, bytes) in checksum.sum.iter_mut().zip(bytes.chunks_exact(8)) {
            *word = u64::from_le_bytes(bytes.try_into().expect("chunks of eight"));
        }
        Ok(checksum)
    }
}

impl Serialize for Checksum {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Checksum, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
