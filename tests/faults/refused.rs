//! Rows 34, 35 and 36: a server that takes no writes, has no connection to spare, or has no room left.

use std::time::{Duration, Instant};

use crate::harness::{Mariadb, Postgres, SmallDisk};
use crate::on;
use crate::support::{Backend, Connection, Output, TestEnvironment, fault, unique_name};

fn at(env: &TestEnvironment, url: &str, args: &[&str]) -> Output {
    let mut command = env.command(args.iter().copied());
    command.env("DATABASE_URL", url);
    env.output_of(command)
}

#[test]
fn a_standby_of_postgres_is_read_and_refuses_a_run_before_its_first_step() {
    let Some(primary) = Postgres::start("standby", &["wal_level=replica"]) else {
        return;
    };
    let _case = fault::case(34, "postgresql");
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    at(&env, &primary.url("postgres"), &["upgrade"]).ok();
    let standby = primary.standby();
    env.table_revision(2, "b");
    let url = standby.url("postgres");
    at(&env, &url, &["upgrade"])
        .ends(10)
        .says(["the server is a standby", "connect to the primary"]);
    at(&env, &url, &["downgrade"])
        .ends(10)
        .says(["the server is a standby"]);
    at(&env, &url, &["current"]).ok().says(["001_a"]);
    at(&env, &url, &["history"]).ok();
    at(&env, &url, &["check", "--only", "history"]).ok();
    at(&env, &url, &["upgrade", "--dry-run"])
        .ok()
        .says(["002_b"]);
    assert_eq!(
        primary.sql("SELECT count(*) FROM pg_class WHERE relname = 'b'"),
        [["0"]]
    );
}

#[test]
fn a_postgres_that_reads_only_refuses_a_run_before_its_first_step() {
    let Some(env) = TestEnvironment::postgres() else {
        return;
    };
    let _case = fault::case(34, "postgresql");
    env.table_revision(1, "a");
    env.sql(&format!(
        "ALTER DATABASE {} SET default_transaction_read_only = on",
        env.database().name()
    ));
    env.piton(["upgrade"])
        .ends(10)
        .says(["read-only (default_transaction_read_only is on)", "next: "]);
    env.piton(["current"]).ok();
    env.piton(["upgrade", "--dry-run"]).ok();
    assert!(!env.schema().iter().any(|line| line.contains("seaql")));
}

#[test]
fn a_mariadb_that_reads_only_refuses_a_run_before_its_first_step() {
    let Some(server) = Mariadb::start("read-only", &["read-only=1"]) else {
        return;
    };
    let _case = fault::case(34, "mysql");
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    // Root may write all the same; who has all of one database may not.
    server.sql("CREATE DATABASE app");
    server.sql("CREATE USER ada");
    server.sql("GRANT ALL PRIVILEGES ON app.* TO ada");
    let url = server.url("app").replace("root@", "ada@");
    at(&env, &url, &["upgrade"]).ends(10).says([
        "the server is read-only (read_only is on)",
        "connect to the primary",
    ]);
    at(&env, &url, &["current"]).ok();
    at(&env, &url, &["upgrade", "--dry-run"])
        .ok()
        .says(["001_a"]);
    assert_eq!(
        server.sql("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'app'"),
        [["0"]]
    );
    at(&env, &server.url("app"), &["upgrade"]).ok();
}

/// A user of one's own, gone with this value.
struct User<'a> {
    env: &'a TestEnvironment,
    name: String,
}

