//! SQLite's rows: read and written on the connection itself, in a thread of their own.

use std::borrow::Cow;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};
use sqlx::Sqlite;
use sqlx::pool::PoolConnection;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::lent::on_handle;
use crate::dialect::rows::kind::numbers;
use crate::dialect::rows::text::{Class, Field, append_bytes, append_stored, bytes_of, escape};
use crate::dialect::rows::{
    CHUNK_BYTES, Chunk, Fitted, Fitting, Kind, Merging, RowTable, RowsError, place, time,
};
use crate::dialect::{DbError, DbErrorKind, Dialect, Session};
use crate::schema::Name;

/// What a column of SQLite's holds, by the words of its type: those that SeaORM writes, and everybody's.
pub(crate) fn kind(data_type: &str) -> Kind {
    let lower = data_type.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let text = Kind::Text {
        limit: None,
        fixed: false,
    };
    let sizes = numbers(&lower);
    let size = match sizes[..] {
        [precision, scale] => Some((precision, scale)),
        _ => None,
    };
    if has(&["json"]) {
        Kind::Json { binary: false }
    } else if has(&["bool"]) {
        Kind::Bool
    } else if has(&["timestamp_with_timezone", "timestamptz"]) {
        Kind::TimestampTz { digits: 9 }
    } else if has(&["timestamp", "datetime"]) {
        Kind::Timestamp { digits: 9 }
    } else if lower.starts_with("date") {
        Kind::Date
    } else if lower.starts_with("time") {
        Kind::Time { digits: 9 }
    } else if has(&["int"]) {
        Kind::Int {
            bits: 64,
            signed: true,
        }
    } else if has(&["uuid"]) {
        Kind::Uuid
    } else if has(&["decimal", "numeric", "money"]) || has(&["real"]) && size.is_some() {
        Kind::Decimal { size }
    } else if has(&["char", "clob", "text"]) {
        text
    } else if has(&["blob", "binary"]) {
        Kind::Bytes {
            limit: None,
            fixed: false,
        }
    } else if has(&["real", "floa", "doub"]) {
        Kind::Float8
    } else {
        Kind::Any
    }
}

/// The table in its database, `main` where none is said, and its columns.
fn quoted(table: &RowTable) -> (String, Vec<String>) {
    let names = table.columns.iter();
    let names = names.map(|column| Dialect::Sqlite.quote(&column.name));
    let within = table.name.namespace.as_deref().unwrap_or("main");
    let name = Name::within(within, table.name.name.clone());
    (Dialect::Sqlite.quote_name(&name), names.collect())
}

pub(super) fn said(error: &rusqlite::Error) -> DbError {
    let kind = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::ConstraintViolation) => DbErrorKind::Constraint,
        Some(rusqlite::ErrorCode::DiskFull) => DbErrorKind::DiskFull,
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            DbErrorKind::Busy
        }
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
            DbErrorKind::Corrupt
        }
        Some(rusqlite::ErrorCode::ReadOnly) => DbErrorKind::ReadOnly,
        Some(rusqlite::ErrorCode::OperationInterrupted) => DbErrorKind::Cancelled,
        Some(rusqlite::ErrorCode::CannotOpen | rusqlite::ErrorCode::SystemIoFailure) => {
            DbErrorKind::File
        }
        _ => DbErrorKind::Statement,
    };
    let message = match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    };
    DbError::new(kind, message)
}

/// The connection, given back with how the reading ended.
type Done = (PoolConnection<Sqlite>, Result<(), DbError>);

/// A table that is being read.
pub(crate) struct Reading<'s> {
    slot: &'s mut Option<PoolConnection<Sqlite>>,
    chunks: mpsc::Receiver<Chunk>,
    task: Option<JoinHandle<Done>>,
}

