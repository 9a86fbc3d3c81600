//! Connections that break, servers that end them or go away, networks that swallow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::harness::{Fate, Mariadb, Message, Postgres, Proxy, statements_of};
use crate::on;
use crate::support::{Backend, Connection, Output, Running, TestEnvironment, fault, wait_until};

/// Revisions of which the server gets one in a message, one by its statements, one without a transaction.
fn history(env: &TestEnvironment) {
    let nothing = if env.backend() == Backend::Mysql {
        "DO 0;"
    } else {
        "SELECT 1;"
    };
    env.table_revision(1, "a");
    env.up_down(
        "002_b",
        &format!("CREATE TABLE b (id integer);\n{nothing}"),
        "DROP TABLE b;",
    );
    env.revision("003_c", "-- migrate:up transaction:false\nCREATE TABLE c (id integer);\n-- migrate:down transaction:false\nDROP TABLE c;\n");
}

fn through(env: &TestEnvironment, proxy: &Proxy, args: &[&str]) -> Output {
    running_through(env, proxy, args).output()
}

fn running_through(env: &TestEnvironment, proxy: &Proxy, args: &[&str]) -> Running {
    let mut command = env.command(args.iter().copied());
    command.env("DATABASE_URL", proxy.url(env.url()));
    env.started(command)
}

/// The tables are those of the revisions that are applied; on MySQL, and without a transaction, one more
/// may be half there, and then the next run says so.
fn is_consistent(env: &TestEnvironment, told: &str) {
    let (tables, applied) = (env.tables(), env.applied());
    let expected: Vec<String> = applied.iter().map(|id| id[4..].to_owned()).collect();
    if tables == expected {
        return;
    }
    let half = env.piton(["upgrade"]).ends(7);
    half.says(["half applied", "piton repair"]);
    let last = tables.last().expect("one more");
    assert!(
        env.backend() == Backend::Mysql || last == "c",
        "{told}: {tables:?} {applied:?}"
    );
}

/// Everything is taken away, and the history read as never begun.
fn start_again(env: &TestEnvironment) {
    for table in env.tables() {
        env.sql(&format!("DROP TABLE {table}"));
    }
    env.sql("DROP TABLE IF EXISTS seaql_migrations; DROP TABLE IF EXISTS piton_journal");
}

/// Ends every other connection to the database, as an administrator would.
fn end_all(backend: Backend, client: &mut Connection) {
    match backend {
        Backend::Postgres => drop(client.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )),
        _ => {
            for row in client.query("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()") {
                drop(client.try_query(&format!("KILL {}", row[0])));
            }
        }
    }
}

