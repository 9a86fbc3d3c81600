//! Whether what an operation makes holds a value, as a literal in one of its texts.

use crate::diff::text;
use crate::schema::{Index, Op, Table};

/// Whether what an operation makes holds one of the literals.
pub(super) fn uses(op: &Op, literals: &[&str]) -> bool {
    let holds = |said: &str| {
        literals
            .iter()
            .any(|value| text::holds_literal(said, value))
    };
    match op {
        _ if literals.is_empty() => false,
        Op::Table(change) => change
            .after()
            .is_some_and(|table| table_says(table, &holds)),
        Op::Column { change, .. } => change.after().is_some_and(|column| {
            column.default.as_deref().is_some_and(holds)
                || column
                    .generated
                    .as_ref()
                    .is_some_and(|it| holds(&it.expression))
        }),
        Op::Check { change, .. } => change.after().is_some_and(|it| holds(&it.expression)),
        Op::OtherConstraint { change, .. } => {
            change.after().is_some_and(|it| holds(&it.definition))
        }
        Op::Index { change, .. } => change.after().is_some_and(|it| index_says(it, &holds)),
        Op::Partition { change, .. } => change.after().is_some_and(|it| holds(&it.bound)),
        Op::Domain(change) => change.after().is_some_and(|it| {
            it.default.as_deref().is_some_and(holds)
                || it.checks.iter().any(|(_, said)| holds(said))
        }),
        Op::View(change) => change.after().is_some_and(|it| {
            holds(&it.query) || it.indexes.iter().any(|index| index_says(index, &holds))
        }),
        Op::Routine(change) => change.after().is_some_and(|it| holds(&it.definition)),
        Op::Trigger(change) => change.after().is_some_and(|it| holds(&it.definition)),
        Op::Other(change) => change.after().is_some_and(|it| holds(&it.definition)),
        _ => false,
    }
}

fn table_says(table: &Table, holds: &impl Fn(&str) -> bool) -> bool {
    table.columns.iter().any(|it| {
        it.default.as_deref().is_some_and(holds)
            || it
                .generated
                .as_ref()
                .is_some_and(|it| holds(&it.expression))
    }) || table.checks.iter().any(|it| holds(&it.expression))
        || table
            .other_constraints
            .iter()
            .any(|it| holds(&it.definition))
        || table.partition_of.iter().any(|it| holds(&it.bound))
        || table.indexes.iter().any(|it| index_says(it, holds))
}

fn index_says(index: &Index, holds: &impl Fn(&str) -> bool) -> bool {
    index.predicate.as_deref().is_some_and(holds)
        || index.parts.iter().any(|part| holds(&part.to_string()))
}
