//! The figures of the database: alarms made for real, and the exit code.

use std::sync::mpsc;
use std::thread::JoinHandle;

use super::{figure, stream};
use crate::harness::{Mariadb, Postgres};
use crate::on;
use crate::support::{Connection, TestEnvironment};

/// A client that does something in a thread of its own; it is joined when the test is over.
struct Busy(Option<JoinHandle<()>>);

impl Busy {
    /// Returns when the client is connected and about to run `sql`.
    fn with(mut connection: Connection, sql: &str) -> Busy {
        let (sender, receiver) = mpsc::channel();
        let sql = sql.to_owned();
        let thread = std::thread::spawn(move || {
            sender.send(()).expect("somebody waits");
            // It may be ended from outside.
            drop(connection.try_query(&sql));
        });
        receiver.recv().expect("it starts");
        Busy(Some(thread))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(thread) = self.0.take() {
            drop(thread.join());
        }
    }
}

fn sleep(env: &TestEnvironment, seconds: f64) -> String {
    match env.backend().as_ref() {
        "postgresql" => format!("SELECT pg_sleep({seconds}) /* 慢 */"),
        _ => format!("SELECT SLEEP({seconds}) /* 慢 */"),
    }
}

fn threshold(env: &TestEnvironment, line: &str) {
    env.write("piton.toml", format!("[monitor]\n{line}\n"));
}

on! {
    [json, sqlite, postgres, mysql]
    fn one_look_at_a_quiet_database_is_a_table_and_ends_well(env) {
        env.piton(["init", "--upgrade"]).ok();
        let looked = env.piton(["monitor", "--once", "--interval", "100ms"]).ok();
        let looked = looked.says(["assignment_submissions", "no threshold is passed"]);
        assert!(!looked.stdout.contains("alarm:"), "{}", looked.stdout);
    }

    [json, sqlite, postgres, mysql]
    fn without_a_terminal_it_looks_once(env) {
        env.piton(["init", "--upgrade"]).ok();
        env.piton(["monitor", "--interval", "100ms"]).ok().says(["no threshold is passed"]);
    }

    [postgres, mysql]
    fn a_statement_that_runs_long_is_an_alarm_with_its_words(env) {
        threshold(env, "latency_ms = 200\n[monitor.advice]\noldest_statement = \"问 DBA\"");
        let _busy = Busy::with(env.database().connect(), &sleep(env, 3.0));
        std::thread::sleep(std::time::Duration::from_millis(400));
        env.piton(["monitor", "--once", "--interval", "1s"])
            .ends(6)
            .says(["alarm: oldest running statement", "/* 慢 */", "问 DBA"]);
    }

    [postgres, mysql]
    fn who_waits_for_whom_is_told_by_number(env) {
        env.sql("CREATE TABLE 锁 (id integer PRIMARY KEY, n integer)");
        env.sql("INSERT INTO 锁 VALUES (1, 1)");
        let number = match env.backend().as_ref() {
            "postgresql" => "SELECT pg_backend_pid()",
            _ => "SELECT connection_id()",
        };
        let mut holder = env.database().connect();
        let holder_id = holder.value(number);
        holder.query("BEGIN; UPDATE 锁 SET n = 2");
        let mut waiter = env.database().connect();
        let waiter_id = waiter.value(number);
        let waiting = Busy::with(waiter, "UPDATE 锁 SET n = 3");
        let mut stream = stream(env);
        let reading = stream.until("somebody waits", |reading| {
            reading["database"]["vitals"]["waits"].as_array().is_some_and(|waits| !waits.is_empty())
        });
        holder.query("COMMIT");
        drop(waiting);
        let wait = &reading["database"]["vitals"]["waits"][0];
        assert_eq!(wait["waiter"]["id"].to_string(), waiter_id, "{wait:#}");
        assert_eq!(wait["waiter"]["statement"], "UPDATE 锁 SET n = 3");
        assert_eq!(wait["holders"][0]["id"].to_string(), holder_id, "{wait:#}");
        assert_eq!(wait["holders"][0]["state"], "idle in transaction");
        stream.until("nobody waits any more", |reading| {
            reading["database"]["vitals"]["waits"].as_array().is_some_and(Vec::is_empty)
        });
    }

    [postgres, mysql]
    fn an_integer_key_that_is_nearly_used_up_is_an_alarm(env) {
        match env.backend().as_ref() {
            "postgresql" => {
                env.sql("CREATE TABLE 学生 (id serial PRIMARY KEY); CREATE TABLE b (id bigserial PRIMARY KEY)");
                env.sql("SELECT setval('\"学生_id_seq\"', 1932735283)");
            }
            _ => {
                env.sql("CREATE TABLE 学生 (id integer AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 1932735284");
                env.sql("CREATE TABLE b (id bigint AUTO_INCREMENT PRIMARY KEY)");
            }
        }
        let looked = env.piton(["monitor", "--once", "--json", "--interval", "100ms"]).ends(6).document();
        let full = figure(&looked, "sequence");
        assert_eq!(full["of"], "学生.id");
        assert_eq!(full["state"], "alarm");
        assert_eq!(full["detail"], "1932735283 of 2147483647");
        threshold(env, "sequence_percent = 95");
        env.piton(["monitor", "--once", "--interval", "100ms"]).ok();
    }

    [postgres, mysql]
    fn the_sizes_are_what_the_server_says(env) {
        env.sql("CREATE TABLE big (id integer PRIMARY KEY, text varchar(200))");
        match env.backend().as_ref() {
            "postgresql" => {
                env.sql("INSERT INTO big SELECT n, repeat('x', 100) FROM generate_series(1, 20000) n");
                env.sql("VACUUM ANALYZE big")
            }
            _ => env.sql("INSERT INTO big SELECT seq, repeat('x', 100) FROM seq_1_to_20000; ANALYZE TABLE big"),
        };
        let looked = env.piton(["monitor", "--once", "--json", "--interval", "100ms"]).ok().document();
        let big = &looked["database"]["sizes"]["tables"][0];
        assert_eq!(big["name"], "big");
        let says = match env.backend().as_ref() {
            "postgresql" => env.sql("SELECT pg_table_size('big'), pg_indexes_size('big'), 20000"),
            _ => env.sql("SELECT DATA_LENGTH, INDEX_LENGTH, TABLE_ROWS FROM information_schema.TABLES \
                          WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'big'"),
        };
        let found = ["bytes", "index_bytes", "rows"].map(|name| big[name].to_string());
        assert_eq!(found.as_slice(), says[0].as_slice());
    }
}

