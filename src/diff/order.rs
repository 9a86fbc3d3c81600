//! All changes in one order that runs.
//!
//! New namespaces, extensions and values of enums; then what stands in the way goes, under its old name;
//! then the renames; then everything comes and changes, each after what it needs; last, what nobody wants
//! any more goes.

mod literal;
mod making;

use std::collections::{HashMap, HashSet};

use super::group;
use super::held::{Plan, is_foundation, only_grows};
use super::objects::Listed;
use super::sides::Sides;
use super::table::Changes;
use crate::dialect::ddl::creation_order;
use crate::diff::text;
use crate::schema::{
    Change, ForeignKey, Name, ObjectText, Op, Routine, Schema, Sequence, Table, Trigger, View,
};
use literal::uses;
use making::Making;

/// The operations, and the places among them that a commit must come before.
pub(super) fn assemble(
    sides: &Sides<'_>,
    changes: &Changes<'_>,
    plan: &Plan,
) -> (Vec<Op>, Vec<usize>) {
    let mut ops = foundations(changes);
    let (grown, literals) = grown_enums(changes);
    ops.extend(grown);
    let head = ops.len();

    ops.extend(standing_in_the_way(sides, changes, plan));
    ops.extend(sides.renames.iter().cloned());
    for table in &sides.to.tables {
        if let Some(found) = changes.altered.get(&table.name) {
            ops.extend(group::before_types(found));
        }
    }
    ops.extend(Making::new(sides, changes, plan).ops());
    ops.extend(unwanted(changes, plan));

    let mut splits = Vec::new();
    if sides.rules.enum_values_wait && ops[head..].iter().any(|op| uses(op, &literals)) {
        splits.push(head);
    }
    (ops, splits)
}

fn foundations(changes: &Changes<'_>) -> Vec<Op> {
    let objects = &changes.objects;
    let namespaces = objects.namespaces.added.iter();
    let mut ops: Vec<Op> = namespaces
        .map(|it| Op::Namespace(Change::Add((*it).clone())))
        .collect();
    let extensions = objects.extensions.added.iter();
    ops.extend(extensions.map(|it| Op::Extension(Change::Add((*it).clone()))));
    ops.extend(objects.extensions.altered.iter().map(|(from, to)| {
        let mut to = (*to).clone();
        to.version = to.version.or_else(|| from.version.clone());
        to.namespace = to.namespace.or_else(|| from.namespace.clone());
        Op::Extension(Change::Alter {
            from: (*from).clone(),
            to,
        })
    }));
    ops
}

/// Enums that only get more values, and those values.
fn grown_enums<'a>(changes: &Changes<'a>) -> (Vec<Op>, Vec<&'a str>) {
    let mut literals = Vec::new();
    let grown = changes
        .objects
        .enums
        .altered
        .iter()
        .filter(|(from, to)| only_grows(from, to));
    let ops = grown
        .map(|(from, to)| {
            let new = to.values.iter().filter(|it| !from.values.contains(it));
            literals.extend(new.map(String::as_str));
            Op::Enum(Change::Alter {
                from: (*from).clone(),
                to: (*to).clone(),
            })
        })
        .collect();
    (ops, literals)
}

/// What goes first, under the names from before the renames.
fn standing_in_the_way(sides: &Sides<'_>, changes: &Changes<'_>, plan: &Plan) -> Vec<Op> {
    let mut schema = Schema::default();
    let raw = sides.raw;
    schema.views = raw
        .views
        .iter()
        .filter(|it| plan.has_view(it))
        .cloned()
        .collect();
    schema.routines = raw
        .routines
        .iter()
        .filter(|it| plan.has_routine(it))
        .cloned()
        .collect();
    let new_names = sides.new_names();
    let now = |table: &Name| new_names.get(table).map_or(table, |it| *it).clone();
    if !plan.triggers.is_empty() {
        let held = |it: &&Trigger| plan.triggers.contains(&(now(&it.table), it.name.clone()));
        schema.triggers = raw.triggers.iter().filter(held).cloned().collect();
    }
    let held = |it: &&ObjectText| {
        let mut renamed = (*it).clone();
        renamed.table = it.table.as_ref().map(now);
        plan.has_other(&renamed)
    };
    schema.others = raw.others.iter().filter(held).cloned().collect();
    let away = undone(creation_order(&schema, false));
    let waits = waiting(&schema);
    let (ops, routines): (Vec<Op>, Vec<Op>) = away.into_iter().partition(|op| match op {
        Op::Routine(_) => false,
        Op::View(change) => !waits.contains(&change.subject().name),
        Op::Other(change) => !is_foundation(change.subject()),
        _ => true,
    });
    let mut ops = ops;

    let (mut keys, mut rest) = (Vec::new(), Vec::new());
    for table in &sides.to.tables {
        if let Some(found) = changes.altered.get(&table.name) {
            let (of_keys, of_rest) = group::early(found);
            keys.extend(of_keys);
            rest.extend(of_rest);
        }
    }
    ops.append(&mut keys);
    let freed = freed_sequences(sides, changes);
    let mut tables = Vec::new();
    if plan.tables_early {
        let dropped = changes
            .dropped
            .iter()
            .filter_map(|it| raw.table(sides.old_name(&it.name)));
        tables = dropped_tables(dropped.cloned().collect());
    }
    if plan.tables_first {
        ops.extend(freed);
        ops.append(&mut tables);
        ops.append(&mut rest);
        ops.extend(unset_domains(raw, plan));
        ops.extend(routines);
        return ops;
    }
    if routines.is_empty() {
        ops.extend(freed);
        ops.append(&mut tables);
        ops.append(&mut rest);
        return ops;
    }
    ops.append(&mut rest);
    ops.extend(unset_domains(raw, plan));
    ops.extend(routines);
    ops.extend(freed);
    ops.append(&mut tables);
    ops
}

