//! Redis's URL, which shows no more than a database's.

use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::masked::Escaped;
use super::parts::{self, Parts};
use super::url::{Secret, UrlError};

/// Where Redis is: `redis://[user][:password@]host[:port][/number]`, `rediss://` for TLS,
/// `redis+unix:///path/to.sock?db=number`.
///
/// `Debug` and `Display` show scheme, host, port and number alone; [`RedisUrl::expose`] gives all.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisUrl {
    tls: bool,
    username: Option<String>,
    password: Option<Secret>,
    host: String,
    port: u16,
    number: u32,
    socket: Option<String>,
}

const KNOWN_SCHEMES: &str = "redis://, rediss://, redis+unix://";
const USUAL_PORT: u16 = 6379;

impl RedisUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// Says which part is wrong, never what it says.
    pub fn parse(text: &str) -> Result<RedisUrl, UrlError> {
        let (scheme, rest) = text.trim().split_once(':').ok_or(UrlError::NoScheme {
            known: KNOWN_SCHEMES,
        })?;
        let (tls, unix) = match scheme.to_ascii_lowercase().as_str() {
            "redis" | "valkey" => (false, false),
            "rediss" | "valkeys" => (true, false),
            "redis+unix" | "unix" => (false, true),
            _ => {
                return Err(UrlError::UnknownScheme {
                    known: KNOWN_SCHEMES,
                });
            }
        };
        let rest = rest.strip_prefix("//").ok_or(UrlError::NoSlashes)?;
        let Parts {
            username,
            password,
            host,
            port,
            path,
            query,
        } = parts::split(rest)?;
        let mut url = RedisUrl {
            tls,
            username,
            password: password.map(Secret),
            host: host.unwrap_or_else(|| "localhost".to_owned()),
            port: port.unwrap_or(USUAL_PORT),
            number: 0,
            socket: None,
        };
        if unix {
            url.socket = Some(format!("/{}", path.ok_or(UrlError::NoPath)?));
        } else if let Some(number) = path {
            url.number = parse_number(&number)?;
        }
        for (name, value) in query {
            match name.as_str() {
                "db" => url.number = parse_number(&value)?,
                "user" | "username" => url.username = Some(value),
                "pass" | "password" => url.password = Some(Secret(value)),
                _ => {}
            }
        }
        Ok(url)
    }

    pub fn tls(&self) -> bool {
        self.tls
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The number of the database.
    pub fn number(&self) -> u32 {
        self.number
    }

    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// The file of a Unix socket.
    pub fn socket(&self) -> Option<&str> {
        self.socket.as_deref()
    }

    /// The password, for whoever logs in with it.
    pub fn expose_password(&self) -> Option<&str> {
        self.password.as_ref().map(|secret| secret.0.as_str())
    }

    /// The whole URL, password included, in the spelling that the `redis` crate reads.
    pub fn expose(&self) -> String {
        let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let user = self.username.as_deref().map(escape);
        let password = self.password.as_ref().map(|secret| escape(&secret.0));
        if let Some(socket) = &self.socket {
            let mut url = format!("redis+unix://{socket}?db={}", self.number);
            for (name, value) in [("user", user), ("pass", password)] {
                url.extend(value.map(|value| format!("&{name}={value}")));
            }
            return url;
        }
        let mut login = user.unwrap_or_default();
        login.extend(password.map(|password| format!(":{password}")));
        if !login.is_empty() {
            login.push('@');
        }
        format!(
            "{}://{login}{}/{}",
            self.scheme(),
            self.authority(),
            self.number
        )
    }

    /// The same login at another address.
    pub(super) fn at(&self, host: &str, port: u16) -> RedisUrl {
        RedisUrl {
            host: host.to_owned(),
            port,
            socket: None,
            ..self.clone()
        }
    }

    fn scheme(&self) -> &'static str {
        if self.tls { "rediss" } else { "redis" }
    }

    fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

fn parse_number(text: &str) -> Result<u32, UrlError> {
    text.parse().map_err(|_| UrlError::Parameter {
        name: "db",
        wanted: "a number",
    })
}

impl fmt::Display for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.socket {
            Some(socket) => write!(f, "redis+unix://{}?db={}", Escaped(socket), self.number),
            None => write!(
                f,
                "{}://{}/{}",
                self.scheme(),
                self.authority(),
                self.number
            ),
        }
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_masked_and_exposed() {
        for (text, shown, exposed) in [
            ("redis://h", "redis://h:6379/0", "redis://h:6379/0"),
            (
                "redis://:s%40c@h:7000/3",
                "redis://h:7000/3",
                "redis://:s%40c@h:7000/3",
            ),
            (
                "rediss://u:p@[::1]/",
                "rediss://[::1]:6379/0",
                "rediss://u:p@[::1]:6379/0",
            ),
            (
                "redis+unix:///run/r.sock?db=2&pass=s",
                "redis+unix:///run/r.sock?db=2",
                "redis+unix:///run/r.sock?db=2&pass=s",
            ),
        ] {
            let url = RedisUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), format!("RedisUrl({shown})"));
            assert_eq!(url.expose(), exposed);
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_url() {
        for text in [
            "",
            "h:6379",
            "http://:hunter2@h",
            "redis://:hunter2",
            "redis://h/hunter2",
        ] {
            let error = RedisUrl::parse(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{text}");
        }
    }
}
