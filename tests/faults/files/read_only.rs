//! Directories and files that may be read and not written.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use super::{files, half_way};
use crate::harness::is_root;
use crate::on;
use crate::support::{Backend, Output, TestEnvironment, fault};

/// Runs `piton` as somebody whom permissions hold back.
fn as_nobody(env: &TestEnvironment, args: &[&str]) -> Output {
    let ours = env.command(args.iter().copied());
    if !is_root() {
        return env.output_of(ours);
    }
    // The build directory may be closed to others.
    let program = env.path("piton");
    if !program.exists() {
        std::fs::copy(ours.get_program(), &program).unwrap();
    }
    let mut command = std::process::Command::new(program);
    command.args(args).current_dir(env.dir()).env_clear();
    command.env("DATABASE_URL", env.url()).env("HOME", "/");
    command.stdin(std::process::Stdio::null());
    command.uid(65_534).gid(65_534);
    env.output_of(command)
}

fn permit(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Looking works, writing is 9, and nothing is written.
fn only_read(env: &TestEnvironment, dir: &Path) {
    let before = files(dir);
    for args in [
        &["current"][..],
        &["history"],
        &["upgrade", "--dry-run"],
        &["check", "--only", "history"],
    ] {
        let _case = fault::case(41, env.backend());
        as_nobody(env, args).ok();
    }
    for args in [&["upgrade"][..], &["downgrade"], &["stamp", "002_b"]] {
        let _case = fault::case(41, env.backend());
        as_nobody(env, args).ends(9);
    }
    assert!(files(dir) == before, "untouched");
}

on! {
    [json, sqlite]
    fn a_read_only_directory_is_read_and_writing_is_9(env) {
        half_way(env);
        let lock = match env.backend() {
            Backend::Json => "data/piton.lock",
            _ => "test.db.piton-lock",
        };
        let (dir, file) = match env.backend() {
            Backend::Json => (env.path("data"), None),
            _ => (env.dir().to_owned(), Some(env.path("test.db"))),
        };
        drop(as_nobody(env, &["--version"]));
        permit(env.dir(), 0o755);
        permit(&dir, 0o555);
        if let Some(file) = &file {
            permit(file, 0o444);
        }
        permit(&env.path(lock), 0o444);
        only_read(env, &dir);
        // And where nobody ever wrote.
        permit(&dir, 0o755);
        std::fs::remove_file(env.path(lock)).unwrap();
        permit(&dir, 0o555);
        only_read(env, &dir);
        permit(&dir, 0o755);
        if let Some(file) = &file {
            permit(file, 0o644);
        }
        env.piton(["upgrade"]).ok();
    }

    [sqlite]
    fn a_database_in_write_ahead_mode_is_read_from_a_read_only_directory(env) {
        half_way(env);
        env.sql("PRAGMA journal_mode = WAL");
        env.sql("UPDATE a SET n = 5");
        drop(as_nobody(env, &["--version"]));
        permit(&env.path("test.db"), 0o444);
        permit(env.dir(), 0o555);
        only_read(env, env.dir());
        permit(env.dir(), 0o755);
        let _case = fault::case(41, env.backend());
        // Commits that only a writer can take in.
        let mut connection = rusqlite::Connection::open(env.path("test.db")).unwrap();
        connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        let change = connection.transaction().unwrap();
        change.execute("UPDATE a SET n = 6", []).unwrap();
        change.commit().unwrap();
        let log = std::fs::read(env.path("test.db-wal")).unwrap();
        drop(connection);
        env.write("test.db-wal", log);
        permit(&env.path("test.db-wal"), 0o444);
        permit(env.dir(), 0o555);
        as_nobody(env, &["current"]).ends(9).says(["commits are left in $DIR/test.db-wal"]);
        permit(env.dir(), 0o755);
    }

    [sqlite]
    fn a_read_only_file_is_9(env) {
        half_way(env);
        permit(env.dir(), 0o777);
        permit(&env.path("test.db"), 0o444);
        permit(&env.path("test.db.piton-lock"), 0o666);
        let _case = fault::case(41, env.backend());
        as_nobody(env, &["current"]).ok();
        as_nobody(env, &["upgrade"]).ends(9).says(["nothing of 002_b stands"]);
        permit(&env.path("test.db"), 0o000);
        if is_root() {
            as_nobody(env, &["current"]).ends(9);
        }
    }
}
