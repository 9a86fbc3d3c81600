//! A copy that did not come to its end: what the next one may remove, and where it goes on.

use crate::on;
use crate::support::{Backend, TestEnvironment, fault};
use crate::{copy, url_of};

const WORDS: &str = "CREATE TABLE a_few (id integer PRIMARY KEY);\n\
    CREATE TABLE b_words (id integer PRIMARY KEY, number integer);\n\
    CREATE TABLE c_more (id integer PRIMARY KEY);";

/// A source with that history, and `env` with the same, in which a number that is there twice is refused.
fn source(env: &TestEnvironment) -> TestEnvironment {
    let source = TestEnvironment::sqlite().expect("SQLite needs no server");
    source.up_down(
        "001_words",
        WORDS,
        "DROP TABLE c_more; DROP TABLE b_words; DROP TABLE a_few;",
    );
    source.piton(["upgrade"]).ok();
    source.piton(copy(&url_of(env), &[])).ok();
    env.sql("CREATE UNIQUE INDEX numbers_once ON b_words (number)");
    source.sql("INSERT INTO a_few VALUES (1), (2)");
    source.sql("INSERT INTO b_words VALUES (1, 1), (2, 1)");
    source.sql("INSERT INTO c_more VALUES (1)");
    source
}

fn rows(env: &TestEnvironment, table: &str) -> String {
    env.value(&format!("SELECT count(*) FROM {table}"))
}

on! {
    [sqlite, postgres, mysql]
    fn rows_that_a_copy_did_not_put_there_are_never_removed(env) {
        let source = source(env);
        let to = url_of(env);
        source.piton(copy(&to, &["--jobs", "1"])).ends(10).says(["b_words"]);
        assert_eq!((rows(env, "a_few"), rows(env, "b_words")), ("2".to_owned(), "0".to_owned()));
        // Meanwhile somebody works there.
        env.sql("INSERT INTO c_more VALUES (77)");
        source.sql("UPDATE b_words SET number = 2 WHERE id = 2");
        source.piton(copy(&to, &[])).ends(3).says(["c_more has rows", "left alone", "move them away"]);
        env.sql("DELETE FROM c_more");
        env.sql("INSERT INTO a_few VALUES (77)");
        source.piton(copy(&to, &[])).ends(3).says(["a_few has rows", "left alone"]);
        assert_eq!(rows(env, "a_few"), "3");
        env.sql("DELETE FROM a_few WHERE id = 77");
        // What is this copy's own goes where the source has changed.
        source.sql("INSERT INTO a_few VALUES (3)");
        source.piton(copy(&to, &[])).ok();
        assert_eq!((rows(env, "a_few"), rows(env, "b_words"), rows(env, "c_more")),
            ("3".to_owned(), "2".to_owned(), "1".to_owned()));
        assert!(!env.tables().iter().any(|table| table == "piton_copy"));
    }
}

on! {
    [sqlite, postgres, mysql]
    fn a_table_that_the_first_copy_was_not_about_keeps_its_rows(env) {
        let source = source(env);
        let to = url_of(env);
        env.sql("INSERT INTO a_few VALUES (77)");
        source.piton(copy(&to, &["-t", "b_words"])).ends(10).says(["b_words"]);
        source.piton(copy(&to, &[])).ends(3).says(["a_few has rows", "nothing was copied"]);
        assert_eq!(env.value("SELECT id FROM a_few"), "77");
        // What was begun is ended first, and said as long as it is not.
        env.sql("DELETE FROM a_few");
        let output = source.piton(copy(&to, &["-t", "a_few"])).ok();
        output.says(["1 table of the copy that was begun here", "b_words"]);
        source.sql("UPDATE b_words SET number = 2 WHERE id = 2");
        let document = source.piton(copy(&to, &["--json"])).ok().document();
        assert_eq!(document["tables"][0]["before"], true, "{document:#}");
        assert_eq!(rows(env, "b_words"), "2");
    }
}

