//! Whoever listens is told of connections and statements.

use std::time::{Duration, Instant};

use super::{Inner, Link, Observer, Session};
use crate::dialect::masked;

impl Session {
    pub fn observe(&mut self, observer: Option<Observer>) {
        self.observer = observer;
    }

    /// Whether somebody is told of every statement.
    pub fn is_observed(&self) -> bool {
        self.observer.is_some()
            || tracing::enabled!(target: "piton::statement", tracing::Level::DEBUG)
    }

    /// What was sent, and how long it took.
    pub(super) fn told(&self, sql: &str, started: Instant) {
        let elapsed = started.elapsed();
        if let Some(observer) = &self.observer {
            observer(sql, elapsed);
        }
        // What goes through a pool the driver tells of, and with it what SeaORM sends.
        let by_driver = match &self.inner {
            Inner::Postgres(link) => matches!(link, Link::Pooled { .. }),
            Inner::Mysql(link) => matches!(link, Link::Pooled { .. }),
            Inner::Sqlite(..) => true,
        };
        if !by_driver {
            tracing::debug!(
                target: "piton::statement",
                sql = %masked(sql),
                elapsed_ms = milliseconds(elapsed),
                session = self.id,
            );
        }
    }

    pub(super) fn told_of_connecting(&self, started: Instant) {
        tracing::info!(
            target: "piton::connect",
            dialect = self.dialect.name(),
            version = self.version,
            user = self.user,
            session = self.id,
            elapsed_ms = milliseconds(started.elapsed()),
            "connected"
        );
    }
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1000.0
}
