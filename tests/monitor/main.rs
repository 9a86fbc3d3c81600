//! `piton monitor`: what it shows is what the servers themselves say, and alarms are made for real.

#![cfg(all(feature = "app", unix))]

#[path = "../faults/harness/mod.rs"]
mod harness;
#[path = "../support/mod.rs"]
mod support;

mod away;
mod blind;
mod figures;
mod listening;
mod live;
mod metrics;
mod redis;
mod replicas;
mod secrets;
mod watching;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;
use support::TestEnvironment;

/// A `piton monitor --json` that goes on, line by line.
struct Stream {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Stream {
    fn start(mut command: Command) -> Stream {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("piton starts");
        let lines = BufReader::new(child.stdout.take().expect("piped"));
        Stream { child, lines }
    }

    /// The next reading.
    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// A reading that was begun after this was called.
    fn fresh(&mut self) -> Value {
        let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        self.until("a new reading", |reading| {
            reading["at"].as_str().is_some_and(|at| at > now.as_str())
        })
    }

    /// The first reading, at most a few hundred, of which something holds.
    #[track_caller]
    fn until(&mut self, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..200 {
            let reading = self.next();
            if holds(&reading) {
                return reading;
            }
        }
        panic!("waited in vain: {what}");
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `piton monitor --json --interval 100ms`, going on.
fn stream(env: &TestEnvironment) -> Stream {
    Stream::start(env.command(["monitor", "--json", "--interval", "100ms"]))
}

/// The figure of a reading, of whatever it is.
#[track_caller]
fn figure<'a>(reading: &'a Value, kind: &str) -> &'a Value {
    let all = reading["figures"].as_array().expect("figures");
    all.iter()
        .find(|one| one["kind"] == kind)
        .unwrap_or_else(|| panic!("no {kind} in {reading:#}"))
}

/// What the role does not see, by name.
fn unseen(reading: &Value) -> Vec<String> {
    let all = reading["database"]["vitals"]["unseen"].as_array();
    all.expect("a list")
        .iter()
        .map(|one| one["what"].as_str().expect("a text").to_owned())
        .collect()
}
