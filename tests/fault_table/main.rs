//! The table of faults: what tests recorded of each row, as `./test` puts it together at its end.

#[path = "../support/fault.rs"]
mod fault;
mod rows;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use fault::Tally;
use rows::{Row, SECTIONS};

const COLUMNS: [(&str, &str); 6] = [
    ("any", "no database"),
    ("json", "JSON"),
    ("sqlite", "SQLite"),
    ("postgresql", "PostgreSQL"),
    ("mysql", "MySQL, MariaDB"),
    ("redis", "Redis"),
];

type Record = BTreeMap<(u32, String), Tally>;

/// What a run of the tests found, and how it was made.
struct Report<'a> {
    record: &'a Record,
    /// Servers were left out on purpose.
    embedded_only: bool,
    /// A line on when and where, for the head of the table.
    made: &'a str,
}

impl Report<'_> {
    fn tally(&self, row: u32, backend: &str) -> Option<&Tally> {
        self.record.get(&(row, backend.to_owned()))
    }

    fn is_left_out(&self, backend: &str) -> bool {
        self.embedded_only && matches!(backend, "postgresql" | "mysql" | "redis")
    }

    /// Row and backend where a fault that is promised was not caused.
    fn missing(&self) -> BTreeMap<u32, Vec<&'static str>> {
        let mut missing = BTreeMap::new();
        for row in SECTIONS.iter().flat_map(|section| section.rows) {
            let untested = row.backends.iter().copied().filter(|backend| {
                self.tally(row.number, backend).is_none() && !self.is_left_out(backend)
            });
            let untested: Vec<_> = untested.collect();
            if !untested.is_empty() {
                missing.insert(row.number, untested);
            }
        }
        missing
    }

    fn not_run(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for ((row, backend), tally) in self.record {
            for why in &tally.not_run {
                all.insert(format!("row {row}, {backend}: {why}"));
            }
        }
        all
    }

    fn totals(&self) -> (u64, u64) {
        let tallies = self.record.values();
        tallies.fold((0, 0), |(tried, passed), tally| {
            (tried + tally.tried, passed + tally.passed)
        })
    }

    fn cell(&self, row: &Row, backend: &str) -> String {
        match self.tally(row.number, backend) {
            Some(tally) => {
                let mut text = match (tally.tried, tally.passed) {
                    (0, _) => String::new(),
                    (tried, passed) if tried == passed => passed.to_string(),
                    (tried, passed) => format!("**{passed} of {tried}**"),
                };
                if !tally.not_run.is_empty() {
                    let more = if text.is_empty() { "" } else { ", more " };
                    write!(text, "{more}not run").expect("a text");
                }
                text
            }
            None if !row.backends.contains(&backend) => "–".to_owned(),
            None if self.is_left_out(backend) => "left out".to_owned(),
            None => "not tested yet".to_owned(),
        }
    }

    fn table(&self) -> String {
        let (tried, passed) = self.totals();
        let mut text = format!(
            "# What Piton survives\n\n\
             Every row is a fault that tests cause for real: a killed process, a session that the server ends, a full file system.\n\
             In all of them no secret is printed, no committed row is lost, `history` tells the truth, and the next run goes on or names the\n\
             one command to run. A number in a cell is how many cases were tried, all of which came out as the row says; `120 of 121` means\n\
             that one did not. Numbers in the text are [exit codes](../README.md#exit-codes).\n\n\
             Written by `./test --thorough`{}: {passed} of {tried} cases passed.\n",
            self.made
        );
        for section in SECTIONS {
            let shown: Vec<_> = COLUMNS
                .iter()
                .filter(|(backend, _)| {
                    section.rows.iter().any(|row| {
                        row.backends.contains(backend) || self.tally(row.number, backend).is_some()
                    })
                })
                .collect();
            write!(text, "\n## {}\n\n", section.title).expect("a text");
            let names: String = shown.iter().map(|(_, name)| format!(" {name} |")).collect();
            let line: String = shown.iter().map(|_| " --- |").collect();
            write!(
                text,
                "| | fault | comes out as |{names}\n| --- | --- | --- |{line}\n"
            )
            .expect("a text");
            for row in section.rows {
                let cells: String = shown
                    .iter()
                    .map(|(backend, _)| format!(" {} |", self.cell(row, backend)))
                    .collect();
                let Row {
                    number,
                    fault,
                    outcome,
                    ..
                } = row;
                writeln!(text, "| {number} | {fault} | {outcome} |{cells}").expect("a text");
            }
        }
        let not_run = self.not_run();
        if !not_run.is_empty() {
            text.push_str("\n## Not run\n\n");
            for line in not_run {
                writeln!(text, "- {line}").expect("a text");
            }
        }
        text
    }

    /// A few lines for the end of a run.
    fn summary(&self) -> String {
        let (tried, passed) = self.totals();
        let mut text = format!("faults: {passed} of {tried} cases passed\n");
        let missing = self.missing();
        if !missing.is_empty() {
            let rows = missing
                .iter()
                .map(|(row, backends)| format!("{row} ({})", backends.join(", ")));
            let rows: Vec<_> = rows.collect();
            writeln!(text, "faults not tested yet: {}", rows.join(", ")).expect("a text");
        }
        for line in self.not_run() {
            writeln!(text, "fault not run: {line}").expect("a text");
        }
        text
    }
}

