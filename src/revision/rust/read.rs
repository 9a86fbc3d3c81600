//! From an operation to calls of SeaORM's, where those do just the same; and the proof that they do.

use sea_orm::sea_query::{
    Alias, ForeignKey as KeyQuery, IndexCreateStatement, Table as TableQuery,
};

use super::call::{Call, NewIndex, NewKey, NewTable};
use super::column::NewColumn;
use crate::dialect::Dialect;
use crate::dialect::ddl::{Style, statements};
use crate::dialect::types::{ServerFacts, desired, normalise};
use crate::schema::{
    Change, ForeignKey, Index, IndexKey, IndexPart, Name, Op, Place, Schema, SortOrder, Table,
    Unique,
};

/// An operation with all that is known of it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub dialect: Dialect,
    pub op: Op,
    /// The schema before it.
    pub before: Schema,
    /// What our own DDL does for it.
    pub statements: Vec<String>,
}

impl Known {
    /// The calls that may stand for the operation; [`Known::is_done_by`] has the last word.
    pub fn calls(&self) -> Option<Vec<Call>> {
        let calls = match &self.op {
            Op::Table(change) => match &**change {
                Change::Add(table) => create_table(self.dialect, table)?,
                Change::Drop(table) => vec![Call::DropTable(plain_name(&table.name)?)],
                Change::Alter { .. } => return None,
            },
            Op::RenameTable { from, to } => vec![Call::RenameTable {
                from: plain_name(from)?,
                to: plain_name(to)?,
            }],
            Op::RenameColumn { table, from, to } => vec![Call::RenameColumn {
                table: plain_name(table)?,
                from: plain(from)?,
                to: plain(to)?,
            }],
            Op::Column { table, change, .. } => match &**change {
                Change::Add(column) => {
                    plain(&column.name)?;
                    vec![Call::AddColumn {
                        table: plain_name(table)?,
                        column: NewColumn::read(self.dialect, column)?,
                    }]
                }
                Change::Drop(column) => vec![Call::DropColumn {
                    table: plain_name(table)?,
                    column: plain(&column.name)?,
                }],
                Change::Alter { .. } => return None,
            },
            Op::Index { table, change } => match change {
                Change::Add(index) => vec![Call::CreateIndex(new_index(table, index)?)],
                Change::Drop(index) => vec![Call::DropIndex {
                    table: plain_name(table)?,
                    name: plain(&index.name)?,
                }],
                Change::Alter { .. } => return None,
            },
            Op::ForeignKey { table, change } => match change {
                Change::Add(key) => vec![Call::CreateForeignKey(new_key(table, key)?)],
                Change::Drop(key) => vec![Call::DropForeignKey {
                    table: plain_name(table)?,
                    name: plain(key.name.as_ref()?)?,
                }],
                Change::Alter { .. } => return None,
            },
            _ => return None,
        };
        Some(calls)
    }

    /// Whether the calls do on this dialect what the statements do.
    pub fn is_done_by(&self, calls: &[Call]) -> bool {
        match calls {
            [Call::CreateTable(table), indexes @ ..] => self.is_made_by(table, indexes),
            // Two calls for anything else are never written.
            [only] => self.is_one_statement() && self.is_done_by_one(only),
            _ => false,
        }
    }

    fn is_one_statement(&self) -> bool {
        self.statements.len() == 1
    }

    fn is_made_by(&self, new: &NewTable, indexes: &[Call]) -> bool {
        let Op::Table(change) = &self.op else {
            return false;
        };
        let Change::Add(table) = &**change else {
            return false;
        };
        let indexes: Option<Vec<_>> = indexes
            .iter()
            .map(|call| match call {
                Call::CreateIndex(index) => Some(index.statement(true)),
                _ => None,
            })
            .collect();
        let Some(indexes) = indexes else {
            return false;
        };
        let Ok(made) = desired(self.dialect, &[new.statement()], &indexes) else {
            return false;
        };
        settled(self.dialect, table.clone()).is_some_and(|table| made.tables == [table])
    }

