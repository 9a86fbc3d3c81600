//! Rows as text, from any of the drivers.

use sqlx::Row as _;

/// A row, each cell as the server's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row(Vec<Option<String>>);

impl Row {
    pub fn new(cells: Vec<Option<String>>) -> Self {
        Row(cells)
    }

    /// The cell's text; `None` for NULL, and where there is no such column.
    pub fn text(&self, column: usize) -> Option<&str> {
        self.0.get(column)?.as_deref()
    }

    /// The cell's text, NULL as the empty one.
    pub fn text_or_empty(&self, column: usize) -> &str {
        self.text(column).unwrap_or_default()
    }

    /// `None` for NULL and for what is no integer.
    pub fn integer(&self, column: usize) -> Option<i64> {
        self.text(column)?.parse().ok()
    }

    /// `None` for NULL, and for what is no whole number from 0 on.
    pub fn count(&self, column: usize) -> Option<u64> {
        let text = self.text(column)?;
        // A `numeric` may come with a point and zeros.
        text.split_once('.')
            .map_or(text, |(whole, _)| whole)
            .parse()
            .ok()
    }

    /// `None` for NULL and for what is no number.
    pub fn number(&self, column: usize) -> Option<f64> {
        self.text(column)?.parse().ok()
    }

    /// Whether the cell says yes, as any of the servers says it.
    pub fn truth(&self, column: usize) -> bool {
        matches!(
            self.text(column),
            Some("t" | "true" | "TRUE" | "1" | "YES" | "Y")
        )
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

pub(super) fn cells(
    count: usize,
    cell: impl Fn(usize) -> Result<Option<String>, sqlx::Error>,
) -> Result<Row, sqlx::Error> {
    (0..count).map(cell).collect::<Result<Vec<_>, _>>().map(Row)
}

pub(super) fn postgres_text(
    row: &sqlx::postgres::PgRow,
    i: usize,
) -> Result<Option<String>, sqlx::Error> {
    use sqlx::ValueRef as _;
    let value = row.try_get_raw(i)?;
    if value.is_null() {
        return Ok(None);
    }
    value
        .as_str()
        .map(|text| Some(text.to_owned()))
        .map_err(sqlx::Error::Decode)
}

/// MySQL calls some of its own text binary (`SHOW …`, `information_schema` under a `binary` collation).
pub(super) fn mysql_text(
    row: &sqlx::mysql::MySqlRow,
    i: usize,
) -> Result<Option<String>, sqlx::Error> {
    let bytes: Option<Vec<u8>> = row.try_get_unchecked(i)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}
