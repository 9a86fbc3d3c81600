//! What stands in the way of a change, and so goes before it and comes back after it.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::objects::{Objects, is_reshaped, other_key};
use super::part::{Before, How};
use super::sides::{Sides, tables};
use super::table::{self, Changes, TableChanges};
use super::text;
use crate::dialect::diff::{PartKind, ViewHold};
use crate::schema::{
    Change, Column, EnumType, ForeignKey, Name, ObjectText, Op, Routine, Table, Trigger, View,
};

/// What goes before everything else; what of it is wanted comes back in its place.
#[derive(Default)]
pub(super) struct Plan {
    pub views: HashSet<Name>,
    /// Table, as it is called afterwards, and name.
    pub triggers: HashSet<(Name, String)>,
    pub routines: HashSet<(Name, String, bool)>,
    others: Vec<ObjectText>,
    /// Dropped tables have names that something new takes.
    pub tables_early: bool,
}

impl Plan {
    pub fn has_view(&self, view: &View) -> bool {
        self.views.contains(&view.name)
    }

    pub fn has_trigger(&self, trigger: &Trigger) -> bool {
        self.triggers
            .contains(&(trigger.table.clone(), trigger.name.clone()))
    }

    pub fn has_routine(&self, routine: &Routine) -> bool {
        self.routines.contains(&routine_key(routine))
    }

    pub fn has_other(&self, other: &ObjectText) -> bool {
        self.others
            .iter()
            .any(|it| other_key(it) == other_key(other))
    }
}

fn routine_key(it: &Routine) -> (Name, String, bool) {
    (it.name.clone(), it.arguments.clone(), it.procedure)
}

/// Whether an enum only gets more values.
pub(super) fn only_grows(from: &EnumType, to: &EnumType) -> bool {
    let mut old = from.values.iter().peekable();
    for value in &to.values {
        old.next_if(|it| *it == value);
    }
    old.next().is_none()
}

/// Finds what is in the way, and marks in `changes` what of the tables' own parts is.
pub(super) fn plan<'a>(sides: &'a Sides<'_>, changes: &mut Changes<'a>) -> Plan {
    let mut plan = Plan::default();
    let swapped = swapped_enums(changes, &mut plan.tables_early);
    hold_foreign_keys(sides, changes, &mut plan.tables_early);
    let upset = upset_columns(changes, &swapped, sides);
    hold_routines(sides, changes, &swapped, &mut plan);
    hold_views(sides, changes, &upset, &mut plan);
    hold_code(sides, changes, &upset, &mut plan);
    free_names(sides, changes, &mut plan);
    plan
}

/// A server's rows move to a new type where an enum loses or moves values: the columns that have it, by table.
fn swapped_enums(changes: &mut Changes<'_>, tables_early: &mut bool) -> Vec<Name> {
    let swapped: Vec<(&EnumType, &EnumType)> = changes
        .objects
        .enums
        .altered
        .iter()
        .copied()
        .filter(|(from, to)| !only_grows(from, to))
        .collect();
    for (from, to) in &swapped {
        let lost: Vec<&String> = from
            .values
            .iter()
            .filter(|it| !to.values.contains(it))
            .collect();
        let names_lost = |said: &str| {
            text::mentions(said, &from.name.name)
                || lost.iter().any(|value| text::holds_literal(said, value))
        };
        for found in changes.altered.values_mut() {
            // Checks and indexes that change anyhow must not be put on the new type in their old shape.
            for piece in &mut found.pieces {
                if piece.before.as_ref().is_some_and(|it| names_lost(&it.said)) {
                    piece.hold(How::Early);
                }
            }
            let columns = &mut found.columns;
            for (old, new) in &mut columns.altered {
                if is_of(old, &from.name) && old.default.is_some() && old.default != new.default {
                    let mut meanwhile = old.clone();
                    meanwhile.default = None;
                    columns.unset.push((old.clone(), meanwhile.clone()));
                    *old = meanwhile;
                }
            }
            columns.altered.retain(|(old, new)| old != new);
            drop_before(found, &from.name);
        }
        let used = |table: &&Table| table.columns.iter().any(|it| is_of(it, &from.name));
        *tables_early |= changes.dropped.iter().any(used);
    }
    swapped.iter().map(|it| it.0.name.clone()).collect()
}

