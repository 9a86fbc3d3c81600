//! Going through the keys: what is wrong with them, and removing them.

use std::sync::LazyLock;
use std::time::Duration;

use super::key::LEASE_PREFIX;
use super::keyspace::{Facts, TimeToLive, facts};
use super::lease;
use super::registry::{OWN_PREFIXES, Registry};
use crate::redis::{Connection, Error, Script, pattern_of_prefix};

/// What is wrong with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It never expires. Seconds that its prefix gives it.
    NoExpiry {
        ttl_s: u64,
    },
    /// No prefix of the registry fits it.
    Unknown,
    /// It is no string, as the cache's values are.
    WrongType {
        kind: String,
    },
    TooLarge {
        bytes: u64,
    },
}

/// What an audit holds against the keys.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub most_bytes: u64,
}

/// What an audit came to.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Keys that were looked at, Piton's own left out.
    pub keys: u64,
    pub findings: Vec<(String, Finding)>,
}

/// Looks at every key; `seen` is told how many it were, now and then.
///
/// # Errors
/// As [`Connection::send`].
pub async fn audit(
    connection: &Connection,
    registry: &Registry,
    rules: Rules,
    mut seen: impl FnMut(u64),
) -> Result<Audit, Error> {
    let mut result = Audit::default();
    let mut scan = connection.scan("*").await?;
    let mut done = std::collections::HashSet::new();
    while let Some(keys) = scan.next().await? {
        let is_own = |key: &[u8]| {
            OWN_PREFIXES
                .iter()
                .any(|own| key.starts_with(own.as_bytes()))
        };
        // A scan may give a key twice.
        let keys = keys
            .into_iter()
            .filter(|key| !is_own(key) && done.insert(key.clone()));
        for facts in facts(connection, keys.collect()).await? {
            result.keys += 1;
            let name = facts.name();
            let found = judge(&facts, &name, registry, rules);
            result
                .findings
                .extend(found.into_iter().map(|one| (name.clone(), one)));
        }
        seen(result.keys);
    }
    result.findings.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(result)
}

fn judge(facts: &Facts, name: &str, registry: &Registry, rules: Rules) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(prefix) = registry.prefix_of(name) else {
        return vec![Finding::Unknown];
    };
    if facts.kind != "string" {
        found.push(Finding::WrongType {
            kind: facts.kind.clone(),
        });
    }
    if facts.ttl == TimeToLive::Forever {
        found.push(Finding::NoExpiry {
            ttl_s: registry.ttl(prefix).as_secs(),
        });
    }
    if facts.bytes > rules.most_bytes {
        found.push(Finding::TooLarge { bytes: facts.bytes });
    }
    found
}

/// Only where it still has none. ARGV: seconds.
static GIVE_EXPIRY: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('PTTL', KEYS[1]) ~= -1 then return 0 end \
         return redis.call('EXPIRE', KEYS[1], ARGV[1])",
    )
});

/// Gives a key that never expires an expiry; whether it did.
///
/// # Errors
/// As [`Connection::send`].
pub async fn give_expiry(connection: &Connection, key: &str, ttl: Duration) -> Result<bool, Error> {
    let call = GIVE_EXPIRY.keys([(key.to_owned(), "string")]);
    call.arg(ttl.as_secs()).run(connection).await
}

/// Removes one value; whether there was one.
///
/// # Errors
/// As [`Connection::send`].
pub async fn invalidate_key(connection: &Connection, key: &str) -> Result<bool, Error> {
    lease::invalidate(connection, key).await
}

/// Removes every value whose key begins so, or only counts them; `seen` is told how many it were.
///
/// The leases come first: who read the database before cannot fill any more, and what was filled before
/// that is found.
///
/// # Errors
/// As [`Connection::send`]; what was removed until then stays removed.
pub async fn sweep(
    connection: &Connection,
    prefix: &str,
    dry_run: bool,
    mut seen: impl FnMut(u64),
) -> Result<u64, Error> {
    if !dry_run {
        let leases = pattern_of_prefix(&format!("{LEASE_PREFIX}{{{prefix}"));
        let mut scan = connection.scan(leases).await?;
        while let Some(keys) = scan.next().await? {
            connection.unlink(&keys).await?;
        }
    }
    let mut total = 0;
    let mut counted = std::collections::HashSet::new();
    let mut scan = connection.scan(pattern_of_prefix(prefix)).await?;
    while let Some(keys) = scan.next().await? {
        total += if dry_run {
            let new = keys.into_iter().filter(|key| counted.insert(key.clone()));
            u64::try_from(new.count()).unwrap_or(u64::MAX)
        } else {
            connection.unlink(&keys).await?
        };
        seen(total);
    }
    Ok(total)
}
