//! Two schemas of one dialect compared: the operations that turn one into the other, in an order that runs.
//!
//! Pure: models go in, operations come out. What differs between dialects is data, [`DiffRules`].

mod column;
mod filter;
mod group;
mod held;
mod note;
mod objects;
mod order;
mod part;
mod rename;
mod sides;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use filter::{Kind, Options};
pub use note::Note;
pub use rename::{Rename, RenameCandidate, Renames, UnreadableRename};

pub use crate::dialect::diff::DiffRules;
use crate::schema::{Op, Schema};

/// What turns one schema into another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff {
    /// In an order that runs; none where the schemas are equal.
    pub ops: Vec<Op>,
    /// Places in `ops` before which what went before must be committed: PostgreSQL refuses a new value of
    /// an enum in the transaction that added it.
    pub splits: Vec<usize>,
    /// What looks renamed and was not answered: to be asked about before anything is written. Until then
    /// `ops` treats it as renamed, so that nothing is lost by running them.
    pub rename_candidates: Vec<RenameCandidate>,
    /// What a person should know before running them.
    pub notes: Vec<Note>,
}

impl Diff {
    /// Whether nothing differs and nothing was left out.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty() && self.notes.is_empty()
    }
}

/// Compares two schemas that are in the same dialect's own spelling.
///
/// Comes out empty where nothing differs that `rules` count as a difference: names that a server chose by
/// itself, the case of names, the order of columns, the sequences behind `serial` columns are none.
pub fn diff(from: &Schema, to: &Schema, options: &Options, rules: &DiffRules) -> Diff {
    let sides = sides::Sides::new(from, to, options, rules);
    let mut changes = table::changes(&sides);
    let plan = held::plan(&sides, &mut changes);
    let (ops, splits) = order::assemble(&sides, &changes, &plan);
    let notes = note::notes(&sides, &changes, &ops);
    Diff {
        ops,
        splits,
        rename_candidates: sides.candidates,
        notes,
    }
}
