//! The wish to stop: it comes from a signal, and a run obeys it at the next safe place.

use tokio::sync::watch;

/// Which signal asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Interrupt,
    Terminate,
}

/// What a run looks at to learn whether it should stop.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<Option<Signal>>);

/// What asks a run to stop.
#[derive(Debug)]
pub struct Stopper(watch::Sender<Option<Signal>>);

impl Stopper {
    pub fn new() -> (Stopper, Stop) {
        let (sender, receiver) = watch::channel(None);
        (Stopper(sender), Stop(receiver))
    }

    pub fn stop(&self, signal: Signal) {
        self.0.send_replace(Some(signal));
    }
}

impl Stop {
    /// Never stops.
    pub fn never() -> Stop {
        Stopper::new().1
    }

    pub fn requested(&self) -> Option<Signal> {
        *self.0.borrow()
    }

    /// Returns once a stop is asked for, and not before.
    pub async fn wait(&self) -> Signal {
        let mut receiver = self.0.clone();
        match receiver.wait_for(Option::is_some).await {
            Ok(signal) => signal.expect("waited for one"),
            // Nobody is left who could ask.
            Err(_) => std::future::pending().await,
        }
    }
}
