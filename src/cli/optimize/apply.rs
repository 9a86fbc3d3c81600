//! Doing what is proposed: indexes by a revision, or at once; what changes no schema at once.

use chrono::Utc;

use super::{Action, Args, Looked, question};
use crate::admin::optimize::{Proposal, Reason, sql};
use crate::cli::context::Context;
use crate::cli::failure::{Failure, findings_failure};
use crate::cli::sources::Loaded;
use crate::config::Config;
use crate::database::{Purpose, Target};
use crate::dialect::{Dialect, Session};
use crate::migrate::{Goal, Rules, Standing, findings, planned, run};
use crate::revision::write::create_sql;
use crate::revision::{Direction, Target as Aim};
use crate::schema::{Change, Op, Schema};
use crate::ui::{count, escape};

/// What was done.
#[derive(Default)]
pub(super) struct Done {
    pub revision: Option<String>,
    pub changed: usize,
    pub maintained: usize,
    pub analysed: usize,
}

pub(super) struct Work<'a> {
    pub config: &'a Config,
    pub loaded: &'a Loaded,
    pub target: &'a Target,
    pub looked: &'a Looked,
    pub args: &'a Args,
    /// Whether statistics are made anew.
    pub analyses: bool,
}

impl Work<'_> {
    pub async fn apply(&self, context: &Context) -> Result<Done, Failure> {
        let proposals = &self.looked.proposals;
        let changes: Vec<&Proposal> = proposals
            .iter()
            .filter(|one| matches!(one.action, Action::Change(_)))
            .collect();
        let maintained: Vec<&str> = proposals
            .iter()
            .filter_map(|one| match &one.action {
                Action::Maintain(sql) => Some(sql.as_str()),
                _ => None,
            })
            .collect();
        if self.config.guarded() || context.ui.can_ask() {
            context.confirm(&question(
                changes.len(),
                maintained.len(),
                &self.target.describe(),
            ))?;
        }
        let mut done = Done::default();
        if !changes.is_empty() && !self.args.now {
            done.revision = Some(self.by_revision(context, &changes).await?);
            done.changed = changes.len();
        }
        let wait = self.args.locks.lock_timeout;
        let mut opened = context
            .open(self.config, self.target, Purpose::Work { wait })
            .await?;
        let mut session = opened.take_session();
        let result = self
            .at_once(context, &mut session, &changes, &maintained, &mut done)
            .await;
        session.close().await;
        // What was done before something failed stands.
        opened.commit().await?;
        result?;
        Ok(done)
    }

    async fn at_once(
        &self,
        context: &Context,
        session: &mut Session,
        changes: &[&Proposal],
        maintained: &[&str],
        done: &mut Done,
    ) -> Result<(), Failure> {
        let stopped = || match context.stop.requested() {
            Some(signal) => Err(Failure::stopped(signal)),
            None => Ok(()),
        };
        if self.args.now {
            for one in changes {
                for sql in self.looked.sql(one) {
                    stopped()?;
                    session.run(&sql).await?;
                }
                done.changed += 1;
            }
        }
        for sql in maintained {
            stopped()?;
            session.run(sql).await?;
            done.maintained += 1;
        }
        if self.analyses {
            let tables = self.looked.tables();
            for sql in self.looked.dialect.refresh_statistics(&tables) {
                stopped()?;
                // MySQL answers ANALYZE with rows.
                session.query(&sql).await?;
            }
            done.analysed = tables.len();
        }
        Ok(())
    }

    /// Writes the revision and runs it; gives its id.
    async fn by_revision(
        &self,
        context: &Context,
        changes: &[&Proposal],
    ) -> Result<String, Failure> {
        let Some(dir) = &self.loaded.folder else {
            return Err(Failure::config(
                "no folder is named that a revision could be written to; nothing was done",
            )
            .hint("piton init writes a piton.toml that names one; or --revisions DIR")
            .hint("--now changes the indexes at once, without a revision"));
        };
        self.loaded.require_complete()?;
        let mut opened = context
            .open(self.config, self.target, Purpose::Look)
            .await?;
        let standing = Standing::read(opened.session()).await?;
        opened.close().await;
        let found = findings(&self.loaded.history, &standing);
        if !found.is_empty() {
            return Err(findings_failure(&found));
        }
        let is_pending = |id: &str| !standing.is_applied(id);
        let pending = self
            .loaded
            .history
            .iter()
            .filter(|one| is_pending(&one.id))
            .count();
        if pending > 0 {
            return Err(Failure::history(format!(
                "the database is not at head ({} pending); nothing was done",
                count(pending, "revision")
            ))
            .hint("piton upgrade, then optimize again")
            .hint("--now changes the indexes at once, without a revision"));
        }
        let newest = self
            .loaded
            .history
            .newest()
            .map(|revision| revision.id.clone());
        let path = create_sql(
            dir,
            "optimize indexes",
            Utc::now(),
            newest.as_deref(),
            &self.sections(changes),
        )?;
        let shown = escape(&path.display().to_string(), false);
        let history = context.history(self.config)?.history;
        let wait = self.args.locks.lock_timeout;
        let mut opened = context
            .open(self.config, self.target, Purpose::Work { wait })
            .await?;
        let mut session = opened.take_session();
        let goal = Goal {
            direction: Direction::Up,
            target: Aim::Head,
        };
        let brief = Standing::brief(&mut session).await?;
        let (_, plan) = planned(&mut session, brief, &history, &goal, Rules::default()).await?;
        let plan = match plan {
            Ok(plan) => plan,
            Err(refused) => {
                // What may not be run is not left for the next run to stumble over.
                std::fs::remove_file(&path).map_err(|error| {
                    Failure::files(format!("{shown} cannot be removed again: {error}"))
                })?;
                return Err(refused.into());
            }
        };
        context.ui.data(format!("wrote {shown}"));
        let options = context.options(self.target, &self.args.locks);
        let waiting = context.waiting();
        let result = run(
            session,
            &history,
            &goal,
            &plan,
            &options,
            &context.stop,
            &waiting,
        )
        .await;
        opened.commit().await?;
        result.map_err(|aborted| {
            Failure::from(aborted).hint(format!(
                "the revision stays in {shown}: piton upgrade runs it again"
            ))
        })?;
        let stem = path.file_stem().unwrap_or_default();
        Ok(stem.to_string_lossy().into_owned())
    }

    /// The sections for this database, and for the others as far as they want the same.
    fn sections(&self, changes: &[&Proposal]) -> String {
        let here = self.looked.dialect.family();
        let mut text = "-- Written by piton optimize.\n".to_owned();
        let ops = || {
            changes.iter().filter_map(|one| match &one.action {
                Action::Change(op) => Some((one.reason, op.as_ref())),
                _ => None,
            })
        };
        for (word, direction) in [("up", Direction::Up), ("down", Direction::Down)] {
            for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
                let mode = match dialect.online_wants_no_transaction() {
                    true => " transaction:false",
                    false => "",
                };
                text.push_str(&format!("-- migrate:{word} {dialect}{mode}\n"));
                let wanted: Vec<(Reason, &Op)> = ops()
                    .filter(|(reason, op)| dialect == here || is_wanted(*reason, op, dialect))
                    .collect();
                let before = match dialect == here {
                    true => self.looked.found.clone(),
                    false => Schema::default(),
                };
                let mut statements = Vec::new();
                for (reason, op) in wanted {
                    text_of(&mut statements, dialect, reason, op, &before, direction);
                }
                if direction == Direction::Down {
                    statements.reverse();
                }
                text.push_str(&statements.concat());
            }
        }
        text
    }
}

fn text_of(
    statements: &mut Vec<String>,
    dialect: Dialect,
    reason: Reason,
    op: &Op,
    before: &Schema,
    direction: Direction,
) {
    let op = match direction {
        Direction::Up => op.clone(),
        Direction::Down => op.inverse(),
    };
    let mut lines = format!("-- {}\n", reason.name());
    for statement in sql(dialect, &op, before) {
        lines.push_str(&dialect.revision_statement(&statement));
    }
    statements.push(lines);
}

/// Whether another database, which nobody has looked at, wants the same: an index on whole columns that the
/// entities declare or, where the database makes none by itself, a foreign key wants.
fn is_wanted(reason: Reason, op: &Op, dialect: Dialect) -> bool {
    let Op::Index {
        change: Change::Add(index),
        ..
    } = op
    else {
        return false;
    };
    let is_plain = index.predicate.is_none()
        && index.method.is_none()
        && index.options.is_empty()
        && index.parts.iter().all(|part| {
            part.prefix.is_none() && part.operator_class.is_none() && part.collation.is_none()
        });
    is_plain
        && match reason {
            Reason::Declared => true,
            Reason::ForeignKey => !dialect.indexes_foreign_keys(),
            _ => false,
        }
}
