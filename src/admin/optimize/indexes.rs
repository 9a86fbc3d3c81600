//! Indexes that are missing, broken, or of no use.

use super::{Action, Facts, Proposal, Reason};
use crate::schema::{Change, ForeignKey, Index, IndexKey, IndexPart, Name, Op, Table};

/// A table with fewer rows is read as a whole anyway.
const FEW_ROWS: u64 = 1_000;

/// Declared indexes that are not there, and foreign keys without one.
pub(super) fn missing(facts: &Facts<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for table in &facts.found.tables {
        let declared = facts.desired.and_then(|desired| desired.table(&table.name));
        let mut added: Vec<Index> = Vec::new();
        for index in declared.map_or(&[][..], |wanted| &wanted.indexes) {
            if table.indexes.iter().any(|there| is_same(there, index))
                || is_unique_key(table, index)
            {
                continue;
            }
            let taken = table.indexes.iter().any(|there| there.name == index.name);
            // One of the name that says something else is a change, and `create`'s.
            if taken {
                continue;
            }
            added.push(index.clone());
            proposals.push(add(
                table,
                index.clone(),
                Reason::Declared,
                format!(
                    "what is desired has it on {}, and it is not there",
                    names(&index.parts)
                ),
            ));
        }
        for key in &table.foreign_keys {
            let is_led = covers(table, &key.columns)
                || added.iter().any(|index| leads(&index.parts, &key.columns));
            if is_led || key.columns.is_empty() {
                continue;
            }
            let index = Index {
                name: free_name(facts, table, key),
                parts: key.columns.iter().map(IndexPart::column).collect(),
                valid: true,
                ..Index::default()
            };
            added.push(index.clone());
            proposals.push(add(
                table,
                index,
                Reason::ForeignKey,
                format!(
                    "the foreign key to {} has no index: each change of a row there reads all of {}",
                    key.references, table.name
                ),
            ));
        }
    }
    proposals
}

/// What a failed CREATE INDEX CONCURRENTLY has left.
pub(super) fn invalid(facts: &Facts<'_>) -> Vec<Proposal> {
    each(facts)
        .filter(|(_, index)| !index.valid)
        .map(|(table, index)| Proposal {
            reason: Reason::Invalid,
            table: table.name.clone(),
            index: Some(index.name.clone()),
            says: "it is invalid: written to and never read".to_owned(),
            bytes: bytes(facts, table, index),
            action: Action::Maintain(facts.dialect.rebuild_index(&table.name, &index.name)),
        })
        .collect()
}

/// Indexes that say nothing new, and those that nobody reads. What a constraint brings with it, what is unique
/// and what the server holds on to is never among them.
pub(super) fn needless(facts: &Facts<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for table in &facts.found.tables {
        let mut gone: Vec<&str> = Vec::new();
        for (i, index) in table.indexes.iter().enumerate() {
            if !index.valid || index.unique || is_held(table, index) {
                continue;
            }
            let stays = |other: &&Index| other.valid && !gone.contains(&other.name.as_str());
            let twin = table
                .indexes
                .iter()
                .enumerate()
                // Of two that are the same the first stays, unless the other is more: unique.
                .filter(|(j, other)| *j != i && (*j < i || other.unique))
                .map(|(_, other)| other)
                .filter(stays)
                .find(|other| is_same_but_unique(other, index));
            let longer = table
                .indexes
                .iter()
                .filter(stays)
                .find(|other| is_prefix(index, other))
                .map(|other| format!("index {}", other.name))
                .or_else(|| longer_key(table, index));
            let found = match (twin, longer) {
                (Some(twin), _) => Some((
                    Reason::Duplicate,
                    format!("index {} is the same", twin.name),
                )),
                (None, Some(longer)) => Some((
                    Reason::Prefix,
                    format!(
                        "{longer} begins with the same columns, and serves whatever this one serves"
                    ),
                )),
                (None, None) => None,
            };
            if let Some((reason, says)) = found {
                gone.push(&index.name);
                proposals.push(remove(facts, table, index, reason, says));
                continue;
            }
            if let Some(says) = unread(facts, table, index) {
                let mut proposal = remove(facts, table, index, Reason::Unused, says);
                // Another server, or the end of the month, may read it.
                proposal.action = match proposal.action {
                    Action::Change(op) => Action::Advise(drop_sql(facts, &op)),
                    other => other,
                };
                proposals.push(proposal);
            }
        }
    }
    proposals
}

