//! A MariaDB of the test's own, from this machine's binaries.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::daemon::{Daemon, Unprivileged, free_port, program};
use super::not_run;
use crate::support::Connection;

/// A private server, stopped and removed with this value.
pub struct Mariadb {
    user: Unprivileged,
    daemon: Option<Daemon>,
    dir: TempDir,
    data: PathBuf,
    port: u16,
    settings: Vec<String>,
}

impl Mariadb {
    /// Starts a server with these settings (`"read-only=1"`); `None` where there is none here.
    pub fn start(case: &str, settings: &[&str]) -> Option<Mariadb> {
        Self::prepare(case, settings, None)
    }

    /// As [`Mariadb::start`], with its data under a directory that exists, such as a small disk.
    pub fn start_in(case: &str, settings: &[&str], home: &Path) -> Option<Mariadb> {
        Self::prepare(case, settings, Some(home))
    }

    fn prepare(case: &str, settings: &[&str], home: Option<&Path>) -> Option<Mariadb> {
        let (Some(install), Some(_)) = (program("mariadb-install-db"), program("mariadbd")) else {
            not_run(
                case,
                "no MariaDB server's binaries here (Debian: mariadb-server)",
            );
            return None;
        };
        let user = Unprivileged::new();
        let dir = user.directory();
        let data = home.unwrap_or(dir.path()).join("data");
        if let Some(home) = home {
            user.own(home);
        }
        let at = format!("--datadir={}", data.display());
        let scratch = scratch(dir.path());
        user.run(
            &install,
            &[
                "--no-defaults",
                &at,
                &scratch,
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
                "--innodb-log-file-size=8M",
            ],
        );
        let mut server = Mariadb {
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

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The URL of a database.
    pub fn url(&self, database: &str) -> String {
        format!("mysql://root@{}/{database}", self.address())
    }

    /// A client without a database of its own.
    pub fn client(&self) -> Connection {
        Connection::mysql(&self.url("mysql"))
    }

    /// Runs SQL as root.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> Vec<Vec<String>> {
        self.client().query(sql)
    }

    /// Starts the server again, or for the first time.
    pub fn go_on(&mut self) {
        let binary = program("mariadbd").expect("looked for before");
        let home = self.dir.path();
        let mut command = self.user.command(&binary);
        command
            .arg("--no-defaults")
            .arg(format!("--datadir={}", self.data.display()))
            .arg(scratch(home))
            .arg(format!("--port={}", self.port))
            .arg(format!("--socket={}", home.join("socket").display()))
            .arg(format!("--pid-file={}", home.join("pid").display()))
            .args([
                "--bind-address=127.0.0.1",
                "--character-set-server=utf8mb4",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-buffer-pool-size=32M",
                "--innodb-log-file-size=8M",
            ]);
        for setting in &self.settings {
            command.arg(format!("--{setting}"));
        }
        let mut daemon = Daemon::start(command, &home.join("log"));
        let url = self.url("mysql");
        let up = daemon.becomes(|| Connection::try_mysql(&url).is_ok());
        assert!(up, "MariaDB does not start:\n{}", daemon.said());
        self.daemon = Some(daemon);
    }

    /// Stops it in good order, while clients are connected.
    pub fn stop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.end(libc::SIGTERM);
        }
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            daemon.kill_all();
        }
    }

    /// What the server has written into its error log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    pub fn data(&self) -> &Path {
        &self.data
    }

    /// A file of this server's own directory, such as the one that `general-log-file` names.
    pub fn file(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }
}

/// Where temporary tables go. A server that starts removes those of others from a directory that they share.
fn scratch(home: &Path) -> String {
    format!("--tmpdir={}", home.display())
}
