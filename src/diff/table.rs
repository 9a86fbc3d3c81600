//! Tables: which come and go, and what changes inside those that stay.

use std::collections::{HashMap, HashSet};

use super::column::{self, Columns};
use super::filter::Kind;
use super::objects::{self, Objects};
use super::part::{self, How, Piece, Three};
use super::sides::{Sides, tables};
use crate::dialect::diff::PartKind;
use crate::schema::{Change, Name, Op, PartitionOf, Table};

/// All that differs, before it is put in order.
pub(super) struct Changes<'a> {
    pub dropped: Vec<&'a Table>,
    pub added: Vec<&'a Table>,
    /// By name, as it is after the renames.
    pub altered: HashMap<&'a Name, TableChanges<'a>>,
    pub objects: Objects<'a>,
}

/// What changes inside one table.
pub(super) struct TableChanges<'a> {
    pub three: Three<'a>,
    pub columns: Columns,
    pub pieces: Vec<Piece>,
    /// The places of what stays.
    pub same: Vec<(PartKind, usize, usize)>,
    pub comment: Option<Op>,
    pub options: Option<Op>,
    pub partition: Option<Change<PartitionOf>>,
    /// What differs and no operation can say.
    pub beyond: Vec<&'static str>,
}

impl TableChanges<'_> {
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
            && self.pieces.is_empty()
            && self.comment.is_none()
            && self.options.is_none()
            && self.partition.is_none()
            && self.beyond.is_empty()
    }

    /// Keeps one of its parts out of the way, whether it changes or not. `wanted` says which.
    pub fn hold(&mut self, how: How, wanted: impl Fn(PartKind, &part::Before) -> bool) {
        for piece in &mut self.pieces {
            if piece
                .before
                .as_ref()
                .is_some_and(|it| wanted(piece.kind, it))
            {
                piece.hold(how);
            }
        }
        let same = std::mem::take(&mut self.same);
        for (kind, i, j) in same {
            let piece = part::remade(self.three, kind, (i, j), how);
            if piece.before.as_ref().is_some_and(|it| wanted(kind, it)) {
                self.pieces.push(piece);
            } else {
                self.same.push((kind, i, j));
            }
        }
    }
}

/// Finds all that differs.
pub(super) fn changes<'a>(sides: &'a Sides<'_>) -> Changes<'a> {
    let olds = tables(&sides.from);
    let news = tables(&sides.to);
    let raws = tables(sides.raw);
    let seen = |table: &&Table| sides.sees(&table.name);
    let mut dropped: Vec<&Table> = sides.from.tables.iter().filter(seen).collect();
    dropped.retain(|it| !news.contains_key(&it.name));
    if sides.options.keeps(Kind::Partition) {
        let stays: HashSet<&Name> = news.keys().copied().collect();
        keep_partitions(&mut dropped, &stays);
    }
    let mut added: Vec<&Table> = sides.to.tables.iter().filter(seen).collect();
    added.retain(|it| !olds.contains_key(&it.name));
    let frozen = repartitioned(&olds, &sides.to.tables);
    if !frozen.is_empty() {
        dropped.retain(|it| !is_under(it, &olds, &frozen));
        added.retain(|it| !is_under(it, &news, &frozen));
    }

    let mut altered = HashMap::new();
    for to in sides.to.tables.iter().filter(seen) {
        let Some(from) = olds.get(&to.name).copied() else {
            continue;
        };
        if from == to || is_under(from, &olds, &frozen) || is_under(to, &news, &frozen) {
            continue;
        }
        let raw = raws.get(sides.old_name(&to.name)).copied().unwrap_or(from);
        let mut found = compare(
            sides,
            [raw, from, to],
            sides.rules.expressions_follow,
            &olds,
            &news,
        );
        // A rebuild is written from the model, where texts do not follow renames: there they are said again.
        if let Some(plain) = sides.plain.as_ref().and_then(|it| it.table(&to.name))
            && !found.is_empty()
        {
            found = compare(sides, [raw, plain, to], false, &olds, &news);
        }
        if !found.is_empty() {
            altered.insert(&to.name, found);
        }
    }
    Changes {
        dropped,
        added,
        altered,
        objects: objects::compare(sides),
    }
}

