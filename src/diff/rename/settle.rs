//! Which tables and columns are the same under another name: by answer, by case alone, by their looks.

use std::collections::{HashMap, HashSet};

use super::{Rename, RenameCandidate, guess};
use crate::dialect::diff::DiffRules;
use crate::diff::filter::Options;
use crate::schema::{Column, Name, Op, Schema, Table};

/// What came out.
#[derive(Debug, Default)]
pub(in crate::diff) struct Settled {
    /// To be run: tables, then columns, each when its new name is free.
    pub ops: Vec<Op>,
    /// What the server does to partitions and heirs when their parent's column is renamed.
    pub followed: Vec<Op>,
    /// The desired side's names in the present side's spelling.
    pub respelt: Vec<Op>,
    pub candidates: Vec<RenameCandidate>,
    /// Answers that fit nothing.
    pub unknown: Vec<Rename>,
}

type Pairs = Vec<(String, String)>;

/// Finds the renames between two schemas.
pub(in crate::diff) fn settle(
    from: &Schema,
    to: &Schema,
    options: &Options,
    rules: &DiffRules,
) -> Settled {
    let mut settled = Settled::default();
    let olds = by_name(from);
    let news = by_name(to);
    let mut tables: HashMap<&Name, &Name> = HashMap::new();
    answered_tables(options, &olds, &news, &mut tables);

    let seen = |table: &&Table| options.sees(&table.name);
    let taken: HashSet<&Name> = tables.values().copied().collect();
    let mut dropped: Vec<&Table> = from.tables.iter().filter(seen).collect();
    dropped.retain(|it| !news.contains_key(&it.name) && !tables.contains_key(&it.name));
    let mut added: Vec<&Table> = to.tables.iter().filter(seen).collect();
    added.retain(|it| !olds.contains_key(&it.name) && !taken.contains(&it.name));

    if rules.tables_ignore_case {
        let lower = |name: &Name| name.to_string().to_lowercase();
        let known: HashMap<String, &Name> = dropped
            .iter()
            .map(|it| (lower(&it.name), &it.name))
            .collect();
        for new in &added {
            if let Some(old) = known.get(&lower(&new.name)) {
                settled.respelt.push(Op::RenameTable {
                    from: new.name.clone(),
                    to: (*old).clone(),
                });
                tables.insert(*old, &new.name);
            }
        }
        dropped.retain(|it| !tables.contains_key(&it.name));
        let taken: HashSet<&Name> = tables.values().copied().collect();
        added.retain(|it| !taken.contains(&it.name));
    }
    if !options.renames.never {
        let refused = |old: &Name, new: &Name| {
            let said = |it: &Rename| it.as_table().is_some_and(|it| it.0 == *old && it.1 == *new);
            options.renames.refused.iter().any(said)
        };
        for (old, new, score) in guess::tables(&dropped, &added) {
            if refused(old, new) {
                continue;
            }
            tables.insert(old, new);
            settled.candidates.push(RenameCandidate {
                rename: Rename::table(old, new),
                table: None,
                score,
            });
        }
    }

    let respelt: HashSet<&Name> = settled
        .respelt
        .iter()
        .filter_map(|op| match op {
            Op::RenameTable { to, .. } => Some(to),
            _ => None,
        })
        .collect();
    let moved: Vec<(&Name, &Name)> = tables
        .iter()
        .filter(|(old, _)| !respelt.contains(**old))
        .map(|(old, new)| (*old, *new))
        .collect();
    let mut ops = table_renames(&moved);
    let mut columns = Columns::new(from, options, rules);
    for old in &from.tables {
        let new = tables.get(&old.name).copied().unwrap_or(&old.name);
        if let Some(new) = news.get(new).filter(|it| options.sees(&it.name)) {
            columns.compare(old, new, respelt.contains(&old.name));
        }
    }
    ops.extend(columns.ops);
    settled.ops = ops;
    settled.followed = columns.followed;
    settled.respelt.extend(columns.respelt);
    settled.candidates.extend(columns.candidates);
    for answer in &options.renames.accepted {
        if !is_known(answer, &olds, &news, &tables) {
            settled.unknown.push(answer.clone());
        }
    }
    settled
}

fn by_name(schema: &Schema) -> HashMap<&Name, &Table> {
    schema.tables.iter().map(|it| (&it.name, it)).collect()
}

