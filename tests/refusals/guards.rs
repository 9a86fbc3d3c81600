//! Under guards: what asks, what refuses.

use std::process::Command;

use crate::on;
use crate::support::TestEnvironment;

fn in_production(mut command: Command) -> Command {
    command.env("ENVIRONMENT", "production");
    command
}

on! {
    [json, sqlite, postgres, mysql]
    fn production_is_shown_the_plan_and_asked(env) {
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        let guarded = |args: &[&str]| env.output_of(in_production(env.command(args.iter().copied())));

        guarded(&["upgrade"]).ends(2).says(["to apply, in this order:", "001_a", "002_b", "--yes", "PITON_YES=1", "nothing was done"]);
        assert_eq!(env.tables(), [""; 0]);
        guarded(&["upgrade", "--dry-run"]).ok().says(["would apply"]);
        guarded(&["upgrade", "--json"]).ends(2);
        guarded(&["upgrade", "-r", "+1", "--yes"]).ok();
        let mut answered = in_production(env.command(["upgrade"]));
        answered.env("PITON_YES", "1");
        env.output_of(answered).ok().says(["applied 002_b"]);
        guarded(&["upgrade"]).ok().says(["nothing to do"]);

        guarded(&["downgrade"]).ends(2).says(["to take back", "002_b", "--yes"]);
        guarded(&["stamp", "base"]).ends(2).says(["--yes"]);
        assert_eq!(env.applied(), ["001_a", "002_b"]);
        guarded(&["current"]).ok();
        guarded(&["history"]).ok();
        guarded(&["downgrade", "-y"]).ok();
        assert_eq!(env.tables(), ["a"]);
    }

    [json, sqlite, postgres, mysql]
    fn production_refuses_what_is_for_development(env) {
        for command in ["create_tables", "drop_tables", "create-tables", "drop-tables"] {
            let output = env.output_of(in_production(env.command([command, "--yes"])));
            output.ends(2).says(["is for development", "\"production\" (environment ENVIRONMENT)"]);
        }
        assert_eq!(env.tables(), [""; 0]);
    }

    [postgres, mysql]
    fn production_is_not_written_to_by_init(env) {
        let output = env.output_of(in_production(env.command(["init"])));
        output.ok().says(["connected to"]).hides(["proven"]);
        let output = env.output_of(in_production(env.command(["init", "--prove"])));
        output.ok().says(["proven"]);
    }
}

#[test]
fn every_name_but_the_known_ones_arms_the_guards() {
    let env = TestEnvironment::new();
    for (name, guarded) in [
        ("development", false),
        ("dev", false),
        ("test", false),
        ("local", false),
        ("staging", true),
        ("prod", true),
        ("Production", true),
    ] {
        let output = env.piton(["config", "--json", "--environment", name]).ok();
        assert_eq!(output.document()["guarded"], guarded, "{name}");
    }
}

#[test]
fn under_guards_a_backend_must_be_named() {
    let env = TestEnvironment::new();
    let mut command = in_production(env.command(["upgrade", "--yes"]));
    command.env_remove("DATABASE_URL");
    env.output_of(command).ends(3).says([
        "`production`",
        "the backend must be named",
        "DATABASE_URL",
    ]);
    assert_eq!(env.tables(), [""; 0]);
}
