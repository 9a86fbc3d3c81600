//! `copy --upsert`: rows are replaced by their key alone, and read back.

use serde_json::Value;

use crate::on;
use crate::support::{Backend, TestEnvironment};
use crate::{copy, url_of};

fn people(env: &TestEnvironment) {
    env.up_down(
        "001_people",
        "CREATE TABLE people (id integer PRIMARY KEY, email varchar(50) UNIQUE, name varchar(50));",
        "DROP TABLE people;",
    );
    env.piton(["upgrade"]).ok();
}

/// Rows in the target, whatever it is.
fn put(env: &TestEnvironment, rows: &str) {
    if env.backend() != Backend::Json {
        env.sql(&format!(
            "INSERT INTO people (id, email, name) VALUES {rows}"
        ));
        return;
    }
    let bring = TestEnvironment::sqlite().expect("SQLite needs no server");
    people(&bring);
    bring.sql(&format!(
        "INSERT INTO people (id, email, name) VALUES {rows}"
    ));
    bring.piton(copy(&url_of(env), &[])).ok();
}

/// Each row as `id email name`.
fn there(env: &TestEnvironment) -> Vec<String> {
    if env.backend() != Backend::Json {
        let rows = env.sql("SELECT id, email, name FROM people ORDER BY id");
        return rows.iter().map(|row| row.join(" ")).collect();
    }
    let text = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let rows = env.database().json_rows("people");
    rows.iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row["id"],
                text(&row["email"]),
                text(&row["name"])
            )
        })
        .collect()
}

on! {
    [json, sqlite, postgres, mysql]
    fn a_row_replaces_that_of_its_primary_key_and_never_another_one(env) {
        people(env);
        put(env, "(1, 'a@x', 'Ada'), (3, 'c@x', 'Cleo')");
        let source = TestEnvironment::sqlite().expect("SQLite needs no server");
        people(&source);
        source.sql("INSERT INTO people VALUES (2, 'a@x', 'Eve'), (3, 'c@x', 'Clio')");
        let to = url_of(env);
        let output = source.piton(copy(&to, &["--upsert"])).ends(10);
        output.says(["people", "email"]);
        assert_eq!(there(env), ["1 a@x Ada", "3 c@x Cleo"]);
        source.sql("UPDATE people SET email = 'e@x' WHERE id = 2");
        let document = source.piton(copy(&to, &["--upsert", "--json"])).ok().document();
        assert_eq!(document["tables"][0]["rows"], 2);
        assert_eq!(document["tables"][0]["beside"], 1, "{document:#}");
        assert_eq!(there(env), ["1 a@x Ada", "2 e@x Eve", "3 c@x Clio"]);
    }
}

on! {
    [postgres, mysql]
    fn rows_stay_in_columns_that_the_source_has_not(env) {
        let source = TestEnvironment::sqlite().expect("SQLite needs no server");
        people(&source);
        people(env);
        env.sql("ALTER TABLE people ADD COLUMN more varchar(20) NOT NULL DEFAULT 'usual'");
        put(env, "(1, 'a@x', 'Ada')");
        env.sql("UPDATE people SET more = 'special'");
        source.sql("INSERT INTO people VALUES (1, 'a@x', 'Ada L.'), (2, 'b@x', 'Bob')");
        source.piton(copy(&url_of(env), &["--upsert"])).ok();
        let rows = env.sql("SELECT name, more FROM people ORDER BY id");
        assert_eq!(rows, [["Ada L.", "special"], ["Bob", "usual"]]);
    }
}

on! {
    [mysql]
    fn what_did_not_arrive_as_it_was_sent_is_taken_back(env) {
        let source = TestEnvironment::sqlite().expect("SQLite needs no server");
        for one in [&source, env] {
            one.up_down("001_marks", "CREATE TABLE marks (id integer PRIMARY KEY, mark double);", "DROP TABLE marks;");
            one.piton(["upgrade"]).ok();
        }
        // It rounds, and says nothing of it.
        env.sql("ALTER TABLE marks MODIFY mark double(7, 2)");
        env.sql("INSERT INTO marks VALUES (1, 0.5)");
        source.sql("INSERT INTO marks VALUES (2, 0.125)");
        let to = url_of(env);
        let output = source.piton(copy(&to, &["--upsert"])).ends(1);
        output.says(["marks is not in the target what it is in the source", "left as it was"]);
        assert_eq!(env.sql("SELECT id FROM marks"), [["1"]]);
        env.sql("DROP TABLE piton_copy");
        env.sql("DELETE FROM marks");
        for _ in 0..2 {
            source.piton(copy(&to, &[])).ends(1).says(["marks is not in the target"]);
            assert_eq!(env.value("SELECT count(*) FROM marks"), "0");
        }
    }
}
