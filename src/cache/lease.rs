//! Who may fill the cache: a lease that one loader holds and that an invalidation takes away.

use std::sync::LazyLock;
use std::time::Duration;

use super::key::lease_of;
use super::stored;
use crate::redis::{Connection, Error, Script};

/// Gives the value where it is there by now, else takes the lease, else says that another has it.
/// KEYS: value, lease. ARGV: owner, lease in ms, 1 to take it although the value is there.
static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local value = redis.call('GET', KEYS[1])
if value and value ~= '' and ARGV[3] ~= '1' then return {'value', value} end
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[1] then return {'held'} end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
return {'claimed'}",
    )
});

/// Fills for who still has the lease, and gives it back. ARGV: owner, ttl in ms, what is before the expiry, after it.
static FILL: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
local time = redis.call('TIME')
local expires = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2])
redis.call('SET', KEYS[1], ARGV[3] .. string.format('%.0f', expires) .. ARGV[4], 'PX', ARGV[2])
redis.call('DEL', KEYS[2])
return 1",
    )
});

/// Lengthens the lease of who has it. ARGV: owner, lease in ms.
static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])",
    )
});

/// Gives the lease back. ARGV: owner.
static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])",
    )
});

/// Removes value and lease. The tombstone keeps out who fills without a lease (`warm`, which fills what is
/// missing); where there is no memory for it, the removal stands all the same. ARGV: tombstone's life in ms.
static INVALIDATE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local there = redis.call('DEL', KEYS[1])
redis.call('DEL', KEYS[2])
redis.pcall('SET', KEYS[1], '', 'PX', ARGV[1])
return there",
    )
});

/// How long a tombstone stands: longer than `warm` takes from reading a value to writing it.
pub(super) const TOMBSTONE_LIFE: Duration = Duration::from_secs(10);

/// What came of asking for the lease.
pub(super) enum Claim {
    Claimed,
    /// Somebody else loads.
    Held,
    /// The value is there by now.
    Value(Vec<u8>),
}

fn keys(key: &str) -> [(String, &'static str); 2] {
    [(key.to_owned(), "string"), (lease_of(key), "string")]
}

fn lease(key: &str) -> [(String, &'static str); 1] {
    [(lease_of(key), "string")]
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis())
        .unwrap_or(u64::MAX)
        .max(1)
}

/// `anew`: also where the value is there.
pub(super) async fn claim(
    connection: &Connection,
    key: &str,
    owner: &str,
    lease: Duration,
    anew: bool,
) -> Result<Claim, Error> {
    let call = CLAIM.keys(keys(key)).arg(owner).arg(ms(lease));
    let answer: Vec<Vec<u8>> = call.arg(i32::from(anew)).run(connection).await?;
    let mut parts = answer.into_iter();
    match (parts.next().as_deref(), parts.next()) {
        (Some(b"claimed"), _) => Ok(Claim::Claimed),
        (Some(b"held"), _) => Ok(Claim::Held),
        (Some(b"value"), Some(value)) => Ok(Claim::Value(value)),
        _ => Err(Error::unexpected("something else than a lease")),
    }
}

/// Whether it was still the owner's to fill.
pub(super) async fn fill(
    connection: &Connection,
    key: &str,
    owner: &str,
    ttl: Duration,
    head: &str,
    json: &str,
) -> Result<bool, Error> {
    let call = FILL.keys(keys(key)).arg(owner).arg(ms(ttl)).arg(head);
    let tail = [stored::MIDDLE, json, stored::TAIL].concat();
    call.arg(tail).run(connection).await
}

pub(super) async fn renew(
    connection: &Connection,
    key: &str,
    owner: &str,
    length: Duration,
) -> Result<bool, Error> {
    let call = RENEW.keys(lease(key)).arg(owner).arg(ms(length));
    call.run(connection).await
}

pub(super) async fn release(connection: &Connection, key: &str, owner: &str) -> Result<(), Error> {
    RELEASE.keys(lease(key)).arg(owner).run(connection).await
}

/// Whether there was a value.
pub(super) async fn invalidate(connection: &Connection, key: &str) -> Result<bool, Error> {
    let call = INVALIDATE.keys(keys(key)).arg(ms(TOMBSTONE_LIFE));
    call.run(connection).await
}
