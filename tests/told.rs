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

    [sqlite, postgres, mysql]
    fn a_pattern_that_fits_no_table_is_2_and_not_nothing_to_do(env) {
        desired(env, "CREATE TABLE t (id integer PRIMARY KEY);");
        env.piton(["create", "-m", "first", "--tables", "nope*"])
            .ends(2)
            .says(["--tables nope*", "no such table"])
            .hides(["nothing to do"]);
        env.piton(["diff", "empty", "schema.sql", "--tables", "nope"]).ends(2);
        env.piton(["create", "-m", "first", "--tables", "t*"]).ok().says(["wrote"]);
    }

    [sqlite, postgres, mysql]
    fn a_file_that_says_nothing_drops_everything_only_where_that_is_meant(env) {
        desired(env, "CREATE TABLE t (id integer PRIMARY KEY);");
        env.piton(["create", "-m", "first"]).ok();
        env.piton(["upgrade"]).ok();
        desired(env, "-- nothing\n");
        env.piton(["create", "-m", "gone"])
            .ends(2)
            .says(["all 1 table would be dropped", "--allow-empty"]);
        env.piton(["create", "-m", "gone", "--allow-empty"]).ok().says(["drop table t"]);
    }

    [sqlite, postgres, mysql]
    fn rows_without_a_value_get_the_default_where_null_is_forbidden(env) {
        desired(env, "CREATE TABLE t (id integer PRIMARY KEY, n integer DEFAULT 5);");
        env.piton(["create", "-m", "first"]).ok();
        env.piton(["upgrade"]).ok();
        env.sql("INSERT INTO t VALUES (1, NULL), (2, 7)");
        desired(env, "CREATE TABLE t (id integer PRIMARY KEY, n integer DEFAULT 5 NOT NULL);");
        env.piton(["create", "-m", "strict"]).ok().hides(["needs a value"]);
        env.piton(["upgrade"]).ok();
        assert_eq!(env.sql("SELECT n FROM t ORDER BY id"), [["5"], ["7"]]);
        env.piton(["create", "-m", "none"]).ok().says(["nothing to do"]);
        env.piton(["downgrade", "-r", "-1"]).ok();
    }

    [postgres]
    fn what_is_made_again_keeps_its_owner_and_its_privileges(env) {
        let role = Role::new(env);
        let name = &role.name;
        let (before, after) = ("a integer", "a bigint");
        let text = |columns: &str, kind: &str| format!(
            "CREATE TABLE t ({columns});
             CREATE VIEW v AS SELECT a, 1 AS one FROM t;
             CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
             CREATE FUNCTION f() RETURNS {kind} LANGUAGE sql AS 'SELECT 1::{kind}';"
        );
        desired(env, &text(before, "integer"));
        env.piton(["create", "-m", "first"]).ok();
        env.piton(["upgrade"]).ok();
        for statement in [
            format!("GRANT SELECT ON v TO {name} WITH GRANT OPTION"),
            format!("GRANT UPDATE (one) ON v TO {name}"),
            "GRANT SELECT ON m TO PUBLIC".to_owned(),
            format!("ALTER MATERIALIZED VIEW m OWNER TO {name}"),
            "REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC".to_owned(),
            format!("GRANT EXECUTE ON FUNCTION f() TO {name}"),
        ] {
            env.sql(&statement);
        }
        let given = || {
            let relations = env.sql("SELECT relname, relowner::regrole, relacl::text FROM pg_class
                WHERE relname IN ('v', 'm') ORDER BY 1");
            let columns = env.sql("SELECT attname, attacl::text FROM pg_attribute
                WHERE attrelid = 'v'::regclass AND attacl IS NOT NULL");
            let routines = env.sql("SELECT proowner::regrole, proacl::text FROM pg_proc WHERE proname = 'f'");
            [relations, columns, routines]
        };
        let expected = given();
        assert!(expected.iter().flatten().flatten().any(|it| it.contains(name)), "{expected:?}");
        desired(env, &text(after, "bigint"));
        env.piton(["create", "-m", "wider"]).ok();
        env.piton(["upgrade"]).ok();
        assert_eq!(given(), expected);
        env.piton(["downgrade", "-r", "-1"]).ok();
        assert_eq!(given(), expected);
    }

    [postgres]
    fn the_way_back_of_a_table_that_rows_refer_to_runs_and_says_what_is_missing(env) {
        let children = "CREATE TABLE children (id integer PRIMARY KEY, parent integer";
        let both = format!("CREATE TABLE parents (id integer PRIMARY KEY); {children} REFERENCES parents (id));");
        desired(env, &both);
        env.piton(["create", "-m", "first"]).ok();
        env.piton(["upgrade"]).ok();
        env.sql("INSERT INTO parents VALUES (1)");
        env.sql("INSERT INTO children VALUES (1, 1)");
        desired(env, &format!("{children});"));
        env.piton(["create", "-m", "alone"]).ok();
        assert!(newest(env).contains("parents that did not come back"), "{}", newest(env));
        env.piton(["upgrade"]).ok();
        env.piton(["downgrade", "-r", "-1"]).ok();
        let valid = "SELECT convalidated FROM pg_constraint WHERE conname = 'children_parent_fkey'";
        assert_eq!(env.sql(&format!("SELECT ({valid})::text")), [["false"]]);
        env.piton(["upgrade"]).ok();
        env.sql("DELETE FROM children");
        env.piton(["downgrade", "-r", "-1"]).ok();
        assert_eq!(env.sql(&format!("SELECT ({valid})::text")), [["true"]]);
    }

    [postgres]
    fn what_cannot_be_done_is_refused_before_anything_is_written(env) {
        let text = |values: &str| format!(
            "CREATE TYPE kind AS ENUM ({values});
             CREATE TABLE t (kind kind NOT NULL) PARTITION BY LIST (kind);"
        );
        desired(env, &text("'a', 'b'"));
        env.piton(["create", "-m", "first"]).ok();
        env.piton(["upgrade"]).ok();
        desired(env, &text("'a'"));
        env.piton(["create", "-m", "fewer"]).ends(1).says(["cannot change enum kind", "t is partitioned by kind"]);
        assert!(newest(env).contains("-- first"), "{}", newest(env));
        desired(env, &text("'a', 'b', 'c'"));
        env.piton(["create", "-m", "more"]).ok();
        env.piton(["upgrade"]).ok();
        env.piton(["downgrade", "-r", "-1"]).ends(1).says(["t is partitioned by kind"]);
    }
}

/// A role that is there for one test.
struct Role<'a> {
    env: &'a TestEnvironment,
    name: String,
}

impl<'a> Role<'a> {
    fn new(env: &'a TestEnvironment) -> Self {
        let name = format!("{}_reader", env.database().name());
        env.sql(&format!("CREATE ROLE {name}"));
        Role { env, name }
    }
}

impl Drop for Role<'_> {
    fn drop(&mut self) {
        let name = &self.name;
        self.env.sql(&format!("DROP OWNED BY {name} CASCADE"));
        self.env.sql(&format!("DROP ROLE {name}"));
    }
}
