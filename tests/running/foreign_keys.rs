//! SQLite's foreign keys, also in the JSON store: rebuilding a parent loses no child, and no revision
//! leaves a row that refers to nothing.

use crate::on;
use crate::support::{Backend, TestEnvironment};

fn family(env: &TestEnvironment) {
    env.up_down(
        "001_family",
        "CREATE TABLE parent (id integer PRIMARY KEY, name text);\n\
         CREATE TABLE child (id integer PRIMARY KEY, parent_id integer REFERENCES parent (id) ON DELETE CASCADE);\n\
         INSERT INTO parent VALUES (1, 'one'), (2, 'two');\n\
         INSERT INTO child VALUES (10, 1), (11, 1), (20, 2);",
        "DROP TABLE child;\nDROP TABLE parent;",
    );
}

fn children(env: &TestEnvironment) -> usize {
    match env.backend() {
        Backend::Json => env.database().json_rows("child").len(),
        _ => env.value("SELECT count(*) FROM child").parse().unwrap(),
    }
}

on! {
    [json, sqlite]
    fn a_rebuilt_parent_keeps_every_child(env) {
        family(env);
        env.up_down(
            "002_rebuild",
            "CREATE TABLE new_parent (id integer PRIMARY KEY, name text NOT NULL);\n\
             INSERT INTO new_parent SELECT id, name FROM parent;\n\
             DROP TABLE parent;\n\
             ALTER TABLE new_parent RENAME TO parent;",
            "",
        );
        env.piton(["upgrade"]).ok();
        assert_eq!(children(env), 3);
        assert!(
            env.schema().iter().any(|sql| sql.contains("REFERENCES parent") || sql.contains("REFERENCES \\\"parent")
                || sql.contains("REFERENCES \"parent")),
            "{:#?}", env.schema()
        );
    }

    [json, sqlite]
    fn a_row_that_comes_to_refer_to_nothing_fails_the_revision(env) {
        family(env);
        env.up_down("002_orphan", "INSERT INTO child VALUES (30, 3), (40, 4);", "");
        env.piton(["upgrade"]).ends(10).says([
            "upgrade of 002_orphan failed: 2 rows refer to nothing now",
            "child row 30 refers to parent",
            "nothing of 002_orphan stands",
        ]);
        assert_eq!(children(env), 3);
        assert_eq!(env.applied(), ["001_family"]);
    }

    [sqlite]
    fn a_row_that_referred_to_nothing_before_is_in_nobody_s_way(env) {
        family(env);
        env.piton(["upgrade"]).ok();
        env.sql("PRAGMA foreign_keys = OFF; INSERT INTO child VALUES (30, 3)");
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok();
        assert_eq!(children(env), 4);
    }

    [json, sqlite]
    fn a_section_can_ask_for_foreign_keys(env) {
        family(env);
        env.revision("002_delete", "-- migrate:up foreign_keys:on\nDELETE FROM parent WHERE id = 1;\n");
        env.table_revision(3, "b");
        env.up_down("004_off", "CREATE TABLE seen AS SELECT foreign_keys AS value FROM pragma_foreign_keys;", "");
        env.piton(["upgrade"]).ok();
        assert_eq!(children(env), 1, "the cascade ran");
        if env.backend() == Backend::Sqlite {
            assert_eq!(env.value("SELECT value FROM seen"), "0", "off again in the next one");
        }
    }
}
