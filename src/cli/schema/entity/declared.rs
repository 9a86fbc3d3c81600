//! What the entities and their registry say of a schema: the tables, keys and indexes that SeaORM has words for.

use std::collections::BTreeSet;

use sea_orm::sea_query::{
    Alias, ColumnDef, ColumnType, ForeignKey as Reference, ForeignKeyAction, Index, IntoIden as _,
    TableCreateStatement,
};

use super::names::Names;
use crate::dialect::Dialect;
use crate::dialect::entities::{EntityColumn, definition, entity_column, plain_index};
use crate::dialect::types::{self, TypeError};
use crate::schema::{Action, Column, ForeignKey, IndexKey, IndexPart, Name, Schema, Table};

/// A table with an entity.
#[derive(Debug)]
pub(super) struct Entity<'a> {
    pub table: &'a Table,
    pub module: String,
    pub columns: Vec<(&'a Column, EntityColumn)>,
    /// Whether the registry makes the table of the entity; its SQL does otherwise.
    pub declared: bool,
    pub primary: Vec<String>,
    /// Columns with the attribute `unique`: a key that has the name that the database gives by itself.
    pub unique: BTreeSet<String>,
    /// Unique constraints that the registry adds: their name, where they have one, and their columns.
    pub uniques: Vec<(Option<String>, Vec<String>)>,
    /// Indexes that the registry adds: name, whether unique, columns.
    pub indexes: Vec<(String, bool, Vec<String>)>,
    /// Those that the entity's relations bring, found in what was generated.
    pub foreign_keys: Vec<&'a ForeignKey>,
    statements: Vec<sea_orm::sea_query::IndexCreateStatement>,
}

#[derive(Debug, Default)]
pub(super) struct Declared<'a> {
    pub entities: Vec<Entity<'a>>,
    pub left_out: Vec<String>,
}

impl<'a> Declared<'a> {
    pub fn of(dialect: Dialect, schema: &'a Schema, names: &Names) -> Declared<'a> {
        let mut declared = Declared::default();
        for table in &schema.tables {
            if table.partition_of.is_some() {
                let line = format!("{}: a partition; its parent's entity reads it", table.name);
                declared.left_out.push(line);
                continue;
            }
            match Entity::of(dialect, schema, table, names) {
                Some(entity) => declared.entities.push(entity),
                None => declared.left_out.push(format!(
                    "{}: it has no primary key, which SeaORM asks for",
                    table.name
                )),
            }
        }
        for view in &schema.views {
            declared
                .left_out
                .push(format!("{}: a view has no primary key", view.name));
        }
        declared.settle();
        declared
    }

    /// Leaves to SQL what refers to a table that is left to SQL, until nothing does.
    fn settle(&mut self) {
        loop {
            let made: BTreeSet<Name> = self
                .entities
                .iter()
                .filter(|it| it.declared)
                .map(|it| it.table.name.clone())
                .collect();
            let mut settled = true;
            for entity in self.entities.iter_mut().filter(|it| it.declared) {
                let keys = &entity.table.foreign_keys;
                if keys.iter().any(|key| !made.contains(&key.references)) {
                    entity.declared = false;
                    settled = false;
                }
            }
            if settled {
                return;
            }
        }
    }

    pub fn entity_in(&mut self, file: &str) -> Option<&mut Entity<'a>> {
        let module = file.strip_suffix(".rs")?;
        self.entities.iter_mut().find(|it| it.module == module)
    }

    /// The schema that the registry's tables and indexes ask for.
    pub fn desired(&self, dialect: Dialect) -> Result<Schema, TypeError> {
        let made = || self.entities.iter().filter(|it| it.declared);
        let tables: Vec<_> = made().map(Entity::statement).collect();
        let indexes: Vec<_> = made().flat_map(|it| it.statements.clone()).collect();
        types::desired(dialect, &tables, &indexes)
    }
}

