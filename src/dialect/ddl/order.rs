//! The order in which a schema can be made: everything after what it needs.

mod needs;

pub(crate) use needs::texts as table_texts;

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::dialect::types::scan::{self, Kind};
use crate::schema::{Change, Name, Op, Routine, Schema, Table, View};

/// The operations that make `schema` from nothing.
pub(crate) fn creation(schema: &Schema, late_foreign_keys: bool) -> Vec<Op> {
    let mut ops = Vec::new();
    ops.extend(
        schema
            .namespaces
            .iter()
            .cloned()
            .map(|it| Op::Namespace(Change::Add(it))),
    );
    ops.extend(
        schema
            .extensions
            .iter()
            .cloned()
            .map(|it| Op::Extension(Change::Add(it))),
    );

    let mut routines = Routines::of(schema);
    let mut made = foundations(schema, &routines.before_tables);
    let tables = in_order(&schema.tables);
    let table = |it: &Table| Op::Table(Box::new(Change::Add(it.clone())));
    made.extend(tables.into_iter().map(table));
    let add = |routine: &Routine| Op::Routine(Change::Add(routine.clone()));
    made.extend(routines.before_views.drain(..).map(add));
    // Views may call aggregates, and an aggregate is made of routines.
    let aggregates: Vec<_> = schema
        .others
        .iter()
        .filter(|it| it.kind == AGGREGATE)
        .collect();
    let called: HashSet<String> = aggregates
        .iter()
        .flat_map(|it| words(&it.definition))
        .collect();
    let (parts, last): (Vec<&Routine>, Vec<&Routine>) = routines
        .last
        .drain(..)
        .partition(|it| called.contains(&it.name.name));
    made.extend(parts.into_iter().map(add));
    made.extend(
        aggregates
            .into_iter()
            .map(|it| Op::Other(Change::Add(it.clone()))),
    );
    made.extend(
        views(schema)
            .into_iter()
            .map(|it| Op::View(Change::Add(it.clone()))),
    );
    made.extend(last.into_iter().map(add));
    ops.extend(with_late_keys(
        needs::in_order(made),
        schema,
        late_foreign_keys,
    ));
    let others = |late: bool| {
        schema
            .others
            .iter()
            .filter(move |it| {
                !is_foundation(&it.kind)
                    && it.kind != AGGREGATE
                    && matches!(it.kind.as_str(), "comment" | "event trigger") == late
            })
            .map(|it| Op::Other(Change::Add(it.clone())))
    };
    ops.extend(others(false));
    ops.extend(
        schema
            .triggers
            .iter()
            .map(|it| Op::Trigger(Change::Add(it.clone()))),
    );
    ops.extend(others(true));
    ops
}

/// The operations, with the foreign keys that have to wait behind the last table. Owners of sequences too.
fn with_late_keys(made: Vec<Op>, schema: &Schema, late_foreign_keys: bool) -> Vec<Op> {
    let last = made.iter().rposition(|op| matches!(op, Op::Table(_)));
    let mut there: HashSet<Name> = HashSet::new();
    let mut late = Vec::new();
    let mut ops = Vec::with_capacity(made.len());
    for (at, mut op) in made.into_iter().enumerate() {
        if let Op::Table(change) = &mut op
            && let Change::Add(table) = &mut **change
        {
            there.insert(table.name.clone());
            if late_foreign_keys {
                let name = table.name.clone();
                table.foreign_keys.retain(|key| {
                    let can = there.contains(&key.references) && !key.not_valid;
                    if !can {
                        late.push(Op::ForeignKey {
                            table: name.clone(),
                            change: Change::Add(key.clone()),
                        });
                    }
                    can
                });
            }
        }
        ops.push(op);
        if Some(at) == last {
            ops.append(&mut late);
            ops.extend(owned_sequences(schema));
        }
    }
    if last.is_none() {
        ops.extend(owned_sequences(schema));
    }
    ops
}

/// The kind of an aggregate function, which the model keeps as text.
const AGGREGATE: &str = "aggregate";

