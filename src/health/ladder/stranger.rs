//! Who answers at a port, known by the first bytes.

use std::fmt;

use crate::dialect::Dialect;

/// The kind of server that is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Database(Dialect),
    Redis,
}

impl Service {
    pub fn title(self) -> &'static str {
        match self {
            Service::Database(dialect) => dialect.title(),
            Service::Redis => "Redis",
        }
    }
}

/// Somebody who is not the server that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stranger {
    Database(Dialect),
    Http,
    Redis,
    Ssh,
    Mail,
    /// A server that speaks nothing but TLS from the first byte on.
    Tls,
    /// Nobody that is known here; the bytes as text, made short.
    Unknown(String),
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stranger::Database(dialect) => f.write_str(dialect.title()),
            Stranger::Http => f.write_str("a web server"),
            Stranger::Redis => f.write_str("Redis"),
            Stranger::Ssh => f.write_str("an SSH server"),
            Stranger::Mail => f.write_str("a mail or FTP server"),
            Stranger::Tls => f.write_str("a server that wants TLS at once"),
            Stranger::Unknown(said) => write!(f, "something that says {said:?}"),
        }
    }
}

/// What is said to a port to learn who is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// Nothing: some servers greet.
    Silence,
    /// PostgreSQL's question whether the server encrypts, which it answers with one letter.
    Encrypt,
    /// A request that web servers and Redis answer, each in their way.
    Get,
    /// What Redis answers, and web servers call a bad request.
    Ping,
}

impl Opening {
    /// All of them, first the one that the server that is looked for answers.
    pub(super) fn of(wanted: Service) -> [Opening; 3] {
        match wanted {
            // Redis takes a web server's request for an attack and closes without a word.
            Service::Redis => [Opening::Ping, Opening::Silence, Opening::Encrypt],
            Service::Database(dialect) if dialect.greets() => {
                [Opening::Silence, Opening::Encrypt, Opening::Get]
            }
            Service::Database(_) => [Opening::Encrypt, Opening::Silence, Opening::Get],
        }
    }

    pub(super) fn bytes(self) -> &'static [u8] {
        match self {
            Opening::Silence => b"",
            // <https://www.postgresql.org/docs/current/protocol-message-formats.html>, SSLRequest.
            Opening::Encrypt => &[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f],
            Opening::Get => b"GET / HTTP/1.0\r\n\r\n",
            // An inline command; the empty line ends a request of HTTP.
            Opening::Ping => b"PING\r\n\r\n",
        }
    }

    /// Who answers so; `None` where the answer is that of a server of kind `wanted`.
    pub(super) fn answered(self, wanted: Service, answer: &[u8]) -> Option<Stranger> {
        let who = self.who(answer);
        match (&who, wanted) {
            (Stranger::Database(found), Service::Database(wanted))
                if found.family() == wanted.family() =>
            {
                None
            }
            (Stranger::Redis, Service::Redis) => None,
            _ => Some(who),
        }
    }

    fn who(self, answer: &[u8]) -> Stranger {
        let begins = |with: &[u8]| answer.starts_with(with);
        if self == Opening::Encrypt && matches!(answer, b"S" | b"N") {
            Stranger::Database(Dialect::Postgres)
        } else if begins(b"HTTP/") || begins(b"<!DOCTYPE") || begins(b"<html") {
            Stranger::Http
        } else if begins(b"-ERR")
            || begins(b"-NOAUTH")
            || begins(b"-DENIED")
            || self == Opening::Ping && (begins(b"+PONG") || is_error_of_redis(answer))
        {
            Stranger::Redis
        } else if begins(b"SSH-") {
            Stranger::Ssh
        } else if begins(b"220") || begins(b"* OK") || begins(b"+OK") {
            Stranger::Mail
        } else if is_greeting_of_mysql(answer) {
            Stranger::Database(if find(answer, b"MariaDB") {
                Dialect::Mariadb
            } else {
                Dialect::Mysql
            })
        } else if begins(&[0x15, 0x03]) {
            Stranger::Tls
        } else if self != Opening::Silence
            && answer.first() == Some(&b'E')
            && find(answer, b"SFATAL")
        {
            Stranger::Database(Dialect::Postgres)
        } else {
            Stranger::Unknown(String::from_utf8_lossy(answer).chars().take(20).collect())
        }
    }
}

/// A packet of its own length whose number is 0: protocol 10, or an error that takes the place of a greeting.
///
/// <https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html>
fn is_greeting_of_mysql(answer: &[u8]) -> bool {
    let [a, b, c, 0, first, ..] = answer else {
        return false;
    };
    let length = usize::from(*a) | usize::from(*b) << 8 | usize::from(*c) << 16;
    length < 1 << 12 && matches!(first, 0x0a | 0xff)
}

/// A line that says in capitals what is wrong: `-LOADING`, `-MASTERDOWN`, `-MISCONF`.
fn is_error_of_redis(answer: &[u8]) -> bool {
    let Some((b'-', word)) = answer.split_first() else {
        return false;
    };
    let word = word.split(|byte| *byte == b' ').next().unwrap_or_default();
    word.len() > 2 && word.iter().all(u8::is_ascii_uppercase)
}

fn find(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_known_by_their_first_bytes() {
        let who = |opening: Opening, answer: &[u8]| opening.who(answer);
        let mariadb = b"\x0c\0\0\0\x0a5.5.5-10.11.6-MariaDB";
        for (opening, answer, expect) in [
            (
                Opening::Silence,
                &b"\x4a\0\0\0\x0a8.0.36\0"[..],
                Stranger::Database(Dialect::Mysql),
            ),
            (
                Opening::Silence,
                &[&[mariadb.len() as u8], &mariadb[1..]].concat(),
                Stranger::Database(Dialect::Mariadb),
            ),
            (
                Opening::Encrypt,
                b"S",
                Stranger::Database(Dialect::Postgres),
            ),
            (Opening::Get, b"HTTP/1.1 400 Bad Request", Stranger::Http),
            (Opening::Get, b"-ERR wrong number", Stranger::Redis),
            (Opening::Silence, b"SSH-2.0-OpenSSH", Stranger::Ssh),
            (Opening::Encrypt, &[0x15, 3, 1, 0, 2], Stranger::Tls),
        ] {
            assert_eq!(who(opening, answer), expect);
        }
        let postgres = Service::Database(Dialect::Postgres);
        let mysql = Service::Database(Dialect::Mysql);
        assert_eq!(Opening::Encrypt.answered(postgres, b"N"), None);
        assert_eq!(
            Opening::Silence.answered(mysql, b"\x4a\0\0\0\x0a8.0.36\0"),
            None
        );
        for answer in [
            &b"+PONG\r\n"[..],
            b"-NOAUTH Authentication required.",
            b"-LOADING Redis is",
        ] {
            assert_eq!(Opening::Ping.answered(Service::Redis, answer), None);
        }
        assert_eq!(
            Opening::Ping.answered(Service::Redis, b"HTTP/1.1 400 Bad Request"),
            Some(Stranger::Http)
        );
    }
}
