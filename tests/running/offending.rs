//! Data in the way of a revision: which rule it breaks, the keys of some rows, and the query that finds them all.

use super::TestEnvironment;
use crate::on;
use crate::support::{Backend, Output};

/// Students of whom some share an address, one has none, and one has a name that is a secret.
const STUDENTS: &str = "\
CREATE TABLE classes (id integer PRIMARY KEY);
CREATE TABLE students (id integer NOT NULL PRIMARY KEY, class_id integer, email varchar(50), age varchar(20));
INSERT INTO classes VALUES (1);
INSERT INTO students VALUES (11, 1, 'shared@secret', '17'), (12, 1, 'shared@secret', 'secret'), (13, 7, 'own', '3'),
  (14, 8, NULL, '-4'), (15, NULL, 'other', '5');";

fn students(env: &TestEnvironment) {
    env.up_down("001_students", STUDENTS, "DROP TABLE students;");
    env.piton(["upgrade"]).ok();
}

/// Runs a second revision, which fails, and holds the query that it prints to what it says.
fn in_the_way(env: &TestEnvironment, sql: &str, keys: &[&str]) -> Output {
    env.up_down("002_next", sql, "");
    let output = env.piton(["upgrade"]).ends(10).hides(["secret"]);
    let shown = format!("{}{}", output.stdout, output.stderr);
    let line = shown
        .lines()
        .find_map(|line| line.trim().strip_prefix("all of them: "));
    let query = line.unwrap_or_else(|| panic!("no query in {shown}"));
    if env.backend() != Backend::Json {
        let found: Vec<String> = env
            .sql(query)
            .into_iter()
            .map(|mut row| row.remove(0))
            .collect();
        assert_eq!(found, keys, "{query}");
    }
    output.says([&format!("rows, by id: {}", keys.join(", "))])
}

/// What a rule looks like on SQLite, which adds no constraint to a table that is there: a new table is filled.
fn rebuilt(constraint: &str) -> String {
    format!(
        "CREATE TABLE students__new (id integer NOT NULL PRIMARY KEY, class_id integer, email varchar(50),\n \
         age varchar(20), {constraint});\n\
         INSERT INTO students__new (id, class_id, email, age) SELECT id, class_id, email, age FROM students;\n\
         DROP TABLE students;\nALTER TABLE students__new RENAME TO students;"
    )
}

fn adding(env: &TestEnvironment, constraint: &str) -> String {
    match env.backend() {
        Backend::Json | Backend::Sqlite => rebuilt(constraint),
        _ => format!("ALTER TABLE students ADD {constraint};"),
    }
}