/// Types and their like, each after those that its text names.
fn foundations(schema: &Schema, routines: &[&Routine]) -> Vec<Op> {
    let mut nodes: Vec<(String, String, Op)> = Vec::new();
    for other in schema.others.iter().filter(|it| is_foundation(&it.kind)) {
        let op = Op::Other(Change::Add(other.clone()));
        nodes.push((other.name.name.clone(), other.definition.clone(), op));
    }
    for it in &schema.enums {
        nodes.push((
            it.name.name.clone(),
            String::new(),
            Op::Enum(Change::Add(it.clone())),
        ));
    }
    for it in &schema.sequences {
        let mut free = it.clone();
        free.owned_by = None;
        nodes.push((
            it.name.name.clone(),
            String::new(),
            Op::Sequence(Change::Add(free)),
        ));
    }
    for it in &schema.domains {
        let checks: Vec<&str> = it.checks.iter().map(|(_, text)| text.as_str()).collect();
        let default = it.default.as_deref().unwrap_or_default();
        let text = format!("{} {default} {}", it.data_type, checks.join(" "));
        nodes.push((
            it.name.name.clone(),
            text,
            Op::Domain(Change::Add(it.clone())),
        ));
    }
    for it in routines {
        let op = Op::Routine(Change::Add((*it).clone()));
        nodes.push((it.name.name.clone(), it.definition.clone(), op));
    }
    let names: HashMap<&str, Vec<usize>> = nodes.iter().enumerate().fold(
        HashMap::new(),
        |mut names: HashMap<&str, Vec<usize>>, (at, (name, ..))| {
            names.entry(name).or_default().push(at);
            names
        },
    );
    let needs: Vec<Vec<usize>> = nodes
        .iter()
        .map(|(_, text, _)| {
            words(text)
                .iter()
                .filter_map(|word| names.get(word.as_str()))
                .flatten()
                .copied()
                .collect()
        })
        .collect();
    let order = after_needs(&needs);
    order.into_iter().map(|at| nodes[at].2.clone()).collect()
}

/// What tables can be made of.
fn is_foundation(kind: &str) -> bool {
    matches!(kind, "type" | "collation")
}

fn owned_sequences(schema: &Schema) -> impl Iterator<Item = Op> + '_ {
    schema
        .sequences
        .iter()
        .filter(|it| it.owned_by.is_some())
        .map(|it| {
            let mut free = it.clone();
            free.owned_by = None;
            Op::Sequence(Change::Alter {
                from: free,
                to: it.clone(),
            })
        })
}

/// Parents before partitions and heirs; else what is referred to before what refers, as far as that goes.
fn in_order(tables: &[Table]) -> Vec<&Table> {
    let places: HashMap<&Name, usize> = tables
        .iter()
        .enumerate()
        .map(|(at, table)| (&table.name, at))
        .collect();
    let parents: Vec<Vec<usize>> = tables
        .iter()
        .map(|table| {
            let of = table.partition_of.iter().map(|of| &of.parent);
            of.chain(&table.inherits)
                .filter_map(|name| places.get(name))
                .copied()
                .collect()
        })
        .collect();
    let needs: Vec<Vec<usize>> = tables
        .iter()
        .zip(&parents)
        .map(|(table, parents)| {
            let referred = table.foreign_keys.iter().map(|key| &key.references);
            let referred = referred.filter_map(|name| places.get(name)).copied();
            parents.iter().copied().chain(referred).collect()
        })
        .collect();
    let order = after_needs(&needs);
    // A cycle of foreign keys may have put an heir before its parent: parents always come first.
    let rank: HashMap<usize, usize> = order
        .iter()
        .enumerate()
        .map(|(rank, at)| (*at, rank))
        .collect();
    let sorted_parents: Vec<Vec<usize>> = order
        .iter()
        .map(|at| parents[*at].iter().map(|parent| rank[parent]).collect())
        .collect();
    after_needs(&sorted_parents)
        .into_iter()
        .map(|at| &tables[order[at]])
        .collect()
}

fn views(schema: &Schema) -> Vec<&View> {
    let places: HashMap<&Name, usize> = schema
        .views
        .iter()
        .enumerate()
        .map(|(at, view)| (&view.name, at))
        .collect();
    let needs: Vec<Vec<usize>> = schema
        .views
        .iter()
        .map(|view| {
            view.reads
                .iter()
                .filter_map(|name| places.get(name))
                .copied()
                .collect()
        })
        .collect();
    after_needs(&needs)
        .into_iter()
        .map(|at| &schema.views[at])
        .collect()
}

/// The indexes of `needs` in an order in which each comes after those that it needs; the given order
/// wherever that leaves a choice, and where a cycle leaves none.
pub(crate) fn after_needs(needs: &[Vec<usize>]) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum Visit {
        Not,
        Open,
        Done,
    }
    let mut visits = vec![Visit::Not; needs.len()];
    let mut order = Vec::with_capacity(needs.len());
    for start in 0..needs.len() {
        // A stack of its own: a chain of ten thousand tables must not end the program's.
        let mut stack = vec![(start, 0)];
        while let Some((at, next)) = stack.pop() {
            if next == 0 {
                if visits[at] != Visit::Not {
                    continue;
                }
                visits[at] = Visit::Open;
            }
            if let Some(need) = needs[at].get(next) {
                stack.push((at, next + 1));
                if visits[*need] == Visit::Not {
                    stack.push((*need, 0));
                }
            } else {
                visits[at] = Visit::Done;
                order.push(at);
            }
        }
    }
    order
}

