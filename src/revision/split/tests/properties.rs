//! What holds of every text.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// What the lexers of the dialects trip over, in a jumble.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
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
        "E'",
        "a",
        "添",
        ".",
        ":",
        "@",
        "1",
        "CREATE ",
        "OR ",
        "REPLACE ",
        "PROCEDURE ",
        "FUNCTION ",
        "TRIGGER ",
        "EVENT ",
        "BEGIN ",
        "ATOMIC ",
        "NOT ",
        "END ",
        "CASE ",
        "WHEN ",
        "THEN ",
        "ELSE ",
        "IF ",
        "LOOP ",
        "WHILE ",
        "REPEAT ",
        "UNTIL ",
        "FOR ",
        "DO ",
        "DECLARE ",
        "HANDLER ",
        "EACH ",
        "ROW ",
        "FOLLOWS ",
        "COPY ",
        "FROM ",
        "STDIN",
        "DELIMITER ",
        "delimiter //\n",
        "SET ",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A piece of a statement, whole in itself, that may hide a semicolon.
fn piece(dialect: Dialect) -> impl Strategy<Value = String> {
    let inside = "[a-z;(/*-]{0,6}";
    let quoted = |quote: &'static str| {
        inside.prop_map(move |text| format!("{quote}{text}{quote}{quote};{quote}"))
    };
    let own = match dialect.syntax().bodies {
        crate::dialect::syntax::Bodies::Atomic => inside
            .prop_map(|text| format!("$t${text};'$t$ E'\\'{text};' /* {} /* ; */ ; */", "x"))
            .boxed(),
        crate::dialect::syntax::Bodies::Compound => inside
            .prop_map(|text| format!("`{text};` '\\';' /*!40000 + {} ; */", 1) + "# ;'\n")
            .boxed(),
        crate::dialect::syntax::Bodies::Trigger => "[a-z;]{0,6}"
            .prop_map(|text| format!("[{text};'] `;`"))
            .boxed(),
    };
    prop_oneof![
        "[a-z_]{1,8}",
        quoted("'"),
        quoted("\""),
        Just("/* ; ' */".to_owned()),
        Just("-- ; '\n".to_owned()),
        Just("(a, 1)".to_owned()),
        own,
    ]
}

/// A statement that begins and ends with a word.
fn statement(dialect: Dialect) -> impl Strategy<Value = String> {
    let compound = match dialect.syntax().bodies {
        crate::dialect::syntax::Bodies::Atomic => {
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN b END; SELECT 1; END"
        }
        crate::dialect::syntax::Bodies::Compound => {
            "CREATE PROCEDURE p() BEGIN IF a THEN SELECT CASE a WHEN 1 THEN 2 END; END IF; END"
        }
        crate::dialect::syntax::Bodies::Trigger => {
            "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT CASE a WHEN 1 THEN 2 END; END"
        }
    };
    let flat = prop::collection::vec(piece(dialect), 0..6)
        .prop_map(|pieces| format!("SELECT {} x", pieces.join(" ")));
    prop_oneof![4 => flat, 1 => Just(compound.to_owned())]
}

fn any_dialect() -> impl Strategy<Value = Dialect> {
    prop::sample::select(Dialect::ALL.to_vec())
}

proptest! {
    #[test]
    fn no_text_is_too_strange(dialect in any_dialect(), body in prop_oneof![any::<String>(), soup()]) {
        if let Ok(found) = split(&body, dialect.syntax(), 1) {
            let mut end = 0;
            for statement in found {
                prop_assert!(statement.offset >= end);
                prop_assert!(body[statement.offset..].starts_with(&statement.text));
                prop_assert!(!statement.text.trim().is_empty());
                end = statement.offset + statement.text.len();
                for position in 0..statement.text.len().min(50) {
                    statement.locate(position);
                }
            }
        }
    }

    #[test]
    fn statements_that_are_joined_come_apart_again(
        (dialect, expect) in any_dialect().prop_flat_map(|dialect| {
            (Just(dialect), prop::collection::vec(statement(dialect), 0..8))
        }),
        separator in prop::sample::select(vec![";", ";\n", " ; -- ;\n", ";;", "/* ; */;\r\n"]),
    ) {
        let body = expect.join(separator);
        let found: Vec<String> = statements(dialect, &body).into_iter().map(|s| s.text).collect();
        prop_assert_eq!(found, expect);
    }
}

/// A text twice as long may take twice the time: none of these may take anything like a square.
#[test]
fn no_text_takes_more_than_linear_time() {
    const BYTES: usize = 1 << 16;
    let pieces = [
        "'",
        "$",
        "$a",
        "$a$",
        "$$",
        "E''",
        "E'' \n",
        "/*",
        "/* */",
        "/*!",
        "-",
        "--\n",
        "(",
        "()",
        ";",
        "a;",
        "\n",
        "\r",
        "#",
        "[",
        "`",
        "delimiter ;\n",
        "delimiter",
        "BEGIN ",
        "CASE ",
        "CASE;",
        "COPY a FROM STDIN;\n",
        "COPY a FROM STDIN;\n\\.\n",
        "CREATE TRIGGER a;",
        "a:",
        "\\",
        "添",
        "DECLARE ",
        "a'b'",
    ];
    let starts = [
        "",
        "CREATE PROCEDURE p() BEGIN ",
        "CREATE FUNCTION f() BEGIN ATOMIC ",
        "CREATE TRIGGER a BEGIN ",
        "delimiter aaaaaaaaaaaaaab\n",
    ];
    for dialect in Dialect::ALL {
        for start in starts {
            for piece in pieces {
                let body = start.to_owned() + &piece.repeat(BYTES / piece.len());
                let began = Instant::now();
                let _ = split(&body, dialect.syntax(), 1);
                let took = began.elapsed();
                assert!(
                    took < Duration::from_secs(2),
                    "{dialect} {start} {piece}: {took:?}"
                );
            }
        }
    }
}
