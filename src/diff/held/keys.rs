//! Foreign keys that stand in the way: on columns whose type changes, and on keys that change.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::dialect::diff::PartKind;
use crate::diff::part::{Before, How};
use crate::diff::sides::{Sides, tables};
use crate::diff::table::{self, Changes, TableChanges};
use crate::schema::{Change, ForeignKey, Name, Op};

/// Foreign keys on columns whose type changes, and on keys that change.
pub(super) fn hold<'a>(sides: &'a Sides<'_>, changes: &mut Changes<'a>, tables_early: &mut bool) {
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
        let remade = found.columns.remade.iter().map(|it| &it.0);
        let early = found.columns.remade_early.iter().map(|it| &it.0);
        for from in remade.chain(early) {
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
pub(super) fn hold_in<'a>(
    sides: &'a Sides<'_>,
    changes: &mut Changes<'a>,
    name: &'a Name,
    how: How,
    wanted: impl Fn(PartKind, &Before) -> bool,
) {
    if changes_of(sides, changes, name).is_none() {
        return;
    }
    if let Some(found) = changes.altered.get_mut(name) {
        found.hold(how, wanted);
        if found.is_empty() {
            changes.altered.remove(name);
        }
    }
}

/// The changes of a table that may have none yet; none where it does not stay.
pub(super) fn changes_of<'c, 'a>(
    sides: &'a Sides<'_>,
    changes: &'c mut Changes<'a>,
    name: &'a Name,
) -> Option<&'c mut TableChanges<'a>> {
    if !changes.altered.contains_key(name) {
        let (olds, news) = (tables(&sides.from), tables(&sides.to));
        let (from, to) = (olds.get(name).copied()?, news.get(name).copied()?);
        let raw = sides.raw.table(sides.old_name(name)).unwrap_or(from);
        let follows = sides.rules.expressions_follow;
        let found = table::compare(sides, [raw, from, to], follows, &olds, &news);
        changes.altered.insert(name, found);
    }
    changes.altered.get_mut(name)
}