impl<'s> Reading<'s> {
    /// Begins to read; the connection is in `slot`, and comes back there at the end.
    pub(crate) fn begin(
        slot: &'s mut Option<PoolConnection<Sqlite>>,
        table: &RowTable,
        among: &str,
    ) -> Reading<'s> {
        let (sender, chunks) = mpsc::channel(1);
        let (table, among) = (table.clone(), among.to_owned());
        let task = slot.take().map(|held| {
            tokio::spawn(on_handle(held, move |connection| {
                read(connection, &table, &among, &sender)
            }))
        });
        Reading { slot, chunks, task }
    }

    pub(crate) async fn next(&mut self) -> Result<Option<Chunk>, RowsError> {
        if let Some(chunk) = self.chunks.recv().await {
            return Ok(Some(chunk));
        }
        let Some(task) = self.task.take() else {
            return Ok(None);
        };
        match task.await {
            Ok((held, outcome)) => {
                *self.slot = Some(held);
                outcome?;
                Ok(None)
            }
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

fn read(
    connection: &Connection,
    table: &RowTable,
    among: &str,
    sender: &mpsc::Sender<Chunk>,
) -> Result<(), DbError> {
    let (name, columns) = quoted(table);
    let sql = format!("SELECT {} FROM {name}{among}", columns.join(", "));
    let mut statement = connection.prepare(&sql).map_err(|e| said(&e))?;
    let mut rows = statement.query([]).map_err(|e| said(&e))?;
    let room = CHUNK_BYTES + CHUNK_BYTES / 16;
    let (mut out, mut count) = (Vec::with_capacity(room), 0);
    while let Some(row) = rows.next().map_err(|e| said(&e))? {
        for (at, column) in table.columns.iter().enumerate() {
            if at > 0 {
                out.push(b'\t');
            }
            encode(
                &column.kind,
                row.get_ref(at).map_err(|e| said(&e))?,
                &mut out,
            );
        }
        out.push(b'\n');
        count += 1;
        if out.len() >= CHUNK_BYTES {
            let bytes = std::mem::replace(&mut out, Vec::with_capacity(room));
            let chunk = Chunk {
                bytes: bytes.into(),
                rows: std::mem::take(&mut count),
            };
            if sender.blocking_send(chunk).is_err() {
                return Ok(());
            }
        }
    }
    if count > 0 {
        let chunk = Chunk {
            bytes: out.into(),
            rows: count,
        };
        // Nobody waits for it any more where this fails.
        drop(sender.blocking_send(chunk));
    }
    Ok(())
}

/// Appends a value in its column's form, or as it is stored where it has another.
fn encode(kind: &Kind, value: ValueRef<'_>, out: &mut Vec<u8>) {
    match value {
        ValueRef::Null => out.extend_from_slice(b"\\N"),
        ValueRef::Integer(number) => match (kind, number) {
            (Kind::Bool, 0) => out.push(b'f'),
            (Kind::Bool, 1) => out.push(b't'),
            (Kind::Int { .. } | Kind::Decimal { .. }, _) => {
                out.extend_from_slice(number.to_string().as_bytes());
            }
            _ => append_stored(Class::Integer, number.to_string().as_bytes(), out),
        },
        ValueRef::Real(number) => {
            let text = spelt(number);
            match kind {
                Kind::Float8 | Kind::Decimal { .. } => out.extend_from_slice(text.as_bytes()),
                _ => append_stored(Class::Real, text.as_bytes(), out),
            }
        }
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Err(_) => append_stored(Class::TextBytes, bytes, out),
            Ok(text) => match usual(kind, text) {
                Some(text) => escape(text.as_bytes(), out),
                None => append_stored(Class::Text, bytes, out),
            },
        },
        ValueRef::Blob(bytes) => match kind {
            Kind::Bytes { .. } => append_bytes(bytes, out),
            Kind::Uuid if bytes.len() == 16 => {
                let hex = hex::encode(bytes);
                let parts = [
                    &hex[..8],
                    &hex[8..12],
                    &hex[12..16],
                    &hex[16..20],
                    &hex[20..],
                ];
                out.extend_from_slice(parts.join("-").as_bytes());
            }
            _ => append_stored(Class::Blob, bytes, out),
        },
    }
}

fn spelt(number: f64) -> String {
    if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        return format!("{sign}Infinity");
    }
    format!("{number:?}")
}

