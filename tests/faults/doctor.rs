//! `doctor`: each state is made for real, and the rung, the cause and the exit code are those that belong to it.

use serde_json::Value;

use crate::harness::{Mariadb, Postgres, SmallDisk, Unprivileged};
use crate::on;
use crate::support::{Backend, Output, TestEnvironment, unique_name, wait_until};

/// The first rung that broke.
pub struct Broken {
    pub rung: String,
    pub message: String,
    pub next: String,
}

/// What a document of the doctor's says is broken; whatever stands above that is not claimed to hold.
#[track_caller]
pub fn broken(output: &Output) -> Broken {
    let document = output.document();
    let ladders = document["ladders"].as_array().expect("ladders");
    let ladder = ladders
        .iter()
        .find(|ladder| ladder["ok"] == false)
        .unwrap_or_else(|| panic!("nothing is broken in {document:#}"));
    let rungs = ladder["rungs"].as_array().expect("rungs");
    let (last, held) = rungs.split_last().expect("a rung");
    assert_eq!(last["state"], "broken", "{document:#}");
    assert!(held.iter().all(|rung| rung["state"] != "broken"));
    assert_eq!(document["code"], output.code);
    assert_eq!(ladder["broken"]["code"], output.code);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let next = ladder["broken"]["next"].as_array().expect("hints");
    Broken {
        rung: text(&last["rung"]),
        message: text(&ladder["broken"]["message"]),
        next: next.iter().map(text).collect::<Vec<_>>().join("\n"),
    }
}

fn rung(output: &Output, name: &str) -> Value {
    let document = output.document();
    let ladders = document["ladders"].as_array().expect("ladders");
    ladders
        .iter()
        .flat_map(|ladder| ladder["rungs"].as_array().expect("rungs"))
        .find(|rung| rung["rung"] == name)
        .unwrap_or_else(|| panic!("no rung {name} in {document:#}"))
        .clone()
}

#[track_caller]
fn breaks(env: &TestEnvironment, url: &str, code: i32, at: &str, says: &str, next: &str) {
    let output = env.piton(["doctor", "--json", "--url", url]).ends(code);
    let broken = broken(&output);
    assert_eq!(broken.rung, at, "{}", broken.message);
    assert!(broken.message.contains(says), "{}", broken.message);
    assert!(broken.next.contains(next), "{}", broken.next);
    // For people the same, the failed rung last.
    let output = env.piton(["doctor", "--url", url]).ends(code);
    let last = output.stdout.lines().last().unwrap_or_default();
    assert!(last.contains(&format!("✗ {at}")), "{last}");
}

