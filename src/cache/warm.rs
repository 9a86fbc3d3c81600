//! Filling the cache before anybody asks.

use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt as _;
use futures_util::future::join;
use futures_util::stream;
use redis::{Cmd, Value};
use sea_orm::{DatabaseConnection, DbErr};
use tokio::time::Instant;

use super::key::key_of;
use super::lease::TOMBSTONE_LIFE;
use super::read::shortened;
use super::registry::{Entry, Loaded, Loader, Registry};
use super::stored;
use crate::redis::{Connection, Error, Units};

/// How many values are read, and written, together: the more, the fewer round trips, until a database finds it
/// cheaper to read the whole table at each batch than to look so many keys up (PostgreSQL, from about a
/// hundredth of its rows on).
const AT_A_TIME: usize = 500;

/// How many of them the database is asked for at once.
const READ_AHEAD: usize = 2;

/// Why it did not go on.
#[derive(Debug, thiserror::Error)]
pub enum WarmError {
    #[error("the entry {0} has no loader")]
    NoLoader(&'static str),
    #[error(transparent)]
    Redis(#[from] Error),
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Warmed {
    /// Values that were written.
    pub written: u64,
    /// Keys that were there already, or invalidated a moment ago: they are left as they are.
    pub left: u64,
    /// Popular ids that the database has no value for.
    pub absent: u64,
}

/// Fills what is missing of an entry's most popular values; the database is read while Redis is written.
/// `seen` is told after each batch.
///
/// A value that is invalidated between reading and writing stays invalidated: an invalidation leaves a
/// tombstone that outlives a batch.
///
/// # Errors
/// The database's or Redis's; what was written until then stays.
pub async fn warm(
    connection: &Connection,
    db: &DatabaseConnection,
    registry: &Registry,
    entry: &Entry,
    most: u64,
    mut seen: impl FnMut(&Warmed, usize),
) -> Result<Warmed, WarmError> {
    let loader = entry
        .loader
        .as_deref()
        .ok_or(WarmError::NoLoader(entry.name))?;
    let prefix = registry.prefix_of(entry.name);
    let ttl = prefix.map_or(Duration::from_secs(3600), |prefix| registry.ttl(prefix));
    let ids = loader.popular(db, most).await?;
    let mut warmed = Warmed::default();
    let loads = stream::iter(ids.chunks(AT_A_TIME)).map(|ids| load(loader, db, ids));
    let mut loads = pin!(loads.buffered(READ_AHEAD));
    let mut next = loads.next().await;
    while let Some(batch) = next {
        let batch = batch?;
        // The next are asked for first: the database works while this one is put together.
        let (loaded, written) = join(loads.next(), write(connection, entry, ttl, &batch)).await;
        let (fresh, left) = written?;
        warmed.written += fresh;
        warmed.left += left;
        warmed.absent += batch.absent;
        seen(&warmed, ids.len());
        next = loaded;
    }
    Ok(warmed)
}

/// What [`warm`] would do, as far as the keys tell: what the database has for them is not asked.
///
/// # Errors
/// As [`warm`].
pub async fn would_warm(
    connection: &Connection,
    db: &DatabaseConnection,
    entry: &Entry,
    most: u64,
) -> Result<Warmed, WarmError> {
    let loader = entry.loader.as_deref();
    let loader = loader.ok_or(WarmError::NoLoader(entry.name))?;
    let mut warmed = Warmed::default();
    for ids in loader.popular(db, most).await?.chunks(AT_A_TIME) {
        let exists = |id: &String| {
            let mut command = redis::cmd("EXISTS");
            command.arg(key_of(entry.name, id));
            command
        };
        let commands: Vec<Cmd> = ids.iter().map(exists).collect();
        for answer in connection.send_owned(commands).await? {
            match answer {
                Value::Int(0) => warmed.written += 1,
                _ => warmed.left += 1,
            }
        }
    }
    Ok(warmed)
}

struct Batch {
    values: Vec<Loaded>,
    absent: u64,
    read_at: Instant,
    took: Duration,
}

async fn load(
    loader: &dyn Loader,
    db: &DatabaseConnection,
    ids: &[String],
) -> Result<Batch, DbErr> {
    let read_at = Instant::now();
    let values = loader.load(db, ids).await?;
    let absent = ids.len().saturating_sub(values.len());
    Ok(Batch {
        absent: u64::try_from(absent).unwrap_or(u64::MAX),
        took: read_at.elapsed(),
        values,
        read_at,
    })
}

async fn write(
    connection: &Connection,
    entry: &Entry,
    ttl: Duration,
    batch: &Batch,
) -> Result<(u64, u64), WarmError> {
    if batch.values.is_empty() {
        return Ok((0, 0));
    }
    let count = u32::try_from(batch.values.len()).unwrap_or(u32::MAX);
    let took_ms = u64::try_from((batch.took / count).as_millis()).unwrap_or(u64::MAX);
    let head = stored::head(entry.version, took_ms);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let mut units = Units::new();
    let commands: Vec<Cmd> = batch
        .values
        .iter()
        .map(|loaded| {
            let ttl = shortened(ttl, 0.1, units.next());
            let expires_ms = (now + ttl).as_millis().to_string();
            let value = [
                &head,
                &expires_ms,
                stored::MIDDLE,
                &loaded.json,
                stored::TAIL,
            ]
            .concat();
            let mut command = redis::cmd("SET");
            command.arg(key_of(entry.name, &loaded.id)).arg(value);
            let ttl_ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
            command.arg("NX").arg("PX").arg(ttl_ms);
            command
        })
        .collect();
    let answers = connection.send_owned(commands).await?;
    let written = answers
        .iter()
        .filter(|one| matches!(one, Value::Okay))
        .count();
    // Slower than a tombstone lives: an invalidation may have come and gone in between.
    if batch.read_at.elapsed() >= TOMBSTONE_LIFE {
        let keys = batch.values.iter().zip(&answers);
        let ours = keys.filter(|(_, answer)| matches!(answer, Value::Okay));
        let ours = ours.map(|(loaded, _)| key_of(entry.name, &loaded.id).into_bytes());
        connection.unlink(&ours.collect::<Vec<_>>()).await?;
        return Ok((0, 0));
    }
    let left = answers.len() - written;
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    Ok((count(written), count(left)))
}
