//! `piton cache audit`.

use std::time::Duration;

use serde::Serialize;

use super::{life, required_registry};
use crate::cache::{Finding, Rules, audit, give_expiry};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::ui::{Table, bytes, count, escape, good};

/// Finds keys that never expire, fit no prefix, are of a wrong type or too large
///
/// Ends with 6 where something is found that was not mended.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Gives keys that never expire the life that their prefix has
    #[arg(long)]
    fix: bool,
    /// Says what --fix would do, and does nothing
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// What a value may take in the server's memory, such as 512KB
    #[arg(long, value_name = "SIZE", default_value = "1MB", value_parser = crate::config::size)]
    largest: u64,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    keys: u64,
    findings: Vec<Found>,
    left: usize,
}

#[derive(Serialize)]
struct Found {
    key: String,
    finding: &'static str,
    detail: String,
    fixed: bool,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let registry = required_registry(context, &config)?;
    let redis = context.redis(&config).await?;
    let rules = Rules {
        most_bytes: args.largest,
    };
    let progress = context.ui.counting("keys looked at");
    let auditing = async {
        let result = audit(&redis.connection, &registry, rules, |keys| {
            progress.at(keys)
        })
        .await?;
        let fixes = args.fix && !args.dry_run;
        if fixes {
            let endless = result
                .findings
                .iter()
                .filter_map(|(key, finding)| match finding {
                    Finding::NoExpiry { ttl_s } => Some((key.clone(), Duration::from_secs(*ttl_s))),
                    _ => None,
                });
            give_expiry(&redis.connection, &endless.collect::<Vec<_>>()).await?;
        }
        let found = |(key, finding): (String, Finding)| {
            let (word, detail) = words(&finding, args.largest);
            Found {
                key,
                finding: word,
                detail,
                fixed: fixes && matches!(finding, Finding::NoExpiry { .. }),
            }
        };
        let findings: Vec<Found> = result.findings.into_iter().map(found).collect();
        Ok((result.keys, findings))
    };
    let (keys, findings) = crate::cli::unless_stopped(&context.stop, auditing).await?;
    progress.end();
    let left = findings.iter().filter(|found| !found.fixed).count();
    let ui = &context.ui;
    if !ui.is_json() && !findings.is_empty() {
        let mut table = Table::new(["key", "finding", ""]);
        for found in &findings {
            let outcome = match (found.fixed, found.finding) {
                (true, _) => "fixed",
                (false, "no_expiry") if args.dry_run => "would be fixed",
                (false, "no_expiry") if !args.fix => "--fix mends it",
                _ => "",
            };
            table.row([
                escape(&found.key, false),
                escape(&found.detail, false),
                outcome.to_owned(),
            ]);
        }
        table.lines().into_iter().for_each(|line| ui.data(line));
    }
    let looked_at = count(keys, "key");
    let fixed = findings.len() - left;
    ui.data(match (left, fixed) {
        (0, 0) => format!("{looked_at}: {}", good().apply_to("nothing found")),
        (_, 0) => format!("{looked_at}: {}", count(left, "finding")),
        _ => format!(
            "{looked_at}: {}, {fixed} fixed",
            count(findings.len(), "finding")
        ),
    });
    ui.document(
        "cache_audit",
        &Document {
            redis: redis.target,
            keys,
            findings,
            left,
        },
    );
    Ok(if left == 0 { 0 } else { 6 })
}

/// A finding in a word that does not change, and for people.
fn words(finding: &Finding, largest: u64) -> (&'static str, String) {
    match finding {
        Finding::NoExpiry { ttl_s } => (
            "no_expiry",
            format!("never expires; its prefix gives it {}", life(Some(*ttl_s))),
        ),
        Finding::Unknown => ("unknown", "fits no prefix of the registry".to_owned()),
        Finding::WrongType { kind } => ("wrong_type", format!("is a {kind}, not a string")),
        Finding::TooLarge { bytes: taken } => (
            "too_large",
            format!("takes {}, more than {}", bytes(*taken), bytes(largest)),
        ),
    }
}
