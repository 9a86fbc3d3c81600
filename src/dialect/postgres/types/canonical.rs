//! A type's name in any of its spellings, brought to the one that `format_type` gives.

/// `varchar(50)` -> `character varying(50)`, `TIMESTAMPTZ` -> `timestamp with time zone`, `int4[]` -> `integer[]`.
///
/// Quoted names, and names that are no alias of a built-in type, are kept.
pub(crate) fn canonical(text: &str) -> String {
    let text = text.trim();
    if text.contains('"') {
        return text.to_owned();
    }
    let lower = text.to_ascii_lowercase();
    let dimensions = lower.matches('[').count();
    let lower = lower.split('[').next().unwrap_or_default().trim();
    let (before, inside, after) = match lower.split_once('(') {
        Some((before, rest)) => match rest.split_once(')') {
            Some((inside, after)) => (before.trim(), Some(inside), after.trim()),
            None => (before.trim(), Some(rest), ""),
        },
        None => (lower, None, ""),
    };
    let words: Vec<&str> = before
        .split_whitespace()
        .chain(after.split_whitespace())
        .collect();
    let words = words.join(" ");
    let words = words.strip_prefix("pg_catalog.").unwrap_or(&words);
    let numbers = inside.map(|inside| {
        let numbers: Vec<&str> = inside.split(',').map(str::trim).collect();
        numbers.join(",")
    });
    let mut spelt = spell(words, numbers);
    // However many dimensions are declared, the server keeps none of it.
    if dimensions > 0 {
        spelt.push_str("[]");
    }
    spelt
}

fn spell(words: &str, numbers: Option<String>) -> String {
    let (base, tail, fallback) = match words {
        "varchar" | "character varying" | "char varying" => ("character varying", "", None),
        "char" | "character" | "bpchar" => ("character", "", Some("1")),
        "int" | "int4" | "integer" => ("integer", "", None),
        "int2" | "smallint" => ("smallint", "", None),
        "int8" | "bigint" => ("bigint", "", None),
        "float4" | "real" => ("real", "", None),
        "float" => return float(numbers.as_deref()),
        "float8" | "double precision" => ("double precision", "", None),
        "decimal" | "dec" | "numeric" => {
            let numbers = numbers.map(|it| {
                if it.contains(',') {
                    it
                } else {
                    format!("{it},0")
                }
            });
            return with_numbers("numeric", numbers.as_deref(), "");
        }
        "bool" | "boolean" => ("boolean", "", None),
        "bit" => ("bit", "", Some("1")),
        "varbit" | "bit varying" => ("bit varying", "", None),
        "timestamptz" | "timestamp with time zone" => ("timestamp", " with time zone", None),
        "timestamp" | "timestamp without time zone" => ("timestamp", " without time zone", None),
        "timetz" | "time with time zone" => ("time", " with time zone", None),
        "time" | "time without time zone" => ("time", " without time zone", None),
        other => (other, "", None),
    };
    with_numbers(base, numbers.as_deref().or(fallback), tail)
}

fn with_numbers(base: &str, numbers: Option<&str>, tail: &str) -> String {
    match numbers {
        Some(numbers) => format!("{base}({numbers}){tail}"),
        None => format!("{base}{tail}"),
    }
}

fn float(bits: Option<&str>) -> String {
    let single = bits
        .and_then(|bits| bits.parse::<u32>().ok())
        .is_some_and(|bits| bits <= 24);
    if single { "real" } else { "double precision" }.to_owned()
}

/// A name as `quote_ident` gives it: quoted only where it must be.
pub(crate) fn quote_if_needed(name: &str) -> String {
    let plain = name
        .bytes()
        .enumerate()
        .all(|(at, byte)| matches!(byte, b'a'..=b'z' | b'_') || at > 0 && byte.is_ascii_digit());
    if plain && !name.is_empty() && RESERVED.binary_search(&name).is_err() {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Every keyword that is not unreserved (PostgreSQL 17, appendix C), in order.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_has_one_spelling() {
        for (given, expected) in [
            ("VARCHAR(50)", "character varying(50)"),
            ("varchar", "character varying"),
            ("char", "character(1)"),
            ("timestamptz", "timestamp with time zone"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            (
                "timestamp (3) with time zone",
                "timestamp(3) with time zone",
            ),
            ("Timestamp", "timestamp without time zone"),
            ("int4[]", "integer[]"),
            ("int[][3]", "integer[]"),
            ("decimal(10, 2)", "numeric(10,2)"),
            ("decimal(5)", "numeric(5,0)"),
            ("float(10)", "real"),
            ("float", "double precision"),
            ("CITEXT", "citext"),
            ("\"Mood\"", "\"Mood\""),
            ("vector(3)", "vector(3)"),
        ] {
            assert_eq!(canonical(given), expected, "{given}");
            assert_eq!(canonical(expected), expected);
        }
    }

    #[test]
    fn only_names_that_need_it_are_quoted() {
        assert_eq!(quote_if_needed("mood"), "mood");
        assert_eq!(quote_if_needed("Mood"), "\"Mood\"");
        assert_eq!(quote_if_needed("user"), "\"user\"");
        assert_eq!(quote_if_needed("a\"b"), "\"a\"\"b\"");
        assert!(RESERVED.is_sorted());
    }
}
