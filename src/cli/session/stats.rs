//! `piton session stats`.

use serde::Serialize;

use super::looking;
use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// Counts sessions and users
///
/// Goes through all sessions, in batches that hold nobody up.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {}

#[derive(Serialize)]
struct Document {
    redis: String,
    living: u64,
    users: u64,
    over: u64,
    most_of_a_user: u64,
    log: bool,
}

pub(super) async fn run(context: &mut Context, _: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let redis = context.redis(&config).await?;
    let sessions = looking(context, &redis, &config).await?;
    let counting = async { Ok(sessions.stats().await?) };
    let stats = crate::cli::unless_stopped(&context.stop, counting).await?;
    let ui = &context.ui;
    for (what, number) in [
        ("sessions that live", stats.living),
        ("users who have some", stats.users),
        ("most of one user", stats.most_of_a_user),
        ("over, not cleared away yet", stats.over),
    ] {
        ui.data(format!("{what:<27} {number}"));
    }
    ui.document(
        "session_stats",
        &Document {
            redis: redis.target,
            living: stats.living,
            users: stats.users,
            over: stats.over,
            most_of_a_user: stats.most_of_a_user,
            log: config.session.revocation_log.value,
        },
    );
    Ok(0)
}
