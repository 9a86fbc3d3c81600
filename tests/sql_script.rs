//! `--sql`: a script for the database's own client, made with no database at all.

#![cfg(feature = "app")]

mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};

use support::{Backend, TestEnvironment};

const HEAD: &str = "20250616140000_add_composite_indexes";

fn dialect(env: &TestEnvironment) -> &'static str {
    match env.backend() {
        Backend::Postgres => "postgres",
        // Scripts for MySQL are for MariaDB too.
        Backend::Mysql => "mysql",
        Backend::Json | Backend::Sqlite => "sqlite",
    }
}

/// What `piton ARGS --sql` prints where there is no database to be found.
#[track_caller]
fn script(env: &TestEnvironment, args: &[&str]) -> String {
    let mut all = args.to_vec();
    all.extend(["--sql", "--dialect", dialect(env)]);
    let mut command = env.command(all);
    command.env_remove("DATABASE_URL");
    let output = env.output_of(command).ok();
    assert_eq!(output.stderr, "", "a script and nothing else");
    output.raw().to_owned()
}

/// Feeds a script to the client that the database's own people use.
fn feed(env: &TestEnvironment, script: &str) {
    let url = env.url();
    let mut client = match env.backend() {
        Backend::Postgres => {
            let mut psql = Command::new("psql");
            psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url]);
            psql
        }
        Backend::Mysql => {
            let authority = url.strip_prefix("mysql://").expect("a URL of MySQL");
            let (authority, name) = authority.split_once('/').expect("a database");
            let (user, address) = authority.split_once('@').unwrap_or(("root", authority));
            let (user, password) = user.split_once(':').unwrap_or((user, ""));
            let (host, port) = address.split_once(':').unwrap_or((address, "3306"));
            let program = ["mariadb", "mysql"].into_iter().find(is_installed);
            let mut mysql = Command::new(program.expect("MySQL's own client is installed"));
            mysql.args(["--protocol=tcp", "-h", host, "-P", port, "-u", user, name]);
            mysql
                .args(["--default-character-set=utf8mb4"])
                .env("MYSQL_PWD", password);
            mysql
        }
        Backend::Sqlite if is_installed(&"sqlite3") => {
            let mut sqlite = Command::new("sqlite3");
            sqlite.arg(env.database().path());
            sqlite
        }
        Backend::Sqlite => {
            env.sql(&without_dot_commands(script));
            return;
        }
        Backend::Json => panic!("the JSON store has no client"),
    };
    let mut child = client
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the database's own client is installed");
    let mut stdin = child.stdin.take().expect("piped");
    // A client that stops at an error closes the pipe; what it says is asserted below.
    drop(stdin.write_all(script.as_bytes()));
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\nin\n{script}");
}

