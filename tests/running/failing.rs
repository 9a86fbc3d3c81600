//! A statement that fails: what is shown of it, and what stands afterwards.

use crate::on;
use crate::support::Backend;

const FAILS_AT_ITS_SECOND: &str = "\
-- b
-- migrate:up
CREATE TABLE b (id integer PRIMARY KEY);

-- 学生
INSERT INTO /* 学生 */ nowhere
    VALUES (1);
-- migrate:down
DROP TABLE b;
";

on! {
    [json, sqlite, postgres]
    fn a_failing_statement_is_shown_with_its_place_and_rolled_back(env) {
        env.table_revision(1, "a");
        env.revision("002_b", FAILS_AT_ITS_SECOND);
        env.table_revision(3, "c");
        let place = match env.backend() {
            Backend::Postgres => "migrations/002_b.sql:6:22, statement 2 of 2",
            _ => "migrations/002_b.sql:6:1, statement 2 of 2",
        };
        let output = env.piton(["upgrade"]).ends(1).says([
            "upgrade of 002_b failed: ",
            "nowhere",
            place,
            "6 | INSERT INTO /* 学生 */ nowhere",
            "nothing of 002_b stands",
            "1 revision before it stands",
        ]);
        if env.backend() == Backend::Postgres {
            output.says(["relation \"nowhere\" does not exist (42P01)", "|                        ^"]);
        }
        assert_eq!(env.tables(), ["a"]);
        assert_eq!(env.applied(), ["001_a"]);
        env.piton(["current"]).ok().says(["001_a (2 revisions pending)"]);

        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok().says(["2 revisions applied"]);
        assert_eq!(env.tables(), ["a", "b", "c"]);
    }

    [mysql]
    fn a_failing_statement_leaves_a_revision_half_applied_where_ddl_commits(env) {
        env.table_revision(1, "a");
        env.revision("002_b", FAILS_AT_ITS_SECOND);
        env.table_revision(3, "c");
        env.piton(["upgrade"]).ends(7).says([
            "upgrade of 002_b failed: ",
            "nowhere' doesn't exist",
            "migrations/002_b.sql:6:1, statement 2 of 2",
            "6 | INSERT INTO /* 学生 */ nowhere",
            "002_b is half applied: it came to statement 2 of 2",
        ]);
        assert_eq!(env.tables(), ["a", "b"]);
        assert_eq!(env.applied(), ["001_a"]);

        for args in [vec!["upgrade"], vec!["downgrade"], vec!["upgrade", "--dry-run"]] {
            env.piton(args).ends(7).says(["half applied: 002_b, statement 2 of 2 failed", "piton repair"]);
        }
        assert_eq!(env.tables(), ["a", "b"]);
        env.piton(["current"]).ok().says(["half applied: 002_b"]);
        env.piton(["history"]).ok().says(["half applied"]);

        // Finished by hand, and said so.
        env.piton(["stamp", "002"]).ok();
        env.piton(["upgrade"]).ok().says(["applied 003_c"]);
    }

    [mysql]
    fn a_first_statement_that_fails_leaves_nothing_to_repair(env) {
        env.table_revision(1, "a");
        env.up_down("002_b", "INSERT INTO nowhere VALUES (1);", "");
        env.piton(["upgrade"]).ends(1).says(["nothing of 002_b stands"]);
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok().says(["applied 002_b"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_syntax_error_is_marked(env) {
        env.revision("001_a", "-- migrate:up\nCREATE TABLE a (\n    id integer PRIMARY KEYS\n);\n");
        let place = match env.backend() {
            Backend::Postgres => "001_a.sql:3:24",
            _ => "001_a.sql:",
        };
        env.piton(["upgrade"]).ends(1).says([place, "3 |     id integer PRIMARY KEYS", "KEYS"]);
        assert_eq!(env.tables(), [""; 0]);
    }

    [json, sqlite, postgres, mysql]
    fn a_constraint_in_the_way_is_10(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY);\nINSERT INTO a VALUES (1);", "DROP TABLE a;");
        env.up_down("002_b", "INSERT INTO a VALUES (1);", "");
        env.piton(["upgrade"]).ends(10).says(["upgrade of 002_b failed", "002_b.sql:3:1", "nothing of 002_b stands"]);
        assert_eq!(env.applied(), ["001_a"]);
    }

    [json, sqlite, postgres]
    fn a_failing_way_down_is_rolled_back_too(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY);", "DROP TABLE a;\nDROP TABLE nowhere;");
        env.piton(["upgrade"]).ok();
        env.piton(["downgrade"]).ends(1).says(["downgrade of 001_a failed", "001_a.sql:6:", "nothing of 001_a stands"]);
        assert_eq!(env.tables(), ["a"]);
        assert_eq!(env.applied(), ["001_a"]);
        env.piton(["current"]).ok().hides(["warning"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_failure_is_one_document_under_json(env) {
        env.up_down("001_a", "INSERT INTO nowhere VALUES (1);", "");
        let error = env.piton(["upgrade", "--json"]).ends(1).document()["error"].clone();
        assert_eq!(error["code"], 1);
        assert_eq!(error["kind"], "failed");
        assert!(error["message"].as_str().unwrap().contains("001_a.sql:3:"), "{error}");
    }

    [sqlite, postgres, mysql]
    fn the_journal_tells_what_failed(env) {
        env.up_down("001_a", "INSERT INTO nowhere VALUES (1);", "");
        env.piton(["upgrade"]).ends(1);
        let rows = env.sql("SELECT revision, action, state, error FROM piton_journal ORDER BY id DESC LIMIT 1");
        assert_eq!(rows[0][..3], ["001_a", "upgrade", "rolled back"]);
        assert!(rows[0][3].contains("nowhere"), "{rows:?}");
    }

    [mysql]
    fn a_revision_that_was_taken_back_by_hand_is_cleared_by_stamp(env) {
        env.table_revision(1, "a");
        env.revision("002_b", FAILS_AT_ITS_SECOND);
        env.piton(["upgrade"]).ends(7);
        env.sql("DROP TABLE b");
        env.piton(["stamp", "001"]).ok();
        env.piton(["current"]).ok().says(["001_a (1 revision pending)"]).hides(["warning"]);
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok().says(["applied 002_b"]);
    }

    [sqlite, postgres, mysql]
    fn stamp_settles_what_history_and_journal_disagree_about(env) {
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok();
        env.sql("DELETE FROM seaql_migrations WHERE version = '002_b'");
        env.piton(["upgrade"]).ends(6);
        env.sql("DROP TABLE b");
        env.piton(["stamp", "001"]).ok();
        env.piton(["upgrade"]).ok().says(["applied 002_b"]);
        env.piton(["downgrade"]).ok();
        env.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('002_b', 1)");
        env.piton(["upgrade"]).ends(6).says(["altered: seaql_migrations says that 002_b is applied"]);
        env.piton(["stamp", "head"]).ok();
        env.piton(["upgrade"]).ok().says(["nothing to do: at 002_b"]);
        env.piton(["current"]).ok().hides(["warning"]);
    }
}
