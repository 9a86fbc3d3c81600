//! `piton repair`.

use std::time::Duration;

use clap::ValueEnum;
use serde::Serialize;

use super::context::Context;
use super::failure::{Failure, finding_line, findings_failure};
use super::history::who;
use super::migrating::{Locks, millis};
use crate::database::Purpose;
use crate::dialect::{Running, Session, masked};
use crate::migrate::ledger::{Action, State};
use crate::migrate::{
    Entry, Finding, Remedy, Repair, Standing, Work, around, findings, half_applied, prepare_one,
    repair,
};
use crate::revision::{Direction, History};
use crate::ui::{bold, doubtful, duration, escape, good};

/// Shows what is half applied, and finishes it, takes it back, or records how it was settled
#[derive(Clone, Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("remedy").multiple(false))]
pub(super) struct Args {
    /// Goes on with the statement at which it stopped
    #[arg(long, group = "remedy")]
    resume: bool,
    /// The statement to go on with, where the one at which it stopped has run after all
    #[arg(long, value_name = "N", requires = "resume", value_parser = clap::value_parser!(u32).range(1..))]
    from: Option<u32>,
    /// Runs the revision's other direction as a whole
    #[arg(long, group = "remedy")]
    revert: bool,
    /// Records how it was settled by hand, and runs nothing
    #[arg(long, group = "remedy", value_enum, value_name = "HOW")]
    mark: Option<Mark>,
    /// Records the checksum that an edited revision has now
    #[arg(long, group = "remedy", value_name = "REV")]
    accept: Option<String>,
    /// Why the edit is right, for the journal
    #[arg(long, requires = "accept", value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    locks: Locks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mark {
    Applied,
    Reverted,
}

#[derive(Serialize)]
struct Document {
    target: String,
    /// What was half applied, or whose checksum was accepted.
    revision: Option<String>,
    /// What was done: resume, revert, mark or accept; null where it was only shown.
    remedy: Option<&'static str>,
    findings: Vec<String>,
    /// The revision's steps, and how far each is known to have come.
    steps: Vec<Step>,
    /// Where it stopped; null where nothing is half applied, or where a remedy was asked for.
    stopped: Option<Stopped>,
}

#[derive(Serialize)]
struct Stopped {
    statement: usize,
    statements: usize,
    began_at: String,
    by: Option<String>,
    /// What the server said.
    error: Option<String>,
    /// The table that the statement is about.
    table: Option<String>,
    /// The statements that would make that table as it is now; empty where it is not there.
    table_now: Option<Vec<String>>,
    /// The session of the server that still runs the statement.
    running: Option<StillRuns>,
    /// Whether one does; null where that could not be asked.
    is_running: Option<bool>,
}

#[derive(Serialize)]
struct StillRuns {
    id: i64,
    elapsed_ms: u64,
    /// The statement that cancels it.
    cancel: String,
}

