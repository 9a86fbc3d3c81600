//! Row 32: a certificate that does not hold is 4, and nothing is ever said in plain instead.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::harness::{Fate, Mariadb, Postgres, Protocol, Proxy, Unprivileged, not_run, program};
use crate::support::{TestEnvironment, fault};

/// Certificates, made with openssl.
struct Authority {
    openssl: PathBuf,
    dir: PathBuf,
}

impl Authority {
    fn new(dir: &Path) -> Option<Authority> {
        let Some(openssl) = program("openssl") else {
            not_run("certificates", "no openssl here");
            return None;
        };
        let authority = Authority {
            openssl,
            dir: dir.to_owned(),
        };
        for name in ["ca", "other"] {
            authority.run(&format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout {name}.key \
                 -out {name}.pem -subj /CN=piton-test-{name}"
            ));
        }
        // `days` counts from now: -1 is over.
        for (name, names, days) in [
            ("good", "IP:127.0.0.1,DNS:localhost", "30"),
            ("another", "DNS:db.example.com", "30"),
            ("expired", "IP:127.0.0.1,DNS:localhost", "-1"),
        ] {
            authority.run(&format!(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}"
            ));
            std::fs::write(
                dir.join("names"),
                format!("subjectAltName={names}\nbasicConstraints=CA:FALSE\n"),
            )
            .unwrap();
            authority.run(&format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out {name}.pem -extfile names -days {days}"
            ));
        }
        Some(authority)
    }

    #[track_caller]
    fn run(&self, arguments: &str) {
        let output = Command::new(&self.openssl)
            .args(arguments.split_whitespace())
            .current_dir(&self.dir)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "openssl {arguments}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn file(&self, name: &str) -> String {
        self.dir.join(name).display().to_string()
    }

    /// Puts key and certificate where a server of ours reads them.
    fn install(&self, name: &str, dir: &Path) {
        use std::os::unix::fs::PermissionsExt as _;
        for (from, to) in [("key", "server.key"), ("pem", "server.crt")] {
            let to = dir.join(to);
            drop(std::fs::remove_file(&to));
            std::fs::copy(self.dir.join(format!("{name}.{from}")), &to).unwrap();
            std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o600)).unwrap();
            Unprivileged::new().own(&to);
        }
    }
}

#[test]
fn a_certificate_that_does_not_hold_is_4_on_postgres_and_nothing_is_said_in_plain() {
    let env = TestEnvironment::new();
    let Some(authority) = Authority::new(env.dir()) else {
        return;
    };
    let Some(server) = Postgres::start("TLS", &[]) else {
        return;
    };
    server.sql("CREATE ROLE \"ada-in-plain\" LOGIN");
    authority.install("good", server.data());
    server.sql("ALTER SYSTEM SET ssl = on");
    let reload = |certificate: &str| {
        authority.install(certificate, server.data());
        server.sql("SELECT pg_reload_conf()");
        std::thread::sleep(std::time::Duration::from_millis(400));
    };
    let address = server.address();
    reload("good");
    let direct = |root: &str, mode: &str| {
        format!(
            "postgres://ada-in-plain@{address}/postgres?sslmode={mode}&sslrootcert={}",
            authority.file(root)
        )
    };
    env.piton(["current", "--url", &direct("ca.pem", "verify-full")])
        .ok();
    for (certificate, root, mode, code) in [
        ("good", "other.pem", "verify-full", 4),
        ("good", "other.pem", "verify-ca", 4),
        ("another", "ca.pem", "verify-full", 4),
        ("another", "ca.pem", "verify-ca", 0),
        ("expired", "ca.pem", "verify-full", 4),
        ("expired", "ca.pem", "verify-ca", 4),
    ] {
        let _case = fault::case(32, "postgresql");
        reload(certificate);
        let output = env
            .piton(["current", "--url", &direct(root, mode)])
            .ends(code);
        if code == 4 {
            output.says([
                "URL, host, port, protocol: good; TLS: broken",
                "openssl s_client -starttls postgres",
            ]);
        }
    }
    // The authorities of the system do not know ours, and a file that is not there is said as such.
    reload("good");
    let system = format!("postgres://ada-in-plain@{address}/postgres?sslmode=verify-full");
    env.piton(["current", "--url", &system])
        .ends(4)
        .says(["UnknownIssuer"]);
    env.piton(["current", "--url", &direct("missing.pem", "verify-full")])
        .ends(4)
        .says(["missing.pem", "TLS: broken"]);

    // A server, or somebody in between, that says that it does not encrypt.
    server.sql("ALTER SYSTEM SET ssl = off");
    server.sql("SELECT pg_reload_conf()");
    std::thread::sleep(std::time::Duration::from_millis(400));
    for mode in ["require", "verify-ca", "verify-full"] {
        let _case = fault::case(32, "postgresql");
        let leaked = Arc::new(AtomicBool::new(false));
        let seen = leaked.clone();
        let proxy = Proxy::new(&address, Protocol::Postgres, move |message| {
            if message.has("ada-in-plain") {
                seen.store(true, Ordering::SeqCst);
            }
            Fate::Pass
        });
        let url = format!(
            "postgres://ada-in-plain@127.0.0.1:{}/postgres?sslmode={mode}",
            proxy.port()
        );
        env.piton(["upgrade", "--url", &url]).ends(4).says([
            "does not support TLS",
            "TLS: broken",
            "sslmode=disable",
        ]);
        assert!(
            !leaked.load(Ordering::SeqCst),
            "{mode}: the user was named in plain"
        );
    }
}

