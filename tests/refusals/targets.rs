//! Targets that lead nowhere.

use crate::on;
use crate::support::TestEnvironment;

#[test]
fn an_unknown_revision_is_2_and_the_nearest_is_named() {
    let env = TestEnvironment::new();
    for command in ["upgrade", "downgrade"] {
        env.piton([command, "-r", "m20240115_083000_create_gradin_core"])
            .ends(2)
            .says([
                "is it m20240115_083000_create_grading_core?",
                "piton history",
            ]);
    }
    env.piton(["show", "composite_index"])
        .ends(2)
        .says(["20250616140000_add_composite_indexes"]);
    env.piton(["upgrade", "-r", "99990101"])
        .ends(2)
        .says(["there is no revision \"99990101\""]);
}

#[test]
fn an_ambiguous_start_is_2_and_every_candidate_is_listed() {
    let env = TestEnvironment::new();
    let output = env.piton(["upgrade", "-r", "m2024"]).ends(2).says([
        "\"m2024\" begins several revisions:\n  m20240115_083000_create_grading_core\n",
        "\n  m20240318_141500_create_classes_and_assignments\n",
        "\n  m20240902_070000_create_assignment_submissions\n",
    ]);
    assert_eq!(
        output.stderr.matches("create_grading_core").count(),
        1,
        "named once"
    );
    assert_eq!(env.applied(), [""; 0]);
}

on! {
    [json, sqlite, postgres, mysql]
    fn a_target_beyond_the_history_is_2_and_nothing_runs(env) {
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.piton(["upgrade", "-r", "+3"]).ends(2).says(["only 2 of the 3 revisions asked for are pending"]);
        env.piton(["upgrade", "-r", "-1"]).ends(2).says(["-1 is a target for downgrade"]);
        env.piton(["upgrade", "-r", "base"]).ends(2).says(["base is a target for downgrade"]);
        env.piton(["downgrade"]).ends(2).says(["only 0 of the 1 revisions asked for are applied"]);
        env.piton(["downgrade", "-r", "001"]).ends(2).says(["001_a is not applied"]);
        env.piton(["downgrade", "-r", "head"]).ends(2).says(["head is a target for upgrade"]);
        env.piton(["upgrade", "-r", "+0"]).ends(2);
        env.piton(["stamp", "+1"]).ends(2);
        assert_eq!(env.tables(), [""; 0]);
        env.piton(["downgrade", "-r", "base"]).ok().says(["nothing to do"]);
    }
}

#[test]
fn arguments_that_do_not_fit_are_2() {
    let env = TestEnvironment::new();
    for args in [
        vec!["upgrad"],
        vec!["upgrade", "--nonsense"],
        vec!["upgrade", "--dry-run", "--sql"],
        vec!["upgrade", "--dialect", "postgres"],
        vec!["upgrade", "--sql", "--dialect", "oracle"],
        vec!["upgrade", "--lock-timeout", "soon"],
        vec!["create"],
        vec!["create", "--empty", "-m", "  "],
        vec!["history", "-r", "m20240902:m20240115"],
        vec!["stamp"],
        vec![],
    ] {
        env.piton(args).ends(2);
    }
}
