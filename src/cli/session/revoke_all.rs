//! `piton session revoke-all`.

use serde::Serialize;

use super::{ending, looking};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::ui::{count, escape, good};

/// Ends all sessions of a user that began until now
///
/// The user may log in again. They end in one step, however many they are; what they leave behind is removed in
/// batches afterwards. Asks first where the environment is production.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The user, as the application named it when the sessions began
    #[arg(value_name = "USER")]
    user: String,
    /// Counts them and leaves them
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    user: String,
    revoked: usize,
    logged: bool,
    dry_run: bool,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let redis = context.redis(&config).await?;
    let user = escape(&format!("{:?}", args.user), false);
    let sessions = looking(context, &redis, &config).await?;
    let living = sessions.list(&args.user).await?.len();
    if config.guarded() && !args.dry_run {
        context.confirm(&format!(
            "Log {user} out everywhere ({})?",
            count(living, "session")
        ))?;
    }
    if !args.dry_run {
        let progress = context.ui.counting("cleared away");
        let sessions = ending(context, &redis, &config).await?;
        let removed = |removed| progress.at(removed);
        // No stop in between: what the log has is to reach Redis.
        sessions.revoke_all_telling(&args.user, removed).await?;
        progress.end();
    }
    let ui = &context.ui;
    let sessions = count(living, "session");
    match (args.dry_run, living) {
        (_, 0) => ui.data(format!("nothing to do: {user} has no sessions")),
        (true, _) => ui.data(format!("{sessions} of {user} would be revoked")),
        (false, _) => ui.data(format!("{} of {user} revoked", good().apply_to(sessions))),
    }
    ui.document(
        "session_revoke_all",
        &Document {
            redis: redis.target,
            user: args.user,
            revoked: living,
            logged: config.session.revocation_log.value && !args.dry_run,
            dry_run: args.dry_run,
        },
    );
    Ok(0)
}
