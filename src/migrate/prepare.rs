//! A plan made ready to run: every section split and judged before the first statement is sent.

use std::ops::Range;
use std::sync::Arc;

use sea_orm_migration::MigrationTrait;

use super::plan::Plan;
use crate::dialect::Dialect;
use crate::revision::{Body, Control, Direction, History, Origin, SplitError, Statement, split};

/// How revisions are wrapped in transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TransactionMode {
    /// One transaction a revision.
    #[default]
    Each,
    /// One for the whole run.
    All,
}

/// A revision, ready to run.
pub struct Prepared {
    pub id: String,
    pub origin: Origin,
    pub checksum: Option<String>,
    pub work: Work,
}

/// What a revision does.
pub enum Work {
    Sql {
        statements: Vec<Statement>,
        /// The statements that count as one step: mostly one each, but START TRANSACTION to COMMIT and
        /// LOCK TABLES to UNLOCK TABLES together.
        groups: Vec<Range<usize>>,
        transaction: bool,
        foreign_keys: bool,
    },
    Rust {
        migration: Arc<dyn MigrationTrait>,
        transaction: bool,
    },
}

impl Work {
    pub fn is_transactional(&self) -> bool {
        match self {
            Work::Sql { transaction, .. } | Work::Rust { transaction, .. } => *transaction,
        }
    }

    /// The statements, where they are known before they run.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let statements = match self {
            Work::Sql { statements, .. } => statements.as_slice(),
            Work::Rust { .. } => &[],
        };
        statements.iter().map(|statement| statement.text.as_str())
    }

    /// How many steps the journal counts.
    pub fn steps(&self) -> usize {
        match self {
            Work::Sql { groups, .. } => groups.len(),
            Work::Rust { .. } => 1,
        }
    }
}

/// Why a revision cannot run as it is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    #[error("{source}")]
    Split {
        revision: String,
        origin: Origin,
        source: SplitError,
    },
    #[error("{keyword} inside a section that is one transaction already")]
    Control {
        revision: String,
        origin: Origin,
        line: usize,
        column: usize,
        keyword: String,
    },
    #[error("{} cannot take DDL back, so one transaction for all is not possible", dialect.title())]
    AllOnDialect { dialect: Dialect },
    #[error(
        "revision {revision} says transaction:false, so one transaction for all is not possible"
    )]
    AllWithout { revision: String },
}

/// Makes every step of `plan` ready.
///
/// # Errors
/// The first revision that cannot run as it is written; nothing has run then.
pub fn prepare(
    history: &History,
    plan: &Plan,
    dialect: Dialect,
    mode: TransactionMode,
) -> Result<Vec<Prepared>, PrepareError> {
    if mode == TransactionMode::All && !dialect.transactional_ddl() {
        return Err(PrepareError::AllOnDialect { dialect });
    }
    let prepared = plan
        .steps
        .iter()
        .map(|step| prepare_one(history, step.position, plan.direction, dialect))
        .collect::<Result<Vec<_>, _>>()?;
    if mode == TransactionMode::All
        && let Some(without) = prepared.iter().find(|one| !one.work.is_transactional())
    {
        return Err(PrepareError::AllWithout {
            revision: without.id.clone(),
        });
    }
    Ok(prepared)
}

/// Makes one revision of the history ready.
///
/// # Errors
/// Where it cannot run as it is written.
pub fn prepare_one(
    history: &History,
    position: usize,
    direction: Direction,
    dialect: Dialect,
) -> Result<Prepared, PrepareError> {
    let revision = history
        .get(position)
        .expect("plans are made of positions in the history");
    let work =
        match &revision.body {
            Body::Rust(rust) => Work::Rust {
                migration: rust.migration.clone(),
                // sea-orm-migration's own default is none on SQLite, which can take DDL back as well.
                transaction: rust
                    .migration
                    .use_transaction()
                    .unwrap_or(dialect.transactional_ddl()),
            },
            Body::Sql(sql) => {
                let section = sql
                    .section(direction, dialect)
                    .expect("the plan has looked for the section");
                let statements = split(&section.body, dialect.syntax(), section.first_line)
                    .map_err(|source| PrepareError::Split {
                        revision: revision.id.clone(),
                        origin: revision.origin.clone(),
                        source,
                    })?;
                let transaction = section.mode.transaction && dialect.transactional_ddl();
                if transaction
                    && let Some(statement) = statements
                        .iter()
                        .find(|statement| statement.control.is_some_and(meddles))
                {
                    return Err(PrepareError::Control {
                        revision: revision.id.clone(),
                        origin: revision.origin.clone(),
                        line: statement.line,
                        column: statement.column,
                        keyword: statement
                            .text
                            .split(|c: char| !c.is_alphabetic())
                            .next()
                            .unwrap_or_default()
                            .to_ascii_uppercase(),
                    });
                }
                Work::Sql {
                    groups: group(&statements),
                    statements,
                    transaction,
                    foreign_keys: section.mode.foreign_keys,
                }
            }
        };
    Ok(Prepared {
        id: revision.id.clone(),
        origin: revision.origin.clone(),
        checksum: revision
            .checksum(dialect)
            .map(|checksum| checksum.as_str().to_owned()),
        work,
    })
}

/// Whether a statement would begin or end the transaction that the revision runs in.
fn meddles(control: Control) -> bool {
    match control {
        Control::Begin | Control::Commit | Control::Rollback | Control::TwoPhase => true,
        Control::Savepoint
        | Control::Release
        | Control::RollbackTo
        | Control::LockTables
        | Control::UnlockTables => false,
    }
}

/// Statements that only make sense together are one step.
fn group(statements: &[Statement]) -> Vec<Range<usize>> {
    let mut groups = Vec::with_capacity(statements.len());
    let mut open: Option<(usize, Control)> = None;
    for (i, statement) in statements.iter().enumerate() {
        match (&open, statement.control) {
            (None, Some(control @ (Control::Begin | Control::LockTables))) => {
                open = Some((i, control));
            }
            (None, _) => groups.push(i..i + 1),
            (Some((start, Control::Begin)), Some(Control::Commit | Control::Rollback))
            | (Some((start, Control::LockTables)), Some(Control::UnlockTables)) => {
                groups.push(*start..i + 1);
                open = None;
            }
            (Some(_), _) => {}
        }
    }
    if let Some((start, _)) = open {
        groups.push(start..statements.len());
    }
    groups
}
