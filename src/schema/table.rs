//! Tables and what belongs to them.

use serde::{Deserialize, Serialize};

use super::Name;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
    /// Constraints that have no shape above: `EXCLUDE`, `WITHOUT OVERLAPS`, `PERIOD`.
    pub other_constraints: Vec<ConstraintText>,
    pub comment: Option<String>,
    pub partitioning: Option<Partitioning>,
    pub partition_of: Option<PartitionOf>,
    /// PostgreSQL's `INHERITS (…)`, in their order; a partition's parent is in `partition_of`.
    pub inherits: Vec<Name>,
    /// What is not the default, each as its own SQL, in this order.
    ///
    /// - PostgreSQL: `UNLOGGED`, `OF type`, `USING method`, `WITH (…)`, `TABLESPACE name`; then what only
    ///   `ALTER TABLE` can say: `ENABLE ROW LEVEL SECURITY`, `FORCE ROW LEVEL SECURITY`,
    ///   `REPLICA IDENTITY …`, `CLUSTER ON index`.
    /// - MySQL: `ENGINE=…`, `DEFAULT COLLATE=…`, `ROW_FORMAT=…` and other `key=value`s, `WITH SYSTEM VERSIONING`.
    /// - SQLite: `WITHOUT ROWID`, `STRICT`. A virtual table is among the schema's `others`.
    pub options: Vec<String>,
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Column {
    pub name: String,
    /// In the dialect's own spelling, with length, precision, array and sign: `character varying(50)`, `int(10) unsigned`.
    pub data_type: String,
    pub nullable: bool,
    /// An expression in the dialect's own spelling, without the brackets that SQLite and MySQL want around
    /// one that is more than a literal.
    pub default: Option<String>,
    pub identity: Option<Identity>,
    pub generated: Option<Generated>,
    /// Where it is not the type's, table's or database's own. As SQL: PostgreSQL's are quoted and
    /// qualified where they must be (`"C"`, `app."de-x-icu"`).
    pub collation: Option<String>,
    pub comment: Option<String>,
    /// What else is not the default, each as its own SQL. PostgreSQL: what `ALTER COLUMN … SET` takes
    /// (`STORAGE external`, `COMPRESSION lz4`, `STATISTICS 500`, `(n_distinct=5)`). MySQL and SQLite: what
    /// follows in the column's definition (`INVISIBLE`, `SRID 4326`; `NOT NULL ON CONFLICT IGNORE`'s
    /// `ON CONFLICT IGNORE`).
    pub options: Vec<String>,
    /// Whether the column comes from a parent alone (`INHERITS`, `PARTITION OF`) and so is not spelt out.
    pub inherited: bool,
    /// MySQL's `ON UPDATE CURRENT_TIMESTAMP(n)`.
    pub on_update: Option<String>,
}

impl Column {
    /// Whether rows without a value in `from` can have this column's default: it may not be NULL any more, and
    /// has one of the same type.
    pub fn takes_default_from(&self, from: &Column) -> bool {
        let plain = |it: &Column| it.generated.is_none() && it.identity.is_none();
        let default = self.default.as_deref();
        from.nullable
            && !self.nullable
            && from.data_type == self.data_type
            && plain(from)
            && plain(self)
            && default.is_some_and(|it| !it.to_ascii_uppercase().starts_with("NULL"))
    }
}

/// How the database numbers rows by itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generated {
    pub expression: String,
    pub stored: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrimaryKey {
    pub name: Option<String>,
    pub columns: Vec<IndexPart>,
    pub include: Vec<String>,
    pub deferrable: Option<Deferrable>,
    /// The index's: `WITH (…)`, `TABLESPACE name`, `USING HASH`; SQLite's `ON CONFLICT …`.
    pub options: Vec<String>,
    pub comment: Option<String>,
}

/// A unique constraint.
///
/// On MySQL, where it is nothing but a unique index (with expressions, a comment, a visibility), there is
/// none: all of them are among the table's `indexes`, with `unique`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Unique {
    pub name: Option<String>,
    pub columns: Vec<IndexPart>,
    pub include: Vec<String>,
    pub nulls_not_distinct: bool,
    pub deferrable: Option<Deferrable>,
    /// The index's: `WITH (…)`, `TABLESPACE name`, `USING HASH`; SQLite's `ON CONFLICT …`.
    pub options: Vec<String>,
    pub comment: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deferrable {
    pub initially_deferred: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexPart {
    pub key: IndexKey,
    pub order: SortOrder,
    /// Where it is not the order's default.
    pub nulls: Option<Nulls>,
    /// As SQL, like a column's.
    pub collation: Option<String>,
    /// As SQL, with its parameters: `gin_trgm_ops`, `app.my_ops (siglen='32')`.
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

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKey {
    Column(String),
    /// Without the brackets that `CREATE INDEX` wants around it.
    Expression(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SortOrder {
    #[default]
    Ascending,
    Descending,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nulls {
    First,
    Last,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
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
    /// PostgreSQL 18's `NOT ENFORCED`.
    pub not_enforced: bool,
    pub comment: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchKind {
    #[default]
    Simple,
    Full,
    Partial,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Check {
    pub name: Option<String>,
    /// Without the brackets of `CHECK (…)`; PostgreSQL's own text often brings a pair of its own.
    pub expression: String,
    pub no_inherit: bool,
    pub not_valid: bool,
    /// `NOT ENFORCED`, on MySQL and PostgreSQL 18.
    pub not_enforced: bool,
    pub comment: Option<String>,
}

/// A constraint as the server's own text, after its name: `EXCLUDE USING gist (…)`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConstraintText {
    pub name: String,
    pub definition: String,
    pub comment: Option<String>,
}

/// `PARTITION BY …`, as the server spells it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Partitioning {
    pub clause: String,
}

/// A partition: its parent and the bound as the server spells it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartitionOf {
    pub parent: Name,
    pub bound: String,
}