/// Moves dropped columns of a type, with what stands on them, to before the type changes.
fn drop_before(found: &mut TableChanges<'_>, kind: &Name) {
    let generated: Vec<&str> = found
        .three
        .from
        .columns
        .iter()
        .filter_map(|it| Some(it.generated.as_ref()?.expression.as_str()))
        .collect();
    let columns = &mut found.columns;
    let (early, rest) = std::mem::take(&mut columns.dropped)
        .into_iter()
        .partition(|it| {
            is_of(it, kind) && !generated.iter().any(|said| text::mentions(said, &it.name))
        });
    columns.dropped_early.extend::<Vec<Column>>(early);
    columns.dropped = rest;
    for column in &mut columns.dropped {
        if is_of(column, kind) && column.default.is_some() {
            let mut meanwhile = column.clone();
            meanwhile.default = None;
            columns.unset.push((column.clone(), meanwhile.clone()));
            *column = meanwhile;
        }
    }
    for piece in &mut found.pieces {
        let reads = |it: &Before| {
            it.reads
                .iter()
                .any(|name| columns.dropped_early.iter().any(|it| it.name == *name))
        };
        if piece.before.as_ref().is_some_and(reads) {
            piece.hold(How::Early);
        }
    }
}

/// Whether a column is of a type, or an array of it.
fn is_of(column: &Column, kind: &Name) -> bool {
    text::mentions(&column.data_type, &kind.name)
}

/// Foreign keys on columns whose type changes, and on keys that change.
fn hold_foreign_keys<'a>(sides: &'a Sides<'_>, changes: &mut Changes<'a>, tables_early: &mut bool) {
    if !sides.rules.late_foreign_keys {
        return;
    }
    let mut retyped: HashSet<(&Name, String)> = HashSet::new();
    let mut keys: HashMap<&Name, Vec<BTreeSet<String>>> = HashMap::new();
    for (name, found) in &changes.altered {
        for (from, to) in &found.columns.altered {
            if (sides.rules.foreign_keys_hold)(&from.data_type, &to.data_type) {
                retyped.insert((*name, from.name.clone()));
            }
        }
        for (from, _) in found
            .columns
            .remade
            .iter()
            .chain(&found.columns.remade_early)
        {
            retyped.insert((*name, from.name.clone()));
        }
        for piece in &found.pieces {
            let key = matches!(
                piece.kind,
                PartKind::PrimaryKey | PartKind::Unique | PartKind::Index
            );
            let in_place = piece.how == How::Renamed
                || piece.after.as_ref().is_some_and(|after| {
                    piece.how == How::AtOnce && after.alter.as_ref().is_some_and(is_said_only)
                });
            if let Some(before) = piece.before.as_ref().filter(|_| key && !in_place) {
                let columns = before.reads.iter().cloned().collect();
                keys.entry(name).or_default().push(columns);
            }
        }
    }
    if retyped.is_empty() && keys.is_empty() {
        return;
    }
    let held = |table: &Name, key: &ForeignKey| {
        let own = key
            .columns
            .iter()
            .any(|it| retyped.contains(&(table, it.clone())));
        let other = key
            .referenced_columns
            .iter()
            .any(|it| retyped.contains(&(&key.references, it.clone())));
        let on_key = keys.get(&key.references).is_some_and(|keys| {
            let columns: BTreeSet<String> = key.referenced_columns.iter().cloned().collect();
            keys.contains(&columns)
        });
        own || other || on_key
    };
    let affected: Vec<(&Name, Vec<Op>)> = sides
        .from
        .tables
        .iter()
        .filter_map(|table| {
            let keys = table
                .foreign_keys
                .iter()
                .filter(|key| held(&table.name, key));
            let drops: Vec<Op> = keys
                .map(|key| Op::ForeignKey {
                    table: table.name.clone(),
                    change: Change::Drop(key.clone()),
                })
                .collect();
            (!drops.is_empty()).then_some((&table.name, drops))
        })
        .collect();
    *tables_early |= affected
        .iter()
        .any(|(name, _)| changes.dropped.iter().any(|it| it.name == **name));
    for (name, drops) in affected {
        hold_in(sides, changes, name, How::Early, |kind, before| {
            kind == PartKind::ForeignKey && drops.contains(&before.drop)
        });
    }
}

