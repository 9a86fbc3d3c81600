//! Every document under `--json` is what its schema in `docs/json` says.

#![cfg(feature = "app")]

#[path = "support/schema.rs"]
mod schema;
mod support;

use std::collections::BTreeSet;

use schema::{folder, schema, valid};
use serde_json::Value;
use support::{Backend, Output, TestEnvironment};

/// Runs `piton ARGS --json`, which ends well, and gives the document, checked against its schema.
#[track_caller]
fn done(env: &TestEnvironment, name: &str, args: &[&str]) -> Value {
    let document = run(env, args).ok().document();
    assert_eq!(document["command"], name);
    valid(&document, name);
    document
}

/// Runs `piton ARGS --json`, which fails with `code`, and gives the error, checked against its schema.
#[track_caller]
fn failed(env: &TestEnvironment, code: i32, args: &[&str]) -> Value {
    let document = run(env, args).ends(code).document();
    valid(&document, "error");
    assert_eq!(document["error"]["code"], code);
    document["error"].clone()
}

fn run(env: &TestEnvironment, args: &[&str]) -> Output {
    let mut all = args.to_vec();
    all.push("--json");
    env.piton(all)
}

/// The commands that `piton --help` lists.
fn commands(env: &TestEnvironment) -> BTreeSet<String> {
    listed(env, &["--help"], "Begin", "Each command has more")
}

/// The commands below a command, as their documents name them.
fn below(env: &TestEnvironment, command: &str) -> BTreeSet<String> {
    let names = listed(env, &[command, "--help"], "Commands:", "Options:");
    let names = names.into_iter().filter(|name| name != "help");
    names
        .map(|name| format!("{command}_{}", name.replace('-', "_")))
        .collect()
}