/// The text in the neutral form, where it is spelt as this module would spell it.
fn usual<'a>(kind: &Kind, text: &'a str) -> Option<Cow<'a, str>> {
    let moment = |zoned: bool| {
        let moment = time::moment(text).filter(|moment| moment.zoned == zoned)?;
        (time::rfc3339(moment) == text).then(|| time::neutral(moment.at))
    };
    match kind {
        Kind::Text { .. } | Kind::Json { .. } => Some(Cow::Borrowed(text)),
        Kind::Date => time::date(text).map(|_| Cow::Borrowed(text)),
        Kind::Time { .. } => {
            let neutral = time::neutral_time(time::time(text)?);
            (neutral == text).then_some(Cow::Owned(neutral))
        }
        Kind::Timestamp { .. } => moment(false).map(Cow::Owned),
        Kind::TimestampTz { .. } => moment(true).map(|text| Cow::Owned(text + "+00")),
        _ => None,
    }
}

/// The statement that takes one row.
pub(crate) fn insert(table: &RowTable) -> String {
    let (name, columns) = quoted(table);
    let values = vec!["?"; columns.len()].join(", ");
    // A table may say for itself that a row replaces others: none does so here.
    format!(
        "INSERT OR ABORT INTO {name} ({}) VALUES ({values})",
        columns.join(", ")
    )
}

/// What makes the table in which rows wait, from the query that has its columns, and what brings them from there.
pub(in crate::dialect) fn staged(merging: &Merging, of: &str) -> (String, Vec<String>) {
    let Merging { into, stage, .. } = merging;
    let names = merging.columns.join(", ");
    (
        format!("CREATE TABLE {stage} AS {of} LIMIT 0"),
        // Without WHERE its ON would be a join's.
        vec![format!(
            "INSERT OR ABORT INTO main.{into} ({names}) SELECT {names} FROM {stage} WHERE true {}",
            merging.on_conflict()
        )],
    )
}

/// Writes the rows of a chunk.
pub(in crate::dialect) async fn write(
    session: &mut Session,
    fitting: &mut Fitting,
    sql: &std::sync::Arc<str>,
    chunk: Chunk,
) -> Result<(), RowsError> {
    let slot = session.sqlite_slot().await?;
    let Some(held) = slot.take() else {
        return Ok(());
    };
    let (sql, mut moved) = (sql.clone(), fitting.clone());
    let (held, outcome) = on_handle(held, move |connection| {
        let written = insert_all(connection, &mut moved, &sql, &chunk);
        Ok((moved, written))
    })
    .await;
    *slot = Some(held);
    let (moved, written) = outcome?;
    *fitting = moved;
    written
}

fn insert_all(
    connection: &Connection,
    fitting: &mut Fitting,
    sql: &str,
    chunk: &Chunk,
) -> Result<(), RowsError> {
    let mut statement = connection.prepare(sql).map_err(|e| said(&e))?;
    fitting.each(&chunk.bytes, &mut |fitting, row| {
        for (at, (field, fit)) in row.fields.iter().zip(row.fits).enumerate() {
            let value = bound(field, &fit.to).map_err(|reason| RowsError::Value {
                table: fitting.target.name.to_string(),
                key: fitting.key_of(row.fields),
                row: fitting.rows(),
                column: fitting.target.columns[at].name.clone(),
                reason: reason.to_owned(),
            })?;
            statement
                .raw_bind_parameter(at + 1, value)
                .map_err(|e| said(&e))?;
        }
        let done = statement.raw_execute();
        done.map(drop)
            .map_err(|error| refusal(&error, fitting, &row))
    })
}

fn refusal(error: &rusqlite::Error, fitting: &Fitting, row: &Fitted<'_, '_>) -> RowsError {
    let error = said(error);
    // `NOT NULL constraint failed: students.name`
    let column = error
        .message
        .strip_prefix("NOT NULL constraint failed: ")
        .and_then(|rest| rest.rsplit_once('.'))
        .map(|(_, column)| column.to_owned());
    let key = fitting.key_of(row.fields);
    RowsError::Refused {
        table: fitting.target.name.to_string(),
        place: place(Some(fitting.rows()), Some(&key), column.as_deref()),
        source: Box::new(error),
    }
}

