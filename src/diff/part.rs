//! Keys, constraints and indexes of one table: which of them are the same, and how one becomes the other.

mod kinds;
mod pair;

use super::filter::Kind;
use crate::dialect::diff::{DiffRules, PartKind};
use crate::schema::{
    Change, Check, ConstraintText, ForeignKey, Index, Name, Op, PrimaryKey, Table, Unique,
};
use pair::{Alike, pair, rename_op};

/// A change of one key, constraint or index.
#[derive(Debug)]
pub(super) struct Piece {
    pub kind: PartKind,
    pub before: Option<Before>,
    pub after: Option<After>,
    pub how: How,
}

/// What is there, and is dropped or changed.
#[derive(Debug)]
pub(super) struct Before {
    pub name: Option<String>,
    /// Drops it under the names from before the renames, and under those from after them.
    pub raw_drop: Op,
    pub drop: Op,
    /// Columns that it reads, by their names before the renames and after them.
    pub raw_reads: Vec<String>,
    pub reads: Vec<String>,
    /// Its own expressions and literals.
    pub said: String,
}

/// What is to be there.
#[derive(Debug)]
pub(super) struct After {
    pub name: Option<String>,
    pub add: Op,
    /// In one step, where both are under one name.
    pub alter: Option<Op>,
    /// Of a rename: what makes it under its new name.
    pub anew: Option<Op>,
    pub reads: Vec<String>,
}

/// When a piece's old shape goes and its new one comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// In one step among the table's changes.
    AtOnce,
    /// Under another name, by a rename: that is what `add` holds.
    Renamed,
    /// The old before the columns change, the new after them.
    Apart,
    /// The old before anything else, under its old names; the new among the table's changes.
    Early,
}

impl Piece {
    /// Whether it is made by this operation, not changed in one step.
    pub fn adds(&self, op: &Op) -> bool {
        self.after.as_ref().is_some_and(|after| {
            after.add == *op && (after.alter.is_none() || self.how != How::AtOnce)
        })
    }

    /// Keeps the old out of the way for longer, never for less long.
    pub fn hold(&mut self, how: How) {
        if self.before.is_some() && self.how != How::Renamed {
            self.how = self.how.max(how);
        }
    }

    /// Frees its old name before anything else is made.
    pub fn leave_name(&mut self) {
        if let Some(after) = &mut self.after
            && let Some(anew) = after.anew.take()
        {
            after.add = anew;
            self.how = How::Early;
        }
        self.hold(How::Early);
    }
}

/// One table before the renames, after them, and as it is wanted.
#[derive(Clone, Copy)]
pub(super) struct Three<'a> {
    pub raw: &'a Table,
    pub from: &'a Table,
    pub to: &'a Table,
    pub rules: &'a DiffRules,
    pub keep: &'a [Kind],
    /// Whether the expressions of `from` have followed the renames.
    pub follows: bool,
}

/// What a table has several of.
pub(super) trait Part: Clone + PartialEq {
    const KIND: PartKind;
    fn of(table: &Table) -> &[Self];
    fn name(&self) -> Option<&str>;
    fn set_name(&mut self, name: Option<&str>);
    fn comment(&mut self) -> &mut Option<String>;
    /// Its columns, in order; those that its expressions read.
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str>;
    fn said(&self) -> String {
        String::new()
    }
    fn op(table: &Name, change: Change<Self>) -> Op;
    /// Whether the server can change it without making it anew.
    fn changes_in_place(&self, _to: &Self) -> bool {
        false
    }
}

/// Compares all of a table's pieces; `same` gets the places of those that stay.
pub(super) fn compare(three: Three<'_>, same: &mut Vec<(PartKind, usize, usize)>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    compare_kind::<Check>(three, same, &mut pieces);
    compare_kind::<ConstraintText>(three, same, &mut pieces);
    compare_kind::<Index>(three, same, &mut pieces);
    compare_kind::<Unique>(three, same, &mut pieces);
    compare_kind::<PrimaryKey>(three, same, &mut pieces);
    compare_kind::<ForeignKey>(three, same, &mut pieces);
    pieces
}

/// A piece that stays as it is, to be dropped and made again.
pub(super) fn remade(three: Three<'_>, kind: PartKind, at: (usize, usize), how: How) -> Piece {
    match kind {
        PartKind::PrimaryKey => remade_kind::<PrimaryKey>(three, at, how),
        PartKind::Unique => remade_kind::<Unique>(three, at, how),
        PartKind::Index => remade_kind::<Index>(three, at, how),
        PartKind::Check => remade_kind::<Check>(three, at, how),
        PartKind::Other => remade_kind::<ConstraintText>(three, at, how),
        PartKind::ForeignKey => remade_kind::<ForeignKey>(three, at, how),
    }
}

