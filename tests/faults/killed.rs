//! `kill -9` at every point of a run: each message to a server, before, while and after the server is at
//! it; each system call that changes a file.

use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::harness::{
    Moment, Stop, Target, Tracer, kill_at, kills, moments, spread, statements_of,
};
use crate::on;
use crate::support::{Backend, TestEnvironment, fault, wait_until};

/// Revisions of which a server can run one in a message, one statement by statement, and one without a
/// transaction; no statement of theirs can run twice.
fn history(env: &TestEnvironment, with_stepwise: bool) {
    let nothing = match env.backend() {
        Backend::Mysql => "DO 0;",
        _ => "SELECT 1;",
    };
    env.up_down(
        "001_a",
        "CREATE TABLE a1 (id integer PRIMARY KEY);\nINSERT INTO a1 VALUES (1);\nCREATE TABLE a2 (id integer PRIMARY KEY);",
        "DROP TABLE a2;\nDROP TABLE a1;",
    );
    env.up_down(
        "002_b",
        &format!("CREATE TABLE b1 (id integer PRIMARY KEY);\n{nothing}\nINSERT INTO b1 VALUES (1);\nCREATE TABLE b2 (id integer PRIMARY KEY);"),
        &format!("DROP TABLE b2;\n{nothing}\nDROP TABLE b1;"),
    );
    if with_stepwise {
        env.revision(
            "003_c",
            "-- migrate:up transaction:false\nCREATE TABLE c1 (id integer PRIMARY KEY);\nINSERT INTO c1 VALUES (1);\nCREATE TABLE c2 (id integer PRIMARY KEY);\n\
             -- migrate:down transaction:false\nDROP TABLE c2;\nDROP TABLE c1;\n",
        );
    }
}

/// Rows that were committed long ago, in a table of nobody's revision.
fn old_rows(env: &TestEnvironment) {
    env.up_down("000_old", "CREATE TABLE old_rows (id integer PRIMARY KEY);\nINSERT INTO old_rows VALUES (1), (2), (3);", "DROP TABLE old_rows;");
    env.piton(["upgrade"]).ok();
}

fn rows_of(env: &TestEnvironment, table: &str) -> String {
    match env.backend() {
        Backend::Json => env.database().json_rows(table).len().to_string(),
        _ => env.value(&format!("SELECT count(*) FROM {table}")),
    }
}

/// Waits until the server has noticed that the killed run is gone.
fn wait_until_gone(env: &TestEnvironment) {
    let others = match env.backend() {
        Backend::Postgres => {
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        }
        _ => {
            "SELECT count(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()"
        }
    };
    let mut client = env.database().connect();
    wait_until("the server has let go", || client.value(others) == "0");
}

/// What the history says of each transactional revision is what its tables say.
fn whole_or_not_at_all(env: &TestEnvironment, told: &str) {
    let (tables, applied) = (env.tables(), env.applied());
    let is_there = |name: &str| tables.iter().any(|table| table == name);
    for (revision, made) in [("001_a", ["a1", "a2"]), ("002_b", ["b1", "b2"])] {
        let is_applied = applied.iter().any(|id| id == revision);
        for table in made {
            assert_eq!(
                is_there(table),
                is_applied,
                "{told}: {revision} {applied:?} {tables:?}"
            );
        }
        if is_applied {
            assert_eq!(rows_of(env, made[0]), "1", "{told}");
        }
    }
    assert_eq!(rows_of(env, "old_rows"), "3", "{told}");
}

/// Goes on with a command until it is through; where a revision is half applied, by way of `repair`.
fn goes_on(env: &TestEnvironment, args: &[&str], told: &str) -> bool {
    let mut repaired = false;
    for _ in 0..4 {
        let output = env.piton(args.iter().copied());
        match output.code {
            0 => return repaired,
            7 => {
                repaired = true;
                output.says(["half applied: ", "statement ", " of ", "piton repair"]);
                repair(env, args, told);
            }
            _ => drop(output.ends(0)),
        }
    }
    panic!("{told}: it does not get to its end");
}

/// Settles what is half applied: with the statement that is in doubt, and where that turns out to have
/// run, with the one after it.
fn repair(env: &TestEnvironment, args: &[&str], told: &str) {
    let shown = env.piton(["repair", "--json"]).ends(7).document();
    let steps = shown["steps"].as_array().expect("steps").clone();
    let doubtful = steps
        .iter()
        .position(|step| step["state"] != "done")
        .expect("one in doubt")
        + 1;
    let resumed = env.piton(["repair", "--resume"]);
    if resumed.code == 0 {
        return;
    }
    assert!(matches!(resumed.code, 7 | 1 | 10), "{told}: {resumed:?}");
    if doubtful == steps.len() {
        let stands = if args[0] == "downgrade" {
            "reverted"
        } else {
            "applied"
        };
        env.piton(["repair", "--mark", stands]).ok();
    } else {
        let next = (doubtful + 1).to_string();
        env.piton(["repair", "--resume", "--from", &next]).ok();
    }
}

