//! Row 31: a server that cannot be reached or lets nobody in: the first rung that broke is named.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::fd::AsRawFd as _;
use std::time::{Duration, Instant};

use crate::harness::{Mariadb, Postgres, Unprivileged, free_port};
use crate::support::{Output, TestEnvironment, fault, unique_name};

const SECONDS: u64 = 4;

fn at(env: &TestEnvironment, url: &str, args: &[&str]) -> (Output, Duration) {
    let mut command = env.command(args.iter().copied());
    command
        .env("DATABASE_URL", url)
        .env("DB_POOL_TIMEOUT", SECONDS.to_string());
    let started = Instant::now();
    let output = env.output_of(command);
    (output, started.elapsed())
}

/// Nothing can be done, it is said within the time-out, and where it broke.
#[track_caller]
fn breaks<const N: usize>(env: &TestEnvironment, url: &str, code: i32, says: [&str; N]) {
    let backend = if url.starts_with("mysql") {
        "mysql"
    } else {
        "postgresql"
    };
    let _case = fault::case(31, backend);
    let (output, took) = at(env, url, &["current"]);
    let output = output.ends(code).says(says).says(["next: "]);
    let current = output.stderr;
    assert!(
        took < Duration::from_secs(SECONDS + 1),
        "{url}: {took:?} is longer than the time-out"
    );
    let (output, _) = at(env, url, &["upgrade", "--json"]);
    assert_eq!(output.ends(code).document()["error"]["code"], code);
    // The doctor stops at the same rung, with the same words, and says of none above it that it holds.
    let (doctor, took) = at(env, url, &["doctor", "--json"]);
    let broken = crate::doctor::broken(&doctor.ends(code));
    assert!(took < Duration::from_secs(2 * SECONDS), "{url}: {took:?}");
    assert!(
        current.contains(&format!("{}: broken", broken.rung)),
        "{url}: the doctor breaks at {}, and current says\n{current}",
        broken.rung
    );
    assert!(!broken.next.is_empty(), "{url}: nothing to do");
}

/// A server of one sentence.
struct Says {
    port: u16,
    listener: TcpListener,
}

impl Says {
    /// `None` says nothing; an empty text closes at once.
    fn new(first: bool, text: Option<&'static [u8]>) -> Says {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let accepting = listener.try_clone().unwrap();
        std::thread::spawn(move || {
            let mut kept = Vec::new();
            while let Ok((mut stream, _)) = accepting.accept() {
                let Some(text) = text else {
                    kept.push(stream);
                    continue;
                };
                std::thread::spawn(move || {
                    if !first && !text.is_empty() {
                        drop(stream.read(&mut [0; 64]));
                    }
                    drop(stream.write_all(text));
                    drop(stream.shutdown(Shutdown::Write));
                    drop(stream.read_to_end(&mut Vec::new()));
                });
            }
        });
        Says { port, listener }
    }
}

impl Drop for Says {
    fn drop(&mut self) {
        // SAFETY: the descriptor is the listener's own; accept() in the thread ends with an error.
        unsafe { libc::shutdown(self.listener.as_raw_fd(), libc::SHUT_RDWR) };
    }
}

#[test]
fn without_a_server_the_first_rung_that_breaks_is_named() {
    let env = TestEnvironment::new();
    let refused = free_port();
    for scheme in ["postgres", "mysql"] {
        breaks(
            &env,
            &format!("{scheme}://u@nowhere.invalid/db"),
            4,
            [
                "no host is known as nowhere.invalid",
                "URL: good; host: broken",
                "getent hosts nowhere.invalid",
            ],
        );
        breaks(
            &env,
            &format!("{scheme}://u@127.0.0.1:{refused}/db"),
            4,
            [
                "nothing listens at 127.0.0.1:",
                "URL, host: good; port: broken",
                "is the server running?",
            ],
        );
    }
    breaks(
        &env,
        "postgres://u@/db?host=/nonexistent",
        4,
        ["there is no socket /nonexistent/.s.PGSQL.5432"],
    );
    breaks(
        &env,
        "mysql://u@/db?unix_socket=/nonexistent/s",
        4,
        ["there is no socket /nonexistent/s"],
    );
}

#[test]
fn somebody_else_who_listens_there_is_named_and_not_waited_for() {
    let env = TestEnvironment::new();
    for (first, text, who) in [
        (
            false,
            Some(&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..]),
            "a web server answers",
        ),
        (
            true,
            Some(&b"SSH-2.0-OpenSSH_9.2\r\n"[..]),
            "an SSH server answers",
        ),
        (true, Some(&b"hello\r\n"[..]), "something that says \"hello"),
        (true, Some(&b""[..]), "closes it at once"),
        (true, None, "says nothing"),
    ] {
        let server = Says::new(first, text);
        for scheme in ["postgres", "mysql"] {
            breaks(
                &env,
                &format!("{scheme}://u@127.0.0.1:{}/db", server.port),
                4,
                [who, "URL, host, port: good; protocol: broken"],
            );
        }
    }
}

