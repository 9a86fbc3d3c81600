//! The whole history for sea-orm-migration's own run loop.

use sea_orm_migration::prelude::*;

use crate::sql_revision::SqlRevision;

/// The Rust and SQL revisions as one history, for an application that runs it with plain SeaORM.
///
/// Piton reads the revisions themselves and has its own loop; what one has brought up, the other accepts.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let sql = crate::SQL
            .iter()
            .map(|&(name, text)| Box::new(SqlRevision { name, text }) as Box<dyn MigrationTrait>);
        merge(crate::revisions(), sql.collect())
    }
}

/// One history out of two: `rust` keeps its order, and each of `sql` comes before the first of `rust` that is
/// younger than it.
fn merge(
    rust: Vec<Box<dyn MigrationTrait>>,
    mut sql: Vec<Box<dyn MigrationTrait>>,
) -> Vec<Box<dyn MigrationTrait>> {
    sql.sort_by(|a, b| a.name().cmp(b.name()));
    let mut sql = sql.into_iter().peekable();
    let mut merged = Vec::with_capacity(rust.len() + sql.len());
    for revision in rust {
        while let Some(older) = sql.next_if(|sql| order(sql.name()) < order(revision.name())) {
            merged.push(older);
        }
        merged.push(revision);
    }
    merged.extend(sql);
    merged
}

/// Timestamp, then name: `m20240115_083000_x` and `20240115083000_x` stand at the same place.
fn order(revision: &str) -> (String, &str) {
    let timestamp = revision.chars().filter(char::is_ascii_digit).take(14);
    let name = revision
        .trim_start_matches('m')
        .trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    (timestamp.collect(), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&'static str]) -> Vec<Box<dyn MigrationTrait>> {
        names
            .iter()
            .map(|name| Box::new(SqlRevision { name, text: "" }) as Box<dyn MigrationTrait>)
            .collect()
    }

    #[test]
    fn sql_goes_between_rust_by_timestamp_and_then_by_name() {
        let merged = merge(
            named(&["m20240102_000000_b", "m20240104_000000_made_last"]),
            named(&[
                "20240105000000_e",
                "20240102000000_c",
                "20240101000000_z",
                "20240102000000_a",
            ]),
        );
        let merged: Vec<&str> = merged.iter().map(|revision| revision.name()).collect();
        assert_eq!(
            merged,
            [
                "20240101000000_z",
                "20240102000000_a",
                "m20240102_000000_b",
                "20240102000000_c",
                "m20240104_000000_made_last",
                "20240105000000_e",
            ]
        );
    }

    #[test]
    fn rust_keeps_the_order_of_its_list() {
        let merged = merge(
            named(&["m20240105_000000_first", "m20240101_000000_second"]),
            named(&["20240103000000_sql"]),
        );
        let merged: Vec<&str> = merged.iter().map(|revision| revision.name()).collect();
        assert_eq!(
            merged,
            [
                "20240103000000_sql",
                "m20240105_000000_first",
                "m20240101_000000_second",
            ]
        );
    }
}