/// Views that routines speak of, and what those read: they go after the routines.
fn waiting(away: &Schema) -> HashSet<Name> {
    let spoken_of = |view: &&View| {
        let speaks = |it: &Routine| {
            let head = it.definition.split("\nAS ").next().unwrap_or_default();
            text::mentions(head, &view.name.name)
        };
        away.routines.iter().any(speaks)
    };
    let mut waits: HashSet<Name> = HashSet::new();
    let mut found: Vec<&View> = away.views.iter().filter(spoken_of).collect();
    while let Some(view) = found.pop() {
        if waits.insert(view.name.clone()) {
            found.extend(away.views.iter().filter(|it| view.reads.contains(&it.name)));
        }
    }
    waits
}

/// Domains without what calls a routine that goes for a while.
fn unset_domains<'a>(raw: &'a Schema, plan: &'a Plan) -> impl Iterator<Item = Op> + 'a {
    raw.domains.iter().filter_map(|from| {
        let to = plan.domains.get(&from.name)?.clone();
        let from = from.clone();
        Some(Op::Domain(Change::Alter { from, to }))
    })
}

/// Sequences that would go with a table or a column, and are to go by themselves, or to stay.
fn freed_sequences(sides: &Sides<'_>, changes: &Changes<'_>) -> Vec<Op> {
    let sequences = &changes.objects.sequences;
    let moved = sequences
        .altered
        .iter()
        .filter(|(from, to)| from.owned_by != to.owned_by);
    let all = sequences
        .dropped
        .iter()
        .copied()
        .chain(moved.map(|it| it.0));
    all.filter(|it| it.owned_by.is_some())
        .map(|it| {
            let from = sides
                .raw
                .sequences
                .iter()
                .find(|raw| raw.name == it.name)
                .unwrap_or(it);
            Op::Sequence(Change::Alter {
                from: from.clone(),
                to: free(from),
            })
        })
        .collect()
}

fn free(sequence: &Sequence) -> Sequence {
    Sequence {
        owned_by: None,
        ..sequence.clone()
    }
}

fn undone(ops: Vec<Op>) -> Vec<Op> {
    ops.iter().rev().map(Op::inverse).collect()
}

fn dropped_tables(tables: Vec<Table>) -> Vec<Op> {
    let schema = Schema {
        tables,
        ..Schema::default()
    };
    undone(with_foreign_keys(creation_order(&schema, true), &schema))
}

/// Foreign keys to tables outside go with their table; those among the tables stay by themselves where they
/// had to wait for each other.
fn with_foreign_keys(ops: Vec<Op>, schema: &Schema) -> Vec<Op> {
    let inside: HashSet<&Name> = schema.tables.iter().map(|it| &it.name).collect();
    let mut late: HashMap<Name, Vec<ForeignKey>> = HashMap::new();
    let mut kept = Vec::with_capacity(ops.len());
    for op in ops {
        if let Op::ForeignKey {
            table,
            change: Change::Add(key),
        } = &op
        {
            if !inside.contains(&key.references) && !key.not_valid {
                continue;
            }
            late.entry(table.clone()).or_default().push(key.clone());
        }
        kept.push(op);
    }
    let whole: HashMap<&Name, &Table> = schema.tables.iter().map(|it| (&it.name, it)).collect();
    for op in &mut kept {
        if let Op::Table(change) = op
            && let Change::Add(table) = &mut **change
            && let Some(all) = whole.get(&table.name)
        {
            let waits = late.get(&table.name);
            let now = all.foreign_keys.iter();
            table.foreign_keys = now
                .filter(|key| waits.is_none_or(|late| !late.contains(key)))
                .cloned()
                .collect();
        }
    }
    kept
}

/// What goes last.
fn unwanted(changes: &Changes<'_>, plan: &Plan) -> Vec<Op> {
    let objects = &changes.objects;
    let mut schema = Schema {
        namespaces: owned(&objects.namespaces),
        extensions: owned(&objects.extensions),
        enums: owned(&objects.enums),
        domains: owned(&objects.domains),
        sequences: objects
            .sequences
            .dropped
            .iter()
            .map(|it| free(it))
            .collect(),
        ..Schema::default()
    };
    let routines = objects
        .routines
        .dropped
        .iter()
        .filter(|it| !plan.has_routine(it));
    schema.routines = routines.map(|it| (*it).clone()).collect();
    let others = objects
        .others
        .dropped
        .iter()
        .filter(|it| !plan.has_other(it));
    schema.others = others.map(|it| (*it).clone()).collect();
    if !plan.tables_early {
        schema.tables = changes.dropped.iter().map(|it| (*it).clone()).collect();
    }
    undone(with_foreign_keys(creation_order(&schema, true), &schema))
}

fn owned<T: Clone>(listed: &Listed<'_, T>) -> Vec<T> {
    listed.dropped.iter().map(|it| (*it).clone()).collect()
}
