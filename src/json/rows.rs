//! A table's file, row by row, with nothing kept in between.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::column::Form;
use super::load::line_of;

/// Where the rows go. The strings are what is wrong with a cell or a row.
pub(super) trait RowSink {
    fn cell(&mut self, column: usize, raw: &RawValue) -> Result<(), String>;
    /// `offset_bytes` is where in the file the row's first value begins.
    fn end_row(&mut self, offset_bytes: usize) -> Result<(), String>;
}

/// Why a file was refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) line: Option<usize>,
    pub(super) reason: String,
}

/// Reads an array of objects whose keys are `columns`, in any order, each at most once.
pub(super) fn read_rows(
    bytes: &[u8],
    columns: &[(String, Form)],
    sink: &mut dyn RowSink,
) -> Result<(), Refusal> {
    // A byte order mark is what some editors put before UTF-8.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| Refusal {
        line: Some(line_of(bytes, error.valid_up_to())),
        reason: "not UTF-8".to_owned(),
    })?;
    let mut reading = Reading {
        text,
        columns,
        sink,
        seen: vec![false; columns.len()],
        refusal: None,
    };
    let mut json = serde_json::Deserializer::from_str(text);
    let outcome = json
        .deserialize_seq(Rows(&mut reading))
        .and_then(|()| json.end());
    outcome.map_err(|error| {
        let (offset, reason) = reading.refusal.take().unwrap_or_else(|| {
            let place = format!(" at line {} column {}", error.line(), error.column());
            (None, error.to_string().replace(&place, ""))
        });
        let line = offset.map_or(error.line(), |offset| line_of(bytes, offset));
        Refusal {
            line: (line > 0).then_some(line),
            reason,
        }
    })
}

struct Reading<'a> {
    text: &'a str,
    columns: &'a [(String, Form)],
    sink: &'a mut dyn RowSink,
    /// Which columns the present row has had.
    seen: Vec<bool>,
    /// Said here, since serde's errors are text that has a place in it.
    refusal: Option<(Option<usize>, String)>,
}

impl Reading<'_> {
    fn refuse<E: Error>(&mut self, offset: Option<usize>, reason: String) -> E {
        self.refusal = Some((offset, reason));
        E::custom("refused")
    }

    fn offset_of(&self, raw: &RawValue) -> usize {
        raw.get().as_ptr() as usize - self.text.as_ptr() as usize
    }
}

struct Rows<'r, 'a>(&'r mut Reading<'a>);

impl<'de> Visitor<'de> for Rows<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while rows.next_element_seed(OneRow(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

struct OneRow<'r, 'a>(&'r mut Reading<'a>);

impl<'de> DeserializeSeed<'de> for OneRow<'_, '_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for OneRow<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row, an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut cells: A) -> Result<(), A::Error> {
        let reading = self.0;
        reading.seen.fill(false);
        let mut start = None;
        let mut expected = 0;
        loop {
            let key = Key {
                columns: reading.columns,
                expected,
            };
            let column = match cells.next_key_seed(key)? {
                None => break,
                Some(Ok(column)) => column,
                Some(Err(unknown)) => {
                    let reason = format!("there is no column {unknown:?}");
                    return Err(reading.refuse(None, reason));
                }
            };
            if std::mem::replace(&mut reading.seen[column], true) {
                let reason = format!("column {:?} is there twice", reading.columns[column].0);
                return Err(reading.refuse(None, reason));
            }
            expected = column + 1;
            let raw: &'de RawValue = cells.next_value()?;
            let offset = reading.offset_of(raw);
            start.get_or_insert(offset);
            if let Err(reason) = reading.sink.cell(column, raw) {
                return Err(reading.refuse(Some(offset), reason));
            }
        }
        match reading.sink.end_row(start.unwrap_or_default()) {
            Ok(()) => Ok(()),
            Err(reason) => Err(reading.refuse(start, reason)),
        }
    }
}

/// Which column a key names. Files that we wrote have them in order, so `expected` is tried first.
struct Key<'a> {
    columns: &'a [(String, Form)],
    expected: usize,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Result<usize, String>;

    fn deserialize<D: serde::Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Result<usize, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column's name")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        let later = &self.columns[self.expected..];
        let found = later.iter().position(|(name, _)| name == key);
        Ok(found
            .map(|at| at + self.expected)
            .or_else(|| self.columns.iter().position(|(name, _)| name == key))
            .ok_or_else(|| key.to_owned()))
    }
}
