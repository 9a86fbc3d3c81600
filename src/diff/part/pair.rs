//! Which of a table's parts are the same on both sides.

use std::collections::HashMap;

use super::{Part, Three};
use crate::dialect::diff::{Naming, PartKind};
use crate::schema::{ForeignKey, Op, Table};

/// How much of two parts is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alike {
    /// All but a name that says nothing.
    Nameless,
    /// All but the name.
    Content,
    /// The name.
    Name,
}

pub(super) type Pairs = (Vec<(usize, usize, Alike)>, Vec<usize>, Vec<usize>);

/// Equal ones first, then those whose names alone differ and say nothing, then by name, then by content.
pub(super) fn pair<P: Part>(three: Three<'_>, from: &[P], to: &[P]) -> Pairs {
    let mut pairs = Vec::new();
    let mut by_name: HashMap<Option<&str>, Vec<usize>> = HashMap::new();
    for (j, part) in to.iter().enumerate() {
        by_name.entry(part.name()).or_default().push(j);
    }
    let mut added: Vec<bool> = vec![true; to.len()];
    let mut dropped: Vec<usize> = Vec::new();
    for (i, part) in from.iter().enumerate() {
        let equal = by_name.get(&part.name()).and_then(|places| {
            places
                .iter()
                .copied()
                .find(|j| added[*j] && to[*j] == *part)
        });
        match equal {
            Some(j) => {
                added[j] = false;
                pairs.push((i, j, Alike::Nameless));
            }
            None => dropped.push(i),
        }
    }
    let shape = |part: &P| {
        let mut shape = part.clone();
        shape.set_name(None);
        *shape.comment() = None;
        shape
    };
    let content = |a: &P, b: &P| shape(a) == shape(b);
    let ignores_case = three.rules.columns_ignore_case;
    let named = |a: &P, b: &P| match (a.name(), b.name()) {
        (Some(a), Some(b)) if ignores_case => a.to_lowercase() == b.to_lowercase(),
        (Some(a), Some(b)) => a == b,
        // There is one at most.
        (None, None) => P::KIND == PartKind::PrimaryKey,
        _ => false,
    };
    let nameless = |a: &P, b: &P| content(a, b) && name_says_nothing(three, a, b);
    type Test<'t, P> = &'t dyn Fn(&P, &P) -> bool;
    let rounds: [(Test<'_, P>, Alike); 3] = [
        (&nameless, Alike::Nameless),
        (&named, Alike::Name),
        (&content, Alike::Content),
    ];
    for (test, alike) in rounds {
        dropped.retain(|i| {
            let found = (0..to.len()).find(|j| added[*j] && test(&from[*i], &to[*j]));
            match found {
                Some(j) => {
                    added[j] = false;
                    pairs.push((*i, j, alike));
                    false
                }
                None => true,
            }
        });
    }
    let added = (0..to.len()).filter(|j| added[*j]).collect();
    (pairs, dropped, added)
}

/// Whether the difference of two names is none: no name, one that the server chose, one that counts nothing.
fn name_says_nothing<P: Part>(three: Three<'_>, old: &P, new: &P) -> bool {
    let (Some(a), Some(b)) = (old.name(), new.name()) else {
        return true;
    };
    if P::KIND != PartKind::Index && !three.rules.constraint_names {
        return true;
    }
    if three.rules.columns_ignore_case && a.to_lowercase() == b.to_lowercase() {
        return true;
    }
    // An index that came with a foreign key is the server's for as long as that stays.
    let stays = |key: &&ForeignKey| {
        let mut wanted = three.to.foreign_keys.iter();
        wanted.any(|it| it.columns == key.columns)
    };
    let staying = three.from.foreign_keys.iter().filter(stays);
    let staying: Vec<&str> = staying.filter_map(|it| it.name.as_deref()).collect();
    let wanted = three.to.foreign_keys.iter();
    let wanted: Vec<&str> = wanted.filter_map(|it| it.name.as_deref()).collect();
    let chosen = |part: &P, name: &str, table: &Table, keys: &[&str]| {
        (three.rules.chosen)(&Naming {
            kind: P::KIND,
            table: &table.name.name,
            name,
            columns: &part.reads(table),
            foreign_keys: keys,
        })
    };
    // The server chose by the names of that time.
    let at = P::of(three.from).iter().position(|it| it == old);
    let raw = at.and_then(|at| P::of(three.raw).get(at)).unwrap_or(old);
    chosen(raw, a, three.raw, &staying) || chosen(new, b, three.to, &wanted)
}

pub(super) fn rename_op<P: Part>(three: Three<'_>, old: &P, new: &P) -> Option<Op> {
    let (from, to) = (old.name()?.to_owned(), new.name()?.to_owned());
    let taken = P::of(three.from)
        .iter()
        .any(|it| it.name() == Some(to.as_str()));
    if taken {
        return None;
    }
    let table = three.from.name.clone();
    match P::KIND {
        PartKind::Index => Some(Op::RenameIndex { table, from, to }),
        _ if three.rules.renames_constraints => Some(Op::RenameConstraint { table, from, to }),
        _ => None,
    }
}
