//! Which tables are copied, and in which order.

use super::CopyError;
use crate::dialect::Dialect;
use crate::dialect::rows::{RowTable, Rules, check_columns};
use crate::schema::{Name, Schema, Table, ordered};

/// One table to copy.
#[derive(Clone, Debug)]
pub struct Job {
    pub source: RowTable,
    pub target: RowTable,
    /// As it is in the target.
    pub table: Table,
}

impl Job {
    /// The name that a person reads.
    pub fn name(&self) -> String {
        self.source.name.to_string()
    }
}

/// The tables of `source` with their places in `target`, each after those that it refers to, as far as there is
/// such an order. `only` names the tables that are meant; all, where it is empty.
///
/// # Errors
/// A table that one of the two has not; a column that can never be carried.
pub fn jobs(
    (from, source): (Dialect, &Schema),
    (to, target): (Dialect, &Schema),
    only: &[String],
    rules: Rules,
) -> Result<Vec<Job>, CopyError> {
    let meant = meant(source, only);
    for name in only {
        if !meant.iter().any(|table| is_called(table, name)) {
            return Err(CopyError::NoSuchTable(name.clone()));
        }
    }
    let mut jobs = Vec::with_capacity(meant.len());
    for table in meant {
        let there = place(target, &table.name);
        let there = there.ok_or_else(|| CopyError::NotThere(table.name.clone()))?;
        let job = Job {
            source: RowTable::of(from, source, table),
            target: RowTable::of(to, target, there),
            table: there.clone(),
        };
        check_columns(&job.source, &job.target, rules)?;
        jobs.push(job);
    }
    Ok(ordered(jobs, refers_to))
}

/// The tables of a schema that `only` names; all, where it is empty. A partition's rows are its parent's.
pub(super) fn meant<'s>(schema: &'s Schema, only: &[String]) -> Vec<&'s Table> {
    let named = |table: &&Table| only.is_empty() || only.iter().any(|it| is_called(table, it));
    let whole = schema.tables.iter().filter(|it| it.partition_of.is_none());
    whole.filter(named).collect()
}

fn is_called(table: &Table, name: &str) -> bool {
    name == table.name.name || name == table.name.to_string()
}

/// The table of this name; of its bare name, where one of the two databases has no namespaces.
fn place<'t>(target: &'t Schema, name: &Name) -> Option<&'t Table> {
    target.table(name).or_else(|| {
        let mut bare = target
            .tables
            .iter()
            .filter(|table| table.name.name == name.name);
        let found = bare.next()?;
        (bare.next().is_none() && (found.name.namespace.is_none() || name.namespace.is_none()))
            .then_some(found)
    })
}

/// Whether a table refers to another one that is copied.
pub(super) fn refers_to(one: &Job, other: &Job) -> bool {
    let keys = &one.table.foreign_keys;
    one.table.name != other.table.name && keys.iter().any(|it| it.references == other.table.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, ForeignKey};

    fn table(name: &str, refers_to: &[&str]) -> Table {
        Table {
            name: Name::new(name),
            columns: vec![Column {
                name: "id".to_owned(),
                data_type: "INTEGER".to_owned(),
                ..Column::default()
            }],
            foreign_keys: refers_to
                .iter()
                .map(|other| ForeignKey {
                    references: Name::new(*other),
                    ..ForeignKey::default()
                })
                .collect(),
            ..Table::default()
        }
    }

    fn names(schema: &Schema, only: &[String]) -> Result<Vec<String>, CopyError> {
        let side = (Dialect::Sqlite, schema);
        let jobs = jobs(side, side, only, Rules::default())?;
        Ok(jobs.iter().map(Job::name).collect())
    }

    #[test]
    fn a_table_comes_after_those_that_it_refers_to() {
        let schema = Schema {
            tables: vec![
                table("a", &["c"]),
                table("b", &["b", "a"]),
                table("c", &[]),
                table("x", &["y"]),
                table("y", &["x"]),
            ],
            ..Schema::default()
        };
        assert_eq!(names(&schema, &[]).unwrap(), ["c", "a", "b", "x", "y"]);
        assert_eq!(names(&schema, &["b".to_owned()]).unwrap(), ["b"]);
        assert!(names(&schema, &["z".to_owned()]).is_err());
    }
}
