//! `piton verify`: what a revision forbids is no fault of it, and what it loses is.

#[macro_use]
mod support;

use support::{Backend, TestEnvironment};

/// Two revisions, the second of which changes the table that the first has made.
fn history(env: &TestEnvironment, first: &str, up: &str, down: &str) {
    env.up_down("001_first", first, "DROP TABLE t;");
    env.up_down("002_second", up, down);
}

/// Verifies, and gives how many rows lived.
#[track_caller]
fn verified(env: &TestEnvironment) -> u64 {
    let document = env.piton(["verify", "--json"]).ok().document();
    assert_eq!(document["ok"], true, "{document:#}");
    assert_eq!(
        document["not_seeded"].as_array().unwrap().len(),
        0,
        "{document:#}"
    );
    document["rows"].as_u64().unwrap()
}

on! {
    [sqlite, postgres, mysql]
    fn a_check_that_the_last_revision_adds_fails_no_seed(env) {
        let (up, down) = match env.backend() {
            Backend::Sqlite => (
                "CREATE TABLE n (id integer PRIMARY KEY, mood varchar(20) NOT NULL CHECK (mood IN ('calm', 'loud')),
                     price integer NOT NULL CHECK (price > 100));
                 INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
                "CREATE TABLE n (id integer PRIMARY KEY, mood varchar(20) NOT NULL, price integer NOT NULL);
                 INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
            ),
            _ => (
                "ALTER TABLE t ADD CONSTRAINT known CHECK (mood IN ('calm', 'loud'));
                 ALTER TABLE t ADD CONSTRAINT dear CHECK (price > 100);",
                "ALTER TABLE t DROP CONSTRAINT dear; ALTER TABLE t DROP CONSTRAINT known;",
            ),
        };
        let first = "CREATE TABLE t (id integer PRIMARY KEY, mood varchar(20) NOT NULL, price integer NOT NULL);";
        history(env, first, up, down);
        assert_eq!(verified(env), 3);
    }

    [sqlite, postgres, mysql]
    fn a_unique_key_that_the_last_revision_adds_fails_no_seed(env) {
        let drop = match env.backend() {
            Backend::Mysql => "DROP INDEX one ON t;",
            _ => "DROP INDEX one;",
        };
        let first = "CREATE TABLE t (id integer PRIMARY KEY, note varchar(20), day date);";
        history(env, first, "CREATE UNIQUE INDEX one ON t (note, day);", drop);
        assert_eq!(verified(env), 3);
    }

    [postgres, mysql]
    fn an_enum_value_that_the_last_revision_drops_fails_no_seed(env) {
        let (first, up, down) = match env.backend() {
            Backend::Mysql => (
                "CREATE TABLE t (id integer PRIMARY KEY, mood enum('old', 'calm', 'loud') NOT NULL);",
                "ALTER TABLE t MODIFY mood enum('calm', 'loud') NOT NULL;",
                "ALTER TABLE t MODIFY mood enum('old', 'calm', 'loud') NOT NULL;",
            ),
            _ => (
                "CREATE TYPE mood AS ENUM ('old', 'calm', 'loud'); CREATE TABLE t (id integer PRIMARY KEY, mood mood NOT NULL);",
                "ALTER TYPE mood RENAME TO was; CREATE TYPE mood AS ENUM ('calm', 'loud');
                 ALTER TABLE t ALTER mood TYPE mood USING mood::text::mood; DROP TYPE was;",
                "ALTER TYPE mood RENAME TO was; CREATE TYPE mood AS ENUM ('old', 'calm', 'loud');
                 ALTER TABLE t ALTER mood TYPE mood USING mood::text::mood; DROP TYPE was;",
            ),
        };
        let drop = match env.backend() {
            Backend::Mysql => "DROP TABLE t;",
            _ => "DROP TABLE t; DROP TYPE mood;",
        };
        env.up_down("001_first", first, drop);
        env.up_down("002_second", up, down);
        assert_eq!(verified(env), 3);
    }

    [sqlite, postgres, mysql]
    fn a_column_that_may_not_be_null_any_more_fails_no_seed(env) {
        // A type that is left NULL where it may be.
        let (kind, up, down) = match env.backend() {
            Backend::Sqlite => (
                "odd",
                "CREATE TABLE n (id integer PRIMARY KEY, a odd NOT NULL);
                 INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
                "CREATE TABLE n (id integer PRIMARY KEY, a odd);
                 INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
            ),
            Backend::Mysql => (
                "inet6",
                "ALTER TABLE t MODIFY a inet6 NOT NULL;",
                "ALTER TABLE t MODIFY a inet6;",
            ),
            _ => (
                "interval",
                "ALTER TABLE t ALTER a SET NOT NULL;",
                "ALTER TABLE t ALTER a DROP NOT NULL;",
            ),
        };
        let first = format!("CREATE TABLE t (id integer PRIMARY KEY, a {kind});");
        history(env, &first, up, down);
        assert_eq!(verified(env), 3);
    }

    [sqlite, postgres, mysql]
    fn a_column_that_becomes_generated_is_no_loss(env) {
        let (up, down) = match env.backend() {
            Backend::Sqlite => (
                "CREATE TABLE n (id integer PRIMARY KEY, a integer NOT NULL, b integer AS (a + 1) STORED);
                 INSERT INTO n (id, a) SELECT id, a FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
                "CREATE TABLE n (id integer PRIMARY KEY, a integer NOT NULL, b integer);
                 INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE n RENAME TO t;",
            ),
            Backend::Mysql => (
                "ALTER TABLE t MODIFY b integer AS (a + 1) STORED;",
                "ALTER TABLE t MODIFY b integer;",
            ),
            _ => (
                "ALTER TABLE t DROP COLUMN b, ADD COLUMN b integer GENERATED ALWAYS AS (a + 1) STORED;",
                "ALTER TABLE t ALTER b DROP EXPRESSION;",
            ),
        };
        let first = "CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, b integer);";
        history(env, first, up, down);
        assert_eq!(verified(env), 3);
    }

    [postgres]
    fn a_domain_that_may_not_be_null_any_more_fails_no_seed(env) {
        env.up_down(
            "001_first",
            "CREATE DOMAIN share AS integer; CREATE TABLE t (id integer PRIMARY KEY, a share);",
            "DROP TABLE t; DROP DOMAIN share;",
        );
        env.up_down(
            "002_second",
            "ALTER DOMAIN share SET NOT NULL;",
            "ALTER DOMAIN share DROP NOT NULL;",
        );
        assert_eq!(verified(env), 3);
    }

    [sqlite, postgres, mysql]
    fn rows_that_a_trigger_puts_in_collide_with_no_seed(env) {
        let (trigger, drop) = match env.backend() {
            Backend::Sqlite => (
                "CREATE TRIGGER follow AFTER INSERT ON a BEGIN INSERT INTO b (id, note) VALUES (NEW.id, 'own'); END;",
                "",
            ),
            Backend::Mysql => (
                "CREATE TRIGGER follow AFTER INSERT ON a FOR EACH ROW INSERT INTO b (id, note) VALUES (NEW.id, 'own');",
                "",
            ),
            _ => (
                "CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN INSERT INTO b (id, note) VALUES (NEW.id, 'own'); RETURN NEW; END $$;
                 CREATE TRIGGER follow AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION follow();",
                "DROP FUNCTION follow();",
            ),
        };
        env.up_down(
            "001_first",
            &format!(
                "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer PRIMARY KEY, note varchar(10));\n{trigger}"
            ),
            &format!("DROP TABLE a; DROP TABLE b; {drop}"),
        );
        env.up_down(
            "002_second",
            "ALTER TABLE b ADD COLUMN more integer;",
            "ALTER TABLE b DROP COLUMN more;",
        );
        assert_eq!(verified(env), 6);
    }

    [sqlite, postgres, mysql]
    fn rows_that_are_lost_are_found(env) {
        history(
            env,
            "CREATE TABLE t (id integer PRIMARY KEY, note varchar(20));",
            "DELETE FROM t WHERE id = 2;",
            "DELETE FROM t WHERE id = -1;",
        );
        let document = env.piton(["verify", "--json"]).ends(6).document();
        let finding = document["findings"][0].as_str().unwrap();
        assert!(finding.contains("3 before, 2 after"), "{finding}");
    }
}