impl<'a> User<'a> {
    fn new(env: &'a TestEnvironment) -> User<'a> {
        let name = unique_name();
        match env.backend() {
            Backend::Postgres => env.sql(&format!("CREATE ROLE {name} LOGIN")),
            _ => env.sql(&format!("CREATE USER {name}")),
        };
        User { env, name }
    }

    fn url(&self) -> String {
        let database = self.env.database();
        let scheme = if self.env.backend() == Backend::Postgres {
            "postgres"
        } else {
            "mysql"
        };
        format!(
            "{scheme}://{}@{}/{}",
            self.name,
            database.address(),
            database.name()
        )
    }

    /// Runs the statement that `piton` has advised, as the administrator.
    #[track_caller]
    fn takes_advice(&self, output: &Output) {
        let advice = output
            .stderr
            .lines()
            .find_map(|line| line.split_once("superuser runs: "))
            .unwrap_or_else(|| panic!("no advice in {}", output.stderr))
            .1
            .replace("$DATABASE", self.env.database().name());
        for word in ["GRANT", "ALTER"] {
            if advice.starts_with(word) {
                self.env.sql(&advice);
                return;
            }
        }
        panic!("{advice} gives nothing");
    }
}

impl Drop for User<'_> {
    fn drop(&mut self) {
        let name = &self.name;
        let mut client = self.env.database().connect();
        if self.env.backend() == Backend::Postgres {
            drop(client.try_query(&format!("REASSIGN OWNED BY {name} TO CURRENT_USER")));
            drop(client.try_query(&format!("DROP OWNED BY {name}")));
            drop(client.try_query(&format!("DROP ROLE {name}")));
        } else {
            drop(client.try_query(&format!("DROP USER {name}")));
        }
    }
}

on! {
    [postgres, mysql]
    fn the_grant_that_is_advised_helps_whatever_is_missing(env) {
        let user = User::new(env);
        env.revision("001_a", "-- migrate:up\nCREATE TABLE a (id integer PRIMARY KEY);\nCREATE INDEX i ON a (id);\nALTER TABLE a ADD COLUMN b integer;\n-- migrate:down\nDROP TABLE a;\n");
        let mysql = env.backend() == Backend::Mysql;
        if mysql {
            env.sql(&format!("GRANT SELECT, INSERT, DELETE ON {}.* TO {}", env.database().name(), user.name));
        }
        let refused = {
            let _case = fault::case(34, env.backend());
            at(env, &user.url(), &["upgrade"]).ends(10).says(["runs: GRANT"])
        };
        if mysql {
            // All of them at once, before anything ran that would stay.
            refused.clone().says(["ALTER, CREATE, INDEX in "]);
        }
        assert_eq!(env.schema(), [""; 0], "nothing was made");
        user.takes_advice(&refused);
        at(env, &user.url(), &["upgrade"]).ok().says(["applied 001_a"]);
        assert_eq!(env.tables(), ["a"]);
    }

    [postgres, mysql]
    fn who_may_not_read_the_history_is_told_the_grant_and_it_helps(env) {
        let _case = fault::case(34, env.backend());
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        let user = User::new(env);
        if env.backend() == Backend::Mysql {
            env.sql(&format!("GRANT SELECT ON {}.a TO {}", env.database().name(), user.name));
        }
        for _ in 0..4 {
            let output = at(env, &user.url(), &["current"]);
            if output.code == 0 {
                output.says(["001_a"]);
                return;
            }
            let output = output.ends(10).says(["superuser runs: GRANT SELECT ON "]);
            user.takes_advice(&output);
        }
        panic!("no grant helps");
    }

    [postgres]
    fn what_belongs_to_another_is_10_and_the_statement_helps(env) {
        let _case = fault::case(34, env.backend());
        let user = User::new(env);
        env.sql(&format!("CREATE TABLE other (id integer PRIMARY KEY); GRANT CREATE ON SCHEMA public TO {}", user.name));
        env.up_down("001_a", "ALTER TABLE other ADD COLUMN b integer;", "ALTER TABLE other DROP COLUMN b;");
        let run = || at(env, &user.url(), &["upgrade", "--allow-non-empty"]);
        let output = run().ends(10).says(["must be owner of table other", "nothing of 001_a stands", "ALTER TABLE \"other\" OWNER TO"]);
        user.takes_advice(&output);
        run().ok();

        env.sql("CREATE TABLE parent (id integer PRIMARY KEY)");
        env.up_down("002_b", "CREATE TABLE child (id integer REFERENCES parent);", "DROP TABLE child;");
        let output = run().ends(10).says(["permission denied for table parent", "GRANT REFERENCES ON \"parent\""]);
        user.takes_advice(&output);
        run().ok();
    }

    [mysql]
    fn a_privilege_that_only_the_server_finds_missing_is_named_with_its_grant(env) {
        let _case = fault::case(34, env.backend());
        let (user, name) = (User::new(env), env.database().name());
        // Granted on another table: left for the server to judge.
        env.sql("CREATE TABLE mine (id integer PRIMARY KEY); CREATE TABLE other (id integer PRIMARY KEY)");
        env.sql(&format!("GRANT SELECT, INSERT, CREATE ON {name}.* TO {}", user.name));
        env.sql(&format!("GRANT ALTER ON {name}.mine TO {}", user.name));
        env.up_down("001_a", "CREATE TABLE first (id integer PRIMARY KEY);\nALTER TABLE other ADD COLUMN b integer;", "SELECT 1;");
        let output = at(env, &user.url(), &["upgrade", "--allow-non-empty"]).ends(7);
        let output = output.says(["ALTER command denied", "GRANT ALTER ON `$DATABASE`.`other` TO"]);
        user.takes_advice(&output);
        at(env, &user.url(), &["repair", "--resume", "--yes"]).ok();
        assert_eq!(env.applied(), ["001_a"]);
    }
}

