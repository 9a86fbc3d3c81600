//! A restore from its beginning, or from where an earlier one was stopped, to its end.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::contents::Contents;
use super::finish::{finish, there};
use super::goal::{Extent, wanted};
use super::load::{load, targets};
use super::prepare::prepare;
use super::state::{self, Asked, Phase, State};
use crate::admin::backup::{BackupError, selected};
use crate::dialect::Session;
use crate::dialect::record::{HISTORY_TABLE, JOURNAL_TABLE};
use crate::migrate::{Event as RunEvent, Stop, acquire};
use crate::schema::{Name, Schema, Table};

/// What is to be brought back, and how.
pub struct Order<'a> {
    pub asked: &'a Asked,
    /// Whether a restore that was stopped before is given up.
    pub anew: bool,
    /// Whether the target's tables were made for this: what rows they have came with them.
    pub made_for_it: bool,
    /// Whether things get the owners that they had.
    pub owners: bool,
    /// Whether they get the privileges that were granted on them.
    pub privileges: bool,
    /// How many connections write at once, where that helps.
    pub connections: usize,
    pub lock_timeout: Duration,
    pub connect_timeout: Duration,
    pub stop: &'a Stop,
    pub listener: &'a (dyn Fn(Event<'_>) + Send + Sync),
}

/// What happens meanwhile.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A run holds the lock.
    Waiting(RunEvent<'a>),
    /// An earlier restore of this backup was stopped, and this one goes on.
    Resumed,
    /// The tables are ready: so many pieces come, so many are in already.
    Rows { pieces: usize, done: usize },
    /// A piece of a table is in.
    Piece { table: &'a Name, rows: u64 },
    /// Keys, indexes, views and triggers are made.
    Finishing,
}

/// A restore that ended.
#[derive(Clone, Debug)]
pub struct Restored {
    /// The tables with their rows, as they are now.
    pub tables: Vec<(Name, u64)>,
    /// In what the target is not what the backup was, a line each.
    pub differs: Vec<String>,
    pub resumed: bool,
    pub elapsed: Duration,
}

/// Brings a backup back into the session's database. Nothing migrates meanwhile: the lock is held.
///
/// # Errors
/// What stood in the way. Before anything is written: `NoSuchTable`, `NotEmpty`, `NoTables`, `OtherRestore`.
/// Later: how far it came is kept, and the same again goes on.
pub async fn restore(
    mut session: Session,
    contents: &mut Contents,
    order: &Order<'_>,
) -> Result<Restored, BackupError> {
    let listener = |event: RunEvent<'_>| (order.listener)(Event::Waiting(event));
    let lock = acquire(
        &mut session,
        order.lock_timeout,
        order.connect_timeout,
        order.stop,
        &listener,
    )
    .await?;
    let result = locked(&mut session, contents, order).await;
    // A server that went away since has freed the lock itself.
    drop(lock.release(&mut session).await);
    session.close().await;
    result
}

async fn locked(
    session: &mut Session,
    contents: &mut Contents,
    order: &Order<'_>,
) -> Result<Restored, BackupError> {
    let started = Instant::now();
    let dialect = session.dialect();
    for statement in dialect.restoring_settings() {
        session.run(statement).await?;
    }
    let before = state::read(session).await?;
    let now = there(session).await?;
    let same = |before: &State| before.is_of(&contents.fingerprint, order.asked);
    let resumed = !order.anew && before.as_ref().is_some_and(same);
    let mut state = match before {
        Some(before) if resumed => {
            (order.listener)(Event::Resumed);
            before
        }
        Some(before) if !order.anew => return Err(before.in_the_way()),
        before => {
            let fresh = plan(session, contents, &now, before.as_ref(), order).await?;
            state::begin(session, &fresh).await?;
            fresh
        }
    };
    if state.phase == Phase::Preparing {
        prepare(session, &now, &state, order).await?;
        state::enter(session, &mut state, Phase::Loading).await?;
    }
    let now = there(session).await?;
    let targets = targets(contents, &state, &now, dialect);
    if state.phase == Phase::Loading {
        load(session, contents, &targets, order).await?;
        state::enter(session, &mut state, Phase::Finishing).await?;
    }
    (order.listener)(Event::Finishing);
    let differs = finish(session, contents, &state, order).await?;
    let tables = counted(session, contents, &targets).await?;
    state::end(session).await?;
    Ok(Restored {
        tables,
        differs,
        resumed,
        elapsed: started.elapsed(),
    })
}

/// What the target is to be; refuses what may not be touched.
async fn plan(
    session: &mut Session,
    contents: &Contents,
    now: &Schema,
    before: Option<&State>,
    order: &Order<'_>,
) -> Result<State, BackupError> {
    let asked = order.asked;
    let dialect = session.dialect();
    contents.can_give(asked, dialect)?;
    let chosen = selected(&contents.schema, &asked.tables);
    let extent = match (asked.tables.is_empty(), asked.drop_others) {
        (false, _) => Extent::Tables,
        (true, false) => Extent::Whole,
        (true, true) => Extent::Exact,
    };
    // What an unfinished restore has taken away is wanted all the same.
    let base = before.map_or(now, |before| &before.wanted);
    let (filled, goal) = if contents.dialect.family() == dialect.family() {
        let goal = wanted(base, &contents.schema, &chosen, extent);
        (chosen, goal)
    } else {
        (elsewhere(contents, &chosen, now)?, base.clone())
    };
    let fresh = State {
        fingerprint: contents.fingerprint.clone(),
        name: contents.name.clone(),
        asked: asked.clone(),
        wanted: goal,
        filled,
        phase: Phase::Preparing,
    };
    if !(asked.replace || order.made_for_it) {
        let tables = occupied(session, now, &fresh).await?;
        if !tables.is_empty() {
            return Err(BackupError::NotEmpty { tables });
        }
    }
    Ok(fresh)
}

/// The target's tables for those of another kind of database: they have to be there.
fn elsewhere(
    contents: &Contents,
    chosen: &BTreeSet<Name>,
    now: &Schema,
) -> Result<BTreeSet<Name>, BackupError> {
    let mut filled = BTreeSet::new();
    let mut missing = Vec::new();
    for table in &contents.tables {
        // Which revisions ran there, and what of them, the target knows better.
        if !chosen.contains(&table.name) || is_record(&table.name) {
            continue;
        }
        match counterpart(&contents.schema, &table.name, now) {
            Some(there) => drop(filled.insert(there.name.clone())),
            None => missing.push(table.name.clone()),
        }
    }
    if missing.is_empty() {
        return Ok(filled);
    }
    Err(BackupError::NoTables {
        tables: missing,
        from: contents.dialect,
    })
}

/// The target's table for one of the backup's: of the same name, or of the name of what it is a partition of.
pub(super) fn counterpart<'a>(
    backup: &Schema,
    name: &Name,
    target: &'a Schema,
) -> Option<&'a Table> {
    let mut name = name.clone();
    loop {
        let plain = Name::new(name.name.clone());
        if let Some(found) = target.table(&name).or_else(|| target.table(&plain)) {
            return Some(found);
        }
        name = backup.table(&name)?.partition_of.as_ref()?.parent.clone();
    }
}

