//! `piton session revoke`.

use serde::Serialize;

use super::{Id, ending, show::tell};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::session::SessionError;
use crate::ui::good;

/// Ends one session, at once and for good
///
/// Whoever uses it has to log in again with the next request. Works on a Redis that is out of memory too. With
/// session.revocation_log on it is in the database's log first, so that a failover of Redis cannot bring it back.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    id: Id,
    /// Shows the session and leaves it
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    id: String,
    revoked: bool,
    logged: bool,
    dry_run: bool,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let id = args.id.parse()?;
    let config = context.config()?;
    let redis = context.redis(&config).await?;
    let sessions = super::looking(context, &redis, &config).await?;
    let lives = sessions.show(&id).await;
    let (id, lives) = match lives {
        Ok(session) => {
            if args.dry_run {
                tell(&context.ui, &session);
            }
            (session.id, true)
        }
        // A whole id may still be in a Redis that has not heard of it, and goes into the log all the same.
        Err(SessionError::None) if !id.is_part() => (id, false),
        Err(error) => return Err(error.into()),
    };
    let logged = config.session.revocation_log.value && !args.dry_run;
    let revoked = if args.dry_run {
        lives
    } else {
        // No stop in between: what the log has is to reach Redis.
        ending(context, &redis, &config).await?.revoke(&id).await?
    };
    let ui = &context.ui;
    match (args.dry_run, revoked) {
        (true, true) => ui.note("would be revoked"),
        (false, true) => ui.data(format!("{} {}", good().apply_to("revoked"), id.short())),
        (_, false) => ui.data("nothing to do: there is no such session any more"),
    }
    ui.document(
        "session_revoke",
        &Document {
            redis: redis.target,
            id: id.to_string(),
            revoked,
            logged,
            dry_run: args.dry_run,
        },
    );
    Ok(0)
}
