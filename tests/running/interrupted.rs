//! Runs that are ended from outside: signals, a killed process, a killed connection.

use std::time::{Duration, Instant};

use crate::support::{Backend, fault, wait_until};
use crate::{on, quick_then_slow, wait_until_slow};

on! {
    [json, sqlite, postgres]
    fn an_interrupt_cancels_the_statement_and_rolls_back(env) {
        let _case = fault::case(15, env.backend());
        for (signal, code) in [("INT", 130), ("TERM", 143)] {
            quick_then_slow(env, 60);
            let running = env.start(["upgrade"]);
            wait_until_slow(env, &running);
            let started = Instant::now();
            running.signal(signal);
            running.output().ends(code).says(["stopped by SIG", "nothing of 002_b stands"]);
            assert!(started.elapsed() < Duration::from_secs(10));
            assert_eq!(env.tables(), ["a"]);
            assert_eq!(env.applied(), ["001_a"]);
            if env.backend() == Backend::Postgres {
                let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
                assert_eq!(env.value(locks), "0");
                let busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(60)%' \
                    AND pid <> pg_backend_pid() AND state = 'active'";
                assert_eq!(env.value(busy), "0");
            }
            env.piton(["downgrade"]).ok();
        }
        quick_then_slow(env, 0);
        env.piton(["upgrade"]).ok().says(["2 revisions applied"]);
    }

    [mysql]
    fn an_interrupt_on_mysql_cancels_the_statement_and_says_what_stands(env) {
        let _case = fault::case(15, env.backend());
        quick_then_slow(env, 60);
        let running = env.start(["upgrade"]);
        wait_until_slow(env, &running);
        running.signal("INT");
        running.output().ends(130).says(["stopped by SIGINT", "002_b is half applied: it came to statement 2 of 3"]);
        assert_eq!(env.tables(), ["a", "b"]);
        env.piton(["upgrade"]).ends(7).says(["half applied: 002_b, statement 2 of 3"]);
    }

    [postgres, mysql]
    fn a_second_interrupt_ends_at_once(env) {
        let _case = fault::case(15, env.backend());
        quick_then_slow(env, 60);
        let running = env.start(["upgrade"]);
        wait_until_slow(env, &running);
        running.signal("INT");
        running.signal("INT");
        running.output().ends(130);
    }

    [json, sqlite, postgres, mysql]
    fn an_interrupt_while_it_waits_for_the_lock_is_130(env) {
        let _case = fault::case(15, env.backend());
        quick_then_slow(env, 60);
        let holder = env.start(["upgrade"]);
        wait_until_slow(env, &holder);
        let waiting = env.start(["upgrade"]);
        std::thread::sleep(Duration::from_millis(700));
        waiting.signal("INT");
        let started = Instant::now();
        waiting.output().ends(130);
        assert!(started.elapsed() < Duration::from_secs(5));
        holder.kill();
    }

    [json, sqlite, postgres]
    fn a_run_that_is_killed_leaves_nothing_and_the_next_one_finishes(env) {
        quick_then_slow(env, 3);
        let running = env.start(["upgrade"]);
        wait_until_slow(env, &running);
        running.kill();
        env.piton(["upgrade"]).ok().says(["002_b"]);
        assert_eq!(env.applied(), ["001_a", "002_b"]);
        assert_eq!(env.tables(), ["a", "b", "b2"]);
        env.piton(["current"]).ok().says(["(head)"]).hides(["warning"]);
    }

    [mysql]
    fn a_run_that_is_killed_on_mysql_leaves_a_revision_half_applied(env) {
        quick_then_slow(env, 3);
        let running = env.start(["upgrade"]);
        wait_until_slow(env, &running);
        running.kill();
        env.piton(["upgrade"]).ends(7).says([
            "half applied: 002_b, statement 2 of 3 was begun, and whether it ran is not known",
            "piton repair",
        ]);
        assert_eq!(env.applied(), ["001_a"]);
        assert_eq!(env.tables(), ["a", "b"]);
    }

    [postgres]
    fn a_connection_that_the_server_ends_is_4_and_the_next_run_finishes(env) {
        let _case = fault::case(4, env.backend());
        quick_then_slow(env, 60);
        let running = env.start(["upgrade"]);
        wait_until_slow(env, &running);
        env.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'");
        running.output().ends(4).says(["upgrade of 002_b failed", "nothing of 002_b stands", "1 revision before it stands"]);
        assert_eq!(env.tables(), ["a"]);
        quick_then_slow(env, 0);
        env.piton(["upgrade"]).ok();
        assert_eq!(env.tables(), ["a", "b", "b2"]);
    }

    [mysql]
    fn a_connection_that_mysql_ends_is_4_and_the_revision_half_applied(env) {
        let _case = fault::case(4, env.backend());
        quick_then_slow(env, 60);
        let running = env.start(["upgrade"]);
        wait_until_slow(env, &running);
        let id = env.value("SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'DO SLEEP%'");
        env.sql(&format!("KILL {id}"));
        running.output().ends(4).says(["upgrade of 002_b failed", "half applied"]);
        env.piton(["upgrade"]).ends(7).says(["half applied: 002_b, statement 2 of 3"]);
    }

    [postgres]
    fn a_cancelled_statement_is_no_time_out_of_ours(env) {
        quick_then_slow(env, 60);
        let running = env.start(["upgrade"]);
        wait_until_slow(env, &running);
        env.sql("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT pg_sleep%'");
        running.output().ends(5).says(["canceling statement due to user request", "nothing of 002_b stands"]);
        assert_eq!(env.applied(), ["001_a"]);
    }

    [postgres]
    fn a_small_revision_that_is_broken_off_is_told_as_any_other(env) {
        let _case = fault::case(4, env.backend());
        env.table_revision(1, "a");
        env.up_down(
            "002_b",
            "CREATE TABLE b (id integer);\nCREATE TABLE b2 AS SELECT 1 AS x FROM pg_sleep(60);",
            "DROP TABLE b2;\nDROP TABLE b;",
        );
        for (what, code, said) in [
            ("pg_cancel_backend", 5, "canceling statement due to user request"),
            ("pg_terminate_backend", 4, "terminating connection due to administrator command"),
        ] {
            let running = env.start(["upgrade"]);
            let mut connection = env.database().connect();
            let at_it = "FROM pg_stat_activity WHERE datname = current_database() \
                AND state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%CREATE TABLE b2 AS%'";
            let seen = format!("SELECT count(*) {at_it}");
            wait_until("the slow statement runs", || connection.value(&seen) == "1");
            env.sql(&format!("SELECT {what}(pid) {at_it}"));
            running.output().ends(code).says([said, "nothing of 002_b stands"]);
            assert_eq!(env.applied(), ["001_a"]);
            assert_eq!(env.tables(), ["a"]);
        }
    }

    [postgres]
    fn a_small_revision_s_failure_names_its_statement(env) {
        env.up_down(
            "001_a",
            "CREATE TABLE a (id integer);\nINSERT INTO a VALUES (1), (1);\nCREATE UNIQUE INDEX i ON a (id);\nDROP TABLE a;",
            "SELECT 1;",
        );
        env.piton(["upgrade"]).ends(10).says(["001_a", "statement 3 of 4", "nothing of 001_a stands"]);
        assert_eq!(env.tables(), [""; 0]);
    }

    [json, sqlite, postgres, mysql]
    fn a_closed_pipe_does_not_end_the_run(env) {
        let _case = fault::case(16, env.backend());
        quick_then_slow(env, 1);
        let mut command = env.command(["upgrade"]);
        let mut child = command
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        drop(child.stderr.take());
        assert!(child.wait().unwrap().success());
        wait_until("both are applied", || env.applied() == ["001_a", "002_b"]);
    }

    [mysql]
    fn repair_shows_where_a_killed_run_stopped_and_what_still_runs(env) {
        quick_then_slow(env, 30);
        let running = env.start(["upgrade"]);
        wait_until_slow(env, &running);
        running.kill();
        let output = env.piton(["repair"]).ends(7).says([
            "unknown  DO SLEEP(30)",
            "statement 2 of 3 was begun ",
            "its end was not seen",
            "it still runs: session ",
            "KILL QUERY ",
        ]);
        let shown = format!("{}{}", output.stdout, output.stderr);
        let cancel = &shown[shown.find("KILL QUERY").unwrap()..];
        env.sql(cancel.lines().next().unwrap().trim_end_matches(';'));
        wait_until("it is cancelled", || {
            !env.piton(["repair"]).ends(7).stderr.contains("it still runs")
        });
        env.piton(["repair"]).ends(7).says(["nobody runs it now"]);
        // Who does not see what others run does not know.
        let user = crate::support::unique_name();
        env.sql(&format!("CREATE USER {user}@'127.0.0.1' IDENTIFIED BY 'pw'"));
        env.sql(&format!("GRANT ALL ON {}.* TO {user}@'127.0.0.1'", env.database().name()));
        let place = env.url().rsplit_once('@').map_or(env.url(), |(_, place)| place);
        let mut command = env.command(["repair"]);
        command.env("DATABASE_URL", format!("mysql://{user}:pw@{place}"));
        let unknown = env.output_of(command).ends(7);
        env.sql(&format!("DROP USER {user}@'127.0.0.1'"));
        unknown.says(["whether it still runs is not known"]);
    }

    [mysql]
    fn repair_shows_no_password_of_the_statements(env) {
        let user = crate::support::unique_name();
        env.up_down(
            "001_a",
            &format!("CREATE TABLE a (id int);\nCREATE USER {user} IDENTIFIED BY 'hunter2' FOLLOWED BY nonsense;"),
            "",
        );
        env.piton(["upgrade"]).ends(7);
        let said = env.piton(["repair"]).ends(7).hides(["hunter2"]);
        said.says([&format!("CREATE USER {user} IDENTIFIED BY '***'")]);
        env.piton(["repair", "--json"]).ends(7).hides(["hunter2"]);
    }

    [mysql]
    fn repair_shows_the_table_as_it_is_now(env) {
        env.table_revision(1, "a");
        env.up_down("002_b", "ALTER TABLE a ADD COLUMN born date;\nALTER TABLE a\n  ADD COLUMN nope varchr(5);", "");
        env.piton(["upgrade"]).ends(7);
        env.piton(["repair"]).ends(7).says([
            "done  ALTER TABLE a ADD COLUMN born date",
            "failed  ALTER TABLE a\n         ADD COLUMN nope varchr(5)",
            "statement 2 of 2 was begun",
            "and failed: ",
            "a is now:",
            "CREATE TABLE `a` (",
            "`born` date",
        ]);
        let document = env.piton(["repair", "--json"]).ends(7).document();
        assert_eq!(document["stopped"]["table"], "a");
        assert_eq!(document["stopped"]["running"], serde_json::Value::Null);
    }
}
