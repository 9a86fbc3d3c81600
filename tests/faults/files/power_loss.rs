//! Power lost while a revision is applied to a SQLite file: what `piton` writes, syncs and removes is
//! recorded, and every state that the disk could be in after each of these is opened.
//!
//! The model is the pessimist's: what was not synced is there or not, in part too; a removal may not
//! have happened yet.

use std::collections::BTreeMap;
use std::path::Path;

use super::half_way;
use crate::harness::{not_run, program};
use crate::on;
use crate::support::{TestEnvironment, fault};

#[derive(Debug, Clone)]
enum Operation {
    Write(String, usize, Vec<u8>),
    Truncate(String, usize),
    Sync(String),
    Remove(String),
}

/// What `strace` says of one run, in order; files are named without their directory.
fn recorded(env: &TestEnvironment, strace: &Path, args: &[&str]) -> Vec<Operation> {
    let log = env.path("strace.log");
    let ours = env.command(args.iter().copied());
    let mut command = std::process::Command::new(strace);
    command
        .args(["-f", "-y", "-xx", "-s", "10000000", "-o"])
        .arg(&log)
        .arg("-e")
        .arg("trace=pwrite64,write,ftruncate,fsync,fdatasync,unlink,unlinkat")
        .arg(ours.get_program())
        .args(args)
        .current_dir(env.dir())
        .env_clear()
        .env("HOME", env.dir())
        .env("DATABASE_URL", env.url());
    env.output_of(command).ok();
    let text = std::fs::read_to_string(&log).unwrap();
    let mut begun = BTreeMap::new();
    let mut operations = Vec::new();
    for line in text.lines() {
        let (pid, line) = line.split_once(' ').unwrap();
        let line = line.trim_start();
        // A call that another thread's line came in between.
        if let Some(start) = line.strip_suffix(" <unfinished ...>") {
            begun.insert(pid, start.to_owned());
            continue;
        }
        let whole = match line.split_once(" resumed>") {
            Some((_, rest)) => begun
                .remove(pid)
                .map_or(String::new(), |start| start + rest),
            None => line.to_owned(),
        };
        operations.extend(operation(&whole));
    }
    operations
}

fn operation(call: &str) -> Option<Operation> {
    let (name, rest) = call.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(") = ")?;
    assert!(
        !result.starts_with('-') || name.starts_with("unlink"),
        "{name}: {result}"
    );
    let path = match name {
        "unlink" | "unlinkat" => arguments.split('"').nth(1)?,
        _ => arguments.split_once('<')?.1.split_once('>')?.0,
    };
    let path = String::from_utf8(bytes(path)).ok()?;
    let file = Path::new(&path).file_name()?.to_str()?.to_owned();
    if !["test.db", "test.db-journal"].contains(&file.as_str()) {
        return None;
    }
    let last = || arguments.rsplit_once(", ")?.1.parse::<usize>().ok();
    Some(match name {
        "pwrite64" => Operation::Write(file, last()?, bytes(arguments.split('"').nth(1)?)),
        "ftruncate" => Operation::Truncate(file, last()?),
        "fsync" | "fdatasync" => Operation::Sync(file),
        "unlink" | "unlinkat" => Operation::Remove(file),
        _ => panic!("{name} is not expected of SQLite"),
    })
}

/// `\x2f\x74` as bytes.
fn bytes(text: &str) -> Vec<u8> {
    text.split("\\x")
        .skip(1)
        .map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal"))
        .collect()
}

/// A file: what surely is on disk, and what was done to it since.
#[derive(Default, Clone)]
struct OnDisk {
    durable: Option<Vec<u8>>,
    pending: Vec<Operation>,
}

impl OnDisk {
    /// With those of the pending operations that `reached` picks by their number and how many there are.
    fn with(&self, reached: impl Fn(usize, usize) -> bool) -> Option<Vec<u8>> {
        let mut content = self.durable.clone();
        for (at, operation) in self.pending.iter().enumerate() {
            if !reached(at, self.pending.len()) {
                continue;
            }
            match operation {
                Operation::Write(_, offset, bytes) => {
                    let content = content.get_or_insert_default();
                    content.resize(content.len().max(offset + bytes.len()), 0);
                    content[*offset..offset + bytes.len()].copy_from_slice(bytes);
                }
                Operation::Truncate(_, length) => {
                    content.get_or_insert_default().resize(*length, 0)
                }
                Operation::Remove(_) => content = None,
                Operation::Sync(_) => {}
            }
        }
        content
    }
}