#[test]
fn a_certificate_that_does_not_hold_is_4_on_mariadb_and_nothing_is_said_in_plain() {
    let env = TestEnvironment::new();
    let Some(authority) = Authority::new(env.dir()) else {
        return;
    };
    let home = Unprivileged::new().directory();
    authority.install("good", home.path());
    let (key, certificate) = (
        home.path().join("server.key"),
        home.path().join("server.crt"),
    );
    let (key, certificate) = (
        format!("ssl-key={}", key.display()),
        format!("ssl-cert={}", certificate.display()),
    );
    let Some(server) = Mariadb::start(
        "TLS",
        &[&key, &certificate, "general-log=1", "log-output=TABLE"],
    ) else {
        return;
    };
    server.sql("CREATE USER `ada-in-plain`");
    server.sql("GRANT ALL PRIVILEGES ON *.* TO `ada-in-plain`");
    let direct = |root: &str, mode: &str| {
        let root = if root.is_empty() {
            String::new()
        } else {
            format!("&ssl-ca={}", authority.file(root))
        };
        format!(
            "mysql://ada-in-plain@{}/mysql?ssl-mode={mode}{root}",
            server.address()
        )
    };
    for (certificate, root, mode, code) in [
        ("good", "ca.pem", "VERIFY_IDENTITY", 0),
        ("good", "other.pem", "VERIFY_IDENTITY", 4),
        ("good", "other.pem", "VERIFY_CA", 4),
        ("good", "", "VERIFY_IDENTITY", 4),
        ("another", "ca.pem", "VERIFY_IDENTITY", 4),
        ("another", "ca.pem", "VERIFY_CA", 0),
        ("expired", "ca.pem", "VERIFY_IDENTITY", 4),
    ] {
        let _case = fault::case(32, "mysql");
        authority.install(certificate, home.path());
        server.sql("FLUSH SSL");
        server.sql("TRUNCATE mysql.general_log");
        let output = env
            .piton(["current", "--url", &direct(root, mode)])
            .ends(code);
        let logins = server.sql("SELECT count(*) FROM mysql.general_log WHERE command_type = 'Connect' AND argument LIKE 'ada-in-plain%'");
        assert_eq!(
            logins[0][0] == "0",
            code == 4,
            "{certificate} {root} {mode}: {logins:?}"
        );
        if code == 4 {
            output.says([
                "URL, host, port, protocol: good; TLS: broken",
                "openssl s_client -starttls mysql",
            ]);
        }
    }

    let Some(plain) = Mariadb::start("no TLS", &["skip-ssl"]) else {
        return;
    };
    plain.sql("CREATE USER `ada-in-plain`");
    for mode in ["REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"] {
        let _case = fault::case(32, "mysql");
        let leaked = Arc::new(AtomicBool::new(false));
        let seen = leaked.clone();
        let proxy = Proxy::new(&plain.address(), Protocol::Mysql, move |message| {
            if message.has("ada-in-plain") {
                seen.store(true, Ordering::SeqCst);
            }
            Fate::Pass
        });
        let url = format!(
            "mysql://ada-in-plain@127.0.0.1:{}/mysql?ssl-mode={mode}",
            proxy.port()
        );
        env.piton(["upgrade", "--url", &url])
            .ends(4)
            .says(["TLS: broken", "ssl-mode=DISABLED"]);
        assert!(
            !leaked.load(Ordering::SeqCst),
            "{mode}: the user was named in plain"
        );
    }
}
