//! A type's name in any of its spellings, brought to the one of `COLUMN_TYPE`.

use crate::dialect::Dialect;
use crate::dialect::types::scan::{self, Kind, Token};

/// `INTEGER UNSIGNED` -> `int(10) unsigned` on MariaDB, `int unsigned` on MySQL; `BOOL` -> `tinyint(1)`.
///
/// `json` is kept: on MariaDB it is a `longtext` with a check, which the table's own form says.
pub(crate) fn canonical(dialect: Dialect, text: &str) -> String {
    let tokens = scan::tokens(text, true);
    let words: Vec<String> = tokens
        .iter()
        .filter(|token| token.kind == Kind::Word && !token.is_word("NATIONAL"))
        .map(|token| token.text.to_ascii_lowercase())
        .collect();
    let has = |word: &str| words.iter().any(|it| it == word);
    let unsigned = has("unsigned") || has("zerofill");
    let group = tokens.iter().find(|token| token.kind == Kind::Group);
    let boolean = has("bool") || has("boolean");
    let numbers = group
        .map(inside)
        .or_else(|| boolean.then(|| "1".to_owned()));
    let (base, numbers) = sized(base(dialect, &words), numbers);
    // What is filled up with zeros shows to which width, everywhere.
    let widths = dialect == Dialect::Mariadb || has("zerofill");
    let numbers = numbers.or_else(|| implied(widths, base, unsigned).map(str::to_owned));
    let numbers = numbers.filter(|numbers| widths || !width_is_left_out(base, numbers));
    let mut spelt = base.to_owned();
    if let Some(numbers) = numbers {
        spelt.push_str(&format!("({numbers})"));
    }
    if unsigned {
        spelt.push_str(" unsigned");
    }
    if has("zerofill") {
        spelt.push_str(" zerofill");
    }
    spelt
}

fn inside(group: &Token<'_>) -> String {
    let tokens = scan::tokens(group.inside(), true);
    let items: Vec<String> = scan::items(&tokens)
        .map(|item| {
            let text = scan::covered(group.inside(), item);
            // Inside a value the server doubles quotes instead of escaping them.
            match item {
                [only] if only.kind == Kind::Literal => text.replace("\\'", "''"),
                _ => text.to_owned(),
            }
        })
        .collect();
    items.join(",")
}

fn base(dialect: Dialect, words: &[String]) -> &str {
    let first = words.first().map_or("", String::as_str);
    let second = words.get(1).map(String::as_str);
    match (first, second) {
        ("double", Some("precision")) | ("real" | "float8", _) => "double",
        ("character" | "char", Some("varying")) => "varchar",
        ("character", _) => "char",
        ("integer" | "int4", _) => "int",
        ("int1", _) => "tinyint",
        ("int2", _) => "smallint",
        ("int3" | "middleint", _) => "mediumint",
        ("int8", _) => "bigint",
        ("bool" | "boolean", _) => "tinyint",
        ("dec" | "numeric" | "fixed", _) => "decimal",
        ("float4", _) => "float",
        ("long", _) => "mediumtext",
        ("geometrycollection", _) if dialect == Dialect::Mysql => "geomcollection",
        _ => first,
    }
}

/// What a number makes of the type: `float(30)` is a double, `text(70000)` a `mediumtext`.
fn sized(base: &str, numbers: Option<String>) -> (&str, Option<String>) {
    let number = numbers.as_deref().and_then(|text| text.parse::<u64>().ok());
    match (base, number) {
        ("decimal", Some(precision)) => (base, Some(format!("{precision},0"))),
        ("float", Some(bits)) => (if bits > 24 { "double" } else { "float" }, None),
        ("time" | "datetime" | "timestamp", Some(0)) => (base, None),
        // In characters, of up to four bytes each.
        ("text", Some(length)) => (
            of_length(
                ["tinytext", "text", "mediumtext", "longtext"],
                length.saturating_mul(4),
            ),
            None,
        ),
        ("blob", Some(length)) => (
            of_length(["tinyblob", "blob", "mediumblob", "longblob"], length),
            None,
        ),
        _ => (base, numbers),
    }
}

fn of_length(kinds: [&'static str; 4], bytes: u64) -> &'static str {
    match bytes {
        0..=0xff => kinds[0],
        0x100..=0xffff => kinds[1],
        0x1_0000..=0xff_ffff => kinds[2],
        _ => kinds[3],
    }
}

/// The numbers that the server shows where none were given.
fn implied(widths: bool, base: &str, unsigned: bool) -> Option<&'static str> {
    Some(match base {
        "decimal" => "10,0",
        "bit" | "char" | "binary" => "1",
        "tinyint" if widths => {
            if unsigned {
                "3"
            } else {
                "4"
            }
        }
        "smallint" if widths => {
            if unsigned {
                "5"
            } else {
                "6"
            }
        }
        "mediumint" if widths => {
            if unsigned {
                "8"
            } else {
                "9"
            }
        }
        "int" if widths => {
            if unsigned {
                "10"
            } else {
                "11"
            }
        }
        "bigint" if widths => "20",
        "year" if widths => "4",
        _ => return None,
    })
}

/// MySQL 8 shows no width of an integer, but for `tinyint(1)`.
fn width_is_left_out(base: &str, numbers: &str) -> bool {
    match base {
        "tinyint" => numbers != "1",
        "smallint" | "mediumint" | "int" | "bigint" | "year" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_has_one_spelling() {
        for (given, mysql, maria) in [
            ("INTEGER", "int", "int(11)"),
            ("int unsigned", "int unsigned", "int(10) unsigned"),
            ("int(11)", "int", "int(11)"),
            ("BIGINT", "bigint", "bigint(20)"),
            ("bool", "tinyint(1)", "tinyint(1)"),
            ("tinyint(1)", "tinyint(1)", "tinyint(1)"),
            ("tinyint", "tinyint", "tinyint(4)"),
            (
                "int(5) zerofill",
                "int(5) unsigned zerofill",
                "int(5) unsigned zerofill",
            ),
            (
                "int zerofill",
                "int(10) unsigned zerofill",
                "int(10) unsigned zerofill",
            ),
            ("geometrycollection", "geomcollection", "geometrycollection"),
            ("decimal(10, 2)", "decimal(10,2)", "decimal(10,2)"),
            ("NUMERIC", "decimal(10,0)", "decimal(10,0)"),
            ("ENUM('a', 'b\\'c')", "enum('a','b''c')", "enum('a','b''c')"),
            ("double precision", "double", "double"),
            ("datetime(6)", "datetime(6)", "datetime(6)"),
            ("year", "year", "year(4)"),
            ("VarChar(50)", "varchar(50)", "varchar(50)"),
            ("char", "char(1)", "char(1)"),
            ("json", "json", "json"),
            ("decimal(5)", "decimal(5,0)", "decimal(5,0)"),
            ("float(30)", "double", "double"),
            ("float(7,3)", "float(7,3)", "float(7,3)"),
            ("text(70000)", "mediumtext", "mediumtext"),
            ("blob(300)", "blob", "blob"),
            ("datetime(0)", "datetime", "datetime"),
            ("national varchar(5)", "varchar(5)", "varchar(5)"),
        ] {
            assert_eq!(canonical(Dialect::Mysql, given), mysql, "{given}");
            assert_eq!(canonical(Dialect::Mariadb, given), maria, "{given}");
            assert_eq!(canonical(Dialect::Mariadb, maria), maria);
        }
    }
}
