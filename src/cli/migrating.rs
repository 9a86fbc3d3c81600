//! What upgrade and downgrade share: plan, show, ask, run, tell.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::backup::first;
use super::context::{Context, author};
use super::failure::{Failure, in_the_way};
use super::sources::{Loaded, load_beside};
use crate::config::Config;
use crate::database::{Opened, Purpose, Target};
use crate::dialect::{Dialect, Session};
use crate::migrate::{
    Event, Finding, Goal, Options, Plan, PlanError, Report, Rules, Standing, StandingError,
    TransactionMode, imagined, plan, planned, prepare, run, script, wait_for_others,
};
use crate::revision::{Direction, History, Target as Aim};
use crate::ui::{bold, count, dim, duration, escape, good};

/// How long locks and statements may take.
#[derive(Clone, Debug, Args)]
pub(super) struct Locks {
    /// How long to wait for locks: another run's, and those that a statement needs in the server
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = super::duration)]
    pub lock_timeout: Duration,
    /// How long one statement may run
    #[arg(long, value_name = "DURATION", value_parser = super::duration)]
    pub statement_timeout: Option<Duration>,
}

/// What upgrade and downgrade both take.
#[derive(Clone, Debug, Args)]
pub(super) struct Migrating {
    /// Shows what would run and writes nothing
    #[arg(long, conflicts_with = "sql")]
    pub dry_run: bool,
    /// Prints the script instead of running it; needs no database
    #[arg(long)]
    pub sql: bool,
    /// The database that the script is for: postgres, mysql, mariadb or sqlite
    #[arg(long, value_name = "NAME", requires = "sql")]
    pub dialect: Option<Dialect>,
    /// Where the script starts from: base, or the revision that is applied last
    #[arg(long, value_name = "REV", requires = "sql")]
    pub from: Option<Aim>,
    /// Prints what is known of Rust revisions that ask the database something
    #[arg(long, requires = "sql")]
    pub allow_incomplete: bool,
    /// Makes a backup first (backup.dir in piton.toml says where) and names it in the journal
    #[arg(long, conflicts_with_all = ["sql", "dry_run"])]
    pub backup: bool,
    /// One transaction for each revision, or one for all of them
    #[arg(long, value_enum, default_value_t = Transaction::Each, value_name = "MODE")]
    pub transaction: Transaction,
    #[command(flatten)]
    pub locks: Locks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Transaction {
    Each,
    All,
}

/// One run of upgrade or downgrade.
pub(super) struct Run<'a> {
    pub command: &'static str,
    pub goal: Goal,
    pub rules: Rules,
    pub args: &'a Migrating,
    /// Whether it says what it did: not where it is a part of something else.
    pub tells: bool,
}

/// What a run tells under `--json`.
#[derive(Serialize)]
struct Document<'a> {
    target: String,
    direction: &'static str,
    dry_run: bool,
    /// The highest applied revision before and after; null is base.
    from: Option<&'a str>,
    to: Option<&'a str>,
    revisions: Vec<RevisionDocument<'a>>,
    elapsed_ms: u64,
}

#[derive(Serialize)]
struct RevisionDocument<'a> {
    id: &'a str,
    /// Null where it was not run.
    elapsed_ms: Option<u64>,
}

