//! Columns of one table: which come, go and change.

use std::collections::HashMap;

use super::filter::Kind;
use super::part::Three;
use super::sides::columns_in;
use super::text;
use crate::schema::{Column, Identity, Table};

/// What happens to a table's columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// In the order that the table has them in.
    pub dropped: Vec<Column>,
    /// Generated ones among the dropped that stand in the way of another's change: they go before it.
    pub dropped_first: Vec<Column>,
    pub added: Vec<Column>,
    pub altered: Vec<(Column, Column)>,
    /// Generated ones that stand in the way of another's change: dropped before it, added after it.
    pub remade: Vec<(Column, Column)>,
    /// Those that stand in the way of a rename: dropped before it, under the old names; some come back.
    pub remade_early: Vec<(Column, Option<Column>)>,
    /// Those of a type that is swapped: they go before it is, or their rows would have to move with it.
    pub dropped_early: Vec<Column>,
    /// Defaults that go before types change: the column, and what it is meanwhile.
    pub unset: Vec<(Column, Column)>,
    /// Defaults that go before anything else, under the old names.
    pub unset_early: Vec<(Column, Column)>,
}

impl Columns {
    pub fn is_empty(&self) -> bool {
        self.dropped.is_empty()
            && self.dropped_first.is_empty()
            && self.dropped_early.is_empty()
            && self.added.is_empty()
            && self.altered.is_empty()
            && self.remade.is_empty()
            && self.remade_early.is_empty()
            && self.unset_early.is_empty()
    }

    /// Columns that go, or become something else to whoever reads them, by their names after the renames.
    pub fn upset(&self) -> impl Iterator<Item = &str> {
        let dropped = self
            .dropped
            .iter()
            .chain(&self.dropped_first)
            .chain(&self.dropped_early);
        let altered = self
            .altered
            .iter()
            .filter(|(from, to)| is_retyped(from, to));
        dropped
            .chain(altered.map(|(from, _)| from))
            .chain(self.remade.iter().map(|it| &it.0))
            .chain(self.remade_early.iter().map(|it| &it.0))
            .map(|column| column.name.as_str())
    }

    /// Makes a column one of text until its type has changed; one that goes, goes early.
    pub fn as_text(&mut self, three: Three<'_>, column: &Column) {
        if let Some(at) = self.dropped.iter().position(|it| it.name == column.name) {
            self.dropped_early.push(self.dropped.remove(at));
            return;
        }
        let Some(new) = three.to.column(&column.name) else {
            return;
        };
        let meanwhile = Column {
            data_type: "text".to_owned(),
            default: None,
            collation: None,
            ..column.clone()
        };
        let known = self.altered.iter().position(|it| it.0.name == column.name);
        let wanted = match known {
            Some(at) => self.altered.remove(at).1,
            None => wanted(column, new, three),
        };
        self.unset.push((column.clone(), meanwhile.clone()));
        self.altered.push((meanwhile, wanted));
    }

    /// Takes away for a while what calls something: defaults, and generated columns whole. How many it took.
    pub fn leave(&mut self, three: Three<'_>, calls: &dyn Fn(&str) -> bool) -> usize {
        let mut taken = 0;
        for (at, column) in three.from.columns.iter().enumerate() {
            let Some(raw) = three.raw.columns.get(at).filter(|_| !column.inherited) else {
                continue;
            };
            let by_default = column.default.as_deref().is_some_and(calls);
            let generated = column.generated.as_ref();
            if by_default && self.unset_early.iter().all(|it| it.0.name != raw.name) {
                let without = |it: &Column| Column {
                    default: None,
                    ..it.clone()
                };
                self.unset_early.push((raw.clone(), without(raw)));
                taken += 1;
                let lists = [&mut self.dropped, &mut self.dropped_early];
                let gone = lists
                    .into_iter()
                    .flatten()
                    .find(|it| it.name == column.name);
                let altered = self.altered.iter_mut().find(|it| it.0.name == column.name);
                match (gone, altered, three.to.column(&column.name)) {
                    (Some(gone), ..) => gone.default = None,
                    (_, Some((old, _)), _) => old.default = None,
                    (_, _, Some(new)) => {
                        self.altered
                            .push((without(column), wanted(column, new, three)));
                    }
                    _ => {}
                }
                self.altered.retain(|(old, new)| old != new);
            }
            if generated.is_some_and(|it| calls(&it.expression))
                && self.remade_early.iter().all(|it| it.0.name != raw.name)
            {
                let is_it = |it: &Column| it.name == column.name;
                self.dropped.retain(|it| !is_it(it));
                self.dropped_first.retain(|it| !is_it(it));
                self.altered.retain(|it| !is_it(&it.0));
                self.remade.retain(|it| !is_it(&it.0));
                let new = three.to.column(&column.name);
                let back = new.map(|new| wanted(column, new, three));
                self.remade_early.push((raw.clone(), back));
                taken += 1;
            }
        }
        taken
    }

    /// Columns whose type or expression changes, or that are made anew.
    pub fn retyped(&self) -> impl Iterator<Item = &str> {
        let altered = self
            .altered
            .iter()
            .filter(|(from, to)| is_retyped(from, to));
        altered
            .chain(&self.remade)
            .map(|(from, _)| from)
            .chain(self.remade_early.iter().map(|(from, _)| from))
            .map(|column| column.name.as_str())
    }
}

