//! What Prometheus is told: every page is read strictly, and its numbers are the servers' own.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::metrics::Page;
use crate::harness::free_port;
use crate::on;
use crate::support::redis::Server;
use crate::support::{Running, TestEnvironment, wait_until};

/// `piton monitor --listen` on a port of its own.
pub struct Listening {
    running: Running,
    port: u16,
}

impl Listening {
    pub fn start(env: &TestEnvironment, variables: &[(&str, String)]) -> Listening {
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let mut command = env.command([]);
        command.args(["monitor", "--listen", &address, "--interval", "100ms"]);
        command.envs(variables.iter().map(|(name, value)| (*name, value)));
        let running = env.started(command);
        running.wait_for("/metrics");
        Listening { running, port }
    }

    /// The whole answer to one request.
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a time-out");
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    }

    fn get(&self, path: &str, more: &str) -> (String, String) {
        let answer = self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{more}\r\n"
        ));
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        (head.to_owned(), body.to_owned())
    }

    pub fn page(&self) -> Page {
        let (head, body) = self.get("/metrics", "");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(
            head.contains("text/plain; version=0.0.4; charset=utf-8"),
            "{head}"
        );
        Page::read(&body, false)
    }
}

on! {
    [json, sqlite, postgres, mysql]
    fn both_formats_are_read_strictly_and_say_the_same(env) {
        env.piton(["init", "--upgrade"]).ok();
        let redis = Server::start(&[]);
        redis.cli(["hset", "piton:cache:counters", "user|hits", "30", "user|misses", "10"]);
        let listening = Listening::start(env, &[("REDIS_URL", redis.url())]);
        let page = listening.page();
        assert_eq!(page.value("piton_up", &[("kind", "database")]), 1.0);
        assert_eq!(page.value("piton_up", &[("kind", "redis")]), 1.0);
        assert_eq!(page.value("piton_cache_hits_total", &[("entry", "user")]), 30.0);
        assert_eq!(page.value("piton_cache_hit_ratio", &[]), 0.75);
        assert!(page.value("piton_table_size_bytes", &[("table", "students")]) >= 0.0);
        assert!(page.all("piton_table_size_bytes").count() >= 10);
        let (head, body) = listening.get("/metrics", "Accept: application/openmetrics-text;version=1.0.0\r\n");
        assert!(head.contains("application/openmetrics-text; version=1.0.0; charset=utf-8"), "{head}");
        let open = Page::read(&body, true);
        let names: Vec<&String> = page.names().collect();
        assert_eq!(open.names().collect::<Vec<_>>(), names);
        listening.running.signal("TERM");
        listening.running.output().ends(143);
    }

    [postgres, mysql]
    fn the_numbers_are_the_server_s_own_and_alarms_are_metrics_too(env) {
        let table = match env.backend().as_ref() {
            "postgresql" => "学\"生\\\n",
            _ => "学\"生\\x",
        };
        let quoted = match env.backend().as_ref() {
            "postgresql" => format!("\"{}\"", table.replace('"', "\"\"")),
            _ => format!("`{table}`"),
        };
        env.sql(&format!("CREATE TABLE {quoted} (id integer PRIMARY KEY)"));
        env.write("piton.toml", "[monitor]\nlatency_ms = 200\n");
        let listening = Listening::start(env, &[]);
        let mut busy = env.database().connect();
        let sql = match env.backend().as_ref() {
            "postgresql" => "SELECT pg_sleep(1.5)",
            _ => "SELECT SLEEP(1.5)",
        };
        let thread = std::thread::spawn(move || drop(busy.query(sql)));
        let mut oldest = 0.0;
        wait_until("the statement is an alarm", || {
            let page = listening.page();
            oldest = page.value("piton_oldest_statement_seconds", &[]);
            page.value("piton_alarm", &[("figure", "oldest_statement")]) == 1.0
        });
        thread.join().expect("no panic");
        assert!((0.2..1.6).contains(&oldest), "{oldest}");
        let page = listening.page();
        assert_eq!(page.value("piton_threshold", &[("figure", "oldest_statement")]), 0.2);
        assert!(page.value("piton_table_size_bytes", &[("table", table)]) >= 0.0);
        let says = match env.backend().as_ref() {
            "postgresql" => "SELECT current_setting('max_connections')",
            _ => "SELECT @@max_connections",
        };
        let allowed: f64 = env.value(says).parse().expect("a number");
        assert_eq!(page.value("piton_connections_allowed", &[]), allowed);
        // The monitor, and perhaps a client that is just leaving.
        assert!((1.0..4.0).contains(&page.value("piton_connections_here", &[])));
    }
}