#[test]
fn the_other_database_s_server_is_named_and_so_is_redis() {
    let (Some(postgres), Some(mysql)) = (TestEnvironment::postgres(), TestEnvironment::mysql())
    else {
        return;
    };
    let (p, m) = (postgres.database().address(), mysql.database().address());
    breaks(
        &postgres,
        &format!("mysql://root@{p}/db"),
        4,
        ["PostgreSQL answers at ", "not MySQL", "is it the scheme?"],
    );
    breaks(
        &mysql,
        &format!("postgres://postgres@{m}/db"),
        4,
        ["answers at ", "not PostgreSQL", "is it the scheme? for M"],
    );
    if TcpStream::connect("127.0.0.1:6379").is_ok() {
        for scheme in ["postgres", "mysql"] {
            let (output, _) = at(
                &postgres,
                &format!("{scheme}://u@127.0.0.1:6379/db"),
                &["current"],
            );
            output.ends(4).says(["Redis answers at 127.0.0.1:6379"]);
        }
    }
}

/// A socket whose queue is full: the kernel drops what comes, as a firewall does.
#[test]
fn a_port_that_swallows_packets_is_4_within_the_time_out() {
    let env = TestEnvironment::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    // SAFETY: the descriptor is open; listening again only changes the length of the queue.
    assert_eq!(unsafe { libc::listen(listener.as_raw_fd(), 0) }, 0);
    let address = listener.local_addr().unwrap();
    let mut queued = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        queued.push(stream);
        assert!(queued.len() < 100, "the queue does not fill up");
    }
    for scheme in ["postgres", "mysql"] {
        breaks(
            &env,
            &format!("{scheme}://u@{address}/db"),
            4,
            [
                "does not answer",
                "URL, host: good; port: broken",
                "a firewall",
            ],
        );
    }
}

#[test]
fn who_is_not_let_in_by_postgres_is_told_why() {
    let Some(mut server) = Postgres::start("logins", &["max_connections=20"]) else {
        return;
    };
    server.sql("CREATE DATABASE locked");
    server.sql(
        "CREATE ROLE ada LOGIN PASSWORD 'right'; CREATE ROLE nologin; \
         CREATE ROLE peer LOGIN; REVOKE CONNECT ON DATABASE locked FROM PUBLIC",
    );
    let rules = server.data().join("pg_hba.conf");
    std::fs::write(
        &rules,
        "host all ada 127.0.0.1/32 scram-sha-256\nhost secret all 127.0.0.1/32 reject\n\
         hostnossl all plain 127.0.0.1/32 reject\nhost locked all 127.0.0.1/32 trust\n\
         host postgres postgres,nologin,nosuch 127.0.0.1/32 trust\nhost template0,missing postgres 127.0.0.1/32 trust\n",
    )
    .unwrap();
    Unprivileged::new().own(&rules);
    server.sql("SELECT pg_reload_conf()");
    std::thread::sleep(Duration::from_millis(300));
    let env = TestEnvironment::new();
    let a = server.address();
    for (url, code, says) in [
        (
            format!("ada:wrong@{a}/postgres"),
            4,
            [
                "login: broken",
                "check user and password",
                "ALTER ROLE \"ada\" PASSWORD",
            ],
        ),
        (
            format!("ada@{a}/postgres"),
            4,
            ["login: broken", "no password was given", "PGPASSWORD"],
        ),
        (
            format!("nologin@{a}/postgres"),
            4,
            [
                "is not permitted to log in",
                "login: broken",
                "ALTER ROLE \"nologin\" LOGIN;",
            ],
        ),
        (
            format!("nosuch@{a}/postgres"),
            4,
            [
                "role \"nosuch\" does not exist",
                "login: broken",
                "CREATE ROLE \"nosuch\"",
            ],
        ),
        (
            format!("stranger@{a}/postgres"),
            4,
            [
                "no pg_hba.conf entry",
                "login: broken",
                "host postgres stranger",
            ],
        ),
        (
            format!("postgres@{a}/secret"),
            4,
            ["pg_hba.conf rejects", "login: broken", "pg_hba_file_rules"],
        ),
        (
            format!("postgres@{a}/missing"),
            4,
            [
                "does not exist",
                "login: good; database: broken",
                "piton init makes",
            ],
        ),
        (
            format!("postgres@{a}/template0"),
            4,
            [
                "not currently accepting connections",
                "database: broken",
                "template0",
            ],
        ),
        (
            format!("peer@{a}/locked"),
            10,
            [
                "permission denied for database",
                "privileges: broken",
                "GRANT CONNECT ON DATABASE \"locked\" TO \"peer\";",
            ],
        ),
    ] {
        breaks(&env, &format!("postgres://{url}"), code, says);
    }
    server.stop();
}

