//! MySQL's rows: read as text, written by prepared statements of many rows.

use futures_util::StreamExt as _;
use sqlx::mysql::{MySqlArguments, MySqlConnection, MySqlRow};
use sqlx::{Arguments as _, AssertSqlSafe, Row as _};

use crate::dialect::rows::kind::numbers;
use crate::dialect::rows::text::{Field, append_bytes, bytes_of, escape, lines};
use crate::dialect::rows::{
    Chunk, Fit, Fitted, Fitting, Kind, Merging, RowTable, Rows, RowsError, place,
};
use crate::dialect::{DbError, DbErrorKind, Dialect, Session};
use crate::schema::{Column, Table};

/// Moments in UTC, and nothing cut off.
pub(crate) const READING: &str = "SET SESSION time_zone = '+00:00', SESSION sql_mode = \
    'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', SESSION group_concat_max_len = 4294967295, \
    SESSION max_error_count = 64";

/// Nothing is coerced in silence, 0 is no request for a number, and the order of tables does not matter.
pub(crate) const WRITING: &str = "SET SESSION time_zone = '+00:00', SESSION sql_mode = \
    'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION', SESSION foreign_key_checks = 0";

/// Tables with their bytes: namespace, name, bytes.
pub(crate) const TABLE_BYTES: &str = "SELECT NULL, TABLE_NAME, CAST(DATA_LENGTH AS SIGNED) \
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'";

/// What a column of MySQL's holds.
pub(crate) fn kind(dialect: Dialect, column: &Column, table: &Table) -> Kind {
    let data_type = column.data_type.to_ascii_lowercase();
    let sizes = numbers(&data_type);
    let size = sizes.first().copied();
    let base = data_type.split(['(', ' ']).next().unwrap_or_default();
    let signed = !data_type.contains("unsigned");
    let digits = size.unwrap_or_default() as u8;
    let limit = size.map(u64::from);
    let text = |limit, fixed| Kind::Text { limit, fixed };
    let bytes = |limit| Kind::Bytes {
        limit: Some(limit),
        fixed: false,
    };
    match base {
        "tinyint" if size == Some(1) && signed => Kind::Bool,
        "bit" if size == Some(1) => Kind::Bool,
        "bit" => Kind::Int {
            bits: size.unwrap_or(64).min(64) as u8,
            signed: false,
        },
        "tinyint" => Kind::Int { bits: 8, signed },
        "smallint" => Kind::Int { bits: 16, signed },
        "year" => Kind::Int {
            bits: 16,
            signed: true,
        },
        "mediumint" => Kind::Int { bits: 24, signed },
        "int" => Kind::Int { bits: 32, signed },
        "bigint" => Kind::Int { bits: 64, signed },
        "decimal" => Kind::Decimal {
            size: Some((
                size.unwrap_or(10),
                sizes.get(1).copied().unwrap_or_default(),
            )),
        },
        "float" => Kind::Float4,
        "double" => Kind::Float8,
        "char" => text(limit, true),
        "varchar" => text(limit, false),
        "longtext" if is_json(dialect, column, table) => Kind::Json { binary: false },
        // Those of text are in bytes: the server's strict mode holds them.
        "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set" => text(None, false),
        "binary" => Kind::Bytes { limit, fixed: true },
        "varbinary" => Kind::Bytes {
            limit,
            fixed: false,
        },
        "tinyblob" => bytes(0xff),
        "blob" => bytes(0xffff),
        "mediumblob" => bytes(0xff_ffff),
        "longblob" => bytes(0xffff_ffff),
        "date" => Kind::Date,
        "time" => Kind::Time { digits },
        "datetime" => Kind::Timestamp { digits },
        "timestamp" => Kind::TimestampTz { digits },
        "json" => Kind::Json { binary: true },
        "uuid" => Kind::Uuid,
        _ => Kind::Other(data_type),
    }
}

/// MariaDB's JSON is a `longtext` with a check.
fn is_json(dialect: Dialect, column: &Column, table: &Table) -> bool {
    let valid = format!("json_valid({})", dialect.quote(&column.name));
    table
        .checks
        .iter()
        .any(|check| check.expression.eq_ignore_ascii_case(&valid))
}