/// When, and on what kind of machine.
fn made() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        " on {}, on {} {} with {cores} cores",
        chrono::Utc::now().format("%Y-%m-%d"),
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

/// `./test` runs this when all others are done.
#[test]
#[ignore = "run by ./test"]
fn the_table_is_written() {
    let path = |name| PathBuf::from(std::env::var_os(name).expect("set by ./test"));
    let record = fault::read(&path("PITON_TEST_FAULTS"));
    let report = Report {
        record: &record,
        embedded_only: std::env::var_os("PITON_TEST_EMBEDDED_ONLY").is_some(),
        made: &made(),
    };
    std::fs::write(path("PITON_TEST_FAULT_TABLE"), report.table()).expect("it can be written");
    eprint!("{}", report.summary());
    let (tried, passed) = report.totals();
    assert_eq!(passed, tried, "faults that did not come out as written");
    assert!(
        report.embedded_only || report.not_run().is_empty(),
        "faults were not caused"
    );
}

#[test]
fn every_row_is_there_once_in_order_and_says_what_it_is() {
    let rows: Vec<&Row> = SECTIONS.iter().flat_map(|section| section.rows).collect();
    let numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=fault::ROWS).collect::<Vec<_>>());
    for row in rows {
        assert!(
            !row.fault.is_empty() && !row.outcome.is_empty(),
            "{}",
            row.number
        );
        assert!(
            !row.fault.contains('|') && !row.outcome.contains('|'),
            "{}",
            row.number
        );
        assert!(!row.backends.is_empty(), "{}", row.number);
        let known = |backend: &&str| fault::BACKENDS.contains(backend);
        assert!(row.backends.iter().all(known), "{}", row.number);
    }
    assert!(
        COLUMNS
            .iter()
            .all(|(backend, _)| fault::BACKENDS.contains(backend))
    );
    assert_eq!(COLUMNS.len(), fault::BACKENDS.len());
}

fn recorded(lines: &str) -> Record {
    let dir = tempfile::tempdir().unwrap();
    let (first, rest) = lines.split_at(lines.find('\n').unwrap() + 1);
    std::fs::write(dir.path().join("1.tsv"), first).unwrap();
    std::fs::write(dir.path().join("2.tsv"), rest).unwrap();
    fault::read(dir.path())
}

#[test]
fn the_table_tells_passed_failed_not_run_and_not_tested_apart() {
    let record = recorded(
        "38\tjson\t100\t100\t\n38\tjson\t20\t20\t\n39\tjson\t3\t2\t\n40\tjson\t0\t0\tneeds root\n41\tjson\t4\t4\t\n41\tjson\t0\t0\tneeds root\n",
    );
    let report = Report {
        record: &record,
        embedded_only: false,
        made: "",
    };
    let table = report.table();
    let line = |number: &str| {
        table
            .lines()
            .find(|line| line.starts_with(&format!("| {number} |")))
            .unwrap()
    };
    assert!(
        line("38").ends_with("| 120 | not tested yet |"),
        "{}",
        line("38")
    );
    assert!(line("39").contains("| **2 of 3** |"), "{}", line("39"));
    assert!(line("40").contains("| not run |"), "{}", line("40"));
    assert!(line("41").contains("| 4, more not run |"), "{}", line("41"));
    assert!(
        line("44").contains("| – | not tested yet |"),
        "{}",
        line("44")
    );
    assert!(table.contains("126 of 127 cases passed"), "{table}");
    assert!(table.contains("- row 40, json: needs root\n"), "{table}");
    assert!(
        report.summary().contains("38 (sqlite)"),
        "{}",
        report.summary()
    );
    assert!(report.summary().contains("45 ("), "{}", report.summary());
}

#[test]
fn what_was_left_out_on_purpose_is_not_missing() {
    let record = recorded("1\tjson\t1\t1\t\n");
    let report = Report {
        record: &record,
        embedded_only: true,
        made: "",
    };
    assert_eq!(report.missing()[&1], ["sqlite"]);
    assert!(!report.missing().contains_key(&2));
    assert!(
        report
            .table()
            .contains("| 1 | not tested yet | left out | – |"),
        "{}",
        report.table()
    );
}

#[test]
fn a_case_is_kept_as_passed_and_one_in_a_panic_as_failed() {
    // In a process of its own, since the record is found by the environment.
    if std::env::var_os("PITON_TEST_FAULT_CHILD").is_some() {
        drop(fault::case(38, "json").cases(5));
        fault::not_run(40, "sqlite", "no\troot");
        let failing = std::panic::catch_unwind(|| {
            let _case = fault::case(1, "postgres");
            panic!("on purpose");
        });
        assert!(failing.is_err());
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "a_case_is_kept_as_passed_and_one_in_a_panic_as_failed",
        ])
        .env("PITON_TEST_FAULT_CHILD", "1")
        .env("PITON_TEST_FAULTS", dir.path())
        .output()
        .unwrap();
    assert!(status.status.success(), "{status:?}");
    let record = fault::read(dir.path());
    let told: Vec<_> = record
        .iter()
        .map(|((row, backend), tally)| {
            (
                *row,
                backend.as_str(),
                tally.tried,
                tally.passed,
                tally.not_run.len(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, "postgresql", 1, 0, 0),
            (38, "json", 5, 5, 0),
            (40, "sqlite", 0, 0, 1)
        ]
    );
}
