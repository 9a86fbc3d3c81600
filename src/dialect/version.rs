//! Which versions of each server Piton works with.

use super::{Dialect, Session};

/// A server that is older than what Piton works with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {found} is too old: Piton works with {} {oldest} and newer", dialect.title(), dialect.title())]
pub struct TooOld {
    pub dialect: Dialect,
    pub found: String,
    pub oldest: &'static str,
}

impl Session {
    /// Whether the server is one that Piton works with.
    ///
    /// # Errors
    /// That it is too old. A version that cannot be read is nobody's mistake and passes.
    pub fn supported(&self) -> Result<(), TooOld> {
        supported(self.dialect(), self.version())
    }
}

fn supported(dialect: Dialect, version: &str) -> Result<(), TooOld> {
    let oldest = match dialect {
        Dialect::Postgres => "13",
        Dialect::Mysql => "8.0",
        Dialect::Mariadb => "10.6",
        // It is compiled in.
        Dialect::Sqlite => return Ok(()),
    };
    // MariaDB says 5.5.5- first, for clients that know MySQL alone.
    let said = version.strip_prefix("5.5.5-").unwrap_or(version);
    match (numbers(said), numbers(oldest)) {
        (Some(found), Some(least)) if found < least => Err(TooOld {
            dialect,
            found: said.to_owned(),
            oldest,
        }),
        _ => Ok(()),
    }
}

/// The first two numbers of a version.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split(|c: char| !c.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    Some((
        major,
        parts
            .next()
            .and_then(|minor| minor.parse().ok())
            .unwrap_or(0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_held_to_the_oldest_version_that_is_tested() {
        for (dialect, version, good) in [
            (Dialect::Postgres, "15.20 (Debian 15.20-0+deb12u1)", true),
            (Dialect::Postgres, "13beta1", true),
            (Dialect::Postgres, "12.22", false),
            (Dialect::Postgres, "9.6.24", false),
            (Dialect::Mysql, "8.0.36", true),
            (Dialect::Mysql, "9.1.0", true),
            (Dialect::Mysql, "5.7.44-log", false),
            (Dialect::Mariadb, "10.11.6-MariaDB", true),
            (Dialect::Mariadb, "5.5.5-10.6.1-MariaDB", true),
            (Dialect::Mariadb, "5.5.5-10.5.29-MariaDB", false),
            (Dialect::Sqlite, "3.45.0", true),
            (Dialect::Postgres, "unheard of", true),
        ] {
            assert_eq!(supported(dialect, version).is_ok(), good, "{version}");
        }
        let error = supported(Dialect::Mysql, "5.7.44-log").unwrap_err();
        assert_eq!(
            error.to_string(),
            "MySQL 5.7.44-log is too old: Piton works with MySQL 8.0 and newer"
        );
    }
}
