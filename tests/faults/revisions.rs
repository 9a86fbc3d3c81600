//! Rows 26 to 30: revision files that are broken, huge, many, out of reach, or written by two at once.

use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Unprivileged, is_root, not_run};
use crate::on;
use crate::support::{Backend, Output, TestEnvironment, fault};

on! {
    [json, sqlite, postgres, mysql]
    fn what_is_never_closed_is_named_with_line_and_column(env) {
        let _case = fault::case(26, "any");
        let postgres = env.backend() == Backend::Postgres;
        let mut texts = vec![
            ("SELECT 1;\n  SELECT 'never", ":4:10: "),
            ("SELECT \"never", ":3:8: "),
            ("SELECT 1; /* never", ":3:11: "),
        ];
        if postgres {
            texts.extend([("SELECT 添, $a$ never $b$", ":3:11: "), ("SELECT $$ never", ":3:8: ")]);
        }
        for (sql, place) in texts {
            env.revision("001_a", format!("-- a\n-- migrate:up\n{sql}\n"));
            env.piton(["upgrade"]).ends(3).says(["001_a.sql", place, "is never closed", "nothing was run"]);
            assert_eq!(env.schema(), [""; 0]);
        }
        env.revision("001_a", "-- a\n-- migrate:up postgres,oracle\n");
        env.piton(["upgrade"]).ends(3).says(["001_a.sql: line 2, column 15"]);
    }
}

#[test]
fn bytes_that_are_no_text_are_named_by_offset() {
    let env = TestEnvironment::new();
    for (bytes, says) in [
        (
            &b"-- migrate:up\nSELECT '\xff';\n"[..],
            "byte 22 (line 2) is not UTF-8",
        ),
        (&b"\xc3"[..], "byte 0 (line 1) is not UTF-8"),
        (
            &b"-- migrate:up\nSELECT '\xe6\xb7"[..],
            "byte 22 (line 2) is not UTF-8",
        ),
        (&b"-- migrate:up\n\0"[..], "byte 14 (line 2) is a NUL"),
        (&b"\xff\xfe-\0"[..], "UTF-16"),
        (&b"\xef\xbb\xbf"[..], "the file is empty"),
        (&b""[..], "the file is empty"),
    ] {
        let _case = fault::case(26, "any");
        env.revision("001_a", bytes);
        env.piton(["upgrade"]).ends(3).says(["001_a.sql", says]);
    }
}

/// Runs a command to its end and tells the most memory that it had, in bytes.
#[expect(clippy::zombie_processes, reason = "wait4 waits for it")]
fn with_peak(mut command: Command) -> (i32, u64, Duration) {
    let started = Instant::now();
    let child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let pid = i32::try_from(child.id()).unwrap();
    let mut status = 0;
    // SAFETY: zeroes are a valid value of this plain struct, and both places are ours to write to.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the child is ours and nobody else waits for it.
    let waited = unsafe { libc::wait4(pid, &raw mut status, 0, &raw mut usage) };
    assert_eq!(waited, pid);
    // Linux counts in KiB, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    let peak = u64::try_from(usage.ru_maxrss).unwrap() * unit;
    (libc::WEXITSTATUS(status), peak, started.elapsed())
}

#[test]
fn a_file_of_one_gib_is_3_and_takes_no_memory() {
    const MIB: u64 = 1 << 20;
    let env = TestEnvironment::new();
    env.revision("001_a", "-- migrate:up\n");
    let (_, plain, _) = with_peak(env.command(["upgrade", "--dry-run"]));
    let file = File::options()
        .append(true)
        .open(env.path("migrations/001_a.sql"))
        .unwrap();
    file.set_len(1024 * MIB).unwrap();
    for command in ["upgrade", "history", "check"] {
        let _case = fault::case(27, "any");
        env.piton([command])
            .ends(3)
            .says(["001_a.sql is larger than 64 MiB"]);
        let (code, peak, took) = with_peak(env.command([command]));
        eprintln!(
            "1 GiB: {} MiB beside {} MiB without it, {took:?}",
            peak / MIB,
            plain / MIB
        );
        assert_eq!(code, 3);
        assert!(peak < plain + 200 * MIB, "{} MiB", peak / MIB);
    }
    // What is just allowed runs, in memory that its size bounds.
    let _case = fault::case(27, "any");
    let line = format!("INSERT INTO a VALUES ('{}');\n", "x".repeat(1 << 20));
    let text = format!(
        "-- migrate:up\nCREATE TABLE a (t text);\n{}",
        line.repeat(60)
    );
    env.revision("001_a", text);
    let (code, peak, _) = with_peak(env.command(["upgrade"]));
    eprintln!("60 MiB: {} MiB", peak / MIB);
    assert_eq!(code, 0);
    assert!(peak < 1024 * MIB, "{} MiB", peak / MIB);
}

