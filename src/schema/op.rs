//! One change of a schema, closed: whatever differs between two models is said in these words.

mod apply;
mod describe;
mod loss;
#[cfg(test)]
mod tests;

pub use apply::ApplyError;

use super::{
    Check, Column, ConstraintText, Domain, EnumType, Extension, ForeignKey, Index, Name,
    ObjectText, PartitionOf, PrimaryKey, Routine, Sequence, Table, Trigger, Unique, View,
};

/// What happens to one object. It holds the object whole, so that the inverse is exact.
#[derive(Clone, Debug, PartialEq)]
pub enum Change<T> {
    Add(T),
    Drop(T),
    /// The same object, under the same name, from one shape to another.
    Alter {
        from: T,
        to: T,
    },
}

impl<T: Clone> Change<T> {
    /// Which of the three it is.
    pub fn whole(&self) -> Whole {
        match self {
            Change::Add(_) => Whole::Add,
            Change::Drop(_) => Whole::Drop,
            Change::Alter { .. } => Whole::Alter,
        }
    }

    pub fn inverse(&self) -> Self {
        match self {
            Change::Add(object) => Change::Drop(object.clone()),
            Change::Drop(object) => Change::Add(object.clone()),
            Change::Alter { from, to } => Change::Alter {
                from: to.clone(),
                to: from.clone(),
            },
        }
    }
}

impl<T> Change<T> {
    /// The object as it is afterwards; as it was, where it is dropped.
    pub fn subject(&self) -> &T {
        match self {
            Change::Add(object) | Change::Drop(object) | Change::Alter { to: object, .. } => object,
        }
    }

    /// What was there before.
    pub fn before(&self) -> Option<&T> {
        match self {
            Change::Add(_) => None,
            Change::Drop(object) | Change::Alter { from: object, .. } => Some(object),
        }
    }

    /// What is there afterwards.
    pub fn after(&self) -> Option<&T> {
        match self {
            Change::Drop(_) => None,
            Change::Add(object) | Change::Alter { to: object, .. } => Some(object),
        }
    }
}

/// Which kind of change an object meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whole {
    Add,
    Drop,
    Alter,
}

/// Where a column stands among the others. PostgreSQL can only append.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    First,
    After(String),
    #[default]
    Last,
}

/// One change of a schema.
///
/// Names inside the texts of other objects (a view's query, a check) do not follow a rename: a server
/// that rewrites them itself is asked afterwards.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// `Alter` renames it.
    Namespace(Change<String>),
    Extension(Change<Extension>),
    /// `Alter` adds, removes or reorders values, or changes the comment.
    Enum(Change<EnumType>),
    Domain(Change<Domain>),
    Sequence(Change<Sequence>),
    /// With all that is inside. `Alter` is the whole change at once: SQLite's rebuild.
    Table(Box<Change<Table>>),
    RenameTable {
        from: Name,
        to: Name,
    },
    TableComment {
        table: Name,
        from: Option<String>,
        to: Option<String>,
    },
    TableOptions {
        table: Name,
        from: Vec<String>,
        to: Vec<String>,
    },
    /// `Add` attaches, `Drop` detaches, `Alter` does both.
    Partition {
        table: Name,
        change: Change<PartitionOf>,
    },
    Column {
        table: Name,
        /// Where it comes to stand, or stood.
        place: Place,
        change: Box<Change<Column>>,
    },
    RenameColumn {
        table: Name,
        from: String,
        to: String,
    },
    PrimaryKey {
        table: Name,
        change: Change<PrimaryKey>,
    },
    Unique {
        table: Name,
        change: Change<Unique>,
    },
    /// `table` may be a materialised view.
    Index {
        table: Name,
        change: Change<Index>,
    },
    RenameIndex {
        table: Name,
        from: String,
        to: String,
    },
    ForeignKey {
        table: Name,
        change: Change<ForeignKey>,
    },
    Check {
        table: Name,
        change: Change<Check>,
    },
    /// One that the model keeps as text.
    OtherConstraint {
        table: Name,
        change: Change<ConstraintText>,
    },
    /// Of a key, a unique constraint, a foreign key, a check or another.
    RenameConstraint {
        table: Name,
        from: String,
        to: String,
    },
    View(Change<View>),
    Routine(Change<Routine>),
    Trigger(Change<Trigger>),
    Other(Change<ObjectText>),
}

