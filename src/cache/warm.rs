//! Filling the cache before anybody asks.

use std::pin::pin;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::StreamExt as _;
use futures_util::future::ready;
use futures_util::stream::{self, Stream};
use redis::{Cmd, Value};
use sea_orm::{DatabaseConnection, DbErr};
use tokio::time::Instant;

use super::key::key_of;
use super::lease::TOMBSTONE_LIFE;
use super::read::shortened;
use super::registry::{Entry, Loaded, Loader, PopularValues, Registry};
use super::stored;
use crate::redis::{Connection, Error, Units};

/// How many values are read, and written, together: the more, the fewer round trips, until a database finds it
/// cheaper to read the whole table at each batch than to look so many keys up (PostgreSQL, from about a
/// hundredth of its rows on).
const AT_A_TIME: usize = 500;

/// How many batches the database is asked for at once.
const READ_AHEAD: usize = 2;

/// How many batches are on their way to Redis at once.
const WRITE_AHEAD: usize = 4;

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
    let mut filling = Filling {
        connection,
        entry,
        ttl,
        warmed: Warmed::default(),
        too_late: false,
    };
    if let Some(values) = loader.popular_values(db, most) {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        filling
            .write_all(in_batches(values), |warmed| seen(warmed, most))
            .await?;
        if !filling.too_late {
            return Ok(filling.warmed);
        }
    }
    // Those that one slow statement brought in time are met again, and are there then.
    let before = std::mem::take(&mut filling.warmed).written;
    let ids = loader.popular(db, most).await?;
    let loads = stream::iter(ids.chunks(AT_A_TIME)).map(|ids| load(loader, db, ids));
    filling
        .write_all(loads.buffered(READ_AHEAD), |warmed| seen(warmed, ids.len()))
        .await?;
    let Warmed {
        written,
        left,
        absent,
    } = filling.warmed;
    Ok(Warmed {
        written: written + before,
        left: left.saturating_sub(before),
        absent,
    })
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

/// An entry on its way to Redis.
struct Filling<'a> {
    connection: &'a Connection,
    entry: &'a Entry,
    ttl: Duration,
    warmed: Warmed,
    /// Whether something could not be written any more when it had been read.
    too_late: bool,
}

impl Filling<'_> {
    /// Writes batches as they come, several at once; `seen` is told after each.
    async fn write_all(
        &mut self,
        batches: impl Stream<Item = Result<Batch, DbErr>>,
        mut seen: impl FnMut(&Warmed),
    ) -> Result<(), WarmError> {
        let (connection, entry, ttl) = (self.connection, self.entry, self.ttl);
        let write = async |batch: Result<Batch, DbErr>| write(connection, entry, ttl, batch?).await;
        let mut writes = pin!(batches.map(write).buffer_unordered(WRITE_AHEAD));
        while let Some(done) = writes.next().await {
            let (done, too_late) = done?;
            self.warmed.written += done.written;
            self.warmed.left += done.left;
            self.warmed.absent += done.absent;
            self.too_late |= too_late;
            seen(&self.warmed);
        }
        Ok(())
    }
}

struct Batch {
    values: Vec<Loaded>,
    absent: u64,
    read_at: Instant,
    took: Duration,
}

/// What one statement gives, in batches, up to the first that it is too late to write.
fn in_batches(values: PopularValues<'_>) -> impl Stream<Item = Result<Batch, DbErr>> {
    let read_at = Instant::now();
    let mut before = read_at;
    values
        .chunks(AT_A_TIME)
        .map(move |chunk| {
            let mut values = Vec::with_capacity(chunk.len());
            let mut absent = 0;
            for value in chunk {
                match value? {
                    Some(value) => values.push(value),
                    None => absent += 1,
                }
            }
            let took = before.elapsed();
            before = Instant::now();
            Ok(Batch {
                values,
                absent,
                read_at,
                took,
            })
        })
        .scan(false, move |ended, batch| {
            let was_last = std::mem::replace(ended, read_at.elapsed() >= TOMBSTONE_LIFE);
            ready((!was_last).then_some(batch))
        })
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

/// Writes what is not there yet; whether all of it was too late.
async fn write(
    connection: &Connection,
    entry: &Entry,
    ttl: Duration,
    batch: Batch,
) -> Result<(Warmed, bool), WarmError> {
    let mut done = Warmed {
        absent: batch.absent,
        ..Warmed::default()
    };
    if batch.values.is_empty() {
        return Ok((done, false));
    }
    // An invalidation may have come and gone since it was read.
    let is_late = || batch.read_at.elapsed() >= TOMBSTONE_LIFE;
    if is_late() {
        done.left = u64::try_from(batch.values.len()).unwrap_or(u64::MAX);
        return Ok((done, true));
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
            let key = key_of(entry.name, &loaded.id);
            let mut command = Cmd::with_capacity(6, key.len() + value.len() + 40);
            command.arg("SET").arg(key).arg(value);
            let ttl_ms = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX);
            command.arg("NX").arg("PX").arg(ttl_ms);
            command
        })
        .collect();
    let answers = connection.send_owned(commands).await?;
    let ours = |answer: &Value| matches!(answer, Value::Okay);
    let too_late = is_late();
    if too_late {
        let keys = batch.values.iter().zip(&answers);
        let ours = keys.filter(|(_, answer)| ours(answer));
        let ours = ours.map(|(loaded, _)| key_of(entry.name, &loaded.id).into_bytes());
        connection.unlink(&ours.collect::<Vec<_>>()).await?;
    } else {
        let written = answers.iter().filter(|answer| ours(answer)).count();
        done.written = u64::try_from(written).unwrap_or(u64::MAX);
    }
    done.left = u64::from(count) - done.written;
    Ok((done, too_late))
}
