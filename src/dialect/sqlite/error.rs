//! Result codes to kind: <https://www.sqlite.org/rescode.html>.

use sqlx::error::DatabaseError;
use sqlx::sqlite::SqliteError;

use crate::dialect::{DbError, DbErrorKind};

pub(crate) fn read(error: &SqliteError) -> DbError {
    let code = error.code();
    let primary = code
        .as_deref()
        .and_then(|code| code.parse::<i32>().ok())
        .map(|code| code & 0xff);
    let mut read = DbError::new(kind(primary), error.message());
    read.code = code.map(|code| code.into_owned());
    read
}

fn kind(primary: Option<i32>) -> DbErrorKind {
    match primary {
        Some(3 | 23) => DbErrorKind::Privilege,
        Some(5 | 6) => DbErrorKind::Busy,
        // Read-only, I/O error, full, cannot open: there is no server, it is this machine's own files.
        Some(8 | 10 | 13 | 14) => DbErrorKind::File,
        Some(9) => DbErrorKind::Cancelled,
        Some(11 | 26) => DbErrorKind::Corrupt,
        Some(19) => DbErrorKind::Constraint,
        _ => DbErrorKind::Statement,
    }
}

/// Where in `sql` the last error of this connection points, in characters from 1.
///
/// <https://www.sqlite.org/c3ref/errcode.html>, `sqlite3_error_offset`.
pub(crate) async fn position(connection: &mut sqlx::SqliteConnection, sql: &str) -> Option<usize> {
    let mut handle = super::lent::lock(connection).await.ok()?;
    // SAFETY: the handle is open and locked for as long as `handle` lives, and the call only reads.
    let offset = unsafe { rusqlite::ffi::sqlite3_error_offset(handle.as_raw_handle().as_ptr()) };
    let before = sql.get(..usize::try_from(offset).ok()?)?;
    Some(before.chars().count() + 1)
}
