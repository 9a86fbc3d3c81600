//! `piton session list`.

use serde::Serialize;

use super::{Shown, looking, or_dash, when};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::ui::{Table, escape};

/// Lists a user's sessions, the one that was seen last first
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The user, as the application named it when the session began
    #[arg(value_name = "USER")]
    user: String,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    user: String,
    sessions: Vec<Shown>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let redis = context.redis(&config).await?;
    let sessions = looking(context, &redis, &config).await?;
    let listing = async { Ok(sessions.list(&args.user).await?) };
    let found = crate::cli::unless_stopped(&context.stop, listing).await?;
    let ui = &context.ui;
    if found.is_empty() {
        ui.note(format!(
            "{} has no sessions",
            escape(&format!("{:?}", args.user), false)
        ));
    } else if !ui.is_json() {
        let mut table = Table::new(["id", "device", "address", "seen", "expires", "began"]);
        for one in &found {
            table.row([
                one.id.short(),
                or_dash(&one.device),
                or_dash(&one.address),
                when(one.seen_ms),
                when(one.expires_ms),
                when(one.created_ms),
            ]);
        }
        for line in table.lines() {
            ui.data(line);
        }
    }
    ui.document(
        "session_list",
        &Document {
            redis: redis.target,
            user: args.user,
            sessions: found.iter().map(Shown::from).collect(),
        },
    );
    Ok(0)
}
