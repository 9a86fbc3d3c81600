//! Indexes, primary keys and checks.

use std::collections::HashMap;

use super::Rows;
use super::expression::{Piece, bare_expression, pieces};
use crate::dialect::{Dialect, Row};
use crate::schema::{Check, Index, IndexKey, IndexPart, PrimaryKey, SortOrder, Table};

/// The tables with an index for words, whose parser `information_schema` does not tell.
pub(super) fn tables_with_parsers(rows: &Rows) -> impl Iterator<Item = &str> {
    let of_words = rows
        .indexes
        .iter()
        .filter(|row| row.text(6) == Some("FULLTEXT"));
    of_words.map(|row| row.text_or_empty(0))
}

/// The parsers in the servers' own statements, by table and index: `/*!50100 WITH PARSER `ngram` */`.
pub(super) fn parsers(rows: &Rows) -> HashMap<(&str, String), String> {
    let mut found = HashMap::new();
    for row in &rows.statements {
        for line in row.text_or_empty(1).lines() {
            let Some(rest) = line.trim_start().strip_prefix("FULLTEXT KEY ") else {
                continue;
            };
            let pieces: Vec<(&str, Piece)> = pieces(rest).collect();
            let at = pieces
                .iter()
                .position(|(word, piece)| *word == "PARSER" && *piece == Piece::Other);
            let mut after = pieces.iter().skip(at.unwrap_or(pieces.len()));
            let parser = after.find_map(|(_, piece)| match piece {
                Piece::Name(name) => Some(name.clone()),
                _ => None,
            });
            if let (Some((_, Piece::Name(index))), Some(parser)) = (pieces.first(), parser) {
                found.insert((row.text_or_empty(0), index.clone()), parser);
            }
        }
    }
    found
}

/// Adds the rows of one index to its table; given is the parser of one for words, where it is not the default.
pub(super) fn take(dialect: Dialect, rows: &[&Row], parser: Option<&String>, table: &mut Table) {
    let Some(first) = rows.first() else {
        return;
    };
    let name = first.text_or_empty(1);
    let method = first.text_or_empty(6);
    // Of what is indexed as a whole, the length that is given means nothing.
    let whole = matches!(method, "FULLTEXT" | "SPATIAL" | "RTREE");
    let parts: Vec<IndexPart> = rows
        .iter()
        .map(|row| IndexPart {
            key: match (row.text(3), row.text(8)) {
                (Some(column), _) => IndexKey::Column(column.to_owned()),
                (None, text) => {
                    IndexKey::Expression(bare_expression(dialect, text.unwrap_or_default()))
                }
            },
            order: match row.text(4) {
                Some("D") => SortOrder::Descending,
                _ => SortOrder::Ascending,
            },
            nulls: None,
            collation: None,
            operator_class: None,
            prefix: row
                .integer(5)
                .filter(|_| !whole)
                .and_then(|length| u32::try_from(length).ok()),
        })
        .collect();
    let comment = first
        .text(7)
        .filter(|comment| !comment.is_empty())
        .map(str::to_owned);
    let method = match (method, table.options.first().map(String::as_str)) {
        ("BTREE", Some("ENGINE=MEMORY")) => Some("BTREE"),
        ("BTREE", _) | ("HASH", Some("ENGINE=MEMORY")) => None,
        ("RTREE", _) => Some("SPATIAL"),
        (other, _) => Some(other),
    };
    if name == "PRIMARY" {
        table.primary_key = Some(PrimaryKey {
            columns: parts,
            options: method
                .map(|method| format!("USING {method}"))
                .into_iter()
                .collect(),
            comment,
            ..PrimaryKey::default()
        });
        return;
    }
    let mut options = Vec::new();
    options.extend(parser.map(|name| format!("WITH PARSER {}", dialect.quote(name))));
    if first.text(9) == Some("NO") {
        options.push(match dialect {
            Dialect::Mariadb => "IGNORED".to_owned(),
            _ => "INVISIBLE".to_owned(),
        });
    }
    table.indexes.push(Index {
        name: name.to_owned(),
        unique: first.text(2) == Some("0"),
        method: method.map(str::to_owned),
        parts,
        options,
        comment,
        valid: true,
        ..Index::default()
    });
}

/// A row of `queries::checks`.
pub(super) fn check(dialect: Dialect, row: &Row) -> Check {
    Check {
        name: row.text(1).map(str::to_owned),
        expression: bare_expression(dialect, row.text_or_empty(2)),
        not_enforced: row.text(3) == Some("NO"),
        ..Check::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: [Option<&str>; 10]) -> Row {
        Row::new(cells.iter().map(|cell| cell.map(str::to_owned)).collect())
    }

    #[test]
    fn mysql_indexes_have_expressions_prefixes_and_visibility() {
        let mut table = Table::default();
        let of_expression = row([
            Some("t"),
            Some("i"),
            Some("1"),
            None,
            Some("D"),
            None,
            Some("BTREE"),
            Some(""),
            Some(r"json_unquote(json_extract(`d`,_utf8mb4\'$.n\'))"),
            Some("NO"),
        ]);
        let of_column = row([
            Some("t"),
            Some("i"),
            Some("1"),
            Some("name"),
            Some("A"),
            Some("10"),
            Some("BTREE"),
            Some(""),
            None,
            Some("NO"),
        ]);
        take(
            Dialect::Mysql,
            &[&of_expression, &of_column],
            None,
            &mut table,
        );
        let index = &table.indexes[0];
        assert!(!index.unique && index.method.is_none());
        assert_eq!(index.options, ["INVISIBLE"]);
        let expected = "json_unquote(json_extract(`d`,_utf8mb4'$.n'))";
        assert_eq!(index.parts[0].key, IndexKey::Expression(expected.into()));
        assert_eq!(index.parts[0].order, SortOrder::Descending);
        assert_eq!(index.parts[1].prefix, Some(10));
    }

    #[test]
    fn mysql_checks_may_not_be_enforced() {
        let cells = [
            Some("t"),
            Some("c"),
            Some(r"(`a` <> _utf8mb4\'\')"),
            Some("NO"),
        ];
        let row = Row::new(cells.iter().map(|cell| cell.map(str::to_owned)).collect());
        let check = check(Dialect::Mysql, &row);
        assert_eq!(check.expression, "`a` <> _utf8mb4''");
        assert!(check.not_enforced);
    }
}
