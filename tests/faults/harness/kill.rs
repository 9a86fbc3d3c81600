//! `piton`, killed at a message of its own to the server: before it gets there, while the server is at
//! it, or when it is done.

use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::proxy::{Fate, Message, Protocol, Proxy};
use crate::support::{Output, TestEnvironment};

/// When, as seen from one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Before,
    During,
    After,
}

/// Where one run is killed: at which of its messages, counted over all its connections, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub message: usize,
    pub moment: Moment,
}

/// Every moment of so many messages.
pub fn moments(messages: usize) -> Vec<Target> {
    (1..=messages)
        .flat_map(|message| {
            [Moment::Before, Moment::During, Moment::After].map(|moment| Target { message, moment })
        })
        .collect()
}

/// Runs `piton` to its end through a proxy; how many messages it sends, and what each begins with.
pub fn statements_of(env: &TestEnvironment, args: &[&str]) -> (Output, Vec<String>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let list = seen.clone();
    let proxy = Proxy::of(env.database(), move |message: &Message<'_>| {
        let text = String::from_utf8_lossy(&message.bytes[5.min(message.bytes.len())..]);
        let line: String = text.chars().take(2_000).collect();
        list.lock()
            .expect("no panic")
            .push(format!("{}: {line}", message.connection));
        Fate::Pass
    });
    let mut command = env.command(args.iter().copied());
    command.env("DATABASE_URL", proxy.url(env.url()));
    let output = env.output_of(command);
    let seen = seen.lock().expect("no panic").clone();
    (output, seen)
}

/// Runs `piton` and kills it there. `Some` is how it ended where it got to its end before.
pub fn kill_at(env: &TestEnvironment, args: &[&str], target: Target) -> Option<Output> {
    let pid = Arc::new(AtomicI32::new(0));
    let (victim, count) = (pid.clone(), AtomicUsize::new(0));
    let killed = Arc::new(AtomicUsize::new(0));
    let was_killed = killed.clone();
    let proxy = Proxy::of(env.database(), move |_: &Message<'_>| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        if number != target.message {
            return Fate::Pass;
        }
        let (victim, was_killed) = (victim.clone(), was_killed.clone());
        let kill = move || {
            while victim.load(Ordering::SeqCst) == 0 {
                std::thread::sleep(Duration::from_micros(50));
            }
            was_killed.store(1, Ordering::SeqCst);
            // SAFETY: the process has not been waited for: it is killed before that.
            unsafe { libc::kill(victim.load(Ordering::SeqCst), libc::SIGKILL) };
        };
        match target.moment {
            Moment::Before => {
                kill();
                Fate::Cut
            }
            Moment::During => Fate::Then(Box::new(kill)),
            Moment::After => Fate::Answered(Box::new(kill)),
        }
    });
    let mut command = env.command(args.iter().copied());
    command.env("DATABASE_URL", proxy.url(env.url()));
    let running = env.started(command);
    pid.store(
        i32::try_from(running.pid()).expect("a number"),
        Ordering::SeqCst,
    );
    let output = running.output();
    match killed.load(Ordering::SeqCst) {
        1 if output.code == 128 + libc::SIGKILL => None,
        _ => Some(output),
    }
}
