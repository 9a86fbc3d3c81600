//! Owners and privileges come back with a portable backup of PostgreSQL.

use std::process::Command;

use crate::harness::Postgres;
use crate::on;
use crate::school::{back_up, path};
use crate::support::{Connection, Output, TestEnvironment, unique_name};

/// Two roles of the server's, and the databases in which they have something.
struct Roles {
    owner: String,
    reader: String,
    urls: Vec<String>,
}

impl Roles {
    fn new(envs: &[&TestEnvironment]) -> Roles {
        let roles = Roles {
            owner: format!("{}_owner", unique_name()),
            reader: format!("{}_reader", unique_name()),
            urls: envs.iter().map(|env| env.url().to_owned()).collect(),
        };
        for role in [&roles.owner, &roles.reader] {
            envs[0].sql(&format!("CREATE ROLE \"{role}\""));
        }
        roles
    }
}

impl Drop for Roles {
    fn drop(&mut self) {
        // One after the other: PostgreSQL stumbles over default privileges that both have a part in.
        for role in [&self.reader, &self.owner] {
            for url in &self.urls {
                let mut client = Connection::postgres(url);
                drop(client.try_query(&format!("DROP OWNED BY \"{role}\" CASCADE")));
            }
            let mut client = Connection::postgres(&self.urls[0]);
            let dropped = client.try_query(&format!("DROP ROLE \"{role}\""));
            assert!(std::thread::panicking() || dropped.is_ok(), "{dropped:?}");
        }
    }
}

/// What `pg_dump` says of owners and privileges.
fn dumped(env: &TestEnvironment) -> Vec<String> {
    let output = Command::new("pg_dump")
        .args(["--schema-only", "--dbname", env.url()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let is_right = |line: &&str| {
        ["GRANT ", "REVOKE ", "ALTER DEFAULT", "SET SESSION AUTH"]
            .iter()
            .any(|word| line.starts_with(word))
            || line.contains(" OWNER TO ")
    };
    let mut lines: Vec<String> = text.lines().filter(is_right).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// `piton`, which finds the server's programs.
fn with_programs(env: &TestEnvironment, args: &[&str]) -> Output {
    let mut command = env.command(args.iter().copied());
    command.env("PATH", std::env::var_os("PATH").unwrap());
    env.output_of(command)
}

fn fill(env: &TestEnvironment, roles: &Roles) {
    let sql = "
        CREATE SCHEMA s;
        CREATE TABLE t (id serial PRIMARY KEY, secret text, open text);
        CREATE TABLE s.\"T 2\" (id integer PRIMARY KEY, open text);
        CREATE VIEW v AS SELECT id, open FROM t;
        CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
        CREATE SEQUENCE q;
        CREATE TYPE mood AS ENUM ('good', 'bad');
        CREATE DOMAIN small AS integer CHECK (VALUE < 10);
        CREATE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1';
        INSERT INTO t (secret) VALUES ('a'), ('b');
        GRANT USAGE, CREATE ON SCHEMA public TO OWNER;
        ALTER SCHEMA s OWNER TO OWNER;
        ALTER TABLE t OWNER TO OWNER;
        ALTER VIEW v OWNER TO OWNER;
        ALTER MATERIALIZED VIEW m OWNER TO OWNER;
        ALTER FUNCTION f OWNER TO OWNER;
        ALTER TYPE mood OWNER TO OWNER;
        GRANT USAGE ON SCHEMA s TO READER;
        GRANT SELECT, UPDATE ON t TO READER WITH GRANT OPTION;
        SET ROLE READER;
        GRANT SELECT ON t TO PUBLIC;
        RESET ROLE;
        REVOKE DELETE ON t FROM OWNER;
        GRANT SELECT (open), UPDATE (open) ON s.\"T 2\" TO READER;
        GRANT SELECT ON v TO READER;
        GRANT USAGE ON SEQUENCE q, t_id_seq TO READER;
        REVOKE ALL ON FUNCTION f FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION f TO READER;
        REVOKE ALL ON PROCEDURE p FROM PUBLIC;
        REVOKE USAGE ON TYPE mood FROM PUBLIC;
        GRANT USAGE ON DOMAIN small TO READER;
        ALTER DEFAULT PRIVILEGES FOR ROLE OWNER IN SCHEMA s GRANT SELECT ON TABLES TO READER;
        ALTER DEFAULT PRIVILEGES FOR ROLE OWNER REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;";
    let sql = sql
        .replace("TO OWNER", &format!("TO \"{}\"", roles.owner))
        .replace("FROM OWNER", &format!("FROM \"{}\"", roles.owner))
        .replace("ROLE OWNER", &format!("ROLE \"{}\"", roles.owner))
        .replace("READER", &format!("\"{}\"", roles.reader));
    env.sql(&sql);
}

on! {
    [postgres]
    fn owners_and_privileges_come_back_in_another_database(env) {
        let (other, bare) = (TestEnvironment::postgres().unwrap(), TestEnvironment::postgres().unwrap());
        let roles = Roles::new(&[env, &other, &bare]);
        fill(env, &roles);
        let expected = dumped(env);
        assert!(expected.len() > 20, "{expected:#?}");
        let backup = back_up(env, &[]);
        let restored = other.piton(["restore", path(&backup), "--json"]).ok().document();
        assert_eq!(restored["differs"], serde_json::json!([]));
        assert_eq!(dumped(&other), expected);

        // Of single tables it is the same.
        other.sql(&format!(
            "ALTER TABLE t OWNER TO postgres; GRANT DELETE ON t TO PUBLIC; REVOKE ALL ON t FROM \"{}\" CASCADE",
            roles.reader
        ));
        assert_ne!(dumped(&other), expected);
        other.piton(["restore", path(&backup), "-t", "t", "--replace"]).ok();
        assert_eq!(dumped(&other), expected);

        bare.piton(["restore", path(&backup), "--no-owner", "--no-privileges"]).ok();
        let left = dumped(&bare);
        let named = left.iter().filter(|line| line.contains(&roles.owner) || line.contains(&roles.reader));
        assert_eq!(named.count(), 0, "{left:#?}");
    }

    [postgres]
    fn a_role_that_is_not_there_is_named_and_stops_nothing(env) {
        let roles = Roles::new(&[env]);
        fill(env, &roles);
        let backup = back_up(env, &[]);
        let Some(server) = Postgres::start("a restore without roles", &[]) else { return };
        let into = server.url("postgres");
        let restored = env.piton(["restore", path(&backup), "--into", &into, "--json"]).ok().document();
        let differs = restored["differs"].as_array().unwrap();
        assert_eq!(differs.len(), 2, "{differs:#?}");
        for role in [&roles.owner, &roles.reader] {
            let is_named = differs.iter().any(|line| line.as_str().unwrap().contains(role));
            assert!(is_named, "{differs:#?}");
        }
        assert_eq!(server.sql("SELECT count(*) FROM t"), [["2"]]);
        let native = ["backup", "--format", "native", "--to", "dumps", "--json"];
        let dump = with_programs(env, &native).ok().document();
        let dump = dump["path"].as_str().unwrap();
        server.sql("CREATE DATABASE other");
        let into = server.url("other");
        let restore = ["restore", dump, "--into", &into, "--no-owner", "--no-privileges"];
        with_programs(env, &restore[..4]).ends(1).says(["role \"", "--no-owner --no-privileges"]);
        with_programs(env, &restore).ok();
        // What everybody may do does not hang on a role.
        let everybody = "SELECT has_function_privilege('public', 'p(integer)', 'EXECUTE')";
        assert_eq!(server.sql(everybody), [["f"]]);
    }
}
