//! Columns.

use super::expression::{bare_expression, expression, quoted, unquoted};
use crate::dialect::types::scan::{self, Kind};
use crate::dialect::{Dialect, Row};
use crate::schema::{Column, Generated, Identity};

/// A row of `queries::columns`, given its table's collation.
pub(super) fn column(dialect: Dialect, row: &Row, table_collation: Option<&str>) -> Column {
    let data_type = row.text_or_empty(2).to_owned();
    let extra = row.text_or_empty(5);
    let lower = extra.to_ascii_lowercase();
    let generated = if lower.contains("virtual generated") || lower.contains("stored generated") {
        let text = row.text_or_empty(8);
        Some(Generated {
            expression: bare_expression(dialect, text),
            stored: lower.contains("stored generated"),
        })
    } else {
        None
    };
    let default = match row.text(4) {
        _ if generated.is_some() => None,
        None => None,
        Some(text) if dialect == Dialect::Mariadb => {
            // It writes expressions; NULL is none. Of a text column's it keeps how the quote was escaped.
            (text != "NULL").then(|| unquoted(text).map_or(text.to_owned(), |text| quoted(&text)))
        }
        Some(text) if lower.contains("default_generated") => {
            Some(as_expression(expression(dialect, text)))
        }
        Some(text) => Some(literal(&data_type, text)),
    };
    let mut options = Vec::new();
    options.extend(row.integer(9).map(|srid| format!("SRID {srid}")));
    for (found, option) in [
        ("invisible", "INVISIBLE"),
        ("without system versioning", "WITHOUT SYSTEM VERSIONING"),
    ] {
        if lower.contains(found) {
            options.push(option.to_owned());
        }
    }
    Column {
        name: row.text_or_empty(1).to_owned(),
        data_type,
        nullable: row.truth(3),
        default,
        identity: lower
            .contains("auto_increment")
            .then_some(Identity::AutoIncrement),
        generated,
        collation: row
            .text(6)
            .filter(|collation| Some(*collation) != table_collation)
            .map(str::to_owned),
        comment: row
            .text(7)
            .filter(|comment| !comment.is_empty())
            .map(str::to_owned),
        options,
        inherited: false,
        on_update: on_update(extra),
    }
}

/// An expression that is a literal keeps brackets of its own: without them it would be a plain default.
fn as_expression(text: String) -> String {
    let tokens = scan::tokens(&text, true);
    let now = text.to_ascii_uppercase().starts_with("CURRENT_TIMESTAMP");
    let bare = match tokens.as_slice() {
        [only] => only.kind != Kind::Group,
        [_, second] => second.kind != Kind::Group,
        _ => false,
    };
    if bare && !now {
        format!("({text})")
    } else {
        text
    }
}

/// MySQL writes a literal default without its quotes.
fn literal(data_type: &str, text: &str) -> String {
    const UNQUOTED: [&str; 13] = [
        "tinyint",
        "smallint",
        "mediumint",
        "int",
        "bigint",
        "decimal",
        "float",
        "double",
        "bit",
        "year",
        "binary",
        "varbinary",
        "bool",
    ];
    let base = data_type
        .split(['(', ' '])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    // The default of a `binary` is given in hex, but an empty one is not.
    let hex = !base.ends_with("binary") || text.starts_with("0x");
    let bare = hex && UNQUOTED.contains(&base.as_str());
    if bare { text.to_owned() } else { quoted(text) }
}

/// `… on update current_timestamp(6)`
fn on_update(extra: &str) -> Option<String> {
    const WORDS: &str = "on update ";
    let at = extra.to_ascii_lowercase().find(WORDS)?;
    let rest = &extra[at + WORDS.len()..];
    let rest = rest.split([' ', ',']).next().unwrap_or_default();
    (!rest.is_empty()).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: [Option<&str>; 10]) -> Row {
        Row::new(cells.iter().map(|cell| cell.map(str::to_owned)).collect())
    }

    /// type, default, extra, generation expression
    fn mysql(data_type: &str, default: Option<&str>, extra: &str, generation: &str) -> Column {
        let cells = [
            Some("t"),
            Some("c"),
            Some(data_type),
            Some("YES"),
            default,
            Some(extra),
            Some("utf8mb4_bin"),
            Some(""),
            Some(generation),
            None,
        ];
        column(Dialect::Mysql, &row(cells), Some("utf8mb4_0900_ai_ci"))
    }

    #[test]
    fn mysql_gives_literal_defaults_without_quotes() {
        let cases = [
            ("varchar(5)", "it's \\", "'it''s \\\\'"),
            ("int", "-5", "-5"),
            ("int unsigned", "0", "0"),
            ("decimal(10,2)", "0.00", "0.00"),
            ("bit(1)", "b'0'", "b'0'"),
            ("enum('a','b')", "a", "'a'"),
            (
                "datetime(6)",
                "2020-01-01 00:00:00.000000",
                "'2020-01-01 00:00:00.000000'",
            ),
            ("binary(3)", "0x616263", "0x616263"),
            ("varchar(4)", "NULL", "'NULL'"),
        ];
        for (data_type, given, expected) in cases {
            let found = mysql(data_type, Some(given), "", "").default;
            assert_eq!(found.as_deref(), Some(expected), "{data_type}");
        }
    }

    #[test]
    fn mysql_marks_default_expressions() {
        let found = mysql(
            "datetime(6)",
            Some("CURRENT_TIMESTAMP(6)"),
            "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)",
            "",
        );
        assert_eq!(found.default.as_deref(), Some("CURRENT_TIMESTAMP(6)"));
        assert_eq!(found.on_update.as_deref(), Some("CURRENT_TIMESTAMP(6)"));
        assert_eq!(found.generated, None);
        let found = mysql(
            "text",
            Some(r"concat(_utf8mb4\'a\',_utf8mb4\'b\')"),
            "DEFAULT_GENERATED INVISIBLE",
            "",
        );
        assert_eq!(
            found.default.as_deref(),
            Some("concat(_utf8mb4'a',_utf8mb4'b')")
        );
        assert_eq!(found.options, ["INVISIBLE"]);
        assert_eq!(found.collation.as_deref(), Some("utf8mb4_bin"));
    }

    #[test]
    fn mysql_generated_columns_lose_their_second_escape() {
        let found = mysql("varchar(9)", None, "STORED GENERATED", r"(`a` + \'x\')");
        let generated = found.generated.unwrap();
        assert_eq!(generated.expression, "`a` + 'x'");
        assert!(generated.stored);
    }
}