fn listed(env: &TestEnvironment, args: &[&str], from: &str, to: &str) -> BTreeSet<String> {
    let help = env.piton(args.to_vec()).ok();
    help.stdout
        .lines()
        .skip_while(|line| !line.starts_with(from))
        .take_while(|line| !line.starts_with(to))
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// Commands that are nothing by themselves.
const GROUPS: [&str; 2] = ["cache", "session"];

#[test]
fn no_command_lacks_a_schema_and_no_schema_its_command() {
    let env = TestEnvironment::new();
    let mut expected = commands(&env);
    assert!(expected.contains("upgrade"), "{expected:?}");
    // Prints a script for a shell, and nothing else.
    expected.remove("completions");
    for group in GROUPS {
        assert!(expected.remove(group), "{group}");
        let below = below(&env, group);
        assert!(below.len() >= 4, "{below:?}");
        expected.extend(below);
    }
    expected.extend(["upgrade_sql", "downgrade_sql", "error"].map(str::to_owned));
    expected.extend(["backup_list", "backup_verify", "backup_prune"].map(str::to_owned));
    let found: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| {
            name.strip_suffix(".schema.json")
                .unwrap_or(&name)
                .to_owned()
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn every_schema_is_closed_and_says_what_each_member_is() {
    #[track_caller]
    fn closed(name: &str, schema: &Value) {
        if let Some(properties) = schema["properties"].as_object() {
            assert_eq!(schema["additionalProperties"], false, "{name}: {schema:#}");
            for (member, schema) in properties {
                assert!(
                    schema["description"].is_string(),
                    "{name}: {member} is not described"
                );
                closed(name, schema);
            }
        }
        if schema["items"].is_object() {
            closed(name, &schema["items"]);
        }
        for choice in schema["oneOf"].as_array().into_iter().flatten() {
            closed(name, choice);
        }
        for part in schema["$defs"]
            .as_object()
            .into_iter()
            .flat_map(|defs| defs.values())
        {
            closed(name, part);
        }
    }
    for entry in std::fs::read_dir(folder()).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".schema.json").unwrap();
        let schema = schema(name);
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert!(schema["description"].is_string(), "{name}");
        jsonschema::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        closed(name, &schema);
    }
}

on! {
    [json, sqlite, postgres, mysql]
    fn every_command_s_document_is_what_its_schema_says(env) {
        let init = done(env, "init", &["init"]);
        assert_eq!(init["tables"].as_array().unwrap().len(), 0);
        done(env, "config", &["config"]);
        done(env, "current", &["current"]);
        done(env, "history", &["history"]);

        let planned = done(env, "upgrade", &["upgrade", "--dry-run"]);
        assert_eq!(planned["dry_run"], true);
        assert_eq!(planned["revisions"][0]["elapsed_ms"], Value::Null);
        let ran = done(env, "upgrade", &["upgrade"]);
        assert_eq!(ran["revisions"].as_array().unwrap().len(), 6);
        assert_eq!(ran["from"], Value::Null);
        assert_eq!(ran["to"], "20250616140000_add_composite_indexes");
        assert!(ran["revisions"][5]["elapsed_ms"].is_u64());
        let nothing = done(env, "upgrade", &["upgrade"]);
        assert_eq!(nothing["revisions"].as_array().unwrap().len(), 0);
        let seeded = done(env, "seed", &["seed"]);
        assert_eq!(seeded["tables"].as_array().unwrap().len(), 10);
        let copied = done(env, "copy", &["copy", "--to", "json:elsewhere"]);
        assert_eq!(copied["tables"].as_array().unwrap().len(), 10);

        let current = done(env, "current", &["current"]);
        assert_eq!(current["is_head"], true);
        assert_eq!(current["pending"], 0);
        done(env, "history", &["history"]);
        let statements = done(env, "history", &["history", "--sql", "-r", "m20250210:"]);
        assert_eq!(statements["revisions"].as_array().unwrap().len(), 2);
        assert!(statements["revisions"][0]["sql"].is_array());

        let checked = done(env, "check", &["check"]);
        assert_eq!(checked["ok"], true);
        assert_eq!(done(env, "doctor", &["doctor"])["ok"], true);
        done(env, "doctor", &["doctor", "--quick"]);
        let watched = done(env, "monitor", &["monitor", "--once", "--interval", "100ms"]);
        assert_eq!(watched["ok"], true);
        assert!(watched["database"]["sizes"]["tables"].as_array().unwrap().len() >= 10);
        assert_eq!(done(env, "repair", &["repair"])["revision"], Value::Null);
        assert_eq!(done(env, "create", &["create", "-m", "nothing"])["files"].as_array().unwrap().len(), 0);

        done(env, "optimize", &["optimize"]);
        let pruned = done(env, "prune", &["prune", "--dry-run"]);
        assert_eq!(pruned["rules"][0]["table"], "grading_results");

        let down = done(env, "downgrade", &["downgrade", "-r", "-1"]);
        assert_eq!(down["direction"], "down");
        done(env, "downgrade", &["downgrade", "--dry-run"]);

        let created = done(env, "create", &["create", "--empty", "-m", "添加新字段"]);
        assert_eq!(created["message"], "添加新字段");
        assert_eq!(created["files"].as_array().unwrap().len(), 1);
        assert_eq!(created["written_in"], "sql");
        done(env, "show", &["show"]);
        done(env, "show", &["show", "m20240115"]);
        done(env, "stamp", &["stamp", "head"]);
        done(env, "stamp", &["stamp", "base"]);
        done(env, "stamp", &["stamp", "m20250210"]);
        done(env, "drop_tables", &["drop_tables", "--yes"]);
        done(env, "drop_tables", &["drop_tables"]);
        let made = done(env, "create_tables", &["create_tables"]);
        assert_eq!(made["created"].as_array().unwrap().len(), 10);
        done(env, "create_tables", &["create_tables"]);
    }

    [json, sqlite, postgres, mysql]
    fn every_command_s_failure_is_what_the_schema_says(env) {
        env.table_revision(1, "a");
        env.up_down("002_b", "INSERT INTO nowhere VALUES (1);", "");
        let error = failed(env, 1, &["upgrade"]);
        assert_eq!(error["kind"], "failed");
        assert_eq!(failed(env, 2, &["upgrade", "-r", "zzz"])["kind"], "usage");
        failed(env, 2, &["downgrade", "-r", "-9"]);
        failed(env, 2, &["show", "zzz"]);
        failed(env, 2, &["stamp", "zzz"]);
        failed(env, 2, &["history", "-r", "zzz:"]);
        failed(env, 2, &["drop_tables", "--environment", "production"]);
        failed(env, 2, &["create_tables", "--environment", "production"]);

        env.revision("001_a", "-- migrate:up\nCREATE TABLE a (id bigint PRIMARY KEY);\n");
        assert_eq!(failed(env, 6, &["upgrade"])["kind"], "history");
        let current = done(env, "current", &["current"]);
        assert_eq!(current["findings"].as_array().unwrap().len(), 1);
        done(env, "history", &["history"]);

        env.revision("003_c", "not a revision");
        for command in ["upgrade", "downgrade", "current", "history", "show", "init", "create_tables", "drop_tables"] {
            assert_eq!(failed(env, 3, &[command])["kind"], "configuration", "{command}");
        }
        failed(env, 3, &["stamp", "head"]);
        failed(env, 3, &["create", "--empty", "-m", "x"]);
        env.write("piton.toml", "nonsense = 1\n");
        failed(env, 3, &["config"]);
    }

    [mysql]
    fn a_half_applied_revision_is_what_the_schemas_say(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer);\nINSERT INTO nowhere VALUES (1);", "");
        assert_eq!(failed(env, 7, &["upgrade"])["kind"], "half_applied");
        assert_eq!(failed(env, 7, &["upgrade"])["kind"], "half_applied");
        let history = done(env, "history", &["history"]);
        assert_eq!(history["revisions"][0]["state"], "half applied");
        let shown = run(env, &["repair"]).ends(7).document();
        valid(&shown, "repair");
        assert_eq!(shown["steps"].as_array().unwrap().len(), 2);
        let checked = run(env, &["check", "--only", "history"]).ends(7).document();
        valid(&checked, "check");
        let repaired = done(env, "repair", &["repair", "--mark", "applied"]);
        assert_eq!(repaired["remedy"], "mark");
    }
}

