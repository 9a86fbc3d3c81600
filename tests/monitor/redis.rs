//! Redis's figures, in each of the three ways in which its servers stand together.

use std::net::TcpStream;

use serde_json::Value;

use super::figure;
use crate::on_redis;
use crate::support::redis::{Redis, Server};
use crate::support::{TestEnvironment, wait_until};

fn look(env: &TestEnvironment, redis: &Redis, code: i32) -> Value {
    let mut command = env.command(["monitor", "--once", "--json", "--interval", "100ms"]);
    command.envs(redis.environment());
    env.output_of(command).ends(code).document()
}

fn look_at(env: &TestEnvironment, server: &Server, code: i32) -> Value {
    let mut command = env.command(["monitor", "--once", "--json", "--interval", "100ms"]);
    command.env("REDIS_URL", server.url());
    env.output_of(command).ends(code).document()
}

fn field(server: &Server, section: &str, name: &str) -> u64 {
    let text = server.cli(["info", section]);
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let value = line.unwrap_or_else(|| panic!("no {name}"));
    value
        .trim_start_matches(':')
        .trim()
        .parse()
        .expect("a number")
}

#[test]
fn a_redis_whose_memory_is_nearly_full_is_an_alarm_and_so_are_evictions_counted() {
    let server = Server::start(&["--maxmemory", "4mb", "--maxmemory-policy", "allkeys-lru"]);
    let env = TestEnvironment::new();
    let quiet = look_at(&env, &server, 0);
    assert_eq!(figure(&quiet, "redis_memory")["state"], "fine");
    server.cli(["debug", "populate", "40000", "user:profile", "64"]);
    server.cli(["set", "one", "more"]);
    let full = look_at(&env, &server, 6);
    let memory = figure(&full, "redis_memory");
    assert_eq!(memory["state"], "alarm", "{memory:#}");
    let node = &full["redis"]["nodes"][0];
    assert_eq!(node["memory"]["allowed"], 4 << 20);
    let used = node["memory"]["used"].as_u64().expect("bytes");
    let says = field(&server, "memory", "used_memory");
    assert!(used.abs_diff(says) < 512 << 10, "{used} and {says}");
    assert_eq!(
        node["evicted_keys"].as_u64(),
        Some(field(&server, "stats", "evicted_keys"))
    );
    assert!(node["evicted_keys"].as_u64() > Some(0));
}

#[test]
fn a_redis_without_a_limit_is_measured_against_the_configured_one() {
    let server = Server::start(&[]);
    let env = TestEnvironment::new();
    let mut command = env.command(["monitor", "--once", "--interval", "100ms"]);
    command
        .env("REDIS_URL", server.url())
        .env("MEMORY_LIMIT", "512KB");
    env.output_of(command)
        .ends(6)
        .says(["alarm: Redis memory", "the server has no maxmemory"]);
}

#[test]
fn more_than_nine_tenths_of_a_redis_s_clients_are_an_alarm() {
    let server = Server::start(&["--maxclients", "20"]);
    let env = TestEnvironment::new();
    let clients: Vec<TcpStream> = (0..18)
        .map(|_| TcpStream::connect(("127.0.0.1", server.port())).expect("it listens"))
        .collect();
    let full = look_at(&env, &server, 6);
    // The eighteen and the monitor.
    assert_eq!(figure(&full, "redis_clients")["detail"], "19 of 20");
    assert_eq!(figure(&full, "redis_clients")["state"], "alarm");
    drop(clients);
}

#[test]
fn a_low_hit_rate_of_the_application_s_cache_in_redis_is_an_alarm() {
    let server = Server::start(&[]);
    let env = TestEnvironment::new();
    server.cli([
        "hset",
        "piton:cache:counters",
        "user|hits",
        "79",
        "user|misses",
        "21",
    ]);
    let low = look_at(&env, &server, 6);
    assert_eq!(figure(&low, "hit_rate")["value"], 79.0);
    server.cli(["hset", "piton:cache:counters", "user|hits", "90"]);
    look_at(&env, &server, 0);
    server.cli([
        "hset",
        "piton:cache:counters",
        "user|hits",
        "1",
        "user|misses",
        "9",
    ]);
    let few = look_at(&env, &server, 0);
    assert_eq!(figure(&few, "hit_rate")["state"], "fine");
}

#[test]
fn a_user_of_redis_who_may_not_ask_is_told_so() {
    let server = Server::start(&[]);
    server.cli([
        "acl", "setuser", "watcher", "on", ">pw", "+info", "+ping", "+client",
    ]);
    let env = TestEnvironment::new();
    let mut command = env.command(["monitor", "--once", "--json", "--interval", "100ms"]);
    command.env(
        "REDIS_URL",
        format!("redis://watcher:pw@127.0.0.1:{}/0", server.port()),
    );
    let looked = env.output_of(command).ok().hides(["pw@"]).document();
    assert_eq!(
        looked["redis"]["unseen"][0]["what"], "cache hit rate",
        "{looked:#}"
    );
    assert!(looked["redis"]["nodes"][0]["memory"]["used"].as_u64() > Some(0));
}

on_redis! {
    [standalone, cluster, sentinel]
    async fn every_server_of_redis_is_shown_as_it_says_itself(redis) {
        let env = TestEnvironment::new();
        let mut command = env.command([]);
        command.args(["monitor", "--once", "--json", "--interval", "100ms"]);
        command.envs(redis.environment());
        env.write("piton.toml", "[redis]\nsentinel_master = \"grading\"\n");
        let mut looked = env.output_of(command).ok().document();
        // Nodes learn of one another by hearsay.
        for _ in 0..50 {
            if looked["redis"]["nodes"].as_array().map(Vec::len) == Some(redis.servers.len()) || redis.servers.len() < 6 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
            looked = look(&env, &redis, 0);
        }
        let shown = looked["redis"]["nodes"].as_array().expect("nodes");
        if redis.servers.len() == 6 {
            let mut names: Vec<&str> = shown.iter().map(|one| one["name"].as_str().expect("a name")).collect();
            let mut ports: Vec<String> = redis.servers.iter().map(|one| format!("127.0.0.1:{}", one.port())).collect();
            names.sort_unstable();
            ports.sort_unstable();
            assert_eq!(names, ports);
            assert_eq!(shown.iter().filter(|one| one["role"] == "master").count(), 3);
            assert!(shown.iter().filter(|one| one["role"] == "slave").all(|one| one["follows"]["state"] == "streaming"));
        } else {
            assert_eq!(shown.len(), 1);
            assert_eq!(shown[0]["role"], "master");
            assert_eq!(shown[0]["replicas"].as_array().map(Vec::len), Some(redis.servers.len() - 1));
        }
        assert!(shown.iter().all(|one| one["version"].is_string() && one["memory"]["used"].as_u64() > Some(0)));
    }
}

#[test]
fn a_node_of_a_redis_cluster_that_is_away_is_named_and_the_others_go_on() {
    let mut redis = Redis::cluster();
    let env = TestEnvironment::new();
    let port = redis.servers[5].port();
    wait_until("all know of all", || {
        redis
            .servers
            .iter()
            .all(|one| one.cli(["cluster", "nodes"]).lines().count() == 6)
    });
    redis.servers[5].kill();
    let looked = look(&env, &redis, 4);
    let nodes = looked["redis"]["nodes"].as_array().expect("nodes");
    let gone: Vec<&str> = nodes
        .iter()
        .filter(|one| one["away"].is_object())
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(gone, [format!("127.0.0.1:{port}")]);
    assert_eq!(nodes.len(), 6);
}
