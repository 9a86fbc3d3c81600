//! A server that could not be reached: the first rung that broke, and what to type next.

use super::Failure;
use super::database::describe;
use crate::database::Target;
use crate::dialect::DbError;
use crate::dialect::connecting::{Denial, Limit, ServerWords};
use crate::health::ladder::{Address, Broken, Cause, Place, Rung, Stranger};
use crate::ui::escape;

impl Failure {
    /// A database that could not be opened, with the rung that broke.
    pub async fn unopened(target: &Target, error: &DbError) -> Failure {
        let broken = target.explain(error).await;
        Failure::broken_off(target, error, broken.as_ref())
    }

    /// A database that could not be opened, and the rung that was found to be broken.
    pub fn broken_off(target: &Target, error: &DbError, broken: Option<&Broken>) -> Failure {
        let mut failure = Failure::connecting(error);
        let (Some(place), Some(broken)) = (target.place(), broken) else {
            return failure;
        };
        let words = place.dialect.server_words();
        if broken.cause.was_looked_for() {
            failure.message = escape(&broken.cause.to_string(), false);
        } else {
            failure.message = describe(error);
        }
        if broken.rung == Rung::Tls {
            (failure.code, failure.kind) = (4, "tls");
        }
        if broken.cause == Cause::Denied(Denial::DatabaseClosed) {
            (failure.code, failure.kind) = (4, "login");
        }
        failure.hints = words.map_or_else(Vec::new, |words| hints(&place, &words, &broken.cause));
        for hint in &mut failure.hints {
            *hint = escape(hint, false);
        }
        failure.line(rungs(&place, broken))
    }
}

/// Which rungs hold, and which broke.
fn rungs(place: &Place, broken: &Broken) -> String {
    let holding: Vec<&str> = Rung::ALL
        .into_iter()
        .filter(|rung| *rung < broken.rung)
        .filter(|rung| *rung != Rung::Tls || place.encrypted)
        .map(Rung::name)
        .collect();
    format!("  {}: good; {}: broken", holding.join(", "), broken.rung)
}

/// What may be the matter, and the command or statement that mends it or tells more.
fn hints(place: &Place, words: &ServerWords, cause: &Cause) -> Vec<String> {
    if let Cause::Denied(denial) = cause {
        return denied(place, words, denial);
    }
    let (host, port) = network(&place.address, words);
    let ping = place.dialect.ping(host, port).unwrap_or_default();
    way_hints(&place.address, &ping, words, cause)
}

fn network<'a>(address: &'a Address, words: &ServerWords) -> (&'a str, u16) {
    match address {
        Address::Network { host, port } => (host.as_str(), *port),
        Address::Socket(_) => ("localhost", words.usual_port),
    }
}

/// What may be the matter with the way to a server, which `ping` asks whether it answers.
pub(super) fn way_hints(
    address: &Address,
    ping: &str,
    words: &ServerWords,
    cause: &Cause,
) -> Vec<String> {
    let (host, port) = network(address, words);
    let certificate = format!(
        "openssl s_client -starttls {} -connect {} </dev/null | openssl x509 -noout -subject -issuer -dates -ext subjectAltName",
        words.starttls, address
    );
    match cause {
        Cause::UnknownHost { host, .. } => vec![format!(
            "is the name spelt right, and known from here? getent hosts {host}"
        )],
        Cause::Unresolved { host } => vec![format!(
            "the name server does not answer: getent hosts {host}"
        )],
        Cause::Refused { .. } => {
            let mut hints = vec![format!(
                "is the server running? {ping} asks it; --wait 30s waits for one that is starting"
            )];
            if matches!(address, Address::Network { .. }) {
                hints.push(format!(
                    "is it the right port, and does the server listen on that address? {}{}",
                    words.listening,
                    if port == words.usual_port {
                        String::new()
                    } else {
                        format!("; the usual port is {}", words.usual_port)
                    }
                ));
            }
            hints
        }
        Cause::Filtered { .. } => vec![
            format!("a firewall drops the packets, or the host is off: ping {host}"),
            "--wait 30s waits for one that is starting".to_owned(),
        ],
        Cause::NoRoute { .. } => vec![format!(
            "is this machine in the right network? ip route get {host}"
        )],
        Cause::NoSocket { path } => vec![
            "is the server running? --wait 30s waits for one that is starting".to_owned(),
            format!(
                "does it make its socket elsewhere? ls {}",
                path.parent().unwrap_or(path).display()
            ),
        ],
        Cause::Socket { path, .. } => vec![format!(
            "may this user of the system open it? ls -l {}",
            path.display()
        )],
        Cause::Stranger {
            stranger, wanted, ..
        } => stranger_hints(stranger, words, wanted.title()),
        Cause::Silent { .. } | Cause::Closed { .. } => vec![
            format!("a tunnel, proxy or load balancer may have nothing behind it: {ping}"),
            "--wait 30s waits for a server that is starting".to_owned(),
        ],
        Cause::NoTls { .. } => vec![format!(
            "turn TLS on in the server, or, where the network is trusted, say that plain is meant: {}={}",
            words.tls, words.plain
        )],
        Cause::Untrusted => vec![
            format!(
                "{}=FILE in the URL names the authority that signed it",
                words.authorities
            ),
            format!("who signed it: {certificate}"),
        ],
        Cause::WrongName => vec![
            format!(
                "write a name in the URL that the certificate has, or have one made for {host}; {}={} looks at the authority alone",
                words.tls, words.any_name
            ),
            format!("which names it has: {certificate}"),
        ],
        Cause::Expired | Cause::NotYetValid => vec![
            "have the server's certificate renewed".to_owned(),
            format!("its dates: {certificate}"),
        ],
        Cause::Authorities { .. } => vec![format!(
            "{} in the URL names it: a file of certificates in PEM",
            words.authorities
        )],
        Cause::Handshake => vec![format!("what the server offers: {certificate}")],
        Cause::Denied(_) => Vec::new(),
    }
}

