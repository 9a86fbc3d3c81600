//! Revision files that are none.

use crate::on;
use crate::support::{TestEnvironment, fault};

#[track_caller]
fn refused<const N: usize>(content: impl AsRef<[u8]>, says: [&str; N]) {
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    env.revision("002_b", content);
    env.piton(["upgrade"])
        .ends(3)
        .says(says)
        .says(["migrations/002_b.sql"]);
    assert_eq!(
        env.tables(),
        [""; 0],
        "nothing runs, not even what comes before"
    );
}

#[test]
fn bytes_that_are_not_utf8_are_named_by_offset_and_line() {
    let _case = fault::case(26, "any");
    refused(
        b"-- migrate:up\nSELECT '\xff';\n",
        ["byte 22 (line 2) is not UTF-8"],
    );
}

#[test]
fn a_nul_is_named_by_offset_and_line() {
    let _case = fault::case(26, "any");
    refused(
        "-- migrate:up\nSELECT 1;\0\n",
        ["byte 23 (line 2) is a NUL"],
    );
}

#[test]
fn an_empty_file_is_no_revision() {
    let _case = fault::case(26, "any");
    refused("", ["line 1: the file is empty"]);
}

#[test]
fn a_file_without_a_section_is_no_revision() {
    let _case = fault::case(26, "any");
    refused(
        "-- only a comment\n",
        ["the file ends without a \"-- migrate:up\" line"],
    );
    refused(
        "SELECT 1;\n",
        ["the file ends without a \"-- migrate:up\" line"],
    );
    refused(
        "SELECT 1;\n-- migrate:up\n",
        ["line 1, column 1: only comments may stand before the first section"],
    );
}

#[test]
fn a_way_down_alone_is_no_revision() {
    refused(
        "-- migrate:down\nSELECT 1;\n",
        ["line 1", "no \"-- migrate:up\""],
    );
}

#[test]
fn a_database_that_nobody_knows_is_named_with_its_place() {
    let _case = fault::case(26, "any");
    refused(
        "-- migrate:up oracle\nSELECT 1;\n",
        ["line 1, column 15", "\"oracle\"", "postgres, mysql"],
    );
}

#[test]
fn an_unclosed_quote_is_named_where_it_begins() {
    let _case = fault::case(26, "any");
    refused(
        "-- migrate:up\nSELECT 1;\nSELECT 'never closed;\n",
        ["002_b.sql:3:8: ", "is never closed", "nothing was run"],
    );
}

#[test]
fn a_name_without_a_timestamp_is_no_revision() {
    let env = TestEnvironment::new();
    env.revision("add_phone", "-- migrate:up\n");
    env.piton(["upgrade"])
        .ends(3)
        .says(["add_phone.sql", "must begin with a timestamp"]);
}

#[test]
fn a_folder_that_is_not_there_is_9() {
    let env = TestEnvironment::new();
    env.piton(["upgrade", "--revisions", "nowhere"])
        .ends(9)
        .says(["$DIR/nowhere", "mkdir -p"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_9() {
    let _case = fault::case(29, "any");
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    std::os::unix::fs::symlink("nowhere", env.path("migrations/002_b.sql")).unwrap();
    env.piton(["upgrade"]).ends(9).says(["002_b.sql"]);
}

#[test]
fn a_rust_revision_that_is_not_compiled_in_is_reported() {
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    env.write("migrations/m20240101_000000_new.rs", "fn main() {}");
    env.piton(["upgrade"]).ends(3).says([
        "m20240101_000000_new",
        "not compiled into",
        "cargo build",
    ]);
}

#[test]
fn the_same_revision_twice_is_3_and_both_are_named() {
    let _case = fault::case(22, "any");
    let env = TestEnvironment::new();
    env.revision("20240101000000_a", "-- migrate:up\n");
    env.revision("m20240101_000000_a", "-- migrate:up\n");
    env.piton(["history"]).ends(3).says([
        "20240101000000_a.sql",
        "m20240101_000000_a.sql",
        "twice",
    ]);
}

#[test]
fn the_same_revision_in_rust_and_sql_is_3_and_both_are_named() {
    let _case = fault::case(22, "any");
    let env = TestEnvironment::new();
    env.revision("20240115083000_create_grading_core", "-- migrate:up\n");
    env.write("piton.toml", "[revisions]\ndir = \"migrations\"\n");
    env.piton(["upgrade"]).ends(3).says([
        "m20240115_083000_create_grading_core (Rust, built in)",
        "20240115083000_create_grading_core.sql",
    ]);
}

on! {
    [json, sqlite, postgres]
    fn transaction_control_in_a_transactional_section_is_3_with_its_line(env) {
        for control in ["BEGIN", "COMMIT", "ROLLBACK", "START TRANSACTION", "END"] {
            if control == "START TRANSACTION" && env.backend() != crate::support::Backend::Postgres {
                continue;
            }
            env.revision("001_a", format!("-- migrate:up\nCREATE TABLE a (id integer);\n  {control};\n"));
            env.piton(["upgrade"]).ends(3).says(["001_a.sql:3:3", "transaction:false", "nothing was run"]);
            assert_eq!(env.tables(), [""; 0]);
        }
    }

    [json, sqlite, postgres, mysql]
    fn a_revision_without_a_section_for_this_database_is_3(env) {
        env.table_revision(1, "a");
        let other = match env.backend() {
            crate::support::Backend::Postgres => "mysql",
            _ => "postgres",
        };
        env.revision("002_b", format!("-- migrate:up {other}\nSELECT 1;\n"));
        env.piton(["upgrade"]).ends(3).says(["002_b has no up section for "]);
        assert_eq!(env.tables(), [""; 0]);
    }

    [postgres]
    fn a_command_of_the_psql_program_is_refused_by_name_with_its_line(env) {
        env.revision("001_a", "-- migrate:up\nSELECT 1;\n\\connect other\n");
        env.piton(["upgrade"]).ends(3).says(["001_a.sql:3:1", "\\connect is a command of the psql program"]);
    }
}
