//! `copy --follow-schema`: all tables are made, under names that the target can tell apart, or none.

use crate::on;
use crate::support::{Backend, TestEnvironment, wait_until};
use crate::{copy, url_of};

/// A source without a history.
fn bare(env: TestEnvironment, sql: &[&str]) -> TestEnvironment {
    env.write("piton.toml", "[revisions]\nbuiltin = false\n");
    for sql in sql {
        env.sql(sql);
    }
    env
}

on! {
    [json, sqlite, postgres]
    fn indexes_of_one_name_are_told_apart_where_names_are_of_the_whole_schema(env) {
        let Some(source) = TestEnvironment::mysql() else { return };
        let source = bare(source, &[
            "CREATE TABLE makers (id int PRIMARY KEY, name varchar(20), KEY by_name (name))",
            "CREATE TABLE things (id int PRIMARY KEY, name varchar(20), maker int, KEY by_name (name), \
             UNIQUE KEY makers (maker), FOREIGN KEY (maker) REFERENCES makers (id))",
            "INSERT INTO makers VALUES (1, 'a')",
            "INSERT INTO things VALUES (1, 'b', 1)",
        ]);
        source.piton(copy(&url_of(env), &["--follow-schema"])).ok();
        if env.backend() != Backend::Json {
            let schema = env.schema().join("\n");
            assert!(schema.contains("by_name") && schema.contains("things_by_name"), "{schema}");
            assert!(schema.contains("things_makers"), "{schema}");
        }
    }
}

on! {
    [mysql]
    fn foreign_keys_of_one_name_are_told_apart_where_names_are_of_the_whole_database(env) {
        let Some(source) = TestEnvironment::postgres() else { return };
        let source = bare(source, &[
            "CREATE TABLE makers (id integer PRIMARY KEY)",
            "CREATE TABLE a (id integer PRIMARY KEY, maker integer, CONSTRAINT maker FOREIGN KEY (maker) REFERENCES makers)",
            "CREATE TABLE b (id integer PRIMARY KEY, maker integer, CONSTRAINT maker FOREIGN KEY (maker) REFERENCES makers)",
            "INSERT INTO makers VALUES (1)",
            "INSERT INTO a VALUES (1, 1)",
        ]);
        source.piton(copy(&url_of(env), &["--follow-schema"])).ok();
        assert_eq!(env.value("SELECT count(*) FROM a"), "1");
        let keys = "SELECT count(*) FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()";
        assert_eq!(env.value(keys), "2");
    }
}

const MADE: [&str; 4] = [
    "CREATE TABLE makers (id integer PRIMARY KEY)",
    "CREATE TABLE things (id integer PRIMARY KEY, maker integer REFERENCES makers (id))",
    "INSERT INTO makers VALUES (1)",
    "INSERT INTO things VALUES (1, 1)",
];

on! {
    [sqlite, postgres, mysql]
    fn where_one_table_cannot_be_made_none_is(env) {
        let source = bare(TestEnvironment::sqlite().expect("SQLite needs no server"), &MADE);
        env.sql("CREATE VIEW things AS SELECT 1 AS id");
        let to = url_of(env);
        for _ in 0..2 {
            let output = source.piton(copy(&to, &["--follow-schema"]));
            assert_ne!(output.code, 0);
            output.says(["things", "no table was made"]);
            assert!(!env.tables().iter().any(|table| table == "makers"), "{:?}", env.tables());
        }
        env.sql("DROP VIEW things");
        source.piton(copy(&to, &["--follow-schema"])).ok();
        assert_eq!(env.value("SELECT maker FROM things"), "1");
        assert_eq!(env.tables(), ["makers", "things"]);
    }
}

on! {
    [mysql]
    fn tables_that_a_killed_copy_was_making_are_made_anew(env) {
        let made: Vec<String> = (100..200)
            .map(|at| format!("CREATE TABLE t{at} (id integer PRIMARY KEY, parent integer REFERENCES t100 (id))"))
            .collect();
        let made: Vec<&str> = made.iter().map(String::as_str).collect();
        let source = bare(TestEnvironment::sqlite().expect("SQLite needs no server"), &made);
        source.sql("INSERT INTO t199 VALUES (1, NULL)");
        let to = url_of(env);
        let running = source.start(copy(&to, &["--follow-schema"]));
        wait_until("it makes tables", || env.tables().iter().any(|table| table == "t103"));
        running.kill();
        assert!(!env.tables().iter().any(|table| table == "t199"), "it was killed too late");
        source.piton(copy(&to, &[])).ends(3).says(["making the tables", "--follow-schema"]);
        env.sql("INSERT INTO t100 VALUES (77, NULL)");
        let output = source.piton(copy(&to, &["--follow-schema"])).ends(3);
        output.says(["t100 has rows", "left alone"]);
        env.sql("DELETE FROM t100");
        source.piton(copy(&to, &["--follow-schema"])).ok();
        assert_eq!(env.tables().len(), 100);
        assert_eq!(env.value("SELECT id FROM t199"), "1");
        let keys = "SELECT count(*) FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()";
        assert_eq!(env.value(keys), "100");
    }
}
