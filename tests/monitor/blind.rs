//! A role that may see little: what cannot be seen is said, and is no zero.

use serde_json::Value;

use super::{figure, unseen};
use crate::on;
use crate::support::{TestEnvironment, unique_name};

/// The URL of the same database for another user.
fn as_user(env: &TestEnvironment, user: &str) -> String {
    let (scheme, rest) = env.url().split_once("://").expect("a URL");
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    format!("{scheme}://{user}:pw@{place}")
}

fn look_as(env: &TestEnvironment, user: &str) -> Value {
    let mut command = env.command(["monitor", "--once", "--json", "--interval", "100ms"]);
    command.env("DATABASE_URL", as_user(env, user));
    env.output_of(command).ok().document()
}

on! {
    [postgres]
    fn a_role_without_pg_monitor_is_told_what_it_does_not_see(env) {
        let role = unique_name();
        env.sql("CREATE TABLE t (id serial PRIMARY KEY)");
        env.sql(&format!("CREATE ROLE {role} LOGIN PASSWORD 'pw'"));
        let mut other = env.database().connect();
        other.query("BEGIN; SELECT 1");
        let looked = look_as(env, &role);
        other.query("ROLLBACK");
        drop(other);
        env.sql(&format!("GRANT pg_monitor TO {role}; GRANT USAGE ON SEQUENCE t_id_seq TO {role}"));
        let mut other = env.database().connect();
        other.query("BEGIN; SELECT 1");
        let granted = look_as(env, &role);
        other.query("ROLLBACK");
        drop(other);
        env.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));

        assert!(unseen(&looked).contains(&"statements of other roles".to_owned()), "{looked:#}");
        assert_eq!(figure(&looked, "oldest_statement")["state"], "unseen");
        assert_eq!(looked["database"]["vitals"]["longest_transaction_ms"], Value::Null);
        assert!(figure(&looked, "connections")["value"].as_f64() > Some(0.0));
        assert!(figure(&looked, "oldest_statement")["detail"].as_str().is_some_and(|it| it.contains("pg_monitor")));
        let of_sizes = looked["database"]["sizes"]["unseen"].as_array().expect("a list");
        assert!(of_sizes.iter().any(|one| one["what"] == "some sequences"), "{looked:#}");

        assert_eq!(unseen(&granted), Vec::<String>::new());
        assert_eq!(figure(&granted, "oldest_statement")["state"], "fine");
        assert!(granted["database"]["vitals"]["longest_transaction_ms"].as_f64() > Some(0.0));
        assert_eq!(figure(&granted, "sequence")["of"], "t.id");
    }

    [mysql]
    fn a_user_without_process_is_told_what_it_does_not_see(env) {
        let user = unique_name();
        env.sql("CREATE TABLE t (id integer AUTO_INCREMENT PRIMARY KEY)");
        env.sql(&format!("CREATE USER {user}@'127.0.0.1' IDENTIFIED BY 'pw'"));
        env.sql(&format!("GRANT SELECT ON {}.* TO {user}@'127.0.0.1'", env.database().name()));
        let looked = look_as(env, &user);
        env.sql(&format!("GRANT PROCESS ON *.* TO {user}@'127.0.0.1'"));
        let granted = look_as(env, &user);
        env.sql(&format!("DROP USER {user}@'127.0.0.1'"));

        let hidden = "other users' statements and transactions".to_owned();
        assert!(unseen(&looked).contains(&hidden), "{looked:#}");
        assert_eq!(figure(&looked, "oldest_statement")["state"], "unseen");
        assert_eq!(looked["database"]["vitals"]["longest_transaction_ms"], Value::Null);
        // The list ends at one's own user's, which are not all.
        assert_eq!(looked["database"]["vitals"]["connections_here"], Value::Null);
        assert!(granted["database"]["vitals"]["connections_here"].as_u64() > Some(0));
        assert!(figure(&looked, "connections")["value"].as_f64() > Some(0.0));
        assert!(!unseen(&granted).contains(&hidden), "{granted:#}");
        assert_eq!(figure(&granted, "oldest_statement")["state"], "fine");
    }
}
