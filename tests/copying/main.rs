//! `piton copy`: from any backend into any other, going on after a kill, refusing what the target cannot hold.

#[path = "../support/mod.rs"]
mod support;

mod following;
mod resuming;
mod upserting;

use support::fault;
use support::{Backend, TestEnvironment, wait_until};

const SHOP: &str = "\
CREATE TABLE customers (id integer PRIMARY KEY, name varchar(50) NOT NULL, note text);
CREATE TABLE orders (id integer PRIMARY KEY, customer integer NOT NULL REFERENCES customers (id), total double precision, paid boolean);
INSERT INTO customers (id, name, note) VALUES (1, 'Ada', NULL), (2, '王小明', 'a\u{9}b'), (3, '', '🎉');
INSERT INTO orders (id, customer, total, paid) VALUES (10, 2, 12.5, true), (11, 3, NULL, false);
";

fn shop(env: &TestEnvironment) {
    env.up_down("001_shop", SHOP, "DROP TABLE orders; DROP TABLE customers;");
}

/// `--to` for another world's database.
fn url_of(env: &TestEnvironment) -> String {
    match env.backend() {
        Backend::Json => format!("json:{}", env.database().path().display()),
        Backend::Sqlite => format!("sqlite:///{}", env.database().path().display()),
        Backend::Postgres | Backend::Mysql => env.url().to_owned(),
    }
}

fn copy<'a>(to: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["copy", "--to", to];
    args.extend(more);
    args
}

on! {
    [json, sqlite, postgres, mysql]
    fn every_backend_is_copied_into_each_other(env) {
        shop(env);
        env.piton(["upgrade"]).ok();
        let others = [
            TestEnvironment::json(),
            TestEnvironment::sqlite(),
            TestEnvironment::postgres(),
            TestEnvironment::mysql(),
        ];
        for other in others.iter().flatten() {
            let to = url_of(other);
            let output = env.piton(copy(&to, &["--json"])).ok().document();
            assert_eq!(output["rows"], 5, "{output:#}");
            assert_eq!(output["revision"], "001_shop");
            assert_eq!(output["tables"][0]["table"], "customers");
            // What the history itself put there is not there twice.
            match other.backend() {
                Backend::Json => {
                    let rows = other.database().json_rows("customers");
                    assert_eq!(rows.len(), 3);
                    assert_eq!(rows[1]["name"], "王小明");
                }
                _ => {
                    let rows = other.sql("SELECT name FROM customers ORDER BY id");
                    assert_eq!(rows, [["Ada"], ["王小明"], [""]]);
                    assert_eq!(other.value("SELECT count(*) FROM orders"), "2");
                }
            }
            assert_eq!(other.applied(), ["001_shop"]);
            assert!(!other.tables().iter().any(|table| table == "piton_copy"));
            // Now it is not empty.
            let again = env.piton(copy(&to, &[])).ends(3);
            again.says(["not empty", "--upsert"]);
            let upserted = env.piton(copy(&to, &["--upsert", "-t", "orders", "--json"])).ok();
            assert_eq!(upserted.document()["rows"], 2);
        }
    }
}

on! {
    [sqlite, postgres, mysql]
    fn a_copy_that_was_killed_goes_on_where_it_was(env) {
        let _case = fault::case(51, env.backend());
        let source = TestEnvironment::sqlite().expect("SQLite needs no server");
        source.up_down(
            "001_numbers",
            "CREATE TABLE a_few (id integer PRIMARY KEY);\n\
             CREATE TABLE b_many (id integer PRIMARY KEY, words text);",
            "DROP TABLE b_many; DROP TABLE a_few;",
        );
        source.piton(["upgrade"]).ok();
        source.sql("INSERT INTO a_few VALUES (1), (2)");
        source.sql(
            "INSERT INTO b_many WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000) \
             SELECT i, 'the words of row ' || i FROM n",
        );
        let to = url_of(env);
        let running = source.start(copy(&to, &["--jobs", "1"]));
        running.wait_for("copied a_few");
        running.kill();
        wait_until("the server has let go", || {
            env.backend() == Backend::Sqlite || env.value("SELECT count(*) FROM b_many") == "0"
        });
        let document = source.piton(copy(&to, &["--json"])).ok().document();
        assert_eq!(document["tables"][0]["before"], true, "{document:#}");
        assert_eq!(document["tables"][1]["before"], false);
        assert_eq!(env.value("SELECT count(*) FROM a_few"), "2");
        assert_eq!(env.value("SELECT count(*) FROM b_many"), "120000");
        assert!(!env.tables().iter().any(|table| table == "piton_copy"));
    }
}

on! {
    [postgres, mysql]
    fn what_the_target_cannot_hold_is_refused_by_its_name(env) {
        let _case = fault::case(52, env.backend());
        let source = TestEnvironment::sqlite().expect("SQLite needs no server");
        source.up_down(
            "001_numbers",
            "CREATE TABLE numbers (id integer PRIMARY KEY, small smallint);",
            "DROP TABLE numbers;",
        );
        source.piton(["upgrade"]).ok();
        source.sql("INSERT INTO numbers VALUES (1, 7), (2, 70000)");
        let to = url_of(env);
        let output = source.piton(copy(&to, &[])).ends(10);
        output.says(["numbers", "id = 2", "\"small\"", "70000"]);
        assert_eq!(env.value("SELECT count(*) FROM numbers"), "0");
        source.sql("UPDATE numbers SET small = 8 WHERE id = 2");
        source.piton(copy(&to, &[])).ok();
        assert_eq!(env.value("SELECT sum(small) FROM numbers"), "15");
    }
}

