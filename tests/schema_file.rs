//! What a `.sql` file that says what is desired may hold, and what stays out of reach of it.

#[macro_use]
mod support;

use support::TestEnvironment;

/// A project without Rust, of which `schema.sql` says what is desired.
fn desired(env: &TestEnvironment, text: &str) {
    env.write("schema.sql", text);
    env.write("migrations/.keep", "");
    env.write(
        "piton.toml",
        "schema = \"schema.sql\"\n[revisions]\ndir = \"migrations\"\nbuiltin = false\n",
    );
}

/// Loads a script as another client would, a statement a line, and leaves it as what is desired.
fn there(env: &TestEnvironment, statements: &[&str]) {
    let mut connection = env.database().connect();
    for statement in statements {
        connection.query(statement);
    }
    desired(env, &statements.join(";\n"));
}

on! {
    [mysql]
    fn what_a_dump_says_of_its_database_reaches_no_other(env) {
        let other = format!("{}_other", env.database().name());
        env.database().maintenance(&format!("CREATE DATABASE {other}"));
        env.database().maintenance(&format!("CREATE TABLE {other}.kept (id integer PRIMARY KEY)"));
        desired(
            env,
            &format!(
                "/*!40000 DROP DATABASE IF EXISTS `{other}`*/;\n\
                 CREATE DATABASE /*!32312 IF NOT EXISTS*/ `{other}` /*!40100 DEFAULT CHARACTER SET utf8mb4 */;\n\
                 USE `{other}`;\n\
                 /*!99999 SET @a = 1 */;\n\
                 CREATE TABLE actor (id integer PRIMARY KEY);\n\
                 ALTER SCHEMA {other} CHARACTER SET latin1; DROP SCHEMA {other};"
            ),
        );
        let made = env.piton(["diff", "database", "schema.sql"]).ok();
        assert!(made.raw().contains("CREATE TABLE `actor`"), "{}", made.raw());
        let tables = env.sql(&format!("SHOW TABLES FROM {other}"));
        env.database().maintenance(&format!("DROP DATABASE {other}"));
        assert_eq!(tables, [["kept"]]);
    }

    [mysql]
    fn a_collation_that_is_the_databases_own_is_no_change(env) {
        let name = env.database().name();
        env.database().maintenance(&format!("ALTER DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"));
        there(env, &["CREATE TABLE a (id integer PRIMARY KEY, x text) DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"]);
        env.piton(["create", "-m", "none"]).ok().says(["nothing to do"]);
    }

    [mysql]
    fn a_client_that_strips_comments_of_code_makes_no_change(env) {
        let mut connection = env.database().connect();
        connection.query("CREATE TABLE t (a integer)");
        connection.query("CREATE FUNCTION f() RETURNS integer DETERMINISTIC BEGIN\n  \n  RETURN 1; END");
        connection.query("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END");
        desired(env, "CREATE TABLE t (a integer);
            DELIMITER //
            CREATE FUNCTION f() RETURNS integer DETERMINISTIC BEGIN
              -- it's one
              RETURN 1; END//
            CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1 /* always */; END//");
        env.piton(["create", "-m", "none"]).ok().says(["nothing to do"]);
        env.write("schema.sql", env.read("schema.sql").replace("RETURN 1", "RETURN 2"));
        env.piton(["create", "-m", "other"]).ok().says(["change function f"]);
    }

    [mysql]
    fn sequences_of_mariadb_come_and_change(env) {
        desired(env, "CREATE SEQUENCE tickets START WITH 5 INCREMENT BY 2;
            CREATE TABLE visitors (id bigint NOT NULL DEFAULT nextval(tickets) PRIMARY KEY, name varchar(20));");
        env.piton(["create", "-m", "first"]).ok();
        env.piton(["upgrade"]).ok();
        let mut connection = env.database().connect();
        connection.query("INSERT INTO visitors (name) VALUES ('a'), ('b')");
        env.piton(["create", "-m", "none"]).ok().says(["nothing to do"]);
        desired(env, "CREATE SEQUENCE tickets START WITH 5 INCREMENT BY 10;
            CREATE TABLE visitors (id bigint NOT NULL DEFAULT nextval(tickets) PRIMARY KEY, name varchar(20));");
        env.piton(["create", "-m", "second"]).ok();
        env.piton(["upgrade"]).ok();
        env.piton(["create", "-m", "none"]).ok().says(["nothing to do"]);
        env.piton(["downgrade", "-r", "base", "--yes"]).ok();
        assert!(env.tables().is_empty());
    }
}

#[test]
fn sequences_are_refused_by_mysql_itself_on_a_server() {
    // Nothing but the name of the dialect is asked for: MySQL is told from MariaDB by its server alone.
    let op = piton::schema::Op::Sequence(piton::schema::Change::Add(piton::schema::Sequence {
        name: piton::schema::Name::new("s"),
        ..Default::default()
    }));
    let dialect = piton::dialect::Dialect::Mysql;
    let style = piton::dialect::ddl::Style::default();
    let refused = piton::dialect::ddl::statements(dialect, &op, &Default::default(), style);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "cannot add sequence s: MySQL has no sequences"
    );
}