#[test]
fn a_revision_in_rust_is_what_the_schema_says() {
    for (lib, registered) in [
        (
            "mod m20240101_000000_one;\nrust_revisions! {\n    m20240101_000000_one,\n}\n",
            true,
        ),
        ("// mine\n", false),
    ] {
        let env = TestEnvironment::new();
        env.write("piton.toml", "[revisions]\ndir = \"migration/sql\"\n");
        env.write(
            "migration/Cargo.toml",
            "[package]\nname = \"m\"\n[dependencies]\nsea-orm-migration = \"2\"\n",
        );
        env.write("migration/src/lib.rs", lib);
        env.write("migration/sql/.keep", "");
        let created = done(
            &env,
            "create",
            &["create", "--empty", "-m", "x", "--format", "rust"],
        );
        assert_eq!(created["written_in"], "rust");
        assert_eq!(created["registered"], registered);
        assert_eq!(created["to_add"].is_array(), !registered, "{created:#}");
        failed(
            &env,
            3,
            &["create", "--empty", "-m", "y", "--format", "rust"],
        );
    }
}

on! {
    [sqlite, postgres, mysql]
    fn drift_and_differences_are_what_the_schemas_say(env) {
        env.piton(["init"]).ok();
        let pending = run(env, &["check"]).ends(6).document();
        valid(&pending, "check");
        assert_eq!(pending["pending"].as_array().unwrap().len(), 6);

        let all = done(env, "diff", &["diff", "empty", "entities"]);
        assert!(all["operations"].as_array().unwrap().len() >= 10);
        assert_eq!(done(env, "verify", &["verify"])["ok"], true);

        env.piton(["upgrade"]).ok();
        let schema = done(env, "schema", &["schema"]);
        assert!(schema["schema"]["tables"].as_array().unwrap().len() >= 10);
        done(env, "schema", &["schema", "--format", "entity"]);
        done(env, "schema", &["schema", "--format", "entity", "--output", "written"]);
        env.sql("DROP TABLE error_analysis");
        let drifted = run(env, &["check"]).ends(6).document();
        valid(&drifted, "check");
        let created = done(env, "create", &["create", "-m", "bring it back"]);
        assert_eq!(created["files"].as_array().unwrap().len(), 1, "{created:#}");
        let differing = run(env, &["diff", "database", "entities", "--exit-code"]).ends(6).document();
        valid(&differing, "diff");
    }
}

