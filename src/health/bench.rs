//! How fast a backend is here: reading and writing by key, one after the other and many at once.

mod measure;
mod process;
mod subject;

use std::time::Duration;

use serde::Serialize;

pub use measure::measure;
pub use process::{memory_of_children, memory_of_self, written_by_self};
pub use subject::{BenchError, Crew, Subject};

/// How long and how much is measured.
#[derive(Clone, Debug)]
pub struct Plan {
    /// For each number of connections and each of reading and writing.
    pub phase: Duration,
    pub connections: Vec<u32>,
    /// How many rows, or keys, there are.
    pub rows: u32,
}

/// What each row holds beside its key, in bytes.
pub const ROW_BYTES: usize = 200;

/// What was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Speed {
    /// One after the other, on one connection.
    pub read: Latency,
    pub write: Latency,
    pub throughput: Vec<Throughput>,
    /// How many writes there were in all.
    #[serde(skip)]
    pub writes: u64,
}

/// How long an operation takes, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latency {
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub operations: u64,
}

/// How much is done in a second by so many connections at once.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Throughput {
    pub connections: u32,
    pub reads_per_s: f64,
    pub writes_per_s: f64,
}
