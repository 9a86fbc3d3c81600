//! A PostgreSQL of the test's own, from this machine's binaries.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::daemon::{Daemon, Unprivileged, free_port, program};
use super::not_run;
use crate::support::Connection;

/// A private server, stopped and removed with this value.
pub struct Postgres {
    user: Unprivileged,
    daemon: Option<Daemon>,
    dir: TempDir,
    data: PathBuf,
    port: u16,
    settings: Vec<String>,
}

impl Postgres {
    /// Starts a server with these settings (`"log_statement=all"`); `None` where there is none here.
    pub fn start(case: &str, settings: &[&str]) -> Option<Postgres> {
        Self::prepare(case, settings, None)
    }

    /// As [`Postgres::start`], with its data under a directory that exists, such as a small disk.
    pub fn start_in(case: &str, settings: &[&str], home: &Path) -> Option<Postgres> {
        Self::prepare(case, settings, Some(home))
    }

    fn prepare(case: &str, settings: &[&str], home: Option<&Path>) -> Option<Postgres> {
        let Some(initdb) = program("initdb") else {
            not_run(
                case,
                "no PostgreSQL server's binaries here (Debian: postgresql)",
            );
            return None;
        };
        let user = Unprivileged::new();
        let dir = user.directory();
        let data = home.unwrap_or(dir.path()).join("data");
        if let Some(home) = home {
            user.own(home);
        }
        let at = data.display().to_string();
        let args = ["-D", &at, "-U", "postgres", "-A", "trust", "-E", "UTF8"];
        user.run(&initdb, &[&args[..], &["--locale=C", "--no-sync"]].concat());
        let mut server = Postgres {
            user,
            daemon: None,
            dir,
            data,
            port: free_port(),
            settings: settings.iter().map(|&it| it.to_owned()).collect(),
        };
        server.go_on();
        Some(server)
    }

    /// Another server that follows this one, by pg_basebackup.
    pub fn standby(&self) -> Postgres {
        let dir = self.user.directory();
        let data = dir.path().join("data");
        let backup = program("pg_basebackup").expect("it comes with the server");
        let (at, port) = (data.display().to_string(), self.port.to_string());
        let from = ["-h", "127.0.0.1", "-p", &port, "-U", "postgres"];
        let how = ["-D", &at, "-R", "-X", "stream", "-c", "fast", "--no-sync"];
        self.user.run(&backup, &[&from[..], &how[..]].concat());
        let mut standby = Postgres {
            user: self.user,
            daemon: None,
            dir,
            data,
            port: free_port(),
            settings: self.settings.clone(),
        };
        standby.go_on();
        standby
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.address())
    }

    /// A client of the database `postgres`.
    pub fn client(&self) -> Connection {
        Connection::postgres(&self.url("postgres"))
    }

    /// Runs SQL in the database `postgres`, as the superuser.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> Vec<Vec<String>> {
        self.client().query(sql)
    }

    /// Starts the server again, or for the first time.
    pub fn go_on(&mut self) {
        let url = self.url("postgres");
        self.begin(|| Connection::try_postgres(&url).is_ok());
    }

    /// Starts the server, and returns while it may still be starting up: once its port answers.
    pub fn begin_to_start(&mut self) {
        let port = self.port;
        self.begin(|| std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
    }

    fn begin(&mut self, ready: impl FnMut() -> bool) {
        let binary = program("postgres").expect("it comes with initdb");
        let log = self.dir.path().join("log");
        let mut command = self.user.command(&binary);
        command
            .arg("-D")
            .arg(&self.data)
            .args(["-p", &self.port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
        ] {
            command.args(["-c", setting]);
        }
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        let mut daemon = Daemon::start(command, &log);
        let up = daemon.becomes(ready);
        assert!(up, "PostgreSQL does not start:\n{}", daemon.said());
        self.daemon = Some(daemon);
    }

    /// Asks it to stop once its clients have left: a "smart" shutdown, in which it takes no new ones.
    pub fn close_doors(&self) {
        if let Some(daemon) = &self.daemon {
            let pid = i32::try_from(daemon.pid()).expect("a process number");
            // SAFETY: the daemon is there as long as this value, so the number is its own.
            unsafe { libc::kill(pid, libc::SIGTERM) };
        }
    }

    /// Stops it in good order, while clients are connected: a "fast" shutdown.
    pub fn stop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.end(libc::SIGINT);
        }
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill_all();
        }
    }

    /// What the server has written into its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    pub fn data(&self) -> &Path {
        &self.data
    }
}
