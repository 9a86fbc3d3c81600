//! `piton copy`.

mod follow;
mod legacy;
mod work;

use std::collections::BTreeSet;
use std::time::Instant;

use serde::Serialize;

use super::context::Context;
use super::desired;
use super::failure::Failure;
use super::migrating::{Locks, Migrating, Run, Transaction};
use super::sources::Loaded;
use crate::admin::copy::jobs;
use crate::config::Config;
use crate::database::{Opened, Purpose, Target};
use crate::dialect::rows::Rules;
use crate::migrate::{Goal, Rules as HistoryRules, Standing};
use crate::revision::{Direction, Target as Aim};
use crate::ui::{bold, count, escape, good};
use work::Copying;

/// Copies every row of one database into another, of whatever kind, each value exactly
///
/// The target is brought to the source's revision first, and must be empty. Every table is one transaction, and is
/// read back and compared. What the target cannot hold as it is stops the copy, with table, key and column. After an
/// interruption the same command goes on where it was. The source is never written to.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  piton copy --from json:data --to postgres://app@db.example.org/grading
  piton copy --from postgres://app@db.example.org/grading --to sqlite:///grading.db -t students")]
pub(super) struct Args {
    /// The database to copy from; what is configured, where this is left out
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// The database to copy into
    #[arg(long, value_name = "URL")]
    to: String,
    /// Only this table; may be given several times
    #[arg(short = 't', long = "table", value_name = "TABLE")]
    tables: Vec<String>,
    /// Makes the tables that the target has not from those of the source, where no history does
    #[arg(long)]
    follow_schema: bool,
    /// Replaces rows that have the same key in the target, and leaves all others
    #[arg(long)]
    upsert: bool,
    /// Cuts a second's fraction off where the target has fewer digits for it: nanoseconds to microseconds
    #[arg(long)]
    cut_fractions: bool,
    /// How many tables are copied at once, where the target is a server
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: Option<u16>,
    #[command(flatten)]
    locks: Locks,
}

#[derive(Serialize)]
struct Document {
    from: String,
    to: String,
    /// Where both stand; null where there is no history.
    revision: Option<String>,
    tables: Vec<TableDocument>,
    rows: u64,
    bytes: u64,
    elapsed_ms: u128,
}

#[derive(Serialize)]
pub(super) struct TableDocument {
    table: String,
    rows: u64,
    bytes: u64,
    /// The same in both databases.
    checksum: String,
    /// Rows that are there under other keys.
    beside: u64,
    /// Whether an earlier, interrupted copy brought it.
    before: bool,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let started = Instant::now();
    let config = context.config()?;
    if let Some(file) = args
        .from
        .as_deref()
        .and_then(|from| from.strip_prefix("legacy:"))
    {
        return legacy::copy(context, &config, &args, file).await;
    }
    let source = match &args.from {
        Some(url) => context.target_of(url, &config)?,
        None => context.target(&config)?,
    };
    let target = context.target_of(&args.to, &config)?;
    if source.describe() == target.describe() {
        return Err(Failure::usage("--from and --to are the same database"));
    }
    if let Some(path) = source.missing() {
        return Err(Failure::config(format!(
            "there is nothing to copy from: {} is not there",
            escape(&path.display().to_string(), false)
        )));
    }
    context.ui.note(format!(
        "from {} to {}",
        escape(&source.describe(), false),
        escape(&target.describe(), false)
    ));
    if config.guarded() {
        context.confirm(&format!("Copy into {}?", escape(&target.describe(), false)))?;
    }
    let mut from = context.open(&config, &source, Purpose::Look).await?;
    // Before the target is touched.
    let there = desired::there(from.session()).await?;
    let itself = (from.dialect(), &there);
    jobs(itself, itself, &args.tables, Rules::default())?;
    let revision = same_revision(context, &config, &args, &mut from, &target).await?;
    let wait = args.locks.lock_timeout;
    let mut to = context
        .open(&config, &target, Purpose::Work { wait })
        .await?;
    let copying = Copying {
        context,
        args: &args,
        from: source.describe(),
        connect_timeout: target.connect_timeout(),
        was_there: revision.was_there,
    };
    let work = copying.all(&mut from, &mut to);
    let tables = super::unless_stopped(&context.stop, work).await;
    from.close().await;
    // The store is saved from the connection that the session has.
    to.take_session().close().await;
    if tables.is_ok() {
        to.commit().await?;
    }
    let tables = tables?;
    tell(
        context,
        source.describe(),
        &target,
        revision.id,
        tables,
        started,
    );
    Ok(0)
}

