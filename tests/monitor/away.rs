//! A server that goes away and comes back; another that follows.

use serde_json::Value;

use super::{Stream, figure};
use crate::harness::Postgres;
use crate::support::redis::Server;
use crate::support::{Backend, TestEnvironment};

fn is_away(part: &'static str) -> impl Fn(&Value) -> bool {
    move |reading| reading[part]["away"].is_object()
}

fn is_here(part: &'static str) -> impl Fn(&Value) -> bool {
    move |reading| reading[part]["away"].is_null()
}

#[test]
fn a_postgres_server_that_goes_away_is_shown_with_since_when_and_is_read_again_when_it_is_back() {
    let Some(mut server) = Postgres::start("a server away", &[]) else {
        return;
    };
    let env = TestEnvironment::new();
    let mut command = env.command(["monitor", "--json", "--interval", "100ms"]);
    command.env("DATABASE_URL", server.url("postgres"));
    let mut stream = Stream::start(command);
    assert!(is_here("database")(&stream.next()));
    server.kill();
    let away = stream.until("it is away", is_away("database"));
    let since = away["database"]["away"]["since"].clone();
    assert_eq!(away["figures"], Value::Array(Vec::new()));
    let still = stream.next();
    assert_eq!(still["database"]["away"]["since"], since);
    let reason = still["database"]["away"]["reason"].to_string();
    assert!(reason.contains("nothing listens"), "{reason}");
    server.go_on();
    let back = stream.until("it is back", is_here("database"));
    assert!(figure(&back, "connections")["value"].as_f64() > Some(0.0));
}

#[test]
fn a_redis_that_goes_away_does_not_keep_the_database_from_being_read() {
    let mut server = Server::start(&[]);
    let env = TestEnvironment::new();
    let mut command = env.command(["monitor", "--json", "--interval", "100ms"]);
    command.env("REDIS_URL", server.url());
    let mut stream = Stream::start(command);
    assert!(is_here("redis")(&stream.next()));
    server.kill();
    let away = stream.until("it is away", is_away("redis"));
    assert!(is_here("database")(&away));
    assert_eq!(away["ok"], false);
    server.restart();
    let back = stream.until("it is back", is_here("redis"));
    assert!(figure(&back, "redis_memory")["value"].as_f64() > Some(0.0));
}

#[test]
fn one_look_at_a_server_that_is_away_ends_with_4_and_says_which_rung_broke() {
    let env = TestEnvironment::new();
    let port = crate::harness::free_port();
    for scheme in ["postgres", "mysql"] {
        let url = format!("{scheme}://u:hunter2@127.0.0.1:{port}/db");
        let with = |args: &[&'static str]| {
            let mut command = env.command(args.iter().copied());
            command.env("DATABASE_URL", &url);
            env.output_of(command).ends(4).hides(["hunter2"])
        };
        with(&["monitor", "--once"]).says(["nothing listens at", "port: broken", "next:"]);
        let document = with(&["monitor", "--once", "--json"]).document();
        assert_eq!(document["ok"], false);
        assert!(document["database"]["away"]["reason"].is_string());
    }
    let mut command = env.command(["monitor", "--once"]);
    command.env("REDIS_URL", format!("redis://:hunter2@127.0.0.1:{port}/0"));
    env.output_of(command)
        .ends(4)
        .hides(["hunter2"])
        .says(["redis://127.0.0.1"]);
}

#[test]
fn a_postgres_standby_and_its_primary_tell_how_far_it_is_behind() {
    let Some(primary) = Postgres::start("a standby", &["wal_level=replica", "max_wal_senders=4"])
    else {
        return;
    };
    let standby = primary.standby();
    let env = TestEnvironment::new();
    env.write("piton.toml", "[monitor]\nreplication_lag_ms = 200\n");
    let look = |server: &Postgres| {
        let mut command = env.command(["monitor", "--once", "--json", "--interval", "100ms"]);
        command.env("DATABASE_URL", server.url("postgres"));
        env.output_of(command)
    };
    crate::support::wait_until("it streams", || {
        primary.sql("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'")[0][0]
            == "1"
    });
    let well = look(&primary).ok().document();
    let replica = &well["database"]["vitals"]["replicas"][0];
    assert_eq!(replica["state"], "streaming", "{well:#}");
    let here = look(&standby).ok().document();
    assert_eq!(here["database"]["vitals"]["follows"]["state"], "streaming");

    primary.sql("CREATE TABLE s (id integer)");
    crate::support::wait_until("it is replayed", || {
        standby.sql("SELECT count(*) FROM pg_class WHERE relname = 's'")[0][0] == "1"
    });
    standby.sql("SELECT pg_wal_replay_pause()");
    primary.sql("CREATE TABLE t (id integer); INSERT INTO t SELECT generate_series(1, 10000)");
    std::thread::sleep(std::time::Duration::from_millis(500));
    let late = look(&primary).document();
    let lag = late["database"]["vitals"]["replicas"][0]["lag_bytes"].as_u64();
    let says = primary.sql(
        "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint FROM pg_stat_replication",
    );
    assert!(lag > Some(100_000), "{lag:?}");
    assert!(
        says[0][0]
            .parse::<u64>()
            .expect("bytes")
            .abs_diff(lag.unwrap_or(0))
            < 100_000
    );
    let follower = look(&standby).ends(6).document();
    assert_eq!(figure(&follower, "replication_lag")["of"], "this server");
    standby.sql("SELECT pg_wal_replay_resume()");
}

#[test]
fn a_table_that_somebody_has_for_himself_on_postgres_does_not_stop_the_reading() {
    let Some(env) = TestEnvironment::postgres() else {
        return;
    };
    assert_eq!(env.backend(), Backend::Postgres);
    env.sql("CREATE TABLE taken (id integer); INSERT INTO taken SELECT generate_series(1, 5000)");
    env.sql("VACUUM taken");
    let mut holder = env.database().connect();
    holder.query("BEGIN; LOCK TABLE taken IN ACCESS EXCLUSIVE MODE");
    let looked = env
        .piton(["monitor", "--once", "--json", "--interval", "100ms"])
        .ok()
        .document();
    holder.query("ROLLBACK");
    let sizes = &looked["database"]["sizes"];
    let whats: Vec<&Value> = sizes["unseen"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| &one["what"])
        .collect();
    assert!(
        whats.contains(&&Value::from("measured table sizes")),
        "{sizes:#}"
    );
    assert_eq!(sizes["tables"][0]["name"], "taken");
    assert!(
        sizes["tables"][0]["bytes"].as_u64() > Some(100_000),
        "{sizes:#}"
    );
}
