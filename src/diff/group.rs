//! The changes of one table, one after the other: parts go, columns come and change, parts come, columns go.

use std::collections::HashMap;

use super::column::Columns;
use super::part::{How, Piece};
use super::table::TableChanges;
use super::text;
use crate::dialect::ddl::after_needs;
use crate::dialect::diff::{DiffRules, PartKind};
use crate::schema::{Change, Column, Op, Place, Table};

/// In what order parts are made; they are dropped the other way round.
const KINDS: [PartKind; 6] = [
    PartKind::PrimaryKey,
    PartKind::Unique,
    PartKind::Index,
    PartKind::Check,
    PartKind::Other,
    PartKind::ForeignKey,
];

/// All that changes inside a table once what is early has gone. `is_late`: foreign keys that wait for
/// other tables.
pub(super) fn group(
    found: &TableChanges<'_>,
    rules: &DiffRules,
    is_late: impl Fn(&Op) -> bool,
) -> Vec<Op> {
    let mut ops = Vec::new();
    if let Some(change @ Change::Drop(_)) = &found.partition {
        ops.push(partition(found, change));
    }
    for kind in KINDS.iter().rev() {
        let apart = of_kind(found, *kind).filter(|it| it.how == How::Apart);
        let drops = apart.filter(|it| !drops_late(it, rules));
        ops.extend(drops.filter_map(|it| Some(it.before.as_ref()?.drop.clone())));
    }
    for kind in KINDS {
        let renamed = of_kind(found, kind).filter(|it| it.how == How::Renamed);
        ops.extend(renamed.filter_map(|it| Some(it.after.as_ref()?.add.clone())));
    }
    let mut columns = Moving::new(found, rules);
    columns.come();
    ops.append(&mut columns.ops);
    ops.extend(found.options.clone());
    ops.extend(found.comment.clone());
    for kind in KINDS {
        for piece in of_kind(found, kind) {
            let Some(after) = piece.after.as_ref().filter(|_| piece.how != How::Renamed) else {
                continue;
            };
            let alter = after.alter.as_ref().filter(|_| piece.how == How::AtOnce);
            if kind != PartKind::ForeignKey || alter.is_some() || !is_late(&after.add) {
                ops.push(alter.unwrap_or(&after.add).clone());
            }
        }
    }
    let late = found
        .pieces
        .iter()
        .filter(|it| it.how == How::Apart && drops_late(it, rules));
    ops.extend(late.filter_map(|it| Some(it.before.as_ref()?.drop.clone())));
    columns.go();
    ops.append(&mut columns.ops);
    if let Some(change @ (Change::Add(_) | Change::Alter { .. })) = &found.partition {
        ops.push(partition(found, change));
    }
    ops
}

/// What goes under its old names, before the renames: foreign keys, then all else.
pub(super) fn early(found: &TableChanges<'_>) -> (Vec<Op>, Vec<Op>) {
    let early = found.pieces.iter().filter(|it| it.how == How::Early);
    let drops = early.filter_map(|it| Some((it.kind, it.before.as_ref()?.raw_drop.clone())));
    let (keys, rest): (Vec<_>, Vec<_>) = drops.partition(|it| it.0 == PartKind::ForeignKey);
    let mut rest: Vec<Op> = rest.into_iter().map(|it| it.1).collect();
    let raw = found.three.raw;
    let mut order: Vec<&str> = raw.columns.iter().map(|it| it.name.as_str()).collect();
    for (column, _) in &found.columns.remade_early {
        let place = place_of(&mut order, &column.name);
        rest.push(Op::Column {
            table: raw.name.clone(),
            place,
            change: Box::new(Change::Drop(column.clone())),
        });
    }
    rest.extend(found.columns.unset_early.iter().map(|(from, to)| {
        let (from, to) = (from.clone(), to.clone());
        Op::Column {
            table: raw.name.clone(),
            place: Place::Last,
            change: Box::new(Change::Alter { from, to }),
        }
    }));
    (keys.into_iter().map(|it| it.1).collect(), rest)
}

/// Columns and defaults that go before types change.
pub(super) fn before_types(found: &TableChanges<'_>) -> Vec<Op> {
    let table = &found.three.from.name;
    let column = |place, change| Op::Column {
        table: table.clone(),
        place,
        change: Box::new(change),
    };
    let mut order = standing(found);
    let dropped = found.columns.dropped_early.iter().map(|it| {
        let place = place_of(&mut order, &it.name);
        column(place, Change::Drop(it.clone()))
    });
    let mut ops: Vec<Op> = dropped.collect();
    ops.extend(found.columns.unset.iter().map(|(from, to)| {
        let (from, to) = (from.clone(), to.clone());
        column(Place::Last, Change::Alter { from, to })
    }));
    ops
}

/// The columns that are there once the renames have run.
fn standing<'a>(found: &'a TableChanges<'_>) -> Vec<&'a str> {
    let gone = |name: &str| {
        found
            .columns
            .remade_early
            .iter()
            .any(|(old, new)| new.as_ref().unwrap_or(old).name == name)
    };
    let names = found.three.from.columns.iter().map(|it| it.name.as_str());
    names.filter(|name| !gone(name)).collect()
}