fn each<'a>(facts: &Facts<'a>) -> impl Iterator<Item = (&'a Table, &'a Index)> {
    let tables = facts.found.tables.iter();
    tables.flat_map(|table| table.indexes.iter().map(move |index| (table, index)))
}

fn add(table: &Table, index: Index, reason: Reason, says: String) -> Proposal {
    Proposal {
        reason,
        table: table.name.clone(),
        index: Some(index.name.clone()),
        says,
        bytes: None,
        action: Action::Change(Box::new(Op::Index {
            table: table.name.clone(),
            change: Change::Add(index),
        })),
    }
}

fn remove(
    facts: &Facts<'_>,
    table: &Table,
    index: &Index,
    reason: Reason,
    mut says: String,
) -> Proposal {
    let op = Op::Index {
        table: table.name.clone(),
        change: Change::Drop(index.clone()),
    };
    let is_declared = facts
        .desired
        .and_then(|desired| desired.table(&table.name))
        .is_some_and(|wanted| {
            wanted
                .indexes
                .iter()
                .any(|one| one.name == index.name || is_same(one, index))
        });
    if is_declared {
        says.push_str("; it is declared, so take it out there first");
    }
    Proposal {
        reason,
        table: table.name.clone(),
        index: Some(index.name.clone()),
        says,
        bytes: bytes(facts, table, index),
        action: match is_declared {
            true => Action::Advise(drop_sql(facts, &op)),
            false => Action::Change(Box::new(op)),
        },
    }
}

fn drop_sql(facts: &Facts<'_>, op: &Op) -> String {
    super::sql(facts.dialect, op, facts.found).join("; ")
}

fn bytes(facts: &Facts<'_>, table: &Table, index: &Index) -> Option<u64> {
    let of = |one: &&crate::dialect::usage::IndexUsage| {
        one.table == table.name && one.index == index.name
    };
    facts.usage.indexes.iter().find(of)?.bytes
}

/// Why an index counts as unread.
fn unread(facts: &Facts<'_>, table: &Table, index: &Index) -> Option<String> {
    let usage = facts
        .usage
        .indexes
        .iter()
        .find(|one| one.table == table.name && one.index == index.name)?;
    let rows = facts
        .usage
        .tables
        .iter()
        .find(|one| one.table == table.name)?
        .rows?;
    let serves_a_key = table
        .foreign_keys
        .iter()
        .any(|key| leads(&index.parts, &key.columns));
    if usage.reads != Some(0) || rows < FEW_ROWS || serves_a_key {
        return None;
    }
    let since = facts.usage.since.as_deref().unwrap_or("counting began");
    Some(format!("nobody has read it here since {since}"))
}

/// Whether some key or index of the table begins with these columns, in any order.
fn covers(table: &Table, columns: &[String]) -> bool {
    let keys = table.primary_key.iter().map(|key| &key.columns);
    let keys = keys.chain(table.uniques.iter().map(|key| &key.columns));
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.valid && index.predicate.is_none() && serves(index))
        .map(|index| &index.parts);
    keys.chain(indexes).any(|parts| leads(parts, columns))
}

fn leads(parts: &[IndexPart], columns: &[String]) -> bool {
    let first: Vec<&str> = parts.iter().take(columns.len()).filter_map(plain).collect();
    first.len() == columns.len()
        && columns
            .iter()
            .all(|column| first.contains(&column.as_str()))
}

/// The name of a part that is a whole column.
fn plain(part: &IndexPart) -> Option<&str> {
    match &part.key {
        IndexKey::Column(name) if part.prefix.is_none() => Some(name),
        _ => None,
    }
}

