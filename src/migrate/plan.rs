//! From where a database stands to where it should stand: which revisions run, and in which order.

use super::findings::{Finding, findings};
use super::standing::Standing;
use crate::dialect::Dialect;
use crate::revision::{Direction, FindError, History, Target};
use crate::schema::Name;

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    pub direction: Direction,
    pub target: Target,
}

/// What may be, though it usually may not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    pub allow_out_of_order: bool,
    /// A database that has tables but no history.
    pub allow_non_empty: bool,
}

/// The revisions that will run, in the order in which they will.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub direction: Direction,
    pub steps: Vec<Step>,
    /// The highest applied revision before and after; `None` is base.
    pub from: Option<String>,
    pub to: Option<String>,
}

/// One revision of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its place in the history.
    pub position: usize,
    pub id: String,
    /// Whether it is Rust, and so needs SeaORM's connection.
    pub rust: bool,
}

impl Plan {
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    pub fn needs_orm(&self) -> bool {
        self.steps.iter().any(|step| step.rust)
    }
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("the history is not what it should be")]
    History(Vec<Finding>),
    #[error(transparent)]
    Find(#[from] FindError),
    #[error("only {there} of the {wanted} revisions asked for are {what}")]
    TooMany {
        wanted: usize,
        there: usize,
        what: &'static str,
    },
    #[error("revision {revision} is not applied")]
    NotApplied { revision: String },
    #[error("revision {revision} has no {direction} section for {}", dialect.title())]
    NoSection {
        revision: String,
        direction: Direction,
        dialect: Dialect,
    },
    #[error("revision {revision} has no way down")]
    NoDown { revision: String },
    #[error("{target} is a target for {other}, not for this command")]
    WrongWay { target: String, other: &'static str },
    #[error("the database has {} of its own and no history", count(tables.len(), "table"))]
    NotEmpty {
        tables: Vec<Name>,
        tool: Option<(&'static str, &'static str)>,
    },
}

fn count(n: usize, what: &str) -> String {
    if n == 1 {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}

/// History tables of other tools, and whose they are.
const OTHER_TOOLS: &[(&str, &str)] = &[
    ("alembic_version", "Alembic"),
    ("schema_migrations", "dbmate, golang-migrate or Rails"),
    ("flyway_schema_history", "Flyway"),
    ("databasechangelog", "Liquibase"),
    ("atlas_schema_revisions", "Atlas"),
    ("_sqlx_migrations", "sqlx-cli"),
    ("__diesel_schema_migrations", "diesel_cli"),
    ("refinery_schema_history", "refinery"),
    ("django_migrations", "Django"),
    ("_prisma_migrations", "Prisma"),
    ("goose_db_version", "goose"),
    ("knex_migrations", "Knex"),
    ("__efmigrationshistory", "Entity Framework"),
    ("sequelizemeta", "Sequelize"),
    ("phinxlog", "Phinx"),
    ("doctrine_migration_versions", "Doctrine"),
    ("typeorm_metadata", "TypeORM"),
];

/// The history table of another tool among `tables`, with the tool's name.
pub fn other_tool(tables: &[Name]) -> Option<(&'static str, &'static str)> {
    OTHER_TOOLS
        .iter()
        .find(|(table, _)| {
            tables
                .iter()
                .any(|name| name.name.eq_ignore_ascii_case(table))
        })
        .copied()
}

/// Plans the way to `goal`, or says why there is none. Pure: the same input gives the same plan.
///
/// # Errors
/// Every disagreement between history and database that stands in the way, before anything has run.
pub fn plan(
    history: &History,
    standing: &Standing,
    goal: &Goal,
    rules: Rules,
) -> Result<Plan, PlanError> {
    let found: Vec<Finding> = findings(history, standing)
        .into_iter()
        .filter(|finding| match finding {
            Finding::Late { .. } => goal.direction == Direction::Up && !rules.allow_out_of_order,
            _ => true,
        })
        .collect();
    if !found.is_empty() {
        return Err(PlanError::History(found));
    }
    let positions = match goal.direction {
        Direction::Up => upward(history, standing, &goal.target)?,
        Direction::Down => downward(history, standing, &goal.target)?,
    };
    let ours = standing.has_history || standing.has_journal;
    if goal.direction == Direction::Up
        && !positions.is_empty()
        && !ours
        && !standing.tables.is_empty()
        && !rules.allow_non_empty
    {
        return Err(PlanError::NotEmpty {
            tables: standing.tables.clone(),
            tool: other_tool(&standing.tables),
        });
    }
    let dialect = standing.place.dialect;
    let mut steps = Vec::with_capacity(positions.len());
    for position in positions {
        let revision = history
            .get(position)
            .expect("positions come from the history");
        if !revision.has_section(goal.direction, dialect) {
            return Err(match goal.direction {
                Direction::Down if !revision.has_any_section(Direction::Down) => {
                    PlanError::NoDown {
                        revision: revision.id.clone(),
                    }
                }
                direction => PlanError::NoSection {
                    revision: revision.id.clone(),
                    direction,
                    dialect,
                },
            });
        }
        steps.push(Step {
            position,
            id: revision.id.clone(),
            rust: revision.is_rust(),
        });
    }
    Ok(Plan {
        direction: goal.direction,
        from: highest(history, |id| standing.is_applied(id)),
        to: highest(history, |id| {
            let runs = steps.iter().any(|step| step.id == id);
            match goal.direction {
                Direction::Up => standing.is_applied(id) || runs,
                Direction::Down => standing.is_applied(id) && !runs,
            }
        }),
        steps,
    })
}

fn highest(history: &History, applied: impl Fn(&str) -> bool) -> Option<String> {
    let ids: Vec<&str> = history
        .iter()
        .map(|revision| revision.id.as_str())
        .collect();
    ids.into_iter()
        .rev()
        .find(|id| applied(id))
        .map(str::to_owned)
}

fn upward(
    history: &History,
    standing: &Standing,
    target: &Target,
) -> Result<Vec<usize>, PlanError> {
    let mut pending: Vec<usize> = history
        .iter()
        .enumerate()
        .filter(|(_, revision)| !standing.is_applied(&revision.id))
        .map(|(position, _)| position)
        .collect();
    match target {
        Target::Head => {}
        Target::Forward(n) => {
            if *n > pending.len() {
                return Err(PlanError::TooMany {
                    wanted: *n,
                    there: pending.len(),
                    what: "pending",
                });
            }
            pending.truncate(*n);
        }
        Target::Id(text) => {
            let position = history.find(text)?;
            pending.retain(|pending| *pending <= position);
        }
        Target::Base | Target::Back(_) => {
            return Err(PlanError::WrongWay {
                target: target.to_string(),
                other: "downgrade",
            });
        }
    }
    Ok(pending)
}

fn downward(
    history: &History,
    standing: &Standing,
    target: &Target,
) -> Result<Vec<usize>, PlanError> {
    let mut applied: Vec<usize> = history
        .iter()
        .enumerate()
        .filter(|(_, revision)| standing.is_applied(&revision.id))
        .map(|(position, _)| position)
        .collect();
    applied.reverse();
    match target {
        Target::Base => {}
        Target::Back(n) => {
            if *n > applied.len() {
                return Err(PlanError::TooMany {
                    wanted: *n,
                    there: applied.len(),
                    what: "applied",
                });
            }
            applied.truncate(*n);
        }
        Target::Id(text) => {
            let position = history.find(text)?;
            if !applied.contains(&position) {
                let revision = history.get(position).expect("found in the history");
                return Err(PlanError::NotApplied {
                    revision: revision.id.clone(),
                });
            }
            applied.retain(|applied| *applied > position);
        }
        Target::Head | Target::Forward(_) => {
            return Err(PlanError::WrongWay {
                target: target.to_string(),
                other: "upgrade",
            });
        }
    }
    Ok(applied)
}
