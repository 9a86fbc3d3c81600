//! Who follows whom, and followers that get nothing any more.

use serde_json::Value;

use super::figure;
use super::listening::Listening;
use crate::harness::{Mariadb, Postgres};
use crate::support::{TestEnvironment, wait_until};

fn look(env: &TestEnvironment, url: &str, code: i32) -> Value {
    let mut command = env.command(["monitor", "--once", "--json", "--interval", "100ms"]);
    command.env("DATABASE_URL", url);
    env.output_of(command).ends(code).document()
}

#[test]
fn a_postgres_standby_that_is_cut_off_is_an_alarm_and_not_without_lag() {
    let Some(mut primary) = Postgres::start(
        "a cut-off standby",
        &["wal_level=replica", "max_wal_senders=4"],
    ) else {
        return;
    };
    let standby = primary.standby();
    primary.sql("CREATE TABLE s (id integer)");
    wait_until("it is replayed", || {
        standby.sql("SELECT count(*) FROM pg_class WHERE relname = 's'")[0][0] == "1"
    });
    let env = TestEnvironment::new();
    let well = look(&env, &standby.url("postgres"), 0);
    let follows = &well["database"]["vitals"]["follows"];
    assert_eq!(follows["cut_off"], false, "{follows}");
    assert_eq!(follows["lag_ms"], 0.0, "{follows}");
    primary.kill();
    wait_until("nothing comes any more", || {
        standby.sql("SELECT count(*) FROM pg_stat_wal_receiver")[0][0] == "0"
    });
    let alone = look(&env, &standby.url("postgres"), 6);
    let follows = &alone["database"]["vitals"]["follows"];
    assert_eq!(follows["state"], "not streaming", "{follows}");
    assert_eq!(follows["cut_off"], true, "{follows}");
    assert!(follows["lag_ms"].as_f64() > Some(0.0), "{follows}");
    assert_eq!(figure(&alone, "replication_lag")["state"], "alarm");
}

#[test]
fn a_mariadb_follower_that_gets_nothing_is_an_alarm() {
    let Some(server) = Mariadb::start("a cut-off follower", &["server-id=7"]) else {
        return;
    };
    let env = TestEnvironment::new();
    let well = look(&env, &server.url("mysql"), 0);
    assert_eq!(well["database"]["vitals"]["follows"], Value::Null);
    server.sql(
        "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1, MASTER_USER = 'u', MASTER_PASSWORD = 'p'",
    );
    let alone = look(&env, &server.url("mysql"), 6);
    let follows = &alone["database"]["vitals"]["follows"];
    assert_eq!(follows["cut_off"], true, "{follows}");
    assert_eq!(follows["state"], "receiving: No, applying: No", "{follows}");
    let alarm = figure(&alone, "replication_lag");
    assert_eq!(
        (&alarm["state"], &alarm["value"]),
        (&"alarm".into(), &Value::Null)
    );
}

#[test]
fn two_postgres_standbys_of_one_name_are_two_series() {
    let case = "two standbys";
    let Some(primary) = Postgres::start(case, &["wal_level=replica", "max_wal_senders=6"]) else {
        return;
    };
    let standbys = [primary.standby(), primary.standby()];
    wait_until("both stream", || {
        primary.sql("SELECT count(*) FROM pg_stat_replication WHERE replay_lsn IS NOT NULL")[0][0]
            == "2"
    });
    let env = TestEnvironment::new();
    env.write("piton.toml", "[monitor]\nreplication_lag_ms = 60000\n");
    let listening = Listening::start(&env, &[("DATABASE_URL", primary.url("postgres"))]);
    // The page is read strictly: the same series twice would be refused.
    let page = listening.page();
    assert_eq!(page.all("piton_replication_lag_bytes").count(), 2);
    assert_eq!(page.all("piton_replication_streaming").count(), 2);
    drop(standbys);
}
