//! Reading through the cache, and invalidating after a write.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use super::circuit::{Circuit, CircuitState};
use super::counters::{Counters, Counting, Counts};
use super::flight::{self, Flights, Joined, Outcome};
use super::key::{Key, key_of};
use super::lease::{self, Claim};
use super::options::{CacheOptions, LoadError};
use super::registry::Registry;
use super::stored::{self, Found};
use crate::redis::{Connection, Error, Limits, random_name, random_unit};

/// The cache. Clones share it.
#[derive(Clone)]
pub struct Cache(Arc<Inner>);

struct Inner {
    connection: Connection,
    registry: Registry,
    options: CacheOptions,
    flights: Flights,
    circuit: Circuit,
    counters: Counters,
    /// Invalidations that Redis has not heard of yet.
    owed: Mutex<BTreeSet<String>>,
    owes: AtomicBool,
    tick: AtomicU64,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").finish_non_exhaustive()
    }
}

/// A key, resolved against the registry.
struct Place<'a> {
    key: String,
    version: u32,
    ttl: Duration,
    counts: &'a Counting,
}

fn more(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Cache {
    /// A cache over a connection, which may be a lazy one.
    pub fn new(connection: &Connection, registry: Registry, options: CacheOptions) -> Cache {
        let counters = Counters::of(registry.entries().iter().map(|entry| entry.name));
        Cache(Arc::new(Inner {
            connection: connection.with_limits(Limits::brief(options.answer)),
            registry,
            options,
            flights: Flights::default(),
            circuit: Circuit::default(),
            counters,
            owed: Mutex::default(),
            owes: AtomicBool::new(false),
            tick: AtomicU64::new(0),
        }))
    }

    /// Whether Redis is asked at the moment.
    pub fn circuit(&self) -> CircuitState {
        self.0.circuit.state()
    }

    /// How often Redis was given up for a while.
    pub fn circuit_opened(&self) -> u64 {
        self.0.circuit.opened()
    }

    /// What became of this process's reads, by entry.
    pub fn counts(&self) -> BTreeMap<&'static str, Counts> {
        self.0.counters.read()
    }

    /// Adds this process's counts to those in Redis now, not only now and then.
    ///
    /// # Errors
    /// As [`Connection::send`]; these counts are lost then.
    pub async fn flush_counts(&self) -> Result<(), Error> {
        let commands = self.0.counters.due(true);
        self.0.connection.send_owned(commands).await.map(drop)
    }

    /// The value, from the cache or through `load`; `None` where `load` finds none.
    ///
    /// # Errors
    /// What `load` says. An error of Redis is none: the database is asked then.
    pub async fn get_or_load<K: Key, E, Load>(
        &self,
        key: &K,
        load: Load,
    ) -> Result<Option<K::Value>, LoadError<E>>
    where
        E: fmt::Display,
        Load: AsyncFnOnce() -> Result<Option<K::Value>, E>,
    {
        let inner = &*self.0;
        let place = inner.place::<K, E>(key)?;
        self.tell_now_and_then();
        if let Some(found) = inner.get::<K::Value>(&place).await {
            more(&place.counts.hits);
            tracing::debug!(target: "piton::cache", key = place.key, "hit");
            if inner.is_time_to_refresh(&found) {
                return inner.refresh(&place, found.value, load).await;
            }
            return Ok(found.value);
        }
        let mut load = Some(load);
        loop {
            match inner.flights.join(&place.key) {
                Joined::Waiter(waiting) => match flight::outcome(waiting).await {
                    Some(Ok(json)) => return understood(json.as_deref()),
                    Some(Err(words)) => return Err(LoadError::Elsewhere(words)),
                    // The one who loaded was given up: somebody else has to.
                    None => {}
                },
                Joined::Leader(leader) => {
                    let load = load.take().expect("who leads returns");
                    tracing::debug!(target: "piton::cache", key = place.key, "miss: loads it");
                    let (outcome, result) = inner.lead(&place, load).await;
                    leader.finish(outcome);
                    return result;
                }
            }
        }
    }

    /// Removes a value, once the write to the database is committed. Nobody who read the database before
    /// fills the cache afterwards.
    ///
    /// # Errors
    /// Where Redis did not hear of it: it is told as soon as it answers this process again, and this
    /// process does not take the value from the cache until then.
    pub async fn invalidate<K: Key>(&self, key: &K) -> Result<(), Error> {
        self.invalidate_key(&key_of(K::ENTRY, &key.id())).await
    }

    /// As [`Cache::invalidate`], of a key by its name.
    ///
    /// # Errors
    /// Likewise.
    pub async fn invalidate_key(&self, key: &str) -> Result<(), Error> {
        let inner = &*self.0;
        inner.flights.detach(key);
        tracing::debug!(target: "piton::cache", key, "invalidates");
        match lease::invalidate(&inner.connection, key).await {
            Ok(_) => {
                inner.circuit.answered();
                Ok(())
            }
            Err(error) => {
                inner.failed(&error);
                inner.lock_owed().insert(key.to_owned());
                inner.owes.store(true, Ordering::Release);
                Err(error)
            }
        }
    }

    fn tell_now_and_then(&self) {
        // Not every read looks at the clock.
        if !self
            .0
            .tick
            .fetch_add(1, Ordering::Relaxed)
            .is_multiple_of(64)
        {
            return;
        }
        let commands = self.0.counters.due(false);
        if !commands.is_empty() {
            let connection = self.0.connection.clone();
            tokio::spawn(async move { drop(connection.send_owned(commands).await) });
        }
    }
}