    fn is_done_by_one(&self, call: &Call) -> bool {
        let dialect = self.dialect;
        // SQLite's builder panics at what it cannot do, for which there is never one statement.
        let backend = dialect.orm();
        let own = self.statements[0].as_str();
        match (call, &self.op) {
            (Call::DropTable(name), _) => {
                let statement = TableQuery::drop().table(Alias::new(name)).to_owned();
                backend.build(&statement).sql == own
            }
            (Call::RenameTable { from, to }, _) => {
                let statement = TableQuery::rename()
                    .table(Alias::new(from), Alias::new(to))
                    .to_owned();
                backend.build(&statement).sql == own
            }
            (Call::DropColumn { table, column }, _) => {
                let statement = TableQuery::alter()
                    .table(Alias::new(table))
                    .drop_column(Alias::new(column))
                    .to_owned();
                backend.build(&statement).sql == own
            }
            (Call::RenameColumn { table, from, to }, _) => {
                let statement = TableQuery::alter()
                    .table(Alias::new(table))
                    .rename_column(Alias::new(from), Alias::new(to))
                    .to_owned();
                backend.build(&statement).sql == own
            }
            (Call::DropForeignKey { table, name }, _) => {
                let statement = KeyQuery::drop()
                    .name(name)
                    .table(Alias::new(table))
                    .to_owned();
                backend.build(&statement).sql == own
            }
            // `DROP INDEX "i"`, or as MySQL has it.
            (Call::DropIndex { table, name }, _) => {
                let (table, name) = (dialect.quote(table), dialect.quote(name));
                own == format!("DROP INDEX {name}")
                    || own == format!("ALTER TABLE {table} DROP INDEX {name}")
            }
            (Call::AddColumn { column, .. }, Op::Column { table, change, .. }) => {
                self.is_appended()
                    && change.after().is_some_and(|added| {
                        let mut alone = Table {
                            name: table.clone(),
                            columns: vec![added.clone()],
                            ..Table::default()
                        };
                        alone.name.namespace = None;
                        let new = NewTable {
                            name: alone.name.name.clone(),
                            columns: vec![column.clone()],
                            primary_key: None,
                            uniques: Vec::new(),
                            foreign_keys: Vec::new(),
                        };
                        same(dialect, alone, &new, &[])
                    })
            }
            (Call::CreateIndex(index), Op::Index { table, change }) => {
                change.after().is_some_and(|added| {
                    let alone = Table {
                        name: table.clone(),
                        indexes: vec![added.clone()],
                        ..Table::default()
                    };
                    same(dialect, alone, &bare(table), &[index.statement(true)])
                })
            }
            (Call::CreateForeignKey(key), Op::ForeignKey { table, change }) => {
                change.after().is_some_and(|added| {
                    let alone = Table {
                        name: table.clone(),
                        foreign_keys: vec![added.clone()],
                        ..Table::default()
                    };
                    let mut new = bare(table);
                    new.foreign_keys.push(key.clone());
                    own.contains(" ADD ") && same(dialect, alone, &new, &[])
                })
            }
            _ => false,
        }
    }

    /// Whether the new column comes to stand last, and is simply added.
    fn is_appended(&self) -> bool {
        let mut last = self.op.clone();
        if let Op::Column { place, .. } = &mut last {
            *place = Place::Last;
        }
        statements(self.dialect, &last, &self.before, Style::default())
            .is_ok_and(|statements| statements == self.statements)
            && self.statements[0].contains(" ADD COLUMN ")
    }
}

fn bare(table: &Name) -> NewTable {
    NewTable {
        name: table.name.clone(),
        columns: Vec::new(),
        primary_key: None,
        uniques: Vec::new(),
        foreign_keys: Vec::new(),
    }
}

/// Whether SeaORM's statements make this table.
fn same(dialect: Dialect, table: Table, new: &NewTable, indexes: &[IndexCreateStatement]) -> bool {
    desired(dialect, &[new.statement()], indexes)
        .is_ok_and(|made| settled(dialect, table).is_some_and(|table| made.tables == [table]))
}

fn settled(dialect: Dialect, table: Table) -> Option<Table> {
    let mut schema = Schema::default();
    schema.tables.push(table);
    normalise(dialect, &schema, &ServerFacts::default())
        .tables
        .pop()
}