/// Says what was copied.
fn tell(
    context: &Context,
    from: String,
    target: &Target,
    revision: Option<String>,
    tables: Vec<TableDocument>,
    started: Instant,
) {
    let (rows, bytes) = tables.iter().fold((0, 0), |(rows, bytes), it| {
        (rows + it.rows, bytes + it.bytes)
    });
    let ui = &context.ui;
    ui.data(format!(
        "{} of {} copied and compared, {}",
        good().apply_to(count(rows, "row")),
        count(tables.len(), "table"),
        crate::ui::duration(started.elapsed()),
    ));
    if let Some(revision) = &revision {
        ui.data(format!(
            "both stand at {}",
            bold().apply_to(escape(revision, false))
        ));
    }
    ui.document(
        "copy",
        &Document {
            from,
            to: target.describe(),
            revision,
            tables,
            rows,
            bytes,
            elapsed_ms: started.elapsed().as_millis(),
        },
    );
}

/// Where both sides stand.
#[derive(Default)]
struct Revision {
    id: Option<String>,
    /// The names of the tables that the target had before it was brought there; `None` where it stood there already.
    was_there: Option<BTreeSet<String>>,
}

/// Brings the target to the source's revision, where the source has one.
async fn same_revision(
    context: &Context,
    config: &Config,
    args: &Args,
    from: &mut Opened,
    target: &Target,
) -> Result<Revision, Failure> {
    let loaded = context.history(config)?;
    let here = Standing::brief(from.session()).await?;
    let applied = |standing: &Standing| {
        let ids = loaded.history.iter().map(|revision| revision.id.clone());
        ids.filter(|id| standing.is_applied(id)).collect::<Vec<_>>()
    };
    let wanted = applied(&here);
    let Some(last) = wanted.last().cloned() else {
        return Ok(Revision::default());
    };
    loaded.require_complete()?;
    let mut opened = context.open(config, target, Purpose::Look).await?;
    let there = Standing::brief(opened.session()).await?;
    let tables = opened.session().tables().await?;
    opened.close().await;
    let found = applied(&there);
    if let Some(ahead) = found.iter().find(|id| !wanted.contains(id)) {
        return Err(Failure::history(format!(
            "the target is ahead of the source: {} is applied there alone",
            escape(ahead, false)
        ))
        .hint("piton upgrade brings the source there first"));
    }
    if found.len() == wanted.len() {
        return Ok(Revision {
            id: Some(last),
            was_there: None,
        });
    }
    upgrade(
        context,
        config,
        args,
        &loaded,
        target,
        Aim::Id(last.clone()),
    )
    .await?;
    Ok(Revision {
        id: Some(last),
        was_there: Some(tables.into_iter().map(|table| table.name).collect()),
    })
}

/// Brings the target to a revision, without a word of it.
async fn upgrade(
    context: &Context,
    config: &Config,
    args: &Args,
    loaded: &Loaded,
    target: &Target,
    aim: Aim,
) -> Result<(), Failure> {
    let migrating = Migrating {
        backup: false,
        dry_run: false,
        sql: false,
        dialect: None,
        from: None,
        allow_incomplete: false,
        transaction: Transaction::Each,
        locks: args.locks.clone(),
    };
    let run = Run {
        command: "upgrade",
        goal: Goal {
            direction: Direction::Up,
            target: aim,
        },
        rules: HistoryRules::default(),
        args: &migrating,
        tells: false,
    };
    run.on(context, config, loaded, target).await.map(drop)
}
