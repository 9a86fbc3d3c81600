//! `piton backup prune`.

use std::path::PathBuf;

use serde::Serialize;

use crate::admin::backup::{Found, Keep, judge, list};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::config::Config;
use crate::ui::{count, escape};

/// Removes the backups that a policy does not keep
///
/// The rules hold for each database by itself, by the server or file that it was on. Backups of some tables (-t) stand
/// in for no whole one: the rules hold once more for those of the same tables. A backup that serves two rules counts
/// for both. One that does not hold counts for nothing and is never removed: it is named. One that was never finished
/// is removed when a day has gone by since anything was written there.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The directory of backups; backup.dir in piton.toml where it is left out
    dir: Option<PathBuf>,
    /// Keeps the newest N of each database
    #[arg(long, value_name = "N")]
    keep_last: Option<u32>,
    /// Keeps the newest of each day, of N days
    #[arg(long, value_name = "N")]
    keep_daily: Option<u32>,
    /// Keeps the newest of each week, of N weeks
    #[arg(long, value_name = "N")]
    keep_weekly: Option<u32>,
    /// Says what would be removed, and removes nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Document {
    dir: String,
    dry_run: bool,
    kept: Vec<String>,
    removed: Vec<String>,
    /// Those that do not hold: left alone.
    damaged: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let dir = super::dir(&config, args.dir.as_deref(), context);
    let keep = policy(&args, &config)?;
    let found = list(&dir)?;
    let verdict = tokio::task::spawn_blocking(move || judge(found, keep))
        .await
        .map_err(|error| Failure::failed(format!("checking ended: {error}")))?;
    let ui = context.ui.clone();
    let names =
        |found: &[Found]| -> Vec<String> { found.iter().map(|it| it.name.clone()).collect() };
    let damaged = names(&verdict.damaged);
    for name in &damaged {
        ui.warn(format!(
            "{} does not hold: it counts for nothing and is left alone",
            escape(name, false)
        ));
    }
    let document = Document {
        dir: dir.display().to_string(),
        dry_run: args.dry_run,
        kept: names(&verdict.kept),
        removed: names(&verdict.removed),
        damaged,
    };
    if verdict.removed.is_empty() {
        ui.data(format!(
            "nothing to remove: {} kept",
            count(document.kept.len(), "backup")
        ));
        ui.document("backup_prune", &document);
        return Ok(0);
    }
    let word = if args.dry_run {
        "would remove"
    } else {
        "removes"
    };
    for name in &document.removed {
        let line = format!("{word} {}", escape(name, false));
        if args.dry_run {
            ui.data(line);
        } else {
            ui.note(line);
        }
    }
    if !args.dry_run {
        if verdict.kept.is_empty() {
            ui.warn("no backup is left afterwards");
        }
        context.confirm(&format!(
            "Remove {} and keep {}?",
            count(document.removed.len(), "backup"),
            document.kept.len()
        ))?;
        for found in &verdict.removed {
            std::fs::remove_dir_all(&found.path).map_err(|error| {
                Failure::files(format!(
                    "cannot remove {}: {error}",
                    escape(&found.path.display().to_string(), false)
                ))
            })?;
        }
        ui.data(format!(
            "{} removed, {} kept",
            count(document.removed.len(), "backup"),
            document.kept.len()
        ));
    }
    ui.document("backup_prune", &document);
    Ok(0)
}

fn policy(args: &Args, config: &Config) -> Result<Keep, Failure> {
    let given = [args.keep_last, args.keep_daily, args.keep_weekly];
    let configured = [
        config.backup.keep_last.value,
        config.backup.keep_daily.value,
        config.backup.keep_weekly.value,
    ];
    // What is said here is the whole policy.
    let rules = match given.iter().any(Option::is_some) {
        true => given.map(Option::unwrap_or_default),
        false => configured,
    };
    if rules == [0; 3] {
        return Err(Failure::usage("nothing says what is kept").hint(
            "--keep-last N, --keep-daily N, --keep-weekly N, or backup.keep_last and its like in piton.toml",
        ));
    }
    let [last, daily, weekly] = rules.map(|n| n as usize);
    Ok(Keep {
        last,
        daily,
        weekly,
    })
}