impl Run<'_> {
    pub async fn run(&self, context: &mut Context) -> Result<u8, Failure> {
        let config = context.config()?;
        if self.args.sql {
            let loaded = context.history(&config)?;
            ready(context, &loaded)?;
            return self.print_script(context, &config, &loaded).await;
        }
        let target = context.target(&config)?;
        context.announce(&config, &target);
        let looking = look(context, &config, &target);
        let (loaded, looked) = load_beside(&context.project, &config, looking).await;
        let loaded = loaded?;
        ready(context, &loaded)?;
        self.in_database(context, &config, &loaded, &target, looked?)
            .await
    }

    /// Runs on a target that is known already.
    pub async fn on(
        &self,
        context: &Context,
        config: &Config,
        loaded: &Loaded,
        target: &Target,
    ) -> Result<u8, Failure> {
        let looked = look(context, config, target).await?;
        self.in_database(context, config, loaded, target, looked)
            .await
    }

    async fn in_database(
        &self,
        context: &Context,
        config: &Config,
        loaded: &Loaded,
        target: &Target,
        (mut opened, standing): (Opened, Standing),
    ) -> Result<u8, Failure> {
        let looking = async {
            let session = opened.session();
            let mut planned = self.plan(&loaded.history, session, standing).await?;
            if !self.args.dry_run && planned.as_ref().is_err_and(may_be_running) {
                let (patience, listener) = (self.args.locks.lock_timeout, context.waiting());
                wait_for_others(
                    opened.session(),
                    patience,
                    target.connect_timeout(),
                    &context.stop,
                    &listener,
                )
                .await?;
                let session = opened.session();
                let standing = Standing::brief(session).await?;
                planned = self.plan(&loaded.history, session, standing).await?;
            }
            let plan = planned?;
            let prepared = prepare(&loaded.history, &plan, opened.dialect(), self.mode())?;
            for one in prepared.iter().filter(|one| one.work.steps() == 0) {
                context.ui.warn(format!(
                    "{} has nothing to run on {}",
                    escape(&one.id, false),
                    opened.dialect().title()
                ));
            }
            Ok::<_, Failure>(plan)
        };
        let plan = super::unless_stopped(&context.stop, looking).await?;
        if plan.is_empty() || self.args.dry_run {
            opened.close().await;
            self.tell(context, target, &plan, None);
            return Ok(0);
        }
        if config.guarded() {
            self.show_plan(context, &plan);
            context.confirm(&format!(
                "{} {} on {}?",
                match plan.direction {
                    Direction::Up => "Apply",
                    Direction::Down => "Take back",
                },
                count(plan.steps.len(), "revision"),
                escape(&target.describe(), false),
            ))?;
        }
        let lock_timeout = self.args.locks.lock_timeout;
        let before = match self.args.backup {
            true => first(context, config, loaded, target, lock_timeout).await?,
            false => None,
        };
        // What only looked at a JSON store or a missing file may not write there.
        let mut opened = if target.url().is_some() {
            opened
        } else {
            opened.close().await;
            context
                .open(config, target, Purpose::Work { wait: lock_timeout })
                .await?
        };
        let progress = context.ui.progress(plan.steps.len());
        let verb = match plan.direction {
            Direction::Up => "applied",
            Direction::Down => "took back",
        };
        let waiting = context.waiting();
        let told = Mutex::new(String::new());
        let listener = |event: Event<'_>| match event {
            Event::WaitingForLock { .. } => waiting(event),
            Event::Revision { id, .. } => progress.begin(id),
            Event::Statement { .. } => {}
            Event::Blocked { by } => {
                let text = in_the_way(by);
                let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
                if *told != text {
                    progress.word(&text);
                    *told = text;
                }
            }
            Event::Retrying { error, wait, .. } => progress.word(&format!(
                "{}; trying again in {}",
                error.message,
                duration(wait)
            )),
            Event::Done { id, elapsed } => progress.done(verb, id, elapsed),
        };
        let dialect = opened.dialect();
        let mut session = opened.take_session();
        if let Some(before) = &before {
            before.record(&mut session).await?;
        }
        let options = Options {
            rules: self.rules,
            transaction: self.mode(),
            lock_timeout,
            statement_timeout: self.args.locks.statement_timeout,
            connect_timeout: target.connect_timeout(),
            author: author(),
        };
        let result = run(
            session,
            &loaded.history,
            &self.goal,
            &plan,
            &options,
            &context.stop,
            &listener,
        )
        .await;
        progress.end();
        // Also after a failure: what was committed before it stands.
        if let Err(error) = opened.commit().await {
            // Then nothing does, whatever the run says of itself.
            let from = escape(plan.from.as_deref().unwrap_or("base"), false);
            return Err(Failure::saving(error, &from));
        }
        let report = result.map_err(|aborted| {
            let failure = Failure::from(aborted);
            match &before {
                Some(before) if !dialect.transactional_ddl() => before.offer(failure),
                _ => failure,
            }
        })?;
        if report.lock_was_freed {
            context.ui.warn(
                "a revision has freed Piton's lock (pg_advisory_unlock_all, RELEASE_ALL_LOCKS): another run could have begun meanwhile",
            );
        }
        self.tell(context, target, &plan, Some(&report));
        Ok(0)
    }

    /// Plans from where the database stands.
    async fn plan(
        &self,
        history: &History,
        session: &mut Session,
        standing: Standing,
    ) -> Result<Result<Plan, PlanError>, StandingError> {
        let (_, planned) = planned(session, standing, history, &self.goal, self.rules).await?;
        Ok(planned)
    }

    fn mode(&self) -> TransactionMode {
        match self.args.transaction {
            Transaction::Each => TransactionMode::Each,
            Transaction::All => TransactionMode::All,
        }
    }

    fn show_plan(&self, context: &Context, plan: &Plan) {
        let what = match plan.direction {
            Direction::Up => "to apply",
            Direction::Down => "to take back",
        };
        context.ui.note(format!("{what}, in this order:"));
        for step in &plan.steps {
            context.ui.note(format!("  {}", escape(&step.id, false)));
        }
    }

    fn tell(&self, context: &Context, target: &Target, plan: &Plan, report: Option<&Report>) {
        if !self.tells {
            return;
        }
        let ui = &context.ui;
        let elapsed = report.map(|report| report.elapsed).unwrap_or_default();
        ui.document(
            self.command,
            &Document {
                target: target.describe(),
                direction: plan.direction.as_str(),
                dry_run: self.args.dry_run,
                from: plan.from.as_deref(),
                to: plan.to.as_deref(),
                revisions: plan
                    .steps
                    .iter()
                    .map(|step| RevisionDocument {
                        id: &step.id,
                        elapsed_ms: report
                            .and_then(|report| report.done.iter().find(|(id, _)| *id == step.id))
                            .map(|(_, elapsed)| millis(*elapsed)),
                    })
                    .collect(),
                elapsed_ms: millis(elapsed),
            },
        );
        let at = |revision: &Option<String>| escape(revision.as_deref().unwrap_or("base"), false);
        if plan.is_empty() {
            ui.data(format!(
                "nothing to do: at {}",
                bold().apply_to(at(&plan.to))
            ));
        } else if self.args.dry_run {
            ui.data(match plan.direction {
                Direction::Up => "would apply, in this order:",
                Direction::Down => "would take back, in this order:",
            });
            for step in &plan.steps {
                ui.data(format!("  {}", escape(&step.id, false)));
            }
            ui.data(format!(
                "and stand at {}; nothing was written",
                at(&plan.to)
            ));
        } else {
            let ran = report.map_or(0, |report| report.done.len());
            let verb = match plan.direction {
                Direction::Up => "applied",
                Direction::Down => "taken back",
            };
            // Another run may have done it while this one waited for the lock.
            if ran == 0 {
                ui.data(format!(
                    "nothing left to do: at {}",
                    bold().apply_to(at(&plan.to))
                ));
                return;
            }
            ui.data(format!(
                "{} {verb}, now at {} {}",
                good().apply_to(count(ran, "revision")),
                bold().apply_to(at(&plan.to)),
                dim().apply_to(format!("({})", duration(elapsed))),
            ));
        }
    }

    async fn print_script(
        &self,
        context: &Context,
        config: &Config,
        loaded: &Loaded,
    ) -> Result<u8, Failure> {
        let dialect = match self.args.dialect {
            Some(dialect) => dialect,
            None => context.target(config)?.dialect(),
        };
        let history = &loaded.history;
        let applied = match (&self.args.from, self.goal.direction) {
            (None, Direction::Up) | (Some(Aim::Base), _) => 0,
            (None, Direction::Down) | (Some(Aim::Head), _) => history.len(),
            (Some(Aim::Id(text)), _) => history.find(text)? + 1,
            (Some(aim @ (Aim::Forward(_) | Aim::Back(_))), _) => {
                return Err(Failure::usage(format!(
                    "--from {aim}: a script starts from base, head or a revision"
                )));
            }
        };
        let standing = imagined(dialect, history, applied);
        let plan = plan(history, &standing, &self.goal, self.rules)?;
        let text = script(
            history,
            &plan,
            &standing.place,
            &author(),
            self.args.allow_incomplete,
        )
        .await?;
        if context.ui.is_json() {
            #[derive(Serialize)]
            struct ScriptDocument<'a> {
                dialect: &'static str,
                from: Option<&'a str>,
                to: Option<&'a str>,
                sql: &'a str,
            }
            context.ui.document(
                &format!("{}_sql", self.command),
                &ScriptDocument {
                    dialect: dialect.name(),
                    from: plan.from.as_deref(),
                    to: plan.to.as_deref(),
                    sql: &text,
                },
            );
        } else {
            context.ui.raw(&text);
        }
        Ok(0)
    }
}

/// Connects, and reads where the database stands.
async fn look(
    context: &Context,
    config: &Config,
    target: &Target,
) -> Result<(Opened, Standing), Failure> {
    let mut opened = context.open(config, target, Purpose::Look).await?;
    let reading = async { Ok::<_, Failure>(Standing::brief(opened.session()).await?) };
    let standing = super::unless_stopped(&context.stop, reading).await?;
    Ok((opened, standing))
}

/// Whether what stands in the way may be a revision that another run is in the middle of.
fn may_be_running(error: &PlanError) -> bool {
    matches!(error, PlanError::History(findings) if findings.iter().any(Finding::may_be_running))
}

/// Says what is doubtful in the history, and refuses one that is not whole.
fn ready(context: &Context, loaded: &Loaded) -> Result<(), Failure> {
    for warning in &loaded.warnings {
        context.ui.warn(escape(warning, false));
    }
    loaded.require_complete()
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
