//! What a file says, and what is wrong with it.

use super::*;

/// The file in short: each section's line, options, first line and body.
fn render(revision: &SqlRevision) -> Vec<String> {
    let sections = revision.sections.iter().map(|section| {
        let databases: Vec<&str> = section.databases.iter().map(|d| d.name()).collect();
        let transaction = if section.mode.transaction {
            ""
        } else {
            " no-transaction"
        };
        let foreign_keys = if section.mode.foreign_keys {
            " foreign-keys"
        } else {
            ""
        };
        format!(
            "{} [{}]{transaction}{foreign_keys} {}: {}",
            section.direction,
            databases.join(" "),
            section.first_line,
            section.body
        )
    });
    sections.collect()
}

#[track_caller]
fn check(text: &str, message: Option<&str>, expect: &[&str]) {
    let revision = SqlRevision::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(revision.message.as_deref(), message, "{text}");
    assert_eq!(render(&revision), expect, "{text}");
}

#[track_caller]
fn check_error(bytes: impl AsRef<[u8]>, expect: &str) {
    let error = SqlRevision::parse(bytes.as_ref()).expect_err("a broken file");
    assert!(error.to_string().starts_with(expect), "{error}");
}

#[test]
fn a_file_of_dbmate_reads_as_dbmate_reads_it() {
    check(
        "-- migrate:up\nCREATE TABLE users (\n  id integer\n);\n\n-- migrate:down\nDROP TABLE users;\n",
        None,
        &[
            "up [] 2: CREATE TABLE users (\n  id integer\n);\n\n",
            "down [] 7: DROP TABLE users;\n",
        ],
    );
    check(
        "-- migrate:up transaction:false\nALTER TYPE colors ADD VALUE 'orange';\n-- migrate:down transaction:true\n",
        None,
        &[
            "up [] no-transaction 2: ALTER TYPE colors ADD VALUE 'orange';\n",
            "down [] 4: ",
        ],
    );
    check(
        "--migrate:up\na\n--   migrate:down  \t\nb",
        None,
        &["up [] 2: a\n", "down [] 4: b"],
    );
    // None of these is a section line to dbmate.
    check(
        "-- migrate:up\n-- about migrate:down\nSELECT '-- migrate:down';\n",
        None,
        &["up [] 2: -- about migrate:down\nSELECT '-- migrate:down';\n"],
    );
}

#[test]
fn sections_name_databases_and_modes_in_any_order() {
    check(
        "-- migrate:up pg transaction:false\na\n-- migrate:up foreign_keys:on SQLite mysql\nb\n-- migrate:up mariadb\n-- migrate:up\nc\n-- migrate:down foreign_keys:off postgresql\n",
        None,
        &[
            "up [postgres] no-transaction 2: a\n",
            "up [sqlite mysql] foreign-keys 4: b\n",
            "up [mariadb] 6: ",
            "up [] 7: c\n",
            "down [postgres] 9: ",
        ],
    );
}

#[test]
fn the_first_comment_line_is_the_message() {
    check(
        "-- add phone\n-- more\n\n-- migrate:up\n",
        Some("add phone"),
        &["up [] 5: "],
    );
    check(
        "--\n--  添加新字段 \n-- migrate:up\n",
        Some("添加新字段"),
        &["up [] 4: "],
    );
    check(
        "/*\n add phone\n*/ /* x */ -- y\n-- migrate:up\n",
        Some("add phone"),
        &["up [] 5: "],
    );
    check(
        "\n  -- indented\n-- migrate:up\n",
        Some("indented"),
        &["up [] 4: "],
    );
    check(
        "/* -- migrate:up\n-- migrate:up\n*/\n--migrate:up\n",
        Some("-- migrate:up"),
        &["up [] 5: "],
    );
}

#[test]
fn line_ends_and_a_byte_order_mark_do_not_matter() {
    check(
        "\u{feff}-- x\r\n-- migrate:up\r\na\r\nb\r\n-- migrate:down\r\nc",
        Some("x"),
        &["up [] 3: a\r\nb\r\n", "down [] 6: c"],
    );
    check(
        "-- x\r-- migrate:up\ra\r-- migrate:down\r",
        Some("x"),
        &["up [] 3: a\r", "down [] 5: "],
    );
}

