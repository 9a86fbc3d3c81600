//! `piton session cleanup`.

use serde::Serialize;

use super::{ending, looking};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::ui::{count, good};

/// Clears away what sessions that are over left behind
///
/// Nothing needs it: they leave by themselves in the end. With session.revocation_log on it also removes what no
/// session can outlive from the log.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Counts what would go, and leaves it
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    removed: u64,
    living: u64,
    /// Null where there is no log, and under `--dry-run`.
    forgotten: Option<u64>,
    dry_run: bool,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let redis = context.redis(&config).await?;
    let progress = context.ui.counting("sessions looked at");
    let (removed, living, forgotten) = if args.dry_run {
        let sessions = looking(context, &redis, &config).await?;
        let counting = async { Ok(sessions.stats().await?) };
        let stats = crate::cli::unless_stopped(&context.stop, counting).await?;
        (stats.over, stats.living, None)
    } else {
        let sessions = ending(context, &redis, &config).await?;
        let cleaning = async {
            let seen = |cleaned: &crate::session::Cleaned| {
                progress.at(cleaned.removed + cleaned.living);
            };
            Ok(sessions.cleanup(seen).await?)
        };
        let cleaned = crate::cli::unless_stopped(&context.stop, cleaning).await?;
        (cleaned.removed, cleaned.living, cleaned.forgotten)
    };
    progress.end();
    let ui = &context.ui;
    let verb = if args.dry_run {
        "would be cleared away"
    } else {
        "cleared away"
    };
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    ui.data(format!(
        "{} that {} over {verb}, {} {}",
        good().apply_to(count(number(removed), "session")),
        if removed == 1 { "is" } else { "are" },
        living,
        if living == 1 { "lives" } else { "live" },
    ));
    if let Some(forgotten) = forgotten {
        ui.data(format!("{forgotten} removed from the log of revocations"));
    }
    ui.document(
        "session_cleanup",
        &Document {
            redis: redis.target,
            removed,
            living,
            forgotten,
            dry_run: args.dry_run,
        },
    );
    Ok(0)
}