/// Routines by when they must be there: tables and views may call them, they may read both.
struct Routines<'a> {
    before_tables: Vec<&'a Routine>,
    before_views: Vec<&'a Routine>,
    last: Vec<&'a Routine>,
}

impl<'a> Routines<'a> {
    fn of(schema: &'a Schema) -> Self {
        let mut in_tables = BTreeSet::new();
        for table in &schema.tables {
            needs::texts(table).for_each(|text| in_tables.extend(words(text)));
        }
        for domain in &schema.domains {
            domain
                .checks
                .iter()
                .for_each(|(_, text)| in_tables.extend(words(text)));
        }
        let mut in_views = BTreeSet::new();
        schema
            .views
            .iter()
            .for_each(|view| in_views.extend(words(&view.query)));

        let mut found = Routines {
            before_tables: Vec::new(),
            before_views: Vec::new(),
            last: Vec::new(),
        };
        let definitions: Vec<BTreeSet<String>> = schema
            .routines
            .iter()
            .map(|it| words(&it.definition))
            .collect();
        // What an early routine calls must be early too.
        for wanted in [&mut in_tables, &mut in_views] {
            let mut grown = true;
            while grown {
                let before = wanted.len();
                for (routine, calls) in schema.routines.iter().zip(&definitions) {
                    if wanted.contains(&routine.name.name) {
                        wanted.extend(calls.iter().cloned());
                    }
                }
                grown = wanted.len() > before;
            }
        }
        let places: HashMap<&str, usize> = schema
            .routines
            .iter()
            .enumerate()
            .map(|(at, it)| (it.name.name.as_str(), at))
            .collect();
        let needs: Vec<Vec<usize>> = definitions
            .iter()
            .map(|calls| {
                calls
                    .iter()
                    .filter_map(|word| places.get(word.as_str()))
                    .copied()
                    .collect()
            })
            .collect();
        for at in after_needs(&needs) {
            let routine = &schema.routines[at];
            if in_tables.contains(&routine.name.name) {
                found.before_tables.push(routine);
            } else if in_views.contains(&routine.name.name) {
                found.before_views.push(routine);
            } else {
                found.last.push(routine);
            }
        }
        found
    }
}

/// Every bare or quoted name in a text, each part of a qualified one for itself.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut texts = vec![text];
    while let Some(text) = texts.pop() {
        for token in scan::tokens(text, false) {
            match token.kind {
                Kind::Group if token.inside().len() < text.len() => {
                    texts.push(token.inside());
                }
                Kind::Word => found.extend(token.text.split('.').map(str::to_ascii_lowercase)),
                Kind::Name => found.extend(token.name()),
                _ => {}
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::ForeignKey;

    fn table(name: &str, refers_to: &[&str]) -> Table {
        Table {
            name: Name::new(name),
            foreign_keys: refers_to
                .iter()
                .map(|to| ForeignKey {
                    references: Name::new(*to),
                    ..ForeignKey::default()
                })
                .collect(),
            ..Table::default()
        }
    }

    #[test]
    fn what_is_referred_to_comes_first_and_a_cycle_is_broken() {
        let schema = Schema {
            tables: vec![
                table("a", &["c"]),
                table("b", &["a", "b"]),
                table("c", &["b"]),
            ],
            ..Schema::default()
        };
        let said: Vec<String> = creation(&schema, true).iter().map(Op::describe).collect();
        assert_eq!(
            said,
            [
                "add table b",
                "add table c",
                "add table a",
                "add foreign key b() -> a"
            ]
        );
    }

    #[test]
    fn a_long_chain_is_no_trouble() {
        let needs: Vec<Vec<usize>> = (0..20_000).map(|at| vec![at + 1]).chain([vec![]]).collect();
        let order = after_needs(&needs);
        assert_eq!(order.first(), Some(&20_000));
        assert_eq!(order.len(), 20_001);
    }

    #[test]
    fn names_are_found_inside_brackets() {
        let found = words("check_it(app.lower(\"A b\"), 'not this')");
        let expected = ["A b", "app", "check_it", "lower"].map(str::to_owned);
        assert_eq!(found, BTreeSet::from(expected));
    }
}
