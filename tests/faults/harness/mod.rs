//! What makes faults happen: a proxy, private servers, a tracer that kills at the n-th system call.
//!
//! What this machine cannot do (no root, no such program) is said by [`not_run`] and counted by `./test`.

#![allow(dead_code, reason = "each subject uses the part that it needs")]
#![allow(unused_imports, reason = "each subject uses the part that it needs")]

mod bouncer;
mod daemon;
mod disk;
mod kill;
mod mariadb;
mod postgres;
mod proxy;
mod tracer;

use std::io::Write as _;

pub use bouncer::Bouncer;
pub use daemon::{Unprivileged, free_port, is_root, program};
pub use disk::SmallDisk;
pub use kill::{Moment, Target, kill_at, moments, statements_of};
pub use mariadb::Mariadb;
pub use postgres::Postgres;
pub use proxy::{Fate, Message, Protocol, Proxy};
pub use tracer::{Stop, Traced, Tracer};

/// Says that a case did not run here, and why: on stderr, and in the file that `./test` reads.
pub fn not_run(case: &str, why: &str) {
    eprintln!("not run: {case}: {why}");
    let Some(file) = std::env::var_os("PITON_TEST_NOT_RUN") else {
        return;
    };
    let mut file = std::fs::File::options()
        .append(true)
        .create(true)
        .open(file)
        .expect("the file that ./test names can be written");
    writeln!(file, "{case}: {why}").expect("the file that ./test names can be written");
}

/// How many processes a sweep may kill: `PITON_KILLS`, else 1,000 under `--thorough` and 50 without,
/// of which a sweep with this share of a hundred gets its part, and never less than `least`.
pub fn kills(percent: usize, least: usize) -> usize {
    let all = match std::env::var("PITON_KILLS") {
        Ok(number) => number.parse().expect("PITON_KILLS is a number"),
        Err(_) if std::env::var_os("PITON_TEST_THOROUGH").is_some() => 1_000,
        Err(_) => 50,
    };
    (all * percent / 100).max(least)
}

/// So many of the numbers 1 to `of`, spread evenly, from a random place on; all where they are few, again and
/// again.
pub fn spread(wanted: usize, of: usize) -> Vec<usize> {
    use std::hash::{BuildHasher as _, RandomState};
    if wanted >= of {
        return (0..wanted).map(|i| i % of + 1).collect();
    }
    let wanted = wanted.max(1);
    let start = usize::try_from(RandomState::new().hash_one(0u8) % 10_000).expect("small") * of;
    let mut all: Vec<usize> = (0..wanted)
        .map(|i| (start / 10_000 + i * of / wanted) % of + 1)
        .collect();
    all.sort_unstable();
    all.dedup();
    eprintln!("of {of} places: {all:?}");
    all
}
