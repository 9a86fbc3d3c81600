//! `piton doctor`.

mod embedded;
mod history;
mod redis;
mod report;
mod server;

use std::time::Instant;

use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use crate::config::{Config, ConfigError};
use crate::database::{Purpose, Target};
use crate::ui::good;
use report::{Breaks, Ladder, Report};

/// Says whether database and Redis are well, and where not, which step breaks and how to mend it
///
/// It goes up a ladder, a rung at a time: the configuration makes sense, the host is known, the port answers, the
/// server is of the right kind, encryption and login hold, the database is there, its version and this user's
/// privileges suffice, the revisions are in order. It stops at the first rung that breaks, with the likely
/// causes and the command for each. Pending revisions are told and break nothing.
///
/// The exit code is that of the rung that broke: 3 configuration, 4 no way in, 5 busy, 6 history, 7 half applied,
/// 8 corrupt, 9 files, 10 refused by the server. 0 means that all is well.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// One round trip to each server and not a word where all is well: a container's health check
    #[arg(long)]
    quick: bool,
    /// Proves by a temporary table that it can be written also under guards
    #[arg(long, conflicts_with = "quick")]
    prove: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    ok: bool,
    /// What the process ends with.
    code: u8,
    ladders: &'a [Ladder],
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let ui = context.ui.clone();
    let mut report = Report::new(&ui, args.quick);
    let configured = configured(context, &mut report);
    match configured {
        Ok((config, target)) => climb(context, &args, &config, &target, &mut report).await?,
        Err(breaks) => report.breaks(breaks),
    }
    let code = report.code();
    ui.document(
        "doctor",
        &Document {
            ok: code == 0,
            code,
            ladders: &report.ladders,
        },
    );
    if code == 0 && !args.quick {
        ui.data(good().apply_to("all is well").to_string());
    }
    Ok(code)
}

/// The first rungs: what is configured makes sense, and names a database.
fn configured(context: &mut Context, report: &mut Report) -> Result<(Config, Target), Breaks> {
    let started = Instant::now();
    report.begin("configuration", None);
    let config = match Config::load(&context.flags, &context.surroundings) {
        Ok(config) => config,
        Err(error @ ConfigError::BadUrl { .. }) => return Err(Breaks::at("URL", error)),
        Err(error) => return Err(Breaks::at("settings", error)),
    };
    let file = match &config.file {
        Some(file) => file.display().to_string(),
        None => "no piton.toml: environment and defaults".to_owned(),
    };
    report.holds("settings", file, Some(started.elapsed()));
    // It loads once more, and says what is doubtful.
    let config = context
        .config()
        .map_err(|failure| Breaks::at("settings", failure))?;
    let target = context
        .target(&config)
        .map_err(|failure| Breaks::at("URL", failure))?;
    Ok((config, target))
}

async fn climb(
    context: &Context,
    args: &Args,
    config: &Config,
    target: &Target,
    report: &mut Report,
) -> Result<(), Failure> {
    report.begin("database", Some(target.describe()));
    let climbing = async {
        Ok(match (args.quick, target.url()) {
            (true, _) => quick(target, report).await,
            (false, Some(_)) => server::climb(context, args, config, target, report).await,
            (false, None) => embedded::climb(context, config, target, report).await,
        })
    };
    if let Err(breaks) = super::unless_stopped(&context.stop, climbing).await? {
        report.breaks(breaks);
    }
    let Some(url) = &config.redis.url.value else {
        return Ok(());
    };
    report.begin("redis", Some(url.to_string()));
    let climbing = async { Ok(redis::climb(context, args, config, url, report).await) };
    if let Err(breaks) = super::unless_stopped(&context.stop, climbing).await? {
        report.breaks(breaks);
    }
    Ok(())
}

/// One connection, and what it says of itself.
async fn quick(target: &Target, report: &mut Report) -> Result<(), Breaks> {
    let started = Instant::now();
    embedded::there(target)?;
    let opening = Box::pin(target.open(Purpose::Look, None));
    match opening.await {
        Ok(opened) => {
            opened.close().await;
            report.holds("answers", "", Some(started.elapsed()));
            Ok(())
        }
        Err(error) => Err(server::unopened(target, error)
            .await
            .after(started.elapsed())),
    }
}
