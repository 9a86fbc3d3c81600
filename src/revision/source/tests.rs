//! Folders as they are found, broken ones among them.

use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::*;
use crate::dialect::Dialect;
use crate::revision::History;

const PLAIN: &str = "-- migrate:up\nSELECT 1;\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(dir.path().join(name), text).expect("a file");
    }
    dir
}

#[test]
fn the_sql_files_of_a_folder_are_its_revisions() {
    let dir = folder(&[
        ("20240102000000_b.sql", PLAIN),
        ("20240101000000_a.SQL", "-- first\n-- migrate:up\n"),
        ("20240103000000.sql", PLAIN),
        ("m20240104_000000_d.sql", PLAIN),
        ("m20240105_000000_e.rs", "fn main() {}"),
        ("lib.rs", ""),
        ("migrate.rs", ""),
        (".20240101000000_hidden.sql", "x"),
    ]);
    fs::create_dir(dir.path().join("old")).expect("a folder");
    let folder = read_folder(dir.path()).expect("a good folder");
    let found: Vec<_> = folder
        .revisions
        .iter()
        .map(|r| (r.id.as_str(), r.message()))
        .collect();
    assert_eq!(
        found,
        [
            ("20240101000000_a", "first".to_owned()),
            ("20240102000000_b", "b".to_owned()),
            ("20240103000000", String::new()),
            ("m20240104_000000_d", "d".to_owned()),
        ]
    );
    assert_eq!(
        folder.revisions[1].origin.path(),
        Some(dir.path().join("20240102000000_b.sql").as_path())
    );
    let rust: Vec<&str> = folder.rust.iter().map(|file| file.id.as_str()).collect();
    assert_eq!(rust, ["m20240105_000000_e"]);
}

#[track_caller]
fn check_error(dir: &Path, expect: &str) -> SourceError {
    let error = read_folder(dir).expect_err("a broken folder");
    let told = error.to_string().replace(&dir.display().to_string(), "DIR");
    assert_eq!(told, expect);
    error
}

#[test]
fn a_file_that_is_no_revision_is_named() {
    let dir = folder(&[("add_phone.sql", PLAIN)]);
    check_error(
        dir.path(),
        "the name of \"DIR/add_phone.sql\" is not a revision's: it must begin with a timestamp, like 20240115083000_add_phone.sql",
    );
    let dir = folder(&[("1_a.sql", PLAIN), ("2_b.sql", "-- migrate:up oracle\n")]);
    check_error(
        dir.path(),
        "DIR/2_b.sql: line 1, column 15: unknown database or option \"oracle\"; there are postgres, mysql, mariadb, sqlite, transaction:true|false and foreign_keys:on|off",
    );
    let dir = folder(&[("1_\u{1b}[31m.sql", PLAIN)]);
    assert!(matches!(
        read_folder(dir.path()),
        Err(SourceError::Name { .. })
    ));
}

#[test]
fn a_folder_that_cannot_be_read_is_an_error_of_the_file_system() {
    let dir = folder(&[]);
    let missing = dir.path().join("missing");
    let error = check_error(&missing, "cannot read the folder of revisions DIR");
    assert!(
        matches!(error, SourceError::Folder { error, .. } if error.kind() == io::ErrorKind::NotFound)
    );
    let plain = dir.path().join("file");
    fs::write(&plain, "").expect("a file");
    check_error(&plain, "cannot read the folder of revisions DIR");
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_or_round_are_errors_and_others_are_followed() {
    use std::os::unix::fs::symlink;
    let dir = folder(&[("target", PLAIN)]);
    let link = dir.path().join("1_a.sql");
    symlink("target", &link).expect("a link");
    assert_eq!(
        read_folder(dir.path()).expect("followed").revisions.len(),
        1
    );
    for to in ["nowhere", "1_a.sql"] {
        fs::remove_file(&link).expect("removed");
        symlink(to, &link).expect("a link");
        check_error(dir.path(), "cannot read DIR/1_a.sql");
    }
    fs::remove_file(&link).expect("removed");
    symlink(".", &link).expect("a link");
    check_error(dir.path(), "DIR/1_a.sql is no regular file");
}

#[test]
fn a_huge_file_is_refused_unread() {
    let dir = folder(&[]);
    let file = File::create(dir.path().join("1_a.sql")).expect("a file");
    file.set_len(1 << 30).expect("sparse");
    let began = Instant::now();
    check_error(
        dir.path(),
        "DIR/1_a.sql is larger than 64 MiB, the most that a revision may be",
    );
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[test]
fn ten_thousand_revisions_are_read_quickly() {
    let dir = tempfile::tempdir().expect("a folder");
    let text = "-- add a table\n-- migrate:up\nCREATE TABLE t (id integer PRIMARY KEY, name varchar(100));\nCREATE INDEX i ON t (name);\n\n-- migrate:down\nDROP TABLE t;\n";
    for number in 0..10_000 {
        let name = format!("{}_revision.sql", 20240101000000_u64 + number);
        fs::write(dir.path().join(name), text).expect("a file");
    }
    let began = Instant::now();
    let folder = read_folder(dir.path()).expect("a good folder");
    let history = History::build(Vec::new(), folder.revisions).expect("a history");
    assert_eq!(history.len(), 10_000);
    // Unoptimised, and beside other tests: it is a tenth of this by itself.
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn what_is_compiled_in_is_checked_too() {
    let sql = [("20240101000000_a.sql", PLAIN), ("20240102000000_b", PLAIN)];
    let found = builtin(&[], &[], &sql).expect("good");
    let ids: Vec<&str> = found.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["20240101000000_a", "20240102000000_b"]);
    let error = builtin(&[], &[], &[("1_a", "SELECT 1")]).expect_err("no section");
    assert!(
        error
            .to_string()
            .starts_with("the built-in revision 1_a: line 1:"),
        "{error}"
    );
    let error = builtin(&[], &[], &[("a", PLAIN)]).expect_err("no timestamp");
    assert!(matches!(error, SourceError::BuiltInName { .. }));
}

#[test]
fn a_checksum_is_of_the_section_that_runs_and_its_mode() {
    let checksum = |text: &'static str, dialect| {
        let revisions = builtin(&[], &[], &[("1_a", text)]);
        revisions.expect("good")[0].checksum(dialect)
    };
    let plain = checksum("-- migrate:up\nA\n-- migrate:down\nB\n", Dialect::Sqlite);
    assert!(plain.is_some());
    for same in [
        "-- a message\n-- migrate:up\r\nA \r\n\r\n-- migrate:down\r\nC\r\n",
        "\u{feff}-- migrate:up transaction:true foreign_keys:off\nA",
        "-- migrate:up pg\nX\n-- migrate:up sqlite\nA\n",
    ] {
        assert_eq!(checksum(same, Dialect::Sqlite), plain, "{same}");
    }
    for other in [
        "-- migrate:up\nB\n",
        "-- migrate:up transaction:false\nA\n",
        "-- migrate:up foreign_keys:on\nA\n",
    ] {
        assert_ne!(checksum(other, Dialect::Sqlite), plain, "{other}");
    }
    assert_eq!(checksum("-- migrate:up pg\nA\n", Dialect::Sqlite), None);
}
