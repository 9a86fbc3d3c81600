//! `piton cache`: what is in it, what is wrong with it, filling and emptying it.

mod audit;
mod get;
mod invalidate;
mod keys;
mod stats;
mod warm;

use clap::Subcommand;

use super::context::Context;
use super::failure::Failure;
use crate::cache::{OWN_PREFIXES, Registry, TimeToLive};
use crate::config::Config;

/// Shows what the cache holds, finds what is wrong with it, fills and empties it
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    Keys(keys::Args),
    Get(get::Args),
    Stats(stats::Args),
    Audit(audit::Args),
    Warm(warm::Args),
    Invalidate(invalidate::Args),
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    match args.command {
        Command::Keys(args) => keys::run(context, args).await,
        Command::Get(args) => get::run(context, args).await,
        Command::Stats(args) => stats::run(context, args).await,
        Command::Audit(args) => audit::run(context, args).await,
        Command::Warm(args) => warm::run(context, args).await,
        Command::Invalidate(args) => invalidate::run(context, args).await,
    }
}

/// The registry of the project's keys, where it counts.
fn registry(context: &Context, config: &Config) -> Option<Registry> {
    let counts = config.revisions.builtin.value;
    let registry = context.project.registry().filter(|_| counts)?;
    Some(registry.default_ttl_s(config.redis.cache_ttl_s.value))
}

/// The same, for what makes no sense without.
fn required_registry(context: &Context, config: &Config) -> Result<Registry, Failure> {
    registry(context, config).ok_or_else(|| {
        let builtin = &config.revisions.builtin;
        let failure = Failure::config("this project has no cache: nobody says which keys there are");
        if context.project.registry().is_some() && !builtin.value {
            return failure.hint(format!(
                "the built-in application's keys do not count, since revisions.builtin is false ({})",
                builtin.origin
            ));
        }
        failure.hint("a project's own binary says so with Piton::cache; keys, get and invalidate KEY work without")
    })
}

/// Whether a key is Piton's own, and no value.
fn is_own(key: &str) -> bool {
    OWN_PREFIXES.iter().any(|own| key.starts_with(own))
}

/// Seconds that a key still lives.
fn seconds(ttl: TimeToLive) -> Option<u64> {
    match ttl {
        TimeToLive::Ms(ms) => Some(ms.div_ceil(1000)),
        TimeToLive::Forever => None,
    }
}

/// A life for people.
fn life(ttl_s: Option<u64>) -> String {
    ttl_s.map_or_else(|| "for ever".to_owned(), |s| format!("{s} s"))
}
