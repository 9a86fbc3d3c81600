//! `piton cache invalidate`.

use serde::Serialize;

use super::{is_own, registry, required_registry};
use crate::cache::{Registry, invalidate_key, sweep};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::redis::Connection;
use crate::ui::{count, escape, good};

/// Removes values: one key, all below a prefix, or everything
///
/// A prefix ends with a colon, as user: and user:profile: do; anything else is a key. Removed on every node, in
/// batches that hold nobody up. Who loads one of them meanwhile does not put the old value back. --all removes
/// what stands under the registry's prefixes, never sessions and never other applications' keys; it asks first
/// where the environment is production.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Keys, and prefixes with their colons
    #[arg(value_name = "KEY|PREFIX", required_unless_present = "all")]
    what: Vec<String>,
    /// Every value of the cache
    #[arg(long, conflicts_with = "what")]
    all: bool,
    /// Counts what would be removed
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    removed: Vec<Removed>,
    values: u64,
    dry_run: bool,
}

#[derive(Serialize)]
struct Removed {
    what: String,
    is_prefix: bool,
    values: u64,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let known = registry(context, &config).unwrap_or_else(Registry::empty);
    let what: Vec<String> = if args.all {
        let registry = required_registry(context, &config)?;
        let prefixes = registry.prefixes().iter();
        prefixes.map(|prefix| prefix.prefix.to_owned()).collect()
    } else {
        args.what
            .iter()
            .try_for_each(|what| sensible(what, &known))?;
        args.what
    };
    let redis = context.redis(&config).await?;
    if args.all && config.guarded() && !args.dry_run {
        context.confirm(&format!(
            "Remove every cached value of {}?",
            escape(&redis.target, false)
        ))?;
    }
    let progress = context.ui.counting("values");
    let prefixes: Vec<&str> = what
        .iter()
        .map(String::as_str)
        .filter(|what| what.ends_with(':'))
        .collect();
    let removing = async {
        let seen = |values| progress.at(values);
        let swept = match prefixes.is_empty() {
            true => Vec::new(),
            false => sweep(&redis.connection, &prefixes, args.dry_run, seen).await?,
        };
        let mut swept = swept.into_iter();
        let mut removed: Vec<Removed> = Vec::with_capacity(what.len());
        for what in &what {
            let is_prefix = what.ends_with(':');
            let values = match is_prefix {
                true => swept.next().unwrap_or_default(),
                false => one(&redis.connection, &known, what, args.dry_run).await?,
            };
            removed.push(Removed {
                what: what.clone(),
                is_prefix,
                values,
            });
        }
        Ok(removed)
    };
    let removed = crate::cli::unless_stopped(&context.stop, removing).await?;
    progress.end();
    let ui = &context.ui;
    let values = removed.iter().map(|one| one.values).sum();
    let verb = if args.dry_run {
        "would be removed"
    } else {
        "removed"
    };
    for one in &removed {
        let what = escape(&one.what, false);
        let place = if one.is_prefix {
            format!(" below {what}")
        } else {
            format!(": {what}")
        };
        if one.values == 0 {
            ui.data(format!("nothing to do{place}"));
            if known.entry(&one.what).is_some() {
                ui.note(format!("{what} is an entry; its values are below {what}:"));
            }
            continue;
        }
        let number = count(one.values, "value");
        ui.data(format!("{} {verb}{place}", good().apply_to(number)));
    }
    ui.document(
        "cache_invalidate",
        &Document {
            redis: redis.target,
            removed,
            values,
            dry_run: args.dry_run,
        },
    );
    Ok(0)
}

async fn one(
    connection: &Connection,
    registry: &Registry,
    key: &str,
    dry_run: bool,
) -> Result<u64, crate::redis::Error> {
    if dry_run {
        return connection.ask(redis::cmd("EXISTS").arg(key)).await;
    }
    // Where nothing fills a key there is nobody to be kept out.
    if registry.prefix_of(key).is_none() {
        return connection.unlink(&[key.as_bytes().to_vec()]).await;
    }
    invalidate_key(connection, key).await.map(u64::from)
}

/// Refuses what is no value of a cache, and what is meant as a pattern.
fn sensible(what: &str, registry: &Registry) -> Result<(), Failure> {
    let shown = escape(&format!("{what:?}"), false);
    if is_own(what) {
        return Err(
            Failure::usage(format!("{shown} is Piton's own, and no cached value"))
                .hint("piton session revoke and revoke-all end sessions"),
        );
    }
    if what.is_empty() || what == ":" {
        return Err(
            Failure::usage("a key or prefix is empty").hint("--all removes every cached value")
        );
    }
    if let Some(prefix) = what.strip_suffix('*') {
        let prefix = prefix.trim_end_matches(':');
        let is_known = registry.prefix_of(&format!("{prefix}:")).is_some();
        let failure = Failure::usage(format!(
            "{shown} is a pattern, and keys and prefixes are taken as they are"
        ));
        return Err(if is_known {
            failure.hint(format!(
                "a prefix ends with its colon: {}:",
                escape(prefix, false)
            ))
        } else {
            failure.hint("a prefix ends with its colon, such as user:")
        });
    }
    Ok(())
}