on! {
    [json, sqlite]
    fn a_decimal_of_a_server_s_that_a_double_would_change_is_refused_by_its_name(env) {
        let Some(source) = TestEnvironment::postgres() else {
            return;
        };
        let _case = fault::case(52, env.backend());
        source.up_down(
            "001_numbers",
            "CREATE TABLE numbers (id integer PRIMARY KEY, exact decimal(30,20));",
            "DROP TABLE numbers;",
        );
        source.piton(["upgrade"]).ok();
        source.sql("INSERT INTO numbers VALUES (1, 0.5), (2, 0.12345678901234567890)");
        let to = url_of(env);
        let output = source.piton(copy(&to, &[])).ends(10);
        output.says(["numbers", "id = 2", "\"exact\"", "0.12345678901234567890"]);
        source.sql("UPDATE numbers SET exact = 12.25 WHERE id = 2");
        source.piton(copy(&to, &[])).ok();
    }
}

on! {
    [mysql]
    fn keys_that_are_one_to_the_target_are_refused_beforehand(env) {
        let source = TestEnvironment::sqlite().expect("SQLite needs no server");
        source.up_down(
            "001_words",
            "CREATE TABLE a_first (id integer PRIMARY KEY);\n\
             CREATE TABLE words (word varchar(50) NOT NULL PRIMARY KEY);",
            "DROP TABLE words; DROP TABLE a_first;",
        );
        source.piton(["upgrade"]).ok();
        source.sql("INSERT INTO a_first VALUES (1)");
        source.sql("INSERT INTO words VALUES ('word'), ('Word')");
        let to = url_of(env);
        let output = source.piton(copy(&to, &[])).ends(10);
        output.says(["words", "two keys for one", "nothing was copied"]);
        assert_eq!(env.value("SELECT count(*) FROM a_first"), "0");
    }
}

on! {
    [json, sqlite, postgres, mysql]
    fn tables_are_made_from_those_of_the_source_where_no_history_does(env) {
        let source = TestEnvironment::sqlite().expect("SQLite needs no server");
        source.write("piton.toml", "[revisions]\nbuiltin = false\n");
        source.sql("CREATE TABLE makers (code varchar(10) NOT NULL PRIMARY KEY, name text NOT NULL DEFAULT 'nobody')");
        source.sql(
            "CREATE TABLE things (id integer PRIMARY KEY, maker varchar(10) REFERENCES makers (code), price real(10, 2), \
             made timestamp_with_timezone_text, about json_text, picture blob, CHECK (price > 0))",
        );
        source.sql("CREATE INDEX things_by_maker ON things (maker)");
        source.sql("INSERT INTO makers VALUES ('a', '工厂'), ('A', 'x')");
        source.sql(
            "INSERT INTO things VALUES (7, 'a', 12.5, '2024-12-01T08:30:00+00:00', '{\"a\": [1]}', x'00ff'), \
             (8, NULL, NULL, NULL, NULL, NULL)",
        );
        let to = url_of(env);
        source.piton(copy(&to, &[])).ends(3).says(["no table makers", "--follow-schema"]);
        let output = source.piton(copy(&to, &["--follow-schema"])).ok();
        output.says(["4 rows of 2 tables"]);
        assert_eq!(env.tables(), ["makers", "things"]);
        if env.backend() != Backend::Json {
            assert_eq!(env.value("SELECT price FROM things WHERE id = 7").trim_end_matches('0'), "12.5");
            env.sql("INSERT INTO things (maker) VALUES ('A')");
        }
        // And back, into a database that has nothing.
        let back = TestEnvironment::new();
        back.write("piton.toml", "[revisions]\nbuiltin = false\n");
        back.piton(["copy", "--follow-schema", "--from", &to, "--to", "json:data"]).ok();
        assert_eq!(back.database().json_rows("makers").len(), 2);
    }
}

#[test]
fn wrong_uses_are_told() {
    let env = TestEnvironment::sqlite().expect("SQLite needs no server");
    shop(&env);
    env.piton(["upgrade"]).ok();
    env.piton(["copy", "--to", env.url()])
        .ends(2)
        .says(["same database"]);
    env.piton(["copy", "--to", "json:other", "-t", "nothing"])
        .ends(2)
        .says(["no table nothing"]);
    env.piton(["copy", "--from", "json:nowhere", "--to", "json:other"])
        .ends(3)
        .says(["not there"]);
    let mut guarded = env.command(["copy", "--to", "json:other"]);
    guarded.env("ENVIRONMENT", "production");
    env.output_of(guarded).ends(2).says(["--yes"]);
    assert!(!env.path("other").exists(), "nothing was made");
}
