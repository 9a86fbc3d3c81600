//! Writing a table: chunks of rows, each value made the target's own first.

use std::sync::Arc;

use super::checksum::{Checksum, Summing};
use super::fit::{Fit, Rules};
use super::kind::RowTable;
use super::text::{Field, append, lines, split};
use super::{Chunk, RowsError};
use crate::dialect::{Dialect, Session, mysql, postgres, sqlite};

/// How a table is written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    pub rules: Rules,
    /// Takes the checksum of what is written, as the target's own kinds.
    pub checksum: bool,
    /// Rows whose key is there already are replaced: the columns of that key. [`Session::read_merged`] reads them
    /// back, and [`Session::drop_stage`] ends it.
    pub upsert: Option<Vec<String>>,
}

/// Rows on their way into one table, in whatever transaction the session is in.
pub struct RowWriter<'s> {
    session: &'s mut Session,
    fitting: Fitting,
    way: Way,
    /// What brings the rows from where they are staged into the table.
    merge: Vec<String>,
}

enum Way {
    Copy { sql: String },
    Insert(mysql::rows::Inserting),
    File { sql: Arc<str> },
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub rows: u64,
    /// Where it was asked for.
    pub checksum: Option<Checksum>,
}

/// How the columns of a source become those of a target, and how far it has come.
#[derive(Clone)]
pub(in crate::dialect) struct Fitting {
    source: RowTable,
    /// The target's columns that are written, in the source's order.
    pub(in crate::dialect) target: RowTable,
    fits: Vec<Fit>,
    /// Where the columns of the key are.
    key: Vec<usize>,
    /// Whether nothing has to be changed.
    same: bool,
    rows: u64,
    /// Of the rows until now, where it was asked for.
    checksum: Option<(Summing, Checksum)>,
}

/// One row as the target's own values.
pub(in crate::dialect) struct Fitted<'r, 'a> {
    pub(in crate::dialect) fields: &'r [Field<'a>],
    pub(in crate::dialect) fits: &'r [Fit],
}

impl Fitting {
    fn new(
        source: &RowTable,
        target: &RowTable,
        options: &WriteOptions,
    ) -> Result<Fitting, RowsError> {
        let mut fits = Vec::with_capacity(source.columns.len());
        let mut columns = Vec::with_capacity(source.columns.len());
        for from in &source.columns {
            let refused = |reason: String| RowsError::Column {
                table: target.name.to_string(),
                column: from.name.clone(),
                reason,
            };
            let to = target
                .position(&from.name)
                .map(|at| &target.columns[at])
                .ok_or_else(|| {
                    refused("the target has no such column that can be written".to_owned())
                })?;
            let fit = Fit::between(source.dialect, from, target.dialect, to, options.rules);
            fits.push(fit.map_err(refused)?);
            columns.push(to.clone());
        }
        let key = source.key.iter().filter_map(|name| source.position(name));
        let target = RowTable {
            columns,
            ..target.clone()
        };
        let summing = options.checksum.then(|| Summing::new(&target));
        Ok(Fitting {
            key: key.collect(),
            same: source.dialect.family() == target.dialect.family()
                && fits.iter().all(Fit::is_same),
            source: source.clone(),
            target,
            fits,
            rows: 0,
            checksum: summing.map(|summing| (summing, Checksum::default())),
        })
    }

