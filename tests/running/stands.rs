//! What is said to stand of a revision that did not end is what the database holds.

use std::time::Duration;

use crate::on;
use crate::support::{Backend, Running, TestEnvironment, fault, wait_until};

/// A revision without a transaction whose second statement sleeps, while the connection for the journal is idle.
fn sleeping(env: &TestEnvironment) -> Running {
    let sleep = match env.backend() {
        Backend::Postgres => "SELECT pg_sleep(2);",
        _ => "DO SLEEP(2);",
    };
    env.table_revision(1, "a");
    env.revision("002_b", format!("-- migrate:up transaction:false\nCREATE TABLE b (id integer);\n{sleep}\nCREATE TABLE b2 (id integer);\n"));
    env.start(["upgrade"])
}

on! {
    [mysql]
    fn a_first_statement_that_mysql_does_by_halves_is_told_as_half_applied(env) {
        for (setting, statement) in [
            ("", "DROP TABLE a, missing;"),
            ("", "CREATE OR REPLACE TABLE a (id integer PRIMARY KEY) AS SELECT 1 AS id UNION ALL SELECT 1;"),
            ("CREATE PROCEDURE p() BEGIN DROP TABLE a; SELECT nonsense; END;", "CALL p();"),
            ("DROP TABLE a;\nCREATE TABLE a (id integer PRIMARY KEY) ENGINE = MyISAM;", "INSERT INTO a VALUES (1), (2), (1);"),
            ("", "START TRANSACTION;\nDROP TABLE a;\nSELECT nonsense;\nCOMMIT;"),
            ("", "START TRANSACTION;\nINSERT INTO a VALUES (1);\nALTER TABLE a DROP COLUMN nonsense;\nCOMMIT;"),
            ("", "LOCK TABLES a WRITE;\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (1);\nUNLOCK TABLES;"),
        ] {
            env.up_down("001_a", &format!("CREATE TABLE a (id integer PRIMARY KEY);\n{setting}"), "");
            env.up_down("002_b", statement, "");
            env.piton(["upgrade", "-r", "001"]).ok();
            let before = (env.schema(), rows(env));
            env.piton(["upgrade"]).ends(7).says(["002_b is half applied", "piton repair"]).hides(["nothing of 002_b stands"]);
            assert_ne!((env.schema(), rows(env)), before, "{statement}");
            env.piton(["upgrade"]).ends(7).says(["half applied: 002_b, statement 1 of 1 failed"]);
            let name = env.database().name();
            env.sql(&format!("DROP DATABASE {name}; CREATE DATABASE {name}"));
        }
    }

    [mysql]
    fn a_first_statement_that_mysql_takes_back_leaves_nothing(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY);\nCREATE TABLE m (id integer) ENGINE = MyISAM;", "");
        env.piton(["upgrade"]).ok();
        for statement in [
            "INSERT INTO a VALUES (1), (2), (1);",
            "DROP TABLE missing;",
            "DROP TABLE a,, m;",
            "CREATE OR REPLACE TABLE a (id integr);",
            "CREATE TABLE b (id integer PRIMARY KEY) AS SELECT 1 AS id UNION ALL SELECT 1;",
            "START TRANSACTION;\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (1);\nCOMMIT;",
            "LOCK TABLES a WRITE, missing READ;\nINSERT INTO a VALUES (1);\nUNLOCK TABLES;",
        ] {
            let before = (env.schema(), rows(env));
            env.up_down("002_b", statement, "");
            env.piton(["upgrade"]).says(["nothing of 002_b stands"]);
            assert_eq!((env.schema(), rows(env)), before, "{statement}");
        }
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok();
    }

    [mysql]
    fn a_table_of_another_database_is_not_taken_for_one_of_its_name(env) {
        let other = format!("{}_other", env.database().name());
        env.sql(&format!("CREATE DATABASE {other}; CREATE TABLE {other}.a (id integer PRIMARY KEY) ENGINE = MyISAM"));
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY);", "");
        env.piton(["upgrade"]).ok();
        env.up_down("002_b", "INSERT INTO a VALUES (1), (1);", "");
        let here = env.piton(["upgrade"]);
        env.up_down("002_b", &format!("INSERT INTO {other}.a VALUES (1), (1);"), "");
        let there = env.piton(["upgrade"]);
        env.sql(&format!("DROP DATABASE {other}"));
        here.ends(10).says(["nothing of 002_b stands"]);
        there.ends(7).says(["002_b is half applied"]);
    }

    [postgres]
    fn a_first_statement_that_commits_by_itself_is_told_as_half_applied(env) {
        env.revision("001_a", "-- migrate:up transaction:false\nDO $$ BEGIN CREATE TABLE a (id integer); COMMIT; SELECT nonsense; END $$;\n");
        env.piton(["upgrade"]).ends(7).says(["001_a is half applied"]);
        assert_eq!(env.tables(), ["a"]);
        env.sql("DROP TABLE a");
        env.piton(["repair", "--mark", "reverted"]).ok();
        env.revision("001_a", "-- migrate:up transaction:false\nBEGIN;\nCREATE TABLE a (id integer);\nSELECT nonsense;\nCOMMIT;\n");
        env.piton(["upgrade"]).ends(1).says(["nothing of 001_a stands"]);
        assert_eq!(env.tables(), [""; 0]);
    }

    [mysql, postgres]
    fn what_is_half_applied_is_not_forgotten_with_its_file(env) {
        let _case = fault::case(17, env.backend());
        env.table_revision(1, "a");
        let text = "-- migrate:up transaction:false\nCREATE TABLE b (id integer);\nSELECT nonsense;\n";
        env.revision("002_b", text);
        env.piton(["upgrade"]).ends(7);
        std::fs::remove_file(env.path("migrations/002_b.sql")).unwrap();
        env.table_revision(3, "c");
        for args in [["upgrade"], ["repair"], ["downgrade"]] {
            env.piton(args).ends(7).says(["half applied: 002_b, statement 2 of 2 failed", "it is in no file", "bring the file of 002_b back"]);
        }
        assert_eq!(env.tables(), ["a", "b"]);
        env.revision("002_b", text.replace("SELECT nonsense", "SELECT 1"));
        env.piton(["repair", "--resume"]).ok();
        env.piton(["upgrade"]).ok().says(["applied 003_c"]);
    }

    [mysql, postgres]
    fn a_connection_for_the_journal_that_is_cut_is_made_again(env) {
        let running = sleeping(env);
        let mut other = env.database().connect();
        let (asleep, idle, end) = match env.backend() {
            Backend::Postgres => (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT pg_sleep%'",
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle' AND query LIKE '%piton_journal%'",
                "SELECT pg_terminate_backend(",
            ),
            _ => (
                "SELECT count(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'DO SLEEP%'",
                "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND COMMAND = 'Sleep'",
                "KILL ",
            ),
        };
        wait_until("it sleeps", || other.value(asleep) == "1");
        let ids = other.query(idle);
        assert!(!ids.is_empty());
        for id in ids {
            let close = if env.backend() == Backend::Postgres { ")" } else { "" };
            other.query(&format!("{end}{}{close}", id[0]));
        }
        running.output().ok();
        assert_eq!(env.tables(), ["a", "b", "b2"]);
        env.piton(["current"]).ok().hides(["warning"]);
    }

    [postgres]
    fn a_server_that_ends_idle_sessions_does_not_end_a_run(env) {
        let name = env.database().name();
        env.sql(&format!("ALTER DATABASE {name} SET idle_session_timeout = '1s'"));
        sleeping(env).output().ok();
        assert_eq!(env.tables(), ["a", "b", "b2"]);
    }

    [sqlite]
    fn a_database_that_is_reached_by_two_names_has_one_lock(env) {
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        std::os::unix::fs::symlink(env.path("test.db"), env.path("other.db")).unwrap();
        env.up_down(
            "002_b",
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 20000000) SELECT max(x) FROM c;\nINSERT INTO a VALUES (1);",
            "",
        );
        let first = env.start(["upgrade"]);
        std::thread::sleep(Duration::from_millis(400));
        env.piton(["upgrade", "--url", "sqlite://other.db"]).ok().says(["waiting for the lock", "nothing left to do"]);
        first.output().ok();
        env.piton(["current"]).ok().hides(["warning"]);
        assert!(!env.path("other.db.piton-lock").exists());
    }
}

fn rows(env: &TestEnvironment) -> String {
    match env.tables().contains(&"a".to_owned()) {
        true => env.value("SELECT count(*) FROM a"),
        false => String::new(),
    }
}
