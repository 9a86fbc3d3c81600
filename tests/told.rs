//! What `diff` and `create` say of what they assumed, lost and compared with.

#[macro_use]
mod support;

use support::TestEnvironment;

/// A project without Rust, of which `schema.sql` says what is desired.
fn desired(env: &TestEnvironment, text: &str) {
    env.write("schema.sql", text);
    if !env.path("piton.toml").exists() {
        env.write("migrations/.keep", "");
        env.write(
            "piton.toml",
            "schema = \"schema.sql\"\n[revisions]\ndir = \"migrations\"\nbuiltin = false\n",
        );
    }
}

/// The text of the newest revision.
fn newest(env: &TestEnvironment) -> String {
    let files = std::fs::read_dir(env.path("migrations")).unwrap();
    let mut files: Vec<_> = files.map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "sql"));
    files.sort();
    std::fs::read_to_string(files.last().unwrap()).unwrap()
}

on! {
    [sqlite, postgres, mysql]
    fn diff_says_what_it_took_for_a_rename_and_can_be_told_otherwise(env) {
        env.write("a.sql", "CREATE TABLE t (id integer PRIMARY KEY, phone varchar(50));");
        env.write("b.sql", "CREATE TABLE t (id integer PRIMARY KEY, mobile varchar(50));");
        let taken = env.piton(["diff", "a.sql", "b.sql"]).ok();
        assert!(taken.raw().contains("RENAME COLUMN"), "{}", taken.raw());
        taken.says(["taken for a rename: t.phone:mobile (--rename t.phone:mobile says that it is one, --no-rename"]);
        let told = env.piton(["diff", "a.sql", "b.sql", "--rename", "t.phone:mobile"]).ok();
        assert!(told.raw().contains("RENAME COLUMN"), "{}", told.raw());
        told.hides(["taken for a rename"]);
        let none = env.piton(["diff", "a.sql", "b.sql", "--no-rename"]).ok();
        assert!(!none.raw().contains("RENAME"), "{}", none.raw());
        none.says(["drop column t.phone", "add column t.mobile"]).hides(["taken for a rename"]);
    }

    [sqlite, postgres, mysql]
    fn create_names_what_it_compares_with_and_marks_what_either_way_cuts(env) {
        desired(env, "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20));");
        env.piton(["create", "-m", "first"]).ok();
        env.piton(["upgrade"]).ok();
        env.piton(["create", "-m", "none"])
            .ok()
            .says(["nothing to do: the database is what", "schema.sql says"])
            .hides(["entities"]);
        desired(env, "CREATE TABLE t (id integer PRIMARY KEY, name varchar(50), more integer);");
        env.piton(["create", "-m", "wider"]).ok();
        let text = newest(env);
        let (up, down) = text.split_once("-- migrate:down").unwrap();
        assert!(!up.contains("destructive"), "{text}");
        assert!(down.contains("-- destructive: may lose what"), "{text}");
        assert!(!down.contains("drops column"), "what up added goes, as it should: {text}");
    }

    [sqlite, postgres, mysql]
    fn a_rename_of_what_is_not_there_is_2_and_nothing_is_written(env) {
        desired(env, "CREATE TABLE t (id integer PRIMARY KEY, mobile varchar(20));");
        env.piton(["create", "-m", "first", "--rename", "t.phone:handy"])
            .ends(2)
            .says(["--rename t.phone:handy", "nothing was written"]);
        env.piton(["create", "-m", "first"]).ok().says(["wrote"]);
    }

    [postgres]
    fn what_create_cannot_change_is_not_called_nothing_to_do(env) {
        desired(env, "CREATE TABLE t (id integer);");
        env.piton(["create", "-m", "first"]).ok();
        env.piton(["upgrade"]).ok();
        desired(env, "CREATE TABLE t (id integer) PARTITION BY RANGE (id);");
        env.piton(["create", "-m", "parted"])
            .ok()
            .says(["nothing written", "how it is partitioned"])
            .hides(["nothing to do"]);
    }
}