/// Whether a change of a key is one of its comment alone.
fn is_said_only(op: &Op) -> bool {
    match op {
        Op::PrimaryKey {
            change: Change::Alter { from, to },
            ..
        } => {
            let mut like = to.clone();
            like.comment.clone_from(&from.comment);
            like == *from
        }
        Op::Unique {
            change: Change::Alter { from, to },
            ..
        } => {
            let mut like = to.clone();
            like.comment.clone_from(&from.comment);
            like == *from
        }
        _ => false,
    }
}

/// Marks parts of a table that may have no changes yet.
fn hold_in<'a>(
    sides: &'a Sides<'_>,
    changes: &mut Changes<'a>,
    name: &'a Name,
    how: How,
    wanted: impl Fn(PartKind, &Before) -> bool,
) {
    if !changes.altered.contains_key(name) {
        let (olds, news) = (tables(&sides.from), tables(&sides.to));
        let (Some(from), Some(to)) = (olds.get(name).copied(), news.get(name).copied()) else {
            return;
        };
        let raw = sides.raw.table(sides.old_name(name)).unwrap_or(from);
        let found = table::compare(sides, raw, from, to, &olds, &news);
        changes.altered.insert(name, found);
    }
    if let Some(found) = changes.altered.get_mut(name) {
        found.hold(how, wanted);
        if found.is_empty() {
            changes.altered.remove(name);
        }
    }
}

/// Columns that go or become something else, by table; `None` for a table that goes whole. Names are those
/// from before the renames and those from after them.
type Upset = HashMap<Name, Option<HashSet<String>>>;

fn upset_columns(changes: &Changes<'_>, swapped: &[Name], sides: &Sides<'_>) -> Upset {
    let mut upset: Upset = HashMap::new();
    for (name, found) in &changes.altered {
        let columns: HashSet<String> = found.columns.upset().map(str::to_owned).collect();
        if !columns.is_empty() {
            upset.insert((*name).clone(), Some(columns));
        }
    }
    for table in sides.from.tables.iter().filter(|_| !swapped.is_empty()) {
        let of_swapped = table
            .columns
            .iter()
            .filter(|it| swapped.iter().any(|kind| is_of(it, kind)));
        let names: Vec<String> = of_swapped.map(|it| it.name.clone()).collect();
        if !names.is_empty() {
            let known = upset
                .entry(table.name.clone())
                .or_insert_with(|| Some(HashSet::new()));
            known
                .iter_mut()
                .for_each(|known| known.extend(names.iter().cloned()));
        }
    }
    upset.extend(
        changes
            .dropped
            .iter()
            .map(|table| (table.name.clone(), None)),
    );
    upset
}

/// Routines that must be dropped to change, and those that speak of a type that is swapped.
fn hold_routines(sides: &Sides<'_>, changes: &Changes<'_>, swapped: &[Name], plan: &mut Plan) {
    let routines = &changes.objects.routines;
    let replaced = routines
        .altered
        .iter()
        .filter(|(from, to)| !(sides.rules.replaces_routine)(from, to))
        .map(|(from, _)| *from);
    plan.routines.extend(replaced.map(routine_key));
    let there = routines.same.iter().chain(&routines.altered).map(|it| it.0);
    let there = there.chain(routines.dropped.iter().copied());
    let speaks = |it: &&Routine| {
        let said = format!("{} {}", it.arguments, it.definition);
        swapped.iter().any(|kind| text::mentions(&said, &kind.name))
    };
    if !swapped.is_empty() {
        plan.routines.extend(there.filter(speaks).map(routine_key));
    }
}

fn present_views<'a>(objects: &Objects<'a>) -> Vec<&'a View> {
    let kept = objects
        .views
        .same
        .iter()
        .chain(&objects.views.altered)
        .map(|it| it.0);
    kept.chain(objects.views.dropped.iter().copied()).collect()
}

