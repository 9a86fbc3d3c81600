//! `piton session`: who is logged in, and ending it.

mod cleanup;
mod list;
mod revoke;
mod revoke_all;
mod show;
mod stats;

use std::sync::Arc;
use std::time::Duration;

use clap::Subcommand;
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::redis::Redis;
use crate::config::Config;
use crate::database::Purpose;
use crate::session::{
    REVOCATIONS_TABLE, RevocationLog as _, Session, SessionError, SessionId, Sessions, SqlLog,
};

/// Shows who is logged in, and ends sessions
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Revoke(revoke::Args),
    #[command(name = "revoke-all", alias = "revoke_all")]
    RevokeAll(revoke_all::Args),
    Cleanup(cleanup::Args),
    Stats(stats::Args),
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    match args.command {
        Command::List(args) => list::run(context, args).await,
        Command::Show(args) => show::run(context, args).await,
        Command::Revoke(args) => revoke::run(context, args).await,
        Command::RevokeAll(args) => revoke_all::run(context, args).await,
        Command::Cleanup(args) => cleanup::run(context, args).await,
        Command::Stats(args) => stats::run(context, args).await,
    }
}

/// An id that was typed. It is never shown again as it was typed: it may be a token.
#[derive(Clone, Debug, clap::Args)]
struct Id {
    /// The session's id, or its beginning as `session list` shows it; never its token
    #[arg(value_name = "ID")]
    id: String,
}

impl Id {
    fn parse(&self) -> Result<SessionId, Failure> {
        Ok(self.id.trim().parse::<SessionId>()?)
    }
}

fn sessions(redis: &Redis, config: &Config) -> Sessions {
    Sessions::new(&redis.connection, config.session_options())
}

/// The sessions, for whoever only looks: without those that the log of revocations has, where it is on. Nothing is
/// replayed, since that would be a write.
async fn looking(context: &Context, redis: &Redis, config: &Config) -> Result<Sessions, Failure> {
    /// How long a second connection to the database may take.
    const PATIENCE: Duration = Duration::from_secs(10);
    let sessions = sessions(redis, config);
    if !config.session.revocation_log.value {
        return Ok(sessions);
    }
    let target = context.target(config)?;
    let mut opened = context.open(config, &target, Purpose::Look).await?;
    // A store has one connection, which is to be free for the log.
    let mut session = opened.take_session();
    let reading = async {
        let tables = session.tables().await?;
        let endpoint = session.endpoint().clone();
        session.close().await;
        let mut here = tables.iter().filter(|table| table.namespace.is_none());
        // Who never revoked anything with the log on has no table for it.
        if here.all(|table| table.name != REVOCATIONS_TABLE) {
            return Ok(Vec::new());
        }
        let connection = endpoint.pool(1, PATIENCE).await?;
        let standing = SqlLog::there(&connection).standing().await;
        standing.map_err(|error| Failure::from(SessionError::Unread(error)))
    };
    let revoked = crate::cli::unless_stopped(&context.stop, reading).await?;
    opened.close().await;
    Ok(sessions.without(&revoked))
}

/// The sessions, for whoever ends some: with the log of revocations where it is on.
async fn ending(context: &Context, redis: &Redis, config: &Config) -> Result<Sessions, Failure> {
    let sessions = sessions(redis, config);
    if !config.session.revocation_log.value {
        return Ok(sessions);
    }
    let target = context.target(config)?;
    let handle = Arc::new(context.handle(config, &target, false).await?);
    let log = handle.revocation_log().await?;
    context.ui.note(
        crate::ui::dim()
            .apply_to(format!(
                "the log of revocations is in {}",
                crate::ui::escape(&target.describe(), false)
            ))
            .to_string(),
    );
    Ok(sessions.with_log(Arc::new(log)))
}

/// A session in a document.
#[derive(Serialize)]
struct Shown {
    id: String,
    user: String,
    device: String,
    address: String,
    created_at: String,
    seen_at: String,
    expires_at: String,
    ends_at: String,
}

impl From<&Session> for Shown {
    fn from(session: &Session) -> Shown {
        Shown {
            id: session.id.to_string(),
            user: session.user.clone(),
            device: session.device.clone(),
            address: session.address.clone(),
            created_at: when(session.created_ms),
            seen_at: when(session.seen_ms),
            expires_at: when(session.expires_ms),
            ends_at: when(session.ends_ms),
        }
    }
}

/// Milliseconds since 1970 as ISO 8601 in UTC.
fn when(ms: u64) -> String {
    super::history::when(i64::try_from(ms / 1000).unwrap_or(i64::MAX))
}

/// What a client did not say of itself.
fn or_dash(text: &str) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    crate::ui::escape(text, false)
}