/// Everything stands, each revision once, and nothing is doubtful.
fn all_is_well(env: &TestEnvironment, reference: &[String], told: &str) {
    assert_eq!(env.schema(), reference, "{told}");
    assert_eq!(rows_of(env, "old_rows"), "3", "{told}");
    env.piton(["current"]).ok().hides(["warning", "half"]);
}

/// Kills `args` at these places of its conversation with the server; each time the other way is gone after.
fn sweep(env: &TestEnvironment, args: &[&str], back: &[&str], percent: usize, row: u32) {
    env.piton(args.iter().copied()).ok();
    let reference = env.schema();
    env.piton(back.iter().copied()).ok();
    let (output, messages) = statements_of(env, args);
    output.ok();
    env.piton(back.iter().copied()).ok();
    let places = moments(messages.len());
    for number in spread(kills(percent, 4), places.len()) {
        let target = places[number - 1];
        let told = format!(
            "{args:?} killed {target:?} {:?}",
            messages.get(target.message - 1)
        );
        let backend = env.backend();
        let case = fault::case(row, backend);
        if let Some(ended) = kill_at(env, args, target) {
            ended.ok();
        }
        wait_until_gone(env);
        if env.backend() == Backend::Postgres {
            whole_or_not_at_all(env, &told);
        }
        goes_on(env, args, &told);
        all_is_well(env, &reference, &told);
        drop(case);
        env.piton(back.iter().copied()).ok();
    }
}

/// Kills `args` at each system call that changes a file, or at as many as `percent` gives.
fn sweep_files(env: &TestEnvironment, args: &[&str], back: &[&str], percent: usize) {
    let Some(tracer) = Tracer::of("kills at system calls", env.dir()) else {
        fault::not_run(1, env.backend(), "processes cannot be traced here (ptrace)");
        return;
    };
    env.piton(args.iter().copied()).ok();
    let reference = env.schema();
    env.piton(back.iter().copied()).ok();
    let all = tracer
        .run(env.command(args.iter().copied()), Stop::Never)
        .expect("traced before");
    assert_eq!(all.code, 0, "{:#?}", all.calls);
    env.piton(back.iter().copied()).ok();
    let backend = env.backend();
    for number in spread(kills(percent, 4), all.calls.len()) {
        let case = fault::case(1, backend);
        // The DDL and the row of the history are two of the states in between.
        let between = fault::case(3, backend);
        let traced = tracer
            .run(env.command(args.iter().copied()), Stop::Kill(number))
            .expect("traced before");
        let told = format!("{args:?} killed before {:?}", traced.calls.last());
        match env.backend() {
            Backend::Json => files_are_those_of_one_generation(env, &told),
            _ => whole_or_not_at_all(env, &told),
        }
        env.piton(args.iter().copied()).ok();
        all_is_well(env, &reference, &told);
        match env.backend() {
            // Readers look under both names; whoever writes next finishes the renames.
            Backend::Json => files_are_those_of_one_generation(env, &told),
            _ => whole_or_not_at_all(env, &told),
        }
        drop((case, between));
        env.piton(back.iter().copied()).ok();
    }
}

