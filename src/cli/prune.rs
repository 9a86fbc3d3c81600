//! `piton prune`.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::backup;
use super::context::Context;
use super::failure::Failure;
use super::migrating::millis;
use crate::admin::prune::{self as pruning, Age, Outcome, Planned, Removed, Rules};
use crate::config::Config;
use crate::database::{Purpose, Target};
use crate::dialect::{Scope, introspect};
use crate::ui::{count, duration, escape, good};

const RULE: &str = "\
A rule in piton.toml is a table, the column that says how old a row is, and an age (h, d, w, mo, y):

  [[prune.rules]]
  table = \"grading_results\"
  column = \"created_at\"
  older_than = \"3mo\"

The moment is counted back by the server's clock. A row to which another row refers is kept, whatever
its foreign key does ON DELETE; rules on tables that refer to one another run children first.";

/// Removes rows past their keeping time, by the rules of piton.toml, in small batches
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = RULE)]
pub(super) struct Args {
    /// Another age than that of the rules, such as 90d, 3mo or 1y
    #[arg(long, value_name = "AGE")]
    older_than: Option<Age>,
    /// Follows the rules of this table alone; may be given several times
    #[arg(short, long, value_name = "TABLE")]
    table: Vec<String>,
    /// Counts what would go, and removes nothing
    #[arg(long)]
    dry_run: bool,
    /// First makes a backup of the tables, where piton backup keeps them
    #[arg(long)]
    archive: bool,
    /// Rows that one transaction removes at most [default: prune.batch_size, or 1000]
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch_size: Option<u32>,
    /// What is waited between two batches [default: prune.pause_ms, or 100ms]
    #[arg(long, value_name = "DURATION", value_parser = super::duration)]
    pause: Option<Duration>,
}

#[derive(Serialize)]
struct Document {
    target: String,
    dry_run: bool,
    /// The backup that was made first; null where none was.
    archive: Option<String>,
    rules: Vec<RuleDocument>,
    elapsed_ms: u64,
}

#[derive(Serialize)]
struct RuleDocument {
    table: String,
    column: String,
    older_than: String,
    /// The moment before which rows go, in UTC.
    cutoff: String,
    /// Rows that may go.
    old: u64,
    /// Rows as old that stay, since others refer to them.
    kept: u64,
    /// The tables whose rows may refer to these.
    referred_by: Vec<String>,
    removed: u64,
    elapsed_ms: u64,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let rules = rules(context, &config, &args)?;
    let target = context.target(&config)?;
    context.announce(&config, &target);
    let started = Instant::now();
    let mut opened = context.open(&config, &target, Purpose::Look).await?;
    let looking = async {
        let schema = introspect(opened.session(), &Scope::default())
            .await
            .map_err(|error| Failure::failed(escape(&error.to_string(), true)))?;
        let elsewhere = opened.session().referrers_elsewhere().await?;
        let planned = pruning::plan(opened.dialect(), &schema, &elsewhere, &rules.rules)?;
        let mut counted = Vec::new();
        for one in &planned {
            counted.push(pruning::count(opened.session(), one, one.rule.age).await?);
        }
        Ok((planned, counted))
    };
    let (planned, mut counted) = super::unless_stopped(&context.stop, looking).await?;
    opened.close().await;
    let ui = context.ui.clone();
    let total: u64 = counted.iter().map(|one| one.old).sum();
    let document = |counted: &[Removed], archive: Option<String>| Document {
        target: target.describe(),
        dry_run: args.dry_run,
        archive,
        rules: planned.iter().zip(counted).map(documented).collect(),
        elapsed_ms: millis(started.elapsed()),
    };
    if args.dry_run || total == 0 {
        for (one, removed) in planned.iter().zip(&counted) {
            ui.data(found(one, removed));
        }
        if planned.is_empty() {
            ui.data("no rule is about a table of this database");
        }
        ui.document("prune", &document(&counted, None));
        return Ok(0);
    }
    if config.guarded() || ui.can_ask() {
        for (one, removed) in planned.iter().zip(&counted) {
            ui.note(found(one, removed));
        }
        context.confirm(&format!(
            "Remove {} from {}?",
            count(total, "row"),
            escape(&target.describe(), false)
        ))?;
    }
    let wait = Duration::from_secs(60);
    let archive = match args.archive {
        true => Some(archived(context, &config, &target, &planned, wait).await?),
        false => None,
    };
    let mut opened = context
        .open(&config, &target, Purpose::Work { wait })
        .await?;
    let mut session = opened.take_session();
    let mut ended = Ok(Outcome::Done);
    for (one, removed) in planned.iter().zip(&mut counted) {
        // Children that went before leave more to remove.
        match pruning::count(&mut session, one, one.rule.age).await {
            Ok(now) => *removed = now,
            Err(error) => {
                ended = Err(error);
                break;
            }
        }
        if removed.old == 0 {
            continue;
        }
        let progress = ui.counting_to("rows", removed.old);
        ended = pruning::prune(
            &mut session,
            one,
            removed,
            rules.pace,
            &context.stop,
            &|so_far| progress.at(so_far),
        )
        .await;
        progress.end();
        if !matches!(ended, Ok(Outcome::Done)) {
            break;
        }
    }
    session.close().await;
    // Also where it ended early: what was removed until then is gone.
    opened.commit().await?;
    match ended {
        Ok(Outcome::Done) => {}
        Ok(Outcome::Stopped(signal)) => {
            return Err(so_far(Failure::stopped(signal), &planned, &counted));
        }
        Err(error) => return Err(so_far(error.into(), &planned, &counted)),
    }
    for (one, removed) in planned.iter().zip(&counted) {
        ui.data(done(one, removed));
    }
    ui.document("prune", &document(&counted, archive));
    Ok(0)
}