#[test]
fn the_postgres_counters_are_those_of_pg_stat_database() {
    let Some(env) = TestEnvironment::postgres() else {
        return;
    };
    let mut client = env.database().connect();
    client.query("CREATE TABLE t (id integer)");
    let listening = Listening::start(&env, &[]);
    let before = listening.page().value("piton_rollbacks_total", &[]);
    for _ in 0..25 {
        client.query("BEGIN; INSERT INTO t VALUES (1); ROLLBACK");
    }
    drop(client);
    let sql = "SELECT xact_rollback FROM pg_stat_database WHERE datname = current_database()";
    wait_until("the rollbacks are counted", || {
        listening.page().value("piton_rollbacks_total", &[]) >= before + 25.0
    });
    let says: f64 = env.value(sql).parse().expect("a number");
    assert_eq!(listening.page().value("piton_rollbacks_total", &[]), says);
    assert_eq!(says, before + 25.0);
}

#[test]
fn a_scrape_does_not_hang_when_the_postgres_server_is_away() {
    let env = TestEnvironment::new();
    // A port that takes connections and says nothing.
    let deaf = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = deaf.local_addr().expect("bound").port();
    let url = format!("postgres://u:hunter2@127.0.0.1:{port}/db");
    let listening = Listening::start(&env, &[("DATABASE_URL", url)]);
    wait_until("the first reading is over", || {
        listening.get("/healthz", "").0.starts_with("HTTP/1.1 200")
    });
    let started = Instant::now();
    let (_, body) = listening.get("/metrics", "");
    assert!(started.elapsed() < Duration::from_secs(1));
    assert!(!body.contains("hunter2"), "{body}");
    let page = Page::read(&body, false);
    assert_eq!(page.value("piton_up", &[("kind", "database")]), 0.0);
    assert_eq!(page.all("piton_connections").count(), 0);
}

#[test]
fn other_paths_and_methods_are_turned_away_and_nonsense_harms_nothing() {
    let env = TestEnvironment::new();
    let listening = Listening::start(&env, &[]);
    assert!(listening.get("/nowhere", "").0.starts_with("HTTP/1.1 404"));
    assert!(listening.get("/", "").0.starts_with("HTTP/1.1 200"));
    let post =
        "POST /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let refused = listening.ask(post);
    assert!(refused.starts_with("HTTP/1.1 405"), "{refused}");
    assert!(
        refused.to_lowercase().contains("allow: get, head"),
        "{refused}"
    );
    let head = listening.ask("HEAD /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
    assert!(
        listening
            .ask("\u{1}\u{2} nonsense\r\n\r\n")
            .starts_with("HTTP/1.1 400")
    );
    // Somebody who says nothing keeps nobody else waiting.
    let _silent: Vec<TcpStream> = (0..8)
        .map(|_| TcpStream::connect(("127.0.0.1", listening.port)).expect("it listens"))
        .collect();
    listening.page();
}

#[test]
fn clients_that_say_nothing_give_their_places_to_others() {
    let env = TestEnvironment::new();
    let listening = Listening::start(&env, &[]);
    let silent: Vec<TcpStream> = (0..200)
        .map(|_| TcpStream::connect(("127.0.0.1", listening.port)).expect("it listens"))
        .collect();
    let kept: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", listening.port)).expect("it listens");
            let request = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";
            stream.write_all(request.as_bytes()).expect("it reads");
            stream
        })
        .collect();
    let started = Instant::now();
    listening.page();
    assert!(
        started.elapsed() < Duration::from_secs(12),
        "{:?}",
        started.elapsed()
    );
    // Who was answered and says nothing more is sent away as well.
    for mut stream in kept {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a time-out");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it is closed");
        assert!(answer.starts_with("HTTP/1.1"), "{answer}");
    }
    drop(silent);
}

#[test]
fn what_a_redis_does_not_show_is_told_by_a_reason_that_does_not_change() {
    let env = TestEnvironment::new();
    let redis = Server::start(&[]);
    let rules = [
        "acl",
        "setuser",
        "watcher",
        "on",
        ">pw",
        "+info",
        "+ping",
        "+select",
        "+config|get",
    ];
    redis.cli(rules);
    let url = format!("redis://watcher:pw@127.0.0.1:{}/1", redis.port());
    let variables = [("REDIS_URL", url)];
    let reason = [
        ("kind", "redis"),
        ("what", "cache hit rate"),
        ("reason", "privilege"),
    ];
    let listening = Listening::start(&env, &variables);
    let page = listening.page();
    assert_eq!(page.value("piton_unseen", &reason), 1.0);
    drop(listening);
    // As docs/monitor.md has it.
    redis.cli(
        rules
            .into_iter()
            .chain(["+hgetall", "~piton:cache:counters"]),
    );
    let listening = Listening::start(&env, &variables);
    let page = listening.page();
    assert_eq!(page.value("piton_up", &[("kind", "redis")]), 1.0);
    assert_eq!(page.all("piton_unseen").count(), 0);
}

#[test]
fn an_address_that_is_taken_or_no_address_is_refused() {
    let env = TestEnvironment::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("bound").to_string();
    env.piton(["monitor", "--listen", &address])
        .ends(5)
        .says(["cannot listen at"]);
    env.piton(["monitor", "--listen", "nonsense"])
        .ends(2)
        .says(["--listen nonsense"]);
    env.piton(["monitor", "--listen", ":0", "--once"]).ends(2);
}
