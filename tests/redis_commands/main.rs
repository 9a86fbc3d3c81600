//! `piton session` and `piton cache` against real servers: standalone, a Cluster, Sentinels.

#![cfg(feature = "app")]

#[path = "../support/schema.rs"]
mod schema;
#[path = "../support/mod.rs"]
mod support;

mod cache;
mod log;
mod refusals;
mod session;
mod warm;

use serde_json::Value;
use support::redis::Redis;
use support::{Output, TestEnvironment};

/// Runs `piton` with the environment that names this Redis.
pub fn piton(env: &TestEnvironment, redis: &Redis, args: &[&str]) -> Output {
    piton_with(env, redis, args, &[])
}

pub fn piton_with(
    env: &TestEnvironment,
    redis: &Redis,
    args: &[&str],
    variables: &[(&str, &str)],
) -> Output {
    let mut command = env.command(args.to_vec());
    command.envs(redis.environment());
    command.envs(variables.iter().copied());
    env.output_of(command)
}

/// Runs `piton ARGS --json`, which ends with `code`, and gives its document, which is what its schema says.
#[track_caller]
pub fn document(
    env: &TestEnvironment,
    redis: &Redis,
    code: i32,
    name: &str,
    args: &[&str],
) -> Value {
    let mut all = args.to_vec();
    all.push("--json");
    let document = piton(env, redis, &all).ends(code).document();
    schema::valid(&document, name);
    document
}

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}
