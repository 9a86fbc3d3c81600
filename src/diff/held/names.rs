//! Names that something new takes while something old still has them.

use std::collections::{HashMap, HashSet};

use super::Plan;
use crate::dialect::diff::PartKind;
use crate::diff::sides::Sides;
use crate::diff::table::Changes;
use crate::schema::{Name, Table};

/// Names that something new takes while something old still has them.
pub(super) fn free(sides: &Sides<'_>, changes: &mut Changes<'_>, plan: &mut Plan) {
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
