//! The two schemas made comparable: renames carried out, names in one spelling.

use std::borrow::Cow;
use std::collections::HashMap;

use super::filter::Options;
use super::rename::{Rename, RenameCandidate, settle};
use super::text;
use crate::dialect::diff::{DiffRules, ViewHold};
use crate::schema::{IndexKey, Name, Op, Schema, Table};

/// Both schemas, and what was renamed between them.
pub(super) struct Sides<'a> {
    pub options: &'a Options,
    pub rules: &'a DiffRules,
    /// What is there.
    pub raw: &'a Schema,
    /// What is there once all renames have run, texts included where the server rewrites them.
    pub from: Cow<'a, Schema>,
    /// The same without the texts, where a table's change is written from the model.
    pub plain: Option<Schema>,
    /// What is wanted, in the spelling of what is there where case says nothing.
    pub to: Cow<'a, Schema>,
    pub renames: Vec<Op>,
    pub candidates: Vec<RenameCandidate>,
    pub unknown: Vec<Rename>,
    /// From the names that renamed tables have afterwards to those that they have now.
    old_names: HashMap<Name, Name>,
    /// The old names of renamed columns, by their table's new name.
    pub renamed_columns: HashMap<Name, Vec<String>>,
}

impl<'a> Sides<'a> {
    pub fn new(
        raw: &'a Schema,
        to: &'a Schema,
        options: &'a Options,
        rules: &'a DiffRules,
    ) -> Sides<'a> {
        let settled = settle(raw, to, options, rules);
        let mut from = Cow::Borrowed(raw);
        let mut old_names: HashMap<Name, Name> = HashMap::new();
        let mut renamed_columns: HashMap<Name, Vec<String>> = HashMap::new();
        for op in settled.followed.iter().chain(&settled.ops) {
            carry_out(op, from.to_mut(), rules, true);
            match op {
                Op::RenameTable { from, to } => {
                    let first = old_names.remove(from).unwrap_or_else(|| from.clone());
                    old_names.insert(to.clone(), first);
                }
                Op::RenameColumn { table, from, .. } => {
                    let columns = renamed_columns.entry(table.clone()).or_default();
                    columns.push(from.clone());
                }
                _ => {}
            }
        }
        let plain = (rules.rebuilds && !settled.ops.is_empty()).then(|| {
            let mut plain = raw.clone();
            for op in &settled.ops {
                let fits = op.apply(&mut plain).is_ok();
                debug_assert!(fits, "{} does not fit", op.describe());
            }
            plain
        });
        let mut to = Cow::Borrowed(to);
        for op in &settled.respelt {
            carry_out(op, to.to_mut(), rules, false);
        }
        if rules.views == ViewHold::Everywhere && !settled.ops.is_empty() {
            take_what_followed(raw, from.to_mut(), &to, &settled.ops);
        }
        Sides {
            options,
            rules,
            raw,
            from,
            plain,
            to,
            renames: settled.ops,
            candidates: settled.candidates,
            unknown: settled.unknown,
            old_names,
            renamed_columns,
        }
    }

    /// What a table is called before the renames.
    pub fn old_name<'b>(&'b self, name: &'b Name) -> &'b Name {
        self.old_names.get(name).unwrap_or(name)
    }

    /// What a table is called after them.
    pub fn new_names(&self) -> HashMap<&Name, &Name> {
        self.old_names.iter().map(|(new, old)| (old, new)).collect()
    }

    /// Whether a table, under the name that it has on the desired side, is compared.
    pub fn sees(&self, table: &Name) -> bool {
        self.options.sees(table) || self.options.sees(self.old_name(table))
    }
}

/// The tables of a schema by name.
pub(super) fn tables(schema: &Schema) -> HashMap<&Name, &Table> {
    schema.tables.iter().map(|it| (&it.name, it)).collect()
}