fn understood<T: serde::de::DeserializeOwned, E>(
    json: Option<&str>,
) -> Result<Option<T>, LoadError<E>> {
    json.map(serde_json::from_str)
        .transpose()
        .map_err(Into::into)
}

impl Inner {
    fn place<K: Key, E>(&self, key: &K) -> Result<Place<'_>, LoadError<E>> {
        let unregistered = || LoadError::Unregistered(K::ENTRY);
        let counts = self.counters.entry(K::ENTRY).ok_or_else(unregistered)?;
        let prefix = self.registry.prefix_of(K::ENTRY).ok_or_else(unregistered)?;
        Ok(Place {
            key: key_of(K::ENTRY, &key.id()),
            version: K::VERSION,
            ttl: self.registry.ttl(prefix),
            counts,
        })
    }

    fn lock_owed(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an error of Redis.
    fn failed(&self, error: &Error) {
        if error.is_absence() {
            self.circuit.failed();
        } else {
            self.circuit.answered();
        }
    }

    /// Tells Redis of the invalidations that it missed; whether it knows them all.
    async fn settle(&self) -> bool {
        let owed: Vec<String> = self.lock_owed().iter().cloned().collect();
        for key in owed {
            if let Err(error) = lease::invalidate(&self.connection, &key).await {
                self.failed(&error);
                return false;
            }
            self.lock_owed().remove(&key);
        }
        let owed = self.lock_owed();
        self.owes.store(!owed.is_empty(), Ordering::Release);
        owed.is_empty()
    }

    /// The value, where the cache has it and can be relied upon.
    async fn get<T: serde::de::DeserializeOwned>(&self, place: &Place<'_>) -> Option<Found<T>> {
        if !self.circuit.lets_through() {
            return None;
        }
        if self.owes.load(Ordering::Acquire) && !self.settle().await {
            return None;
        }
        let command = {
            let mut command = redis::cmd("GET");
            command.arg(&place.key);
            command
        };
        match self.connection.send(&command).await {
            Ok(redis::Value::BulkString(bytes)) => {
                self.circuit.answered();
                stored::read(&bytes, place.version)
            }
            Ok(_) => {
                self.circuit.answered();
                None
            }
            Err(error) => {
                self.failed(&error);
                None
            }
        }
    }

    /// XFetch (Vattani, Chierichetti, Lowenstein, "Optimal probabilistic cache stampede prevention", 2015):
    /// the nearer the expiry and the dearer the load, the likelier.
    fn is_time_to_refresh<T>(&self, found: &Found<T>) -> bool {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now_ms = now.map_or(0, |now| u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        // Past the expiry of a value that is still there: the clocks differ, and nothing can be said.
        let Some(left_ms) = found.expires_ms.checked_sub(now_ms) else {
            return false;
        };
        #[expect(
            clippy::cast_precision_loss,
            reason = "a probability needs no exact number"
        )]
        let (left, took) = (left_ms as f64, found.took_ms.max(1) as f64);
        let reach = took * self.options.eagerness;
        // -ln of what `random_unit` gives is at most 22.2.
        reach * 22.2 >= left && -random_unit().ln() * reach >= left
    }

    /// Loads a value that is still there once more. Where anybody else does, or it fails, what is there serves.
    async fn refresh<T, E, Load>(
        &self,
        place: &Place<'_>,
        present: Option<T>,
        load: Load,
    ) -> Result<Option<T>, LoadError<E>>
    where
        T: serde::Serialize,
        Load: AsyncFnOnce() -> Result<Option<T>, E>,
    {
        if self.flights.is_loading(&place.key) {
            return Ok(present);
        }
        let Joined::Leader(leader) = self.flights.join(&place.key) else {
            return Ok(present);
        };
        let owner = random_name();
        let length = self.options.lease;
        match lease::claim(&self.connection, &place.key, &owner, length, true).await {
            Ok(Claim::Claimed) => {}
            Ok(_) => return Ok(present),
            Err(error) => {
                self.failed(&error);
                return Ok(present);
            }
        }
        more(&place.counts.refreshes);
        let started = Instant::now();
        let Ok(value) = self.renewing(place, &owner, load()).await else {
            more(&place.counts.errors);
            drop(lease::release(&self.connection, &place.key, &owner).await);
            return Ok(present);
        };
        more(&place.counts.loads);
        let json = value.as_ref().map(serde_json::to_string).transpose()?;
        self.fill(place, &owner, json.as_deref(), started.elapsed())
            .await;
        leader.finish(Ok(json.map(Into::into)));
        Ok(value)
    }

    /// Loads for all who wait here, and for those in other processes where Redis lets us.
    async fn lead<T, E, Load>(
        &self,
        place: &Place<'_>,
        load: Load,
    ) -> (Outcome, Result<Option<T>, LoadError<E>>)
    where
        T: serde::Serialize + serde::de::DeserializeOwned,
        E: fmt::Display,
        Load: AsyncFnOnce() -> Result<Option<T>, E>,
    {
        let owner = random_name();
        let leased = match self.wait_for_lease::<T>(place, &owner).await {
            Waited::Found(found) => {
                more(&place.counts.hits);
                let json = found.value.as_ref().map(serde_json::to_string).transpose();
                return match json {
                    Ok(json) => (Ok(json.map(Into::into)), Ok(found.value)),
                    Err(error) => (Err(error.to_string().into()), Err(error.into())),
                };
            }
            Waited::Leased => {
                more(&place.counts.misses);
                true
            }
            Waited::InVain => {
                more(&place.counts.bypassed);
                false
            }
        };
        let started = Instant::now();
        let loaded = if leased {
            self.renewing(place, &owner, load()).await
        } else {
            load().await
        };
        let value = match loaded {
            Ok(value) => value,
            Err(error) => {
                more(&place.counts.errors);
                if leased {
                    drop(lease::release(&self.connection, &place.key, &owner).await);
                }
                return (Err(error.to_string().into()), Err(LoadError::Load(error)));
            }
        };
        more(&place.counts.loads);
        let json = match value.as_ref().map(serde_json::to_string).transpose() {
            Ok(json) => json,
            Err(error) => return (Err(error.to_string().into()), Err(error.into())),
        };
        if leased {
            self.fill(place, &owner, json.as_deref(), started.elapsed())
                .await;
        }
        (Ok(json.map(Into::into)), Ok(value))
    }

    async fn wait_for_lease<T: serde::de::DeserializeOwned>(
        &self,
        place: &Place<'_>,
        owner: &str,
    ) -> Waited<T> {
        let give_up = Instant::now() + self.options.wait;
        let mut pause_ms = 2.0;
        // A value of another version or form is as good as none.
        let mut anew = false;
        loop {
            if !self.circuit.lets_through() || self.owes.load(Ordering::Acquire) {
                return Waited::InVain;
            }
            let length = self.options.lease;
            match lease::claim(&self.connection, &place.key, owner, length, anew).await {
                Ok(Claim::Claimed) => {
                    self.circuit.answered();
                    return Waited::Leased;
                }
                Ok(Claim::Value(bytes)) => {
                    self.circuit.answered();
                    match stored::read(&bytes, place.version) {
                        Some(found) => return Waited::Found(found),
                        None => anew = true,
                    }
                }
                Ok(Claim::Held) => {
                    self.circuit.answered();
                    let pause = Duration::from_secs_f64(pause_ms * random_unit() / 1000.0);
                    if Instant::now() + pause >= give_up {
                        return Waited::InVain;
                    }
                    tokio::time::sleep(pause).await;
                    pause_ms = (pause_ms * 2.0).min(50.0);
                }
                Err(error) => {
                    self.failed(&error);
                    return Waited::InVain;
                }
            }
        }
    }

    /// Renews the lease while something is loaded.
    async fn renewing<T>(
        &self,
        place: &Place<'_>,
        owner: &str,
        load: impl Future<Output = T>,
    ) -> T {
        let length = self.options.lease;
        let mut load = std::pin::pin!(load);
        loop {
            tokio::select! {
                loaded = &mut load => return loaded,
                () = tokio::time::sleep(length / 3) => {
                    // Where it is lost, the fill will find out.
                    drop(lease::renew(&self.connection, &place.key, owner, length).await);
                }
            }
        }
    }

    async fn fill(&self, place: &Place<'_>, owner: &str, json: Option<&str>, took: Duration) {
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let head = stored::head(place.version, took_ms);
        let ttl = match json {
            Some(_) => place.ttl,
            None => place.ttl.min(self.options.absent_ttl),
        };
        let ttl = jittered(ttl, self.options.jitter);
        let json = json.unwrap_or("null");
        match lease::fill(&self.connection, &place.key, owner, ttl, &head, json).await {
            Ok(true) => self.circuit.answered(),
            Ok(false) => more(&place.counts.overtaken),
            Err(error) => self.failed(&error),
        }
    }
}

enum Waited<T> {
    Found(Found<T>),
    Leased,
    /// Redis is of no use, or somebody else takes too long.
    InVain,
}

/// A little shorter, each time by another part.
fn jittered(ttl: Duration, jitter: f64) -> Duration {
    shortened(ttl, jitter, random_unit())
}

/// Shorter by a part of the jitter: `unit`, from 0 to 1.
pub(super) fn shortened(ttl: Duration, jitter: f64, unit: f64) -> Duration {
    ttl.mul_f64(1.0 - jitter.clamp(0.0, 0.9) * unit)
}
