//! Which tables the rules are about, in which order, and who refers to them. Pure.

use super::rules::Rule;
use crate::dialect::prune::{Referrer, Removal};
use crate::dialect::{Dialect, prune::is_moment};
use crate::schema::{IndexKey, Name, Schema, Table, ordered};

/// A rule on a table that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub rule: Rule,
    pub removal: Removal,
}

/// Why a rule cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("there is no table {table}, which a rule names")]
    NoTable { table: String },
    #[error("table {table} has no column {column}, which a rule names")]
    NoColumn { table: String, column: String },
    #[error("column {column} of table {table} holds no moments: it is {data_type}")]
    NoMoment {
        table: String,
        column: String,
        data_type: String,
    },
}

/// Finds the tables of `rules` in `schema`, to which `elsewhere` has the foreign keys of other databases; children come before those that they refer to. A built-in rule whose
/// table is not there is left out.
///
/// # Errors
/// A table or column that is not there, or a column that says nothing of a row's age.
pub fn plan(
    dialect: Dialect,
    schema: &Schema,
    elsewhere: &[(Name, Referrer)],
    rules: &[Rule],
) -> Result<Vec<Planned>, PlanError> {
    let mut found = Vec::new();
    for rule in rules {
        let Some(table) = named(schema, &rule.table) else {
            if rule.built_in {
                continue;
            }
            return Err(PlanError::NoTable {
                table: rule.table.clone(),
            });
        };
        let Some(column) = table.column(&rule.column) else {
            return Err(PlanError::NoColumn {
                table: rule.table.clone(),
                column: rule.column.clone(),
            });
        };
        if !is_moment(dialect, &column.data_type) {
            return Err(PlanError::NoMoment {
                table: rule.table.clone(),
                column: rule.column.clone(),
                data_type: column.data_type.clone(),
            });
        }
        found.push(Planned {
            rule: rule.clone(),
            removal: Removal {
                table: table.name.clone(),
                partitioned: table.partitioning.is_some(),
                column: column.name.clone(),
                key: key(table),
                referrers: referrers(schema, elsewhere, table),
            },
        });
    }
    Ok(children_first(found))
}

fn named<'a>(schema: &'a Schema, name: &str) -> Option<&'a Table> {
    let whole = |table: &&Table| table.name.to_string() == name;
    let mut alone = schema.tables.iter().filter(|table| table.name.name == name);
    schema
        .tables
        .iter()
        .find(whole)
        .or_else(|| match (alone.next(), alone.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        })
}

fn key(table: &Table) -> Vec<String> {
    let columns = table.primary_key.iter().flat_map(|key| &key.columns);
    columns
        .filter_map(|part| match &part.key {
            IndexKey::Column(name) => Some(name.clone()),
            IndexKey::Expression(_) => None,
        })
        .collect()
}

/// Who refers to rows of `to`: a key to a partition is one to rows of the whole, and the other way round.
fn referrers(schema: &Schema, elsewhere: &[(Name, Referrer)], to: &Table) -> Vec<Referrer> {
    let parent = |table: &Table| {
        let of = &table.partition_of.as_ref()?.parent;
        schema.tables.iter().find(|one| one.name == *of)
    };
    let above = |table: &Table| {
        let mut chain = vec![table.name.clone()];
        let mut at = parent(table);
        while let Some(one) = at {
            chain.push(one.name.clone());
            at = parent(one);
        }
        chain
    };
    let mut family = above(to);
    let parts = schema
        .tables
        .iter()
        .filter(|one| one.partition_of.is_some() && above(one).contains(&to.name));
    family.extend(parts.map(|one| one.name.clone()));

    let of = |table: &Table| {
        let keys = table
            .foreign_keys
            .iter()
            .filter(|key| family.contains(&key.references));
        keys.map(|key| Referrer {
            table: table.name.clone(),
            columns: key.columns.clone(),
            referenced: key.referenced_columns.clone(),
        })
        .collect::<Vec<_>>()
    };
    let outside = elsewhere.iter().filter(|(name, _)| *name == to.name);
    schema
        .tables
        .iter()
        .flat_map(of)
        .chain(outside.map(|(_, referrer)| referrer.clone()))
        .collect()
}

/// Where tables refer to one another in a circle the rules stay as they were written.
fn children_first(planned: Vec<Planned>) -> Vec<Planned> {
    ordered(planned, |one, other| {
        let referrers = &one.removal.referrers;
        one.removal.table != other.removal.table
            && referrers.iter().any(|it| it.table == other.removal.table)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::prune::Age;
    use crate::schema::{Column, ForeignKey, IndexPart, PrimaryKey};

    fn table(name: &str, refers_to: &[&str]) -> Table {
        let column = |name: &str, data_type: &str| Column {
            name: name.to_owned(),
            data_type: data_type.to_owned(),
            ..Column::default()
        };
        let key = |to: &&str| ForeignKey {
            columns: vec!["other".to_owned()],
            references: Name::new(*to),
            referenced_columns: vec!["id".to_owned()],
            ..ForeignKey::default()
        };
        Table {
            name: Name::new(name),
            columns: vec![
                column("id", "integer"),
                column("at", "timestamp with time zone"),
                column("other", "integer"),
            ],
            primary_key: Some(PrimaryKey {
                columns: vec![IndexPart::column("id")],
                ..PrimaryKey::default()
            }),
            foreign_keys: refers_to.iter().map(key).collect(),
            ..Table::default()
        }
    }

    fn rule(table: &str, column: &str) -> Rule {
        Rule {
            table: table.to_owned(),
            column: column.to_owned(),
            age: Age {
                months: 3,
                seconds: 0,
            },
            older_than: "3mo".to_owned(),
            built_in: false,
        }
    }

    #[test]
    fn children_come_before_those_that_they_refer_to() {
        let schema = Schema {
            tables: vec![table("a", &[]), table("b", &["a", "b"]), table("c", &["b"])],
            ..Schema::default()
        };
        let rules = [rule("a", "at"), rule("b", "at"), rule("c", "at")];
        let planned = plan(Dialect::Postgres, &schema, &[], &rules).unwrap();
        let order: Vec<&str> = planned.iter().map(|one| one.rule.table.as_str()).collect();
        assert_eq!(order, ["c", "b", "a"]);
        let referrers = |i: usize| planned[i].removal.referrers.len();
        assert_eq!((referrers(0), referrers(1), referrers(2)), (0, 2, 1));
    }

    #[test]
    fn a_rule_that_fits_nothing_is_named_unless_it_is_built_in() {
        let schema = Schema {
            tables: vec![table("a", &[])],
            ..Schema::default()
        };
        let said = |rule: Rule| {
            plan(Dialect::Postgres, &schema, &[], &[rule])
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            said(rule("x", "at")),
            "there is no table x, which a rule names"
        );
        assert_eq!(
            said(rule("a", "x")),
            "table a has no column x, which a rule names"
        );
        assert_eq!(
            said(rule("a", "id")),
            "column id of table a holds no moments: it is integer"
        );
        let built_in = Rule {
            built_in: true,
            ..rule("x", "at")
        };
        assert_eq!(
            plan(Dialect::Postgres, &schema, &[], &[built_in]),
            Ok(Vec::new())
        );
    }
}
