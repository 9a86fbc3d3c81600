//! The usual road, on every backend: init, upgrade, downgrade, create, and the two short cuts.

#![cfg(feature = "app")]

mod support;

use support::TestEnvironment;

/// The tables of the grading platform.
const TABLES: [&str; 10] = [
    "assignment_submissions",
    "assignments",
    "class_evaluations",
    "classes",
    "error_analysis",
    "grading_results",
    "grading_statistics",
    "grading_tasks",
    "student_knowledge_points",
    "students",
];

on! {
    [json, sqlite, postgres, mysql]
    fn a_new_project_walks_up_down_and_up_again(env) {
        env.piton(["init"]).ok().says(["wrote $DIR/piton.toml", "no tables yet", "piton upgrade"]);
        assert!(env.path("migrations").is_dir());

        env.piton(["upgrade"]).ok().says(["6 revisions applied, now at 20250616140000_add_composite_indexes"]);
        assert_eq!(env.tables(), TABLES);
        assert_eq!(env.applied().len(), 6);

        env.piton(["current"]).ok().says(["20250616140000_add_composite_indexes (head)", "applied $DATE by "]);
        env.piton(["history"]).ok().says(["m20240115_083000_create_grading_core", "6 revisions, 6 applied"]);

        env.piton(["downgrade", "-r", "-1"]).ok()
            .says(["1 revision taken back, now at m20250210_091500_create_evaluations_and_knowledge_points"]);
        assert_eq!(env.applied().len(), 5);
        env.piton(["current"]).ok().says(["(1 revision pending)"]);

        let created = env.piton(["create", "--empty", "-m", "添加新字段"]).ok();
        created.says(["wrote $DIR/migrations/", "_tian_jia_xin_zi_duan.sql"]);
        env.piton(["upgrade"]).ok().says(["2 revisions applied", "_tian_jia_xin_zi_duan"]);
        assert_eq!(env.applied().len(), 7);
        env.piton(["current"]).ok().says(["添加新字段", "(head)"]);
        env.piton(["downgrade"]).ok().says(["1 revision taken back"]);
    }

    [json, sqlite, postgres, mysql]
    fn init_can_be_run_again_and_keeps_what_is_there(env) {
        env.piton(["init"]).ok();
        let written = env.read("piton.toml") + "# mine\n";
        env.write("piton.toml", &written);
        env.piton(["init", "--upgrade"]).ok().says(["6 revisions applied", "(head)"]);
        env.piton(["init"]).ok().says(["10 tables: ", "students"]);
        assert_eq!(env.read("piton.toml"), written);
        env.piton(["init", "--reset"]).ok();
        assert_eq!(env.read("piton.toml.bak"), written);
        assert_eq!(env.applied().len(), 6);
    }

    [json, sqlite, postgres, mysql]
    fn upgrading_twice_does_nothing_the_second_time(env) {
        env.piton(["upgrade"]).ok();
        let schema = env.schema();
        env.piton(["upgrade"]).ok().says(["nothing to do: at 20250616140000_add_composite_indexes"]);
        env.piton(["upgrade", "-r", "m20240115"]).ok().says(["nothing to do"]);
        assert_eq!(env.schema(), schema);
    }

    [json, sqlite, postgres, mysql]
    fn up_down_up_leaves_the_same_schema(env) {
        env.piton(["upgrade"]).ok();
        let first = env.schema();
        assert!(first.len() > 5, "{first:#?}");
        env.piton(["downgrade", "-r", "base"]).ok().says(["6 revisions taken back, now at base"]);
        assert_eq!(env.tables(), [""; 0]);
        assert_eq!(env.applied(), [""; 0]);
        env.piton(["upgrade"]).ok();
        assert_eq!(env.schema(), first);
    }

    [json, sqlite, postgres, mysql]
    fn every_step_up_is_undone_by_the_step_down(env) {
        let mut before = Vec::new();
        env.piton(["upgrade", "-r", "+1"]).ok();
        for _ in 1..6 {
            before.push(env.schema());
            env.piton(["upgrade", "-r", "+1"]).ok();
        }
        while let Some(schema) = before.pop() {
            env.piton(["downgrade"]).ok();
            assert_eq!(env.schema(), schema);
        }
    }

    [json, sqlite, postgres, mysql]
    fn a_target_is_head_base_a_number_an_id_or_its_start(env) {
        for (number, table) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
            env.table_revision(number, table);
        }
        env.piton(["upgrade", "-r", "+2"]).ok();
        assert_eq!(env.tables(), ["a", "b"]);
        env.piton(["upgrade", "--revision", "003"]).ok();
        assert_eq!(env.applied(), ["001_a", "002_b", "003_c"]);
        env.piton(["upgrade", "-r", "head"]).ok();
        env.piton(["downgrade", "-r", "-2"]).ok();
        assert_eq!(env.tables(), ["a", "b"]);
        env.piton(["downgrade", "-r", "001_a"]).ok();
        assert_eq!(env.tables(), ["a"], "the id given to downgrade stays applied");
        env.piton(["downgrade", "-r", "base"]).ok();
        assert_eq!(env.tables(), [""; 0]);
    }

    [json, sqlite, postgres, mysql]
    fn create_tables_makes_what_upgrade_would_and_records_it(env) {
        env.piton(["create_tables"]).ok().says(["10 tables made", "recorded as at 20250616140000"]);
        assert_eq!(env.tables(), TABLES);
        assert_eq!(env.applied().len(), 6);
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
        env.piton(["create_tables"]).ok().says(["nothing to do"]);
        env.piton(["downgrade", "-r", "base"]).ok();
        assert_eq!(env.tables(), [""; 0]);
    }

    [json, sqlite, postgres, mysql]
    fn create_tables_finds_nothing_to_make_after_upgrade(env) {
        env.piton(["upgrade"]).ok();
        env.piton(["create-tables"]).ok().says(["nothing to do"]);
    }

    [sqlite, postgres, mysql]
    fn the_log_of_revoked_sessions_is_no_drift(env) {
        env.piton(["upgrade"]).ok();
        env.sql("CREATE TABLE piton_revocations (id integer)");
        env.piton(["check"]).ok();
    }

    [json, sqlite, postgres, mysql]
    fn create_tables_refuses_where_part_of_the_history_is_applied(env) {
        env.piton(["upgrade", "-r", "+2"]).ok();
        let schema = env.schema();
        env.piton(["create_tables"]).ends(6).says(["2 of 6 revisions are applied", "piton upgrade"]);
        assert_eq!(env.schema(), schema);
    }

    [json, sqlite, postgres, mysql]
    fn drop_tables_asks_and_then_leaves_nothing(env) {
        env.piton(["upgrade"]).ok();
        env.piton(["drop_tables"]).ends(2).says(["nobody can answer here", "Type the database's name", "--yes", "nothing was done"]);
        assert_eq!(env.tables(), TABLES);
        env.piton(["drop-tables", "--yes"]).ok().says(["10 tables dropped, now at base"]);
        assert_eq!(env.tables(), [""; 0]);
        assert_eq!(env.applied(), [""; 0]);
        env.piton(["drop_tables"]).ok().says(["nothing to do"]);
        env.piton(["upgrade"]).ok().says(["6 revisions applied"]);
    }

    [json, sqlite, postgres, mysql]
    fn drop_tables_leaves_other_tables_alone(env) {
        env.write("migrations/20990101000000_mine.sql",
            "-- migrate:up\nCREATE TABLE mine (id integer PRIMARY KEY);\n-- migrate:down\nDROP TABLE mine;\n");
        env.write("piton.toml", "[revisions]\ndir = \"migrations\"\n");
        env.piton(["upgrade"]).ok().says(["7 revisions applied"]);
        env.piton(["drop_tables", "--yes"]).ok().says(["10 tables dropped"]);
        assert_eq!(env.tables(), ["mine"]);
    }

    [postgres, mysql]
    fn init_makes_a_database_that_is_missing_where_that_is_agreed_to(env) {
        env.database().maintenance(&format!("DROP DATABASE {}", env.database().name()));
        env.piton(["upgrade"]).ends(4).says(["piton init"]);
        env.piton(["init"]).ends(2).says(["does not exist", "--yes"]);
        env.piton(["init", "--yes"]).ok().says(["made the database $DATABASE", "proven"]);
        env.piton(["upgrade"]).ok();
        assert_eq!(env.tables(), TABLES);
    }

    [postgres, mysql]
    fn init_proves_the_connection_and_leaves_nothing_behind(env) {
        env.piton(["init"]).ok().says(["connected to ", "proven: wrote and read a temporary table"]);
        assert_eq!(env.tables(), [""; 0]);
    }

    [sqlite, postgres, mysql]
    fn rows_survive_a_walk_that_does_not_touch_their_table(env) {
        env.piton(["upgrade"]).ok();
        env.sql("INSERT INTO students (student_id, name) VALUES ('s1', '学生')");
        env.piton(["downgrade", "-r", "m20240115_083000_create_grading_core"]).ok();
        env.piton(["upgrade"]).ok();
        assert_eq!(env.value("SELECT name FROM students"), "学生");
    }

    [json, sqlite, postgres, mysql]
    fn stamp_records_without_running(env) {
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.piton(["stamp", "001"]).ok().says(["1 revision recorded, now at 001_a"]);
        assert_eq!(env.tables(), [""; 0]);
        assert_eq!(env.applied(), ["001_a"]);
        env.piton(["upgrade"]).ok().says(["applied 002_b"]);
        assert_eq!(env.tables(), ["b"]);
        env.piton(["stamp", "base"]).ok().says(["2 revisions struck out, now at base"]);
        assert_eq!(env.applied(), [""; 0]);
    }
}

#[test]
fn the_json_store_is_used_where_nothing_is_configured() {
    let env = TestEnvironment::new();
    let mut command = env.command(["upgrade"]);
    command.env_remove("DATABASE_URL");
    env.output_of(command).ok().says(["JSON store $DIR/data"]);
    assert_eq!(env.tables(), TABLES);
}

#[test]
fn init_bare_makes_a_project_whose_history_is_its_folder() {
    let env = TestEnvironment::new();
    env.piton(["init", "--bare"]).ok();
    env.piton(["upgrade"]).ok().says(["nothing to do: at base"]);
    env.piton(["create", "--empty", "-m", "first"]).ok();
    env.piton(["upgrade"]).ok().says(["1 revision applied"]);
    assert_eq!(env.applied().len(), 1);
}
