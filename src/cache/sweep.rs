//! Going through the keys: what is wrong with them, and removing them.

use std::time::Duration;

use super::key::LEASE_PREFIX;
use super::keyspace::{Facts, TimeToLive, facts};
use super::lease;
use super::registry::{OWN_PREFIXES, Registry};
use crate::redis::{Connection, Error, pattern_of_prefix};

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
const GIVE_EXPIRY: &str = "if redis.call('PTTL', KEYS[1]) == -1 then \
     redis.call('EXPIRE', KEYS[1], ARGV[1]) end return 1";

/// So many keys are sent at once.
const TOGETHER: usize = 500;

/// Gives each of the keys that never expires its expiry.
///
/// # Errors
/// As [`Connection::send`]; those before it have theirs.
pub async fn give_expiry(
    connection: &Connection,
    keys: &[(String, Duration)],
) -> Result<(), Error> {
    for batch in keys.chunks(TOGETHER) {
        let commands = batch.iter().map(|(key, ttl)| {
            let mut command = redis::cmd("EVAL");
            command.arg(GIVE_EXPIRY).arg(1).arg(key).arg(ttl.as_secs());
            command
        });
        connection.send_owned(commands.collect()).await?;
    }
    Ok(())
}

/// Removes one value; whether there was one.
///
/// # Errors
/// As [`Connection::send`].
pub async fn invalidate_key(connection: &Connection, key: &str) -> Result<bool, Error> {
    lease::invalidate(connection, key).await
}

/// Removes every value whose key begins with one of these, or only counts them, in one pass over the keys; `seen` is
/// told how many it were. Gives how many each prefix had; a key that several fit counts for the longest.
///
/// The leases come first: who read the database before cannot fill any more, and what was filled before
/// that is found.
///
/// # Errors
/// As [`Connection::send`]; what was removed until then stays removed.
pub async fn sweep(
    connection: &Connection,
    prefixes: &[&str],
    dry_run: bool,
    mut seen: impl FnMut(u64),
) -> Result<Vec<u64>, Error> {
    if !dry_run {
        let leases: Vec<String> = prefixes
            .iter()
            .map(|prefix| format!("{LEASE_PREFIX}{{{prefix}"))
            .collect();
        let leases: Vec<&str> = leases.iter().map(String::as_str).collect();
        let mut scan = connection.scan(pattern_of(&leases)).await?;
        while let Some(mut keys) = scan.next().await? {
            keys.retain(|key| longest(&leases, key).is_some());
            connection.unlink(&keys).await?;
        }
    }
    let mut counts = vec![0; prefixes.len()];
    let mut counted = std::collections::HashSet::new();
    let mut scan = connection.scan(pattern_of(prefixes)).await?;
    while let Some(keys) = scan.next().await? {
        let mut each = vec![Vec::new(); prefixes.len()];
        for key in keys {
            if let Some(which) = longest(prefixes, &key) {
                each[which].push(key);
            }
        }
        for (count, keys) in counts.iter_mut().zip(each) {
            *count += if dry_run {
                // A scan may give a key twice.
                let new = keys.into_iter().filter(|key| counted.insert(key.clone()));
                u64::try_from(new.count()).unwrap_or(u64::MAX)
            } else {
                connection.unlink(&keys).await?
            };
        }
        seen(counts.iter().sum());
    }
    Ok(counts)
}

/// Which of the prefixes a key begins with; the longest, where there are several.
fn longest(prefixes: &[&str], key: &[u8]) -> Option<usize> {
    let fitting = prefixes.iter().enumerate();
    let fitting = fitting.filter(|(_, prefix)| key.starts_with(prefix.as_bytes()));
    fitting
        .max_by_key(|(_, prefix)| prefix.len())
        .map(|(which, _)| which)
}

/// A pattern that fits all keys that begin with one of these, and perhaps more.
fn pattern_of(prefixes: &[&str]) -> String {
    let Some((first, others)) = prefixes.split_first() else {
        return String::new();
    };
    let alike = |other: &&str| {
        let same = first.chars().zip(other.chars());
        same.take_while(|(a, b)| a == b).count()
    };
    let shared = others.iter().map(alike).min();
    let shared = shared.unwrap_or_else(|| first.chars().count());
    pattern_of_prefix(&first.chars().take(shared).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pattern_fits_all_prefixes_and_each_key_goes_to_the_longest() {
        assert_eq!(pattern_of(&["user:"]), "user:*");
        assert_eq!(pattern_of(&["用户:", "用品:"]), "用*");
        assert_eq!(pattern_of(&["user:", "class:"]), "*");
        let prefixes = ["user:", "user:profile:"];
        assert_eq!(longest(&prefixes, b"user:profile:1"), Some(1));
        assert_eq!(longest(&prefixes, b"user:1"), Some(0));
        assert_eq!(longest(&prefixes, b"users:1"), None);
    }
}
