//! Statements of others are shown, and what may be a secret in them is not.

use super::stream;
use crate::on;

on! {
    [postgres, mysql]
    fn a_password_in_somebody_s_statement_is_not_shown(env) {
        env.sql("CREATE TABLE t (id integer PRIMARY KEY, n integer)");
        env.sql("INSERT INTO t VALUES (1, 1)");
        let is_postgres = env.backend().as_ref() == "postgresql";
        let (sleep, secret) = if is_postgres {
            ("SELECT pg_sleep(2)", "/* ALTER ROLE ada PASSWORD 'hunter2' */")
        } else {
            ("SELECT SLEEP(2)", "/* CREATE USER ada IDENTIFIED BY 'hunter2' */")
        };
        let mut holder = env.database().connect();
        holder.query(&format!("BEGIN; UPDATE t SET n = 2 {secret}"));
        let run = |sql: String| {
            let mut connection = env.database().connect();
            std::thread::spawn(move || drop(connection.try_query(&sql)))
        };
        let busy = run(format!("{sleep} {secret}"));
        let waiting = run(format!("UPDATE t SET n = 3 {secret}"));
        let mut stream = stream(env);
        let reading = stream.until("somebody waits, and somebody sleeps", |reading| {
            let vitals = &reading["database"]["vitals"];
            let is_long = |list: &serde_json::Value, least| list.as_array().is_some_and(|list| list.len() >= least);
            is_long(&vitals["waits"], 1) && is_long(&vitals["running"], 2)
        });
        let once = env.piton(["monitor", "--once", "--interval", "100ms"]);
        holder.query("COMMIT");
        busy.join().expect("no panic");
        waiting.join().expect("no panic");
        once.hides(["hunter2"]).says(["'***'"]);
        let text = reading.to_string();
        assert!(!text.contains("hunter2"), "{reading:#}");
        assert!(text.contains("'***'"), "{reading:#}");
    }
}