#[test]
fn a_postgres_without_a_free_connection_is_asked_again_and_then_5() {
    let Some(server) = Postgres::start(
        "too many connections",
        &[
            "max_connections=6",
            "superuser_reserved_connections=0",
            "max_wal_senders=0",
        ],
    ) else {
        return;
    };
    server.sql("CREATE ROLE ada LOGIN CONNECTION LIMIT 2");
    server.sql("CREATE DATABASE ada OWNER ada");
    let connect = || Connection::try_postgres(&server.url("postgres"));
    let url = server.url("postgres");
    let one = server.url("ada").replace("postgres@", "ada@");
    exhausted(
        "postgresql",
        &url,
        connect,
        &["too many clients", "pg_stat_activity"],
    );
    let mut busy: Vec<Connection> = (0..2).map(|_| Connection::postgres(&one)).collect();
    let env = TestEnvironment::new();
    at(&env, &one, &["current"]).ends(5).says([
        "too many connections for role",
        "the limit is that of ada alone",
    ]);
    busy.pop();
    // One is free, and a run needs a second for a moment.
    env.table_revision(1, "a");
    at(&env, &one, &["upgrade"])
        .ends(5)
        .says(["too many connections for role"]);
    drop(busy);
    at(&env, &one, &["upgrade"]).ok();
}

#[test]
fn a_mariadb_without_a_free_connection_is_asked_again_and_then_5() {
    let Some(server) = Mariadb::start("too many connections", &["max-connections=10"]) else {
        return;
    };
    server.sql("CREATE DATABASE app");
    server.sql("CREATE USER ada WITH MAX_USER_CONNECTIONS 1");
    server.sql("GRANT ALL PRIVILEGES ON app.* TO ada");
    // One more than the limit is kept for administrators, which root is.
    server.sql("CREATE USER plain");
    server.sql("GRANT ALL PRIVILEGES ON app.* TO plain");
    let url = server.url("app").replace("root@", "plain@");
    exhausted(
        "mysql",
        &url,
        || Connection::try_mysql(&url),
        &["Too many connections", "SHOW PROCESSLIST"],
    );
    let one = server.url("app").replace("root@", "ada@");
    let busy = Connection::mysql(&one);
    let env = TestEnvironment::new();
    at(&env, &one, &["current"])
        .ends(5)
        .says(["max_user_connections", "the limit is that of ada alone"]);
    drop(busy);
    at(&env, &one, &["current"]).ok();
    // A run writes its journal on a second connection; nothing has run when there is none.
    env.table_revision(1, "a");
    env.table_revision(2, "b");
    at(&env, &one, &["upgrade"])
        .ends(5)
        .says(["max_user_connections"]);
    let tables = server.sql("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'app' AND table_name = 'b'");
    assert_eq!(tables, [["0"]]);
    server.sql("ALTER USER ada WITH MAX_USER_CONNECTIONS 5");
    at(&env, &one, &["upgrade"]).ok().says(["applied 002_b"]);
}

