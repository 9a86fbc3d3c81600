//! Settings that cannot be used: each is named with where it came from.

use crate::support::TestEnvironment;

/// A world whose database is not named by the environment, as it would win over files.
fn run(env: &TestEnvironment, args: &[&str]) -> crate::support::Output {
    let mut command = env.command(args.iter().copied());
    command.env_remove("DATABASE_URL");
    env.output_of(command)
}

#[test]
fn a_bad_value_in_the_file_is_named_with_its_line() {
    let env = TestEnvironment::new();
    env.write(
        "piton.toml",
        "environment = \"dev\"\n\n[database]\npool_size = \"many\"\n",
    );
    run(&env, &["current"])
        .ends(3)
        .says(["(piton.toml:4)", "`many`", "whole number"]);
}

#[test]
fn a_bad_value_in_dotenv_is_named_with_its_line() {
    let env = TestEnvironment::new();
    env.write(".env", "# settings\nDB_POOL_TIMEOUT=0\n");
    run(&env, &["current"])
        .ends(3)
        .says(["DB_POOL_TIMEOUT (.env:2)", "from 1 to"]);
}

#[test]
fn a_bad_value_in_the_environment_is_named_with_its_variable() {
    let env = TestEnvironment::new();
    let mut command = env.command(["current"]);
    command.env("ENABLE_QUERY_LOGGING", "perhaps");
    env.output_of(command)
        .ends(3)
        .says(["environment ENABLE_QUERY_LOGGING", "true, false"]);
}

#[test]
fn an_unknown_key_names_the_nearest_known_one() {
    let env = TestEnvironment::new();
    env.write("piton.toml", "[database]\npool_sise = 3\n");
    run(&env, &["current"]).ends(3).says([
        "piton.toml:2",
        "`database.pool_sise`",
        "`database.pool_size`",
    ]);
    env.write("piton.toml", "[revision]\ndir = \"x\"\n");
    run(&env, &["current"])
        .ends(3)
        .says(["piton.toml:1", "`revision`", "`revisions"]);
}

#[test]
fn a_file_that_is_no_toml_is_named_with_the_place() {
    let env = TestEnvironment::new();
    env.write("piton.toml", "[database]\nurl = \n");
    run(&env, &["current"]).ends(3).says(["piton.toml:2:"]);
}

#[test]
fn a_file_that_was_named_and_is_not_there_is_3() {
    let env = TestEnvironment::new();
    run(&env, &["current", "--config", "other.toml"])
        .ends(3)
        .says(["other.toml"]);
}

#[test]
fn a_type_and_a_url_that_disagree_at_one_level_name_both() {
    let env = TestEnvironment::new();
    let mut command = env.command(["upgrade"]);
    command
        .env("DATABASE_TYPE", "mysql")
        .env("DATABASE_URL", "postgres://h/db");
    env.output_of(command).ends(3).says([
        "environment DATABASE_TYPE",
        "environment DATABASE_URL",
        "drop one of them",
    ]);
}

#[test]
fn an_explicit_type_never_touches_a_forgotten_url() {
    let env = TestEnvironment::new();
    env.write(
        "piton.toml",
        "[database]\nurl = \"postgres://127.0.0.1:1/production\"\n",
    );
    let mut command = env.command(["upgrade"]);
    command
        .env_remove("DATABASE_URL")
        .env("DATABASE_TYPE", "json");
    env.output_of(command).ok().says(["JSON store $DIR/data"]);
}

#[test]
fn config_says_where_each_value_comes_from() {
    let env = TestEnvironment::new();
    env.write("piton.toml", "[database]\npool_size = 7\n");
    env.write(".env", "DB_MAX_OVERFLOW=9\n");
    let mut command = env.command(["config", "--json", "--environment", "test"]);
    command.env("QUERY_TIMEOUT", "11");
    let document = env.output_of(command).ok().document();
    let settings = document["settings"].as_array().unwrap();
    for (key, value, origin) in [
        ("environment", "test", "--environment"),
        ("database.pool_size", "7", "piton.toml:2"),
        ("database.max_overflow", "9", ".env:1"),
        (
            "database.query_timeout_s",
            "11",
            "environment QUERY_TIMEOUT",
        ),
        ("database.pool_timeout_s", "30", "default"),
    ] {
        let setting = settings
            .iter()
            .find(|setting| setting["key"] == key)
            .unwrap();
        assert_eq!(setting["value"], value, "{key}");
        assert!(
            setting["origin"].as_str().unwrap().contains(origin),
            "{setting}"
        );
    }
}