#[test]
fn the_section_that_names_the_dialect_wins() {
    let revision = SqlRevision::parse(
        b"-- migrate:up\nall\n-- migrate:up mysql\nmysql\n-- migrate:up pg\npg\n-- migrate:down mariadb\nmaria\n-- migrate:down mysql\nmysql\n",
    )
    .expect("a revision");
    #[track_caller]
    fn check(revision: &SqlRevision, direction: Direction, expect: [Option<&str>; 4]) {
        let bodies = Dialect::ALL.map(|dialect| {
            let section = revision.section(direction, dialect)?;
            Some(section.body.trim())
        });
        assert_eq!(bodies, expect);
    }
    // Dialect::ALL is postgres, mysql, mariadb, sqlite.
    check(
        &revision,
        Direction::Up,
        [Some("pg"), Some("mysql"), Some("mysql"), Some("all")],
    );
    check(
        &revision,
        Direction::Down,
        [None, Some("mysql"), Some("maria"), None],
    );
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    check_error("", "line 1: the file is empty");
    check_error("\u{feff}", "line 1: the file is empty");
    check_error("\n\n-- nothing\n", "line 3: the file ends without");
    check_error("CREATE TABLE a (b int);", "line 1: the file ends without");
    check_error(
        "-- migrate:down\nx\n-- migrate:down pg\n",
        "line 1: there is a \"-- migrate:down\", but no",
    );
    check_error(
        "-- a\n  CREATE TABLE a;\n-- migrate:up\n",
        "line 2, column 3: only comments",
    );
    check_error(
        "/* 添 */ SELECT 1;\n-- migrate:up\n",
        "line 1, column 9: only comments",
    );
    check_error(
        "-- migrate:upp\n",
        "line 1, column 12: unknown section \"migrate:upp\"",
    );
    check_error(
        "-- migrate:up\n--migrate:dwn x\n",
        "line 2, column 11: unknown section \"migrate:dwn\"",
    );
    check_error(
        "-- migrate:up  oracle\n",
        "line 1, column 16: unknown database or option \"oracle\"",
    );
    check_error(
        "-- migrate:up transaction:no\n",
        "line 1, column 15: unknown database or option \"transaction:no\"",
    );
    check_error(
        "-- migrate:up pg postgres\n",
        "line 1, column 18: postgres is said twice",
    );
    check_error(
        "-- migrate:up transaction:true transaction:false\n",
        "line 1, column 32: transaction is said twice",
    );
    check_error(
        "-- migrate:up\n-- migrate:down\n-- migrate:up\n",
        "line 3: a second up section for every database; the first begins at line 1",
    );
    check_error(
        "-- migrate:up pg sqlite\n\n-- migrate:up mysql postgresql\n",
        "line 3: a second up section for postgres; the first begins at line 1",
    );
}

#[test]
fn bytes_that_are_no_text_are_told_by_their_offset() {
    check_error(b"-- migrate:up\n\nab\xff", "byte 17 (line 3) is not UTF-8");
    check_error(b"-- migrate:up\n\xe6\xb7", "byte 14 (line 2) is not UTF-8");
    check_error(b"-- migrate:up\r\n\0", "byte 15 (line 2) is a NUL");
    check_error(b"\xff\xfe-\0-\0", "the file is UTF-16");
    check_error(b"\xfe\xff\0-\0-", "the file is UTF-16");
    check_error(b"-\0-\0", "byte 1 (line 1) is a NUL");
}

#[test]
fn what_only_looks_like_a_section_line_is_warned_of() {
    let text = "-- migrate:up\n  -- migrate:down\n-- MIGRATE:DOWN\n-- migrate: down\n";
    let revision = SqlRevision::parse(text.as_bytes()).expect("a revision");
    let lines = revision
        .warnings
        .iter()
        .map(|Warning::LooksLikeSection { line, .. }| *line);
    assert_eq!(lines.collect::<Vec<_>>(), [2, 3, 4]);
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes: Vec<u8>) {
        let _ = SqlRevision::parse(&bytes);
    }

    #[test]
    fn no_lines_are_too_strange(lines in proptest::collection::vec(
        proptest::sample::select(vec![
            "-- migrate:up", "--migrate:down", "-- migrate:", "migrate:up", " pg", " transaction:false",
            "\n", "\r", "\r\n", "/*", "*/", "--", "添", " ", "\u{2028}", "\u{feff}",
        ]),
        0..30,
    )) {
        let text = lines.concat();
        if let Ok(revision) = SqlRevision::parse(text.as_bytes()) {
            proptest::prop_assert!(!revision.sections.is_empty());
        }
    }
}