/// The rows of a table in the neutral form.
pub(crate) fn read<'s>(
    connection: &'s mut MySqlConnection,
    table: &RowTable,
    among: &str,
) -> Rows<'s> {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let name = table.dialect.quote(&column.name);
            match column.kind {
                // As text a float has six digits; as a double it has all.
                Kind::Float4 => format!("{name} + 0e0"),
                Kind::Bool | Kind::Int { .. } if column.data_type.starts_with("bit") => {
                    format!("{name} + 0")
                }
                _ => name,
            }
        })
        .collect();
    let sql = format!(
        "SELECT {} FROM {}{among}",
        columns.join(", "),
        table.place()
    );
    let kinds: Vec<Kind> = table.columns.iter().map(|it| it.kind.clone()).collect();
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch(connection);
    rows.map(move |row| row.and_then(|row| neutral(&row, &kinds)))
        .boxed()
}

fn neutral(row: &MySqlRow, kinds: &[Kind]) -> Result<bytes::Bytes, sqlx::Error> {
    let mut out = Vec::with_capacity(kinds.len() * 16);
    for (at, kind) in kinds.iter().enumerate() {
        if at > 0 {
            out.push(b'\t');
        }
        match row.try_get_unchecked::<Option<&[u8]>, _>(at)? {
            None => out.extend_from_slice(b"\\N"),
            Some(value) => append(kind, value, &mut out),
        }
    }
    out.push(b'\n');
    Ok(out.into())
}

fn append(kind: &Kind, value: &[u8], out: &mut Vec<u8>) {
    match (kind, value) {
        (Kind::Bool, b"1") => out.push(b't'),
        (Kind::Bool, b"0") => out.push(b'f'),
        (Kind::Bytes { .. } | Kind::Other(_), _) => append_bytes(value, out),
        (Kind::Float4, _) => {
            let double = std::str::from_utf8(value)
                .ok()
                .and_then(|it| it.parse::<f64>().ok());
            match double {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "it was a float before it was a double"
                )]
                Some(double) => out.extend_from_slice(format!("{:?}", double as f32).as_bytes()),
                None => escape(value, out),
            }
        }
        (Kind::Time { .. } | Kind::Timestamp { .. }, _) => out.extend_from_slice(trimmed(value)),
        (Kind::TimestampTz { .. }, _) => {
            out.extend_from_slice(trimmed(value));
            out.extend_from_slice(b"+00");
        }
        _ => escape(value, out),
    }
}

/// Without the zeros at the end of a second's fraction.
fn trimmed(value: &[u8]) -> &[u8] {
    if !value.contains(&b'.') {
        return value;
    }
    let end = value
        .iter()
        .rposition(|byte| *byte != b'0')
        .map_or(0, |at| at + 1);
    value[..end].strip_suffix(b".").unwrap_or(&value[..end])
}

/// Rows that wait until they make a statement.
pub(in crate::dialect) struct Inserting {
    head: String,
    row: String,
    /// So many rows make a statement.
    most_rows: usize,
    /// As long as one value may be, and half as long as a statement.
    most_bytes: usize,
    values: MySqlArguments,
    /// What waits: how many rows, how many bytes in the neutral form, and the rows themselves.
    rows: usize,
    bytes: usize,
    waiting: Vec<bytes::Bytes>,
}

impl Inserting {
    pub(in crate::dialect) async fn new(
        session: &mut Session,
        table: &RowTable,
    ) -> Result<Inserting, DbError> {
        const MOST_VALUES: usize = 60_000;
        let rows = session.query("SELECT @@max_allowed_packet").await?;
        let packet = rows
            .first()
            .and_then(|row| row.integer(0))
            .unwrap_or(1 << 20);
        let dialect = session.dialect();
        let names: Vec<String> = table
            .columns
            .iter()
            .map(|column| dialect.quote(&column.name))
            .collect();
        Ok(Inserting {
            head: format!(
                "INSERT INTO {} ({}) VALUES ",
                dialect.quote_name(&table.name),
                names.join(", ")
            ),
            row: format!("({})", vec!["?"; names.len()].join(", ")),
            most_rows: (MOST_VALUES / names.len().max(1)).clamp(1, 1_000),
            most_bytes: usize::try_from(packet)
                .unwrap_or(1 << 20)
                .saturating_sub(4_096),
            values: MySqlArguments::default(),
            rows: 0,
            bytes: 0,
            waiting: Vec::new(),
        })
    }