#[test]
fn who_is_not_let_in_by_mariadb_is_told_why() {
    let Some(server) = Mariadb::start("logins", &[]) else {
        return;
    };
    for sql in [
        "CREATE DATABASE app",
        "CREATE USER ada IDENTIFIED BY 'right'",
        "CREATE USER shut ACCOUNT LOCK",
        "CREATE USER nothing",
    ] {
        server.sql(sql);
    }
    let env = TestEnvironment::new();
    let a = server.address();
    for (url, code, says) in [
        (
            format!("ada:wrong@{a}/app"),
            4,
            ["Access denied", "login: broken", "check user and password"],
        ),
        (
            format!("ada@{a}/app"),
            4,
            ["Access denied", "login: broken", "no password was given"],
        ),
        (
            format!("shut@{a}/app"),
            4,
            [
                "locked",
                "login: broken",
                "ALTER USER `shut` ACCOUNT UNLOCK;",
            ],
        ),
        (
            format!("root@{a}/missing"),
            4,
            ["Unknown database", "database: broken", "piton init makes"],
        ),
        (
            format!("nothing@{a}/app"),
            10,
            [
                "Access denied",
                "privileges: broken",
                "ON `app`.* TO `nothing`",
            ],
        ),
    ] {
        breaks(&env, &format!("mysql://{url}"), code, says);
    }
}

/// How often a server with the password was asked, by its own log.
#[test]
fn a_wrong_password_is_tried_once_on_postgres_and_mariadb() {
    let env = TestEnvironment::new();
    if let Some(server) = Postgres::start("wrong password", &["log_connections=on"]) {
        let _case = fault::case(31, "postgresql");
        server.sql("CREATE ROLE ada LOGIN PASSWORD 'right'");
        let rules = server.data().join("pg_hba.conf");
        std::fs::write(
            &rules,
            "host all ada 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n",
        )
        .unwrap();
        server.sql("SELECT pg_reload_conf()");
        std::thread::sleep(Duration::from_millis(300));
        let url = format!("postgres://ada:wrong@{}/postgres", server.address());
        let (output, took) = at(&env, &url, &["upgrade", "--wait", "10s"]);
        output.ends(4).hides(["wrong"]);
        assert!(took < Duration::from_secs(2), "{took:?}");
        let tried = server
            .log()
            .matches("password authentication failed")
            .count();
        assert_eq!(tried, 1, "{}", server.log());
    }
    if let Some(server) = Mariadb::start("wrong password", &["log-warnings=2"]) {
        let _case = fault::case(31, "mysql");
        server.sql("CREATE USER ada IDENTIFIED BY 'right'");
        let url = format!("mysql://ada:wrong@{}/mysql", server.address());
        let (output, took) = at(&env, &url, &["upgrade", "--wait", "10s"]);
        output.ends(4).hides(["wrong"]);
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(
            server.log().matches("Access denied for user 'ada'").count(),
            1
        );
    }
}

#[test]
fn a_postgres_that_starts_or_stops_is_told_and_wait_waits_for_it() {
    let Some(mut server) = Postgres::start("starting", &[]) else {
        return;
    };
    let _case = fault::case(31, "postgresql");
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    let url = server.url("postgres");
    server.kill();
    let (output, _) = at(&env, &url, &["current"]);
    output.ends(4).says(["nothing listens", "--wait 30s"]);
    let mut command = env.command(["upgrade", "--wait", "30s"]);
    command.env("DATABASE_URL", &url);
    let waiting = env.started(command);
    std::thread::sleep(Duration::from_millis(700));
    server.go_on();
    waiting.output().ok().says(["applied 001_a"]);

    // Smart shutdown: the server takes nobody new while a client is there.
    let mut client = server.client();
    client.query("SELECT 1");
    let pid: i32 = std::fs::read_to_string(server.data().join("postmaster.pid"))
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    // SAFETY: the process is the server that this test has started and has not ended.
    unsafe { libc::kill(pid, libc::SIGTERM) };
    std::thread::sleep(Duration::from_millis(500));
    let (output, _) = at(&env, &url, &["current"]);
    output.ends(4).says([
        "shutting down (57P03)",
        "login: broken",
        "--wait 30s waits until it is back",
    ]);
    drop(client);
}

#[test]
fn a_mariadb_that_starts_is_waited_for() {
    let Some(mut server) = Mariadb::start("starting", &[]) else {
        return;
    };
    let _case = fault::case(31, "mysql");
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    let name = unique_name();
    server.sql(&format!("CREATE DATABASE {name}"));
    let url = server.url(&name);
    server.kill();
    let mut command = env.command(["upgrade", "--wait", "30s"]);
    command.env("DATABASE_URL", &url);
    let waiting = env.started(command);
    std::thread::sleep(Duration::from_millis(500));
    server.go_on();
    waiting.output().ok().says(["applied 001_a"]);
}
