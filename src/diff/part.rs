//! Keys, constraints and indexes of one table: which of them are the same, and how one becomes the other.

use std::collections::HashMap;

use super::filter::Kind;
use super::sides::columns_in;
use crate::dialect::diff::{DiffRules, Naming, PartKind};
use crate::schema::{
    Change, Check, ConstraintText, ForeignKey, Index, IndexKey, IndexPart, Name, Op, PrimaryKey,
    Table, Unique,
};

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
        pieces.push(Piece {
            kind: P::KIND,
            before: None,
            after: Some(after(three, None, &to[j])),
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

/// How much of two parts is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alike {
    /// All but a name that says nothing.
    Nameless,
    /// All but the name.
    Content,
    /// The name.
    Name,
}

type Pairs = (Vec<(usize, usize, Alike)>, Vec<usize>, Vec<usize>);

/// Equal ones first, then those whose names alone differ and say nothing, then by name, then by content.
fn pair<P: Part>(three: Three<'_>, from: &[P], to: &[P]) -> Pairs {
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
    let chosen = |part: &P, name: &str, table: &Table| {
        let keys: Vec<&str> = table
            .foreign_keys
            .iter()
            .filter_map(|it| it.name.as_deref())
            .collect();
        (three.rules.chosen)(&Naming {
            kind: P::KIND,
            table: &table.name.name,
            name,
            columns: &part.reads(table),
            foreign_keys: &keys,
        })
    };
    // The server chose by the names of that time.
    let at = P::of(three.from).iter().position(|it| it == old);
    let raw = at.and_then(|at| P::of(three.raw).get(at)).unwrap_or(old);
    chosen(raw, a, three.raw) || chosen(new, b, three.to)
}

fn rename_op<P: Part>(three: Three<'_>, old: &P, new: &P) -> Option<Op> {
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

fn of_parts<'a>(parts: &'a [IndexPart], include: &'a [String], table: &'a Table) -> Vec<&'a str> {
    let mut found = Vec::new();
    for part in parts {
        match &part.key {
            IndexKey::Column(name) => found.push(name.as_str()),
            IndexKey::Expression(said) => found.extend(columns_in(said, table)),
        }
    }
    found.extend(include.iter().map(String::as_str));
    found
}

impl Part for PrimaryKey {
    const KIND: PartKind = PartKind::PrimaryKey;
    fn of(table: &Table) -> &[Self] {
        table.primary_key.as_slice()
    }
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.map(str::to_owned);
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        of_parts(&self.columns, &self.include, table)
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::PrimaryKey { table, change }
    }
}

impl Part for Unique {
    const KIND: PartKind = PartKind::Unique;
    fn of(table: &Table) -> &[Self] {
        &table.uniques
    }
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.map(str::to_owned);
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        of_parts(&self.columns, &self.include, table)
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::Unique { table, change }
    }
}

impl Part for Index {
    const KIND: PartKind = PartKind::Index;
    fn of(table: &Table) -> &[Self] {
        &table.indexes
    }
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.unwrap_or_default().to_owned();
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        let mut found = of_parts(&self.parts, &self.include, table);
        if let Some(said) = &self.predicate {
            found.extend(columns_in(said, table));
        }
        found
    }
    fn said(&self) -> String {
        let parts = self.parts.iter().map(|part| match &part.key {
            IndexKey::Expression(said) => said.as_str(),
            IndexKey::Column(_) => "",
        });
        let all: Vec<&str> = parts.chain(self.predicate.as_deref()).collect();
        all.join(" ")
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::Index { table, change }
    }
}

impl Part for ForeignKey {
    const KIND: PartKind = PartKind::ForeignKey;
    fn of(table: &Table) -> &[Self] {
        &table.foreign_keys
    }
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.map(str::to_owned);
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, _table: &'a Table) -> Vec<&'a str> {
        self.columns.iter().map(String::as_str).collect()
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::ForeignKey { table, change }
    }
    /// VALIDATE, DEFERRABLE, and what is said of it.
    fn changes_in_place(&self, to: &Self) -> bool {
        let mut like = to.clone();
        like.comment.clone_from(&self.comment);
        like.deferrable = self.deferrable;
        like.not_valid = self.not_valid;
        like == *self && (self.not_valid || !to.not_valid)
    }
}

impl Part for Check {
    const KIND: PartKind = PartKind::Check;
    fn of(table: &Table) -> &[Self] {
        &table.checks
    }
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.map(str::to_owned);
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        columns_in(&self.expression, table)
    }
    fn said(&self) -> String {
        self.expression.clone()
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::Check { table, change }
    }
}

impl Part for ConstraintText {
    const KIND: PartKind = PartKind::Other;
    fn of(table: &Table) -> &[Self] {
        &table.other_constraints
    }
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }
    fn set_name(&mut self, name: Option<&str>) {
        self.name = name.unwrap_or_default().to_owned();
    }
    fn comment(&mut self) -> &mut Option<String> {
        &mut self.comment
    }
    fn reads<'a>(&'a self, table: &'a Table) -> Vec<&'a str> {
        columns_in(&self.definition, table)
    }
    fn said(&self) -> String {
        self.definition.clone()
    }
    fn op(table: &Name, change: Change<Self>) -> Op {
        let table = table.clone();
        Op::OtherConstraint { table, change }
    }
}
