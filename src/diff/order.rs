//! All changes in one order that runs.
//!
//! New namespaces, extensions and values of enums; then what stands in the way goes, under its old name;
//! then the renames; then everything comes and changes, each after what it needs; last, what nobody wants
//! any more goes.

use std::collections::{HashMap, HashSet};

use super::group;
use super::held::{Plan, is_foundation, only_grows};
use super::objects::{Listed, OtherKey, other_key};
use super::sides::Sides;
use super::table::Changes;
use super::text;
use crate::dialect::ddl::creation_order;
use crate::schema::{
    Change, Domain, EnumType, ForeignKey, Name, ObjectText, Op, Routine, Schema, Sequence, Table,
    Trigger, View,
};

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

/// Whether what an operation makes holds one of the literals.
fn uses(op: &Op, literals: &[&str]) -> bool {
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

fn index_says(index: &crate::schema::Index, holds: &impl Fn(&str) -> bool) -> bool {
    index.predicate.as_deref().is_some_and(holds)
        || index.parts.iter().any(|part| holds(&part.to_string()))
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
    let mut ops = undone(creation_order(&schema, false));

    let (mut keys, mut rest) = (Vec::new(), Vec::new());
    for table in &sides.to.tables {
        if let Some(found) = changes.altered.get(&table.name) {
            let (of_keys, of_rest) = group::early(found);
            keys.extend(of_keys);
            rest.extend(of_rest);
        }
    }
    ops.append(&mut keys);
    ops.extend(freed_sequences(sides, changes));
    if plan.tables_early {
        let tables = changes
            .dropped
            .iter()
            .filter_map(|it| raw.table(sides.old_name(&it.name)));
        ops.extend(dropped_tables(tables.cloned().collect()));
    }
    ops.append(&mut rest);
    ops
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
        .filter(|it| is_foundation(it) || !plan.has_other(it));
    schema.others = others.map(|it| (*it).clone()).collect();
    if !plan.tables_early {
        schema.tables = changes.dropped.iter().map(|it| (*it).clone()).collect();
    }
    undone(with_foreign_keys(creation_order(&schema, true), &schema))
}

fn owned<T: Clone>(listed: &Listed<'_, T>) -> Vec<T> {
    listed.dropped.iter().map(|it| (*it).clone()).collect()
}

/// Everything that comes, comes back or changes.
struct Making<'a> {
    sides: &'a Sides<'a>,
    changes: &'a Changes<'a>,
    plan: &'a Plan,
    enums: HashMap<&'a Name, &'a EnumType>,
    domains: HashMap<&'a Name, &'a Domain>,
    sequences: HashMap<&'a Name, &'a Sequence>,
    views: HashMap<&'a Name, &'a View>,
    routines: HashMap<(&'a Name, &'a str, bool), &'a Routine>,
    triggers: HashMap<(&'a Name, &'a str), &'a Trigger>,
    others: HashMap<OtherKey<'a>, &'a ObjectText>,
}

impl<'a> Making<'a> {
    fn new(sides: &'a Sides<'a>, changes: &'a Changes<'a>, plan: &'a Plan) -> Self {
        let objects = &changes.objects;
        Making {
            sides,
            changes,
            plan,
            enums: objects
                .enums
                .altered
                .iter()
                .map(|it| (&it.0.name, it.0))
                .collect(),
            domains: objects
                .domains
                .altered
                .iter()
                .map(|it| (&it.0.name, it.0))
                .collect(),
            sequences: objects
                .sequences
                .altered
                .iter()
                .map(|it| (&it.0.name, it.0))
                .collect(),
            views: objects
                .views
                .altered
                .iter()
                .map(|it| (&it.0.name, it.0))
                .collect(),
            routines: objects
                .routines
                .altered
                .iter()
                .map(|(it, _)| ((&it.name, it.arguments.as_str(), it.procedure), *it))
                .collect(),
            triggers: objects
                .triggers
                .altered
                .iter()
                .map(|(it, _)| ((&it.table, it.name.as_str()), *it))
                .collect(),
            others: objects
                .others
                .altered
                .iter()
                .map(|it| (other_key(it.0), it.0))
                .collect(),
        }
    }

    /// A schema of all that is made or changed, as it is wanted: its order of creation is the order.
    fn schema(&self) -> Schema {
        let objects = &self.changes.objects;
        let added: HashSet<&Name> = self.changes.added.iter().map(|it| &it.name).collect();
        let tables =
            self.sides.to.tables.iter().filter(|it| {
                added.contains(&it.name) || self.changes.altered.contains_key(&it.name)
            });
        let shrunk = objects
            .enums
            .altered
            .iter()
            .filter(|(from, to)| !only_grows(from, to));
        let enums = objects
            .enums
            .added
            .iter()
            .copied()
            .chain(shrunk.map(|it| it.1));
        Schema {
            enums: enums.cloned().collect(),
            domains: coming(&objects.domains, |_| false),
            sequences: coming(&objects.sequences, |_| false),
            tables: tables.cloned().collect(),
            views: coming(&objects.views, |it| self.plan.has_view(it)),
            routines: coming(&objects.routines, |it| self.plan.has_routine(it)),
            triggers: coming(&objects.triggers, |it| self.plan.has_trigger(it)),
            others: coming(&objects.others, |it| self.plan.has_other(it)),
            ..Schema::default()
        }
    }

