//! `piton cache warm`.

use std::time::Instant;

use serde::Serialize;

use super::required_registry;
use crate::cache::{Entry, Registry, warm, would_warm};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::ui::{count, duration, escape, good};

/// Loads what is asked for most from the database
///
/// Without a name: the entries that the project warms, in the grading platform the profiles of the users with the most
/// recent submissions and the statistics of active classes. What is there already is left as it is, and so is what is
/// invalidated meanwhile.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Entries of the registry, such as user:profile
    #[arg(value_name = "ENTRY")]
    entries: Vec<String>,
    /// At most so many values of each
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    most: u64,
    /// Counts what would be loaded
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    database: String,
    entries: Vec<Warmed>,
    dry_run: bool,
}

#[derive(Serialize)]
struct Warmed {
    entry: &'static str,
    written: u64,
    left: u64,
    absent: u64,
    elapsed_ms: u64,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let registry = required_registry(context, &config)?;
    let entries = chosen(&registry, &args.entries)?;
    let target = context.target(&config)?;
    let redis = context.redis(&config).await?;
    let database = context.handle(&config, &target, true).await?;
    let ui = &context.ui;
    ui.note(
        crate::ui::dim()
            .apply_to(format!("from {}", escape(&target.describe(), false)))
            .to_string(),
    );
    let mut all = Vec::with_capacity(entries.len());
    for entry in entries {
        let started = Instant::now();
        let (connection, db) = (&redis.connection, database.connection());
        let progress = ui.counting_to(entry.name, args.most);
        let warming = async {
            let seen = |warmed: &crate::cache::Warmed, of: usize| {
                progress.of(of as u64);
                progress.at(warmed.written + warmed.left + warmed.absent);
            };
            Ok(if args.dry_run {
                would_warm(connection, db, entry, args.most).await?
            } else {
                warm(connection, db, &registry, entry, args.most, seen).await?
            })
        };
        let warmed = crate::cli::unless_stopped(&context.stop, Box::pin(warming)).await?;
        progress.end();
        let elapsed = started.elapsed();
        let verb = if args.dry_run {
            "would be written"
        } else {
            "written"
        };
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        ui.data(format!(
            "{}: {} {verb}, {} there already, {} not in the database ({})",
            entry.name,
            good().apply_to(count(number(warmed.written), "value")),
            warmed.left,
            warmed.absent,
            duration(elapsed)
        ));
        all.push(Warmed {
            entry: entry.name,
            written: warmed.written,
            left: warmed.left,
            absent: warmed.absent,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        });
    }
    ui.document(
        "cache_warm",
        &Document {
            redis: redis.target,
            database: target.describe(),
            entries: all,
            dry_run: args.dry_run,
        },
    );
    Ok(0)
}

/// The entries that were named, or those that are warmed without being named.
fn chosen<'a>(registry: &'a Registry, names: &[String]) -> Result<Vec<&'a Entry>, Failure> {
    if names.is_empty() {
        let warmed = registry.entries().iter().filter(|entry| entry.is_warmed);
        return Ok(warmed.collect());
    }
    let find = |name: &String| {
        let entry = registry.entry(name.trim_end_matches(':'));
        entry.filter(|entry| entry.loader.is_some()).ok_or_else(|| {
            let known = registry.entries().iter();
            let known: Vec<&str> = known
                .filter(|entry| entry.loader.is_some())
                .map(|entry| entry.name)
                .collect();
            Failure::usage(format!(
                "{} is no entry that can be warmed",
                escape(&format!("{name:?}"), false)
            ))
            .hint(format!("the entries are {}", known.join(", ")))
        })
    };
    names.iter().map(find).collect()
}
