//! Timestamp columns in each database's own spelling. Part of the frozen history: never change it, add beside it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// A UTC timestamp, not null, by default now.
pub(crate) fn now(name: &'static str, backend: DbBackend) -> ColumnDef {
    let now = match backend {
        DbBackend::MySql => Expr::custom_keyword("CURRENT_TIMESTAMP(6)"),
        // SQLite's own CURRENT_TIMESTAMP has another format than SeaORM writes, and would sort wrongly beside it.
        DbBackend::Sqlite => Expr::cust("strftime('%Y-%m-%dT%H:%M:%f+00:00','now')"),
        _ => Expr::current_timestamp(),
    };
    column(name, backend).not_null().default(now).take()
}

/// A UTC timestamp that may be missing.
pub(crate) fn optional(name: &'static str, backend: DbBackend) -> ColumnDef {
    let mut column = column(name, backend);
    if backend == DbBackend::MySql {
        // Said aloud, since a MySQL without `explicit_defaults_for_timestamp` reads silence otherwise.
        column.null();
    }
    column
}

fn column(name: &'static str, backend: DbBackend) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match backend {
        // Not `timestamp`, which SeaORM would choose: it drops the microseconds and ends in 2038.
        DbBackend::MySql => column.custom("datetime(6)"),
        DbBackend::Sqlite => column.text(),
        _ => column.timestamp_with_time_zone(),
    };
    column
}