on! {
    [json, sqlite, postgres, mysql]
    fn rows_that_share_a_key_are_named_by_their_own(env) {
        students(env);
        let sql = adding(env, "CONSTRAINT students_email UNIQUE (email)");
        let output = in_the_way(env, &sql, &["11", "12"]);
        match env.backend() {
            Backend::Json | Backend::Sqlite => output.says(["in the way: unique key on students (email)"]),
            _ => output.says(["in the way: unique key students_email on students (email)"]),
        };
    }

    [json, sqlite, postgres, mysql]
    fn a_unique_index_over_rows_that_share_a_key_names_them(env) {
        students(env);
        in_the_way(env, "CREATE UNIQUE INDEX students_email ON students (email);", &["11", "12"])
            .says(["in the way: unique key students_email on students (email)", "nothing of 002_next stands"]);
    }

    [sqlite, postgres]
    fn a_unique_index_on_an_expression_and_some_rows_names_them(env) {
        students(env);
        env.sql("UPDATE students SET email = 'OWN' WHERE id = 15");
        let sql = "CREATE UNIQUE INDEX lowered ON students (lower(email)) WHERE id > 12;";
        in_the_way(env, sql, &["13", "15"]).says(["lowered on students (lower(email))"]);
    }

    [postgres]
    fn a_unique_index_that_is_made_concurrently_names_the_rows(env) {
        students(env);
        env.revision("002_next", "-- migrate:up transaction:false\nCREATE UNIQUE INDEX CONCURRENTLY one ON students (email);\n");
        env.piton(["upgrade"]).ends(7).says(["rows, by id: 11, 12", "the invalid index public.one is left"]).hides(["secret"]);
    }

    [json, sqlite, postgres, mysql]
    fn rows_that_refer_to_nothing_are_named(env) {
        students(env);
        let sql = adding(env, "CONSTRAINT of_class FOREIGN KEY (class_id) REFERENCES classes (id)");
        in_the_way(env, &sql, &["13", "14"]).says(["on students (class_id) refers to classes (id)"]);
    }

    [json, sqlite, postgres, mysql]
    fn rows_that_a_check_forbids_are_named(env) {
        students(env);
        let sql = adding(env, "CONSTRAINT few CHECK (class_id < 7)");
        in_the_way(env, &sql, &["13", "14"]).says(["in the way: check few on students: class_id < 7"]);
    }

    [json, sqlite, postgres, mysql]
    fn rows_without_a_value_are_named(env) {
        students(env);
        let sql = match env.backend() {
            Backend::Postgres => "ALTER TABLE students ALTER COLUMN email SET NOT NULL;".to_owned(),
            Backend::Mysql => "ALTER TABLE students MODIFY email varchar(50) NOT NULL;".to_owned(),
            _ => rebuilt("CHECK (1)").replace("email varchar(50)", "email varchar(50) NOT NULL"),
        };
        in_the_way(env, &sql, &["14"]).says(["in the way: students.email may not be NULL"]);
    }

    [postgres, mysql]
    fn rows_that_do_not_convert_are_named(env) {
        students(env);
        let sql = match env.backend() {
            Backend::Postgres => "ALTER TABLE students ALTER age TYPE integer USING age::integer;",
            _ => "ALTER TABLE students MODIFY COLUMN age int;",
        };
        in_the_way(env, sql, &["12"]).says(["in the way: students.age becomes int"]);
        let sql = match env.backend() {
            Backend::Postgres => "ALTER TABLE students ALTER age TYPE varchar(2);",
            _ => "ALTER TABLE students MODIFY COLUMN age varchar(2);",
        };
        in_the_way(env, sql, &["12"]).says(["in the way: students.age becomes varchar(2)"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_row_that_is_there_already_is_said_and_nothing_is_looked_for(env) {
        students(env);
        env.up_down("002_next", "INSERT INTO students (id) VALUES (11);", "");
        env.piton(["upgrade"])
            .ends(10)
            .says(["on students (id): a row with that key is there"])
            .hides(["all of them"]);
    }

    [postgres, mysql]
    fn rows_that_refer_to_what_is_deleted_are_named(env) {
        students(env);
        env.sql("UPDATE students SET class_id = NULL WHERE class_id > 6");
        env.sql("ALTER TABLE students ADD CONSTRAINT of_class FOREIGN KEY (class_id) REFERENCES classes (id)");
        in_the_way(env, "DELETE FROM classes WHERE id < 5;", &["11", "12"])
            .says(["in the way: foreign key of_class on students (class_id) refers to classes (id)"]);
    }

    [postgres, mysql]
    fn more_rows_than_are_named_are_found_by_the_query(env) {
        env.up_down("001_t", "CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b));", "");
        env.piton(["upgrade"]).ok();
        for i in 1..9 {
            env.sql(&format!("INSERT INTO t VALUES ({i}, -{i})"));
        }
        env.up_down("002_next", "ALTER TABLE t ADD CONSTRAINT few CHECK (b > -2);", "");
        env.piton(["upgrade"]).ends(10).says(["rows, by (a, b): (2, -2), (3, -3), (4, -4), (5, -5), (6, -6), …"]);
    }

    [postgres]
    fn a_column_that_is_new_and_may_not_be_null_wants_a_default(env) {
        students(env);
        env.up_down("002_next", "ALTER TABLE students ADD COLUMN marks integer NOT NULL;", "");
        env.piton(["upgrade"]).ends(10).says(["students.marks may not be NULL", "give it a DEFAULT"]);
    }

    [json, sqlite, postgres]
    fn what_the_revision_itself_has_made_is_not_looked_for(env) {
        let sql = "CREATE TABLE t (id integer PRIMARY KEY, a integer);\nINSERT INTO t VALUES (1, 1), (2, 1);\n\
                   CREATE UNIQUE INDEX one ON t (a);";
        env.up_down("001_t", sql, "");
        env.piton(["upgrade"]).ends(10).says(["statement 3 of 3", "nothing of 001_t stands"]).hides(["all of them"]);
    }

    [postgres, mysql]
    fn hostile_names_are_quoted_in_the_query(env) {
        let quote = |name: &str| match env.backend() {
            Backend::Mysql => format!("`{}`", name.replace('`', "``")),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        };
        let (table, column) = (quote("学生 \"a`b"), quote("e.mail, x"));
        env.up_down("001_t", &format!("CREATE TABLE {table} (id integer PRIMARY KEY, {column} integer);"), "");
        env.piton(["upgrade"]).ok();
        env.sql(&format!("INSERT INTO {table} VALUES (1, 5), (2, 5)"));
        in_the_way(env, &format!("CREATE UNIQUE INDEX one ON {table} ({column});"), &["1", "2"]);
    }

    [postgres, mysql]
    fn the_journal_keeps_no_value_of_a_row(env) {
        students(env);
        env.up_down("002_next", "CREATE UNIQUE INDEX one ON students (email);", "");
        env.piton(["upgrade"]).ends(10);
        let kept = env.sql("SELECT error FROM piton_journal WHERE error IS NOT NULL");
        assert!(!format!("{kept:?}").contains("secret"), "{kept:?}");
        assert_eq!(kept.len(), 1);
    }
}
