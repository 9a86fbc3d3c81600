//! Some tables damaged: they come back as they were, and all else stays.

use crate::on;
use crate::school::{ask, back_up, fill, path, run, sums};
use crate::support::Backend;

on! {
    [json, sqlite, postgres, mysql]
    fn damaged_tables_come_back_and_their_children_keep_their_rows(env) {
        fill(env);
        let before = sums(env);
        let backup = back_up(env, &[]);
        run(env, &[
            "INSERT INTO students (student_id, name) VALUES ('late', 'x')",
            "UPDATE students SET name = 'damaged' WHERE student_id = 's2'",
            "UPDATE grading_tasks SET subject = NULL",
            "ALTER TABLE grading_tasks DROP COLUMN total_questions",
            "UPDATE grading_results SET feedback = 'newer than the backup'",
        ]);
        let damaged = sums(env);
        let restore = ["restore", path(&backup), "-t", "students", "-t", "grading_tasks"];
        env.piton(restore).ends(3).says(["not empty", "students", "--replace"]);
        assert_eq!(sums(env), damaged);

        env.piton(restore.into_iter().chain(["--replace"]))
            .ok()
            .says(["2 tables, 6 rows restored", "20250616140000_add_composite_indexes"]);
        let after = sums(env);
        for table in ["students", "grading_tasks", "error_analysis"] {
            assert_eq!(after[table], before[table], "{table}");
        }
        assert_eq!(
            ask(env, "SELECT DISTINCT feedback FROM grading_results"),
            ["newer than the backup"]
        );
        env.piton(["check"]).ok();
        if env.backend().is_server() {
            let refused = env.database().connect().try_query("DELETE FROM students WHERE student_id = 's1'");
            assert!(refused.is_err(), "the foreign keys are not back");
        }
    }

    [json, sqlite, postgres, mysql]
    fn rows_that_refer_to_what_does_not_come_back_are_named(env) {
        fill(env);
        let backup = back_up(env, &[]);
        run(env, &[
            "INSERT INTO students (student_id, name) VALUES ('late', 'x')",
            "INSERT INTO grading_tasks (id, student_id) VALUES (77, 'late')",
        ]);
        let restore = ["restore", path(&backup), "-t", "students", "--replace"];
        let failed = env.piton(restore).ends(10).says(["grading_tasks", "students", "id = 77"]);
        if env.backend() == Backend::Json {
            // A store keeps nothing of what did not end.
            assert_eq!(ask(env, "SELECT count(*) FROM students"), ["4"]);
            return;
        }
        failed.says(["the same command goes on"]);
        run(env, &["DELETE FROM grading_tasks WHERE id = 77"]);
        env.piton(restore).ok().says(["restored"]);
        env.piton(["check"]).ok();
        assert_eq!(ask(env, "SELECT count(*) FROM students"), ["3"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_dropped_table_comes_back_with_what_was_on_it(env) {
        fill(env);
        let before = sums(env);
        let backup = back_up(env, &["-t", "error_analysis"]);
        run(env, &["DROP TABLE error_analysis"]);
        env.piton(["restore", path(&backup)]).ok().says(["1 table, 3 rows restored"]);
        assert_eq!(sums(env), before);
        env.piton(["check"]).ok();
    }

    [json, sqlite, postgres, mysql]
    fn a_table_that_there_is_not_is_told(env) {
        fill(env);
        env.piton(["backup", "-t", "nobody"]).ends(2).says(["nobody"]);
        let backup = back_up(env, &[]);
        env.piton(["restore", path(&backup), "-t", "nobody", "--replace"]).ends(2).says(["nobody"]);
    }

    [json, sqlite, postgres, mysql]
    fn what_is_not_in_the_backup_stays_unless_it_is_told_to_go(env) {
        fill(env);
        let before = sums(env);
        let backup = back_up(env, &[]);
        run(env, &["CREATE TABLE later (id integer PRIMARY KEY)", "DELETE FROM error_analysis"]);
        env.piton(["restore", path(&backup), "--replace"]).ok();
        assert_eq!(ask(env, "SELECT count(*) FROM later"), ["0"]);
        env.piton(["restore", path(&backup), "--replace", "--drop-others"]).ok();
        assert_eq!(sums(env), before);
    }

    [sqlite, postgres]
    fn under_guards_the_target_s_name_is_asked_for(env) {
        fill(env);
        let backup = back_up(env, &[]);
        let guarded = ["restore", path(&backup), "--replace", "--environment", "production"];
        env.piton(guarded).ends(2).says(["--yes", "Type the database's name"]);
        env.piton(guarded.into_iter().chain(["--yes"])).ok();
    }
}
