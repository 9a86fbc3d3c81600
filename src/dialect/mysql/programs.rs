//! `mariadb-dump`, `mysqldump` and the clients that read what they print.

use std::ffi::OsString;

use crate::dialect::programs::{Call, Login, Tls, Version, numbers};

/// `mysqldump  Ver 8.0.36 for Linux`, `mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for …`,
/// `mariadb-dump from 11.4.2-MariaDB, client 10.19 for …`.
pub(crate) fn version(said: &str) -> Option<Version> {
    let after = |word| said.split_once(word).map(|(_, rest)| rest.trim_start());
    let text = after("Distrib ")
        .or_else(|| after(" from "))
        .or_else(|| after("Ver "))?;
    let (major, minor) = numbers(text)?;
    Some(Version {
        major,
        minor,
        mariadb: said.contains("MariaDB"),
    })
}

/// MySQL's programs and MariaDB's no longer understand each other's servers, nor newer ones.
pub(crate) fn understands(program: Version, server: &str) -> bool {
    // Old replication clients are told `5.5.5-10.11.…`.
    let plain = server.strip_prefix("5.5.5-").unwrap_or(server);
    program.mariadb == server.contains("MariaDB")
        && numbers(plain).is_none_or(|server| (program.major, program.minor) >= server)
}

pub(crate) fn dump(login: &Login, program: Version) -> Call {
    let mut call = call(login, program);
    call.arguments.extend(
        [
            "--single-transaction",
            "--quick",
            "--hex-blob",
            "--routines",
            "--triggers",
            "--events",
            "--no-tablespaces",
            "--default-character-set=utf8mb4",
        ]
        .map(OsString::from),
    );
    if !program.mariadb {
        call.arguments.push("--set-gtid-purged=OFF".into());
    }
    call.arguments.push("--".into());
    call.arguments.push(login.database.clone().into());
    call
}

pub(crate) fn restore(login: &Login, program: Version) -> Call {
    let mut call = call(login, program);
    call.arguments
        .push("--default-character-set=utf8mb4".into());
    call.arguments
        .push(format!("--database={}", login.database).into());
    call
}

fn call(login: &Login, program: Version) -> Call {
    // Its own files of options could send it elsewhere.
    let mut arguments: Vec<OsString> = vec!["--no-defaults".into()];
    match (&login.socket, &login.host) {
        (Some(file), _) => {
            let mut word = OsString::from("--socket=");
            word.push(file);
            arguments.push(word);
        }
        (None, host) => {
            let host = host.as_deref().unwrap_or("localhost");
            arguments.push("--protocol=tcp".into());
            arguments.push(format!("--host={host}").into());
            arguments.push(format!("--port={}", login.port).into());
        }
    }
    arguments.push(format!("--user={}", login.user).into());
    arguments.extend(tls(login.tls, program).iter().map(OsString::from));
    if let Some(file) = &login.authorities {
        let mut word = OsString::from("--ssl-ca=");
        word.push(file);
        arguments.push(word);
    }
    let mut environment: Vec<(&'static str, OsString)> = Vec::new();
    if let Some(password) = &login.password {
        environment.push(("MYSQL_PWD", password.into()));
    }
    Call {
        arguments,
        environment,
    }
}

fn tls(mode: Tls, program: Version) -> &'static [&'static str] {
    match (program.mariadb, mode) {
        (true, Tls::Off) => &["--skip-ssl"],
        (true, Tls::Prefer) => &[],
        (true, Tls::Require) => &["--ssl"],
        (true, Tls::VerifyCa | Tls::VerifyFull) => &["--ssl", "--ssl-verify-server-cert"],
        (false, Tls::Off) => &["--ssl-mode=DISABLED"],
        (false, Tls::Prefer) => &["--ssl-mode=PREFERRED"],
        (false, Tls::Require) => &["--ssl-mode=REQUIRED"],
        (false, Tls::VerifyCa) => &["--ssl-mode=VERIFY_CA"],
        (false, Tls::VerifyFull) => &["--ssl-mode=VERIFY_IDENTITY"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_the_programs_say_them() {
        let said = [
            (
                "mariadb-dump  Ver 10.19 Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)",
                (10, 11, true),
            ),
            (
                "mariadb-dump from 11.4.2-MariaDB, client 10.19 for Linux (x86_64)",
                (11, 4, true),
            ),
            (
                "mysqldump  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)",
                (8, 0, false),
            ),
        ];
        for (text, expected) in said {
            let found = version(text).unwrap();
            assert_eq!((found.major, found.minor, found.mariadb), expected);
        }
    }

    #[test]
    fn a_program_understands_servers_of_its_own_kind_that_are_not_newer() {
        let program = version("mysqldump  Ver 8.0.36 for Linux").unwrap();
        assert!(understands(program, "8.0.44"));
        assert!(!understands(program, "8.4.1"));
        assert!(!understands(program, "10.6.1-MariaDB"));
        let program = version("mariadb-dump from 11.4.2-MariaDB, client 10.19").unwrap();
        assert!(understands(program, "5.5.5-10.11.6-MariaDB-0+deb12u1"));
        assert!(!understands(program, "8.0.44"));
    }
}
