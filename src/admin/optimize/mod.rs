//! What would make a database quicker or smaller: indexes that are missing, that say nothing new or that nobody
//! reads, room that gone rows have left. Pure: the facts come from `dialect`.

mod indexes;
mod room;
#[cfg(test)]
mod tests;

use crate::dialect::Dialect;
use crate::dialect::ddl::{Style, statements};
use crate::dialect::usage::Usage;
use crate::schema::{Name, Op, Schema};

/// Why something is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The entities declare an index that is not there.
    Declared,
    /// A foreign key has no index.
    ForeignKey,
    /// A failed CREATE INDEX CONCURRENTLY has left it.
    Invalid,
    /// Another index is the same.
    Duplicate,
    /// Another index begins with the same columns.
    Prefix,
    /// Nobody has read it.
    Unused,
    /// Rows that are gone have left room.
    Room,
}

impl Reason {
    pub fn name(self) -> &'static str {
        match self {
            Reason::Declared => "declared",
            Reason::ForeignKey => "foreign key",
            Reason::Invalid => "invalid",
            Reason::Duplicate => "duplicate",
            Reason::Prefix => "prefix",
            Reason::Unused => "unused",
            Reason::Room => "room",
        }
    }
}

/// What would be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A change of the schema: it belongs into a revision.
    Change(Box<Op>),
    /// What changes no schema and holds nobody up.
    Maintain(String),
    /// For a person to decide.
    Advise(String),
}

/// One proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    pub reason: Reason,
    pub table: Name,
    pub index: Option<String>,
    /// Why, in words.
    pub says: String,
    /// How large what is there is.
    pub bytes: Option<u64>,
    pub action: Action,
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub dialect: Dialect,
    /// What is there.
    pub found: &'a Schema,
    /// What the entities, or `schema.sql`, say.
    pub desired: Option<&'a Schema>,
    pub usage: &'a Usage,
}

/// The statements of a change, such that nobody who writes is held up.
pub fn sql(dialect: Dialect, op: &Op, before: &Schema) -> Vec<String> {
    let style = Style {
        concurrently: dialect.online_wants_no_transaction(),
        ..Style::default()
    };
    let statements = statements(dialect, op, before, style).unwrap_or_default();
    statements.iter().map(|sql| dialect.online(sql)).collect()
}

/// Everything that is proposed, what is missing first.
pub fn propose(facts: &Facts<'_>) -> Vec<Proposal> {
    let mut proposals = indexes::missing(facts);
    proposals.extend(indexes::invalid(facts));
    proposals.extend(indexes::needless(facts));
    proposals.extend(room::wasted(facts));
    for proposal in &mut proposals {
        leave_to_a_person(facts, proposal);
    }
    proposals
}

/// Where no transaction is wanted so that nobody is held up, an index of a partitioned table cannot be made or dropped
/// so at all: it takes a step for each partition, or a quiet hour.
fn leave_to_a_person(facts: &Facts<'_>, proposal: &mut Proposal) {
    let Action::Change(op) = &proposal.action else {
        return;
    };
    let table = facts.found.table(&proposal.table);
    let is_partitioned = table.is_some_and(|table| table.partitioning.is_some());
    if !is_partitioned || !facts.dialect.online_wants_no_transaction() {
        return;
    }
    let sql = statements(facts.dialect, op, facts.found, Style::default()).unwrap_or_default();
    proposal.says.push_str(
        "; the table is partitioned: at once this holds up whoever writes, else ON ONLY the table, then \
         CONCURRENTLY on each partition, then ATTACH PARTITION",
    );
    proposal.action = Action::Advise(sql.join("; "));
}
