//! Views, routines, triggers and their like that stand in the way.

use std::collections::{HashMap, HashSet};

use super::Plan;
use super::types::is_of;
use crate::dialect::diff::ViewHold;
use crate::dialect::types::scan;
use crate::diff::objects::{Objects, is_reshaped};
use crate::diff::sides::Sides;
use crate::diff::table::Changes;
use crate::diff::text;
use crate::schema::{Name, ObjectText, Trigger, View};

/// Columns that go or become something else, by table; `None` for a table that goes whole. Names are those
/// from before the renames and those from after them.
pub(super) type Upset = HashMap<Name, Option<HashSet<String>>>;

pub(super) fn upset_columns(changes: &Changes<'_>, swapped: &[Name], sides: &Sides<'_>) -> Upset {
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
pub(super) fn hold_views(sides: &Sides<'_>, changes: &Changes<'_>, upset: &Upset, plan: &mut Plan) {
    let views = &changes.objects.views;
    plan.views
        .extend(views.dropped.iter().map(|it| it.name.clone()));
    let called = plan.called();
    let calls = |view: &View| called.iter().any(|name| text::mentions(&view.query, name));
    let mut held: HashSet<Name> = HashSet::new();
    let mut moved: Vec<&Name> = views.dropped.iter().map(|it| &it.name).collect();
    let present = present_views(&changes.objects);
    let quiet = changes.altered.is_empty() && changes.dropped.is_empty();
    match sides.rules.views {
        ViewHold::Nowhere => {
            // A view is made of what is there: in its old shape, on the way back, of what was there then.
            if !quiet || !sides.renames.is_empty() || views.altered.len() > 1 {
                let altered = views.altered.iter();
                plan.views.extend(altered.map(|it| it.0.name.clone()));
            }
            return;
        }
        ViewHold::Everywhere => {
            if quiet && sides.renames.is_empty() {
                return;
            }
            held.extend(views.altered.iter().map(|it| it.0.name.clone()));
            moved.extend(views.altered.iter().map(|it| &it.0.name));
            // Rebuilt tables bring their views back as the model has them.
            let raws: HashMap<&Name, &str> = sides
                .raw
                .views
                .iter()
                .map(|it| (&it.name, it.query.as_str()))
                .collect();
            let stale = views.same.iter().map(|it| it.0);
            for view in stale.filter(|it| !quiet && raws.get(&it.name) != Some(&it.query.as_str()))
            {
                held.insert(view.name.clone());
                moved.push(&view.name);
            }
        }
        ViewHold::Columns => {
            let reshaped = views
                .altered
                .iter()
                .filter(|(from, to)| is_reshaped(from, to));
            moved.extend(reshaped.map(|it| &it.0.name));
            // In its old shape it would come back before the renames are taken back.
            for (view, _) in views.altered.iter().filter(|_| !sides.renames.is_empty()) {
                held.insert(view.name.clone());
                moved.push(&view.name);
            }
            for view in &present {
                if reads_upset(view, upset) || calls(view) {
                    held.insert(view.name.clone());
                    moved.push(&view.name);
                }
            }
        }
    }
    // Whatever reads a view that moves, moves.
    let mut readers: HashMap<&Name, Vec<&View>> = HashMap::new();
    for view in &present {
        view.reads
            .iter()
            .for_each(|read| readers.entry(read).or_default().push(view));
    }
    while let Some(name) = moved.pop() {
        for reader in readers.get(name).into_iter().flatten() {
            held.insert(name.clone());
            if held.insert(reader.name.clone()) {
                moved.push(&reader.name);
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
pub(super) fn hold_triggers(
    sides: &Sides<'_>,
    changes: &Changes<'_>,
    upset: &Upset,
    plan: &mut Plan,
) {
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
        // It is made of what is there: in its old shape, on the way back, of what was there then.
        let anew = from.definition != to.definition;
        in_way(&from.table, &from.definition) || anew && busy
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
    if sides.rules.views == ViewHold::Nowhere {
        hold_later_triggers(sides, changes, &mut held);
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
    plan.others.extend(held.into_iter().cloned());
}

/// On MySQL triggers of one kind act in the order in which they were made. So where one comes, goes or changes,
/// those with later names are made anew after it.
fn hold_later_triggers<'a>(sides: &Sides<'_>, changes: &Changes<'a>, held: &mut Vec<&'a Trigger>) {
    let triggers = &changes.objects.triggers;
    // CREATE TRIGGER name BEFORE UPDATE
    let moment = |it: &'a Trigger| {
        let words = scan::tokens(&it.definition, sides.rules.backslashes);
        let word = |at: usize| words.get(at).map_or("", |token| token.text);
        (&it.table, word(3), word(4))
    };
    let moving = triggers.added.iter().chain(held.iter()).copied();
    let moving: Vec<(_, &str)> = moving
        .chain(triggers.altered.iter().map(|it| it.0))
        .map(|it| (moment(it), it.name.as_str()))
        .collect();
    if moving.is_empty() {
        return;
    }
    let there = triggers.same.iter().chain(&triggers.altered).map(|it| it.0);
    for trigger in there {
        let kind = moment(trigger);
        let later = |(of, name): &(_, &str)| *of == kind && *name < trigger.name.as_str();
        if moving.iter().any(later) && !held.iter().any(|it| it.name == trigger.name) {
            held.push(trigger);
        }
    }
}

/// What tables may be made of: it goes after them.
pub(in crate::diff) fn is_foundation(other: &ObjectText) -> bool {
    matches!(
        other.kind.as_str(),
        "type" | "collation" | "aggregate" | "operator" | "cast"
    )
}