/// Views that go, change, or hold what changes; and all that read one of those.
fn hold_views(sides: &Sides<'_>, changes: &Changes<'_>, upset: &Upset, plan: &mut Plan) {
    let views = &changes.objects.views;
    plan.views
        .extend(views.dropped.iter().map(|it| it.name.clone()));
    let calls = |view: &View| {
        plan.routines
            .iter()
            .any(|(name, ..)| text::mentions(&view.query, &name.name))
    };
    let mut held: HashSet<Name> = HashSet::new();
    match sides.rules.views {
        ViewHold::Nowhere => {}
        ViewHold::Everywhere => {
            let quiet = changes.altered.is_empty() && changes.dropped.is_empty();
            if !quiet || !sides.renames.is_empty() {
                held.extend(views.altered.iter().map(|it| it.0.name.clone()));
            }
            // Rebuilt tables bring their views back as the model has them.
            let raws: HashMap<&Name, &str> = sides
                .raw
                .views
                .iter()
                .map(|it| (&it.name, it.query.as_str()))
                .collect();
            let stale = views.same.iter().map(|it| it.0);
            let stale = stale.filter(|it| !quiet && raws.get(&it.name) != Some(&it.query.as_str()));
            held.extend(stale.map(|it| it.name.clone()));
        }
        ViewHold::Columns => {
            let present = present_views(&changes.objects);
            let reshaped = views
                .altered
                .iter()
                .filter(|(from, to)| is_reshaped(from, to));
            let mut moved: HashSet<&Name> = reshaped.map(|it| &it.0.name).collect();
            moved.extend(views.dropped.iter().map(|it| &it.name));
            for view in &present {
                if reads_upset(view, upset) || calls(view) {
                    held.insert(view.name.clone());
                    moved.insert(&view.name);
                }
            }
            // Whatever reads a view that moves, moves.
            let mut readers: HashMap<&Name, Vec<&View>> = HashMap::new();
            for view in &present {
                view.reads
                    .iter()
                    .for_each(|read| readers.entry(read).or_default().push(view));
            }
            let mut open: Vec<&Name> = moved.iter().copied().collect();
            while let Some(name) = open.pop() {
                for reader in readers.get(name).into_iter().flatten() {
                    held.insert(name.clone());
                    if held.insert(reader.name.clone()) {
                        open.push(&reader.name);
                    }
                }
            }
        }
    }
    plan.views.extend(held);
}

fn reads_upset(view: &View, upset: &Upset) -> bool {
    view.reads.iter().any(|table| match upset.get(table) {
        None => false,
        Some(None) => true,
        Some(Some(columns)) => {
            let names = text::names(&view.query);
            view.query.contains(".*") || columns.iter().any(|it| names.contains(it))
        }
    })
}

/// Triggers, policies, rules and their like that go, or name a column that changes.
fn hold_code(sides: &Sides<'_>, changes: &Changes<'_>, upset: &Upset, plan: &mut Plan) {
    let everywhere = sides.rules.views == ViewHold::Everywhere;
    let busy = !changes.altered.is_empty()
        || !changes.dropped.is_empty()
        || !sides.renames.is_empty()
        || !plan.views.is_empty();
    let in_way = |table: &Name, said: &str| {
        let columns = match upset.get(table) {
            Some(None) => true,
            Some(Some(columns)) => columns.iter().any(|it| text::mentions(said, it)),
            None => false,
        };
        let holds = sides.rules.views == ViewHold::Columns;
        let called = plan
            .routines
            .iter()
            .any(|(name, ..)| text::mentions(said, &name.name));
        holds && (columns || called) || plan.views.contains(table)
    };
    let triggers = &changes.objects.triggers;
    let mut held: Vec<&Trigger> = triggers.dropped.clone();
    let staying = triggers.same.iter().map(|it| it.0);
    held.extend(staying.filter(|it| in_way(&it.table, &it.definition)));
    let changed = triggers.altered.iter().filter(|(from, to)| {
        let anew = from.definition != to.definition;
        in_way(&from.table, &from.definition) || anew && everywhere && busy
    });
    held.extend(changed.map(|it| it.0));
    if everywhere && busy {
        let raw = |it: &Trigger| {
            let table = sides.old_name(&it.table);
            let known = sides
                .raw
                .triggers
                .iter()
                .find(|raw| raw.name == it.name && raw.table == *table);
            known.is_some_and(|raw| raw.definition == it.definition)
        };
        let stale = triggers.same.iter().map(|it| it.0);
        held.extend(stale.filter(|it| !changes.altered.is_empty() && !raw(it)));
    }
    plan.triggers = held
        .into_iter()
        .map(|it| (it.table.clone(), it.name.clone()))
        .collect();

    let others = &changes.objects.others;
    let mut held: Vec<&ObjectText> = others
        .dropped
        .iter()
        .copied()
        .filter(|it| !is_foundation(it))
        .collect();
    let there = others.same.iter().chain(&others.altered).map(|it| it.0);
    held.extend(there.filter(|it| {
        let table = it.table.as_ref();
        !is_foundation(it) && table.is_some_and(|table| in_way(table, &it.definition))
    }));
    plan.others = held.into_iter().cloned().collect();
}

