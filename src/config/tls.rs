//! Whether and how a connection is encrypted.

use std::net::{IpAddr, Ipv6Addr};

use super::url::{BackendKind, DatabaseUrl};

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsMode {
    /// Never.
    Off,
    /// In plain, unless the server insists: for this machine's own addresses, where encryption hides
    /// nothing from anybody. The handshake alone takes 90 ms there, since sqlx leaves Nagle's algorithm
    /// on and the server's acknowledgements are delayed.
    Allow,
    /// Where the server can; a server that cannot is spoken to in plain.
    Prefer,
    /// Always, whoever answers.
    Require,
    /// Always, and the certificate must lead to a trusted authority.
    VerifyCa,
    /// As `VerifyCa`, and the certificate must name the host.
    VerifyFull,
}

/// Who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsReason {
    /// The URL says so.
    Url,
    /// The URL says nothing, and the host is local.
    LocalHost,
    /// The URL says nothing. A failure deserves a word on how to change that (`sslmode=`).
    Default,
}

/// How a connection is encrypted, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsChoice {
    pub mode: TlsMode,
    pub reason: TlsReason,
}

/// The choice for a server's URL.
pub(super) fn choose(url: &DatabaseUrl) -> TlsChoice {
    let choice = |mode, reason| TlsChoice { mode, reason };
    // A Unix socket does not leave the machine. libpq ignores `sslmode` there, and PostgreSQL
    // refuses to encrypt.
    let socket = url.params.socket.is_some();
    match url.params.tls {
        _ if socket && url.kind() == BackendKind::Postgresql => {
            choice(TlsMode::Off, TlsReason::LocalHost)
        }
        Some(mode) => choice(mode, TlsReason::Url),
        None if socket => choice(TlsMode::Off, TlsReason::LocalHost),
        None if is_loopback(url.host.as_deref()) => choice(TlsMode::Allow, TlsReason::LocalHost),
        None if is_local(url.host.as_deref()) => choice(TlsMode::Prefer, TlsReason::LocalHost),
        None => choice(TlsMode::VerifyFull, TlsReason::Default),
    }
}

/// Endings of names that only a private network resolves (RFC 6762, the IANA's `.internal`,
/// RFC 6761, Kubernetes).
const LOCAL_ENDINGS: [&str; 4] = [".local", ".internal", ".localhost", ".svc"];