fn is_installed(program: &&str) -> bool {
    let found = Command::new(program).arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

/// What the sqlite3 program would keep to itself.
fn without_dot_commands(script: &str) -> String {
    let lines: Vec<&str> = script
        .lines()
        .filter(|line| !line.starts_with('.'))
        .collect();
    lines.join("\n")
}

/// Another database of the same kind that `piton upgrade` brought to head.
fn upgraded(env: &TestEnvironment) -> TestEnvironment {
    let other = match env.backend() {
        Backend::Postgres => TestEnvironment::postgres(),
        Backend::Mysql => TestEnvironment::mysql(),
        Backend::Sqlite => TestEnvironment::sqlite(),
        Backend::Json => TestEnvironment::json(),
    };
    let other = other.expect("there is one already");
    other.piton(["upgrade"]).ok();
    other
}

on! {
    [sqlite, postgres, mysql]
    fn a_script_brings_a_database_to_where_upgrade_would(env) {
        feed(env, &script(env, &["upgrade"]));
        env.piton(["upgrade"]).ok().says(["nothing to do: at 20250616140000"]);
        env.piton(["current"]).ok().says(["(head)"]).hides(["warning"]);
        env.piton(["history"]).ok().says(["6 revisions, 6 applied"]).hides(["warning"]);
        assert_eq!(env.schema(), upgraded(env).schema());
        env.piton(["create_tables"]).ok().says(["nothing to do"]);
    }

    [sqlite, postgres, mysql]
    fn a_script_records_checksums(env) {
        env.table_revision(1, "a");
        feed(env, &script(env, &["upgrade"]));
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY, more integer);", "DROP TABLE a;");
        env.piton(["upgrade"]).ends(6).says(["edited: 001_a"]);
    }

    [sqlite, postgres, mysql]
    fn a_script_leads_down_again(env) {
        env.piton(["upgrade"]).ok();
        feed(env, &script(env, &["downgrade", "-r", "-1"]));
        env.piton(["current"]).ok().says(["m20250210_091500", "(1 revision pending)"]).hides(["warning"]);
        feed(env, &script(env, &["downgrade", "-r", "base", "--from", "m20250210"]));
        assert_eq!(env.tables(), [""; 0]);
        env.piton(["current"]).ok().says(["base (6 revisions pending)"]).hides(["warning"]);
        env.piton(["upgrade"]).ok();
        assert_eq!(env.schema(), upgraded(env).schema());
    }

    [sqlite, postgres, mysql]
    fn a_script_starts_where_it_is_told(env) {
        env.piton(["upgrade", "-r", "+2"]).ok();
        feed(env, &script(env, &["upgrade", "--from", "m20240318", "-r", "+1"]));
        env.piton(["current"]).ok().says(["m20240902_070000"]).hides(["warning"]);
        feed(env, &script(env, &["upgrade", "--from", "m20240902"]));
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
        assert_eq!(env.schema(), upgraded(env).schema());
    }

    [postgres]
    fn a_script_has_bodies_copied_rows_and_what_wants_no_transaction(env) {
        env.revision("001_a", "\
-- migrate:up
CREATE TABLE a (id integer, name text);
CREATE FUNCTION one() RETURNS integer AS $$ BEGIN RETURN 1; END; $$ LANGUAGE plpgsql;
COPY a (id, name) FROM stdin;
1\t学生; it's
2\t\\N
\\.
");
        env.revision("002_b", "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_name ON a (name);\n");
        feed(env, &script(env, &["upgrade"]));
        assert_eq!(env.sql("SELECT name, one() FROM a ORDER BY id"), [["学生; it's", "1"], ["NULL", "1"]]);
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
    }

    [mysql]
    fn a_script_has_bodies_of_triggers(env) {
        env.revision("001_a", "\
-- migrate:up
CREATE TABLE a (id integer PRIMARY KEY, name text);
CREATE TRIGGER a_touch BEFORE INSERT ON a FOR EACH ROW
BEGIN
  SET NEW.name = CONCAT(NEW.name, '; ');
  SET NEW.name = CONCAT(NEW.name, '学生');
END;
INSERT INTO a VALUES (1, 'x');
");
        feed(env, &script(env, &["upgrade"]));
        assert_eq!(env.value("SELECT name FROM a"), "x; 学生");
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
    }

    [sqlite]
    fn a_script_has_bodies_of_triggers_for_sqlite(env) {
        env.revision("001_a", "\
-- migrate:up
CREATE TABLE a (id integer PRIMARY KEY, name text);
CREATE TRIGGER a_touch AFTER INSERT ON a
BEGIN
  UPDATE a SET name = name || '; ';
  UPDATE a SET name = name || '学生';
END;
INSERT INTO a VALUES (1, 'x');
");
        feed(env, &script(env, &["upgrade"]));
        assert_eq!(env.value("SELECT name FROM a"), "x; 学生");
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
    }

    [sqlite]
    fn a_script_s_rebuilt_parent_keeps_its_children(env) {
        env.revision("001_a", "\
-- migrate:up
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a (id) ON DELETE CASCADE);
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (1, 1);
");
        env.revision("002_rebuild", "\
-- migrate:up
CREATE TABLE new_a (id integer PRIMARY KEY, name text);
INSERT INTO new_a (id) SELECT id FROM a;
DROP TABLE a;
ALTER TABLE new_a RENAME TO a;
");
        let text = script(env, &["upgrade"]);
        let mut other = support::Connection::sqlite(&env.path("other.db"));
        // As with a client that was built to have them on.
        other.query("PRAGMA foreign_keys = ON");
        other.query(&without_dot_commands(&text));
        assert_eq!(other.value("SELECT count(*) FROM b"), "1");
    }
}

#[test]
fn a_script_for_each_database_needs_none() {
    let env = TestEnvironment::new();
    for (dialect, quoted) in [
        ("postgres", "\"seaql_migrations\""),
        ("postgresql", "\"seaql_migrations\""),
        ("mysql", "`seaql_migrations`"),
        ("mariadb", "`seaql_migrations`"),
        ("sqlite", "\"seaql_migrations\""),
    ] {
        let output = env.piton(["upgrade", "--sql", "--dialect", dialect]).ok();
        output.says([quoted, HEAD, "COMMIT;"]);
    }
    assert_eq!(env.tables(), [""; 0]);
    assert!(!env.path("data").exists());
}

#[test]
fn a_script_is_for_the_configured_database_where_none_is_named() {
    let env = TestEnvironment::new();
    let url = "mysql://127.0.0.1:1/nowhere";
    env.piton(["upgrade", "--sql", "--url", url])
        .ok()
        .says(["`seaql_migrations`"]);
}

#[test]
fn a_script_starts_from_a_revision_and_not_from_a_distance() {
    let env = TestEnvironment::new();
    env.piton(["upgrade", "--sql", "--from", "+2"])
        .ends(2)
        .says(["--from +2"]);
    env.piton(["upgrade", "--sql", "--from", "m2024"]).ends(2);
    env.piton(["upgrade", "--sql", "--from", "head"])
        .ok()
        .hides(["CREATE TABLE \"students\""]);
}