/// What tables may be made of: it goes after them.
pub(super) fn is_foundation(other: &ObjectText) -> bool {
    matches!(
        other.kind.as_str(),
        "type" | "collation" | "aggregate" | "operator" | "cast"
    )
}

/// Names that something new takes while something old still has them.
fn free_names(sides: &Sides<'_>, changes: &mut Changes<'_>, plan: &mut Plan) {
    type Claim = (Option<String>, String);
    let mut claimed: HashMap<Claim, HashSet<&Name>> = HashMap::new();
    let claim = |namespace: &Option<String>, name: &str| (namespace.clone(), name.to_owned());
    for table in &changes.added {
        for name in names_of(table) {
            let key = claim(&table.name.namespace, name);
            claimed.entry(key).or_default().insert(&table.name);
        }
    }
    for view in &changes.objects.views.added {
        let key = claim(&view.name.namespace, &view.name.name);
        claimed.entry(key).or_default().insert(&view.name);
    }
    let new_names = sides.new_names();
    for new in new_names.values() {
        let key = claim(&new.namespace, &new.name);
        claimed.entry(key).or_default().insert(new);
    }
    for (name, found) in &changes.altered {
        for piece in &found.pieces {
            if let Some(new) = piece.after.as_ref().and_then(|it| it.name.as_deref()) {
                let key = claim(&name.namespace, new);
                claimed.entry(key).or_default().insert(name);
            }
        }
    }
    if claimed.is_empty() {
        return;
    }
    plan.tables_early |= changes.dropped.iter().any(|table| {
        names_of(table)
            .any(|it| claimed.contains_key(&(table.name.namespace.clone(), it.to_owned())))
    });
    for (name, found) in &mut changes.altered {
        for piece in &mut found.pieces {
            let Some(old) = piece.before.as_ref().and_then(|it| it.name.clone()) else {
                continue;
            };
            if piece.kind == PartKind::Index && sides.rules.late_index_drops {
                continue;
            }
            let key = (name.namespace.clone(), old);
            if claimed
                .get(&key)
                .is_some_and(|by| by.iter().any(|by| by != name))
            {
                piece.leave_name();
            }
        }
    }
}

/// Every name that a table takes beside other tables'.
fn names_of(table: &Table) -> impl Iterator<Item = &str> {
    let keys = table.primary_key.iter().filter_map(|it| it.name.as_deref());
    let uniques = table.uniques.iter().filter_map(|it| it.name.as_deref());
    let foreign = table
        .foreign_keys
        .iter()
        .filter_map(|it| it.name.as_deref());
    let checks = table.checks.iter().filter_map(|it| it.name.as_deref());
    let indexes = table.indexes.iter().map(|it| it.name.as_str());
    let own = std::iter::once(table.name.name.as_str());
    own.chain(keys)
        .chain(uniques)
        .chain(foreign)
        .chain(checks)
        .chain(indexes)
}
