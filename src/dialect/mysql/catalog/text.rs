//! Triggers and events, put together from their parts; sequences.

use super::expression::quoted;
use crate::dialect::{Dialect, Row};
use crate::schema::{Name, ObjectText, Sequence, Trigger};

/// The rows of `queries::TRIGGERS` for one table, time and event, in the order in which they act.
///
/// They are made in the order of their names: each one that must act before one that is there says so.
pub(super) fn triggers(dialect: Dialect, rows: &[Row]) -> Vec<Trigger> {
    let name = |row: &Row| row.text_or_empty(0).to_owned();
    rows.iter()
        .enumerate()
        .map(|(at, row)| {
            let later = rows[at + 1..]
                .iter()
                .find(|other| other.text_or_empty(0) < row.text_or_empty(0));
            let place = later.map_or(String::new(), |other| {
                format!(" PRECEDES {}", dialect.quote(other.text_or_empty(0)))
            });
            Trigger {
                name: name(row),
                table: Name::new(row.text_or_empty(1)),
                definition: format!(
                    "CREATE TRIGGER {} {} {} ON {} FOR EACH ROW{place} {}",
                    dialect.quote(row.text_or_empty(0)),
                    row.text_or_empty(2),
                    row.text_or_empty(3),
                    dialect.quote(row.text_or_empty(1)),
                    row.text_or_empty(4)
                ),
                ..Trigger::default()
            }
        })
        .collect()
}

/// A row of `queries::EVENTS`.
pub(super) fn event(dialect: Dialect, row: &Row) -> ObjectText {
    let name = row.text_or_empty(0);
    let mut definition = format!("CREATE EVENT {} ON SCHEDULE", dialect.quote(name));
    if row.text(1) == Some("ONE TIME") {
        definition.push_str(&format!(" AT {}", quoted(row.text_or_empty(2))));
    } else {
        let every = row.text_or_empty(3);
        // A compound one comes with its quotes.
        definition.push_str(&format!(" EVERY {every} {}", row.text_or_empty(4)));
        for (word, column) in [("STARTS", 5), ("ENDS", 6)] {
            if let Some(time) = row.text(column) {
                definition.push_str(&format!(" {word} {}", quoted(time)));
            }
        }
    }
    if row.text(8) == Some("PRESERVE") {
        definition.push_str(" ON COMPLETION PRESERVE");
    }
    if row.text(7) == Some("DISABLED") {
        definition.push_str(" DISABLE");
    }
    if let Some(comment) = row.text(9).filter(|comment| !comment.is_empty()) {
        definition.push_str(&format!(" COMMENT {}", quoted(comment)));
    }
    definition.push_str(" DO ");
    definition.push_str(row.text_or_empty(10));
    ObjectText {
        kind: "event".to_owned(),
        name: Name::new(name),
        definition,
        ..ObjectText::default()
    }
}

/// A row of a sequence: 0 name, 1 start, 2 minimum, 3 maximum, 4 increment, 5 cache, 6 cycle?
pub(super) fn sequence(row: &Row) -> Sequence {
    let cache = match row.text_or_empty(5) {
        "0" => "NOCACHE".to_owned(),
        size => format!("CACHE {size}"),
    };
    Sequence {
        name: Name::new(row.text_or_empty(0)),
        data_type: "bigint".to_owned(),
        options: format!(
            "START WITH {} MINVALUE {} MAXVALUE {} INCREMENT BY {} {cache} {}",
            row.text_or_empty(1),
            row.text_or_empty(2),
            row.text_or_empty(3),
            row.text_or_empty(4),
            if row.truth(6) { "CYCLE" } else { "NOCYCLE" }
        ),
        ..Sequence::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_made_by_name_act_in_the_order_that_was() {
        let row = |name: &str| {
            let cells = [name, "t", "BEFORE", "INSERT", "SET @a = 1"];
            Row::new(cells.iter().map(|cell| Some((*cell).to_owned())).collect())
        };
        let found = triggers(Dialect::Mysql, &[row("b"), row("c"), row("a")]);
        let places: Vec<_> = found
            .iter()
            .map(|trigger| trigger.definition.contains("PRECEDES `a`"))
            .collect();
        assert_eq!(places, [true, true, false]);
    }
}