on! {
    [postgres]
    fn a_schema_with_everything_in_it_is_what_its_schema_says(env) {
        env.sql(include_str!("catalog/postgres.sql"));
        done(env, "schema", &["schema"]);
    }

    [mysql]
    fn a_schema_of_mysql_with_everything_in_it_is_what_its_schema_says(env) {
        env.sql(include_str!("catalog/mysql.sql"));
        done(env, "schema", &["schema"]);
    }

    [sqlite]
    fn a_schema_of_sqlite_with_everything_in_it_is_what_its_schema_says(env) {
        env.sql(include_str!("catalog/sqlite.sql"));
        done(env, "schema", &["schema"]);
    }
}

on! {
    [json, postgres, mysql]
    fn what_was_measured_is_what_its_schema_says(env) {
        let mut args = vec!["bench", "--seconds", "0.3", "--rows", "50", "--connections", "1,2"];
        if env.backend() != Backend::Json {
            args.extend(["--backend", "database"]);
        }
        let measured = done(env, "bench", &args);
        for one in measured["backends"].as_array().unwrap() {
            assert_eq!(one["throughput"].as_array().unwrap().len(), 2, "{one:#}");
        }
    }

    [json, sqlite, postgres, mysql]
    fn backups_and_restores_are_what_their_schemas_say(env) {
        env.piton(["upgrade"]).ok();
        let made = done(env, "backup", &["backup"]);
        assert_eq!(made["revision"], "20250616140000_add_composite_indexes");
        assert!(made["tables"].as_array().unwrap().len() >= 12, "{made:#}");
        let name = made["name"].as_str().unwrap();
        std::fs::create_dir(env.path("backups/20200101T000000Z-x")).unwrap();
        std::fs::create_dir(env.path("backups/20200101T000001Z-x.partial")).unwrap();
        let listed = done(env, "backup_list", &["backup", "list"]);
        let states: Vec<_> = listed["backups"].as_array().unwrap().iter().map(|it| it["state"].clone()).collect();
        assert_eq!(states, ["unreadable", "partial", "whole"]);
        assert_eq!(done(env, "backup_verify", &["backup", "verify", name])["ok"], true);
        let kept = done(env, "backup_prune", &["backup", "prune", "--keep-last", "1", "--dry-run"]);
        assert_eq!(kept["kept"].as_array().unwrap().len(), 1);
        let restored = done(env, "restore", &["restore", name, "--replace"]);
        assert_eq!(restored["resumed"], false);
        assert_eq!(failed(env, 2, &["restore", "nowhere"])["kind"], "usage");
    }
}

#[test]
fn scripts_are_documents_too() {
    let env = TestEnvironment::new();
    for dialect in ["postgres", "mysql", "mariadb", "sqlite"] {
        let up = done(
            &env,
            "upgrade_sql",
            &["upgrade", "--sql", "--dialect", dialect],
        );
        assert_eq!(up["dialect"], dialect);
        let down = ["downgrade", "-r", "base", "--sql", "--dialect", dialect];
        done(&env, "downgrade_sql", &down);
        done(&env, "show", &["show", "m20240115", "--dialect", dialect]);
    }
}

#[test]
fn a_failure_before_anything_is_known_is_a_document_too() {
    let env = TestEnvironment::new();
    for args in [
        vec!["upgrad"],
        vec!["upgrade", "--nonsense"],
        vec!["create"],
    ] {
        assert_eq!(failed(&env, 2, &args)["kind"], "usage");
    }
    let unreachable = "postgres://127.0.0.1:1/db";
    let doctor = run(&env, &["doctor", "--url", unreachable])
        .ends(4)
        .document();
    valid(&doctor, "doctor");
    for args in [
        vec!["init", "--url", unreachable],
        vec!["upgrade", "--url", unreachable],
        vec!["current", "--url", unreachable],
        vec!["history", "--url", unreachable],
        vec!["stamp", "head", "--url", unreachable],
        vec!["create_tables", "--url", unreachable],
        vec!["drop_tables", "--url", unreachable],
    ] {
        assert_eq!(failed(&env, 4, &args)["kind"], "unreachable", "{args:?}");
    }
    assert_eq!(env.backend(), Backend::Json);
}

#[test]
fn init_that_goes_on_to_head_prints_one_document() {
    let env = TestEnvironment::new();
    done(&env, "upgrade", &["init", "--upgrade"]);
}
