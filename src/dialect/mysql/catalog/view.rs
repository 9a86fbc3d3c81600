//! Views.

use super::expression::unqualified;
use crate::dialect::Row;
use crate::schema::{Name, View};

/// A row of `queries::views`, given what the database is called and which names are tables or views.
pub(super) fn view(row: &Row, database: &str, known: impl Fn(&str) -> bool) -> View {
    let name = row.text_or_empty(0);
    let (query, named) = unqualified(row.text_or_empty(1), database, known);
    let mut options = Vec::new();
    if let Some(algorithm @ ("MERGE" | "TEMPTABLE")) = row.text(4) {
        options.push(format!("ALGORITHM={algorithm}"));
    }
    if row.text(3) == Some("INVOKER") {
        options.push("SQL SECURITY INVOKER".to_owned());
    }
    if let Some(check @ ("LOCAL" | "CASCADED")) = row.text(2) {
        options.push(format!("WITH {check} CHECK OPTION"));
    }
    View {
        name: Name::new(name),
        query,
        reads: named
            .into_iter()
            .filter(|read| read != name)
            .map(Name::new)
            .collect(),
        options,
        ..View::default()
    }
}
