//! The log of revocations, written by the commands and read by an application, on every backend.

use std::sync::Arc;

use piton::config::{Config, Flags, Surroundings};
use piton::redis::Connection;
use piton::session::{Device, SessionOptions, Sessions};

use super::support::redis::Redis;
use super::support::{Backend, TestEnvironment, fault};
use super::{block_on, piton_with};

const ON: [(&str, &str); 1] = [("SESSION_REVOCATION_LOG", "on")];

/// Every key, so that it can be put back as a replica has it that had not heard of the last writes.
async fn photograph(connection: &Connection) -> Vec<(Vec<u8>, Vec<u8>)> {
    let keys: Vec<Vec<u8>> = connection.ask(redis::cmd("KEYS").arg("*")).await.unwrap();
    let mut all = Vec::new();
    for key in keys {
        let dump: Vec<u8> = connection.ask(redis::cmd("DUMP").arg(&key)).await.unwrap();
        all.push((key, dump));
    }
    all
}

async fn put_back(connection: &Connection, photograph: &[(Vec<u8>, Vec<u8>)]) {
    for (key, dump) in photograph {
        let mut restore = redis::cmd("RESTORE");
        restore.arg(key).arg(0).arg(dump).arg("REPLACE");
        connection.send(&restore).await.unwrap();
    }
    let mut another = redis::cmd("DEBUG");
    another.arg("CHANGE-REPL-ID");
    connection.send(&another).await.unwrap();
}

/// The application's own database handle.
async fn handle(env: &TestEnvironment) -> piton::Handle {
    let flags = Flags {
        url: Some(env.url().to_owned()),
        ..Flags::default()
    };
    let around = Surroundings {
        vars: Default::default(),
        dir: env.dir().to_owned(),
    };
    let config = Config::load(&flags, &around).unwrap();
    piton::open(&config).await.unwrap()
}

crate::on! {
    [json, sqlite, postgres, mysql]
    fn what_the_commands_revoke_no_failover_of_redis_brings_back(env) {
        let _case = fault::case(54, "redis");
        let redis = Redis::standalone();
        block_on(async {
            let connection = redis.connect().await;
            let sessions = Sessions::new(&connection, SessionOptions::default());
            let device = Device::default();
            let (one, session) = sessions.create("u", &device).await.unwrap();
            let (two, _) = sessions.create("u", &device).await.unwrap();
            let (three, _) = sessions.create("用户", &device).await.unwrap();
            let (other, _) = sessions.create("another", &device).await.unwrap();
            let before = photograph(&connection).await;

            let id = session.id.to_string();
            let said = piton_with(env, &redis, &["session", "revoke", &id, "--json"], &ON).ok();
            assert_eq!(said.document()["logged"], true);
            piton_with(env, &redis, &["session", "revoke-all", "用户"], &ON).ok().says(["the log of revocations is in"]);
            put_back(&connection, &before).await;
            sessions.touch(&one, None).await.expect("a failover brought it back");
            // Who only looks is told what the log has, and writes nothing.
            let look = |args: &[&str], code| piton_with(env, &redis, args, &ON).ends(code);
            let listed = look(&["session", "list", "u", "--json"], 0).document();
            assert_eq!(listed["sessions"].as_array().unwrap().len(), 1);
            let none = look(&["session", "list", "用户", "--json"], 0).document();
            assert_eq!(none["sessions"].as_array().unwrap().len(), 0);
            look(&["session", "show", &id], 1).says(["there is no such session"]);
            let stats = look(&["session", "stats", "--json"], 0).document();
            assert_eq!((&stats["living"], &stats["over"]), (&2.into(), &2.into()));
            sessions.touch(&one, None).await.expect("nothing was replayed");

            let application = Arc::new(handle(env).await);
            let log = application.revocation_log().await.unwrap();
            let sessions = sessions.with_log(Arc::new(log));
            for token in [&one, &three] {
                assert!(sessions.touch(token, None).await.unwrap_err().is_none());
            }
            sessions.touch(&two, None).await.unwrap();
            sessions.touch(&other, None).await.unwrap();

            // What no session can outlive leaves the log.
            application.commit().await.unwrap();
            drop((sessions, application));
            let cleaned = piton_with(env, &redis, &["session", "cleanup", "--json"], &ON).ok();
            assert_eq!(cleaned.document()["forgotten"], 0);
        });
        if env.backend() == Backend::Json {
            let rows = env.read("data/piton_revocations.json");
            assert_eq!(rows.matches("\"until_ms\"").count(), 2, "{rows}");
        } else {
            assert_eq!(env.value("SELECT count(*) FROM piton_revocations"), "2");
        }
    }

    [json, postgres]
    fn a_revocation_that_the_log_cannot_take_is_not_done_in_redis(env) {
        let redis = Redis::standalone();
        block_on(async {
            let sessions = Sessions::new(&redis.connect().await, SessionOptions::default());
            let (token, session) = sessions.create("u", &Device::default()).await.unwrap();
            let id = session.id.to_string();
            let (code, gone) = if env.backend() == Backend::Json {
                env.write("blocked", "a file");
                (9, "json:blocked/data")
            } else {
                (4, "postgres://postgres@127.0.0.1:1/nowhere")
            };
            for args in [&["session", "revoke", &id][..], &["session", "revoke-all", "u"]] {
                piton_with(env, &redis, args, &[ON[0], ("DATABASE_URL", gone)]).ends(code);
            }
            sessions.touch(&token, None).await.unwrap();
            piton_with(env, &redis, &["session", "revoke", &id], &[("DATABASE_URL", gone)]).ok();
            assert!(sessions.touch(&token, None).await.unwrap_err().is_none());
        });
    }
}