impl Op {
    /// The change that takes this one back, exactly: `op.inverse().inverse() == op`.
    pub fn inverse(&self) -> Op {
        match self {
            Op::Namespace(change) => Op::Namespace(change.inverse()),
            Op::Extension(change) => Op::Extension(change.inverse()),
            Op::Enum(change) => Op::Enum(change.inverse()),
            Op::Domain(change) => Op::Domain(change.inverse()),
            Op::Sequence(change) => Op::Sequence(change.inverse()),
            Op::Table(change) => Op::Table(Box::new(change.inverse())),
            Op::RenameTable { from, to } => Op::RenameTable {
                from: to.clone(),
                to: from.clone(),
            },
            Op::TableComment { table, from, to } => Op::TableComment {
                table: table.clone(),
                from: to.clone(),
                to: from.clone(),
            },
            Op::TableOptions { table, from, to } => Op::TableOptions {
                table: table.clone(),
                from: to.clone(),
                to: from.clone(),
            },
            Op::Partition { table, change } => Op::Partition {
                table: table.clone(),
                change: change.inverse(),
            },
            Op::Column {
                table,
                place,
                change,
            } => Op::Column {
                table: table.clone(),
                place: place.clone(),
                change: Box::new(change.inverse()),
            },
            Op::RenameColumn { table, from, to } => Op::RenameColumn {
                table: table.clone(),
                from: to.clone(),
                to: from.clone(),
            },
            Op::PrimaryKey { table, change } => Op::PrimaryKey {
                table: table.clone(),
                change: change.inverse(),
            },
            Op::Unique { table, change } => Op::Unique {
                table: table.clone(),
                change: change.inverse(),
            },
            Op::Index { table, change } => Op::Index {
                table: table.clone(),
                change: change.inverse(),
            },
            Op::RenameIndex { table, from, to } => Op::RenameIndex {
                table: table.clone(),
                from: to.clone(),
                to: from.clone(),
            },
            Op::ForeignKey { table, change } => Op::ForeignKey {
                table: table.clone(),
                change: change.inverse(),
            },
            Op::Check { table, change } => Op::Check {
                table: table.clone(),
                change: change.inverse(),
            },
            Op::OtherConstraint { table, change } => Op::OtherConstraint {
                table: table.clone(),
                change: change.inverse(),
            },
            Op::RenameConstraint { table, from, to } => Op::RenameConstraint {
                table: table.clone(),
                from: to.clone(),
                to: from.clone(),
            },
            Op::View(change) => Op::View(change.inverse()),
            Op::Routine(change) => Op::Routine(change.inverse()),
            Op::Trigger(change) => Op::Trigger(change.inverse()),
            Op::Other(change) => Op::Other(change.inverse()),
        }
    }

    /// What it does to an object as a whole; `None` where it changes something inside a table.
    pub fn whole(&self) -> Option<Whole> {
        match self {
            Op::Namespace(change) => Some(change.whole()),
            Op::Extension(change) => Some(change.whole()),
            Op::Enum(change) => Some(change.whole()),
            Op::Domain(change) => Some(change.whole()),
            Op::Sequence(change) => Some(change.whole()),
            Op::Table(change) => Some(change.whole()),
            Op::View(change) => Some(change.whole()),
            Op::Routine(change) => Some(change.whole()),
            Op::Trigger(change) => Some(change.whole()),
            Op::Other(change) => Some(change.whole()),
            Op::RenameTable { .. } => Some(Whole::Alter),
            _ => None,
        }
    }

    /// The table that it changes, where it changes one that is there before and after.
    pub fn table(&self) -> Option<&Name> {
        match self {
            Op::TableComment { table, .. }
            | Op::TableOptions { table, .. }
            | Op::Partition { table, .. }
            | Op::Column { table, .. }
            | Op::RenameColumn { table, .. }
            | Op::PrimaryKey { table, .. }
            | Op::Unique { table, .. }
            | Op::Index { table, .. }
            | Op::RenameIndex { table, .. }
            | Op::ForeignKey { table, .. }
            | Op::Check { table, .. }
            | Op::OtherConstraint { table, .. }
            | Op::RenameConstraint { table, .. } => Some(table),
            Op::Table(change) => match &**change {
                Change::Alter { to, .. } => Some(&to.name),
                _ => None,
            },
            _ => None,
        }
    }
}
