//! A database that cannot be reached or does not let us in; passwords stay hidden.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::on;
use crate::support::{TestEnvironment, unique_name};

const PASSWORD: &str = "s3cr3t-word";

/// A port on which nothing listens.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn a_password_in_a_wrong_url_is_never_shown() {
    let env = TestEnvironment::new();
    for url in [
        format!("postgres://u:{PASSWORD}@host:port/db"),
        format!("postgres://u:{PASSWORD}@host:99999/db"),
        format!("postgres://u:{PASSWORD}@[::1/db"),
        format!("postgres:/u:{PASSWORD}@host/db"),
        format!("oracle://u:{PASSWORD}@host/db"),
        format!("u:{PASSWORD}@host/db"),
        format!("mysql://host/db?password={PASSWORD}&ssl-mode=nonsense"),
    ] {
        for args in [
            vec!["upgrade"],
            vec!["current", "-vv"],
            vec!["upgrade", "--json"],
            vec!["config"],
            vec!["config", "--json"],
            vec!["init"],
        ] {
            let mut command = env.command(args.iter().copied());
            command.env("DATABASE_URL", &url);
            env.output_of(command)
                .ends(3)
                .hides([PASSWORD])
                .says(["environment DATABASE_URL"]);

            let mut flagged = args.clone();
            flagged.extend(["--url", &url]);
            env.piton(flagged).ends(3).hides([PASSWORD]).says(["--url"]);
        }
    }
}

#[test]
fn a_password_in_a_good_url_is_never_shown_either() {
    let env = TestEnvironment::new();
    let port = free_port();
    for url in [
        format!("postgres://u:{PASSWORD}@127.0.0.1:{port}/db"),
        format!("postgres://127.0.0.1:{port}/db?user=u&password={PASSWORD}"),
        format!("mysql://u:{PASSWORD}@127.0.0.1:{port}/db"),
    ] {
        for args in [
            vec!["upgrade", "-vv", "--url", &url],
            vec!["current", "--json", "--url", &url],
            vec!["init", "--url", &url],
        ] {
            env.piton(args).ends(4).hides([PASSWORD]);
        }
        env.piton(["config", "--url", &url]).ok().hides([PASSWORD]);
        env.piton(["config", "--json", "--url", &url])
            .ok()
            .hides([PASSWORD]);
    }
}

#[test]
fn a_refused_port_is_said_at_once() {
    let env = TestEnvironment::new();
    let port = free_port();
    for scheme in ["postgres", "mysql"] {
        let url = format!("{scheme}://someone@127.0.0.1:{port}/db");
        let started = Instant::now();
        env.piton(["upgrade", "--url", &url])
            .ends(4)
            .says([&format!("{scheme}://127.0.0.1:{port}/db"), "--wait"]);
        assert!(started.elapsed() < Duration::from_secs(3), "no retries");
    }
}

#[test]
fn wait_goes_on_trying_until_it_is_over() {
    let env = TestEnvironment::new();
    let url = format!("postgres://127.0.0.1:{}/db", free_port());
    let started = Instant::now();
    env.piton(["current", "--wait", "1s", "--url", &url])
        .ends(4);
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_host_that_nobody_knows_is_4() {
    let env = TestEnvironment::new();
    for scheme in ["postgres", "mysql"] {
        env.piton([
            "current",
            "--url",
            &format!("{scheme}://nowhere.invalid/db"),
        ])
        .ends(4)
        .says(["nowhere.invalid"]);
    }
}

/// Speaks as much of PostgreSQL's protocol as it takes to turn a password down.
fn doorkeeper() -> (u16, Arc<AtomicUsize>) {
    const SSL_REQUEST: u32 = 80_877_103;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let turned_down = Arc::new(AtomicUsize::new(0));
    let count = turned_down.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 8];
            while stream.read_exact(&mut head).is_ok() {
                let length = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
                let mut rest = vec![0; length - 8];
                stream.read_exact(&mut rest).unwrap();
                if u32::from_be_bytes(head[4..].try_into().unwrap()) == SSL_REQUEST {
                    stream.write_all(b"N").unwrap();
                    continue;
                }
                let fields =
                    "SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"u\"\0\0";
                let length = u32::try_from(fields.len() + 4).unwrap();
                stream.write_all(b"E").unwrap();
                stream.write_all(&length.to_be_bytes()).unwrap();
                stream.write_all(fields.as_bytes()).unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                break;
            }
        }
    });
    (port, turned_down)
}

#[test]
fn a_wrong_password_is_4_at_once_and_not_tried_again() {
    let env = TestEnvironment::new();
    let (port, turned_down) = doorkeeper();
    let url = format!("postgres://u:{PASSWORD}@127.0.0.1:{port}/db");
    let started = Instant::now();
    env.piton(["upgrade", "--wait", "10s", "--url", &url])
        .ends(4)
        .hides([PASSWORD])
        .says([
            "password authentication failed for user \"u\" (28P01)",
            "check user and password",
        ]);
    assert!(started.elapsed() < Duration::from_secs(3));
    assert_eq!(turned_down.load(Ordering::SeqCst), 1);
}

#[test]
fn a_login_that_postgres_turns_down_is_4() {
    let Some(env) = TestEnvironment::postgres() else {
        return;
    };
    let (address, name) = (env.database().address(), env.database().name());
    let url = format!("postgres://{name}_nobody:{PASSWORD}@{address}/{name}");
    env.piton(["current", "--url", &url])
        .ends(4)
        .hides([PASSWORD])
        .says([
            "does not exist",
            "login: broken",
            "check the user in the URL",
        ]);
}

#[test]
fn a_wrong_password_on_mysql_is_4() {
    let Some(env) = TestEnvironment::mysql() else {
        return;
    };
    let (address, name) = (env.database().address(), env.database().name());
    let user = unique_name();
    env.sql(&format!("CREATE USER {user} IDENTIFIED BY 'right'"));
    let url = format!("mysql://{user}:{PASSWORD}@{address}/{name}");
    let output = env.piton(["current", "--url", &url]);
    env.sql(&format!("DROP USER {user}"));
    output
        .ends(4)
        .hides([PASSWORD])
        .says(["Access denied", "check user and password"]);
}

on! {
    [postgres, mysql]
    fn a_database_that_is_not_there_is_4_and_init_is_named(env) {
        let missing = format!("{}_missing", env.url());
        env.piton(["upgrade", "--url", &missing]).ends(4).says(["piton init makes the database"]);
    }
}

#[test]
fn a_user_who_may_not_create_tables_in_postgres_is_told_the_grant() {
    let Some(env) = TestEnvironment::postgres() else {
        return;
    };
    let (address, name) = (env.database().address(), env.database().name());
    let role = unique_name();
    env.sql(&format!("CREATE ROLE {role} LOGIN"));
    env.table_revision(1, "a");
    let output = env.piton([
        "upgrade",
        "--url",
        &format!("postgres://{role}@{address}/{name}"),
    ]);
    env.sql(&format!("DROP ROLE {role}"));
    output.ends(10).says(["GRANT CREATE ON SCHEMA", &role]);
    assert_eq!(env.tables(), [""; 0]);
}

#[test]
fn a_read_only_session_on_postgres_is_refused_before_the_first_step() {
    let Some(env) = TestEnvironment::postgres() else {
        return;
    };
    env.table_revision(1, "a");
    let url = format!("{}?options=-cdefault_transaction_read_only%3Don", env.url());
    env.piton(["upgrade", "--url", &url])
        .ends(10)
        .says(["read-only"]);
    env.piton(["current", "--url", &url]).ok().says(["base"]);
}