/// Whether a table is one of Piton's own two.
fn is_record(table: &Name) -> bool {
    matches!(table.name.as_str(), HISTORY_TABLE | JOURNAL_TABLE)
}

/// The tables that would lose rows. Piton's own two say where a database stands, and are no rows of anybody's.
async fn occupied(
    session: &mut Session,
    now: &Schema,
    state: &State,
) -> Result<Vec<Name>, BackupError> {
    let mut found = Vec::new();
    for table in &now.tables {
        if is_record(&table.name) || !state.filled.contains(&table.name) {
            continue;
        }
        if session.holds_rows(&table.name).await? {
            found.push(table.name.clone());
        }
    }
    Ok(found)
}

/// Counts what is in now, and holds it against what the backup says.
async fn counted(
    session: &mut Session,
    contents: &Contents,
    targets: &super::load::Targets,
) -> Result<Vec<(Name, u64)>, BackupError> {
    let mut expected = std::collections::BTreeMap::new();
    for table in &contents.tables {
        if let Some(target) = targets.get(&table.name) {
            *expected.entry(&target.name).or_insert(0) += table.rows;
        }
    }
    let mut tables = Vec::with_capacity(expected.len());
    for (name, expected) in expected {
        let sql = format!(
            "SELECT count(*) FROM {}",
            session.dialect().quote_name(name)
        );
        let rows = session.query(&sql).await?;
        let found = rows
            .first()
            .and_then(|row| row.integer(0))
            .unwrap_or_default();
        let found = u64::try_from(found).unwrap_or_default();
        // A table that others inherit from counts theirs too.
        if found < expected {
            return Err(BackupError::Counted {
                table: name.clone(),
                expected,
                found,
            });
        }
        tables.push((name.clone(), expected));
    }
    Ok(tables)
}
