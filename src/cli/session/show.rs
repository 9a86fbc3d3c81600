//! `piton session show`.

use serde::Serialize;

use super::{Id, Shown, looking, or_dash};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::session::Session;
use crate::ui::{Ui, bold, escape};

/// Shows one session
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    id: Id,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    session: Shown,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let id = args.id.parse()?;
    let config = context.config()?;
    let redis = context.redis(&config).await?;
    let sessions = looking(context, &redis, &config).await?;
    let showing = async { Ok(sessions.show(&id).await?) };
    let session = crate::cli::unless_stopped(&context.stop, showing).await?;
    tell(&context.ui, &session);
    context.ui.document(
        "session_show",
        &Document {
            redis: redis.target,
            session: Shown::from(&session),
        },
    );
    Ok(0)
}

/// All that is known of a session, for people.
pub(super) fn tell(ui: &Ui, session: &Session) {
    let shown = Shown::from(session);
    ui.data(bold().apply_to(&shown.id).to_string());
    for (what, value) in [
        ("user", escape(&shown.user, false)),
        ("device", or_dash(&shown.device)),
        ("address", or_dash(&shown.address)),
        ("began", shown.created_at),
        ("seen", shown.seen_at),
        ("expires", shown.expires_at),
        ("ends", shown.ends_at),
    ] {
        ui.data(format!("  {what:<8} {value}"));
    }
}
