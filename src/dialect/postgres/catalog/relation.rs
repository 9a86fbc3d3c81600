//! Rows of tables, views, columns, constraints and indexes, each to its part of the model.

use std::collections::HashMap;

use super::place::Place;
use super::{Rows, names};
use crate::dialect::catalog::{json, owned};
use crate::dialect::{CatalogError, Dialect, Row};
use crate::schema::{
    Action, Check, Column, ConstraintText, Deferrable, ForeignKey, Generated, Identity, Index,
    IndexKey, IndexPart, MatchKind, Nulls, PartitionOf, Partitioning, PrimaryKey, SortOrder, Table,
    Unique, View,
};

/// Column numbers and names of one relation, in order.
pub(super) type Numbers = Vec<(i64, String)>;

fn column_name(numbers: &Numbers, number: i64) -> Option<&str> {
    numbers
        .binary_search_by_key(&number, |(number, _)| *number)
        .ok()
        .map(|at| numbers[at].1.as_str())
}

/// `key=value`, the value quoted where it is not plain.
fn setting(option: &str) -> String {
    match option.split_once('=') {
        Some((key, value))
            if value.is_empty()
                || !value
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')) =>
        {
            format!("{key}={}", Dialect::Postgres.literal(value).trim_start())
        }
        _ => option.to_owned(),
    }
}

fn with_clause(options: &[String]) -> Option<String> {
    let settings: Vec<String> = options.iter().map(|option| setting(option)).collect();
    (!settings.is_empty()).then(|| format!("WITH ({})", settings.join(", ")))
}

/// A row of `queries::relations` that is a table.
pub(super) fn table(row: &Row, place: &Place) -> Result<Table, CatalogError> {
    const PART: &str = "tables and views";
    let mut options = Vec::new();
    if row.text(4) == Some("u") {
        options.push("UNLOGGED".to_owned());
    }
    if let Some(row_type) = row.text(18) {
        options.push(format!("OF {row_type}"));
    }
    if let Some(method) = row.text(6) {
        options.push(format!("USING {method}"));
    }
    options.extend(with_clause(&names(PART, row, 8)?));
    if let Some(tablespace) = row.text(7) {
        options.push(format!("TABLESPACE {tablespace}"));
    }
    if row.truth(9) {
        options.push("ENABLE ROW LEVEL SECURITY".to_owned());
    }
    if row.truth(10) {
        options.push("FORCE ROW LEVEL SECURITY".to_owned());
    }
    match row.text(11) {
        Some("f") => options.push("REPLICA IDENTITY FULL".to_owned()),
        Some("n") => options.push("REPLICA IDENTITY NOTHING".to_owned()),
        Some("i") => options.extend(
            row.text(12)
                .map(|index| format!("REPLICA IDENTITY USING INDEX {index}")),
        ),
        _ => {}
    }
    if let Some(index) = row.text(19) {
        options.push(format!("CLUSTER ON {index}"));
    }
    let mut parents: Vec<_> = json::<Vec<(String, String)>>(PART, row, 16)?
        .into_iter()
        .map(|(namespace, name)| place.name(&namespace, &name))
        .collect();
    let partition_of = match row.text(15) {
        Some(bound) if !parents.is_empty() => Some(PartitionOf {
            parent: parents.remove(0),
            bound: bound.to_owned(),
        }),
        _ => None,
    };
    Ok(Table {
        name: place.name(row.text_or_empty(1), row.text_or_empty(2)),
        comment: owned(row, 13),
        partitioning: owned(row, 14).map(|clause| Partitioning { clause }),
        partition_of,
        inherits: parents,
        options,
        ..Table::default()
    })
}

/// A row of `queries::relations` that is a view or materialised view.
pub(super) fn view(row: &Row, place: &Place) -> Result<View, CatalogError> {
    let mut options: Vec<String> = names("tables and views", row, 8)?
        .iter()
        .map(|option| setting(option))
        .collect();
    if let Some(method) = row.text(6) {
        options.push(format!("USING {method}"));
    }
    if let Some(tablespace) = row.text(7) {
        options.push(format!("TABLESPACE {tablespace}"));
    }
    let query = row.text_or_empty(17).trim();
    Ok(View {
        name: place.name(row.text_or_empty(1), row.text_or_empty(2)),
        materialized: row.text(3) == Some("m"),
        query: query.strip_suffix(';').unwrap_or(query).to_owned(),
        options,
        comment: owned(row, 13),
        ..View::default()
    })
}

