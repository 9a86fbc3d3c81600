//! What stands in the way of a change, and so goes before it and comes back after it.

mod code;
mod keys;
mod names;
mod routines;
mod types;

pub(super) use code::is_foundation;

use std::collections::{HashMap, HashSet};

use super::objects::other_key;
use super::sides::Sides;
use super::table::Changes;
use crate::schema::{Domain, EnumType, Name, ObjectText, Routine, Trigger, View};

/// What goes before everything else; what of it is wanted comes back in its place.
#[derive(Default)]
pub(super) struct Plan {
    pub views: HashSet<Name>,
    /// Table, as it is called afterwards, and name.
    pub triggers: HashSet<(Name, String)>,
    pub routines: HashSet<(Name, String, bool)>,
    others: Vec<ObjectText>,
    /// What a domain is while a routine that it calls is away.
    pub domains: HashMap<Name, Domain>,
    /// Dropped tables have names that something new takes.
    pub tables_early: bool,
    /// They call routines that go early.
    pub tables_first: bool,
    /// How many columns go for a while because of what they call.
    remade: usize,
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

    /// The names of what is called and goes for a while, in lower case.
    fn called(&self) -> HashSet<String> {
        let aggregates = self.others.iter().filter(|it| it.kind == "aggregate");
        let aggregates = aggregates.map(|it| &it.name.name);
        let routines = self.routines.iter().map(|it| &it.0.name);
        routines
            .chain(aggregates)
            .map(|it| it.to_lowercase())
            .collect()
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
    let swapped = types::swapped(changes, &mut plan.tables_early);
    types::hold_row_types(sides, changes);
    routines::hold(sides, changes, &swapped, &mut plan);
    let mut upset = code::upset_columns(changes, &swapped, sides);
    code::hold_views(sides, changes, &upset, &mut plan);
    while routines::spread(sides, changes, &mut plan) {
        upset = code::upset_columns(changes, &swapped, sides);
        code::hold_views(sides, changes, &upset, &mut plan);
    }
    keys::hold(sides, changes, &mut plan.tables_early);
    code::hold_triggers(sides, changes, &upset, &mut plan);
    names::free(sides, changes, &mut plan);
    plan
}