    pub(in crate::dialect) async fn write(
        &mut self,
        session: &mut Session,
        fitting: &mut Fitting,
        chunk: &Chunk,
    ) -> Result<(), RowsError> {
        let mut rest = chunk.bytes.clone();
        while !rest.is_empty() {
            let (rows, bytes) = self.room(&rest);
            if rows == 0 {
                self.flush(session, fitting).await?;
                continue;
            }
            let more = rest.split_to(bytes);
            fitting.each(&more, &mut |fitting, row| self.take(fitting, &row))?;
            self.rows += rows;
            self.bytes += bytes;
            self.waiting.push(more);
        }
        Ok(())
    }

    /// How many of these rows the statement still has room for, and how many bytes they are. An empty one takes at
    /// least one row.
    fn room(&self, rows: &[u8]) -> (usize, usize) {
        let (mut count, mut bytes) = (0, 0);
        for row in lines(rows) {
            let before = self.rows + count;
            let too_long = self.bytes + bytes + row.len() > self.most_bytes / 2;
            if before >= self.most_rows || before > 0 && too_long {
                break;
            }
            count += 1;
            bytes += row.len();
        }
        (count, bytes)
    }

    fn take(&mut self, fitting: &Fitting, row: &Fitted<'_, '_>) -> Result<(), RowsError> {
        for (at, (field, fit)) in row.fields.iter().zip(row.fits).enumerate() {
            let refused = |reason: String| RowsError::Value {
                table: fitting.target.name.to_string(),
                key: fitting.key_of(row.fields),
                row: fitting.rows(),
                column: fitting.target.columns[at].name.clone(),
                reason,
            };
            if let Field::Value(value) = field
                && value.len() > self.most_bytes
                && bytes_of(value).is_none_or(|bytes| bytes.len() > self.most_bytes)
            {
                return Err(refused(format!(
                    "is longer than the server's max_allowed_packet of {} bytes",
                    self.most_bytes + 4_096
                )));
            }
            self.bind(field, fit).map_err(refused)?;
        }
        Ok(())
    }

    fn bind(&mut self, field: &Field<'_>, fit: &Fit) -> Result<(), String> {
        let values = &mut self.values;
        let text = match field {
            Field::Null => return values.add(None::<&str>).map_err(|e| e.to_string()),
            Field::Value(value) | Field::Stored(_, value) => std::str::from_utf8(value),
        };
        let text = text.map_err(|_| "is not UTF-8".to_owned())?;
        let added = match &fit.to {
            Kind::Bool => match text {
                "t" => values.add(1_i64),
                "f" => values.add(0_i64),
                _ => values.add(text.parse::<i64>().map_err(|e| e.to_string())?),
            },
            // As a number: a column of bits would take text for its bytes.
            Kind::Int { .. } => match text.parse::<i64>() {
                Ok(number) => values.add(number),
                Err(_) => values.add(text.parse::<u64>().map_err(|e| e.to_string())?),
            },
            Kind::Bytes { .. } | Kind::Other(_) => match bytes_of(text.as_bytes()) {
                Some(bytes) => values.add(bytes),
                None => values.add(text),
            },
            Kind::TimestampTz { .. } => values.add(text.strip_suffix("+00").unwrap_or(text)),
            _ => values.add(text),
        };
        added.map_err(|error| error.to_string())
    }

    /// Sends the rows that wait.
    pub(in crate::dialect) async fn flush(
        &mut self,
        session: &mut Session,
        fitting: &Fitting,
    ) -> Result<(), RowsError> {
        let (count, rows) = (
            std::mem::take(&mut self.rows),
            std::mem::take(&mut self.waiting),
        );
        if count == 0 {
            return Ok(());
        }
        self.bytes = 0;
        let values = std::mem::take(&mut self.values);
        let places = vec![self.row.as_str(); count].join(", ");
        let sql = format!("{}{places}", self.head);
        match session
            .run_with(&sql, values, count == self.most_rows)
            .await
        {
            Ok(_) => Ok(()),
            Err(error) => Err(refusal(error, fitting, count, &rows)),
        }
    }
}