/// Each picks what of the unsynced operations has reached the disk.
const REACHED: [fn(usize, usize) -> bool; 5] = [
    |_, _| false,
    |_, _| true,
    |at, all| at < all / 2,
    |at, all| at >= all / 2,
    |at, _| at % 2 == 0,
];

/// Whether the revision stands, whole; an error is what is in between.
fn is_new(dir: &Path) -> Result<bool, String> {
    let file = rusqlite::Connection::open(dir.join("test.db")).unwrap();
    let one = |sql: &str| {
        file.query_row(sql, [], |row| row.get::<_, String>(0))
            .map_err(|error| error.to_string())
    };
    let check = one("PRAGMA integrity_check")?;
    let state = [
        one("SELECT CAST(sum(n) AS text) FROM a")?,
        one("SELECT count(*) || '' FROM sqlite_schema WHERE name = 'b'")?,
        one("SELECT count(*) || '' FROM seaql_migrations")?,
        one("SELECT count(*) || '' FROM piton_journal WHERE revision = '002_b'")?,
    ];
    match state.each_ref().map(String::as_str) {
        ["3", "0", "1", "0"] if check == "ok" => Ok(false),
        ["5", "1", "2", "1"] if check == "ok" => Ok(true),
        between => Err(format!("{between:?}, {check}")),
    }
}

on! {
    [sqlite]
    fn power_lost_at_any_moment_leaves_the_old_state_or_the_new(env) {
        let Some(strace) = program("strace") else {
            not_run("power loss under SQLite", "no strace here (Debian: strace)");
            return;
        };
        half_way(env);
        let mut files = BTreeMap::from([
            ("test.db".to_owned(), OnDisk { durable: Some(std::fs::read(env.path("test.db")).unwrap()), pending: Vec::new() }),
            ("test.db-journal".to_owned(), OnDisk::default()),
        ]);
        let operations = recorded(env, &strace, &["upgrade"]);
        let syncs = operations.iter().filter(|operation| matches!(operation, Operation::Sync(_))).count();
        assert!(syncs >= 3, "{syncs}");
        let (mut seen_old, mut seen_new, mut broken_without_journal) = (0, 0, 0);
        for (number, operation) in operations.iter().enumerate() {
            let (Operation::Write(file, ..) | Operation::Truncate(file, _) | Operation::Sync(file) | Operation::Remove(file)) = operation;
            let at = files.get_mut(file).unwrap();
            match operation {
                Operation::Sync(_) => {
                    at.durable = at.with(|_, _| true);
                    at.pending.clear();
                }
                _ => at.pending.push(operation.clone()),
            }
            for database in REACHED {
                // What is opened can be wrong: so it is where the journal is left out.
                let dir = tempfile::tempdir_in("/dev/shm").unwrap();
                std::fs::write(dir.path().join("test.db"), files["test.db"].with(database).unwrap()).unwrap();
                broken_without_journal += u32::from(is_new(dir.path()).is_err());
                for journal in REACHED {
                    let _case = fault::case(39, env.backend());
                    let dir = tempfile::tempdir_in("/dev/shm").unwrap();
                    for (name, reached) in [("test.db", database), ("test.db-journal", journal)] {
                        if let Some(content) = files[name].with(reached) {
                            std::fs::write(dir.path().join(name), content).unwrap();
                        }
                    }
                    let state = is_new(dir.path());
                    match state.unwrap_or_else(|error| panic!("after {number}: {error}")) {
                        true => seen_new += 1,
                        false => seen_old += 1,
                    }
                }
            }
        }
        let seen = (seen_old, seen_new, broken_without_journal);
        assert!(seen_old > 100 && seen_new > 5 && broken_without_journal > 0, "{seen:?}");
        eprintln!("old, new, and broken where the journal is left out: {seen:?}");
    }
}
