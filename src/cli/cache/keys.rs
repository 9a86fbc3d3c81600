//! `piton cache keys`.

use std::collections::HashSet;

use serde::Serialize;

use super::{is_own, life, seconds};
use crate::cache::{Facts, facts};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::redis::{Connection, pattern_of_prefix};
use crate::ui::{Counting, Table, bytes, escape};

/// Lists keys with their lives and sizes
///
/// Looks through every node, in batches that hold nobody up. Piton's own keys (session:, piton:) are listed where the
/// prefix names them.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// What the keys begin with, such as user: or user:profile:1
    #[arg(value_name = "PREFIX")]
    prefix: Option<String>,
    /// At most so many; 0 lists all
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    limit: usize,
}

#[derive(Serialize)]
struct Document {
    redis: String,
    prefix: String,
    keys: Vec<Key>,
    more: bool,
}

#[derive(Serialize)]
struct Key {
    key: String,
    r#type: String,
    ttl_s: Option<u64>,
    bytes: u64,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let redis = context.redis(&config).await?;
    let prefix = args.prefix.unwrap_or_default();
    let most = if args.limit == 0 {
        usize::MAX
    } else {
        args.limit
    };
    let progress = context.ui.counting("keys");
    let looking = find(&redis.connection, &prefix, most, &progress);
    let (found, more) = crate::cli::unless_stopped(&context.stop, looking).await?;
    progress.end();
    let ui = &context.ui;
    let keys: Vec<Key> = found
        .iter()
        .map(|one| Key {
            key: one.name(),
            r#type: one.kind.clone(),
            ttl_s: seconds(one.ttl),
            bytes: one.bytes,
        })
        .collect();
    if !ui.is_json() && !keys.is_empty() {
        let mut table = Table::new(["key", "type", "expires in", "size"]);
        for key in &keys {
            table.row([
                escape(&key.key, false),
                key.r#type.clone(),
                life(key.ttl_s),
                bytes(key.bytes),
            ]);
        }
        for line in table.lines() {
            ui.data(line);
        }
    }
    if keys.is_empty() {
        ui.note("no keys");
    } else if more {
        ui.note(format!(
            "the first {} that were met; --limit 0 lists all",
            keys.len()
        ));
    }
    ui.document(
        "cache_keys",
        &Document {
            redis: redis.target,
            prefix,
            keys,
            more,
        },
    );
    Ok(0)
}

/// At most so many keys, in their order, and whether there are more.
async fn find(
    connection: &Connection,
    prefix: &str,
    most: usize,
    progress: &Counting,
) -> Result<(Vec<Facts>, bool), Failure> {
    let names_own = is_own(prefix);
    let mut scan = connection.scan(pattern_of_prefix(prefix)).await?;
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    while let Some(mut keys) = scan.next().await? {
        // A scan may give a key twice.
        keys.retain(|key| {
            (names_own || !is_own(&String::from_utf8_lossy(key))) && seen.insert(key.clone())
        });
        found.extend(facts(connection, keys).await?);
        progress.at(found.len() as u64);
        if found.len() > most {
            break;
        }
    }
    let more = found.len() > most;
    found.truncate(most);
    found.sort_by(|a, b| a.key.cmp(&b.key));
    Ok((found, more))
}