    fn ops(&self) -> Vec<Op> {
        let schema = self.schema();
        let late = self.sides.rules.late_foreign_keys;
        let ops = with_foreign_keys(creation_order(&schema, late), &schema);
        let waiting: Vec<Op> = ops
            .iter()
            .filter(|op| matches!(op, Op::ForeignKey { .. }))
            .cloned()
            .collect();
        let mut waits: HashMap<&Name, Vec<&Op>> = HashMap::new();
        for op in &waiting {
            waits
                .entry(op.table().unwrap_or(&NOWHERE))
                .or_default()
                .push(op);
        }
        let is_late = |op: &Op| {
            let late = op.table().and_then(|table| waits.get(table));
            late.is_some_and(|late| late.contains(&op))
        };
        let mut made = Vec::with_capacity(ops.len());
        for op in ops {
            match &op {
                Op::Table(change) => match self.changes.altered.get(&change.subject().name) {
                    Some(found) => made.extend(group::group(found, self.sides.rules, is_late)),
                    None => made.push(op),
                },
                Op::ForeignKey { table, .. } => {
                    let altered = self.changes.altered.get(table);
                    let asked =
                        altered.is_none_or(|found| found.pieces.iter().any(|it| it.adds(&op)));
                    if asked {
                        made.push(op);
                    }
                }
                Op::Sequence(change) => made.extend(self.sequence(change)),
                _ => made.push(self.object(op)),
            }
        }
        made
    }

    /// The change that leads to what `op` adds, where something is there already.
    fn object(&self, op: Op) -> Op {
        match op {
            Op::Enum(Change::Add(it)) => Op::Enum(from_to(self.enums.get(&it.name).copied(), it)),
            Op::Domain(Change::Add(it)) => {
                Op::Domain(from_to(self.domains.get(&it.name).copied(), it))
            }
            Op::View(Change::Add(it)) => {
                let old = self
                    .views
                    .get(&it.name)
                    .filter(|_| !self.plan.has_view(&it));
                Op::View(from_to(old.copied(), it))
            }
            Op::Routine(Change::Add(it)) => {
                let key = (&it.name, it.arguments.as_str(), it.procedure);
                let old = self
                    .routines
                    .get(&key)
                    .filter(|_| !self.plan.has_routine(&it));
                Op::Routine(from_to(old.copied(), it))
            }
            Op::Trigger(Change::Add(it)) => {
                let old = self.triggers.get(&(&it.table, it.name.as_str()));
                let old = old.filter(|_| !self.plan.has_trigger(&it));
                Op::Trigger(from_to(old.copied(), it))
            }
            Op::Other(Change::Add(it)) => {
                let old = self
                    .others
                    .get(&other_key(&it))
                    .filter(|_| !self.plan.has_other(&it));
                Op::Other(from_to(old.copied(), it))
            }
            op => op,
        }
    }

    /// A sequence is made free and then given to its column; one that was there changes in one step where its
    /// owner stays.
    fn sequence(&self, change: &Change<Sequence>) -> Option<Op> {
        let to = change.subject();
        let Some(from) = self.sequences.get(&to.name).copied() else {
            return Some(Op::Sequence(change.clone()));
        };
        let wanted = self
            .changes
            .objects
            .sequences
            .altered
            .iter()
            .find(|it| it.0.name == to.name);
        let (_, wanted) = wanted?;
        let moved = from.owned_by != wanted.owned_by && from.owned_by.is_some();
        let from = if moved { free(from) } else { from.clone() };
        let step = match (change, wanted.owned_by.is_some()) {
            (Change::Add(_), false) | (Change::Alter { .. }, true) => Change::Alter {
                from,
                to: (*wanted).clone(),
            },
            _ => return None,
        };
        (step.before() != step.after()).then_some(Op::Sequence(step))
    }
}

static NOWHERE: Name = Name {
    namespace: None,
    name: String::new(),
};

fn from_to<T: Clone>(from: Option<&T>, to: T) -> Change<T> {
    match from {
        Some(from) => Change::Alter {
            from: from.clone(),
            to,
        },
        None => Change::Add(to),
    }
}

/// What is added, what changes, and of what stays what had to go for a while.
fn coming<T: Clone>(listed: &Listed<'_, T>, held: impl Fn(&T) -> bool) -> Vec<T> {
    let added = listed.added.iter().copied();
    let altered = listed.altered.iter().map(|it| it.1);
    let back = listed.same.iter().filter(|it| held(it.0)).map(|it| it.1);
    added.chain(altered).chain(back).cloned().collect()
}
