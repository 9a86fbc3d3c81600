//! PgBouncer before a server.

use tempfile::TempDir;

use super::daemon::{Daemon, Unprivileged, free_port, program};
use super::not_run;
use crate::support::Connection;

/// A pooler, stopped with this value.
pub struct Bouncer {
    daemon: Daemon,
    dir: TempDir,
    port: u16,
}

impl Bouncer {
    /// Pools `server` (`127.0.0.1:5432`) in the mode `transaction`, `session` or `statement`; `None`
    /// where there is no PgBouncer here.
    pub fn before(case: &str, server: &str, mode: &str, settings: &[&str]) -> Option<Bouncer> {
        let Some(binary) = program("pgbouncer") else {
            not_run(case, "no PgBouncer here (Debian: pgbouncer)");
            return None;
        };
        let user = Unprivileged::new();
        let dir = user.directory();
        let port = free_port();
        let (host, server_port) = server.rsplit_once(':').expect("a host and a port");
        let mut text = format!(
            "[databases]\n* = host={host} port={server_port} user=postgres\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
             auth_type = any\npool_mode = {mode}\nignore_startup_parameters = extra_float_digits\n"
        );
        for setting in settings {
            text.push_str(setting);
            text.push('\n');
        }
        let file = dir.path().join("pgbouncer.ini");
        std::fs::write(&file, text).expect("the file can be written");
        let mut command = user.command(&binary);
        command.arg(&file);
        let mut daemon = Daemon::start(command, &dir.path().join("log"));
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        let up = daemon.becomes(|| Connection::try_postgres(&url).is_ok());
        assert!(up, "PgBouncer does not start:\n{}", daemon.said());
        Some(Bouncer { daemon, dir, port })
    }

    /// The URL of a database, through the pooler.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub fn log(&self) -> String {
        self.daemon.said()
    }
}