impl<'a> Entity<'a> {
    fn of(
        dialect: Dialect,
        schema: &Schema,
        table: &'a Table,
        names: &Names,
    ) -> Option<Entity<'a>> {
        let primary = plain(&table.primary_key.as_ref()?.columns)?;
        let columns: Vec<_> = table
            .columns
            .iter()
            .map(|column| (column, entity_column(dialect, schema, table, column)))
            .collect();
        let declared = table.name.namespace.is_none()
            && table.partitioning.is_none()
            && table.inherits.is_empty()
            && columns.iter().all(|(_, known)| known.built_in);
        let mut entity = Entity {
            table,
            module: names.module(&table.name).to_owned(),
            columns,
            declared,
            primary,
            unique: BTreeSet::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            statements: Vec::new(),
        };
        entity.find_keys(dialect);
        Some(entity)
    }

    /// Sorts unique keys and indexes into those that an attribute says and those that the registry says.
    fn find_keys(&mut self, dialect: Dialect) {
        let table = self.table;
        for unique in &table.uniques {
            let Some(columns) = plain(&unique.columns) else {
                continue;
            };
            match columns.as_slice() {
                [column] if self.implied(dialect, column, unique.name.as_deref()) => {
                    self.unique.insert(column.clone());
                }
                _ => self.uniques.push((unique.name.clone(), columns)),
            }
        }
        for index in &table.indexes {
            let Some(statement) = plain_index(dialect, table, index) else {
                continue;
            };
            let columns: Vec<String> = index.parts.iter().map(ToString::to_string).collect();
            match columns.as_slice() {
                [column] if index.unique && self.implied(dialect, column, Some(&index.name)) => {
                    self.unique.insert(column.clone());
                }
                _ => {
                    self.statements.push(statement);
                    self.indexes
                        .push((index.name.clone(), index.unique, columns));
                }
            }
        }
    }

    /// Whether the attribute `unique` on this column makes a key of this name.
    fn implied(&self, dialect: Dialect, column: &str, name: Option<&str>) -> bool {
        let mut statement = TableCreateStatement::new();
        statement
            .table(Alias::new(&self.table.name.name))
            .col(ColumnDef::new_with_type(Alias::new(column), ColumnType::Integer).unique_key());
        types::table_of(dialect, &statement).is_ok_and(|made| {
            let keys = made.uniques.iter().map(|it| it.name.as_deref());
            let indexes = made.indexes.iter().map(|it| Some(it.name.as_str()));
            keys.chain(indexes).any(|it| it == name)
        })
    }

    /// Whether no two rows are alike in this column, whatever says so.
    pub fn is_unique(&self, column: &str) -> bool {
        let alone = |columns: &[String]| matches!(columns, [only] if only == column);
        self.unique.contains(column)
            || self.uniques.iter().any(|(_, columns)| alone(columns))
            || self
                .indexes
                .iter()
                .any(|(_, unique, columns)| *unique && alone(columns))
    }

    /// Whether SeaORM is to number the rows. sea-query numbers no type that it does not know; `serial` does so itself.
    pub fn numbers(&self, known: &EntityColumn) -> bool {
        known.auto_increment
            && self.primary.len() == 1
            && !matches!(known.declared, ColumnType::Custom(_))
    }

    /// The primary key as the registry says it, where the entity's own would be another.
    pub fn named_key(&self) -> Option<(Option<&str>, &[String])> {
        let key = self.table.primary_key.as_ref()?;
        (self.primary.len() > 1).then_some((key.name.as_deref(), self.primary.as_slice()))
    }

    /// The table in the words that the registry uses.
    fn statement(&self) -> TableCreateStatement {
        let mut statement = TableCreateStatement::new();
        statement.table(Alias::new(&self.table.name.name));
        if let Some(comment) = &self.table.comment {
            statement.comment(comment);
        }
        for (column, known) in &self.columns {
            let mut definition = definition(column, known);
            if self.unique.contains(&column.name) {
                definition.unique_key();
            }
            if self.primary.contains(&column.name) {
                if self.numbers(known) {
                    definition.auto_increment();
                }
                if self.primary.len() == 1 {
                    definition.primary_key();
                }
            }
            statement.col(definition);
        }
        if let Some((name, columns)) = self.named_key() {
            statement.primary_key(&mut index(name, columns).primary().take());
        }
        for (name, columns) in &self.uniques {
            statement.index(&mut index(name.as_deref(), columns).unique().take());
        }
        for key in &self.foreign_keys {
            statement.foreign_key(&mut reference(
                key,
                |_, name| name.to_owned(),
                |table| table.name.clone(),
            ));
        }
        statement
    }

    /// The table in Rust's names, as `sea-orm-codegen` reads it.
    pub fn for_codegen(&self, schema: &Schema, names: &Names) -> TableCreateStatement {
        let mut statement = TableCreateStatement::new();
        let field = |column: &str| Alias::new(names.field(&self.table.name, column));
        statement.table(Alias::new(&self.module));
        for (column, known) in &self.columns {
            let kind = renamed(&known.kind, names);
            let mut definition = ColumnDef::new_with_type(field(&column.name), kind);
            if !column.nullable {
                definition.not_null();
            }
            if self.is_unique(&column.name) {
                definition.unique_key();
            }
            if self.primary.contains(&column.name) {
                definition.primary_key();
            }
            statement.col(definition);
        }
        for key in &self.table.foreign_keys {
            let there = schema.table(&key.references);
            if there.is_none_or(|it| it.primary_key.is_none() || it.partition_of.is_some()) {
                continue;
            }
            statement.foreign_key(&mut reference(
                key,
                |table, column| {
                    names
                        .field(table.unwrap_or(&self.table.name), column)
                        .to_owned()
                },
                |table| names.module(table).to_owned(),
            ));
        }
        statement
    }
}

