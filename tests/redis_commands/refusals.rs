//! What the commands say and end with where they cannot do what was asked.

use piton::session::{Device, SessionOptions, Sessions, Token};

use super::support::redis::{Redis, Server};
use super::support::{TestEnvironment, fault};
use super::{document, piton, piton_with};

/// Fails with this code, and under `--json` with a document of that kind.
#[track_caller]
fn fails(env: &TestEnvironment, redis: &Redis, code: i32, kind: &str, args: &[&str]) -> String {
    let failed = document(env, redis, code, "error", args);
    assert_eq!(failed["error"]["code"], code, "{failed:#}");
    assert_eq!(failed["error"]["kind"], kind, "{failed:#}");
    piton(env, redis, args).ends(code);
    failed["error"]["message"].as_str().unwrap().to_owned()
}

crate::on_redis! {
    [standalone, cluster, sentinel] async fn a_redis_that_is_away_or_slow_is_told_by_the_exit_code(redis) {
        let _case = fault::case(53, "redis");
        let env = TestEnvironment::new();
        env.write("piton.toml", "[redis]\nanswer_timeout_ms = 300\npatience_s = 1\nconnect_timeout_ms = 2000\n");
        let sessions = Sessions::new(&redis.connect().await, SessionOptions::default());
        let (token, session) = sessions.create("u", &Device::default()).await.unwrap();
        // Writes wait, so that a connection still stands.
        redis.on_primaries(["client", "pause", "3000", "write"]);
        let id = session.id.to_string();
        piton(&env, &redis, &["session", "revoke", &id]).ends(5).says(["no answer from Redis in $TIME", "next: try again"]);
        redis.on_primaries(["client", "unpause"]);
        for server in redis.servers.iter_mut().chain(&mut redis.sentinels) {
            server.kill();
        }
        for args in [&["session", "list", "u"][..], &["session", "revoke", &id], &["session", "revoke-all", "u"], &["session", "stats"]] {
            let words = fails(&env, &redis, 4, "unreachable", args);
            assert!(words.contains(&redis.url()), "{words}");
        }
        drop(token);
    }

    [standalone, cluster, sentinel] async fn without_memory_sessions_still_end(redis) {
        let _case = fault::case(54, "redis");
        let env = TestEnvironment::new();
        let sessions = Sessions::new(&redis.connect().await, SessionOptions::default());
        let (one, session) = sessions.create("u", &Device::default()).await.unwrap();
        let (two, _) = sessions.create("u", &Device::default()).await.unwrap();
        redis.on_primaries(["config", "set", "maxmemory", "1"]);
        piton(&env, &redis, &["session", "revoke", &session.id.to_string()]).ok();
        piton(&env, &redis, &["session", "revoke-all", "u"]).ok();
        redis.on_primaries(["config", "set", "maxmemory", "0"]);
        for token in [one, two] {
            assert!(sessions.touch(&token, None).await.unwrap_err().is_none());
        }
    }

    [standalone, cluster, sentinel] async fn a_key_of_the_wrong_type_ends_a_command_with_its_name(redis) {
        let _case = fault::case(55, "redis");
        let env = TestEnvironment::new();
        let connection = redis.connect().await;
        let sessions = Sessions::new(&connection, SessionOptions::default());
        let (_, session) = sessions.create("u", &Device::default()).await.unwrap();
        let id = session.id.to_string();
        let key = format!("session:{{{}}}:index", &id[..8]);
        connection.send(redis::cmd("DEL").arg(&key)).await.unwrap();
        connection.send(redis::cmd("SET").arg(&key).arg("mine")).await.unwrap();
        for args in [&["session", "list", "u"][..], &["session", "revoke", &id], &["session", "stats"], &["session", "cleanup"]] {
            let words = fails(&env, &redis, 8, "corrupt", args);
            assert!(words.contains(&format!("the key {key} is a string, not a zset")), "{words}");
        }
        let kept: String = connection.ask(redis::cmd("GET").arg(&key)).await.unwrap();
        assert_eq!(kept, "mine");
    }
}

#[test]
fn a_pasted_token_is_refused_and_not_shown_again() {
    let env = TestEnvironment::new();
    let token = Token::parse(&format!("0123abcd.{}", "A".repeat(43))).unwrap();
    for command in ["show", "revoke"] {
        let said = env.piton(["session", command, token.expose()]);
        said.ends(2)
            .says(["that is a token", "session list USER"])
            .hides(["AAAA"]);
        env.piton(["session", command, "nonsense"])
            .ends(2)
            .says(["an id is 8 hexadecimal digits"]);
    }
    env.piton(["session"]).ends(2);
    env.piton(["session", "list"]).ends(2);
}

#[test]
fn a_redis_that_is_not_configured_or_contradicts_itself_is_3() {
    let env = TestEnvironment::new();
    let list = ["session", "list", "u"];
    env.piton(list)
        .ends(3)
        .says(["REDIS_URL is not set", "REDIS_URL=redis://host:6379/0"]);
    env.write(
        "piton.toml",
        "[redis]\nurl = \"redis://h\"\nsentinel = true\n",
    );
    env.piton(list)
        .ends(3)
        .says(["piton.toml:3", "redis.sentinel_master (default)"]);
    let mut both = env.command(list);
    both.env("REDIS_CLUSTER", "true");
    env.output_of(both).ends(3).says([
        "REDIS_CLUSTER (environment REDIS_CLUSTER)",
        "REDIS_SENTINEL (piton.toml:3)",
    ]);
}

#[test]
fn a_topology_or_login_that_is_not_the_servers_is_told_by_redis() {
    let env = TestEnvironment::new();
    let plain = Redis::standalone();
    let list = ["session", "list", "u"];
    piton_with(&env, &plain, &list, &[("REDIS_CLUSTER", "on")])
        .ends(3)
        .says(["cluster", "REDIS_CLUSTER and REDIS_SENTINEL say how"]);
    let sentinel = [
        ("REDIS_SENTINEL", "on"),
        ("REDIS_SENTINEL_MASTER", "grading"),
    ];
    piton_with(&env, &plain, &list, &sentinel).ends(3).says([
        "does not point to a sentinel",
        "REDIS_CLUSTER and REDIS_SENTINEL say how",
    ]);
    let guarded = Server::start(&["--requirepass", "hunter2"]);
    for login in ["", ":wrong@"] {
        let url = format!("redis://{login}127.0.0.1:{}", guarded.port());
        env.piton(["session", "list", "u", "--redis-url", &url])
            .ends(4)
            .says(["check user and password"])
            .hides(["wrong@", "hunter2"]);
    }
    let url = format!("redis://:hunter2@127.0.0.1:{}", guarded.port());
    env.piton(["session", "list", "u", "--redis-url", &url])
        .ok()
        .hides(["hunter2"]);
}
