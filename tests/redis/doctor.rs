//! `doctor` and Redis: each state is made for real, and the rung, the words and the exit code are those that belong to it.

use serde_json::Value;

use crate::support::redis::{Redis, Server};
use crate::support::{Output, TestEnvironment};

fn doctor(environment: &[(&'static str, String)], more: &[&str]) -> Output {
    let env = TestEnvironment::new();
    env.piton(["init"]).ok();
    let mut command = env.command(["doctor", "--json"].into_iter().chain(more.iter().copied()));
    command.envs(environment.iter().map(|(name, value)| (*name, value)));
    env.output_of(command)
}

fn at(url: &str) -> Vec<(&'static str, String)> {
    vec![("REDIS_URL", url.to_owned())]
}

/// Redis's rungs.
fn rungs(output: &Output) -> Vec<(String, String, String)> {
    let document = output.document();
    let ladder = document["ladders"].as_array().unwrap().last().unwrap();
    assert_eq!(ladder["of"], "redis", "{document:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rungs = ladder["rungs"].as_array().unwrap();
    rungs
        .iter()
        .map(|rung| {
            (
                text(&rung["rung"]),
                text(&rung["state"]),
                text(&rung["says"]),
            )
        })
        .collect()
}

#[track_caller]
fn breaks(environment: &[(&'static str, String)], code: i32, rung: &str, says: &str) {
    let output = doctor(environment, &[]).ends(code);
    let rungs = rungs(&output);
    let (last, held) = rungs.split_last().expect("a rung");
    assert_eq!(
        (last.0.as_str(), last.1.as_str()),
        (rung, "broken"),
        "{rungs:?}"
    );
    assert!(last.2.contains(says), "{rungs:?}");
    assert!(held.iter().all(|one| one.1 != "broken"));
    let document = output.document();
    let next = &document["ladders"].as_array().unwrap().last().unwrap()["broken"]["next"];
    assert!(!next.as_array().unwrap().is_empty(), "{document:#}");
}

#[test]
fn a_redis_that_is_well_is_told_so_and_nothing_stays_in_it() {
    let server = Server::start(&[]);
    let output = doctor(&at(&server.url()), &[]).ok();
    let names: Vec<String> = rungs(&output).into_iter().map(|one| one.0).collect();
    let expect = [
        "URL",
        "host",
        "port",
        "protocol",
        "login",
        "database",
        "version",
        "privileges",
    ];
    assert_eq!(names, expect);
    assert_eq!(server.cli(["dbsize"]), "0");
    doctor(&at(&server.url()), &["--quick"]).ok();
}

#[test]
fn a_redis_that_is_away_or_is_somebody_else_or_lets_nobody_in_is_told() {
    let mut server = Server::start(&["--requirepass", "right"]);
    let with = |login: &str| at(&format!("redis://{login}127.0.0.1:{}/0", server.port()));
    breaks(&with(""), 4, "login", "Authentication required");
    breaks(&with(":hunter2@"), 4, "login", "");
    doctor(&with(":hunter2@"), &["-vv"]).hides(["hunter2"]);
    doctor(&with(":right@"), &[]).ok();
    let numbered = at(&format!("redis://:right@127.0.0.1:{}/99", server.port()));
    breaks(&numbered, 10, "database", "out of range");
    let url = at(&server.url());
    server.kill();
    breaks(&url, 4, "port", "nothing listens at");
    doctor(&url, &["--quick"]).ends(4);
    breaks(
        &at("redis://nowhere.invalid"),
        4,
        "host",
        "no host is known",
    );
    if let Some(env) = TestEnvironment::postgres() {
        let other = at(&format!("redis://{}/0", env.database().address()));
        breaks(&other, 4, "protocol", "PostgreSQL answers");
    }
    if let Some(env) = TestEnvironment::mysql() {
        let other = at(&format!("redis://{}/0", env.database().address()));
        breaks(&other, 4, "protocol", "answers");
    }
    let output = doctor(&at("redis://:hunter2@h:port/0"), &[])
        .ends(3)
        .hides(["hunter2"]);
    assert_eq!(output.document()["ladders"][0]["rungs"][0]["rung"], "URL");
}

#[test]
fn a_redis_that_takes_no_writes_breaks_at_privileges() {
    let server = Server::start(&[]);
    server.cli([
        "acl",
        "setuser",
        "ada",
        "on",
        ">right",
        "~*",
        "+@read",
        "+@connection",
        "+info",
    ]);
    let as_ada = at(&format!("redis://ada:right@127.0.0.1:{}/0", server.port()));
    breaks(&as_ada, 10, "privileges", "");
    let port = server.port().to_string();
    let replica = Server::start(&["--replicaof", "127.0.0.1", &port]);
    breaks(
        &at(&replica.url()),
        10,
        "privileges",
        "is a replica of 127.0.0.1",
    );
    let full = Server::start(&["--maxmemory", "1kb", "--maxmemory-policy", "noeviction"]);
    breaks(&at(&full.url()), 10, "privileges", "nothing is evicted");
}

#[test]
fn every_node_of_a_cluster_is_named_and_one_that_is_away_breaks() {
    let mut redis = Redis::cluster();
    let output = doctor(&redis.environment(), &[]).ok();
    let nodes: Vec<String> = rungs(&output)
        .into_iter()
        .filter(|one| one.0 == "node")
        .map(|one| one.2)
        .collect();
    assert_eq!(nodes.len(), 6, "{nodes:?}");
    for server in &redis.servers {
        let address = format!("127.0.0.1:{}", server.port());
        assert!(
            nodes.iter().any(|node| node.ends_with(&address)),
            "{nodes:?}"
        );
    }
    let last = redis.servers.last_mut().unwrap();
    last.kill();
    let address = format!("127.0.0.1:{}", last.port());
    breaks(&redis.environment(), 4, "nodes", &address);
}

#[test]
fn sentinels_and_those_they_watch_are_named_and_one_that_is_away_breaks() {
    let mut redis = Redis::sentinel();
    let mut environment = redis.environment();
    environment.push(("REDIS_SENTINEL_MASTER", "grading".to_owned()));
    let output = doctor(&environment, &[]).ok();
    let nodes: Vec<String> = rungs(&output)
        .into_iter()
        .filter(|one| one.0 == "node")
        .map(|one| one.2)
        .collect();
    let of = |role: &str| nodes.iter().filter(|node| node.starts_with(role)).count();
    assert_eq!(
        (of("Sentinel"), of("primary"), of("replica")),
        (3, 1, 2),
        "{nodes:?}"
    );
    let replica = redis.servers.last_mut().unwrap();
    replica.kill();
    let address = format!("replica 127.0.0.1:{}", replica.port());
    breaks(&environment, 4, "nodes", &address);
    environment.retain(|(name, _)| *name != "REDIS_SENTINEL_MASTER");
    environment.push(("REDIS_SENTINEL_MASTER", "nobody".to_owned()));
    breaks(&environment, 3, "nodes", "no primary of that name");
}

#[test]
fn a_redis_that_loads_its_data_is_told_as_such_and_can_be_waited_for() {
    let server = Server::start(&[
        "--enable-debug-command",
        "yes",
        "--key-load-delay",
        "10000",
        "--loading-process-events-interval-bytes",
        "1024",
    ]);
    server.cli(["debug", "populate", "600", "key", "200"]);
    std::thread::scope(|scope| {
        scope.spawn(|| server.cli(["debug", "reload"]));
        crate::support::wait_until("it loads", || server.cli(["get", "x"]).contains("LOADING"));
        let output = doctor(&at(&server.url()), &[]).ends(4);
        let document = output.document();
        let broken = &document["ladders"].as_array().unwrap().last().unwrap()["broken"];
        let message = broken["message"].as_str().unwrap();
        assert!(message.contains("loading"), "{document:#}");
        assert!(
            broken["next"].to_string().contains("--wait 30s"),
            "{document:#}"
        );
        doctor(&at(&server.url()), &["--wait", "60s"]).ok();
    });
}