/// Whether the index keeps its rows in an order, so that its beginning can be used alone.
fn is_ordered(index: &Index) -> bool {
    let method = index.method.as_deref().unwrap_or("btree");
    method.eq_ignore_ascii_case("btree")
}

/// Whether statements can read the index from its beginning: the server passes over one that is hidden from it.
fn serves(index: &Index) -> bool {
    let is_hidden = |option: &String| matches!(option.as_str(), "IGNORED" | "INVISIBLE");
    is_ordered(index) && !index.options.iter().any(is_hidden)
}

fn is_same(a: &Index, b: &Index) -> bool {
    a.unique == b.unique && is_same_but_unique(a, b)
}

fn is_same_but_unique(a: &Index, b: &Index) -> bool {
    a.method == b.method
        && a.parts == b.parts
        && a.include == b.include
        && a.predicate == b.predicate
        && a.options == b.options
}

/// Whether a unique constraint says what a declared unique index says.
fn is_unique_key(table: &Table, index: &Index) -> bool {
    let same = |parts: &[IndexPart]| parts == index.parts.as_slice();
    index.unique
        && index.predicate.is_none()
        && (table.uniques.iter().any(|key| same(&key.columns))
            || table.primary_key.iter().any(|key| same(&key.columns)))
}

/// Whether `longer` begins with all of `index`, and serves whatever it serves.
fn is_prefix(index: &Index, longer: &Index) -> bool {
    is_plain(index)
        && longer.predicate.is_none()
        && serves(longer)
        && longer.parts.len() > index.parts.len()
        && longer.parts.starts_with(&index.parts)
}

/// A key of the table that begins with all of `index`.
fn longer_key(table: &Table, index: &Index) -> Option<String> {
    if !is_plain(index) {
        return None;
    }
    let begins = |parts: &[IndexPart]| parts.starts_with(&index.parts);
    if table
        .primary_key
        .as_ref()
        .is_some_and(|key| begins(&key.columns))
    {
        return Some("the primary key".to_owned());
    }
    let unique = table.uniques.iter().find(|key| begins(&key.columns))?;
    Some(match &unique.name {
        Some(name) => format!("the unique key {name}"),
        None => "a unique key".to_owned(),
    })
}

fn is_plain(index: &Index) -> bool {
    index.predicate.is_none()
        && index.include.is_empty()
        && index.options.is_empty()
        && is_ordered(index)
        && !index.parts.is_empty()
}

/// Whether the server holds on to the index: replicas and CLUSTER name it.
fn is_held(table: &Table, index: &Index) -> bool {
    table.options.iter().any(|option| {
        (option.starts_with("REPLICA IDENTITY") || option.starts_with("CLUSTER ON"))
            && option.contains(&index.name)
    })
}

fn names(parts: &[IndexPart]) -> String {
    let names: Vec<String> = parts.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// `idx_table_columns`, or the first name after it that is free.
fn free_name(facts: &Facts<'_>, table: &Table, key: &ForeignKey) -> String {
    // PostgreSQL's names end after 63 bytes, MySQL's after 64 characters.
    const LONGEST: usize = 60;
    let mut wanted = format!("idx_{}_{}", table.name.name, key.columns.join("_"));
    while wanted.len() > LONGEST {
        wanted.pop();
    }
    let is_taken = |name: &str| {
        let same = |other: &str| other.eq_ignore_ascii_case(name);
        each(facts).any(|(_, index)| same(&index.name))
            || facts
                .found
                .tables
                .iter()
                .any(|table| same(&table.name.name))
            || table_names(&table.name, facts)
                .iter()
                .any(|other| same(other))
    };
    let mut name = wanted.clone();
    let mut pass = 1;
    while is_taken(&name) {
        pass += 1;
        name = format!("{wanted}_{pass}");
    }
    name
}

/// The names of the keys beside a table.
fn table_names(table: &Name, facts: &Facts<'_>) -> Vec<String> {
    let Some(table) = facts.found.table(table) else {
        return Vec::new();
    };
    let primary = table.primary_key.iter().filter_map(|key| key.name.clone());
    primary
        .chain(table.uniques.iter().filter_map(|key| key.name.clone()))
        .collect()
}
