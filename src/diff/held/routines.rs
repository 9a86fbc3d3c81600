//! Routines that go for a while, and all that calls them: parts of tables, defaults, generated columns, domains.

use std::collections::HashSet;

use super::keys::hold_in;
use super::{Plan, routine_key};
use crate::dialect::diff::ViewHold;
use crate::diff::part::How;
use crate::diff::sides::Sides;
use crate::diff::table::Changes;
use crate::diff::text;
use crate::schema::{Domain, Name, ObjectText, Routine, Table};

/// Routines that must be dropped to change, those that make room for another of their name, and those that speak
/// of a type that is swapped.
pub(super) fn hold(sides: &Sides<'_>, changes: &Changes<'_>, swapped: &[Name], plan: &mut Plan) {
    // The way back must be able to do it too.
    let replaces = |from: &Routine, to: &Routine| {
        let can = sides.rules.replaces_routine;
        can(from, to) && can(to, from)
    };
    let routines = &changes.objects.routines;
    let replaced = routines
        .altered
        .iter()
        .filter(|(from, to)| !replaces(from, to))
        .map(|(from, _)| *from);
    plan.routines.extend(replaced.map(routine_key));
    if sides.rules.views == ViewHold::Columns {
        let makes_room = |it: &&&Routine| sides.to.routines.iter().any(|new| new.name == it.name);
        let room = routines.dropped.iter().filter(makes_room);
        plan.routines.extend(room.map(|it| routine_key(it)));
        let aggregates = changes.objects.others.altered.iter();
        let aggregates =
            aggregates.filter(|(from, to)| is_called(from) && from.definition != to.definition);
        plan.others
            .extend(aggregates.map(|(from, _)| (*from).clone()));
    }
    let speaks = |it: &&Routine| {
        let said = format!("{} {}", it.arguments, it.definition);
        swapped.iter().any(|kind| text::mentions(&said, &kind.name))
    };
    if !swapped.is_empty() {
        let there = present(changes);
        plan.routines.extend(there.filter(speaks).map(routine_key));
    }
}

/// What is kept as text and goes with the routine that it calls.
fn is_called(other: &ObjectText) -> bool {
    matches!(other.kind.as_str(), "aggregate" | "cast")
}

fn present<'a>(changes: &Changes<'a>) -> impl Iterator<Item = &'a Routine> {
    let routines = &changes.objects.routines;
    let there = routines.same.iter().chain(&routines.altered).map(|it| it.0);
    there.chain(routines.dropped.iter().copied())
}

/// Marks what calls a routine that goes, and the routines that speak of a view that goes. Whether anything new was
/// found, so that views have to be looked at again.
pub(super) fn spread<'a>(sides: &'a Sides<'_>, changes: &mut Changes<'a>, plan: &mut Plan) -> bool {
    if sides.rules.views != ViewHold::Columns {
        return false;
    }
    let before = (plan.routines.len(), plan.others.len(), plan.remade);
    for routine in present(changes) {
        // The body is read when it runs, unless it is part of the definition.
        let head = routine.definition.split("\nAS ").next().unwrap_or_default();
        let named = |name: &Name| *name != routine.name && text::mentions(head, &name.name);
        if plan.views.iter().any(named) || plan.routines.iter().any(|it| named(&it.0)) {
            plan.routines.insert(routine_key(routine));
        }
    }
    let others = &changes.objects.others;
    let there = others.same.iter().chain(&others.altered).map(|it| it.0);
    for other in there.chain(others.dropped.iter().copied()) {
        let calls = |it: &(Name, String, bool)| text::mentions(&other.definition, &it.0.name);
        if is_called(other) && plan.routines.iter().any(calls) && !plan.has_other(other) {
            plan.others.push(other.clone());
        }
    }
    let called = plan.called();
    if !called.is_empty() {
        hold_domains(sides, changes, &called, plan);
        hold_tables(sides, changes, &called, plan);
    }
    before != (plan.routines.len(), plan.others.len(), plan.remade)
}

fn hold_domains(
    sides: &Sides<'_>,
    changes: &Changes<'_>,
    called: &HashSet<String>,
    plan: &mut Plan,
) {
    let calls = |said: &String| called.iter().any(|name| text::mentions(said, name));
    for domain in &sides.raw.domains {
        let goes = changes
            .objects
            .domains
            .dropped
            .iter()
            .any(|it| it.name == domain.name);
        let mut meanwhile: Domain = domain.clone();
        meanwhile.checks.retain(|(_, said)| !calls(said));
        meanwhile.default = meanwhile.default.filter(|said| !calls(said));
        if !goes && meanwhile != *domain {
            plan.domains.insert(domain.name.clone(), meanwhile);
        }
    }
}

/// Parts of tables, defaults and generated columns that call one of the routines.
fn hold_tables<'a>(
    sides: &'a Sides<'_>,
    changes: &mut Changes<'a>,
    called: &HashSet<String>,
    plan: &mut Plan,
) {
    let calls = |said: &str| called.iter().any(|name| text::mentions(said, name));
    let in_table = |table: &Table| crate::dialect::ddl::table_texts(table).any(|said| calls(said));
    plan.tables_first |= changes.dropped.iter().any(|table| in_table(table));
    plan.tables_early |= plan.tables_first;
    let callers: Vec<&'a Table> = sides.from.tables.iter().filter(|it| in_table(it)).collect();
    for table in callers {
        hold_in(sides, changes, &table.name, How::Early, |_, before| {
            calls(&before.said)
        });
        let is_generated = |name: &str| {
            let column = table.column(name).and_then(|it| it.generated.as_ref());
            column.is_some_and(|it| calls(&it.expression))
        };
        hold_in(sides, changes, &table.name, How::Early, |_, before| {
            before.reads.iter().any(|name| is_generated(name))
        });
        let makes = table.columns.iter().any(|it| {
            !it.inherited && (it.default.as_deref().is_some_and(calls) || is_generated(&it.name))
        });
        if !makes {
            continue;
        }
        let Some(found) = super::keys::changes_of(sides, changes, &table.name) else {
            continue;
        };
        plan.remade += found.columns.leave(found.three, &|said| calls(said));
    }
}