/// Makes a backup of the tables that the rules are about; gives its place.
async fn archived(
    context: &Context,
    config: &Config,
    target: &Target,
    planned: &[Planned],
    wait: Duration,
) -> Result<String, Failure> {
    let tables: BTreeSet<String> = planned
        .iter()
        .map(|one| one.removal.table.to_string())
        .collect();
    let wish = backup::Wish {
        parent: backup::dir(config, None, context),
        tables: tables.into_iter().collect(),
        native: false,
        jobs: None,
        lock_timeout: wait,
    };
    let loaded = context.history(config)?;
    let made = Box::pin(backup::of_target(context, config, &loaded, target, &wish)).await?;
    let place = made.path.display().to_string();
    context
        .ui
        .data(format!("archived in {}", escape(&place, false)));
    Ok(place)
}

/// The rules that this run follows.
fn rules(context: &Context, config: &Config, args: &Args) -> Result<Rules, Failure> {
    let built_in = match config.revisions.builtin.value {
        true => context.project.keeping_times(),
        false => &[],
    };
    let rules = config.prune.value.clone().with(built_in);
    let mut rules = rules.map_err(|error| Failure::config(escape(&error.to_string(), false)))?;
    if rules.rules.is_empty() {
        return Err(Failure::config("no rule says which rows are past their keeping time").hint(
            "write one into piton.toml: [[prune.rules]] with table, column and older_than; piton prune --help shows one",
        ));
    }
    let known: BTreeSet<&str> = rules.rules.iter().map(|rule| rule.table.as_str()).collect();
    if let Some(unknown) = args
        .table
        .iter()
        .find(|table| !known.contains(table.as_str()))
    {
        let known: Vec<String> = known.iter().map(|table| escape(table, false)).collect();
        return Err(Failure::usage(format!(
            "no rule is about table {}: there are rules for {}",
            escape(unknown, false),
            known.join(", ")
        )));
    }
    if !args.table.is_empty() {
        rules.rules.retain(|rule| args.table.contains(&rule.table));
    }
    if let Some(age) = args.older_than {
        for rule in &mut rules.rules {
            rule.age = age;
            rule.older_than = age.to_string();
        }
    }
    if let Some(batch) = args.batch_size {
        rules.pace.batch = batch;
    }
    if let Some(pause) = args.pause {
        rules.pace.pause = pause;
    }
    Ok(rules)
}

fn referred_by(planned: &Planned) -> Vec<String> {
    let tables = planned
        .removal
        .referrers
        .iter()
        .map(|one| one.table.to_string());
    tables.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What stays though it is as old.
fn kept(planned: &Planned, removed: &Removed) -> String {
    match removed.kept {
        0 => String::new(),
        kept => format!(
            "; {} as old kept, as long as {} refers to it",
            count(kept, "row"),
            escape(&referred_by(planned).join(" or "), false)
        ),
    }
}

fn found(planned: &Planned, removed: &Removed) -> String {
    format!(
        "{}: {} older than {} ({} before {}){}",
        escape(&planned.rule.table, false),
        count(removed.old, "row"),
        escape(&planned.rule.older_than, false),
        escape(&planned.rule.column, false),
        removed.cutoff,
        kept(planned, removed)
    )
}

fn done(planned: &Planned, removed: &Removed) -> String {
    format!(
        "{}: {} older than {}, in {}{}",
        escape(&planned.rule.table, false),
        good().apply_to(format!("{} removed", count(removed.removed, "row"))),
        escape(&planned.rule.older_than, false),
        duration(removed.elapsed),
        kept(planned, removed)
    )
}

/// How far a run came that ended early.
fn so_far(failure: Failure, planned: &[Planned], counted: &[Removed]) -> Failure {
    let failure = planned
        .iter()
        .zip(counted)
        .fold(failure, |failure, (one, removed)| {
            failure.line(format!(
                "  {}: {} of {} removed, for good",
                escape(&one.rule.table, false),
                removed.removed,
                count(removed.old, "row")
            ))
        });
    failure.hint("piton prune goes on with the rest")
}

fn documented((planned, removed): (&Planned, &Removed)) -> RuleDocument {
    RuleDocument {
        table: planned.rule.table.clone(),
        column: planned.rule.column.clone(),
        older_than: planned.rule.older_than.clone(),
        cutoff: removed.cutoff.clone(),
        old: removed.old,
        kept: removed.kept,
        referred_by: referred_by(planned),
        removed: removed.removed,
        elapsed_ms: millis(removed.elapsed),
    }
}
