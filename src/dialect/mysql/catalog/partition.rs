//! `PARTITION BY …`, put together from the rows of its partitions.

use super::expression::{expression, quoted};
use crate::dialect::{Dialect, Row};
use crate::schema::Partitioning;

/// The clause for the rows of one table; `None` where it has no partitions.
pub(super) fn partitioning(dialect: Dialect, rows: &[&Row]) -> Option<Partitioning> {
    let first = rows.first()?;
    let method = first.text_or_empty(3);
    // Made anew for each period, by the server: nothing to say but how.
    let mut clause = by(dialect, method, first.text(5));
    if let Some(sub_method) = first.text(4) {
        clause.push_str(" SUB");
        clause.push_str(&by(dialect, sub_method, first.text(6)));
    }
    if let Some(count) = counted(method, rows) {
        clause.push_str(&format!("\nPARTITIONS {count}"));
        return Some(Partitioning { clause });
    }
    let groups = rows.chunk_by(|a, b| a.text(1) == b.text(1));
    let partitions: Vec<String> = groups
        .map(|rows| partition(dialect, method, rows))
        .collect();
    let clause = format!("{clause}\n({})", partitions.join(",\n "));
    Some(Partitioning { clause })
}

/// How many partitions there are, where nothing but their number was given: the server called them `p0`, `p1`…
fn counted(method: &str, rows: &[&Row]) -> Option<usize> {
    let spread = method.ends_with("HASH") || method.ends_with("KEY");
    let unnamed = |(at, row): (usize, &&Row)| {
        row.text(1) == Some(format!("p{at}").as_str())
            && row.text(2).is_none()
            && row.text(8).is_none_or(str::is_empty)
    };
    (spread && rows.iter().enumerate().all(unnamed)).then_some(rows.len())
}

fn by(dialect: Dialect, method: &str, columns: Option<&str>) -> String {
    let columns = expression(dialect, columns.unwrap_or_default());
    if method == "SYSTEM_TIME" {
        return "PARTITION BY SYSTEM_TIME".to_owned();
    }
    format!("PARTITION BY {method} ({columns})")
}

fn partition(dialect: Dialect, method: &str, rows: &[&Row]) -> String {
    let row = rows[0];
    let mut text = format!("PARTITION {}", dialect.quote(row.text_or_empty(1)));
    let bound = row.text_or_empty(7);
    if method.starts_with("RANGE") {
        text.push_str(" VALUES LESS THAN ");
        if bound == "MAXVALUE" && method == "RANGE" {
            text.push_str(bound);
        } else {
            text.push_str(&format!("({bound})"));
        }
    } else if method.starts_with("LIST") {
        // One for all else is called so in either way.
        if bound == "DEFAULT" || bound.split(',').all(|it| it == "MAXVALUE") {
            text.push_str(" DEFAULT");
        } else {
            text.push_str(&format!(" VALUES IN ({bound})"));
        }
    } else if method == "SYSTEM_TIME" {
        text.push_str(if bound == "CURRENT" {
            " CURRENT"
        } else {
            " HISTORY"
        });
    }
    if let Some(comment) = row.text(8).filter(|comment| !comment.is_empty()) {
        text.push_str(&format!(" COMMENT = {}", quoted(comment)));
    }
    let named: Vec<String> = rows
        .iter()
        .filter_map(|row| row.text(2))
        .map(|name| format!("SUBPARTITION {}", dialect.quote(name)))
        .collect();
    if !named.is_empty() {
        text.push_str(&format!(" ({})", named.join(", ")));
    }
    text
}