/// What the manifest says of each file is true of the file, or of the one that was to take its place.
fn files_are_those_of_one_generation(env: &TestEnvironment, told: &str) {
    let data = env.path("data");
    let text = std::fs::read_to_string(data.join("piton.manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&text).expect("the manifest is whole");
    for (table, entry) in manifest["tables"].as_object().expect("tables") {
        let file = entry["file"].as_str().expect("a file");
        let next = format!("{file}.{}.new", manifest["generation"]);
        let fits = [file, &next].iter().any(|name| {
            std::fs::read(data.join(name))
                .is_ok_and(|bytes| entry["sha256"] == hex::encode(Sha256::digest(bytes)))
        });
        assert!(fits, "{told}: {table} is neither old nor new");
    }
}

on! {
    [postgres]
    fn a_killed_upgrade_is_rolled_back_or_complete(env) {
        old_rows(env);
        history(env, true);
        sweep(env, &["upgrade"], &["downgrade", "-r", "000_old"], 15, 1);
    }

    [postgres]
    fn a_killed_downgrade_is_rolled_back_or_complete(env) {
        old_rows(env);
        history(env, true);
        env.piton(["upgrade"]).ok();
        sweep(env, &["downgrade", "-r", "000_old"], &["upgrade"], 10, 1);
    }

    [mysql]
    fn a_killed_upgrade_on_mysql_is_7_and_repair_finishes(env) {
        old_rows(env);
        history(env, true);
        sweep(env, &["upgrade"], &["downgrade", "-r", "000_old"], 15, 2);
    }

    [mysql]
    fn a_killed_downgrade_on_mysql_is_7_and_repair_finishes(env) {
        old_rows(env);
        history(env, true);
        env.piton(["upgrade"]).ok();
        sweep(env, &["downgrade", "-r", "000_old"], &["upgrade"], 10, 2);
    }

    [json, sqlite]
    fn an_upgrade_killed_at_a_system_call_is_rolled_back_or_complete(env) {
        old_rows(env);
        history(env, false);
        sweep_files(env, &["upgrade"], &["downgrade", "-r", "000_old"], 15);
    }

    [json, sqlite]
    fn a_downgrade_killed_at_a_system_call_is_rolled_back_or_complete(env) {
        old_rows(env);
        history(env, false);
        env.piton(["upgrade"]).ok();
        sweep_files(env, &["downgrade", "-r", "000_old"], &["upgrade"], 10);
    }

    [mysql]
    fn what_the_server_still_runs_for_a_killed_run_is_waited_for(env) {
        let _case = fault::case(2, "mysql");
        env.table_revision(1, "a");
        env.up_down("002_b", "CREATE TABLE b (id integer);\nDO SLEEP(3);\nCREATE TABLE b2 (id integer);", "");
        env.piton(["upgrade", "-r", "001"]).ok();
        let running = env.start(["upgrade"]);
        let mut client = env.database().connect();
        wait_until("it sleeps", || client.value("SELECT count(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'DO SLEEP%'") == "1");
        running.kill();
        let started = Instant::now();
        env.piton(["upgrade"]).ends(7).says([
            "waiting for the lock, held by process",
            "half applied: 002_b, statement 2 of 3 was begun, and whether it ran is not known",
        ]);
        assert!(started.elapsed() > Duration::from_secs(1));
        env.piton(["repair", "--resume", "--from", "3"]).ok();
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
        assert_eq!(env.tables(), ["a", "b", "b2"]);
    }

    [mysql]
    fn a_repair_waits_for_what_the_server_still_runs(env) {
        let _case = fault::case(2, "mysql");
        env.up_down("001_a", "CREATE TABLE a (id integer);\nCREATE TABLE b AS SELECT SLEEP(4) AS x;\nCREATE TABLE c (id integer);", "");
        let running = env.start(["upgrade"]);
        let mut client = env.database().connect();
        wait_until("it sleeps", || client.value("SELECT count(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'CREATE TABLE b %'") == "1");
        running.kill();
        env.piton(["repair"]).ends(7).says(["unknown", "CREATE TABLE b"]);
        env.piton(["repair", "--resume", "--from", "3"]).ok().says(["waiting for the lock, held by process"]);
        // The statement that went on is through.
        assert_eq!(env.tables(), ["a", "b", "c"]);
        env.piton(["current"]).ok().hides(["warning"]);
    }

    [postgres, mysql]
    fn killed_between_the_ddl_and_the_history_nothing_is_lost(env) {
        old_rows(env);
        history(env, false);
        let (output, messages) = statements_of(env, &["upgrade"]);
        output.ok();
        env.piton(["downgrade", "-r", "000_old"]).ok();
        let places: Vec<usize> = (1..=messages.len())
            .filter(|number| {
                let message = &messages[number - 1];
                message.contains("COMMIT") || (message.contains("INSERT INTO") && message.contains("seaql_migrations"))
            })
            .collect();
        assert!(!places.is_empty(), "{messages:?}");
        let moments = [Moment::Before, Moment::During];
        for (message, moment) in places.into_iter().flat_map(|message| moments.map(|moment| (message, moment))) {
            let _case = fault::case(3, env.backend());
            let told = format!("{moment:?} {}", messages[message - 1]);
            if let Some(ended) = kill_at(env, &["upgrade"], Target { message, moment }) {
                ended.ok();
            }
            wait_until_gone(env);
            let half = env.tables().len() > 2 * env.applied().len() - 1;
            assert!(!half || env.backend() == Backend::Mysql, "{told}");
            let repaired = goes_on(env, &["upgrade"], &told);
            assert!(!half || repaired, "{told}");
            env.piton(["downgrade", "-r", "000_old"]).ok();
        }
    }

    [postgres, mysql]
    fn a_killed_run_of_rust_revisions_is_whole_or_told_as_a_whole(env) {
        let row = if env.backend() == Backend::Mysql { 2 } else { 1 };
        let (output, messages) = statements_of(env, &["upgrade"]);
        output.ok();
        let reference = env.schema();
        env.piton(["downgrade", "-r", "base"]).ok();
        let places = moments(messages.len());
        for number in spread(kills(8, 3), places.len()) {
            let _case = fault::case(row, env.backend());
            let told = format!("{:?} {:?}", places[number - 1], messages.get(places[number - 1].message - 1));
            if let Some(ended) = kill_at(env, &["upgrade"], places[number - 1]) {
                ended.ok();
            }
            wait_until_gone(env);
            let output = env.piton(["upgrade"]);
            if output.code == 7 {
                assert_eq!(env.backend(), Backend::Mysql, "{told}");
                output.says(["half applied: ", "statement "]);
                start_again(env);
                env.piton(["upgrade"]).ok();
            } else {
                output.ok();
            }
            assert_eq!(env.schema(), reference, "{told}");
            env.piton(["current"]).ok().hides(["warning"]);
            start_again(env);
        }
    }
}

/// Everything away, as nobody would in earnest.
fn start_again(env: &TestEnvironment) {
    match env.backend() {
        Backend::Postgres => drop(env.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")),
        _ => {
            let name = env.database().name();
            env.sql(&format!("DROP DATABASE {name}; CREATE DATABASE {name}"));
        }
    }
}