fn of_kind<'a>(found: &'a TableChanges<'_>, kind: PartKind) -> impl Iterator<Item = &'a Piece> {
    found.pieces.iter().filter(move |it| it.kind == kind)
}

fn drops_late(piece: &Piece, rules: &DiffRules) -> bool {
    rules.late_index_drops
        && piece.after.is_none()
        && matches!(piece.kind, PartKind::Index | PartKind::Unique)
}

fn partition(found: &TableChanges<'_>, change: &Change<crate::schema::PartitionOf>) -> Op {
    Op::Partition {
        table: found.three.from.name.clone(),
        change: change.clone(),
    }
}

/// Takes a column out of the order, and says where it stood.
fn place_of(order: &mut Vec<&str>, name: &str) -> Place {
    let Some(at) = order.iter().position(|it| *it == name) else {
        return Place::Last;
    };
    order.remove(at);
    match (at, at == order.len()) {
        (_, true) => Place::Last,
        (0, _) => Place::First,
        (at, _) => Place::After(order[at - 1].to_owned()),
    }
}

/// Columns on their way, and the order that they stand in meanwhile.
struct Moving<'a> {
    table: &'a Table,
    wanted: &'a Table,
    columns: &'a Columns,
    rules: &'a DiffRules,
    order: Vec<&'a str>,
    ops: Vec<Op>,
}

impl<'a> Moving<'a> {
    fn new(found: &'a TableChanges<'_>, rules: &'a DiffRules) -> Self {
        let mut order = standing(found);
        order.retain(|name| {
            found
                .columns
                .dropped_early
                .iter()
                .all(|it| it.name != *name)
        });
        Moving {
            table: found.three.from,
            wanted: found.three.to,
            columns: &found.columns,
            rules,
            order,
            ops: Vec::new(),
        }
    }

    fn push(&mut self, place: Place, change: Change<Column>) {
        self.ops.push(Op::Column {
            table: self.table.name.clone(),
            place,
            change: Box::new(change),
        });
    }

    /// New ones and changed ones; what is generated after what it may read.
    fn come(&mut self) {
        let columns = self.columns;
        let remade = columns.remade.iter().map(|it| &it.0);
        for column in remade.chain(&columns.dropped_first) {
            let place = place_of(&mut self.order, &column.name);
            self.push(place, Change::Drop(column.clone()));
        }
        let (generated, plain): (Vec<&Column>, Vec<&Column>) =
            columns.added.iter().partition(|it| it.generated.is_some());
        for column in plain {
            self.add(column);
        }
        let of_generated = |it: &&(Column, Column)| it.1.generated.is_some();
        let plain = columns.altered.iter().filter(|it| !of_generated(it));
        for (from, to) in plain.chain(columns.altered.iter().filter(of_generated)) {
            let (from, to) = (from.clone(), to.clone());
            self.push(Place::Last, Change::Alter { from, to });
        }
        let early = columns.remade_early.iter().filter_map(|it| it.1.as_ref());
        let remade = columns.remade.iter().map(|it| &it.1).chain(early);
        let generated: Vec<&Column> = generated.into_iter().chain(remade).collect();
        for column in by_needs(&generated) {
            self.add(column);
        }
    }

    fn add(&mut self, column: &'a Column) {
        let mut at = self.order.len();
        let mut place = Place::Last;
        if self.rules.places_columns {
            let names = self.wanted.columns.iter().map(|it| it.name.as_str());
            let before: Vec<&str> = names.take_while(|it| *it != column.name).collect();
            let stands = |name: &&str| self.order.iter().position(|it| it == name);
            let last = before
                .iter()
                .rev()
                .find_map(|name| Some((stands(name)?, *name)));
            (at, place) = match last {
                Some((at, _)) if at + 1 == self.order.len() => (at + 1, Place::Last),
                Some((at, name)) => (at + 1, Place::After(name.to_owned())),
                None if self.order.is_empty() => (0, Place::Last),
                None => (0, Place::First),
            };
        }
        self.order.insert(at, &column.name);
        self.push(place, Change::Add(column.clone()));
    }

    /// Those that are wanted no longer; what is generated before what it reads.
    fn go(&mut self) {
        let (generated, plain): (Vec<&Column>, Vec<&Column>) = self
            .columns
            .dropped
            .iter()
            .partition(|it| it.generated.is_some());
        let generated = by_needs(&generated);
        for column in plain.into_iter().chain(generated).rev() {
            let place = place_of(&mut self.order, &column.name);
            self.push(place, Change::Drop(column.clone()));
        }
    }
}

/// Generated columns, each after those that it reads.
fn by_needs<'a>(columns: &[&'a Column]) -> Vec<&'a Column> {
    let places: HashMap<String, usize> = columns
        .iter()
        .enumerate()
        .map(|(at, it)| (it.name.to_lowercase(), at))
        .collect();
    let needs: Vec<Vec<usize>> = columns
        .iter()
        .map(|column| {
            let said = column
                .generated
                .as_ref()
                .map_or("", |it| it.expression.as_str());
            let names = text::names(said);
            names
                .iter()
                .filter_map(|name| places.get(name))
                .copied()
                .collect()
        })
        .collect();
    after_needs(&needs)
        .into_iter()
        .map(|at| columns[at])
        .collect()
}