    /// What a row is called in a message: `id = 17`.
    pub(in crate::dialect) fn key_of(&self, fields: &[Field<'_>]) -> String {
        let parts = self.key.iter().map(|at| {
            let value = match &fields[*at] {
                Field::Null => "NULL".to_owned(),
                Field::Value(value) | Field::Stored(_, value) => {
                    String::from_utf8_lossy(value).chars().take(80).collect()
                }
            };
            format!("{} = {value}", self.source.columns[*at].name)
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    /// How many rows were taken.
    pub(in crate::dialect) fn rows(&self) -> u64 {
        self.rows
    }

    /// The checksum of the rows until now, where it was asked for.
    fn checksum(&self) -> Option<Checksum> {
        self.checksum.as_ref().map(|(_, checksum)| *checksum)
    }

    /// Gives every row of a chunk to `sink`, as the target's own values.
    pub(in crate::dialect) fn each(
        &mut self,
        bytes: &[u8],
        sink: &mut dyn FnMut(&Fitting, Fitted<'_, '_>) -> Result<(), RowsError>,
    ) -> Result<(), RowsError> {
        let mut fields = Vec::with_capacity(self.fits.len());
        let mut made = Vec::with_capacity(self.fits.len());
        for line in lines(bytes) {
            self.rows += 1;
            self.split(line, &mut fields)?;
            made.clear();
            for (at, (field, fit)) in fields.iter().zip(&self.fits).enumerate() {
                let value = fit.value(field.clone()).map_err(|reason| RowsError::Value {
                    table: self.target.name.to_string(),
                    key: self.key_of(&fields),
                    row: self.rows,
                    column: self.target.columns[at].name.clone(),
                    reason,
                });
                made.push(value?);
            }
            if let Some((summing, checksum)) = &mut self.checksum {
                summing.row(checksum, &made);
            }
            let row = Fitted {
                fields: &made,
                fits: &self.fits,
            };
            sink(self, row)?;
        }
        Ok(())
    }

    fn split<'a>(&self, line: &'a [u8], fields: &mut Vec<Field<'a>>) -> Result<(), RowsError> {
        let damaged = |reason: &str| RowsError::Damaged {
            table: self.target.name.to_string(),
            row: self.rows,
            reason: reason.to_owned(),
        };
        split(line, fields).map_err(damaged)?;
        match fields.len() == self.fits.len() {
            true => Ok(()),
            false => Err(damaged("another number of columns")),
        }
    }

    /// The chunk as COPY wants it.
    fn copy_text(&mut self, chunk: &Chunk) -> Result<bytes::Bytes, RowsError> {
        if self.same && self.checksum.is_none() {
            self.rows += chunk.rows;
            return Ok(chunk.bytes.clone());
        }
        if self.same {
            self.each(&chunk.bytes, &mut |_, _| Ok(()))?;
            return Ok(chunk.bytes.clone());
        }
        let mut out = Vec::with_capacity(chunk.bytes.len() + chunk.bytes.len() / 16);
        self.each(&chunk.bytes, &mut |_, row| {
            for (at, field) in row.fields.iter().enumerate() {
                if at > 0 {
                    out.push(b'\t');
                }
                append(field, &mut out);
            }
            out.push(b'\n');
            Ok(())
        })?;
        Ok(out.into())
    }

    /// The key of the row with this number among `rows`, which counts from 1; nothing where there is none.
    pub(in crate::dialect) fn key_in<'r>(
        &self,
        mut rows: impl Iterator<Item = &'r [u8]>,
        number: u64,
    ) -> String {
        let at = usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let mut fields = Vec::new();
        match rows.nth(at).map(|row| self.split(row, &mut fields)) {
            Some(Ok(())) => self.key_of(&fields),
            _ => String::new(),
        }
    }
}

/// Whether every column of `source` can be carried into one of `target`'s.
///
/// # Errors
/// [`RowsError::Column`] names the first that cannot.
pub fn check_columns(source: &RowTable, target: &RowTable, rules: Rules) -> Result<(), RowsError> {
    let options = WriteOptions {
        rules,
        ..WriteOptions::default()
    };
    Fitting::new(source, target, &options).map(drop)
}

/// What the checksum of rows would be in a target, without writing them.
pub struct Weighing(Fitting);

impl Weighing {
    /// # Errors
    /// As [`check_columns`].
    pub fn new(source: &RowTable, target: &RowTable, rules: Rules) -> Result<Weighing, RowsError> {
        let options = WriteOptions {
            rules,
            checksum: true,
            upsert: None,
        };
        Fitting::new(source, target, &options).map(Weighing)
    }

    /// Takes in the rows of a chunk of the source's.
    ///
    /// # Errors
    /// [`RowsError::Value`] for what the target cannot hold.
    pub fn add(&mut self, chunk: &Chunk) -> Result<(), RowsError> {
        self.0.each(&chunk.bytes, &mut |_, _| Ok(()))
    }

    pub fn finish(self) -> Checksum {
        self.0.checksum().unwrap_or_default()
    }
}

impl Session {
    /// Begins to write rows of `source`'s into `target`, whose columns are found by their names. Columns of the
    /// target that the source has not get their default.
    ///
    /// Whether triggers and foreign keys see them is [`Session::prepare_writing`]'s matter, the transaction the
    /// caller's.
    ///
    /// # Errors
    /// [`RowsError::Column`] where a column can never be carried.
    pub async fn write_rows<'s>(
        &'s mut self,
        source: &RowTable,
        target: &RowTable,
        options: &WriteOptions,
    ) -> Result<RowWriter<'s>, RowsError> {
        let fitting = Fitting::new(source, target, options)?;
        let (into, merge) = match &options.upsert {
            None => (fitting.target.clone(), Vec::new()),
            Some(key) => {
                let staged = self.stage(&fitting.target, key).await?;
                (staged.table, staged.merge)
            }
        };
        let way = match self.dialect() {
            Dialect::Postgres => Way::Copy {
                sql: postgres::rows::copy_in(&into),
            },
            Dialect::Mysql | Dialect::Mariadb => {
                Way::Insert(mysql::rows::Inserting::new(self, &into).await?)
            }
            Dialect::Sqlite => Way::File {
                sql: sqlite::rows::insert(&into).into(),
            },
        };
        Ok(RowWriter {
            session: self,
            fitting,
            way,
            merge,
        })
    }
}