fn exhausted(
    backend: &str,
    url: &str,
    connect: impl Fn() -> Result<Connection, String>,
    says: &[&str; 2],
) {
    let _case = fault::case(35, backend);
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    let mut held = Vec::new();
    while let Ok(connection) = connect() {
        held.push(connection);
        assert!(held.len() < 50, "the server takes them all");
    }
    let started = Instant::now();
    at(&env, url, &["upgrade"])
        .ends(5)
        .says(*says)
        .says(["login: broken", "try again"]);
    let took = started.elapsed();
    assert!(
        took >= Duration::from_secs(2),
        "it was not asked again: {took:?}"
    );
    assert!(took < Duration::from_secs(10), "{took:?}");

    // Freed while it asks again.
    let mut command = env.command(["upgrade"]);
    command.env("DATABASE_URL", url);
    let waiting = env.started(command);
    std::thread::sleep(Duration::from_millis(800));
    held.clear();
    waiting.output().ok().says(["applied 001_a"]);
}

const FILLING: &str = "-- migrate:up\nCREATE TABLE small (id integer);\nCREATE TABLE big (id integer, text varchar(2000));\n\
     INSERT INTO big SELECT n, repeat('x', 1900) FROM numbers;\n-- migrate:down\nDROP TABLE big;\n";

#[test]
fn a_postgres_whose_disk_is_full_has_rolled_back() {
    let Some(disk) = SmallDisk::new("full disk of PostgreSQL", 120) else {
        return;
    };
    let Some(mut server) = Postgres::start_in(
        "full disk of PostgreSQL",
        &[
            "max_wal_size=32MB",
            "min_wal_size=32MB",
            "wal_level=minimal",
            "max_wal_senders=0",
        ],
        disk.path(),
    ) else {
        return;
    };
    let _case = fault::case(36, "postgresql");
    // The rows go to the small disk and the log to another, or the server itself would end first.
    server.stop();
    let log = crate::harness::Unprivileged::new().directory();
    let moved = log.path().join("pg_wal");
    let from = server.data().join("pg_wal");
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .arg(&from)
        .arg(&moved)
        .status()
        .unwrap();
    assert!(copied.success());
    std::fs::remove_dir_all(&from).unwrap();
    std::os::unix::fs::symlink(&moved, &from).unwrap();
    server.go_on();
    server.sql("CREATE DATABASE app");
    let url = server.url("app");
    Connection::postgres(&url)
        .query("CREATE TABLE numbers AS SELECT generate_series(1, 20000) AS n");
    let env = TestEnvironment::new();
    env.revision("001_full", FILLING);
    let filler = disk.fill(20_000);
    at(&env, &url, &["upgrade", "--allow-non-empty"])
        .ends(10)
        .says(["53100", "nothing of 001_full stands"]);
    let mut client = Connection::postgres(&url);
    assert_eq!(
        client.value("SELECT count(*) FROM pg_class WHERE relname IN ('small', 'big')"),
        "0"
    );
    std::fs::remove_file(filler).unwrap();
    at(&env, &url, &["upgrade", "--allow-non-empty"]).ok();
    assert_eq!(client.value("SELECT count(*) FROM big"), "20000");
}

#[test]
fn a_mariadb_whose_disk_is_full_leaves_a_revision_half_applied_and_says_so() {
    let Some(disk) = SmallDisk::new("full disk of MariaDB", 260) else {
        return;
    };
    let Some(server) = Mariadb::start_in(
        "full disk of MariaDB",
        &["innodb-file-per-table=1"],
        disk.path(),
    ) else {
        return;
    };
    let _case = fault::case(36, "mysql");
    server.sql("CREATE DATABASE app");
    let url = server.url("app");
    Connection::mysql(&url).query("CREATE TABLE numbers AS SELECT seq AS n FROM seq_1_to_20000");
    let env = TestEnvironment::new();
    env.revision("001_full", FILLING);
    let filler = disk.fill(20_000);
    let output = at(&env, &url, &["upgrade", "--allow-non-empty"]);
    output.ends(7).says(["statement 3 of 3", "piton repair"]);
    let mut client = Connection::mysql(&url);
    let made = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'app' AND table_name IN ('small', 'big')";
    assert_eq!(client.value(made), "2");
    assert_eq!(client.value("SELECT count(*) FROM big"), "0");
    std::fs::remove_file(filler).unwrap();
    at(&env, &url, &["repair"])
        .ends(7)
        .says(["failed", "INSERT INTO big"]);
    at(&env, &url, &["repair", "--resume", "--yes"]).ok();
    assert_eq!(client.value("SELECT count(*) FROM big"), "20000");
}
