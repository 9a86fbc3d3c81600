//! The properties that `fuzz/` looks for exceptions to, in a bounded run.

mod properties;

use piton::dialect::Dialect;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// `PITON_CASES`, else so many; a hundred times as many under `--thorough`.
fn runner(cases: u32) -> TestRunner {
    let cases = match std::env::var("PITON_CASES") {
        Ok(cases) => cases.parse().expect("PITON_CASES is a number"),
        Err(_) if std::env::var_os("PITON_TEST_THOROUGH").is_some() => cases * 100,
        Err(_) => cases,
    };
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    })
}

/// What lexers and parsers trip over.
const PIECES: [&str; 76] = [
    "'",
    "\"",
    "`",
    "[",
    "]",
    "$$",
    "$a$",
    "$",
    "\\",
    "\\.",
    "--",
    "-- ",
    "#",
    "/*",
    "*/",
    "/*!",
    "/*M!1",
    ";",
    ";;",
    "//",
    "(",
    ")",
    "\n",
    "\r",
    "\r\n",
    " ",
    "\t",
    "E'",
    "a",
    "添",
    "🎉",
    ".",
    ":",
    "@",
    "1",
    "%",
    "%40",
    "%0",
    "?",
    "&",
    "=",
    "+",
    "-",
    ",",
    "{",
    "}",
    "null",
    "\u{feff}",
    "\0",
    "CREATE ",
    "PROCEDURE ",
    "FUNCTION ",
    "TRIGGER ",
    "BEGIN ",
    "ATOMIC ",
    "END ",
    "CASE ",
    "IF ",
    "LOOP ",
    "COPY a FROM STDIN",
    "DELIMITER ",
    "-- migrate:up",
    "-- migrate:down",
    " postgres",
    " mysql",
    " transaction:false",
    "postgres://",
    "mysql://",
    "sqlite:",
    "json:",
    "password",
    "sslmode",
    "head",
    "base",
    "[::1]",
    "u{1b}",
];

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat())
}

/// Something real with a few places changed: cut, doubled, or overwritten.
fn mutated(real: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let edit = (
        any::<prop::sample::Index>(),
        0usize..12,
        prop::sample::select(PIECES.to_vec()),
        0u8..4,
    );
    (
        prop::sample::select(real),
        prop::collection::vec(edit, 1..6),
    )
        .prop_map(|(mut bytes, edits)| {
            for (place, length, piece, how) in edits {
                if bytes.is_empty() {
                    break;
                }
                let at = place.index(bytes.len());
                let end = (at + length).min(bytes.len());
                match how {
                    0 => drop(bytes.drain(at..end)),
                    1 => bytes.splice(at..at, bytes[at..end].to_vec()).for_each(drop),
                    2 => bytes.splice(at..end, piece.bytes()).for_each(drop),
                    _ => bytes[at] = bytes[at].wrapping_add(1 << (length % 8)),
                }
            }
            bytes
        })
}

/// The SQL revisions of this project.
fn revisions() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migration/sql");
    let mut all: Vec<Vec<u8>> = std::fs::read_dir(folder)
        .expect("the project has revisions")
        .map(|entry| {
            std::fs::read(entry.expect("it can be listed").path()).expect("it can be read")
        })
        .collect();
    all.push(
        b"-- a\n-- migrate:up postgres transaction:false\nCREATE FUNCTION f() RETURNS int AS $a$ BEGIN RETURN 1; END $a$ LANGUAGE plpgsql;\n\
          COPY t FROM stdin;\n1\t2\n\\.\n-- migrate:up\nCREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT CASE a WHEN 1 THEN 2 END; END;\n-- migrate:down\nSELECT 'a''b', \"c\"; /* d */\n"
            .to_vec(),
    );
    all
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        soup(),
        mutated(revisions()).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        soup().prop_map(String::into_bytes),
        mutated(revisions()),
    ]
}

#[track_caller]
fn holds<S: Strategy>(cases: u32, strategy: S, property: impl Fn(S::Value))
where
    S::Value: std::fmt::Debug,
{
    let mut runner = runner(cases);
    let result = runner.run(&strategy, |value| {
        property(value);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn the_splitter_takes_any_text() {
    holds(1_000, text(), |text| {
        for dialect in Dialect::ALL {
            properties::splitter(dialect, &text);
        }
    });
}

#[test]
fn the_file_of_a_revision_may_hold_any_bytes() {
    holds(1_000, bytes(), |bytes| properties::sql_file(&bytes));
}

#[test]
fn a_url_may_be_any_text() {
    let urls = [
        "postgres://u:p%40ss@host:5432/db?sslmode=require&options=-csearch_path%3Da",
        "mysql+pymysql://u:pa/ss@[::1]:3306/db?ssl-mode=REQUIRED&charset=utf8mb4",
        "sqlite:///a.db?mode=ro",
        "json:data",
        "postgres://%2Frun%2Fpg/db",
    ];
    let urls = mutated(urls.map(|url| url.as_bytes().to_vec()).to_vec())
        .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    holds(3_000, prop_oneof![soup(), urls, any::<String>()], |text| {
        properties::url(&text)
    });
}

/// What a fuzz target has found.
#[test]
fn a_url_that_was_not_read_as_it_is_written_is() {
    for text in [
        "pg://?user",
        "pg://.?unixsock",
        "pg://h/d?unixsock=x",
        "mysql://h?socket",
    ] {
        properties::url(text);
    }
}

#[test]
fn a_target_may_be_any_text() {
    let near = "[+-]?[0-9]{0,25}|(head|base|HEAD)[a-z]?";
    holds(3_000, prop_oneof![soup(), near, any::<String>()], |text| {
        properties::target(&text)
    });
}

#[test]
fn the_file_of_a_json_store_s_table_may_hold_any_bytes() {
    let shop = properties::Shop::new();
    let real = shop.file();
    let strategy = prop_oneof![
        4 => mutated(vec![real]),
        1 => soup().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..200),
    ];
    holds(300, strategy, |bytes| shop.read(&bytes));
}

#[test]
fn a_long_text_takes_no_more_than_its_length() {
    for piece in PIECES {
        let text = piece.repeat(properties::MOST_BYTES / piece.len());
        for dialect in Dialect::ALL {
            properties::splitter(dialect, &text);
        }
        properties::sql_file(text.as_bytes());
        properties::sql_file(format!("-- migrate:up\n{text}").as_bytes());
        properties::url(&format!("postgres://{text}"));
        properties::target(&text);
    }
}
