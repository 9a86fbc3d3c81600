//! A project of `BENCH_TABLES` tables, for measuring `check` and `create`. With `BENCH_CHANGED=1` one column is
//! another than in the database. The other side's are the same tables, as `tools.py` declares them.

use std::process::ExitCode;

use piton::{Entities, Piton};
use sea_orm::DbBackend;
use sea_orm::sea_query::{
    ColumnDef, Expr, ForeignKey, Index, IndexCreateStatement, Table, TableCreateStatement,
};

fn main() -> ExitCode {
    Piton::new().entities(entities).run()
}

fn entities(_: DbBackend) -> Entities {
    let count = std::env::var("BENCH_TABLES").ok();
    let count = count.and_then(|count| count.parse().ok()).unwrap_or(0);
    let changed = std::env::var_os("BENCH_CHANGED").is_some();
    Entities {
        tables: (0..count)
            .map(|number| table(number, changed && number == count / 2))
            .collect(),
        indexes: (0..count).map(index).collect(),
        statements: Vec::new(),
    }
}

fn name(number: usize) -> String {
    format!("t_{number:05}")
}

fn table(number: usize, changed: bool) -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table(name(number))
        .col(ColumnDef::new("id").big_integer().not_null().primary_key())
        .col(
            ColumnDef::new("name")
                .string_len(if changed { 200 } else { 100 })
                .not_null(),
        )
        .col(ColumnDef::new("score").double())
        .col(ColumnDef::new("previous_id").big_integer())
        .col(
            ColumnDef::new("created_at")
                .timestamp_with_time_zone()
                .not_null()
                .default(Expr::current_timestamp()),
        );
    if let Some(previous) = number.checked_sub(1) {
        table.foreign_key(
            ForeignKey::create()
                .name(format!("{}_previous_id_fkey", name(number)))
                .from(name(number), "previous_id")
                .to(name(previous), "id"),
        );
    }
    table.to_owned()
}

fn index(number: usize) -> IndexCreateStatement {
    Index::create()
        .name(format!("{}_name", name(number)))
        .table(name(number))
        .col("name")
        .to_owned()
}
