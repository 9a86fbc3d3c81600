//! `pg_dump` and `pg_restore`.

use std::ffi::OsString;
use std::path::Path;

use crate::dialect::programs::{Call, Login, Manner, Tls, Version, numbers};

/// `pg_dump (PostgreSQL) 15.20 (Debian …)`.
pub(crate) fn version(said: &str) -> Option<Version> {
    let (_, version) = said.split_once("(PostgreSQL) ")?;
    let (major, minor) = numbers(version)?;
    Some(Version {
        major,
        minor,
        mariadb: false,
    })
}

/// `pg_dump` reads its own release and older ones.
pub(crate) fn understands(program: Version, server: &str) -> bool {
    numbers(server).is_none_or(|(major, _)| program.major >= major)
}

pub(crate) fn dump(login: &Login, out: &Path, jobs: usize) -> Call {
    let mut call = call(login);
    let mut file = OsString::from("--file=");
    file.push(out);
    let words = [
        OsString::from("--format=directory"),
        format!("--jobs={jobs}").into(),
        // The files are written once and read once: fast, and small enough.
        "--compress=1".into(),
        file,
        login.database.clone().into(),
    ];
    call.arguments.extend(words);
    call
}

pub(crate) fn restore(login: &Login, from: &Path, manner: Manner) -> Call {
    let mut call = call(login);
    let mut database = OsString::from("--dbname=");
    database.push(&login.database);
    call.arguments
        .extend([database, "--single-transaction".into()]);
    let words: [(bool, &[&str]); 3] = [
        (manner.clean, &["--clean", "--if-exists"]),
        (!manner.owners, &["--no-owner"]),
        (!manner.privileges, &["--no-privileges"]),
    ];
    let given = words.into_iter().filter(|(given, _)| *given);
    call.arguments
        .extend(given.flat_map(|(_, words)| words).map(OsString::from));
    call.arguments.push(from.into());
    call
}

fn call(login: &Login) -> Call {
    let mut arguments: Vec<OsString> = vec!["--no-password".into()];
    let place = match (&login.socket, &login.host) {
        (Some(dir), _) => Some(dir.clone().into_os_string()),
        (None, Some(host)) => Some(host.into()),
        (None, None) => None,
    };
    if let Some(place) = place {
        let mut word = OsString::from("--host=");
        word.push(place);
        arguments.push(word);
    }
    arguments.push(format!("--port={}", login.port).into());
    arguments.push(format!("--username={}", login.user).into());
    let mode = match login.tls {
        Tls::Off => "disable",
        Tls::Prefer => "prefer",
        Tls::Require => "require",
        Tls::VerifyCa => "verify-ca",
        Tls::VerifyFull => "verify-full",
    };
    let mut environment: Vec<(&'static str, OsString)> = vec![("PGSSLMODE", mode.into())];
    if let Some(password) = &login.password {
        environment.push(("PGPASSWORD", password.into()));
    }
    if let Some(file) = &login.authorities {
        environment.push(("PGSSLROOTCERT", file.into()));
    }
    Call {
        arguments,
        environment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_pg_dump_does_not_understand_the_server() {
        let program = version("pg_dump (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n").unwrap();
        assert_eq!((program.major, program.minor), (15, 20));
        assert!(understands(program, "15.22 (Debian 15.22-1)"));
        assert!(understands(program, "13.1"));
        assert!(!understands(program, "16beta1"));
        assert!(version("pg_dump: error").is_none());
    }
}
