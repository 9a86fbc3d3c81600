//! `bench` leaves nothing behind, however it ends, and refuses where it would be in somebody's way.

use std::time::Duration;

use crate::on;
use crate::support::TestEnvironment;
use crate::support::redis::Server;

const BRIEF: [&str; 7] = [
    "bench",
    "--seconds",
    "0.4",
    "--rows",
    "30",
    "--connections",
    "1,4",
];

/// What a run without a name for its backends measures beside the embedded ones.
fn leftovers(env: &TestEnvironment) -> Vec<String> {
    let tables = env.tables();
    tables
        .into_iter()
        .filter(|name| name.starts_with("piton_bench_"))
        .collect()
}

on! {
    [postgres, mysql]
    fn what_is_measured_on_a_server_is_removed(env) {
        let output = env.piton([&BRIEF[..], &["--json"]].concat()).ok().document();
        let backends = output["backends"].as_array().unwrap();
        assert_eq!(backends.len(), 3, "{output:#}");
        for one in backends {
            for work in ["read", "write"] {
                let at = |what: &str| one[work][what].as_f64().unwrap();
                assert!(0.0 < at("p50_ms") && at("p50_ms") <= at("p95_ms") && at("p95_ms") <= at("p99_ms"), "{one:#}");
            }
            assert_eq!(one["throughput"][1]["connections"], 4);
            assert!(one["throughput"][1]["writes_per_s"].as_f64().unwrap() > 0.0);
        }
        // A write of 200 bytes writes at least as many.
        assert!(backends[2]["disk"]["value"].as_u64().unwrap() >= 200, "{output:#}");
        assert!(backends[2]["connections"]["value"].as_u64().unwrap() > 1);
        assert_eq!(leftovers(env), [""; 0]);
        env.piton(BRIEF).ok().says(["read by key", "write by key", "memory", "disk", "█"]);
    }

    [postgres, mysql]
    fn a_run_on_a_server_that_is_interrupted_removes_what_it_made(env) {
        let running = env.start(["bench", "--backend", "database", "--seconds", "60", "--rows", "30"]);
        crate::support::wait_until("it has made its table", || !leftovers(env).is_empty());
        std::thread::sleep(Duration::from_millis(200));
        running.signal("INT");
        running.output().ends(130);
        assert_eq!(leftovers(env), [""; 0]);
    }
}

#[test]
fn what_is_measured_in_redis_is_removed() {
    let server = Server::start(&[]);
    let env = TestEnvironment::new();
    let with = |args: &[&str]| {
        let mut command = env.command(args.iter().copied());
        command.env("REDIS_URL", server.url());
        env.output_of(command)
    };
    server.cli(["set", "mine", "1"]);
    let document = with(&[&BRIEF[..], &["--json"]].concat()).ok().document();
    let backends = document["backends"].as_array().unwrap();
    assert_eq!(backends.len(), 3);
    assert!(backends[2]["memory"]["value"].as_u64().unwrap() > 0);
    assert_eq!(server.cli(["keys", "*"]), "mine");
    server.cli(["config", "set", "maxmemory", "1kb"]);
    with(&[&BRIEF[..], &["--backend", "redis"]].concat()).ends(10);
    assert_eq!(server.cli(["keys", "*"]), "mine");
}

#[test]
fn a_redis_that_comes_late_is_waited_for() {
    let mut server = Server::start(&[]);
    server.kill();
    let env = TestEnvironment::new();
    let mut command = env.command(BRIEF.iter().copied());
    command.args(["--backend", "redis", "--wait", "30s"]);
    command.env("REDIS_URL", server.url());
    let running = env.started(command);
    std::thread::sleep(Duration::from_millis(700));
    server.restart();
    running.output().ok();
}

#[test]
fn nothing_is_left_in_a_temporary_directory_whatever_its_name() {
    let env = TestEnvironment::new();
    let place = env.path("a?b#c%41 学");
    std::fs::create_dir(&place).unwrap();
    let mut command = env.command(BRIEF.iter().copied());
    command.args(["--backend", "sqlite"]).env("TMPDIR", &place);
    env.output_of(command).ok();
    assert_eq!(std::fs::read_dir(&place).unwrap().count(), 0);
    let beside = std::fs::read_dir(env.dir()).unwrap().flatten();
    let names: Vec<_> = beside.map(|entry| entry.file_name()).collect();
    assert_eq!(names, ["a?b#c%41 学"]);
}

#[test]
fn a_backend_that_is_away_is_told_and_the_others_are_measured() {
    let env = TestEnvironment::new();
    let away = "postgres://127.0.0.1:1/db";
    let args = [
        &BRIEF[..],
        &["--json", "--backend", "sqlite", "--backend", away],
    ]
    .concat();
    let document = env.piton(args).ends(4).document();
    assert_eq!(document["ok"], false);
    assert!(document["backends"][0]["error"].is_null());
    assert!(document["backends"][1]["error"].is_string());
    env.piton(["bench", "--backend", away]).ends(4);
}

#[test]
fn a_run_is_refused_under_guards_on_files_of_one_s_own_and_for_what_is_unknown() {
    let env = TestEnvironment::new();
    env.piton(["bench", "--environment", "production", "--url", "json:data"])
        .ends(2)
        .says(["is a load"]);
    env.piton(["bench", "--backend", "database"]).ends(2);
    env.piton(["bench", "--backend", "sqlite:///mine.db"])
        .ends(2);
    env.piton(["bench", "--backend", "oracle"])
        .ends(2)
        .says(["unknown backend"]);
    env.piton(["bench", "--backend", "redis"]).ends(3);
    env.piton(["bench", "--connections", "0"]).ends(2);
    env.piton(["bench", "--seconds", "0"]).ends(2);
    assert!(!env.path("mine.db").exists());
}
