//! What is told of a run beside its data: every statement with its duration, without secrets, as text or JSON.

use serde_json::Value;

use crate::on;
use crate::support::{Backend, Output, TestEnvironment};

fn logged(env: &TestEnvironment, args: &[&str]) -> Output {
    let mut command = env.command(args.iter().copied());
    command.env("ENABLE_QUERY_LOGGING", "true");
    env.output_of(command).ok()
}

/// The lines of stderr, each of which is JSON.
#[track_caller]
fn lines(output: &Output) -> Vec<Value> {
    let lines = output.stderr.lines();
    lines
        .map(|line| {
            let line: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            for field in ["time", "level", "target", "message"] {
                assert!(line[field].is_string(), "{line}");
            }
            line
        })
        .collect()
}

on! {
    [json, sqlite, postgres, mysql]
    fn every_statement_is_told_with_its_duration_whoever_sends_it(env) {
        env.write("piton.toml", "[revisions]\ndir = \"migrations\"\n");
        env.write("migrations/20990101000000_last.sql", "-- migrate:up\nCREATE TABLE told (id integer);\n-- migrate:down\nDROP TABLE told;\n");
        let output = logged(env, &["upgrade"]);
        let statement = |text: &str| {
            output.stderr.lines().filter(|line| line.starts_with("[$TIME] ") && line.contains(text)).count()
        };
        assert_eq!(statement("CREATE TABLE told (id integer)"), 1, "{}", output.stderr);
        // What a revision in Rust sends through SeaORM.
        assert!(output.stderr.to_lowercase().contains("create table \"students\"")
            || output.stderr.to_lowercase().contains("create table `students`"), "{}", output.stderr);
        let quiet = env.piton(["current"]).ok();
        assert!(!quiet.stderr.contains("SELECT"), "{}", quiet.stderr);
        let loud = env.piton(["current", "-vv"]).ok();
        assert!(loud.stderr.contains("[$TIME] SELECT"), "{}", loud.stderr);
        let events = env.piton(["current", "-v"]).ok();
        assert!(events.stderr.contains("connected dialect="), "{}", events.stderr);
        assert!(!events.stderr.contains("SELECT"), "{}", events.stderr);
    }

    [json, sqlite, postgres, mysql]
    fn what_is_told_comes_as_lines_of_json_too(env) {
        env.table_revision(1, "a");
        let output = env.piton(["upgrade", "-vv", "--log-format", "json", "--json"]).ok();
        output.document();
        let all = lines(&output);
        let told = |target: &str| all.iter().filter(|line| line["target"] == target).collect::<Vec<_>>();
        assert!(told("piton::statement").iter().any(|line| {
            line["sql"].as_str().unwrap().contains("CREATE TABLE a") && line["elapsed_ms"].is_number()
        }), "{}", output.stderr);
        assert_eq!(told("piton::revision")[0]["revision"], "001_a");
        assert!(!told("piton::connect").is_empty());
        assert!(!told("piton::lock").is_empty());
        env.up_down("002_b", "nonsense;", "");
        let failed = lines(&env.piton(["upgrade", "--log-format", "json"]).ends(1));
        assert_eq!(failed.last().unwrap()["level"], "error");
        for args in [["--log-format", "json", "--nonsense"], ["--log-format=json", "current", "--nonsense"]] {
            let refused = lines(&env.piton(args).ends(2));
            assert_eq!(refused.last().unwrap()["level"], "error");
        }
    }

    [postgres, mysql]
    fn a_password_in_a_statement_is_not_told(env) {
        let role = crate::support::unique_name();
        let (make, drop) = if env.backend() == Backend::Postgres {
            (format!("CREATE ROLE {role} PASSWORD 'hunter2';\nALTER ROLE {role} PASSWORD 'hunter22';"), format!("DROP ROLE {role};"))
        } else {
            (format!("CREATE USER {role} IDENTIFIED BY 'hunter2';\nALTER USER {role} IDENTIFIED BY \"hunter22\";"), format!("DROP USER {role};"))
        };
        env.up_down("001_a", &make, &drop);
        for more in [&[][..], &["--log-format", "json"]] {
            let up = logged(env, &[&["upgrade", "-vv"], more].concat()).hides(["hunter2"]);
            assert!(up.stderr.contains(&role), "{}", up.stderr);
            logged(env, &[&["downgrade", "-vv"], more].concat());
        }
    }
}