/// One rename on a model, with the texts that name what is renamed.
fn carry_out(op: &Op, schema: &mut Schema, rules: &DiffRules, as_server: bool) {
    // The pairs were found in these very schemas: it fits.
    let fits = op.apply(schema).is_ok();
    debug_assert!(fits, "{} does not fit", op.describe());
    let views_follow = !as_server || rules.views != ViewHold::Nowhere;
    match op {
        Op::RenameTable { from, to } => {
            let follow = |said: &mut String| follow(said, &from.name, &to.name, rules);
            for view in schema.views.iter_mut().filter(|_| views_follow) {
                if view.reads.contains(to) {
                    follow(&mut view.query);
                }
            }
            for trigger in &mut schema.triggers {
                if trigger.table == *to || views_follow {
                    follow(&mut trigger.definition);
                }
            }
            for other in &mut schema.others {
                if other.table.as_ref() == Some(to) {
                    follow(&mut other.definition);
                }
            }
        }
        Op::RenameColumn { table, from, to } => {
            let follow = |said: &mut String| follow(said, from, to, rules);
            let own = schema.tables.iter_mut().find(|it| it.name == *table);
            if let Some(own) = own.filter(|_| !as_server || rules.expressions_follow) {
                expressions(own, follow);
            }
            for view in schema.views.iter_mut().filter(|_| views_follow) {
                if !view.reads.contains(table) || !text::mentions(&view.query, from) {
                    continue;
                }
                view.query = match rules.views {
                    ViewHold::Columns => text::renamed_inside(&view.query, from, to, rules),
                    _ => text::renamed(&view.query, from, to, rules),
                };
            }
            for trigger in schema.triggers.iter_mut().filter(|_| views_follow) {
                if trigger.table == *table {
                    follow(&mut trigger.definition);
                }
            }
            for other in schema.others.iter_mut().filter(|_| views_follow) {
                if other.table.as_ref() == Some(table) {
                    follow(&mut other.definition);
                }
            }
        }
        _ => {}
    }
}

/// Triggers and views that the server rewrites as they are wanted: it knows which table's column a name is, and a text
/// alone does not tell.
fn take_what_followed(raw: &Schema, from: &mut Schema, to: &Schema, renames: &[Op]) {
    let is_wanted = |old: &str, new: &str| {
        let named = text::names(new);
        let pairs: Vec<(&str, &str)> = renames
            .iter()
            .filter_map(|op| match op {
                Op::RenameTable { from, to } => Some((from.name.as_str(), to.name.as_str())),
                // A name that another table has too may be that one's.
                Op::RenameColumn {
                    table,
                    from,
                    to: new,
                } => {
                    let has = |it: &&Table| {
                        it.columns
                            .iter()
                            .any(|column| column.name.eq_ignore_ascii_case(new))
                    };
                    let others = to.tables.iter().filter(|it| it.name != *table);
                    let mut others =
                        others.filter(|it| named.contains(&it.name.name.to_lowercase()));
                    (!others.any(|it| has(&it))).then_some((from.as_str(), new.as_str()))
                }
                _ => None,
            })
            .collect();
        text::is_renamed(old, new, &pairs)
    };
    for (trigger, old) in from.triggers.iter_mut().zip(&raw.triggers) {
        let same =
            |it: &&crate::schema::Trigger| it.name == trigger.name && it.table == trigger.table;
        if let Some(wanted) = to.triggers.iter().find(same)
            && is_wanted(&old.definition, &wanted.definition)
        {
            trigger.definition.clone_from(&wanted.definition);
        }
    }
    for (view, old) in from.views.iter_mut().zip(&raw.views) {
        if let Some(wanted) = to.views.iter().find(|it| it.name == view.name)
            && is_wanted(&old.query, &wanted.query)
        {
            view.query.clone_from(&wanted.query);
        }
    }
}

fn follow(said: &mut String, from: &str, to: &str, rules: &DiffRules) {
    if text::mentions(said, from) {
        *said = text::renamed(said, from, to, rules);
    }
}

/// Every expression inside a table.
fn expressions(table: &mut Table, change: impl Fn(&mut String)) {
    for column in &mut table.columns {
        if let Some(generated) = &mut column.generated {
            change(&mut generated.expression);
        }
    }
    table
        .checks
        .iter_mut()
        .for_each(|it| change(&mut it.expression));
    table
        .other_constraints
        .iter_mut()
        .for_each(|it| change(&mut it.definition));
    table
        .partitioning
        .iter_mut()
        .for_each(|it| change(&mut it.clause));
    for index in &mut table.indexes {
        index.predicate.iter_mut().for_each(&change);
        for part in &mut index.parts {
            if let IndexKey::Expression(said) = &mut part.key {
                change(said);
            }
        }
    }
}

/// The columns of `table` that a text names.
pub(super) fn columns_in<'a>(said: &str, table: &'a Table) -> Vec<&'a str> {
    let names = text::names(said);
    let named = |name: &&str| names.contains(*name) || names.contains(&name.to_lowercase());
    table
        .columns
        .iter()
        .map(|it| it.name.as_str())
        .filter(named)
        .collect()
}