/// Whether a column becomes something else to whoever reads it.
fn is_retyped(from: &Column, to: &Column) -> bool {
    from.data_type != to.data_type
        || from.collation != to.collation
        || from.generated != to.generated
}

/// Compares the columns. `parents`: the tables that this one has columns from, before and after.
pub(super) fn compare(
    three: Three<'_>,
    parents: &[(&Table, &Table)],
    renamed: &[String],
) -> Columns {
    let mut found = Columns::default();
    let (from, to) = (three.from, three.to);
    let olds: HashMap<&str, &Column> = from
        .columns
        .iter()
        .map(|it| (it.name.as_str(), it))
        .collect();
    let news: HashMap<&str, &Column> = to.columns.iter().map(|it| (it.name.as_str(), it)).collect();
    for (at, column) in from.columns.iter().enumerate() {
        let raw = three.raw.columns.get(at);
        let forbids = raw.filter(|_| !three.follows).filter(|raw| {
            raw.generated.as_ref().is_some_and(|it| {
                let mentioned = |name: &String| text::mentions(&it.expression, name);
                renamed.iter().any(mentioned)
            })
        });
        let Some(new) = news.get(column.name.as_str()) else {
            // One that the parent has no longer is gone with it.
            match forbids {
                _ if column.inherited => {}
                Some(raw) => found.remade_early.push((raw.clone(), None)),
                None => found.dropped.push(column.clone()),
            }
            continue;
        };
        let expected = cascaded(column, parents);
        let wanted = wanted(&expected, new, three);
        if expected == wanted {
            continue;
        }
        match forbids {
            Some(raw) => found.remade_early.push((raw.clone(), Some(wanted))),
            None => found.altered.push((expected, wanted)),
        }
    }
    for column in &to.columns {
        if !olds.contains_key(column.name.as_str()) && !column.inherited {
            found.added.push(column.clone());
        }
    }
    make_room(&mut found, three);
    // What is generated no longer reads nothing any more: it goes before what it read.
    let reads_still = |it: &(Column, Column)| it.0.generated.is_none() || it.1.generated.is_some();
    found.altered.sort_by_key(reads_still);
    found
}

/// Generated columns that read a column whose type changes go before it and come back after it.
fn make_room(found: &mut Columns, three: Three<'_>) {
    let retyped: Vec<String> = found
        .altered
        .iter()
        .filter(|(from, to)| from.data_type != to.data_type)
        .filter(|(from, to)| (three.rules.generated_hold)(&from.data_type, &to.data_type))
        .map(|(from, _)| from.name.clone())
        .collect();
    if retyped.is_empty() {
        return;
    }
    for column in &three.from.columns {
        let Some(generated) = &column.generated else {
            continue;
        };
        let read = columns_in(&generated.expression, three.from);
        if !retyped.iter().any(|name| read.contains(&name.as_str())) {
            continue;
        }
        let altered = found.altered.iter().position(|it| it.0.name == column.name);
        match (altered, three.to.column(&column.name)) {
            (Some(at), _) => {
                let (from, to) = found.altered.remove(at);
                if to.generated.is_some() {
                    found.remade.push((from, to));
                } else {
                    found.altered.insert(0, (from, to));
                }
            }
            (None, Some(new)) => found
                .remade
                .push((column.clone(), wanted(column, new, three))),
            (None, None) => {
                found.dropped.retain(|it| it.name != column.name);
                found.dropped_first.push(column.clone());
            }
        }
    }
}

/// The column as its parents' own changes leave it.
fn cascaded(column: &Column, parents: &[(&Table, &Table)]) -> Column {
    let mut expected = column.clone();
    if !column.inherited {
        return expected;
    }
    for (from, to) in parents {
        if let (Some(from), Some(to)) = (from.column(&column.name), to.column(&column.name)) {
            if from.data_type != to.data_type {
                expected.data_type.clone_from(&to.data_type);
            }
            if from.collation != to.collation {
                expected.collation.clone_from(&to.collation);
            }
            if from.nullable != to.nullable {
                expected.nullable = to.nullable;
            }
            if from.default != to.default {
                expected.default.clone_from(&to.default);
            }
            if from.generated != to.generated {
                expected.generated.clone_from(&to.generated);
            }
        }
    }
    expected
}

/// What the new column is once everything that is no difference is as it was.
fn wanted(old: &Column, new: &Column, three: Three<'_>) -> Column {
    let mut wanted = new.clone();
    wanted.inherited = old.inherited;
    // Its sequence's name is the server's business, and stays when the table is renamed.
    if let (Some(Identity::Serial { .. }), Some(Identity::Serial { .. })) =
        (&old.identity, &new.identity)
    {
        wanted.identity.clone_from(&old.identity);
    }
    if let (Some(was), Some(is)) = (&old.default, &new.default)
        && (three.rules.same_default)(was, is)
    {
        wanted.default.clone_from(&old.default);
    }
    if three.keep.contains(&Kind::Comment) && wanted.comment.is_none() {
        wanted.comment.clone_from(&old.comment);
    }
    if three.keep.contains(&Kind::Option) && wanted.options.is_empty() {
        wanted.options.clone_from(&old.options);
    }
    wanted
}
