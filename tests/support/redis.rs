//! Redis for one test: a server, a Cluster of six nodes, a primary with replicas and three Sentinels, each
//! started from `redis-server` and gone with the test.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use piton::redis::{Connection, Limits, Options, Topology};
use tempfile::TempDir;

use super::running::wait_until;

/// A running `redis-server`, killed when dropped.
pub struct Server {
    dir: TempDir,
    child: Child,
    port: u16,
    arguments: Vec<String>,
}

/// Below the range from which the system takes ports for outgoing connections; a Cluster's bus is 10,000 above.
pub fn free_port() -> u16 {
    loop {
        let random = RandomState::new().build_hasher().finish();
        let port = 20_000 + u16::try_from(random % 2_000).expect("below 2,000");
        if [port, port + 10_000]
            .iter()
            .all(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        {
            return port;
        }
    }
}

impl Server {
    pub fn start(arguments: &[&str]) -> Server {
        for _ in 0..5 {
            if let Some(server) = Server::try_start(free_port(), arguments) {
                return server;
            }
        }
        panic!("redis-server does not start; is it installed (Debian: redis-server)?");
    }

    fn try_start(port: u16, arguments: &[&str]) -> Option<Server> {
        let dir = tempfile::Builder::new()
            .prefix("piton-redis-")
            .tempdir()
            .expect("a directory");
        let arguments = arguments.iter().map(|one| (*one).to_owned()).collect();
        let child = spawn(port, &dir, &arguments);
        let mut server = Server {
            dir,
            child,
            port,
            arguments,
        };
        server.answers().then_some(server)
    }

    fn answers(&mut self) -> bool {
        for _ in 0..200 {
            if self.child.try_wait().expect("it can be asked").is_some() {
                return false;
            }
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        false
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Redis's own client's answer, as text.
    pub fn cli<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> String {
        let output = Command::new("redis-cli")
            .args(["-p", &self.port.to_string()])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("redis-cli starts");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// The same server again, empty.
    pub fn restart(&mut self) {
        self.kill();
        self.child = spawn(self.port, &self.dir, &self.arguments);
        assert!(self.answers(), "redis-server does not start again");
    }

    pub fn signal(&self, name: &str) {
        let status = Command::new("sh")
            .args([
                "-c",
                "kill -s \"$0\" \"$1\"",
                name,
                &self.child.id().to_string(),
            ])
            .status();
        assert!(status.expect("a shell").success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(port: u16, dir: &TempDir, arguments: &Vec<String>) -> Child {
    // Where it can be had, the system ends the server with this thread, should it be killed.
    let guarded = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "true"])
        .output();
    let mut command = if guarded.is_ok_and(|output| output.status.success()) {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "redis-server"]);
        command
    } else {
        Command::new("redis-server")
    };
    if arguments.first().is_some_and(|one| one.ends_with(".conf")) {
        let conf = dir.path().join("sentinel.conf");
        std::fs::write(
            &conf,
            format!("port {port}\nbind 127.0.0.1\n{}", arguments[1]),
        )
        .expect("a file");
        command.arg(conf).arg("--sentinel");
    } else {
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1"]);
        command.args([
            "--save",
            "",
            "--appendonly",
            "no",
            "--enable-debug-command",
            "yes",
            // A new replica is served at once.
            "--repl-diskless-sync-delay",
            "0",
        ]);
        command.args(arguments);
    }
    command.current_dir(dir.path()).stdin(Stdio::null());
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
        .spawn()
        .expect("redis-server starts; is it installed (Debian: redis-server)?")
}

/// One of the three ways in which servers stand together.
pub struct Redis {
    pub servers: Vec<Server>,
    pub sentinels: Vec<Server>,
    topology: Topology,
}

pub const MASTER: &str = "grading";

impl Redis {
    pub fn standalone() -> Redis {
        Redis {
            servers: vec![Server::start(&[])],
            sentinels: Vec::new(),
            topology: Topology::Standalone,
        }
    }

    pub fn cluster() -> Redis {
        let servers: Vec<Server> = (0..6)
            .map(|_| Server::start(&["--cluster-enabled", "yes", "--cluster-node-timeout", "1500"]))
            .collect();
        let nodes: Vec<String> = servers
            .iter()
            .map(|one| format!("127.0.0.1:{}", one.port()))
            .collect();
        let made = Command::new("redis-cli")
            .args(["--cluster", "create"])
            .args(&nodes)
            .args(["--cluster-replicas", "1", "--cluster-yes"])
            .output()
            .expect("redis-cli starts");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stdout)
        );
        wait_until("the Cluster stands", || {
            servers.iter().all(|one| {
                one.cli(["cluster", "info"]).contains("cluster_state:ok")
                    && !one
                        .cli(["info", "replication"])
                        .contains("master_link_status:down")
            })
        });
        Redis {
            servers,
            sentinels: Vec::new(),
            topology: Topology::Cluster,
        }
    }

    pub fn sentinel() -> Redis {
        let primary = Server::start(&[]);
        let port = primary.port().to_string();
        let mut servers = vec![primary];
        for _ in 0..2 {
            servers.push(Server::start(&["--replicaof", "127.0.0.1", &port]));
        }
        let watching = format!(
            "sentinel monitor {MASTER} 127.0.0.1 {port} 2\n\
             sentinel down-after-milliseconds {MASTER} 3000\n\
             sentinel failover-timeout {MASTER} 5000\n"
        );
        let sentinels: Vec<Server> = (0..3)
            .map(|_| Server::start(&["sentinel.conf", &watching]))
            .collect();
        for one in &sentinels {
            // They tell one another of themselves every two seconds, and ask the servers every ten.
            let sooner = [
                "publish-period",
                "200",
                "info-period",
                "200",
                "ask-period",
                "200",
            ];
            one.cli(["sentinel", "debug"].into_iter().chain(sooner));
        }
        wait_until("the Sentinels know one another and the replicas", || {
            let synced = |one: &Server| {
                let said = one.cli(["info", "replication"]);
                said.contains("master_link_status:up")
            };
            servers[1..].iter().all(synced)
                && sentinels.iter().all(|one| {
                    let said = one.cli(["info", "sentinel"]);
                    said.contains("slaves=2,sentinels=3")
                })
        });
        Redis {
            servers,
            sentinels,
            topology: Topology::Sentinel {
                master: MASTER.to_owned(),
            },
        }
    }

    /// Where to begin.
    pub fn url(&self) -> String {
        self.sentinels.first().unwrap_or(&self.servers[0]).url()
    }

    pub fn options(&self) -> Options {
        Options::new([self.url()], self.topology.clone())
    }

    pub async fn connect(&self) -> Connection {
        Connection::open(self.options())
            .await
            .expect("Redis answers")
    }

    pub async fn connect_with(&self, limits: Limits) -> Connection {
        Connection::open(self.options().limits(limits))
            .await
            .expect("Redis answers")
    }

    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The servers that are primaries at the moment, as they say themselves.
    pub fn primaries(&self) -> Vec<&Server> {
        let is_primary = |one: &&Server| one.cli(["info", "replication"]).contains("role:master");
        self.servers.iter().filter(is_primary).collect()
    }

    /// Runs a command on each primary.
    pub fn on_primaries<const N: usize>(&self, arguments: [&str; N]) {
        for server in self.primaries() {
            server.cli(arguments);
        }
    }

    /// Waits until the replicas have what the primaries have had to tell until now. A replica whose link is up
    /// may still be without it for a second: a primary sends nothing before the first acknowledgement that it
    /// reads once its copying process has ended.
    pub fn wait_for_replicas(&self) {
        let field = |one: &Server, name: &str| {
            let said = one.cli(["info", "replication"]);
            let found = said.lines().find_map(|line| line.strip_prefix(name));
            found.and_then(|value| value.trim().parse::<u64>().ok())
        };
        for primary in self.primaries() {
            let told = field(primary, "master_repl_offset:");
            let port = Some(u64::from(primary.port()));
            for one in &self.servers {
                wait_until("a replica has it", || {
                    field(one, "master_port:") != port || field(one, "slave_repl_offset:") >= told
                });
            }
        }
    }

    /// What `piton` is told of it.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![("REDIS_URL", self.url())];
        match self.topology {
            Topology::Standalone => {}
            Topology::Cluster => all.push(("REDIS_CLUSTER", "true".to_owned())),
            Topology::Sentinel { .. } => all.extend([
                ("REDIS_SENTINEL", "true".to_owned()),
                ("REDIS_SENTINEL_MASTER", MASTER.to_owned()),
            ]),
        }
        all
    }
}

/// Writes a test for each topology: `name::standalone`, `name::cluster`, `name::sentinel`.
#[macro_export]
macro_rules! on_redis {
    ($($(#[$attribute:meta])* [$($topology:ident),+] async fn $name:ident($redis:ident) $body:block)+) => {$(
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports, reason = "not every check needs what the file has")]
            use super::*;

            #[allow(unused_mut, reason = "not every check breaks a server")]
            async fn check(mut $redis: $crate::support::redis::Redis) $body

            $(
                #[test]
                fn $topology() {
                    let redis = $crate::support::redis::Redis::$topology();
                    tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .expect("a runtime")
                        .block_on(check(redis));
                }
            )+
        }
    )+};
}
