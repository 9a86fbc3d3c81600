//! One load for many waiters in a process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// What a load came to: the value's JSON (`None`: there is none), or what the loader said.
pub(super) type Outcome = Result<Option<Arc<str>>, Arc<str>>;

type Waiting = watch::Receiver<Option<Outcome>>;

#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<String, Waiting>>);

/// Who came first loads, the others wait.
pub(super) enum Joined<'a> {
    Leader(Leader<'a>),
    Waiter(Waiting),
}

pub(super) struct Leader<'a> {
    flights: &'a Flights,
    key: String,
    sender: watch::Sender<Option<Outcome>>,
}

impl Flights {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn join(&self, key: &str) -> Joined<'_> {
        let mut flights = self.lock();
        if let Some(waiting) = flights.get(key) {
            return Joined::Waiter(waiting.clone());
        }
        let (sender, waiting) = watch::channel(None);
        flights.insert(key.to_owned(), waiting);
        Joined::Leader(Leader {
            flights: self,
            key: key.to_owned(),
            sender,
        })
    }

    /// Whether anybody loads this key here.
    pub(super) fn is_loading(&self, key: &str) -> bool {
        self.lock().contains_key(key)
    }

    /// Lets nobody wait any more for who began before now: what is loaded may be from before a write.
    pub(super) fn detach(&self, key: &str) {
        self.lock().remove(key);
    }
}

impl Leader<'_> {
    pub(super) fn finish(self, outcome: Outcome) {
        // Those who still hold on get it; nobody is also fine.
        self.sender.send_replace(Some(outcome));
    }
}

impl Drop for Leader<'_> {
    fn drop(&mut self) {
        let mut flights = self.flights.lock();
        let is_ours = |waiting: &Waiting| waiting.same_channel(&self.sender.subscribe());
        if flights.get(&self.key).is_some_and(is_ours) {
            flights.remove(&self.key);
        }
    }
}

/// Waits; `None` where the leader gave up without an outcome.
pub(super) async fn outcome(mut waiting: Waiting) -> Option<Outcome> {
    let outcome = waiting.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}