on! {
    [json, sqlite, postgres, mysql]
    fn who_is_well_is_told_so_rung_by_rung_and_pending_revisions_break_nothing(env) {
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        env.table_revision(2, "b");
        let output = env.piton(["doctor", "--json"]).ok();
        let says = rung(&output, "revisions");
        assert_eq!(says["state"], "noted");
        assert!(says["says"].as_str().unwrap().contains("1 revision pending"), "{says}");
        env.piton(["upgrade"]).ok();
        let output = env.piton(["doctor", "--json"]).ok();
        assert_eq!(rung(&output, "revisions")["state"], "good");
        let rungs: &[&str] = match env.backend() {
            Backend::Json => &["settings", "directory", "permission", "space", "content", "lock"],
            Backend::Sqlite => &["settings", "file", "permission", "space", "content", "lock"],
            _ => &["URL", "host", "port", "protocol", "TLS", "login", "database", "version", "privileges", "lock"],
        };
        for name in rungs {
            assert_eq!(rung(&output, name)["state"], "good", "{name}");
        }
        let output = env.piton(["doctor"]).ok();
        assert!(output.stdout.ends_with("all is well\n"), "{}", output.stdout);
        let quick = env.piton(["doctor", "--quick"]).ok();
        assert_eq!((quick.stdout.as_str(), quick.stderr.as_str()), ("", ""));
        // It was looked at, and nothing stayed.
        assert_eq!(env.tables(), ["a", "b"]);
    }

    [json, sqlite]
    fn a_file_or_store_that_is_not_there_is_not_well(env) {
        env.table_revision(1, "a");
        let (rung, next) = match env.backend() {
            Backend::Json => ("directory", "piton init makes it"),
            _ => ("file", "piton upgrade makes it"),
        };
        breaks(env, env.url(), 9, rung, "is not there", next);
        let quick = env.piton(["doctor", "--quick"]).ends(9);
        quick.says(["is not there", next]);
        assert!(!env.database().path().exists(), "looking makes nothing");
        if env.backend() == Backend::Json {
            std::fs::create_dir_all(env.database().path()).unwrap();
            breaks(env, env.url(), 9, rung, "there is no store in", next);
            env.piton(["init"]).ok();
            env.piton(["doctor"]).ok();
        }
        env.piton(["upgrade"]).ok();
        env.piton(["doctor"]).ok();
        env.piton(["doctor", "--quick"]).ok();
    }

    [json, sqlite, postgres, mysql]
    fn who_holds_the_lock_is_told_while_a_run_goes_on(env) {
        let slow = match env.backend().as_ref() {
            "postgresql" => "SELECT pg_sleep(4);",
            "mysql" => "DO SLEEP(4);",
            _ => "CREATE TABLE slow AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000000) SELECT count(*) AS n FROM c;",
        };
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        env.up_down("002_slow", slow, "");
        let mut running = env.start(["upgrade"]);
        let mut says = String::new();
        wait_until("the lock is held", || {
            assert!(!running.has_ended(), "it ended before the lock was seen");
            let output = env.piton(["doctor", "--json"]);
            let lock = rung(&output, "lock");
            says = lock["says"].as_str().unwrap().to_owned();
            lock["state"] == "noted"
        });
        assert!(says.contains("process "), "{says}");
        running.output().ok();
        assert_eq!(rung(&env.piton(["doctor", "--json"]).ok(), "lock")["state"], "good");
    }

    [json, sqlite, postgres, mysql]
    fn revisions_that_are_not_in_order_break_the_last_rung(env) {
        env.table_revision(1, "a");
        env.table_revision(3, "c");
        env.piton(["upgrade"]).ok();
        env.table_revision(2, "b");
        breaks(env, env.url(), 6, "revisions", "not what it should be", "--allow-out-of-order");
        std::fs::remove_file(env.path("migrations/002_b.sql")).unwrap();
        env.up_down("003_c", "CREATE TABLE c (id bigint);", "DROP TABLE c;");
        breaks(env, env.url(), 6, "revisions", "not what it should be", "piton repair --accept 003_c");
        std::fs::remove_file(env.path("migrations/003_c.sql")).unwrap();
        breaks(env, env.url(), 6, "revisions", "not what it should be", "bring the file of 003_c back");
        env.revision("003_c", "not a revision");
        let output = env.piton(["doctor", "--json"]).ends(3);
        assert_eq!(broken(&output).rung, "revisions");
    }

    [postgres, mysql]
    fn a_server_that_lacks_a_privilege_is_told_the_grant(env) {
        let name = unique_name();
        let database = env.database().name();
        let mysql = env.backend() == Backend::Mysql;
        if mysql {
            env.sql(&format!("CREATE USER {name}"));
            env.sql(&format!("GRANT SELECT ON {database}.* TO {name}"));
        } else {
            env.sql(&format!("CREATE ROLE {name} LOGIN"));
            env.sql("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        }
        let scheme = if mysql { "mysql" } else { "postgres" };
        let url = format!("{scheme}://{name}@{}/{database}", env.database().address());
        let grant = if mysql { "GRANT ALTER, CREATE, " } else { "GRANT CREATE ON SCHEMA \"public\" TO" };
        breaks(env, &url, 10, "privileges", "may not", grant);
        env.sql(&format!("DROP {} {name}", if mysql { "USER" } else { "ROLE" }));
    }
}

#[test]
fn a_half_applied_revision_on_mysql_is_7() {
    let Some(env) = TestEnvironment::mysql() else {
        return;
    };
    env.up_down(
        "001_a",
        "CREATE TABLE a (id int);\nCREATE TABLE a (id int);",
        "DROP TABLE a;",
    );
    env.piton(["upgrade"]).ends(7);
    breaks(
        &env,
        env.url(),
        7,
        "revisions",
        "half applied",
        "piton repair",
    );
}

#[test]
fn a_history_that_was_altered_on_a_postgres_server_is_6() {
    let Some(env) = TestEnvironment::postgres() else {
        return;
    };
    env.table_revision(1, "a");
    env.piton(["upgrade"]).ok();
    env.sql("DELETE FROM seaql_migrations");
    breaks(
        &env,
        env.url(),
        6,
        "revisions",
        "not what it should be",
        "piton stamp",
    );
    env.sql("DROP TABLE seaql_migrations");
    breaks(
        &env,
        env.url(),
        6,
        "revisions",
        "not what it should be",
        "piton stamp",
    );
}

#[test]
fn a_standby_a_read_only_and_a_full_postgres_break_at_privileges() {
    let env = TestEnvironment::new();
    let Some(disk) = SmallDisk::new("doctor, disk full", 96) else {
        return;
    };
    let Some(server) = Postgres::start_in(
        "doctor",
        &[
            "wal_level=replica",
            "max_wal_size=32MB",
            "min_wal_size=32MB",
            "max_connections=5",
            "superuser_reserved_connections=0",
        ],
        disk.path(),
    ) else {
        return;
    };
    let url = server.url("postgres");
    let standby = server.standby();
    breaks(
        &env,
        &standby.url("postgres"),
        10,
        "privileges",
        "is a standby",
        "the primary",
    );
    drop(standby);
    server.sql("CREATE DATABASE reads");
    server.sql("ALTER DATABASE reads SET default_transaction_read_only = on");
    breaks(
        &env,
        &server.url("reads"),
        10,
        "privileges",
        "read-only",
        "the primary",
    );
    let clients: Vec<_> = (0..5).map(|_| server.client()).collect();
    breaks(
        &env,
        &url,
        5,
        "login",
        "too many clients",
        "max_connections",
    );
    drop(clients);
    disk.fill(0);
    let guarded = [
        "doctor",
        "--json",
        "--environment",
        "production",
        "--url",
        &url,
    ];
    // Whether a row can be written is not tried where nobody asked for it.
    env.piton(guarded).ok();
    let output = env.piton([&guarded[..], &["--prove"]].concat()).ends(10);
    assert_eq!(broken(&output).rung, "privileges");
    breaks(&env, &url, 10, "privileges", "No space left", "df -h");
}

#[test]
fn a_mariadb_that_is_too_old_is_told_which_is_old_enough() {
    // A server that says so, as its own option lets it.
    let Some(server) = Mariadb::start("too old", &["version=10.5.29-MariaDB"]) else {
        return;
    };
    let env = TestEnvironment::new();
    server.sql("CREATE DATABASE app");
    breaks(
        &env,
        &server.url("app"),
        3,
        "version",
        "10.5.29-MariaDB is too old",
        "10.6 or newer",
    );
}

#[test]
fn a_wrong_configuration_is_the_first_rung_and_shows_no_password() {
    let env = TestEnvironment::new();
    let output = env
        .piton([
            "doctor",
            "--json",
            "--url",
            "postgres://ada:hunter2@h:port/db",
        ])
        .ends(3)
        .hides(["hunter2"]);
    assert_eq!(broken(&output).rung, "URL");
    env.piton(["doctor", "-vv", "--url", "postgres://ada:hunter2@h:port/db"])
        .ends(3)
        .hides(["hunter2"])
        .says(["✗ URL"]);
    env.write("piton.toml", "[database]\nurll = \"json:data\"\n");
    let output = env.piton(["doctor", "--json"]).ends(3);
    let found = broken(&output);
    assert_eq!(found.rung, "settings");
    assert!(
        found.message.contains("nearest known one"),
        "{}",
        found.message
    );
    assert_eq!(output.document()["ladders"].as_array().unwrap().len(), 1);
    for (text, says) in [
        (
            "[monitor]\n\nlatenzy_ms = 3\n",
            "piton.toml:3: unknown key `monitor.latenzy_ms`",
        ),
        (
            "[prune]\npause_ms = \"x\"\n",
            "piton.toml:2: `prune.pause_ms` should be",
        ),
    ] {
        env.write("piton.toml", text);
        let found = broken(&env.piton(["doctor", "--json"]).ends(3));
        assert_eq!(found.rung, "settings");
        assert!(found.message.contains(says), "{}", found.message);
    }
}

#[test]
fn a_mariadb_whose_disk_is_full_breaks_at_what_needs_room() {
    let Some(disk) = SmallDisk::new("doctor, full disk of MariaDB", 260) else {
        return;
    };
    let tmp = disk.path().join("tmp");
    std::fs::create_dir(&tmp).unwrap();
    Unprivileged::new().own(&tmp);
    let settings = [format!("tmpdir={}", tmp.display())];
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let Some(server) = Mariadb::start_in("doctor, full disk of MariaDB", &settings, disk.path())
    else {
        return;
    };
    server.sql("CREATE DATABASE app");
    let filler = disk.fill(0);
    let env = TestEnvironment::new();
    let output = env
        .piton(["doctor", "--json", "--url", &server.url("app")])
        .ends(10);
    // The first that needs room: a temporary table of ours, or one of the server's own for its answer.
    let found = broken(&output);
    assert!(["privileges", "lock"].contains(&found.rung.as_str()));
    assert!(found.message.contains("full"), "{}", found.message);
    assert!(found.next.contains("df -h"), "{}", found.next);
    std::fs::remove_file(filler).unwrap();
    env.piton(["doctor", "--url", &server.url("app")]).ok();
}

#[test]
fn a_postgres_that_starts_up_or_shuts_down_is_told_as_such() {
    let Some(mut server) = Postgres::start("doctor, starting up", &[]) else {
        return;
    };
    let env = TestEnvironment::new();
    let url = server.url("postgres");
    let client = server.client();
    server.close_doors();
    wait_until("it takes nobody", || {
        crate::support::Connection::try_postgres(&url).is_err()
    });
    breaks(&env, &url, 4, "login", "shutting down", "--wait 30s");
    env.piton(["doctor", "--quick", "--url", &url])
        .ends(4)
        .says(["shutting down"]);
    drop(client);
    server.stop();
    // It waits for an archive that takes its time.
    let data = server.data().to_owned();
    std::fs::write(data.join("recovery.signal"), "").unwrap();
    Unprivileged::new().own(&data.join("recovery.signal"));
    std::fs::write(
        data.join("postgresql.auto.conf"),
        "restore_command = 'sleep 4; false'\n",
    )
    .unwrap();
    server.begin_to_start();
    breaks(&env, &url, 4, "login", "starting up", "--wait 30s");
    env.piton(["doctor", "--quick", "--wait", "60s", "--url", &url])
        .ok();
    wait_until("it has recovered", || {
        server.sql("SELECT pg_is_in_recovery()")[0][0] == "f"
    });
    env.piton(["doctor", "--url", &url]).ok();
}

on! {
    [json, sqlite]
    fn files_that_are_damaged_break_at_their_content(env) {
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        let file = match env.backend() {
            Backend::Json => env.database().path().join("seaql_migrations.json"),
            _ => env.database().path().to_owned(),
        };
        let mut bytes = std::fs::read(&file).unwrap();
        bytes.truncate(bytes.len() / 2);
        std::fs::write(&file, &bytes).unwrap();
        let says = if env.backend() == Backend::Json { "seaql_migrations.json" } else { "" };
        breaks(env, env.url(), 8, "content", says, "backup");
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
    }

    [json, sqlite]
    fn files_that_may_not_be_written_or_have_no_room_are_9(env) {
        let Some(disk) = SmallDisk::new("doctor, files", 4) else {
            return;
        };
        let place = disk.path().join("here");
        let url = match env.backend() {
            Backend::Json => format!("json:{}", place.display()),
            _ => format!("sqlite:///{}", place.display()),
        };
        env.table_revision(1, "a");
        env.piton(["upgrade", "--url", &url]).ok();
        let filler = disk.fill(0);
        breaks(env, &url, 9, "space", "is full", "df -h");
        std::fs::remove_file(filler).unwrap();
        let user = Unprivileged::new();
        let mut command = user.command(std::path::Path::new(env!("CARGO_BIN_EXE_piton")));
        command
            .args(["doctor", "--json", "--url", &url])
            .env_clear()
            .current_dir("/")
            .stdin(std::process::Stdio::null());
        let output = broken(&env.output_of(command).ends(9));
        assert_eq!(output.rung, "permission");
        assert!(output.next.contains("ls -ld"), "{}", output.next);
    }
}