#[test]
fn more_than_four_fifths_of_a_postgres_server_s_connections_are_an_alarm() {
    let case = "connections of PostgreSQL";
    let Some(server) = Postgres::start(case, &["max_connections=12", "max_wal_senders=2"]) else {
        return;
    };
    let env = TestEnvironment::new();
    let look = |code: i32| {
        let mut command = env.command(["monitor", "--once", "--json", "--interval", "100ms"]);
        command.env("DATABASE_URL", server.url("postgres"));
        env.output_of(command).ends(code).document()
    };
    let quiet = look(0);
    assert_eq!(figure(&quiet, "connections")["detail"], "1 of 12");
    let clients: Vec<Connection> = (0..9).map(|_| server.client()).collect();
    let full = look(6);
    // The nine and the monitor itself, as the server counts them.
    assert_eq!(figure(&full, "connections")["detail"], "10 of 12");
    assert_eq!(figure(&full, "connections")["state"], "alarm");
    let mut client = clients.into_iter().next().expect("nine");
    let counted =
        client.value("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'");
    assert!(counted.parse::<u32>().expect("a number") <= 10);
}

#[test]
fn more_than_four_fifths_of_a_mariadb_server_s_connections_are_an_alarm() {
    let Some(server) = Mariadb::start("connections of MariaDB", &["max-connections=12"]) else {
        return;
    };
    let env = TestEnvironment::new();
    let clients: Vec<Connection> = (0..9).map(|_| server.client()).collect();
    let mut command = env.command(["monitor", "--once", "--json", "--interval", "100ms"]);
    command.env("DATABASE_URL", server.url("mysql"));
    let full = env.output_of(command).ends(6).document();
    assert_eq!(figure(&full, "connections")["detail"], "10 of 12");
    drop(clients);
}

#[test]
fn statements_of_a_postgres_server_are_counted_as_it_counts_them_without_our_own() {
    let case = "pg_stat_statements";
    let settings = ["shared_preload_libraries=pg_stat_statements"];
    let Some(server) = Postgres::start(case, &settings) else {
        return;
    };
    let env = TestEnvironment::new();
    env.write("piton.toml", "[monitor]\nsizes_interval_s = 1\n");
    let mut command = env.command(["monitor", "--json", "--interval", "100ms"]);
    command.env("DATABASE_URL", server.url("postgres"));
    let mut stream = super::Stream::start(command);
    let count =
        |reading: &serde_json::Value| reading["database"]["vitals"]["work"]["count"].as_f64();
    let of = |reading: &serde_json::Value| reading["database"]["vitals"]["work"]["of"].clone();
    assert_eq!(of(&stream.next()), "transaction");
    server.sql("CREATE EXTENSION pg_stat_statements");
    stream.until("the extension is noticed", |reading| {
        of(reading) == "statement"
    });
    // Which of the counted ones are our own is learnt with the sizes, every second, and once more for those
    // that this took.
    std::thread::sleep(std::time::Duration::from_millis(2_400));
    let (first, second) = (count(&stream.fresh()), count(&stream.fresh()));
    assert_eq!(first, second, "our own statements are counted");
    let mut client = server.client();
    let before = count(&stream.fresh()).expect("counted");
    for _ in 0..40 {
        client.query("SELECT pg_sleep(0.02)");
    }
    let after = stream.fresh();
    assert_eq!(count(&after), Some(before + 40.0));
    let mean = stream.until("there is a mean", |reading| {
        reading["database"]["rates"]["mean_ms"].is_null()
    });
    assert_eq!(figure(&mean, "mean_statement")["state"], "fine");
}

on! {
    [postgres]
    fn the_mean_is_that_of_the_load_and_not_of_the_monitor_s_own_questions(env) {
        let mut client = env.database().connect();
        let load = std::thread::spawn(move || {
            for _ in 0..60 {
                client.query("SELECT pg_sleep(0.05)");
            }
        });
        // A second apart, since a session tells its counts at most once in a second.
        let looked = env.piton(["monitor", "--once", "--json", "--interval", "1500ms"]).ok().document();
        load.join().expect("no panic");
        let mean = figure(&looked, "mean_statement")["value"].as_f64();
        let mean = mean.unwrap_or_else(|| panic!("no mean in {looked:#}"));
        assert!((40.0..120.0).contains(&mean), "{mean}");
    }
}