fn create_table(dialect: Dialect, table: &Table) -> Option<Vec<Call>> {
    let name = plain_name(&table.name)?;
    let mut new = bare(&table.name);
    for column in &table.columns {
        plain(&column.name)?;
        new.columns.push(NewColumn::read(dialect, column)?);
    }
    if let Some(key) = &table.primary_key {
        let columns = columns(&key.columns)?;
        let named = key.name.as_deref().is_some_and(|given| {
            let mut unnamed = table.clone();
            unnamed.primary_key.as_mut().map(|key| key.name.take());
            let own = settled(dialect, unnamed).and_then(|it| it.primary_key);
            own.and_then(|key| key.name).as_deref() != Some(given)
        });
        let own = match columns.as_slice() {
            [(only, false)] if !named => new.columns.iter_mut().find(|it| it.name == *only),
            _ => None,
        };
        match own {
            Some(column) => column.key = true,
            None => {
                let given = if named { key.name.clone() } else { None };
                given.as_ref().map_or(Some(()), |it| plain(it).map(drop))?;
                new.primary_key = Some(NewIndex {
                    table: name.clone(),
                    names: vec![given],
                    unique: false,
                    columns,
                });
            }
        }
    }
    let mut late = Vec::new();
    let mut uniques = table.uniques.clone();
    for index in &table.indexes {
        let brought = table.foreign_keys.iter().find(|key| {
            let names = index.parts.iter().map(ToString::to_string);
            key.name.as_ref() == Some(&index.name) && names.eq(key.columns.iter().cloned())
        });
        if brought.is_some() && keys_bring_indexes(dialect) {
            continue;
        }
        let call = new_index(&table.name, index)?;
        if index.unique && uniques_are_indexes(dialect) {
            uniques.push(Unique {
                name: Some(index.name.clone()),
                columns: index.parts.clone(),
                ..Unique::default()
            });
        } else {
            late.push(Call::CreateIndex(call));
        }
    }
    let first = |unique: &Unique| {
        let name = unique.columns.first().map(ToString::to_string);
        table
            .columns
            .iter()
            .position(|it| Some(&it.name) == name.as_ref())
    };
    uniques.sort_by_key(|it| (first(it), it.columns.len()));
    for unique in &uniques {
        new.uniques.push(new_unique(dialect, table, unique)?);
    }
    for key in &table.foreign_keys {
        new.foreign_keys.push(new_key(&table.name, key)?);
    }
    new.foreign_keys
        .sort_by_key(|it| (it.key.columns.clone(), it.key.references.clone()));
    let mut calls = vec![Call::CreateTable(new)];
    calls.extend(late);
    Some(calls)
}

/// Whether a unique constraint is a unique index and nothing more.
fn uniques_are_indexes(dialect: Dialect) -> bool {
    let table = Table {
        uniques: vec![Unique {
            columns: vec![IndexPart::column("a")],
            ..Unique::default()
        }],
        ..Table::default()
    };
    settled(dialect, table).is_some_and(|it| it.uniques.is_empty())
}

fn keys_bring_indexes(dialect: Dialect) -> bool {
    let table = Table {
        foreign_keys: vec![ForeignKey {
            columns: vec!["a".to_owned()],
            ..ForeignKey::default()
        }],
        ..Table::default()
    };
    settled(dialect, table).is_some_and(|it| !it.indexes.is_empty())
}

fn new_index(table: &Name, index: &Index) -> Option<NewIndex> {
    Some(NewIndex {
        table: plain_name(table)?,
        names: vec![Some(plain(&index.name)?)],
        unique: index.unique,
        columns: columns(&index.parts)?,
    })
}

/// A unique constraint; without its name where the server would choose the same.
fn new_unique(dialect: Dialect, table: &Table, unique: &Unique) -> Option<NewIndex> {
    let chosen = settled(
        dialect,
        Table {
            name: table.name.clone(),
            uniques: vec![Unique {
                name: None,
                ..unique.clone()
            }],
            ..Table::default()
        },
    )?;
    let uniques = chosen.uniques.into_iter().map(|it| it.name);
    let chosen = uniques
        .chain(chosen.indexes.into_iter().map(|it| Some(it.name)))
        .next()?;
    let mut names = Vec::new();
    if chosen == unique.name {
        names.push(None);
    }
    if let Some(name) = &unique.name {
        names.push(Some(plain(name)?));
    }
    Some(NewIndex {
        table: table.name.name.clone(),
        names,
        unique: true,
        columns: columns(&unique.columns)?,
    })
}

fn new_key(table: &Name, key: &ForeignKey) -> Option<NewKey> {
    plain_name(&key.references)?;
    for name in key
        .columns
        .iter()
        .chain(&key.referenced_columns)
        .chain(&key.name)
    {
        plain(name)?;
    }
    let whole = !key.referenced_columns.is_empty();
    whole.then_some(NewKey {
        table: plain_name(table)?,
        key: key.clone(),
    })
}

/// Columns alone, each with whether it descends.
fn columns(parts: &[IndexPart]) -> Option<Vec<(String, bool)>> {
    let column = |part: &IndexPart| match &part.key {
        IndexKey::Column(name) => Some((plain(name)?, part.order == SortOrder::Descending)),
        IndexKey::Expression(_) => None,
    };
    parts.iter().map(column).collect()
}

/// A table in the default namespace.
fn plain_name(name: &Name) -> Option<String> {
    match &name.namespace {
        Some(_) => None,
        None => plain(&name.name),
    }
}

/// A name that needs nothing escaped, which SeaORM does not do everywhere.
fn plain(name: &str) -> Option<String> {
    let is_plain = |c: char| c.is_alphanumeric() || c == '_';
    (!name.is_empty() && name.chars().all(is_plain)).then(|| name.to_owned())
}
