//! Tables and what belongs to them.

use super::Name;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub name: Name,
    /// In their order.
    pub columns: Vec<Column>,
    pub primary_key: Option<PrimaryKey>,
    pub uniques: Vec<Unique>,
    /// Those that no constraint brings with it.
    pub indexes: Vec<Index>,
    pub foreign_keys: Vec<ForeignKey>,
    pub checks: Vec<Check>,
    pub comment: Option<String>,
    pub partitioning: Option<Partitioning>,
    pub partition_of: Option<PartitionOf>,
    /// What follows the closing bracket and is not the default: `ENGINE`, `WITHOUT ROWID`, `UNLOGGED`, `INHERITS`, row security…
    pub options: Vec<String>,
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    pub name: String,
    /// In the dialect's own spelling, with length, precision, array and sign: `character varying(50)`, `int(10) unsigned`.
    pub data_type: String,
    pub nullable: bool,
    /// An expression in the dialect's own spelling.
    pub default: Option<String>,
    pub identity: Option<Identity>,
    pub generated: Option<Generated>,
    /// Where it is not the type's, table's or database's own.
    pub collation: Option<String>,
    pub comment: Option<String>,
    /// MySQL's `ON UPDATE CURRENT_TIMESTAMP(n)`.
    pub on_update: Option<String>,
}

/// How the database numbers rows by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Identity {
    /// PostgreSQL's `serial`: a sequence that the column owns, `nextval` as its default.
    Serial { sequence: Name },
    /// `GENERATED ALWAYS | BY DEFAULT AS IDENTITY`, with the sequence's options where they are not the default.
    Generated {
        always: bool,
        options: Option<String>,
    },
    /// MySQL's `AUTO_INCREMENT`, SQLite's `AUTOINCREMENT`.
    AutoIncrement,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    pub expression: String,
    pub stored: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PrimaryKey {
    pub name: Option<String>,
    pub columns: Vec<IndexPart>,
    pub include: Vec<String>,
    pub deferrable: Option<Deferrable>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unique {
    pub name: Option<String>,
    pub columns: Vec<IndexPart>,
    pub include: Vec<String>,
    pub nulls_not_distinct: bool,
    pub deferrable: Option<Deferrable>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deferrable {
    pub initially_deferred: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Index {
    pub name: String,
    pub unique: bool,
    /// `gin`, `FULLTEXT`, `SPATIAL`…; `None` is the dialect's default.
    pub method: Option<String>,
    pub parts: Vec<IndexPart>,
    pub include: Vec<String>,
    pub nulls_not_distinct: bool,
    /// The predicate of a partial index.
    pub predicate: Option<String>,
    /// Storage parameters, tablespace, visibility, parser: the dialect's own text.
    pub options: Vec<String>,
    pub comment: Option<String>,
    /// `false` after a failed `CREATE INDEX CONCURRENTLY`.
    pub valid: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct IndexPart {
    pub key: IndexKey,
    pub order: SortOrder,
    /// Where it is not the order's default.
    pub nulls: Option<Nulls>,
    pub collation: Option<String>,
    pub operator_class: Option<String>,
    /// MySQL's `column(n)`.
    pub prefix: Option<u32>,
}

impl IndexPart {
    pub fn column(name: impl Into<String>) -> Self {
        IndexPart {
            key: IndexKey::Column(name.into()),
            order: SortOrder::Ascending,
            nulls: None,
            collation: None,
            operator_class: None,
            prefix: None,
        }
    }
}

impl std::fmt::Display for IndexPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key {
            IndexKey::Column(text) | IndexKey::Expression(text) => f.write_str(text),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum IndexKey {
    Column(String),
    Expression(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    #[default]
    Ascending,
    Descending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    First,
    Last,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForeignKey {
    pub name: Option<String>,
    pub columns: Vec<String>,
    pub references: Name,
    /// Always spelt out, also where the SQL left them to the primary key.
    pub referenced_columns: Vec<String>,
    pub on_update: Action,
    pub on_delete: Action,
    /// The columns of `ON DELETE SET NULL (…)`, where not all.
    pub on_delete_columns: Vec<String>,
    pub match_kind: MatchKind,
    pub deferrable: Option<Deferrable>,
    pub not_valid: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Action {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MatchKind {
    #[default]
    Simple,
    Full,
    Partial,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Check {
    pub name: Option<String>,
    pub expression: String,
    pub no_inherit: bool,
    pub not_valid: bool,
    /// MySQL's `NOT ENFORCED`.
    pub not_enforced: bool,
}

/// `PARTITION BY …`, as the server spells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Partitioning {
    pub clause: String,
}

/// A partition: its parent and the bound as the server spells it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionOf {
    pub parent: Name,
    pub bound: String,
}
