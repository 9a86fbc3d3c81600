//! Random schemas that a dialect can have, in its own spelling.

mod build;
mod cases;
mod kinds;

pub use build::build;
pub use cases::for_cases;
use proptest::prelude::*;

/// Plain ones first: only they stand in expressions, which the server spells in its own way.
pub const NAMES: [&str; 14] = [
    "id",
    "amount",
    "depth",
    "note",
    "kind",
    "状态",
    "Upper",
    "select",
    "a b",
    "x\"y",
    "semi;colon",
    "back`tick",
    "it's",
    "per%cent",
];
const PLAIN: usize = 5;

/// What a column is made of: its choices are taken as far as they go in the dialect.
#[derive(Clone, Debug)]
pub struct ColumnSeed {
    pub name: usize,
    pub kind: usize,
    pub default: Option<usize>,
    pub nullable: bool,
    pub comment: bool,
    pub collation: bool,
    pub generated: bool,
    /// A foreign key to this one of the tables.
    pub refers_to: Option<usize>,
    pub action: usize,
}

#[derive(Clone, Debug)]
pub struct KeySeed {
    pub columns: Vec<usize>,
    pub unique: bool,
    pub constraint: bool,
    pub descending: bool,
    pub expression: bool,
    pub partial: bool,
    pub extra: bool,
}

#[derive(Clone, Debug)]
pub struct TableSeed {
    pub name: usize,
    pub app: bool,
    pub columns: Vec<ColumnSeed>,
    pub numbering: usize,
    pub wide_key: bool,
    pub big: bool,
    pub keys: Vec<KeySeed>,
    pub checks: Vec<usize>,
    pub comment: bool,
}

pub fn column() -> impl Strategy<Value = ColumnSeed> {
    let flags = (
        any::<bool>(),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.1),
        prop::bool::weighted(0.15),
    );
    // Often an integer, the one that expressions are made of.
    let kind = prop_oneof![1 => Just(0usize), 2 => 0..100usize];
    (
        0..NAMES.len(),
        kind,
        prop::option::of(0..8usize),
        flags,
        prop::option::weighted(0.25, 0..8usize),
        0..5usize,
    )
        .prop_map(
            |(
                name,
                kind,
                default,
                (nullable, comment, collation, generated),
                refers_to,
                action,
            )| ColumnSeed {
                name,
                kind,
                default,
                nullable,
                comment,
                collation,
                generated,
                refers_to,
                action,
            },
        )
}

pub fn key() -> impl Strategy<Value = KeySeed> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    let rare = (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.3),
    );
    (prop::collection::vec(0..10usize, 1..3), flags, rare).prop_map(
        |(columns, (unique, constraint, descending), (expression, partial, extra))| KeySeed {
            columns,
            unique,
            constraint,
            descending,
            expression,
            partial,
            extra,
        },
    )
}

pub fn table() -> impl Strategy<Value = TableSeed> {
    (
        (0..NAMES.len(), prop::bool::weighted(0.2)),
        prop::collection::vec(column(), 1..8),
        (0..4usize, any::<bool>(), any::<bool>()),
        prop::collection::vec(key(), 0..4),
        prop::collection::vec(0..10usize, 0..3),
        prop::bool::weighted(0.2),
    )
        .prop_map(
            |((name, app), columns, (numbering, wide_key, big), keys, checks, comment)| TableSeed {
                name,
                app,
                columns,
                numbering,
                wide_key,
                big,
                keys,
                checks,
                comment,
            },
        )
}

/// What a schema is made of.
#[derive(Clone, Debug)]
pub struct Seeds {
    pub tables: Vec<TableSeed>,
    pub sequences: usize,
    /// A choice among what the enum and the domain are like.
    pub mood: usize,
}

pub fn seeds(most_tables: usize) -> impl Strategy<Value = Seeds> {
    (
        prop::collection::vec(table(), 0..=most_tables),
        0..3usize,
        0..4usize,
    )
        .prop_map(|(tables, sequences, mood)| Seeds {
            tables,
            sequences,
            mood,
        })
}