on! {
    [postgres, mysql]
    fn a_session_that_the_server_ends_at_any_message_is_4_and_the_next_run_goes_on(env) {
        history(env);
        let (output, messages) = statements_of(env, &["upgrade"]);
        output.ok();
        start_again(env);
        let begins = messages.iter().position(|text| text.contains("CREATE TABLE a")).expect("the first") + 1;
        for message in begins..=messages.len() {
            let told = format!("ended at {:?}", messages.get(message - 1));
            let _case = fault::case(4, env.backend());
            let mut count = 0;
            let (backend, url) = (env.backend(), env.url().to_owned());
            let proxy = Proxy::of(env.database(), move |_: &Message<'_>| {
                count += 1;
                if count == message {
                    let mut client = match backend {
                        Backend::Postgres => Connection::postgres(&url),
                        _ => Connection::mysql(&url),
                    };
                    end_all(backend, &mut client);
                }
                Fate::Pass
            });
            let output = through(env, &proxy, &["upgrade"]);
            // The last messages say goodbye.
            assert!(matches!(output.code, 0 | 4), "{told}: {output:?}");
            is_consistent(env, &told);
            if env.piton(["upgrade"]).code == 7 {
                start_again(env);
                continue;
            }
            assert_eq!(env.tables(), ["a", "b", "c"], "{told}");
            start_again(env);
        }
    }

    [postgres, mysql]
    fn a_session_that_the_server_ends_inside_a_rust_revision_is_4(env) {
        // The last of the revisions that are built in has several statements in SQL; the first is in Rust.
        let (output, messages) = statements_of(env, &["upgrade"]);
        output.ok();
        start_over(env);
        let inside: Vec<usize> = (1..=messages.len()).filter(|n| messages[n - 1].contains("CREATE TABLE") && !messages[n - 1].contains("IF NOT EXISTS \"public\"") && !messages[n - 1].contains("piton_journal") && !messages[n - 1].contains("seaql_migrations")).collect();
        for &message in inside.iter().step_by(3) {
            let told = format!("ended at {:?}", messages.get(message - 1));
            let _case = fault::case(4, env.backend());
            let (backend, url) = (env.backend(), env.url().to_owned());
            let mut count = 0;
            let proxy = Proxy::of(env.database(), move |_: &Message<'_>| {
                count += 1;
                if count == message {
                    let mut client = match backend {
                        Backend::Postgres => Connection::postgres(&url),
                        _ => Connection::mysql(&url),
                    };
                    end_all(backend, &mut client);
                }
                Fate::Pass
            });
            let output = through(env, &proxy, &["upgrade"]);
            assert_eq!(output.code, 4, "{told}: {output:?}");
            match env.backend() {
                Backend::Postgres => {
                    output.says(["nothing of ", " stands"]);
                    env.piton(["upgrade"]).ok();
                }
                _ => {
                    output.says(["is half applied"]);
                    env.piton(["upgrade"]).ends(7);
                }
            }
            start_over(env);
        }
    }

    [postgres, mysql]
    fn a_commit_whose_answer_is_lost_is_looked_up(env) {
        history(env);
        let (output, messages) = statements_of(env, &["upgrade"]);
        output.ok();
        start_again(env);
        let commits: Vec<usize> = (1..=messages.len()).filter(|n| messages[n - 1].ends_with("COMMIT") || messages[n - 1].contains("CREATE TABLE a") || messages[n - 1].contains("RESET ROLE; RESET SESSION AUTHORIZATION; RESET ALL; INSERT") || messages[n - 1].contains("INSERT INTO \"public\".\"seaql")).collect();
        assert!(commits.len() >= 2, "{messages:#?}");
        for message in commits {
            for arrives in [false, true] {
                let told = format!("{arrives} {:?}", messages[message - 1]);
                let _case = fault::case(5, env.backend());
                let mut count = 0;
                let proxy = Proxy::of(env.database(), move |_: &Message<'_>| {
                    count += 1;
                    match (count == message, arrives) {
                        (false, _) => Fate::Pass,
                        (true, true) => Fate::CutUnanswered,
                        (true, false) => Fate::Cut,
                    }
                });
                let before = env.applied().len();
                let output = through(env, &proxy, &["upgrade"]);
                let stands = env.applied().len() > before;
                match output.code {
                    0 => assert_eq!(env.applied().len(), 3, "{told}"),
                    4 => drop(output.hides(["is not known"])),
                    _ => panic!("{told}: {output:?}"),
                }
                assert!(stands || env.backend() == Backend::Mysql || !arrives, "{told}");
                is_consistent(env, &told);
                if env.piton(["upgrade"]).code != 7 {
                    assert_eq!(env.tables(), ["a", "b", "c"], "{told}");
                }
                start_again(env);
            }
        }
    }

    [postgres, mysql]
    fn a_network_that_swallows_everything_is_4_within_half_a_minute(env) {
        let _case = fault::case(6, env.backend());
        history(env);
        env.piton(["upgrade", "-r", "001"]).ok();
        let swallowed = Arc::new(AtomicBool::new(false));
        let seen = swallowed.clone();
        let proxy = Proxy::of(env.database(), move |message: &Message<'_>| {
            if message.has("CREATE TABLE b") {
                seen.store(true, Ordering::SeqCst);
            }
            if seen.load(Ordering::SeqCst) { Fate::Swallow } else { Fate::Pass }
        });
        let started = Instant::now();
        let running = running_through(env, &proxy, &["upgrade"]);
        wait_until("the statement is swallowed", || swallowed.load(Ordering::SeqCst));
        proxy.becomes_deaf();
        running.output().ends(4).says(["002_b failed", "does not answer any more"]);
        assert!(started.elapsed() < Duration::from_secs(45), "{:?}", started.elapsed());
        drop(proxy);
        assert_eq!(env.applied(), ["001_a"]);
        let next = env.piton(["upgrade"]);
        assert!(matches!((env.backend(), next.code), (_, 0) | (Backend::Mysql, 7)), "{next:?}");
    }

    [postgres, mysql]
    fn an_answer_that_is_swallowed_is_4_and_what_stands_is_known(env) {
        let _case = fault::case(6, env.backend());
        history(env);
        env.piton(["upgrade", "-r", "002"]).ok();
        let proxy = Proxy::of(env.database(), |message: &Message<'_>| {
            if message.has("CREATE TABLE c") { Fate::SwallowAnswer } else { Fate::Pass }
        });
        let started = Instant::now();
        through(env, &proxy, &["upgrade"]).ends(4).says(["003_c", "the answer did not come"]);
        assert!(started.elapsed() < Duration::from_secs(45), "{:?}", started.elapsed());
        drop(proxy);
        env.piton(["upgrade"]).ends(7).says(["half applied: 003_c, statement 1 of 1"]);
        env.piton(["repair", "--mark", "applied"]).ok();
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
    }
}

