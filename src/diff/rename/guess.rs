//! What looks renamed: names, types and places compared.

use std::collections::{HashMap, HashSet};

use crate::schema::{Column, Name, Table};

/// Beyond so many pairs in one table nobody can be asked.
const MOST_PAIRS: usize = 10_000;
/// A column that so many new tables have tells nothing.
const MOST_TABLES: usize = 64;

/// Pairs of a dropped and an added table, the likeliest first, each table once.
pub(super) fn tables<'a>(
    dropped: &[&'a Table],
    added: &[&'a Table],
) -> Vec<(&'a Name, &'a Name, f64)> {
    let mut having: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (at, table) in added.iter().enumerate() {
        for column in &table.columns {
            let key = (column.name.as_str(), column.data_type.as_str());
            having.entry(key).or_default().push(at);
        }
    }
    let alone = dropped.len() == 1 && added.len() == 1;
    let mut pairs = Vec::new();
    for (old, table) in dropped.iter().enumerate() {
        let mut shared: HashSet<usize> = HashSet::new();
        for column in &table.columns {
            let key = (column.name.as_str(), column.data_type.as_str());
            let found = having.get(&key).filter(|it| it.len() <= MOST_TABLES);
            shared.extend(found.into_iter().flatten());
        }
        for new in shared {
            if let Some(score) = table_score(table, added[new], alone) {
                pairs.push((old, new, score));
            }
        }
    }
    best(pairs)
        .into_iter()
        .map(|(old, new, score)| (&dropped[old].name, &added[new].name, score))
        .collect()
}

fn table_score(old: &Table, new: &Table, alone: bool) -> Option<f64> {
    // A partition with other rows is another one.
    let bound = |table: &Table| table.partition_of.as_ref().map(|it| it.bound.clone());
    if bound(old) != bound(new) {
        return None;
    }
    let types: HashMap<&str, &str> = new
        .columns
        .iter()
        .map(|it| (it.name.as_str(), it.data_type.as_str()))
        .collect();
    let shared = old
        .columns
        .iter()
        .filter(|it| types.get(it.name.as_str()) == Some(&it.data_type.as_str()))
        .count();
    let all = old.columns.len() + new.columns.len() - shared;
    let columns = shared as f64 / all.max(1) as f64;
    let named = likeness(&old.name.name, &new.name.name);
    let looks =
        columns >= 0.6 && (shared >= 4 || named >= 0.7 || alone) || columns >= 0.4 && named >= 0.85;
    looks.then_some(0.7 * columns + 0.3 * named)
}

/// Pairs of a dropped and an added column of one table, the likeliest first, each column once.
pub(super) fn columns(
    old_table: &Table,
    new_table: &Table,
    dropped: &[&Column],
    added: &[&Column],
) -> Vec<(String, String, f64)> {
    if dropped.len() * added.len() > MOST_PAIRS {
        return Vec::new();
    }
    let alone = dropped.len() == 1 && added.len() == 1;
    let old_places = places(old_table, new_table);
    let new_places = places(new_table, old_table);
    let mut pairs = Vec::new();
    for (old, from) in dropped.iter().enumerate() {
        for (new, to) in added.iter().enumerate() {
            let same_place = old_places.get(from.name.as_str()) == new_places.get(to.name.as_str());
            if let Some(score) = column_score(from, to, same_place, alone) {
                pairs.push((old, new, score));
            }
        }
    }
    best(pairs)
        .into_iter()
        .map(|(old, new, score)| (dropped[old].name.clone(), added[new].name.clone(), score))
        .collect()
}

/// Each column that `other` has not: the last before it that both have, and how far behind that it is.
fn places<'a>(table: &'a Table, other: &'a Table) -> HashMap<&'a str, (Option<&'a str>, usize)> {
    let kept: HashSet<&str> = other.columns.iter().map(|it| it.name.as_str()).collect();
    let mut found = HashMap::new();
    let (mut last, mut behind) = (None, 0);
    for column in &table.columns {
        if kept.contains(column.name.as_str()) {
            (last, behind) = (Some(column.name.as_str()), 0);
        } else {
            found.insert(column.name.as_str(), (last, behind));
            behind += 1;
        }
    }
    found
}

fn column_score(from: &Column, to: &Column, same_place: bool, alone: bool) -> Option<f64> {
    if from.generated.is_some() != to.generated.is_some() {
        return None;
    }
    let named = likeness(&from.name, &to.name);
    let place = if same_place { 1.0 } else { 0.0 };
    if from.data_type == to.data_type {
        let looks = named >= 0.75 || same_place || alone && named >= 0.5;
        return looks.then_some(0.5 + 0.35 * named + 0.15 * place);
    }
    if family(&from.data_type) != family(&to.data_type) {
        return None;
    }
    let looks = named >= 0.85 || same_place && named >= 0.6;
    looks.then_some(0.3 + 0.35 * named + 0.15 * place)
}

/// What types have in common that one may become the other under a new name.
fn family(data_type: &str) -> String {
    let lower = data_type.to_ascii_lowercase();
    let base = lower.split('(').next().unwrap_or_default().trim();
    let array = if lower.ends_with("[]") { "[]" } else { "" };
    let kind = match base.trim_end_matches("[]") {
        "character varying" | "varchar" | "character" | "char" | "text" | "tinytext"
        | "mediumtext" | "longtext" => "text",
        "smallint" | "integer" | "int" | "bigint" | "tinyint" | "mediumint" => "integer",
        "numeric" | "decimal" | "real" | "double" | "double precision" | "float" => "number",
        "timestamp" | "datetime" | "timestamp without time zone" | "timestamp with time zone" => {
            "moment"
        }
        other => other,
    };
    format!("{kind}{array}")
}

/// Between 0 and 1; one name within the other counts much.
fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    let (short, long) = if a.len() < b.len() {
        (&a, &b)
    } else {
        (&b, &a)
    };
    let within = if short.len() >= 3 && long.contains(short.as_str()) {
        0.85
    } else {
        0.0
    };
    strsim::jaro_winkler(&a, &b).max(within)
}

/// The pairs by score, each old and each new one only once.
fn best(mut pairs: Vec<(usize, usize, f64)>) -> Vec<(usize, usize, f64)> {
    pairs.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let mut old = HashSet::new();
    let mut new = HashSet::new();
    pairs.retain(|(from, to, _)| {
        let free = !old.contains(from) && !new.contains(to);
        if free {
            old.insert(*from);
            new.insert(*to);
        }
        free
    });
    pairs
}