fn answered_tables<'a>(
    options: &Options,
    olds: &HashMap<&'a Name, &'a Table>,
    news: &HashMap<&'a Name, &'a Table>,
    tables: &mut HashMap<&'a Name, &'a Name>,
) {
    let answers: Vec<(&Name, &Name)> = options
        .renames
        .accepted
        .iter()
        .filter_map(Rename::as_table)
        .filter_map(|(old, new)| {
            let (old, _) = olds.get_key_value(&old)?;
            let (new, _) = news.get_key_value(&new)?;
            (old != new).then_some((*old, *new))
        })
        .collect();
    let leaving: HashSet<&Name> = answers.iter().map(|it| it.0).collect();
    let coming: HashSet<&Name> = answers.iter().map(|it| it.1).collect();
    for (old, new) in answers {
        // One that was done in an earlier revision leaves the old name to another table.
        let free = !olds.contains_key(new) || leaving.contains(new);
        let gone = !news.contains_key(old) || coming.contains(old);
        if free && gone {
            tables.insert(old, new);
        }
    }
}

/// Whether an answer speaks of something that is there, or was renamed so before.
fn is_known(
    answer: &Rename,
    olds: &HashMap<&Name, &Table>,
    news: &HashMap<&Name, &Table>,
    tables: &HashMap<&Name, &Name>,
) -> bool {
    let of_table = answer.as_table().is_some_and(|(old, new)| {
        news.contains_key(&new) && (olds.contains_key(&old) || olds.contains_key(&new))
    });
    let of_column = answer.as_column().is_some_and(|(table, _, to)| {
        let new = tables.get(&table).copied().unwrap_or(&table);
        news.get(new).is_some_and(|it| it.column(to).is_some())
    });
    of_table || of_column
}

/// The renames of tables in an order in which each new name is free, by way of a third where they swap.
fn table_renames(moved: &[(&Name, &Name)]) -> Vec<Op> {
    let key = |name: &Name| {
        let namespace = name.namespace.clone().unwrap_or_default();
        format!("{namespace}\0{}", name.name)
    };
    let names: HashMap<String, &Name> = moved
        .iter()
        .flat_map(|(a, b)| [(key(a), *a), (key(b), *b)])
        .collect();
    let mut pairs: Pairs = moved
        .iter()
        .map(|(old, new)| (key(old), key(new)))
        .collect();
    pairs.sort();
    let name = |key: &String| match names.get(key) {
        Some(name) => (*name).clone(),
        None => {
            let (namespace, name) = key.split_once('\0').unwrap_or(("", key));
            Name {
                namespace: (!namespace.is_empty()).then(|| namespace.to_owned()),
                name: name.to_owned(),
            }
        }
    };
    in_free_order(pairs)
        .iter()
        .map(|(from, to)| Op::RenameTable {
            from: name(from),
            to: name(to),
        })
        .collect()
}

/// Orders renames so that each new name is free when its turn comes.
fn in_free_order(mut pairs: Pairs) -> Pairs {
    let mut ordered = Vec::with_capacity(pairs.len());
    let mut occupied: HashSet<String> = pairs.iter().map(|it| it.0.clone()).collect();
    while !pairs.is_empty() {
        let before = pairs.len();
        pairs.retain(|(old, new)| {
            if occupied.contains(new) {
                return true;
            }
            occupied.remove(old);
            ordered.push((old.clone(), new.clone()));
            false
        });
        if pairs.len() == before {
            let spare = format!("{}__moved", pairs[0].0);
            ordered.push((pairs[0].0.clone(), spare.clone()));
            occupied.remove(&pairs[0].0);
            pairs[0].0 = spare;
        }
    }
    ordered
}

/// Renames of columns, table by table.
struct Columns<'a> {
    options: &'a Options,
    rules: &'a DiffRules,
    heirs: HashMap<&'a Name, Vec<&'a Table>>,
    ops: Vec<Op>,
    followed: Vec<Op>,
    respelt: Vec<Op>,
    candidates: Vec<RenameCandidate>,
}

impl<'a> Columns<'a> {
    fn new(from: &'a Schema, options: &'a Options, rules: &'a DiffRules) -> Self {
        let mut heirs: HashMap<&Name, Vec<&Table>> = HashMap::new();
        for table in &from.tables {
            let parents = table.partition_of.iter().map(|of| &of.parent);
            for parent in parents.chain(&table.inherits) {
                heirs.entry(parent).or_default().push(table);
            }
        }
        Columns {
            options,
            rules,
            heirs,
            ops: Vec::new(),
            followed: Vec::new(),
            respelt: Vec::new(),
            candidates: Vec::new(),
        }
    }