/// A row of `queries::columns`.
pub(super) fn column(row: &Row) -> Result<Column, CatalogError> {
    let expression = owned(row, 7);
    let (default, generated) = match row.text_or_empty(6) {
        "" => (expression, None),
        kind => (
            None,
            expression.map(|expression| Generated {
                expression,
                stored: kind == "s",
            }),
        ),
    };
    let identity = match row.text_or_empty(5) {
        "" => None,
        kind => Some(Identity::Generated {
            always: kind == "a",
            options: None,
        }),
    };
    let mut options = Vec::new();
    options.extend(row.text(11).map(|storage| format!("STORAGE {storage}")));
    options.extend(row.text(12).map(|method| format!("COMPRESSION {method}")));
    options.extend(
        row.integer(13)
            .filter(|target| *target >= 0)
            .map(|target| format!("STATISTICS {target}")),
    );
    let attributes = names("columns", row, 14)?;
    if !attributes.is_empty() {
        options.push(format!("({})", attributes.join(", ")));
    }
    Ok(Column {
        name: row.text_or_empty(2).to_owned(),
        data_type: row.text_or_empty(3).to_owned(),
        nullable: !row.truth(4),
        default,
        identity,
        generated,
        collation: owned(row, 8),
        comment: owned(row, 9),
        options,
        inherited: !row.truth(10),
        on_update: None,
    })
}

fn deferrable(row: &Row) -> Option<Deferrable> {
    row.truth(5).then(|| Deferrable {
        initially_deferred: row.truth(6),
    })
}

fn action(row: &Row, column: usize) -> Action {
    match row.text(column) {
        Some("r") => Action::Restrict,
        Some("c") => Action::Cascade,
        Some("n") => Action::SetNull,
        Some("d") => Action::SetDefault,
        _ => Action::NoAction,
    }
}

/// A row of `queries::constraints` that is a foreign key.
pub(super) fn foreign_key(row: &Row, place: &Place) -> Result<ForeignKey, CatalogError> {
    Ok(ForeignKey {
        name: owned(row, 2),
        columns: names("constraints", row, 12)?,
        references: place.name(row.text_or_empty(13), row.text_or_empty(14)),
        referenced_columns: names("constraints", row, 15)?,
        on_update: action(row, 16),
        on_delete: action(row, 17),
        on_delete_columns: names("constraints", row, 19)?,
        match_kind: match row.text(18) {
            Some("f") => MatchKind::Full,
            Some("p") => MatchKind::Partial,
            _ => MatchKind::Simple,
        },
        deferrable: deferrable(row),
        // What is not enforced cannot have been validated.
        not_valid: !row.truth(4) && row.truth(20),
        not_enforced: !row.truth(20),
        comment: owned(row, 22),
    })
}

/// A row of `queries::constraints` that is a check.
pub(super) fn check(row: &Row) -> Check {
    Check {
        name: owned(row, 2),
        expression: row.text_or_empty(10).to_owned(),
        no_inherit: row.truth(7),
        not_valid: !row.truth(4) && row.truth(20),
        not_enforced: !row.truth(20),
        comment: owned(row, 22),
    }
}

/// A row of `queries::constraints` that is kept as text.
pub(super) fn constraint_text(row: &Row) -> ConstraintText {
    ConstraintText {
        name: row.text_or_empty(2).to_owned(),
        definition: row.text_or_empty(11).to_owned(),
        comment: owned(row, 22),
    }
}

/// A primary key from its constraint's row and its index.
pub(super) fn primary_key(row: &Row, index: Index) -> PrimaryKey {
    PrimaryKey {
        name: owned(row, 2),
        columns: index.parts,
        include: index.include,
        deferrable: deferrable(row),
        options: index.options,
        comment: owned(row, 22),
    }
}

/// A unique constraint from its row and its index.
pub(super) fn unique(row: &Row, index: Index) -> Unique {
    Unique {
        name: owned(row, 2),
        columns: index.parts,
        include: index.include,
        nulls_not_distinct: index.nulls_not_distinct,
        deferrable: deferrable(row),
        options: index.options,
        comment: owned(row, 22),
    }
}

/// Operator classes by object number: the name as SQL, and whether it is its type's default.
pub(super) type OperatorClasses<'r> = HashMap<&'r str, (&'r str, bool)>;

/// The rows of `queries::OPERATOR_CLASSES`.
pub(super) fn operator_classes(rows: &Rows) -> OperatorClasses<'_> {
    rows.operator_classes
        .iter()
        .map(|row| (row.text_or_empty(0), (row.text_or_empty(1), row.truth(2))))
        .collect()
}