/// Whether a host is this machine; no host is.
fn is_loopback(host: Option<&str>) -> bool {
    let Some(host) = host else { return true };
    match host.parse() {
        Ok(IpAddr::V4(v4)) => v4.is_loopback(),
        Ok(IpAddr::V6(v6)) => {
            v6.is_loopback() || v6.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
        Err(_) => host.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
    }
}

/// Whether a host is this machine or on a private network; no host is this machine.
fn is_local(host: Option<&str>) -> bool {
    let Some(host) = host else { return true };
    match host.parse() {
        Ok(IpAddr::V4(v4)) => {
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified()
        }
        Ok(IpAddr::V6(v6)) => is_local_v6(v6),
        Err(_) => {
            let name = host.trim_end_matches('.').to_ascii_lowercase();
            let single_label = !name.contains('.') && !is_number(&name);
            single_label || LOCAL_ENDINGS.iter().any(|ending| name.ends_with(ending))
        }
    }
}

fn is_local_v6(address: Ipv6Addr) -> bool {
    match address.to_ipv4_mapped() {
        Some(v4) => is_local(Some(&v4.to_string())),
        None => {
            address.is_loopback()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_unspecified()
        }
    }
}

/// Resolvers read `134744072` and `0x8080808` as the address 8.8.8.8, so that they are no names.
fn is_number(name: &str) -> bool {
    name.bytes().all(|b| b.is_ascii_digit()) || name.starts_with("0x")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(url: &str) -> (TlsMode, TlsReason) {
        let TlsChoice { mode, reason } = DatabaseUrl::parse(url).unwrap().tls();
        (mode, reason)
    }

    #[test]
    fn this_machine_is_spoken_to_in_plain_unless_it_insists() {
        for host in [
            "",
            "localhost",
            "LOCALHOST.",
            "127.0.0.1",
            "127.8.8.8",
            "[::1]",
        ] {
            let url = format!("postgres://{host}/db");
            assert_eq!(
                choice(&url),
                (TlsMode::Allow, TlsReason::LocalHost),
                "{url}"
            );
        }
    }

    #[test]
    fn local_hosts_prefer_and_others_verify() {
        for host in [
            "db",
            "my_db",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.1.1",
            "[fd00::1]",
            "[fe80::1]",
            "[::ffff:10.0.0.1]",
            "nas.local",
            "db.internal",
            "db.prod.svc",
            "db.prod.svc.cluster.local",
            "a.localhost",
        ] {
            assert_eq!(
                choice(&format!("postgres://{host}/db")),
                (TlsMode::Prefer, TlsReason::LocalHost),
                "{host}"
            );
        }
        for host in [
            "db.example.com",
            "8.8.8.8",
            "172.32.0.1",
            "[2001:db8::1]",
            "[::ffff:8.8.8.8]",
            "134744072",
            "0x8080808",
            "local.example",
            "xinternal.com",
            "mysvc.io",
        ] {
            assert_eq!(
                choice(&format!("mysql://{host}/db")),
                (TlsMode::VerifyFull, TlsReason::Default),
                "{host}"
            );
        }
    }

    #[test]
    fn what_the_url_says_counts() {
        use TlsMode::*;
        for (url, mode) in [
            ("postgres://h/db?sslmode=disable", Off),
            ("postgres://h.example/db?sslmode=allow", Allow),
            ("postgres://h.example/db?sslmode=prefer", Prefer),
            ("postgres://h.example/db?sslmode=require", Require),
            (
                "postgres://h.example/db?sslmode=require&sslrootcert=/ca.pem",
                VerifyCa,
            ),
            ("postgres://h.example/db?sslmode=verify-ca", VerifyCa),
            ("postgres://h/db?sslmode=verify-full", VerifyFull),
            ("postgres://h/db?sslrootcert=/ca.pem", VerifyFull),
            ("postgres://h/db?sslrootcert=system", VerifyFull),
            ("postgresql+asyncpg://h/db?ssl=require", Require),
            ("mysql://h.example/db?ssl-mode=DISABLED", Off),
            ("mysql://h.example/db?ssl_mode=REQUIRED", Require),
            ("mysql://h.example/db?ssl-mode=verify_ca", VerifyCa),
            ("mysql://h/db?ssl-mode=VERIFY_IDENTITY", VerifyFull),
            ("mysql+pymysql://h/db?ssl_ca=/ca.pem", VerifyFull),
            (
                "mysql+pymysql://h/db?ssl_ca=/ca.pem&ssl_check_hostname=false",
                VerifyCa,
            ),
            ("mysql+pymysql://h/db?ssl_verify_cert=true", VerifyCa),
            ("mysql+pymysql://h/db?ssl_verify_identity=true", VerifyFull),
            ("mysql+pymysql://h.example/db?ssl_disabled=true", Off),
            ("mysql://h/db?tls=true", VerifyFull),
            ("mysql://h.example/db?tls=skip-verify", Require),
        ] {
            assert_eq!(choice(url), (mode, TlsReason::Url), "{url}");
        }
    }

    #[test]
    fn a_unix_socket_needs_no_encryption() {
        for url in [
            "postgres:///db?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/db?sslmode=require",
            "mysql:///db?unix_socket=/run/mysqld/mysqld.sock",
        ] {
            assert_eq!(choice(url), (TlsMode::Off, TlsReason::LocalHost), "{url}");
        }
    }
}
