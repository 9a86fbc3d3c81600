//! Names that the server gives to what has none, the indexes that keys imply, and what says nothing taken away.

use super::canonical;
use super::default::{is_now, now};
use crate::dialect::Dialect;
use crate::dialect::types::ServerFacts;
use crate::schema::{Action, Check, Column, Index, IndexKey, IndexPart, MatchKind, Table};

pub(super) fn settle(dialect: Dialect, table: &mut Table, facts: &ServerFacts) {
    table.name.namespace = None;
    for key in &mut table.foreign_keys {
        key.references.namespace = None;
        key.deferrable = None;
        key.match_kind = MatchKind::Simple;
        // InnoDB knows no deferred check, so the two are one.
        for action in [&mut key.on_update, &mut key.on_delete] {
            if *action == Action::Restrict {
                *action = Action::NoAction;
            }
        }
    }
    if let Some(key) = &mut table.primary_key {
        key.name = None;
        let names: Vec<String> = key.columns.iter().map(ToString::to_string).collect();
        for column in &mut table.columns {
            column.nullable &= !names.contains(&column.name);
        }
    }
    let mut json_checks = Vec::new();
    for column in &mut table.columns {
        json_checks.extend(settle_column(dialect, column, facts));
    }
    for check in json_checks {
        if table.checks.iter().all(|known| known.name != check.name) {
            table.checks.push(check);
        }
    }
    name_uniques(table);
    name_constraints(dialect, table);
    table.options.retain(|option| {
        !option
            .replace(' ', "")
            .eq_ignore_ascii_case("ENGINE=InnoDB")
    });
}

/// A unique constraint is a unique index and nothing more.
fn name_uniques(table: &mut Table) {
    let mut taken: Vec<String> = table.indexes.iter().map(|it| it.name.clone()).collect();
    taken.extend(table.uniques.iter().filter_map(|it| it.name.clone()));
    for unique in table.uniques.drain(..) {
        let first = unique.columns.first().map_or("", |part| match &part.key {
            IndexKey::Column(name) => name,
            IndexKey::Expression(_) => "functional_index",
        });
        let name = unique.name.clone().unwrap_or_else(|| {
            free(first.to_owned(), &mut taken, |pass| {
                format!("{first}_{}", pass + 1)
            })
        });
        table.indexes.push(Index {
            name,
            unique: true,
            parts: unique.columns,
            options: unique.options,
            comment: unique.comment,
            valid: true,
            ..Index::default()
        });
    }
}

/// Gives back the check that MariaDB puts on a column of JSON.
fn settle_column(dialect: Dialect, column: &mut Column, facts: &ServerFacts) -> Option<Check> {
    column.data_type = canonical(dialect, &column.data_type);
    let data_type = &column.data_type;
    for text in [&mut column.default, &mut column.on_update]
        .into_iter()
        .flatten()
    {
        if is_now(&text.to_ascii_uppercase()) {
            *text = now(dialect, data_type);
        }
    }
    if facts.collation.is_some() && column.collation == facts.collation {
        column.collation = None;
    }
    if dialect != Dialect::Mariadb || column.data_type != "json" {
        return None;
    }
    column.data_type = "longtext".to_owned();
    column.collation = Some("utf8mb4_bin".to_owned());
    Some(Check {
        name: Some(column.name.clone()),
        expression: format!("json_valid({})", dialect.quote(&column.name)),
        ..Check::default()
    })
}

fn name_constraints(dialect: Dialect, table: &mut Table) {
    let mut taken: Vec<String> = Vec::new();
    taken.extend(table.foreign_keys.iter().filter_map(|it| it.name.clone()));
    let on = table.name.name.clone();
    for key in &mut table.foreign_keys {
        if key.name.is_none() {
            let name = |pass: usize| format!("{on}_ibfk_{pass}");
            key.name = Some(free(name(1), &mut taken, |pass| name(pass + 1)));
        }
    }
    let mut taken: Vec<String> = Vec::new();
    taken.extend(table.checks.iter().filter_map(|it| it.name.clone()));
    for check in &mut table.checks {
        if check.name.is_none() {
            let name = |pass: usize| match dialect {
                Dialect::Mariadb => format!("CONSTRAINT_{pass}"),
                _ => format!("{on}_chk_{pass}"),
            };
            check.name = Some(free(name(1), &mut taken, |pass| name(pass + 1)));
        }
    }
}

/// `first`, or the first of `next(1)`, `next(2)`… that nothing has yet.
fn free(first: String, taken: &mut Vec<String>, next: impl Fn(usize) -> String) -> String {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let mut name = first;
    let mut pass = 0;
    while taken.iter().any(|known| same(known, &name)) {
        pass += 1;
        name = next(pass);
    }
    taken.push(name.clone());
    name
}

/// InnoDB gives a foreign key an index under the key's name, where no other begins with its columns.
pub(super) fn imply_indexes(table: &mut Table) {
    let begins = |parts: &[IndexPart], columns: &[String]| {
        parts.len() >= columns.len()
            && parts.iter().zip(columns).all(|(part, column)| {
                part.prefix.is_none() && part.key == IndexKey::Column(column.clone())
            })
    };
    for key in &table.foreign_keys {
        let primary = table.primary_key.iter().map(|it| &it.columns);
        let plain = table.indexes.iter().filter(|it| it.method.is_none());
        let mut all = primary.chain(plain.map(|it| &it.parts));
        if all.any(|parts| begins(parts, &key.columns)) {
            continue;
        }
        table.indexes.push(Index {
            name: key.name.clone().unwrap_or_default(),
            parts: key.columns.iter().map(IndexPart::column).collect(),
            valid: true,
            ..Index::default()
        });
    }
}