#[derive(Serialize)]
struct Step {
    number: usize,
    state: &'static str,
    sql: String,
    #[serde(skip)]
    statements: Vec<String>,
    #[serde(skip)]
    is_rust: bool,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    loaded.require_complete()?;
    context.announce(&config, &target);
    let history = &loaded.history;
    let mut opened = context.open(&config, &target, Purpose::Look).await?;
    let standing = Standing::read(opened.session()).await?;
    let found = findings(history, &standing);
    let half = half_applied(history, &standing);
    let mut document = Document {
        target: target.describe(),
        revision: None,
        remedy: None,
        findings: found.iter().map(finding_line).collect(),
        steps: Vec::new(),
        stopped: None,
    };
    let (position, remedy, name) = match &args.accept {
        Some(text) => (history.find(text)?, Some(Remedy::Accept), Some("accept")),
        None => {
            let Some((position, _, entry)) = half.first() else {
                opened.close().await;
                if found
                    .iter()
                    .any(|it| matches!(it, Finding::HalfApplied { .. }))
                {
                    return Err(findings_failure(&found));
                }
                return Ok(nothing_half(context, &document, &found));
            };
            document.steps = steps(history, *position, &standing, entry)?;
            let (remedy, name) = match (args.resume, args.revert, args.mark) {
                (true, _, _) => {
                    let from = args.from.map(|from| from as usize);
                    (Some(Remedy::Resume { from }), Some("resume"))
                }
                (_, true, _) => (Some(Remedy::Revert), Some("revert")),
                (_, _, Some(mark)) => (
                    Some(Remedy::Mark {
                        applied: mark == Mark::Applied,
                    }),
                    Some("mark"),
                ),
                _ => (None, None),
            };
            if remedy.is_none() {
                let looking = async { Ok(stopped(opened.session(), &document.steps, entry).await) };
                document.stopped = Some(super::unless_stopped(&context.stop, looking).await?);
            }
            (*position, remedy, name)
        }
    };
    opened.close().await;
    let revision = history.get(position).expect("found in the history");
    let id = escape(&revision.id, false);
    document.revision = Some(revision.id.clone());
    let ui = context.ui.clone();
    if args.accept.is_none() {
        let entry = standing.journal.get(&revision.id);
        let down = entry.is_some_and(|entry| entry.action == Action::Downgrade);
        show(context, &id, down, &document);
        let now = revision.checksum(standing.place.dialect);
        let then = entry.and_then(|entry| entry.checksum.as_deref());
        if now.as_ref().map(|now| now.as_str()) != then {
            ui.warn(format!(
                "{id} was edited since it stopped: the statements are those of its file now, which need not be those that ran"
            ));
        }
    }
    let Some(remedy) = remedy else {
        ui.document("repair", &document);
        ui.note("next: piton repair --resume goes on with that statement (--from N with another)");
        ui.note("  or: piton repair --revert runs the other direction as a whole");
        ui.note("  or: piton repair --mark applied|reverted, once it is settled by hand");
        return Ok(7);
    };
    if config.guarded() || remedy != Remedy::Accept && ui.can_ask() {
        let name = name.unwrap_or_default();
        context.confirm(&format!("Repair {id} by {name}?"))?;
    }
    let wait = args.locks.lock_timeout;
    let mut opened = context
        .open(&config, &target, Purpose::Work { wait })
        .await?;
    let session = opened.take_session();
    let options = context.options(&target, &args.locks);
    let entry = standing.journal.get(&revision.id);
    let wanted = Repair {
        position,
        remedy,
        expected: entry.filter(|_| remedy != Remedy::Accept),
        reason: args.reason.as_deref(),
    };
    let (stop, waiting) = (&context.stop, context.waiting());
    let result = repair(session, history, &wanted, &options, stop, &waiting).await;
    // A store that cannot be saved counts before what the repair says of itself: none of it stands then.
    opened.commit().await?;
    result?;
    document.remedy = name;
    ui.document("repair", &document);
    ui.data(format!(
        "{} {}",
        good().apply_to("repaired:"),
        match remedy {
            Remedy::Resume { .. } => format!("{id} went on to its end"),
            Remedy::Revert => format!("{id} went the other way"),
            Remedy::Mark { applied: true } => format!("{id} counts as applied"),
            Remedy::Mark { applied: false } => format!("{id} counts as not applied"),
            Remedy::Accept => format!("{id} counts as it stands in its file now"),
        }
    ));
    ui.note("next: piton current");
    Ok(0)
}

/// Nothing is half applied; whatever else is wrong is named.
fn nothing_half(context: &Context, document: &Document, found: &[Finding]) -> u8 {
    let ui = &context.ui;
    ui.data("nothing is half applied");
    for finding in found {
        ui.warn(finding_line(finding));
        if let Finding::Edited { revision, .. } = finding {
            ui.note(format!(
                "next: piton repair --accept {}, where the edit is meant to stay",
                escape(revision, false)
            ));
        }
    }
    ui.document("repair", document);
    if found.is_empty() { 0 } else { 6 }
}

fn steps(
    history: &History,
    position: usize,
    standing: &Standing,
    entry: &Entry,
) -> Result<Vec<Step>, Failure> {
    let direction = match entry.action {
        Action::Downgrade => Direction::Down,
        _ => Direction::Up,
    };
    let revision = history.get(position).expect("found in the history");
    if !revision.has_section(direction, standing.place.dialect) {
        return Ok(Vec::new());
    }
    let prepared = prepare_one(history, position, direction, standing.place.dialect)?;
    let is_rust = matches!(prepared.work, Work::Rust { .. });
    let texts: Vec<Vec<String>> = match &prepared.work {
        Work::Sql {
            statements, groups, ..
        } => groups
            .iter()
            .map(|group| {
                statements[group.clone()]
                    .iter()
                    .map(|statement| statement.text.clone())
                    .collect()
            })
            .collect(),
        Work::Rust { .. } => vec![vec!["(Rust: piton show prints what it runs)".to_owned()]],
    };
    Ok(texts
        .into_iter()
        .enumerate()
        .map(|(i, statements)| Step {
            number: i + 1,
            state: match ((i + 1).cmp(&entry.statement), entry.state) {
                (std::cmp::Ordering::Less, _) => "done",
                (std::cmp::Ordering::Equal, State::Failed | State::Stuck) => "failed",
                (std::cmp::Ordering::Equal, _) => "unknown",
                (std::cmp::Ordering::Greater, _) => "not run",
            },
            sql: masked(&statements.join(";\n")).into_owned(),
            statements,
            is_rust,
        })
        .collect())
}