/// A row of `queries::indexes`, given the columns of its table.
pub(super) fn index(
    row: &Row,
    numbers: &Numbers,
    known: &OperatorClasses<'_>,
) -> Result<Index, CatalogError> {
    const PART: &str = "indexes";
    let keys = row.integer(7).unwrap_or_default();
    let collations: Vec<Option<String>> = json(PART, row, 9)?;
    let mut classes = row.text_or_empty(10).split_ascii_whitespace();
    let parameters: HashMap<i64, Vec<String>> = json::<Vec<(i64, Vec<String>)>>(PART, row, 16)?
        .into_iter()
        .collect();
    let mut expressions = names(PART, row, 11)?.into_iter();
    let orders: Vec<i64> = numbers_in(row.text_or_empty(8));
    let mut parts = Vec::new();
    let mut include = Vec::new();
    for (at, number) in numbers_in(row.text_or_empty(6)).into_iter().enumerate() {
        let key = if number == 0 {
            expressions
                .next()
                .map(|text| IndexKey::Expression(without_brackets(&text).to_owned()))
        } else {
            column_name(numbers, number).map(|name| IndexKey::Column(name.to_owned()))
        };
        let key = key.ok_or_else(|| CatalogError::Unexpected {
            part: PART,
            found: row.text_or_empty(2).to_owned(),
        })?;
        if at as i64 >= keys {
            if let IndexKey::Column(name) = key {
                include.push(name);
            }
            continue;
        }
        let flags = orders.get(at).copied().unwrap_or_default();
        let (descending, nulls_first) = (flags & 1 != 0, flags & 2 != 0);
        let class = classes.next().and_then(|oid| known.get(oid));
        let parameters = parameters.get(&(at as i64 + 1)).map(|options| {
            let settings: Vec<String> = options.iter().map(|option| setting(option)).collect();
            format!("({})", settings.join(", "))
        });
        parts.push(IndexPart {
            key,
            order: if descending {
                SortOrder::Descending
            } else {
                SortOrder::Ascending
            },
            nulls: match (descending, nulls_first) {
                (false, true) => Some(Nulls::First),
                (true, false) => Some(Nulls::Last),
                _ => None,
            },
            collation: collations.get(at).cloned().flatten(),
            operator_class: match (class, parameters) {
                (Some((class, _)), Some(parameters)) => Some(format!("{class} {parameters}")),
                (Some((class, false)), None) => Some((*class).to_owned()),
                _ => None,
            },
            prefix: None,
        });
    }
    let mut options: Vec<String> = with_clause(&names(PART, row, 13)?).into_iter().collect();
    options.extend(row.text(14).map(|name| format!("TABLESPACE {name}")));
    Ok(Index {
        name: row.text_or_empty(2).to_owned(),
        unique: row.truth(4),
        method: owned(row, 3).filter(|method| method != "btree"),
        parts,
        include,
        nulls_not_distinct: row.truth(15),
        predicate: owned(row, 12),
        options,
        comment: owned(row, 18),
        valid: row.truth(5),
    })
}

/// The index rows by their object number.
pub(super) fn indexes_by_oid(rows: &Rows) -> HashMap<&str, &Row> {
    rows.indexes
        .iter()
        .map(|row| (row.text_or_empty(0), row))
        .collect()
}

/// `1 2 0`
fn numbers_in(vector: &str) -> Vec<i64> {
    vector
        .split_ascii_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect()
}

/// An expression without one pair of brackets around the whole of it.
fn without_brackets(text: &str) -> &str {
    let Some(inner) = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
    else {
        return text;
    };
    let mut depth = 0_i32;
    let mut quote = None;
    for character in inner.chars() {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '(') => depth += 1,
            (None, ')') => {
                depth -= 1;
                if depth < 0 {
                    return text;
                }
            }
            _ => {}
        }
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_around_the_whole_are_taken_off() {
        let cases = [
            ("((a + b))", "(a + b)"),
            ("(a) + (b)", "(a) + (b)"),
            ("lower(name)", "lower(name)"),
            ("(a || ')'::text)", "a || ')'::text"),
            ("(x COLLATE \"(\")", "x COLLATE \"(\""),
        ];
        for (text, expected) in cases {
            assert_eq!(without_brackets(text), expected);
        }
    }

    #[test]
    fn settings_are_quoted_only_where_they_must() {
        assert_eq!(setting("fillfactor=70"), "fillfactor=70");
        assert_eq!(setting("x=a b"), "x='a b'");
        assert_eq!(setting("x="), "x=''");
    }
}