on! {
    [sqlite, postgres, mysql]
    fn a_copy_that_was_begun_is_not_gone_on_with_in_another_way(env) {
        let source = source(env);
        let to = url_of(env);
        source.piton(copy(&to, &["--jobs", "1"])).ends(10).says(["b_words"]);
        let another = source.piton(copy(&to, &["--upsert"])).ends(3);
        another.says(["without --upsert", "not finished", "DROP TABLE piton_copy"]);
        let other = TestEnvironment::sqlite().expect("SQLite needs no server");
        other.up_down("001_words", WORDS, "DROP TABLE c_more; DROP TABLE b_words; DROP TABLE a_few;");
        other.piton(["upgrade"]).ok();
        other.piton(copy(&to, &[])).ends(3).says(["SQLite", "was begun here"]);
        assert_eq!(rows(env, "a_few"), "2");
        // As the hint says.
        env.sql("DROP TABLE piton_copy");
        source.sql("UPDATE b_words SET number = 2 WHERE id = 2");
        source.piton(copy(&to, &["--upsert"])).ok();
        assert_eq!((rows(env, "a_few"), rows(env, "b_words")), ("2".to_owned(), "2".to_owned()));
    }
}

on! {
    [sqlite, postgres, mysql]
    fn rows_of_the_history_make_room_but_not_those_of_tables_that_were_there(env) {
        let source = TestEnvironment::sqlite().expect("SQLite needs no server");
        for one in [&source, env] {
            one.table_revision(1, "beside");
            one.piton(["upgrade"]).ok();
        }
        source.up_down(
            "002_words",
            "CREATE TABLE words (id integer PRIMARY KEY, word varchar(50));\n\
             INSERT INTO words (id, word) VALUES (1, 'of the history'), (2, 'of the history too');",
            "DROP TABLE words;",
        );
        source.piton(["upgrade"]).ok();
        source.sql("UPDATE words SET word = 'of today'");
        source.sql("INSERT INTO beside VALUES (1)");
        env.sql("INSERT INTO beside VALUES (77)");
        let to = url_of(env);
        source.piton(copy(&to, &[])).ends(3).says(["beside has rows"]);
        assert_eq!(env.value("SELECT id FROM beside"), "77");
        assert_eq!(env.value("SELECT word FROM words WHERE id = 1"), "of the history");
        // The history stands there now; its rows are known to be its own all the same, but not somebody else's.
        env.sql("DELETE FROM beside");
        env.sql("INSERT INTO words VALUES (77, 'mine')");
        source.piton(copy(&to, &[])).ends(3).says(["words has rows"]);
        env.sql("DELETE FROM words WHERE id = 77");
        source.piton(copy(&to, &[])).ok();
        assert_eq!(env.value("SELECT id FROM beside"), "1");
        assert_eq!(env.value("SELECT count(*) FROM words WHERE word = 'of today'"), "2");
    }
}

on! {
    [sqlite, postgres, mysql]
    fn a_copy_whose_foreign_keys_lead_nowhere_stays_open(env) {
        let source = TestEnvironment::sqlite().expect("SQLite needs no server");
        crate::shop(&source);
        source.piton(["upgrade"]).ok();
        let to = url_of(env);
        source.piton(copy(&to, &[])).ok();
        for table in ["orders", "customers"] {
            env.sql(&format!("DELETE FROM {table}"));
        }
        let output = source.piton(copy(&to, &["-t", "orders"])).ends(10);
        output.says(["2 rows of orders (customer) refer to nothing in customers", "-t customers"]);
        // The same again does not say that all is well.
        source.piton(copy(&to, &["-t", "orders"])).ends(10).says(["refer to nothing"]);
        let document = source.piton(copy(&to, &["--json"])).ok().document();
        assert_eq!(document["tables"][1]["before"], true, "{document:#}");
        assert_eq!((rows(env, "customers"), rows(env, "orders")), ("3".to_owned(), "2".to_owned()));
        assert!(!env.tables().iter().any(|table| table == "piton_copy"));
    }
}

on! {
    [postgres, mysql]
    fn tables_that_are_copied_at_once_are_of_one_moment(env) {
        let source = TestEnvironment::postgres();
        let Some(source) = source else { return };
        let tables: Vec<String> = (1..=6).map(|at| format!("t{at}")).collect();
        let make: Vec<String> = tables
            .iter()
            .map(|table| format!("CREATE TABLE {table} (id integer PRIMARY KEY, words varchar(100));"))
            .collect();
        let drop: Vec<String> = tables.iter().map(|table| format!("DROP TABLE {table};")).collect();
        source.up_down("001_tables", &make.join("\n"), &drop.join(" "));
        source.piton(["upgrade"]).ok();
        for table in &tables {
            source.sql(&format!(
                "INSERT INTO {table} SELECT i, 'the words of row ' || i FROM generate_series(1, 4000) AS i"
            ));
        }
        let to = url_of(env);
        let running = source.start(copy(&to, &["--jobs", "4", "--json"]));
        let mut writer = source.database().connect();
        for id in 5_000..5_400 {
            let insert: String = tables
                .iter()
                .map(|table| format!("INSERT INTO {table} VALUES ({id}, 'new'); "))
                .collect();
            writer.query(&format!("BEGIN; {insert} COMMIT"));
        }
        let document = running.output().ok().document();
        assert_eq!(document["tables"].as_array().map(Vec::len), Some(6));
        let counts: Vec<String> = tables.iter().map(|table| rows(env, table)).collect();
        assert!(counts.iter().all(|it| *it == counts[0]), "{counts:?}");
        assert_eq!(document["tables"][5]["rows"].to_string(), counts[5]);
    }
}