/// The server names the row within the statement: `Data too long for column 'name' at row 3`.
fn refusal(error: DbError, fitting: &Fitting, count: usize, rows: &[bytes::Bytes]) -> RowsError {
    if matches!(
        error.kind,
        DbErrorKind::ConnectionLost | DbErrorKind::Cancelled
    ) {
        return error.into();
    }
    let at_row = error.message.rsplit_once(" at row ");
    let row = at_row.and_then(|(_, row)| row.trim().parse::<u64>().ok());
    let column = error
        .message
        .split_once("column '")
        .and_then(|(_, rest)| rest.split('\'').next())
        .map(|name| {
            name.rsplit('.')
                .next()
                .unwrap_or(name)
                .trim_matches('`')
                .to_owned()
        });
    let key = row.map(|row| fitting.key_in(rows.iter().flat_map(|it| lines(it)), row));
    let first = fitting.rows() - count as u64;
    RowsError::Refused {
        table: fitting.target.name.to_string(),
        place: place(
            row.map(|row| first + row),
            key.as_deref(),
            column.as_deref(),
        ),
        source: Box::new(error),
    }
}

/// What makes the table in which rows wait, from the query that has its columns, and what brings them from there.
/// ON DUPLICATE KEY UPDATE is not used: it changes whatever row any key finds.
pub(in crate::dialect) fn staged(merging: &Merging, of: &str) -> (String, Vec<String>) {
    let Merging { into, stage, .. } = merging;
    let equal: Vec<String> = merging
        .key
        .iter()
        .map(|name| format!("t.{name} = s.{name}"))
        .collect();
    let equal = equal.join(" AND ");
    let changed: Vec<String> = merging
        .changed()
        .map(|name| format!("t.{name} = s.{name}"))
        .collect();
    let mut merge = Vec::with_capacity(2);
    if !changed.is_empty() {
        merge.push(format!(
            "UPDATE {stage} AS s STRAIGHT_JOIN {into} AS t ON {equal} SET {}",
            changed.join(", ")
        ));
    }
    if let Some(first) = merging.key.first() {
        let given: Vec<String> = merging
            .columns
            .iter()
            .map(|name| format!("s.{name}"))
            .collect();
        merge.push(format!(
            "INSERT INTO {into} ({}) SELECT {} FROM {stage} AS s LEFT JOIN {into} AS t ON {equal} \
             WHERE t.{first} IS NULL",
            merging.columns.join(", "),
            given.join(", ")
        ));
    }
    (
        format!("CREATE TEMPORARY TABLE {stage} AS {of} LIMIT 0"),
        merge,
    )
}

/// The type that holds every value of a kind. The keys of InnoDB have no room for text without a length.
pub(crate) fn data_type(dialect: Dialect, kind: &Kind, in_key: bool) -> Option<String> {
    let spelt = match kind {
        Kind::Bool => "tinyint(1)".to_owned(),
        Kind::Int { bits, signed } => {
            let base = match bits {
                0..=8 => "tinyint",
                9..=16 => "smallint",
                17..=24 => "mediumint",
                25..=32 => "int",
                _ => "bigint",
            };
            format!("{base}{}", if *signed { "" } else { " unsigned" })
        }
        Kind::Decimal { size: Some((p, s)) } if *p <= 65 && *s <= 30 => format!("decimal({p},{s})"),
        Kind::Decimal { .. } => "decimal(65,30)".to_owned(),
        Kind::Float4 => "float".to_owned(),
        Kind::Float8 => "double".to_owned(),
        Kind::Text {
            limit: Some(n),
            fixed,
        } if *n <= if *fixed { 255 } else { 4_000 } => {
            format!("{}({n})", if *fixed { "char" } else { "varchar" })
        }
        Kind::Text { .. } | Kind::Other(_) | Kind::Any if in_key => "varchar(255)".to_owned(),
        Kind::Text { .. } | Kind::Other(_) | Kind::Any => "longtext".to_owned(),
        Kind::Bytes {
            limit: Some(n),
            fixed,
        } if *n <= if *fixed { 255 } else { 4_000 } => {
            format!("{}({n})", if *fixed { "binary" } else { "varbinary" })
        }
        Kind::Bytes { .. } if in_key => "varbinary(255)".to_owned(),
        Kind::Bytes { .. } => "longblob".to_owned(),
        Kind::Date => "date".to_owned(),
        Kind::Time { digits } => format!("time({})", (*digits).min(6)),
        Kind::Timestamp { digits } | Kind::TimestampTz { digits } => {
            format!("datetime({})", (*digits).min(6))
        }
        Kind::Json { .. } => "json".to_owned(),
        Kind::Uuid => "binary(16)".to_owned(),
        Kind::Array(_) => return None,
    };
    Some(super::types::canonical(dialect, &spelt))
}
