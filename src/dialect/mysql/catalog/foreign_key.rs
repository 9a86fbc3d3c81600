//! Foreign keys.

use std::collections::{HashMap, HashSet};

use super::Rows;
use super::expression::{Piece, pieces};
use crate::dialect::Row;
use crate::schema::{Action, ForeignKey, MatchKind, Name};

/// What a foreign key does.
#[derive(Clone, Copy, Debug, Default)]
struct Rules {
    on_update: Action,
    on_delete: Action,
    match_kind: MatchKind,
}

/// The foreign keys of all tables: table and key.
pub(super) fn foreign_keys(rows: &Rows) -> Vec<(&str, ForeignKey)> {
    let mut rules: HashMap<(&str, String), Rules> = HashMap::new();
    for row in &rows.statements {
        let found = rules_in(row.text_or_empty(1));
        rules.extend(found.map(|(name, rules)| ((row.text_or_empty(0), name), rules)));
    }
    for row in &rows.foreign_keys {
        let key = (row.text_or_empty(0), row.text_or_empty(1).to_owned());
        let actions = Rules {
            on_update: action(row.text_or_empty(2)),
            on_delete: action(row.text_or_empty(3)),
            match_kind: match row.text(4) {
                Some("FULL") => MatchKind::Full,
                Some("PARTIAL") => MatchKind::Partial,
                _ => MatchKind::Simple,
            },
        };
        rules.insert(key, actions);
    }
    rows.key_columns
        .chunk_by(|a, b| a.text(0) == b.text(0) && a.text(1) == b.text(1))
        .map(|rows| {
            let first = &rows[0];
            let (table, name) = (first.text_or_empty(0), first.text_or_empty(1));
            let rules = rules.get(&(table, name.to_owned())).copied();
            let rules = rules.unwrap_or_default();
            let cells = |column: usize| {
                let cells = rows.iter().map(|row| row.text_or_empty(column).to_owned());
                cells.collect::<Vec<_>>()
            };
            let key = ForeignKey {
                name: Some(name.to_owned()),
                columns: cells(2),
                references: Name {
                    namespace: first.text(3).map(str::to_owned),
                    name: first.text_or_empty(4).to_owned(),
                },
                referenced_columns: cells(5),
                on_update: rules.on_update,
                on_delete: rules.on_delete,
                match_kind: rules.match_kind,
                ..ForeignKey::default()
            };
            (table, key)
        })
        .collect()
}

/// RESTRICT is what InnoDB does where nothing is said, and each server calls that by another name.
fn action(rule: &str) -> Action {
    match rule {
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

/// The tables whose foreign keys are seen without what they do: MariaDB tells that in
/// `information_schema` only to who may change the table.
pub(super) fn tables_without_rules(rows: &Rows) -> Vec<&str> {
    let told: HashSet<(&str, &str)> = rows.foreign_keys.iter().map(name_of).collect();
    let mut tables: Vec<&str> = rows
        .key_columns
        .iter()
        .map(name_of)
        .filter(|name| !told.contains(name))
        .map(|(table, _)| table)
        .collect();
    tables.dedup();
    tables
}

fn name_of(row: &Row) -> (&str, &str) {
    (row.text_or_empty(0), row.text_or_empty(1))
}

/// The foreign keys' names and rules in a `CREATE TABLE` of the server's own, which has a line for each.
fn rules_in(statement: &str) -> impl Iterator<Item = (String, Rules)> {
    statement.lines().filter_map(|line| {
        let line = line.trim_start();
        let rest = line.strip_prefix("CONSTRAINT ")?;
        let mut pieces = pieces(rest);
        let Some((_, Piece::Name(name))) = pieces.next() else {
            return None;
        };
        let words: Vec<&str> = pieces
            .filter(|(_, piece)| *piece == Piece::Other)
            .map(|(word, _)| word)
            .collect();
        let clauses = words.strip_prefix(&["FOREIGN", "KEY", "REFERENCES"])?;
        let mut rules = Rules::default();
        for clause in clauses
            .split(|word| *word == "ON")
            .filter(|it| it.len() > 1)
        {
            let done = action(&clause[1..].join(" "));
            match clause[0] {
                "DELETE" => rules.on_delete = done,
                _ => rules.on_update = done,
            }
        }
        Some((name, rules))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_found_in_the_servers_own_statement() {
        let statement = "CREATE TABLE `a` (\n  `x` int(11) COMMENT 'CONSTRAINT `f` FOREIGN KEY',\n  \
            CONSTRAINT `f) ON DELETE` FOREIGN KEY (`x`) REFERENCES `b` (`y`) ON DELETE SET NULL ON UPDATE CASCADE,\n  \
            CONSTRAINT `g` FOREIGN KEY (`x`) REFERENCES `b` (`y`),\n  \
            CONSTRAINT `c` CHECK (`x` > 0)\n) ENGINE=InnoDB";
        let found: Vec<_> = rules_in(statement)
            .map(|(name, rules)| (name, rules.on_delete, rules.on_update))
            .collect();
        let expected = [
            ("f) ON DELETE".to_owned(), Action::SetNull, Action::Cascade),
            ("g".to_owned(), Action::NoAction, Action::NoAction),
        ];
        assert_eq!(found, expected);
    }
}
