//! `rediss://`: the certificate is verified, and nothing is ever said in plain instead.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use piton::redis::{Connection, Error, ErrorKind, Limits, Options, Topology};
use piton::session::{Device, SessionOptions, Sessions};
use tempfile::TempDir;

use super::support::redis::{MASTER, Server, free_port};
use super::support::wait_until;

/// Two authorities; a certificate of the first for this machine, and one for another name.
struct Certificates(TempDir);

impl Certificates {
    fn make() -> Certificates {
        let made = Certificates(tempfile::tempdir().unwrap());
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        for name in ["ca", "other"] {
            made.openssl(&format!(
                "req -x509 {key} -days 30 -keyout {name}.key -out {name}.pem -subj /CN=piton-test-{name}"
            ));
        }
        for (name, names) in [
            ("good", "IP:127.0.0.1,DNS:localhost"),
            ("named", "DNS:redis.example.com"),
        ] {
            made.openssl(&format!(
                "req {key} -keyout {name}.key -out {name}.csr -subj /CN={name}"
            ));
            let extensions = format!("subjectAltName={names}\nbasicConstraints=CA:FALSE\n");
            std::fs::write(made.path("names"), extensions).unwrap();
            made.openssl(&format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out {name}.pem -extfile names -days 30"
            ));
        }
        made
    }

    fn openssl(&self, arguments: &str) {
        let output = Command::new("openssl")
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .output()
            .expect("openssl makes the certificates");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {said}");
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn pem(&self, name: &str) -> Vec<u8> {
        std::fs::read(Path::new(&self.path(&format!("{name}.pem")))).unwrap()
    }

    /// A server with TLS on a port of its own, which is given, and plain on its usual one.
    fn server(&self, name: &str, more: &[&str]) -> (Server, u16) {
        let port = free_port();
        let (text, cert, key, ca) = (
            port.to_string(),
            self.path(&format!("{name}.pem")),
            self.path(&format!("{name}.key")),
            self.path("ca.pem"),
        );
        let mut arguments = vec![
            "--tls-port",
            &text,
            "--tls-cert-file",
            &cert,
            "--tls-key-file",
            &key,
            "--tls-ca-cert-file",
            &ca,
            "--tls-auth-clients",
            "no",
        ];
        arguments.extend(more);
        (Server::start(&arguments), port)
    }
}

fn at(port: u16) -> Options {
    let limits = Limits {
        connect: Duration::from_secs(3),
        ..Limits::default()
    };
    Options::new(
        [format!("rediss://127.0.0.1:{port}/0")],
        Topology::Standalone,
    )
    .limits(limits)
}

async fn refused(options: Options) -> Error {
    match Connection::open(options).await {
        Ok(_) => panic!("it was let in"),
        Err(error) => error,
    }
}

async fn serves_sessions(options: Options) {
    let sessions = Sessions::new(
        &Connection::open(options).await.unwrap(),
        SessionOptions::default(),
    );
    let (token, _) = sessions.create("u", &Device::default()).await.unwrap();
    sessions.touch(&token, None).await.unwrap();
}

fn run(work: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work);
}

#[test]
fn a_certificate_of_another_authority_or_name_is_refused_by_redis_and_nothing_is_said_in_plain() {
    run(async {
        let certificates = Certificates::make();
        let (server, port) = certificates.server("good", &[]);
        serves_sessions(at(port).authorities(certificates.pem("ca"))).await;
        let connected = || {
            server
                .cli(["info", "stats"])
                .lines()
                .find(|line| line.starts_with("total_commands_processed"))
                .unwrap()
                .to_owned()
        };
        let before = connected();
        for wrong in [
            at(port),
            at(port).authorities(certificates.pem("other")),
            // Nothing to trust at all.
            at(port).authorities(b"no certificate".to_vec()),
        ] {
            let error = refused(wrong).await;
            assert_eq!(error.kind, ErrorKind::Tls, "{error:?}");
        }
        // The question itself is the only command that the server has seen since.
        let count = |text: &str| {
            text.trim()
                .rsplit(':')
                .next()
                .unwrap()
                .parse::<u64>()
                .unwrap()
        };
        assert_eq!(count(&connected()), count(&before) + 1);
        // TLS spoken to a plain port is not taken for an invitation to speak plain.
        let error = refused(at(server.port()).authorities(certificates.pem("ca"))).await;
        assert!(
            matches!(error.kind, ErrorKind::Tls | ErrorKind::Unreachable),
            "{error:?}"
        );

        let (_named, port) = certificates.server("named", &[]);
        let error = refused(at(port).authorities(certificates.pem("ca"))).await;
        assert_eq!(error.kind, ErrorKind::Tls, "{error:?}");
    });
}

#[test]
fn a_cluster_and_sentinels_are_reached_by_tls_alone_with_redis() {
    run(async {
        let certificates = Certificates::make();
        let more = [
            "--cluster-enabled",
            "yes",
            "--tls-cluster",
            "yes",
            "--tls-replication",
            "yes",
        ];
        let (server, port) = certificates.server("good", &more);
        server.cli(["cluster", "addslotsrange", "0", "16383"]);
        wait_until("the Cluster of one stands", || {
            server.cli(["cluster", "info"]).contains("cluster_state:ok")
        });
        let url = [format!("rediss://127.0.0.1:{port}")];
        let cluster = Options::new(url, Topology::Cluster);
        serves_sessions(cluster.clone().authorities(certificates.pem("ca"))).await;
        let error = refused(cluster.authorities(certificates.pem("other"))).await;
        assert!(
            matches!(error.kind, ErrorKind::Tls | ErrorKind::Unreachable),
            "{error:?}"
        );

        let (_primary, primary) = certificates.server("good", &[]);
        let sentinel = free_port();
        let file = |name: &str| certificates.path(name);
        let watching = format!(
            "tls-port {sentinel}\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\ntls-auth-clients no\n\
             tls-replication yes\nsentinel monitor {MASTER} 127.0.0.1 {primary} 1\n",
            file("good.pem"),
            file("good.key"),
            file("ca.pem"),
        );
        let _sentinel = Server::start(&["sentinel.conf", &watching]);
        let topology = Topology::Sentinel {
            master: MASTER.to_owned(),
        };
        let sentinels = Options::new([format!("rediss://127.0.0.1:{sentinel}")], topology);
        serves_sessions(sentinels.clone().authorities(certificates.pem("ca"))).await;
        let error = refused(sentinels.authorities(certificates.pem("other"))).await;
        assert!(
            matches!(error.kind, ErrorKind::Tls | ErrorKind::Unreachable),
            "{error:?}"
        );
    });
}
