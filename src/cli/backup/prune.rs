//! `piton backup prune`.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::admin::backup::{Found, Keep, State, check, kept, list};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::config::Config;
use crate::ui::{count, escape};

/// How long a backup that is not finished may have been left alone before it counts as given up.
const GIVEN_UP: Duration = Duration::from_secs(24 * 3600);

/// Removes the backups that a policy does not keep
///
/// One that serves two rules counts for both. A backup that does not hold counts for nothing and is never removed:
/// it is named. One that was never finished is removed when a day has gone by since anything was written there.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The directory of backups; backup.dir in piton.toml where it is left out
    dir: Option<PathBuf>,
    /// Keeps the newest N
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
    for name in &verdict.damaged {
        ui.warn(format!(
            "{} does not hold: it counts for nothing and is left alone",
            escape(name, false)
        ));
    }
    let names =
        |found: &[Found]| -> Vec<String> { found.iter().map(|it| it.name.clone()).collect() };
    let document = Document {
        dir: dir.display().to_string(),
        dry_run: args.dry_run,
        kept: names(&verdict.kept),
        removed: names(&verdict.removed),
        damaged: verdict.damaged,
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

struct Verdict {
    kept: Vec<Found>,
    removed: Vec<Found>,
    damaged: Vec<String>,
}

fn judge(mut found: Vec<Found>, keep: Keep) -> Verdict {
    found.reverse();
    let mut verdict = Verdict {
        kept: Vec::new(),
        removed: Vec::new(),
        damaged: Vec::new(),
    };
    let mut whole = Vec::new();
    for one in found {
        match &one.state {
            State::Whole(_) => whole.push(one),
            State::Unreadable { .. } => verdict.damaged.push(one.name),
            State::Partial { touched } => {
                let given_up = touched
                    .and_then(|touched| SystemTime::now().duration_since(touched).ok())
                    .is_some_and(|age| age > GIVEN_UP);
                if given_up {
                    verdict.removed.push(one);
                }
            }
        }
    }
    let times: Vec<_> = whole.iter().map(|one| one.made_at).collect();
    let damaged = &mut verdict.damaged;
    let mut broken = std::collections::BTreeSet::new();
    let chosen = kept(&times, keep, |at| {
        let holds = check(&whole[at].path).is_ok();
        if !holds {
            broken.insert(at);
            damaged.push(whole[at].name.clone());
        }
        holds
    });
    for (at, one) in whole.into_iter().enumerate() {
        if chosen.contains(&at) {
            verdict.kept.push(one);
        } else if !broken.contains(&at) {
            verdict.removed.push(one);
        }
    }
    verdict
}