/// Everything away, as nobody would in earnest.
fn start_over(env: &TestEnvironment) {
    match env.backend() {
        Backend::Postgres => drop(env.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")),
        _ => {
            let name = env.database().name();
            env.sql(&format!("DROP DATABASE {name}; CREATE DATABASE {name}"));
        }
    }
}

/// A run against a private server that goes away while a statement of the second revision sleeps.
fn restarted(
    url: &str,
    sleep: &str,
    is_asleep: &str,
    backend: &str,
    client: impl Fn() -> Connection,
    restart: impl FnOnce(),
) {
    let env = TestEnvironment::new();
    let _case = fault::case(7, backend);
    env.table_revision(1, "a");
    env.up_down(
        "002_b",
        &format!("CREATE TABLE b (id integer);\n{sleep}"),
        "DROP TABLE b;",
    );
    let mut command = env.command(["upgrade"]);
    command.env("DATABASE_URL", url);
    let running = env.started(command);
    let mut other = client();
    wait_until("it sleeps", || other.value(is_asleep) == "1");
    restart();
    let said = running.output().ends(4).says(["upgrade of 002_b failed"]);
    let mut other = client();
    // Of the commits of one run only the last waits for PostgreSQL's disk; what a crash takes is not claimed.
    let stands = other.query("SELECT version FROM seaql_migrations");
    if stands.is_empty() {
        said.hides(["1 revision before it stands"]);
    } else {
        assert_eq!(stands, [["001_a"]]);
    }
    env.up_down("002_b", "CREATE TABLE b (id integer);", "DROP TABLE b;");
    let next = env.piton(["upgrade", "--url", url]);
    if backend == "mysql" {
        next.ends(7).says(["002_b", "piton repair"]);
        env.piton(["repair", "--url", url, "--mark", "applied"])
            .ok();
    } else {
        next.ok().says(["applied 002_b"]);
    }
    assert_eq!(
        other.query("SELECT version FROM seaql_migrations ORDER BY 1"),
        [["001_a"], ["002_b"]]
    );
    assert_eq!(other.value("SELECT count(*) FROM b"), "0");
}

#[test]
fn a_postgres_that_is_restarted_or_dies_in_the_middle_is_4_and_the_next_run_works() {
    for dies in [false, true] {
        let Some(mut server) = Postgres::start("a restart of PostgreSQL", &[]) else {
            fault::not_run(7, "postgresql", "no PostgreSQL server's binaries here");
            return;
        };
        let url = server.url("postgres");
        restarted(
            &url,
            "SELECT pg_sleep(60);",
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'",
            "postgresql",
            || Connection::postgres(&url),
            || {
                if dies {
                    server.kill()
                } else {
                    server.stop()
                }
                server.go_on();
            },
        );
    }
}

#[test]
fn a_mariadb_that_is_restarted_or_dies_in_the_middle_is_4_and_the_next_run_works() {
    for dies in [false, true] {
        let Some(mut server) = Mariadb::start("a restart of MariaDB", &[]) else {
            fault::not_run(7, "mysql", "no MariaDB server's binaries here");
            return;
        };
        server.sql("CREATE DATABASE d");
        let url = server.url("d");
        restarted(
            &url,
            "DO SLEEP(60);",
            "SELECT count(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'DO SLEEP%'",
            "mysql",
            || Connection::mysql(&url),
            || {
                if dies {
                    server.kill()
                } else {
                    server.stop()
                }
                server.go_on();
            },
        );
    }
}
