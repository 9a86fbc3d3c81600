//! What a database looks like, as a pure model: no I/O, no clock, no server.
//!
//! The model is neutral in shape and the dialect's own in spelling: a type, a default or a check is the
//! text that the database itself would give back (`dialect/*/types.rs` brings other spellings there).
//! So two models of one dialect can be compared by `==`, and nothing is lost on a round trip.

use serde::{Deserialize, Serialize};

mod object;
mod op;
mod order;
pub mod render;
pub mod sample;
mod table;

pub use object::{Domain, EnumType, Extension, ObjectText, Routine, Sequence, Trigger, View};
pub use op::{ApplyError, Change, Op, Place, Whole};
pub use order::ordered;
pub use table::{
    Action, Check, Column, ConstraintText, Deferrable, ForeignKey, Generated, Identity, Index,
    IndexKey, IndexPart, MatchKind, Nulls, PartitionOf, Partitioning, PrimaryKey, SortOrder, Table,
    Unique,
};

/// A name with the namespace that it lives in (`None`: the database's default one).
///
/// On MySQL and SQLite, whose namespaces are databases, `namespace` is always `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Name {
    pub namespace: Option<String>,
    pub name: String,
}

impl Name {
    pub fn new(name: impl Into<String>) -> Self {
        Name {
            namespace: None,
            name: name.into(),
        }
    }

    pub fn within(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Name {
            namespace: Some(namespace.into()),
            name: name.into(),
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{namespace}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// One database, every list sorted by name, so that equal databases have equal models.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schema {
    /// Namespaces beside the default one.
    pub namespaces: Vec<String>,
    pub extensions: Vec<Extension>,
    pub enums: Vec<EnumType>,
    pub domains: Vec<Domain>,
    /// Those that no column owns.
    pub sequences: Vec<Sequence>,
    pub tables: Vec<Table>,
    pub views: Vec<View>,
    pub routines: Vec<Routine>,
    pub triggers: Vec<Trigger>,
    /// What the model has no shape for, as the server's own text.
    pub others: Vec<ObjectText>,
    /// What was seen and not understood: reported, never silently passed over.
    pub not_understood: Vec<String>,
}

impl Schema {
    pub fn table(&self, name: &Name) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == *name)
    }
}