/// A value as SQLite keeps it.
enum Bound<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'a, [u8]>),
    Blob(Vec<u8>),
}

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Bound::Null => ValueRef::Null,
            Bound::Integer(number) => ValueRef::Integer(*number),
            Bound::Real(number) => ValueRef::Real(*number),
            Bound::Text(text) => ValueRef::Text(text),
            Bound::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn bound<'f>(field: &'f Field<'_>, kind: &Kind) -> Result<Bound<'f>, &'static str> {
    let integer = |value: &[u8]| {
        let text = std::str::from_utf8(value).ok()?;
        text.parse().ok().map(Bound::Integer)
    };
    let real = |value: &[u8]| {
        let text = std::str::from_utf8(value).ok()?;
        text.parse::<f64>().ok().map(Bound::Real)
    };
    let text = |value: &'f [u8]| Bound::Text(Cow::Borrowed(value));
    let value = match field {
        Field::Null => return Ok(Bound::Null),
        Field::Stored(class, value) => {
            let stored = match class {
                Class::Integer => integer(value),
                Class::Real => real(value),
                Class::Text | Class::TextBytes => Some(text(value)),
                Class::Blob => Some(Bound::Blob(value.to_vec())),
            };
            return stored.ok_or("is not as SQLite stores it");
        }
        Field::Value(value) => &**value,
    };
    let moment = |zoned: bool| {
        let moment = std::str::from_utf8(value).ok().and_then(time::moment)?;
        let text = time::rfc3339(time::Moment { zoned, ..moment });
        Some(Bound::Text(Cow::Owned(text.into_bytes())))
    };
    let made = match kind {
        Kind::Bool => Some(Bound::Integer(i64::from(value == b"t"))),
        Kind::Int { .. } => integer(value),
        Kind::Decimal { .. } => integer(value).or_else(|| real(value)),
        Kind::Float4 | Kind::Float8 => real(value),
        Kind::Bytes { .. } => bytes_of(value).map(Bound::Blob),
        Kind::Timestamp { .. } => moment(false),
        Kind::TimestampTz { .. } => moment(true),
        Kind::Uuid => {
            let hex: Vec<u8> = value.iter().copied().filter(|byte| *byte != b'-').collect();
            hex::decode(hex).ok().map(Bound::Blob)
        }
        Kind::Text { .. }
        | Kind::Date
        | Kind::Time { .. }
        | Kind::Json { .. }
        | Kind::Array(_)
        | Kind::Any
        | Kind::Other(_) => Some(text(value)),
    };
    made.ok_or("is not in its column's form")
}

/// The type that holds every value of a kind, as SeaORM spells it.
pub(crate) fn data_type(kind: &Kind) -> Option<String> {
    let spelt = match kind {
        Kind::Bool => "boolean",
        Kind::Int {
            bits: 64,
            signed: false,
        } => return None,
        Kind::Int { .. } => "bigint",
        Kind::Decimal { size: Some((p, s)) } => return Some(format!("real({p}, {s})")),
        Kind::Decimal { size: None } => "real_decimal",
        Kind::Float4 => "float",
        Kind::Float8 => "double",
        Kind::Text {
            limit: Some(n),
            fixed,
        } => {
            return Some(format!("{}({n})", if *fixed { "char" } else { "varchar" }));
        }
        Kind::Text { .. } | Kind::Other(_) => "TEXT",
        Kind::Bytes { .. } => "BLOB",
        Kind::Date => "date_text",
        Kind::Time { .. } => "time_text",
        Kind::Timestamp { .. } => "datetime_text",
        Kind::TimestampTz { .. } => "timestamp_with_timezone_text",
        Kind::Json { binary: true } => "jsonb_text",
        Kind::Json { binary: false } => "json_text",
        Kind::Uuid => "uuid_text",
        Kind::Any => "",
        Kind::Array(_) => return None,
    };
    Some(spelt.to_owned())
}