impl RowWriter<'_> {
    /// Writes the rows of a chunk.
    ///
    /// # Errors
    /// [`RowsError::Value`] and [`RowsError::Refused`] name the row and the column.
    pub async fn write(&mut self, chunk: Chunk) -> Result<(), RowsError> {
        if chunk.rows == 0 {
            return Ok(());
        }
        match &mut self.way {
            Way::Copy { sql } => {
                let before = self.fitting.rows;
                let text = self.fitting.copy_text(&chunk)?;
                match self.session.copy_in(sql, &text).await {
                    Ok(_) => Ok(()),
                    Err(error) => {
                        let (line, column) = postgres::rows::place(&error);
                        let key = line.map(|line| self.fitting.key_in(lines(&chunk.bytes), line));
                        let place = place(
                            line.map(|line| before + line),
                            key.as_deref(),
                            column.as_deref(),
                        );
                        Err(RowsError::Refused {
                            table: self.fitting.target.name.to_string(),
                            place,
                            source: Box::new(error),
                        })
                    }
                }
            }
            Way::Insert(inserting) => {
                inserting
                    .write(self.session, &mut self.fitting, &chunk)
                    .await
            }
            Way::File { sql } => {
                sqlite::rows::write(self.session, &mut self.fitting, sql, chunk).await
            }
        }
    }

    /// Ends the writing; what was still held back is written now.
    ///
    /// # Errors
    /// As [`RowWriter::write`].
    pub async fn finish(mut self) -> Result<Written, RowsError> {
        if let Way::Insert(inserting) = &mut self.way {
            inserting.flush(self.session, &self.fitting).await?;
        }
        for sql in &self.merge {
            let merged = self.session.run(sql).await;
            merged.map_err(|error| RowsError::Refused {
                table: self.fitting.target.name.to_string(),
                place: String::new(),
                source: Box::new(error),
            })?;
        }
        Ok(Written {
            rows: self.fitting.rows,
            checksum: self.fitting.checksum(),
        })
    }
}

/// `, row 17 (id = 17), column "name"`
pub(in crate::dialect) fn place(
    row: Option<u64>,
    key: Option<&str>,
    column: Option<&str>,
) -> String {
    let mut place = String::new();
    if let Some(row) = row {
        place.push_str(&format!(", row {row}"));
    }
    if let Some(key) = key.filter(|key| !key.is_empty()) {
        place.push_str(&format!(" ({key})"));
    }
    if let Some(column) = column {
        place.push_str(&format!(", column {column:?}"));
    }
    place
}