fn remade_kind<P: Part>(three: Three<'_>, (i, j): (usize, usize), how: How) -> Piece {
    let mut kept = P::of(three.to)[j].clone();
    kept.set_name(P::of(three.from)[i].name());
    Piece {
        kind: P::KIND,
        before: Some(before::<P>(three, i)),
        after: Some(after(three, None, &kept)),
        how,
    }
}

fn compare_kind<P: Part>(
    three: Three<'_>,
    same: &mut Vec<(PartKind, usize, usize)>,
    pieces: &mut Vec<Piece>,
) {
    let (from, to) = (P::of(three.from), P::of(three.to));
    if from == to {
        same.extend((0..from.len()).map(|at| (P::KIND, at, at)));
        return;
    }
    let (pairs, dropped, added) = pair(three, from, to);
    for (i, j, alike) in pairs {
        let (old, mut new) = (&from[i], to[j].clone());
        let counts = alike != Alike::Nameless;
        if !counts {
            new.set_name(old.name());
        }
        if three.keep.contains(&Kind::Comment) && new.comment().is_none() {
            new.comment().clone_from(old.clone().comment());
        }
        if *old == new {
            same.push((P::KIND, i, j));
            continue;
        }
        let same_name = old.name() == new.name();
        let mut piece = Piece {
            kind: P::KIND,
            before: Some(before::<P>(three, i)),
            after: Some(after(three, same_name.then_some(old), &new)),
            how: How::AtOnce,
        };
        let rename = rename_op::<P>(three, old, &new);
        if alike == Alike::Content && rename.is_some() {
            // A comment that differs too comes with the next comparison: the new name has it then.
            let mut named = old.clone();
            named.set_name(new.name());
            if let Some(rename) = rename {
                let made = after(three, None, &named);
                pieces.push(Piece {
                    kind: P::KIND,
                    before: Some(before::<P>(three, i)),
                    after: Some(After {
                        add: rename,
                        anew: Some(made.add.clone()),
                        ..made
                    }),
                    how: How::Renamed,
                });
            }
            if named != new {
                piece.after = Some(after(three, Some(&named), &new));
                pieces.push(piece);
            }
            continue;
        }
        if !same_name {
            piece.how = How::Apart;
        }
        if P::KIND == PartKind::ForeignKey
            && three.rules.late_foreign_keys
            && !(same_name && old.changes_in_place(&new))
        {
            piece.how = How::Early;
        }
        pieces.push(piece);
    }
    // Where names say nothing, one that stays may bear the name of another that comes.
    let leaving: Vec<Option<&str>> = dropped.iter().map(|i| from[*i].name()).collect();
    let is_taken = |name: Option<&str>| {
        let told = P::KIND == PartKind::Index || three.rules.constraint_names;
        !told
            && name.is_some()
            && from.iter().any(|it| it.name() == name)
            && !leaving.contains(&name)
    };
    let kept = match P::KIND {
        PartKind::Check => three.keep.contains(&Kind::Check),
        PartKind::Other => three.keep.contains(&Kind::OtherConstraint),
        _ => false,
    };
    for i in dropped.into_iter().filter(|_| !kept) {
        let early = P::KIND == PartKind::ForeignKey && three.rules.late_foreign_keys;
        pieces.push(Piece {
            kind: P::KIND,
            before: Some(before::<P>(three, i)),
            after: None,
            how: if early { How::Early } else { How::Apart },
        });
    }
    for j in added {
        let mut new = to[j].clone();
        if is_taken(new.name()) {
            new.set_name(None);
        }
        pieces.push(Piece {
            kind: P::KIND,
            before: None,
            after: Some(after(three, None, &new)),
            how: How::AtOnce,
        });
    }
}

fn before<P: Part>(three: Three<'_>, at: usize) -> Before {
    let part = &P::of(three.from)[at];
    // Renames leave a table's lists in their order.
    let raw = P::of(three.raw).get(at).unwrap_or(part);
    let owned = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
    Before {
        name: part.name().map(str::to_owned),
        raw_drop: P::op(&three.raw.name, Change::Drop(raw.clone())),
        drop: P::op(&three.from.name, Change::Drop(part.clone())),
        raw_reads: owned(raw.reads(three.raw)),
        reads: owned(part.reads(three.from)),
        said: part.said(),
    }
}

fn after<P: Part>(three: Three<'_>, old: Option<&P>, new: &P) -> After {
    After {
        name: new.name().map(str::to_owned),
        add: P::op(&three.from.name, Change::Add(new.clone())),
        alter: old.map(|old| {
            let (from, to) = (old.clone(), new.clone());
            P::op(&three.from.name, Change::Alter { from, to })
        }),
        anew: None,
        reads: new.reads(three.to).into_iter().map(str::to_owned).collect(),
    }
}
