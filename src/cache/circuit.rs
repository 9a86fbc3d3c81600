//! Leaving Redis alone for a while when it does not answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So many failures one after the other open the circuit.
const FAILURES: u32 = 5;
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// Whether Redis is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CircuitState {
    /// Redis is asked.
    Closed,
    /// Redis did not answer, and is not asked.
    Open,
    /// One caller finds out whether it answers again.
    HalfOpen,
}

#[derive(Default)]
pub(super) struct Circuit {
    /// Whether anything failed since the last answer, so that an answer changes something.
    is_doubtful: AtomicBool,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    failures: u32,
    open: Option<Open>,
    opened: u64,
}

#[derive(Clone, Copy)]
struct Open {
    until: Instant,
    length: Duration,
    /// Somebody was let through to find out.
    is_probed: bool,
}

impl Circuit {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state(&self) -> CircuitState {
        match self.lock().open {
            None => CircuitState::Closed,
            Some(open) if open.is_probed || Instant::now() >= open.until => CircuitState::HalfOpen,
            Some(_) => CircuitState::Open,
        }
    }

    /// How often it opened.
    pub(super) fn opened(&self) -> u64 {
        self.lock().opened
    }

    /// Whether this caller may ask Redis. Of those who come when the time is over, one may.
    pub(super) fn lets_through(&self) -> bool {
        if !self.is_doubtful.load(Ordering::Relaxed) {
            return true;
        }
        let now = Instant::now();
        match &mut self.lock().open {
            None => true,
            Some(open) if now < open.until => false,
            Some(open) => {
                // Where the probe is given up, the next may try when the same time is over again.
                open.is_probed = true;
                open.until = now + open.length;
                true
            }
        }
    }

    pub(super) fn answered(&self) {
        if self.is_doubtful.swap(false, Ordering::Relaxed) {
            let mut inner = self.lock();
            inner.failures = 0;
            inner.open = None;
        }
    }

    pub(super) fn failed(&self) {
        let mut inner = self.lock();
        self.is_doubtful.store(true, Ordering::Relaxed);
        inner.failures = inner.failures.saturating_add(1);
        let length = match inner.open {
            Some(open) if open.is_probed => (open.length * 2).min(LONGEST),
            // Let through before it opened.
            Some(_) => return,
            None if inner.failures < FAILURES => return,
            None => {
                inner.opened += 1;
                SHORTEST
            }
        };
        inner.open = Some(Open {
            until: Instant::now() + length,
            length,
            is_probed: false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_in_a_row_open_it_and_one_probe_closes_it() {
        let circuit = Circuit::default();
        for _ in 0..FAILURES - 1 {
            circuit.failed();
        }
        circuit.answered();
        for _ in 0..FAILURES - 1 {
            circuit.failed();
        }
        assert!(circuit.lets_through());
        circuit.failed();
        assert_eq!(circuit.state(), CircuitState::Open);
        assert!(!circuit.lets_through());
        // The time is over.
        circuit.lock().open.as_mut().unwrap().until = Instant::now();
        assert_eq!(circuit.state(), CircuitState::HalfOpen);
        assert!(circuit.lets_through());
        assert!(!circuit.lets_through(), "one finds out");
        circuit.failed();
        let open = circuit.lock().open.unwrap();
        assert_eq!((open.length, circuit.opened()), (SHORTEST * 2, 1));
        circuit.answered();
        assert_eq!(circuit.state(), CircuitState::Closed);
    }
}
