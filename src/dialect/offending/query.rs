//! The query that finds the rows which break a rule, and the rule in words.

use super::find::{Demand, Rule, key};
use super::{Kind, NAMED, Offending};
use crate::dialect::{Dialect, Row};
use crate::schema::Name;

/// A query for keys.
pub(super) struct Query {
    pub sql: String,
    pub key: Vec<String>,
}

/// The query for the rows that break `rule`; `None` where no row that stands does.
pub(super) fn rows(kind: &Kind<'_>, rule: &Rule<'_>) -> Option<Query> {
    let dialect = kind.dialect;
    let table = dialect.quote_name(&rule.table.name);
    let key = key(kind, rule.table);
    if key.is_empty() {
        return None;
    }
    let selected: Vec<&str> = key.iter().map(|(_, quoted)| quoted.as_str()).collect();
    let list = selected.join(", ");
    let (condition, order) = match &rule.demand {
        Demand::Unique {
            parts,
            predicate,
            nulls_equal,
        } => {
            let only = predicate.as_ref().map(|it| format!("({it})"));
            let within = only
                .as_ref()
                .map_or(String::new(), |it| format!(" WHERE {it}"));
            let and = only.map_or(String::new(), |it| format!(" AND {it}"));
            let columns = parts.join(", ");
            let groups = format!(
                "SELECT {columns} FROM {table}{within} GROUP BY {columns} HAVING count(*) > 1"
            );
            let condition = if *nulls_equal {
                let same: Vec<String> = (0..parts.len())
                    .map(|i| format!("(it.p{i} IS NOT DISTINCT FROM {})", parts[i]))
                    .collect();
                let names: Vec<String> = (0..parts.len()).map(|i| format!("p{i}")).collect();
                format!(
                    "EXISTS (SELECT 1 FROM ({groups}) AS it ({}) WHERE {}){and}",
                    names.join(", "),
                    same.join(" AND ")
                )
            } else if parts.len() == 1 {
                format!("{columns} IN ({groups}){and}")
            } else {
                format!("({columns}) IN ({groups}){and}")
            };
            (condition, format!("{columns}, {list}"))
        }
        Demand::Taken { columns, value } => {
            let [column] = columns.as_slice() else {
                return None;
            };
            let value = dialect.literal(value.as_ref()?);
            (format!("{} = {value}", dialect.quote(column)), list.clone())
        }
        Demand::ForeignKey {
            columns,
            references,
            referenced,
            standing: true,
        } => {
            let given: Vec<String> = columns
                .iter()
                .map(|it| format!("{it} IS NOT NULL"))
                .collect();
            let same: Vec<String> = columns
                .iter()
                .zip(referenced)
                .map(|(column, other)| format!("parent.{other} = {table}.{column}"))
                .collect();
            let condition = format!(
                "{} AND NOT EXISTS (SELECT 1 FROM {} AS parent WHERE {})",
                given.join(" AND "),
                dialect.quote_name(references),
                same.join(" AND ")
            );
            (condition, list.clone())
        }
        Demand::StillReferenced {
            columns,
            references,
            referenced,
            condition,
        } => {
            let parent = dialect.quote_name(references);
            let within = condition
                .as_ref()
                .map_or(String::new(), |it| format!(" WHERE {it}"));
            let columns = match columns.as_slice() {
                [only] => only.clone(),
                several => format!("({})", several.join(", ")),
            };
            let gone = format!("SELECT {} FROM {parent}{within}", referenced.join(", "));
            (format!("{columns} IN ({gone})"), list.clone())
        }
        Demand::Check {
            expression,
            standing: true,
        } => (format!("NOT ({expression})"), list.clone()),
        Demand::NotNull { column } => (format!("{} IS NULL", dialect.quote(column)), list.clone()),
        Demand::Type {
            unfit: Some(unfit), ..
        } => (unfit.clone(), list.clone()),
        Demand::ForeignKey { .. }
        | Demand::Check { .. }
        | Demand::Type { .. }
        | Demand::NewColumn { .. } => return None,
    };
    Some(Query {
        sql: format!("SELECT {list} FROM {table} WHERE {condition} ORDER BY {order}"),
        key: key.into_iter().map(|(name, _)| name).collect(),
    })
}

/// What is told of a rule and the rows that were found.
pub(super) fn words(
    dialect: Dialect,
    rule: &Rule<'_>,
    rows: Vec<Row>,
    query: Option<Query>,
) -> Offending {
    let more = rows.len() > NAMED;
    let keys = query.as_ref().map_or(0, |query| query.key.len());
    let cells = |row: &Row| (0..keys).map(|i| row.text_or_empty(i).to_owned()).collect();
    // A value that a server told need not be repeated.
    let is_taken = matches!(rule.demand, Demand::Taken { .. });
    Offending {
        rule: rule_words(dialect, rule),
        rows: rows.iter().take(NAMED).map(cells).collect(),
        more,
        query: query
            .as_ref()
            .filter(|_| !is_taken)
            .map(|query| format!("{};", query.sql)),
        key: query.map(|query| query.key).unwrap_or_default(),
    }
}

fn rule_words(dialect: Dialect, rule: &Rule<'_>) -> String {
    let table = &rule.table.name;
    let named = |what: &str| match &rule.constraint {
        Some(name) => format!("{what} {name} on {table}"),
        None => format!("{what} on {table}"),
    };
    let bare = |names: &[String]| {
        let mark = dialect.quote("").remove(0);
        let bare = |it: &String| {
            it.strip_prefix(mark)
                .and_then(|it| it.strip_suffix(mark))
                .map_or_else(|| it.clone(), str::to_owned)
        };
        names.iter().map(bare).collect::<Vec<_>>().join(", ")
    };
    let to =
        |references: &Name, referenced: &[String]| format!("{references} ({})", bare(referenced));
    match &rule.demand {
        Demand::Unique { parts, .. } => format!("{} ({})", named("unique key"), bare(parts)),
        Demand::Taken { columns, .. } => format!(
            "{} ({}): a row with that key is there",
            named("unique key"),
            columns.join(", ")
        ),
        Demand::ForeignKey {
            columns,
            references,
            referenced,
            ..
        }
        | Demand::StillReferenced {
            columns,
            references,
            referenced,
            ..
        } => format!(
            "{} ({}) refers to {}",
            named("foreign key"),
            bare(columns),
            to(references, referenced)
        ),
        Demand::Check { expression, .. } => format!("{}: {expression}", named("check")),
        Demand::NotNull { column } => format!("{table}.{column} may not be NULL"),
        Demand::NewColumn { column } => {
            format!(
                "{table}.{column} may not be NULL, and the rows that are there have no value for it: give it a DEFAULT"
            )
        }
        Demand::Type {
            column, data_type, ..
        } => format!("{table}.{column} becomes {data_type}"),
    }
}