on! {
    [postgres, mysql]
    fn tables_that_are_copied_at_once_survive_a_kill(env) {
        let _case = fault::case(51, env.backend());
        let source = TestEnvironment::postgres();
        let Some(source) = source else { return };
        let tables: Vec<String> = (1..=8).map(|at| format!("t{at}")).collect();
        let make: Vec<String> = tables
            .iter()
            .map(|table| format!("CREATE TABLE {table} (id integer PRIMARY KEY, words varchar(100));"))
            .collect();
        let drop: Vec<String> = tables.iter().map(|table| format!("DROP TABLE {table};")).collect();
        source.up_down("001_tables", &make.join("\n"), &drop.join(" "));
        source.piton(["upgrade"]).ok();
        for (at, table) in tables.iter().enumerate() {
            source.sql(&format!(
                "INSERT INTO {table} SELECT i, 'the words of row ' || i FROM generate_series(1, {}) AS i",
                8_000 * (at + 1)
            ));
        }
        source.sql("ANALYZE");
        let to = url_of(env);
        // The largest come first.
        for until in ["copied t8", "copied t6", "copied t4"] {
            let running = source.start(copy(&to, &["--jobs", "3"]));
            running.wait_for(until);
            running.kill();
        }
        let document = source.piton(copy(&to, &["--jobs", "3", "--json"])).ok().document();
        assert_eq!(document["tables"][7]["before"], true, "{document:#}");
        for (at, table) in tables.iter().enumerate() {
            assert_eq!(rows(env, table), (8_000 * (at + 1)).to_string());
        }
        assert!(!env.tables().iter().any(|table| table == "piton_copy"));
    }
}

#[test]
fn on_postgres_tables_wait_for_those_that_they_refer_to_where_keys_are_looked_at() {
    let Some(env) = TestEnvironment::postgres() else {
        return;
    };
    let source = TestEnvironment::sqlite().expect("SQLite needs no server");
    let tables: String = (1..=5)
        .map(|at| match at {
            1 => "CREATE TABLE t1 (id integer PRIMARY KEY);\n".to_owned(),
            _ => format!(
                "CREATE TABLE t{at} (id integer PRIMARY KEY, parent integer REFERENCES t{} (id));\n",
                at - 1
            ),
        })
        .collect();
    source.up_down("001_chain", &tables, "DROP TABLE t5, t4, t3, t2, t1;");
    source.piton(["upgrade"]).ok();
    for at in 1..=5 {
        let parent = if at == 1 { "" } else { ", i" };
        source.sql(&format!(
            "INSERT INTO t{at} WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) \
             SELECT i{parent} FROM n"
        ));
    }
    // Somebody who may not take foreign keys out of the way.
    let name = format!("{}_owner", env.database().name());
    env.sql(&format!("CREATE ROLE {name} LOGIN PASSWORD 'x'"));
    env.sql(&format!("GRANT ALL ON SCHEMA public TO {name}"));
    env.sql(&format!(
        "GRANT ALL ON DATABASE {} TO {name}",
        env.database().name()
    ));
    let to = env.url().replace("//postgres@", &format!("//{name}:x@"));
    let output = source.piton(copy(&to, &["--jobs", "4"]));
    let counts: Vec<String> = (1..=5).map(|at| rows(&env, &format!("t{at}"))).collect();
    env.sql(&format!("DROP OWNED BY {name}"));
    env.sql(&format!("DROP ROLE {name}"));
    output.ok();
    assert_eq!(counts, ["2000"; 5]);
    assert_eq!(env.backend(), Backend::Postgres);
}