fn index(name: Option<&str>, columns: &[String]) -> sea_orm::sea_query::IndexCreateStatement {
    let mut index = Index::create();
    if let Some(name) = name {
        index.name(name);
    }
    for column in columns {
        index.col(Alias::new(column));
    }
    index.take()
}

/// A foreign key; `column` is asked with `None` for one of the table's own.
fn reference(
    key: &ForeignKey,
    column: impl Fn(Option<&Name>, &str) -> String,
    table: impl Fn(&Name) -> String,
) -> sea_orm::sea_query::ForeignKeyCreateStatement {
    let mut statement = Reference::create();
    if let Some(name) = &key.name {
        statement.name(name);
    }
    for name in &key.columns {
        statement.from_col(Alias::new(column(None, name)));
    }
    statement.to_tbl(Alias::new(table(&key.references)));
    for name in &key.referenced_columns {
        statement.to_col(Alias::new(column(Some(&key.references), name)));
    }
    if let Some(action) = action(key.on_update) {
        statement.on_update(action);
    }
    if let Some(action) = action(key.on_delete) {
        statement.on_delete(action);
    }
    statement
}

fn action(action: Action) -> Option<ForeignKeyAction> {
    Some(match action {
        Action::NoAction => return None,
        Action::Restrict => ForeignKeyAction::Restrict,
        Action::Cascade => ForeignKeyAction::Cascade,
        Action::SetNull => ForeignKeyAction::SetNull,
        Action::SetDefault => ForeignKeyAction::SetDefault,
    })
}

/// The columns of a key that is made of nothing else.
fn plain(parts: &[IndexPart]) -> Option<Vec<String>> {
    parts
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(name) => Some(name.clone()),
            IndexKey::Expression(_) => None,
        })
        .collect()
}

/// A type in which enums have their Rust names. Their values are written later: codegen would print its
/// doubts about them on stdout.
fn renamed(kind: &ColumnType, names: &Names) -> ColumnType {
    match kind {
        ColumnType::Array(element) => {
            ColumnType::Array(std::sync::Arc::new(renamed(element, names)))
        }
        ColumnType::Enum { name, .. } => ColumnType::Enum {
            name: Alias::new(
                names
                    .enums
                    .get(&name.to_string())
                    .map_or("", |known| known.ident.as_str()),
            )
            .into_iden(),
            variants: Vec::new(),
        },
        kind => kind.clone(),
    }
}