    fn compare(&mut self, old: &Table, new: &Table, respelt: bool) {
        let same = old.columns.len() == new.columns.len()
            && old
                .columns
                .iter()
                .zip(&new.columns)
                .all(|(a, b)| a.name == b.name);
        if same {
            return;
        }
        let olds: HashSet<&str> = old.columns.iter().map(|it| it.name.as_str()).collect();
        let news: HashSet<&str> = new.columns.iter().map(|it| it.name.as_str()).collect();
        let mut dropped: Vec<&Column> = old.columns.iter().collect();
        dropped.retain(|it| !news.contains(it.name.as_str()) && !it.inherited);
        let mut added: Vec<&Column> = new.columns.iter().collect();
        added.retain(|it| !olds.contains(it.name.as_str()) && !it.inherited);
        let mut pairs: Pairs = Vec::new();

        let answers: Vec<(&str, &str)> = self.answers(&self.options.renames.accepted, old, new);
        let leaving: HashSet<&str> = answers.iter().map(|it| it.0).collect();
        let coming: HashSet<&str> = answers.iter().map(|it| it.1).collect();
        for (from, to) in answers {
            let there = olds.contains(from) && news.contains(to);
            let free = !olds.contains(to) || leaving.contains(to);
            let gone = !news.contains(from) || coming.contains(from);
            if from != to
                && there
                && free
                && gone
                && pairs.iter().all(|it| it.0 != from && it.1 != to)
            {
                pairs.push((from.to_owned(), to.to_owned()));
            }
        }
        dropped.retain(|it| pairs.iter().all(|pair| pair.0 != it.name));
        added.retain(|it| pairs.iter().all(|pair| pair.1 != it.name));

        if self.rules.columns_ignore_case {
            let now = if respelt { &old.name } else { &new.name };
            let known: HashMap<String, &str> = dropped
                .iter()
                .map(|it| (it.name.to_lowercase(), it.name.as_str()))
                .collect();
            let mut same: HashSet<&str> = HashSet::new();
            for column in &added {
                if let Some(spelt) = known.get(&column.name.to_lowercase()) {
                    same.extend([*spelt, column.name.as_str()]);
                    self.respelt.push(Op::RenameColumn {
                        table: now.clone(),
                        from: column.name.clone(),
                        to: (*spelt).to_owned(),
                    });
                }
            }
            dropped.retain(|it| !same.contains(it.name.as_str()));
            added.retain(|it| !same.contains(it.name.as_str()));
        }
        if !self.options.renames.never {
            let refused = self.answers(&self.options.renames.refused, old, new);
            let guesses = guess::columns(old, new, &dropped, &added);
            for (from, to, score) in guesses {
                if refused.contains(&(from.as_str(), to.as_str())) {
                    continue;
                }
                self.candidates.push(RenameCandidate {
                    rename: Rename::column(&old.name, &from, &to),
                    table: Some(new.name.clone()),
                    score,
                });
                pairs.push((from, to));
            }
        }
        let now = if respelt { &old.name } else { &new.name };
        for (from, to) in in_free_order(pairs) {
            self.follow(&old.name, &from, &to);
            self.ops.push(Op::RenameColumn {
                table: now.clone(),
                from,
                to,
            });
        }
    }

    /// What the answers say of this table's columns.
    fn answers<'b>(
        &self,
        answers: &'b [Rename],
        old: &Table,
        new: &Table,
    ) -> Vec<(&'b str, &'b str)> {
        answers
            .iter()
            .filter_map(Rename::as_column)
            .filter(|(table, ..)| *table == old.name || *table == new.name)
            .map(|(_, from, to)| (from, to))
            .collect()
    }

    /// The server renames the columns that others have from this one.
    fn follow(&mut self, parent: &Name, from: &str, to: &str) {
        let heirs: Vec<&Table> = self.heirs.get(parent).cloned().unwrap_or_default();
        for heir in heirs {
            if heir.column(from).is_some_and(|it| it.inherited) {
                self.followed.push(Op::RenameColumn {
                    table: heir.name.clone(),
                    from: from.to_owned(),
                    to: to.to_owned(),
                });
                self.follow(&heir.name, from, to);
            }
        }
    }
}
