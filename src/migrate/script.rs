//! A plan as a script for the database's own client, made with no database at all.

use std::fmt::Write as _;
use std::time::Duration;

use super::ledger::{self, Action, Author, Elapsed, JournalRow, Place, State};
use super::plan::Plan;
use super::prepare::{PrepareError, Work, prepare_one};
use super::recorder::record;
use super::standing::{Applied, Standing};
use crate::dialect::Dialect;
use crate::revision::{Direction, History};

/// Why a script cannot be given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// A Rust revision whose statements cannot be known without a database.
    #[error("revision {revision} {why}")]
    Unrecordable { revision: String, why: String },
}

/// The standing of a database that does not exist: the first `applied` revisions are.
pub fn imagined(dialect: Dialect, history: &History, applied: usize) -> Standing {
    let mut ids: Vec<Applied> = history
        .iter()
        .take(applied)
        .map(|revision| Applied {
            id: revision.id.clone(),
            applied_at: 0,
        })
        .collect();
    ids.sort_by(|a, b| a.id.cmp(&b.id));
    Standing {
        place: Place {
            dialect,
            namespace: None,
        },
        database: String::new(),
        has_history: applied > 0,
        has_journal: false,
        tables: Vec::new(),
        applied: ids,
        journal: Default::default(),
    }
}

/// The script of `plan`: each revision with its rows in the history table and the journal.
///
/// # Errors
/// A section that cannot be split; a Rust revision that asks the database something, unless
/// `allow_incomplete`, which marks it in the script.
pub async fn script(
    history: &History,
    plan: &Plan,
    place: &Place,
    author: &Author,
    allow_incomplete: bool,
) -> Result<String, ScriptError> {
    let dialect = place.dialect;
    let mut text = format!(
        "-- {} {} to {}, for {}\n",
        match plan.direction {
            Direction::Up => "Upgrade from",
            Direction::Down => "Downgrade from",
        },
        plan.from.as_deref().unwrap_or("base"),
        plan.to.as_deref().unwrap_or("base"),
        dialect.title(),
    );
    text.push_str(dialect.script_preamble());
    text.push('\n');
    for statement in ledger::create_tables(place) {
        text.push_str(&dialect.script_statement(&statement));
    }
    for step in &plan.steps {
        let revision = history
            .get(step.position)
            .expect("plans are made from the history");
        let prepared = prepare_one(history, step.position, plan.direction, dialect)?;
        let _ = write!(text, "\n-- {}: {}\n", step.id, revision.message());
        let transactional = prepared.work.is_transactional();
        if transactional {
            let _ = writeln!(text, "{};", dialect.begin());
        }
        let statements = statements(&prepared.work, plan.direction, dialect, &step.id).await;
        let (statements, missing) = statements;
        if let Some(why) = missing {
            if !allow_incomplete {
                return Err(ScriptError::Unrecordable {
                    revision: step.id.clone(),
                    why,
                });
            }
            let _ = writeln!(text, "-- INCOMPLETE: revision {} {why}", step.id);
        }
        for statement in &statements {
            text.push_str(statement);
        }
        if !transactional {
            let _ = writeln!(text, "{};", dialect.begin());
        }
        let action = match plan.direction {
            Direction::Up => Action::Upgrade,
            Direction::Down => Action::Downgrade,
        };
        let row = JournalRow {
            revision: &step.id,
            action,
            state: State::Done,
            statement: statements.len(),
            statements: statements.len(),
            checksum: prepared.checksum.as_deref(),
            elapsed: Elapsed::Measured(Duration::ZERO),
            error: None,
        };
        let history_row = match plan.direction {
            Direction::Up => ledger::insert_history(place, &step.id),
            Direction::Down => ledger::delete_history(place, &step.id),
        };
        text.push_str(&dialect.script_statement(&history_row));
        text.push_str(&dialect.script_statement(&ledger::insert_journal(place, author, &row)));
        text.push_str("COMMIT;\n");
    }
    Ok(text)
}

/// The statements of one revision as a script has them, and why they may not be all.
async fn statements(
    work: &Work,
    direction: Direction,
    dialect: Dialect,
    id: &str,
) -> (Vec<String>, Option<String>) {
    match work {
        Work::Sql { statements, .. } => {
            let texts = statements
                .iter()
                .map(|statement| {
                    let mut text = dialect.script_statement(&statement.text);
                    if let Some(data) = &statement.copy_data {
                        text.push_str(data);
                        text.push_str("\\.\n");
                    }
                    text
                })
                .collect();
            (texts, None)
        }
        Work::Rust { migration, .. } => {
            let recording = record(migration.as_ref(), direction, dialect.orm()).await;
            debug_assert_eq!(migration.name(), id);
            let missing = match (&recording.asked, &recording.error) {
                (Some(asked), _) => Some(format!(
                    "asks the database something, so what it does is not known without one: {asked}"
                )),
                (None, Some(error)) => Some(format!("ended with an error: {error}")),
                (None, None) => None,
            };
            let texts = recording
                .statements
                .iter()
                .map(|text| dialect.script_statement(text))
                .collect();
            (texts, missing)
        }
    }
}
