//! The harness does what it says, before anything is concluded from it.

use std::time::{Duration, Instant};

use crate::harness::{
    Bouncer, Fate, Mariadb, Moment, Postgres, Proxy, SmallDisk, Stop, Target, Tracer, kill_at,
    statements_of,
};
use crate::on;
use crate::support::{Backend, Connection};

on! {
    [postgres, mysql]
    fn a_proxy_passes_delays_cuts_and_swallows(env) {
        let proxy = Proxy::of(env.database(), |message| match () {
            () if message.has("slowly") => Fate::Delay(Duration::from_millis(300)),
            () if message.has("cut before") => Fate::Cut,
            () if message.has("cut unanswered") => Fate::CutUnanswered,
            () => Fate::Pass,
        });
        let connect = || match env.backend() {
            Backend::Postgres => Connection::postgres(&proxy.url(env.url())),
            _ => Connection::mysql(&proxy.url(env.url())),
        };
        let mut client = connect();
        assert_eq!(client.value("SELECT 1"), "1");
        let started = Instant::now();
        assert_eq!(client.value("SELECT 2 /* slowly */"), "2");
        assert!(started.elapsed() >= Duration::from_millis(300));
        client.try_query("CREATE TABLE a (id integer) /* cut before */").unwrap_err();
        assert_eq!(env.tables(), [""; 0]);
        connect().try_query("CREATE TABLE b (id integer) /* cut unanswered */").unwrap_err();
        assert_eq!(env.tables(), ["b"]);
    }

    [postgres, mysql]
    fn a_run_is_killed_at_the_message_that_was_named(env) {
        env.table_revision(1, "a");
        // So that Piton's own two tables are there.
        env.piton(["upgrade"]).ok();
        env.piton(["downgrade"]).ok();
        let (output, messages) = statements_of(env, &["upgrade"]);
        output.ok();
        env.piton(["downgrade"]).ok();
        let create = messages.iter().position(|text| text.contains("CREATE TABLE a (id")).unwrap() + 1;
        for (moment, made) in [(Moment::Before, false), (Moment::After, true)] {
            let target = Target { message: create, moment };
            assert!(kill_at(env, &["upgrade"], target).is_none(), "{messages:#?}");
            assert_eq!(!env.tables().is_empty(), made, "{moment:?} {messages:#?}");
            if env.backend() == Backend::Mysql {
                env.piton(["repair", "--mark", "reverted"]).ok();
            }
        }
    }

    [sqlite, json]
    fn a_traced_run_is_killed_before_the_call_that_was_named(env) {
        let Some(tracer) = Tracer::of("kills at system calls", env.dir()) else {
            return;
        };
        env.table_revision(1, "a");
        let all = tracer.run(env.command(["upgrade"]), Stop::Never).unwrap();
        assert_eq!(all.code, 0, "{:#?}", all.calls);
        assert!(all.calls.len() > 5, "{:#?}", all.calls);
        env.piton(["downgrade"]).ok();
        let some = tracer.run(env.command(["upgrade"]), Stop::Kill(3)).unwrap();
        assert!(some.killed);
        assert_eq!(some.code, 128 + 9);
        assert_eq!(some.calls.len(), 3);
    }
}

#[test]
fn a_private_postgres_dies_comes_back_and_is_followed() {
    let Some(mut server) = Postgres::start("a private PostgreSQL", &["wal_level=replica"]) else {
        return;
    };
    server.sql("CREATE TABLE a (id integer)");
    let standby = server.standby();
    assert_eq!(standby.client().value("SELECT pg_is_in_recovery()"), "t");
    server.kill();
    assert!(Connection::try_postgres(&server.url("postgres")).is_err());
    server.go_on();
    assert_eq!(server.client().value("SELECT count(*) FROM a"), "0");
    server.stop();
    server.go_on();
    if let Some(bouncer) = Bouncer::before("PgBouncer", &server.address(), "transaction", &[]) {
        let mut client = Connection::postgres(&bouncer.url("postgres"));
        assert_eq!(client.value("SELECT count(*) FROM a"), "0");
    }
}

#[test]
fn a_private_mariadb_dies_and_comes_back() {
    let Some(mut server) = Mariadb::start("a private MariaDB", &["general-log=1"]) else {
        return;
    };
    server.sql("CREATE DATABASE d");
    server.kill();
    assert!(Connection::try_mysql(&server.url("d")).is_err());
    server.go_on();
    assert_eq!(
        server
            .client()
            .value("SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'd'"),
        "1"
    );
    server.stop();
    server.go_on();
}

#[test]
fn a_small_disk_fills_up() {
    let Some(disk) = SmallDisk::new("a small disk", 1) else {
        return;
    };
    disk.fill(8);
    assert!(std::fs::write(disk.path().join("big"), vec![0; 64 * 1024]).is_err());
}