/// What is known of the statement at which it stopped.
async fn stopped(session: &mut Session, steps: &[Step], entry: &Entry) -> Stopped {
    let texts: Vec<&str> = steps
        .iter()
        .filter(|step| step.number == entry.statement && !step.is_rust)
        .flat_map(|step| step.statements.iter().map(String::as_str))
        .collect();
    let around = around(session, &texts).await;
    let dialect = session.dialect();
    let by = who(entry);
    let (running, is_running) = match around.running {
        Running::By(running) => (Some(running), Some(true)),
        Running::Nobody => (None, Some(false)),
        Running::Unknown => (None, None),
    };
    Stopped {
        statement: entry.statement,
        statements: entry.statements,
        began_at: entry.started_at.clone(),
        by: (!by.is_empty()).then_some(by),
        error: entry.error.clone(),
        table: around.table.map(|table| table.to_string()),
        table_now: around.now,
        is_running,
        running: running.map(|running| StillRuns {
            id: running.id,
            elapsed_ms: millis(running.elapsed),
            cancel: format!("{};", dialect.cancel_statement(running.id)),
        }),
    }
}

/// Tells of the statement at which it stopped, and what is around it now.
fn tell_stopped(context: &Context, document: &Document) {
    let (ui, Some(stopped)) = (&context.ui, &document.stopped) else {
        return;
    };
    let by = stopped
        .by
        .as_ref()
        .map_or_else(String::new, |by| format!(" by {}", escape(by, false)));
    let state = document
        .steps
        .iter()
        .find(|step| step.number == stopped.statement)
        .map_or("unknown", |step| step.state);
    ui.data(format!(
        "  statement {} of {} was begun {}{by}{}",
        stopped.statement,
        stopped.statements,
        escape(&stopped.began_at, false),
        match (&stopped.error, state) {
            (Some(error), _) => format!(", and failed: {}", escape(error, false)),
            (None, "unknown") =>
                ", and its end was not seen: it may have run, and may not".to_owned(),
            _ => String::new(),
        }
    ));
    match &stopped.running {
        Some(running) => ui.warn(format!(
            "it still runs: session {}, for {}; wait until it has ended, or cancel it: {}",
            running.id,
            duration(Duration::from_millis(running.elapsed_ms)),
            running.cancel
        )),
        None if stopped.is_running.is_some() => ui.data("  nobody runs it now"),
        None => {
            ui.data("  whether it still runs is not known: not every session shows what it runs")
        }
    }
    match (&stopped.table, &stopped.table_now) {
        (Some(table), Some(now)) if now.is_empty() => {
            ui.data(format!("  there is no table {} now", escape(table, false)));
        }
        (Some(table), Some(now)) => {
            ui.data(format!("  {} is now:", escape(table, false)));
            for line in now.iter().flat_map(|statement| statement.lines()) {
                ui.data(format!("    {}", escape(line, false)));
            }
        }
        _ => {}
    }
}

fn show(context: &Context, id: &str, down: bool, document: &Document) {
    let ui = &context.ui;
    let half = if down { "taken back" } else { "applied" };
    ui.data(format!("{} is half {half}:", bold().apply_to(id)));
    for step in &document.steps {
        let mut lines = step.sql.lines();
        let first = lines.next().unwrap_or_default();
        let state = match step.state {
            "done" => good().apply_to("done").to_string(),
            other => doubtful().apply_to(other).to_string(),
        };
        ui.data(format!(
            "  {:>3}  {state}  {}",
            step.number,
            escape(first, false)
        ));
        if matches!(step.state, "failed" | "unknown") {
            for line in lines {
                ui.data(format!("       {}", escape(line, false)));
            }
        }
    }
    tell_stopped(context, document);
}