on! {
    [json, sqlite, postgres, mysql]
    fn ten_thousand_revisions_with_nothing_to_do_take_no_time(env) {
        let _case = fault::case(28, env.backend());
        env.table_revision(1, "a");
        let body = "-- migrate:up\nALTER TABLE a ADD COLUMN b integer;\n-- migrate:down\nALTER TABLE a DROP COLUMN b;\n";
        for number in 2..=10_000 {
            fs::write(env.path(&format!("migrations/{number:05}_r.sql")), body).unwrap();
        }
        env.piton(["stamp", "head", "--yes"]).ok();
        assert_eq!(env.applied().len(), 10_000);
        let best = (0..3)
            .map(|_| {
                let started = Instant::now();
                env.piton(["upgrade"]).ok().says(["nothing to do"]);
                started.elapsed()
            })
            .min()
            .unwrap();
        eprintln!("10,000 revisions, nothing to do: {best:?}");
        // Without optimisation everything takes several times as long.
        let most = if cfg!(debug_assertions) { 4 } else { 1 };
        assert!(best < Duration::from_secs(most), "{best:?}");
    }
}

/// Runs `piton` without the rights of root.
fn unprivileged(env: &TestEnvironment, args: &[&str]) -> Output {
    let plain = env.command(args.iter().copied());
    let mut command = Unprivileged::new().command(plain.get_program().as_ref());
    command
        .args(args)
        .current_dir(env.dir())
        .env("HOME", env.dir())
        .env("DATABASE_URL", env.url());
    env.output_of(command)
}

#[test]
fn what_may_not_be_read_is_9() {
    let env = TestEnvironment::new();
    fs::set_permissions(env.dir(), Permissions::from_mode(0o755)).unwrap();
    env.table_revision(1, "a");
    if is_root() && unprivileged(&env, &["--version"]).code != 0 {
        not_run(
            "unreadable folder",
            "this program cannot be run by another user",
        );
        return;
    }
    let folder = env.path("migrations");
    let file = env.path("migrations/001_a.sql");
    let set = |path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    unprivileged(&env, &["current"]).ok();
    for (path, name) in [(&folder, "migrations"), (&file, "001_a.sql")] {
        for command in ["upgrade", "history", "check", "show"] {
            let _case = fault::case(29, "any");
            set(path, 0o000);
            let output = unprivileged(&env, &[command]);
            set(path, 0o755);
            output.ends(9).says([name, "ermission denied"]);
        }
    }
}

#[test]
fn links_that_lead_nowhere_or_in_a_circle_and_what_is_no_file_are_9() {
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    let link = env.path("migrations/002_b.sql");
    let fifo = |path: &std::path::Path| {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    let make: [(&str, &dyn Fn()); 5] = [
        ("dangling", &|| symlink("nowhere", &link).unwrap()),
        ("a circle of one", &|| symlink("002_b.sql", &link).unwrap()),
        ("a circle of two", &|| {
            symlink("003_c.sql", &link).unwrap();
            symlink("002_b.sql", env.path("migrations/003_c.sql")).unwrap();
        }),
        ("a folder", &|| symlink("..", &link).unwrap()),
        ("a pipe", &|| fifo(&link)),
    ];
    for (what, make) in make {
        let _case = fault::case(29, "any");
        make();
        let started = Instant::now();
        let output = env.piton(["upgrade"]).ends(9);
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{what} is waited for"
        );
        output.says(["migrations/00"]);
        fs::remove_file(&link).unwrap();
        drop(fs::remove_file(env.path("migrations/003_c.sql")));
    }
    let _case = fault::case(29, "any");
    symlink("round", env.path("round")).unwrap();
    env.piton(["upgrade", "--revisions", "round"])
        .ends(9)
        .says(["$DIR/round"]);
    env.piton(["upgrade"]).ok();
}

#[test]
fn many_creates_at_once_write_as_many_files_and_none_over_another() {
    const AT_ONCE: usize = 8;
    let rounds = if std::env::var_os("PITON_TEST_THOROUGH").is_some() {
        50
    } else {
        6
    };
    let env = TestEnvironment::new();
    env.revision("001_a", "-- migrate:up\n");
    for round in 0..rounds {
        let _case = fault::case(30, "any").cases(AT_ONCE as u64);
        // Of one message in even rounds, of different ones in odd.
        let runs: Vec<_> = (0..AT_ONCE)
            .map(|i| {
                let message = if round % 2 == 0 {
                    format!("round {round}")
                } else {
                    format!("round {round} of {i}")
                };
                let run = env.start(["create", "--empty", "-m", &message]);
                (run, message)
            })
            .collect();
        for (run, message) in runs {
            let output = run.output().ok();
            let said = output.stdout.lines().chain(output.stderr.lines());
            let path = said
                .filter_map(|line| line.strip_prefix("wrote $DIR/"))
                .next()
                .expect("it says what it wrote")
                .to_owned();
            assert!(
                env.read(&path).starts_with(&format!("-- {message}\n")),
                "{path}"
            );
        }
    }
    let names: Vec<String> = fs::read_dir(env.path("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), rounds * AT_ONCE + 1, "one file for each");
    let stamps: BTreeSet<&str> = names
        .iter()
        .map(|name| name.split('_').next().unwrap())
        .collect();
    assert_eq!(stamps.len(), names.len(), "and each its own timestamp");
    env.piton(["history"]).ok();
}