/// Changes inside a table, which may be none. Given are the table before the renames, after them and as it is
/// wanted, and whether the expressions of the second have followed the renames.
pub(super) fn compare<'a>(
    sides: &'a Sides<'_>,
    [raw, from, to]: [&'a Table; 3],
    follows: bool,
    olds: &HashMap<&Name, &'a Table>,
    news: &HashMap<&Name, &'a Table>,
) -> TableChanges<'a> {
    let three = Three {
        raw,
        from,
        to,
        rules: sides.rules,
        keep: &sides.options.keep,
        follows,
    };
    let keeps = |kind| sides.options.keeps(kind);
    let of = to.partition_of.iter().map(|of| &of.parent);
    let parents: Vec<(&Table, &Table)> = of
        .chain(&to.inherits)
        .filter_map(|name| Some((*olds.get(name)?, *news.get(name)?)))
        .collect();
    let renamed = sides
        .renamed_columns
        .get(&to.name)
        .map_or(&[][..], Vec::as_slice);
    let columns = column::compare(three, &parents, renamed);
    let mut same = Vec::new();
    let mut pieces = part::compare(three, &mut same);
    let retyped: HashSet<&str> = columns.retyped().collect();
    // What is in a primary key may not be NULL.
    let loosened: Vec<&str> = columns
        .altered
        .iter()
        .filter(|(from, to)| !from.nullable && to.nullable)
        .map(|(from, _)| from.name.as_str())
        .collect();
    let numbering: Vec<&str> = columns
        .altered
        .iter()
        .filter(|(_, to)| sides.rules.numbers_bar_checks && to.identity.is_some())
        .map(|(from, _)| from.name.as_str())
        .collect();
    for piece in &mut pieces {
        let reads = |names: &[String]| names.iter().any(|name| retyped.contains(name.as_str()));
        let before = piece.before.as_ref().is_some_and(|it| reads(&it.reads));
        if before || piece.after.as_ref().is_some_and(|it| reads(&it.reads)) {
            piece.hold(How::Apart);
        }
        // An index that goes late would have to bear the new type, which it may not be able to. One that begins with
        // that column serves no foreign key by then; nor does one of whose columns there is none.
        let bears = |it: &part::Before| {
            let first = it.reads.first();
            first.is_some_and(|name| retyped.contains(name.as_str()))
                || reads(&it.reads) && !serves_a_key(from, olds, &it.reads)
        };
        if sides.rules.late_index_drops
            && matches!(piece.kind, PartKind::Index | PartKind::Unique)
            && piece.after.is_none()
            && piece.before.as_ref().is_some_and(bears)
        {
            piece.hold(How::Early);
        }
        let numbered = |it: &part::Before| {
            it.reads
                .iter()
                .any(|name| numbering.contains(&name.as_str()))
        };
        if piece.kind == PartKind::Check && piece.before.as_ref().is_some_and(numbered) {
            piece.hold(How::Apart);
        }
        let is_loosened = |it: &part::Before| {
            let reads = it.reads.iter().map(String::as_str);
            reads.into_iter().any(|name| loosened.contains(&name))
        };
        if piece.kind == PartKind::PrimaryKey && piece.before.as_ref().is_some_and(is_loosened) {
            piece.hold(How::Apart);
        }
        // Where an expression does not follow a rename, it forbids it.
        let raw_reads = |it: &part::Before| {
            !it.said.is_empty() && it.raw_reads.iter().any(|name| renamed.contains(name))
        };
        if !follows && piece.before.as_ref().is_some_and(raw_reads) {
            piece.hold(How::Early);
        }
    }
    let mut found = TableChanges {
        three,
        columns,
        pieces,
        same,
        comment: None,
        options: None,
        partition: None,
        beyond: Vec::new(),
    };
    // What is made anew takes along what stands on it.
    let anew: Vec<String> = found
        .columns
        .remade
        .iter()
        .map(|it| &it.0)
        .chain(found.columns.remade_early.iter().map(|it| &it.0))
        .map(|column| column.name.clone())
        .collect();
    if !anew.is_empty() {
        found.hold(How::Apart, |_, it| {
            it.reads.iter().any(|name| anew.contains(name))
        });
    }
    if from.comment != to.comment && !(keeps(Kind::Comment) && to.comment.is_none()) {
        found.comment = Some(Op::TableComment {
            table: from.name.clone(),
            from: from.comment.clone(),
            to: to.comment.clone(),
        });
    }
    if from.options != to.options && !(keeps(Kind::Option) && to.options.is_empty()) {
        found.options = Some(Op::TableOptions {
            table: from.name.clone(),
            from: from.options.clone(),
            to: to.options.clone(),
        });
    }
    found.partition = match (&from.partition_of, &to.partition_of) {
        (None, None) => None,
        (Some(from), Some(to)) if from == to => None,
        (Some(_), None) if keeps(Kind::Partition) => None,
        (Some(from), Some(to)) => Some(Change::Alter {
            from: from.clone(),
            to: to.clone(),
        }),
        (None, Some(to)) => Some(Change::Add(to.clone())),
        (Some(from), None) => Some(Change::Drop(from.clone())),
    };
    let kept = keeps(Kind::Partition);
    if from.partitioning != to.partitioning && !(kept && to.partitioning.is_none()) {
        found.beyond.push("how it is partitioned");
    }
    if from.inherits != to.inherits && !(kept && to.inherits.is_empty()) {
        found.beyond.push("what it inherits from");
    }
    found
}

