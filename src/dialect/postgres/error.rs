//! SQLSTATE to kind: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use crate::dialect::{DbError, DbErrorKind, More};

pub(crate) fn read(error: &PgDatabaseError) -> DbError {
    let position = match error.position() {
        Some(PgErrorPosition::Original(position)) => Some(position),
        _ => None,
    };
    DbError {
        kind: kind(error.code()),
        message: error.message().to_owned(),
        code: Some(error.code().to_owned()),
        position,
        more: Box::new(More {
            detail: error.detail().map(str::to_owned),
            hint: error.hint().map(str::to_owned),
            context: error.r#where().map(str::to_owned),
            namespace: error.schema().map(str::to_owned),
            table: error.table().map(str::to_owned),
            column: error.column().map(str::to_owned),
            constraint: error.constraint().map(str::to_owned),
            missing: None,
        }),
    }
}

fn kind(code: &str) -> DbErrorKind {
    match code {
        "57P03" => DbErrorKind::NotReady,
        "57P01" | "57P02" | "57P05" | "25P03" => DbErrorKind::ConnectionLost,
        "57014" => DbErrorKind::Cancelled,
        "55P03" => DbErrorKind::Busy,
        "40P01" | "40001" => DbErrorKind::Deadlock,
        "42501" => DbErrorKind::Privilege,
        "25006" => DbErrorKind::ReadOnly,
        "53100" => DbErrorKind::DiskFull,
        "53300" => DbErrorKind::TooManyConnections,
        "3D000" => DbErrorKind::NoSuchDatabase,
        "XX001" | "XX002" => DbErrorKind::Corrupt,
        _ if code.starts_with("28") => DbErrorKind::Login,
        _ if code.starts_with("08") => DbErrorKind::ConnectionLost,
        _ if code.starts_with("23") => DbErrorKind::Constraint,
        _ => DbErrorKind::Statement,
    }
}
