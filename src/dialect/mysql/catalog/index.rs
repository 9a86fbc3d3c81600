//! Indexes, primary keys and checks.

use super::expression::bare_expression;
use crate::dialect::{Dialect, Row};
use crate::schema::{Check, Index, IndexKey, IndexPart, PrimaryKey, SortOrder, Table};

/// Adds the rows of one index to its table.
pub(super) fn take(dialect: Dialect, rows: &[&Row], table: &mut Table) {
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
        take(Dialect::Mysql, &[&of_expression, &of_column], &mut table);
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