/// Whether an index on `columns` of `table` is one that a foreign key there, or one that refers to it, can need.
fn serves_a_key(table: &Table, tables: &HashMap<&Name, &Table>, columns: &[String]) -> bool {
    let begins = |key: &[String]| {
        let first = columns.get(..key.len());
        first.is_some_and(|first| key.iter().all(|name| first.contains(name)))
    };
    let mut keys = tables.values().flat_map(|it| &it.foreign_keys);
    table.foreign_keys.iter().any(|key| begins(&key.columns))
        || keys.any(|key| key.references == table.name && begins(&key.referenced_columns))
}

/// Tables that are partitioned in another way, become so or cease to be: what no operation can say.
fn repartitioned<'a>(olds: &HashMap<&Name, &Table>, news: &'a [Table]) -> HashSet<&'a Name> {
    let differs = |new: &&Table| {
        let old = olds.get(&new.name);
        old.is_some_and(|old| old.partitioning != new.partitioning)
    };
    news.iter().filter(differs).map(|it| &it.name).collect()
}

/// Whether a table is a partition of one of those, or of one of their partitions.
fn is_under(table: &Table, all: &HashMap<&Name, &Table>, tops: &HashSet<&Name>) -> bool {
    let mut table = table;
    while let Some(of) = &table.partition_of {
        if tops.contains(&of.parent) {
            return true;
        }
        match all.get(&of.parent) {
            Some(parent) => table = parent,
            None => return false,
        }
    }
    false
}

/// Partitions of what stays stay too: their own partitions as well.
fn keep_partitions(dropped: &mut Vec<&Table>, stays: &HashSet<&Name>) {
    let mut kept: HashSet<&Name> = stays.clone();
    loop {
        let before = dropped.len();
        dropped.retain(|table| {
            let of_kept = table
                .partition_of
                .as_ref()
                .is_some_and(|it| kept.contains(&it.parent));
            if of_kept {
                kept.insert(&table.name);
            }
            !of_kept
        });
        if dropped.len() == before {
            return;
        }
    }
}
