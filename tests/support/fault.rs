//! The record of the faults that tests cause: which row of docs/faults.md, on which backend, and whether it
//! came out as written there.
//!
//! `./test` names a directory in `PITON_TEST_FAULTS`, to which every test process appends, and makes the
//! table of it at the end. Without the variable nothing is kept.

#![allow(dead_code, reason = "each test file uses the part that it needs")]

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

const DIR: &str = "PITON_TEST_FAULTS";

/// How many rows there are: `tests/fault_table/rows.rs` says what they are.
pub const ROWS: u32 = 56;

/// What a case can be recorded for. `any` is for what no database takes part in.
pub const BACKENDS: [&str; 6] = ["json", "sqlite", "postgresql", "mysql", "redis", "any"];

/// A fault that is being caused: it counts as passed when this is dropped, as failed when the test panics
/// before.
#[must_use = "a case lasts until this is dropped"]
pub struct Case {
    row: u32,
    backend: &'static str,
    cases: u64,
}

/// One case of a row. `let _case = fault::case(15, "postgresql");` at the start of a test, or of each round
/// of a loop.
pub fn case(row: u32, backend: impl AsRef<str>) -> Case {
    Case {
        row: known_row(row),
        backend: known_backend(backend.as_ref()),
        cases: 1,
    }
}

impl Case {
    /// It stands for so many cases: all of them pass, or none.
    pub fn cases(mut self, cases: u64) -> Case {
        self.cases = cases;
        self
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let passed = if std::thread::panicking() {
            0
        } else {
            self.cases
        };
        let Case {
            row,
            backend,
            cases,
        } = self;
        append(&format!("{row}\t{backend}\t{cases}\t{passed}\t\n"));
    }
}

/// A case that cannot be caused on this machine, and why. It fails `./test`, but for `--embedded-only`.
pub fn not_run(row: u32, backend: impl AsRef<str>, why: &str) {
    let (row, backend) = (known_row(row), known_backend(backend.as_ref()));
    append(&format!(
        "{row}\t{backend}\t0\t0\t{}\n",
        why.replace(['\t', '\n'], " ")
    ));
}

fn known_row(row: u32) -> u32 {
    assert!((1..=ROWS).contains(&row), "there is no row {row}");
    row
}

fn known_backend(word: &str) -> &'static str {
    let word = match word {
        "postgres" => "postgresql",
        "mariadb" => "mysql",
        word => word,
    };
    let known = BACKENDS.into_iter().find(|known| *known == word);
    known.unwrap_or_else(|| panic!("{word:?} is none of {BACKENDS:?}"))
}

/// One write to a file of the process's own, so that lines of several threads do not mix.
fn append(line: &str) {
    let Some(dir) = std::env::var_os(DIR).map(PathBuf::from) else {
        return;
    };
    let path = dir.join(format!("{}.tsv", std::process::id()));
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
    if let Err(error) = written {
        eprintln!("{DIR}: {}: {error}", path.display());
        // A record with a hole would look like a smaller table, and nothing else.
        std::process::abort();
    }
}

/// What was recorded of one row on one backend.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    pub tried: u64,
    pub passed: u64,
    /// Why cases did not run, each reason once.
    pub not_run: std::collections::BTreeSet<String>,
}

/// Everything recorded in a directory, by row and backend.
pub fn read(dir: &std::path::Path) -> std::collections::BTreeMap<(u32, String), Tally> {
    let mut all = std::collections::BTreeMap::<_, Tally>::new();
    for entry in std::fs::read_dir(dir).expect("the directory is there") {
        let path = entry.expect("it can be listed").path();
        let text = std::fs::read_to_string(&path).expect("records are text");
        for line in text.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [row, backend, tried, passed, why] = fields[..] else {
                panic!("{}: {line:?}", path.display());
            };
            let number = |text: &str| text.parse::<u64>().expect("a number");
            let row = u32::try_from(number(row)).expect("a row");
            let tally = all.entry((row, backend.to_owned())).or_default();
            tally.tried += number(tried);
            tally.passed += number(passed);
            if !why.is_empty() {
                tally.not_run.insert(why.to_owned());
            }
        }
    }
    all
}
