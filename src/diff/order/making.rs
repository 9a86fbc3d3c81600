//! What comes, comes back or changes: in the order in which all of it could be made from nothing.

use std::collections::{HashMap, HashSet};

use super::{free, with_foreign_keys};
use crate::dialect::ddl::creation_order;
use crate::diff::group;
use crate::diff::held::{Plan, only_grows};
use crate::diff::objects::{Listed, OtherKey, other_key};
use crate::diff::sides::Sides;
use crate::diff::table::Changes;
use crate::schema::{
    Change, Domain, EnumType, Name, ObjectText, Op, Routine, Schema, Sequence, Trigger, View,
};

/// Everything that comes, comes back or changes.
pub(super) struct Making<'a> {
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
    pub fn new(sides: &'a Sides<'a>, changes: &'a Changes<'a>, plan: &'a Plan) -> Self {
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
                .chain(&plan.domains)
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
        // On MySQL they act in the order in which they are made, which is that of their names.
        let mut triggers = coming(&objects.triggers, |it| self.plan.has_trigger(it));
        triggers.sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
        Schema {
            enums: enums.cloned().collect(),
            domains: coming(&objects.domains, |it| {
                self.plan.domains.contains_key(&it.name)
            }),
            sequences: coming(&objects.sequences, |_| false),
            tables: tables.cloned().collect(),
            views: coming(&objects.views, |it| self.plan.has_view(it)),
            routines: coming(&objects.routines, |it| self.plan.has_routine(it)),
            triggers,
            others: coming(&objects.others, |it| self.plan.has_other(it)),
            ..Schema::default()
        }
    }

    pub fn ops(&self) -> Vec<Op> {
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
