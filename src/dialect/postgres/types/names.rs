//! Names that PostgreSQL gives to what has none, and what says nothing taken away.

use std::collections::BTreeSet;

use super::{canonical, serial};
use crate::dialect::types::ServerFacts;
use crate::dialect::types::scan::{self, Kind};
use crate::schema::{Identity, IndexKey, IndexPart, Name, Nulls, SortOrder, Table};

/// The longest name, in bytes (`NAMEDATALEN - 1`).
const LONGEST: usize = 63;

pub(super) fn settle(table: &mut Table, facts: &ServerFacts) {
    let home = |name: &mut Name| {
        if name.namespace.is_some() && name.namespace == facts.default_namespace {
            name.namespace = None;
        }
    };
    home(&mut table.name);
    table
        .foreign_keys
        .iter_mut()
        .for_each(|key| home(&mut key.references));
    if let Some(of) = &mut table.partition_of {
        home(&mut of.parent);
    }
    for column in &mut table.columns {
        column.data_type = canonical(&column.data_type);
        if let Some(number) = serial(&column.data_type) {
            column.data_type = number.to_owned();
            column.identity = Some(Identity::Serial {
                sequence: Name {
                    namespace: table.name.namespace.clone(),
                    name: object_name(&table.name.name, &column.name, "seq"),
                },
            });
            column.default = None;
            column.nullable = false;
        }
        column.on_update = None;
        if matches!(column.identity, Some(Identity::Generated { .. })) {
            column.nullable = false;
        }
    }
    if let Some(key) = &mut table.primary_key {
        let names: Vec<String> = key.columns.iter().map(ToString::to_string).collect();
        for column in &mut table.columns {
            column.nullable &= !names.contains(&column.name);
        }
    }
    name_constraints(table);
    let keys = table
        .primary_key
        .iter_mut()
        .flat_map(|key| &mut key.columns);
    let uniques = table
        .uniques
        .iter_mut()
        .flat_map(|unique| &mut unique.columns);
    let indexes = table.indexes.iter_mut().flat_map(|index| &mut index.parts);
    keys.chain(uniques).chain(indexes).for_each(settle_part);
    for index in &mut table.indexes {
        index.method.take_if(|method| method == "btree");
    }
}

fn settle_part(part: &mut IndexPart) {
    let default = match part.order {
        SortOrder::Ascending => Nulls::Last,
        SortOrder::Descending => Nulls::First,
    };
    part.nulls.take_if(|nulls| *nulls == default);
    part.prefix = None;
}

fn name_constraints(table: &mut Table) {
    let mut taken: BTreeSet<String> = table.indexes.iter().map(|it| it.name.clone()).collect();
    let keys = table.primary_key.iter().filter_map(|it| it.name.clone());
    let uniques = table.uniques.iter().filter_map(|it| it.name.clone());
    let foreign = table.foreign_keys.iter().filter_map(|it| it.name.clone());
    let checks = table.checks.iter().filter_map(|it| it.name.clone());
    taken.extend(keys.chain(uniques).chain(foreign).chain(checks));

    let on = table.name.name.clone();
    let columns: Vec<String> = table.columns.iter().map(|it| it.name.clone()).collect();
    if let Some(key) = &mut table.primary_key {
        key.name
            .get_or_insert_with(|| choose(&mut taken, &on, "", "pkey"));
    }
    for unique in &mut table.uniques {
        let joined = joined(unique.columns.iter().map(|part| match &part.key {
            IndexKey::Column(name) => name.as_str(),
            IndexKey::Expression(_) => "expr",
        }));
        unique
            .name
            .get_or_insert_with(|| choose(&mut taken, &on, &joined, "key"));
    }
    for key in &mut table.foreign_keys {
        let joined = joined(key.columns.iter().map(String::as_str));
        key.name
            .get_or_insert_with(|| choose(&mut taken, &on, &joined, "fkey"));
    }
    for check in &mut table.checks {
        let only = only_column(&check.expression, &columns).unwrap_or_default();
        check
            .name
            .get_or_insert_with(|| choose(&mut taken, &on, &only, "check"));
    }
}

/// The column that an expression reads, where it reads exactly one.
fn only_column(expression: &str, columns: &[String]) -> Option<String> {
    fn collect(text: &str, columns: &[String], read: &mut BTreeSet<String>) {
        for token in scan::tokens(text, false) {
            match token.kind {
                Kind::Group => collect(token.inside(), columns, read),
                Kind::Name => read.extend(token.name().filter(|name| columns.contains(name))),
                Kind::Word => {
                    let folded = token.text.to_ascii_lowercase();
                    if columns.contains(&folded) {
                        read.insert(folded);
                    }
                }
                Kind::Literal | Kind::Mark => {}
            }
        }
    }
    let mut read = BTreeSet::new();
    collect(expression, columns, &mut read);
    if read.len() == 1 {
        read.pop_first()
    } else {
        None
    }
}

/// Column names with `_` between, as `ChooseIndexNameAddition` joins them.
fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for name in names {
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(name);
        if joined.len() > LONGEST {
            break;
        }
    }
    clip(&joined, LONGEST).to_owned()
}

/// `ChooseConstraintName`: the first of `<table>_<columns>_<label>`, `…1`, `…2` that is not taken.
fn choose(taken: &mut BTreeSet<String>, table: &str, columns: &str, label: &str) -> String {
    let mut name = object_name(table, columns, label);
    let mut pass = 0;
    while taken.contains(&name) {
        pass += 1;
        name = object_name(table, columns, &format!("{label}{pass}"));
    }
    taken.insert(name.clone());
    name
}

/// `makeObjectName`: the longer of the two names is cut until all of it fits.
pub(crate) fn object_name(first: &str, second: &str, label: &str) -> String {
    let marks = if second.is_empty() { 1 } else { 2 };
    let room = LONGEST - label.len() - marks;
    let (mut a, mut b) = (first.len(), second.len());
    while a + b > room {
        if a > b {
            a -= 1;
        } else {
            b -= 1;
        }
    }
    let (first, second) = (clip(first, a), clip(second, b));
    if second.is_empty() {
        format!("{first}_{label}")
    } else {
        format!("{first}_{second}_{label}")
    }
}

/// The longest beginning of at most `length` bytes that cuts no character in two.
fn clip(text: &str, length: usize) -> &str {
    &text[..text.floor_char_boundary(length)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_as_the_server_cuts_them() {
        let (table, column) = ("t".repeat(60), "c".repeat(40));
        let name = object_name(&table, &column, "key");
        assert_eq!(name.len(), LONGEST);
        assert_eq!(name, format!("{}_{}_key", "t".repeat(29), "c".repeat(29)));
        assert_eq!(object_name("students", "", "pkey"), "students_pkey");
    }

    #[test]
    fn a_check_is_named_after_its_only_column() {
        let columns = ["a".to_owned(), "b c".to_owned()];
        assert_eq!(
            only_column("A > 0 AND a < 9", &columns).as_deref(),
            Some("a")
        );
        assert_eq!(
            only_column("(\"b c\") > 'a'", &columns).as_deref(),
            Some("b c")
        );
        assert_eq!(only_column("a > \"b c\"", &columns), None);
    }
}