fn stranger_hints(stranger: &Stranger, words: &ServerWords, wanted: &str) -> Vec<String> {
    let mut hints = vec![format!(
        "is the port in the URL right? {wanted}'s is usually {}",
        words.usual_port
    )];
    if let Stranger::Database(dialect) = stranger {
        hints.push(format!(
            "or is it the scheme? for {} it is {}://",
            dialect.title(),
            dialect.family()
        ));
    }
    hints
}

fn denied(place: &Place, words: &ServerWords, denial: &Denial) -> Vec<String> {
    let (dialect, user, database) = (place.dialect, &place.user, &place.database);
    let runs = |statement: Option<String>| {
        statement.map(|statement| format!("an owner or superuser runs: {statement}"))
    };
    let (first, second) = match denial {
        Denial::Password { .. } if !place.password => (
            format!(
                "no password was given: user:PASSWORD@host in the URL, or {}; check user and password",
                words.password
            ),
            None,
        ),
        Denial::Password { .. } => (
            "check user and password in the URL".to_owned(),
            dialect
                .password_statement(user)
                .map(|statement| format!("an administrator sets a new one: {statement}")),
        ),
        Denial::NoSuchUser => (
            "check the user in the URL".to_owned(),
            runs(dialect.user_statement(user)),
        ),
        Denial::NoLogin | Denial::Locked => (
            "the user is there and may not log in".to_owned(),
            runs(dialect.login_statement(user)),
        ),
        Denial::NotListed { rules, plain } => (
            if *plain {
                format!(
                    "{rules} may let in what is encrypted alone: {}={}",
                    words.tls, words.required
                )
            } else {
                format!("check user, database and host: {rules} lets nobody like that in")
            },
            dialect
                .rule(user, database)
                .map(|rule| format!("an administrator adds: {rule}")),
        ),
        Denial::Rejected { rules } => (
            format!("a line of {rules} forbids exactly this: SELECT * FROM pg_hba_file_rules;"),
            None,
        ),
        Denial::OtherUser => (
            format!(
                "the server asks the operating system who this is: run piton as {user}, or connect with a host and a password"
            ),
            None,
        ),
        Denial::Method => (
            "the account logs in by a plugin that Piton does not know: give it a password"
                .to_owned(),
            runs(dialect.password_statement(user)),
        ),
        Denial::PasswordExpired => (
            "the password has run out".to_owned(),
            runs(dialect.password_statement(user)),
        ),
        Denial::HostBlocked => (
            "too many connections from this host failed before: mysqladmin flush-hosts".to_owned(),
            None,
        ),
        Denial::PlainRefused => (
            format!("encrypt the connection: {}={}", words.tls, words.required),
            None,
        ),
        Denial::StartingUp => ("--wait 30s waits until it is ready".to_owned(), None),
        Denial::ShuttingDown => ("--wait 30s waits until it is back".to_owned(), None),
        Denial::TooMany { of } => (
            format!(
                "try again when some of them are closed; {}",
                match of {
                    Limit::Server => format!("{} bounds them", words.connections),
                    Limit::User => format!("the limit is that of {user} alone"),
                    Limit::Database => format!("the limit is that of {database} alone"),
                }
            ),
            Some(format!("who is connected: {}", words.connected)),
        ),
        // `about` says it.
        Denial::NoSuchDatabase => return Vec::new(),
        Denial::DatabaseClosed => (
            format!("{database} is not meant to be used; name another database in the URL"),
            None,
        ),
        Denial::DatabaseForbidden => (
            "the user may not use that database".to_owned(),
            runs(dialect.enter_statement(user, database)),
        ),
    };
    let mut hints = vec![first];
    hints.extend(second);
    hints
}
