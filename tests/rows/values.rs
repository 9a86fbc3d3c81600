//! A table with every kind of column, and rows at the edges of what can be in one.

use piton::dialect::Dialect;
use piton::dialect::rows::{Kind, RowColumn, RowTable};
use piton::schema::Name;

use crate::support::Backend;

/// Each column: its name, its kind in PostgreSQL, and its type in SQLite, PostgreSQL and MySQL.
fn columns() -> Vec<(&'static str, Kind, [&'static str; 3])> {
    let text = Kind::Text {
        limit: None,
        fixed: false,
    };
    let int = |bits| Kind::Int { bits, signed: true };
    let short = Kind::Text {
        limit: Some(5),
        fixed: false,
    };
    let bytes = Kind::Bytes {
        limit: None,
        fixed: false,
    };
    let decimal = Kind::Decimal {
        size: Some((20, 5)),
    };
    vec![
        (
            "id",
            int(64),
            [
                "integer PRIMARY KEY",
                "bigint PRIMARY KEY",
                "bigint PRIMARY KEY",
            ],
        ),
        ("yes", Kind::Bool, ["boolean", "boolean", "boolean"]),
        ("small", int(16), ["smallint", "smallint", "smallint"]),
        ("big", int(64), ["integer", "bigint", "bigint"]),
        (
            "money",
            decimal,
            ["real(20, 5)", "numeric(20,5)", "decimal(20,5)"],
        ),
        (
            "ratio",
            Kind::Float8,
            ["double", "double precision", "double"],
        ),
        ("single", Kind::Float4, ["float", "real", "float"]),
        (
            "words",
            text,
            ["text", "text", "longtext CHARACTER SET utf8mb4"],
        ),
        (
            "short",
            short,
            [
                "varchar(5)",
                "varchar(5)",
                "varchar(5) CHARACTER SET utf8mb4",
            ],
        ),
        ("bytes", bytes, ["blob", "bytea", "longblob"]),
        ("day", Kind::Date, ["date_text", "date", "date"]),
        (
            "clock",
            Kind::Time { digits: 6 },
            ["time_text", "time", "time(6)"],
        ),
        (
            "local",
            Kind::Timestamp { digits: 6 },
            ["datetime_text", "timestamp", "datetime(6)"],
        ),
        (
            "moment",
            Kind::TimestampTz { digits: 6 },
            ["text", "timestamptz", "datetime(6)"],
        ),
        (
            "document",
            Kind::Json { binary: true },
            ["jsonb_text", "jsonb", "json"],
        ),
        ("uuid", Kind::Uuid, ["uuid_text", "uuid", "binary(16)"]),
    ]
}

/// The statement that makes the table on a backend.
pub fn create(backend: Backend, name: &str) -> String {
    let at = match backend {
        Backend::Json | Backend::Sqlite => 0,
        Backend::Postgres => 1,
        Backend::Mysql => 2,
    };
    let columns: Vec<String> = columns()
        .into_iter()
        .map(|(name, _, types)| format!("{name} {}", types[at]))
        .collect();
    format!("CREATE TABLE {name} ({})", columns.join(", "))
}

/// The table as the rows below have it.
pub fn table() -> RowTable {
    let columns = columns().into_iter().map(|(name, kind, _)| RowColumn {
        name: name.to_owned(),
        kind,
        data_type: String::new(),
        nullable: true,
    });
    RowTable {
        dialect: Dialect::Postgres,
        name: Name::new("values"),
        columns: columns.collect(),
        key: vec!["id".to_owned()],
        alone: true,
    }
}

/// Values at the edges, each in the form of COPY.
fn edges(column: &str) -> Vec<String> {
    let plain = |values: &[&str]| values.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
    match column {
        "yes" => plain(&["t", "f"]),
        "small" => plain(&["-32768", "32767", "0"]),
        "big" => plain(&[
            "-9223372036854775808",
            "9223372036854775807",
            "9007199254740993",
        ]),
        "money" => plain(&[
            "0.00000",
            "-0.10000",
            "12.50000",
            "99999.99999",
            "999999999999999.99999",
            "123456789012345.12345",
            "NaN",
        ]),
        "ratio" => plain(&[
            "0",
            "-0",
            "0.1",
            "1.7976931348623157e+308",
            "5e-324",
            "2.2250738585072014e-308",
            "-1e-7",
            "123456789.123456789",
            "NaN",
            "Infinity",
            "-Infinity",
        ]),
        "single" => plain(&[
            "0.1",
            "3.4028235e+38",
            "1e-45",
            "16777216",
            "NaN",
            "Infinity",
        ]),
        "words" => {
            let mut values = plain(&[
                "",
                " ",
                "trailing ",
                "NULL",
                "\\\\N",
                "\\t\\n\\r\\\\\\b\\f\\v",
                "'\"`;--",
                "学生的名字",
                "🎉👩‍👩‍👧",
                "e\u{301}",
                "a\0b",
                "0042",
                "2024-12-01 08:30:00",
                "\u{feff}bom",
            ]);
            values.push("长".repeat(350_000));
            values
        }
        "short" => plain(&["", "12345", "学生的名字", "🎉🎉🎉🎉🎉", "123456"]),
        "bytes" => {
            let mut values = plain(&["\\\\x", "\\\\x00", "\\\\x00ff5c0a09"]);
            values.push(format!("\\\\x{}", "0aff".repeat(30_000)));
            values
        }
        "day" => plain(&[
            "0001-01-01",
            "1000-01-01",
            "2024-02-29",
            "9999-12-31",
            "infinity",
        ]),
        "clock" => plain(&["00:00:00", "23:59:59.999999", "08:30:00.5", "24:00:00"]),
        "local" => plain(&[
            "1000-01-01 00:00:00",
            "1970-01-01 00:00:00",
            "2024-12-01 08:30:00.123456",
            "9999-12-31 23:59:59.999999",
            "infinity",
            "0044-03-15 00:00:00 BC",
            "10000-01-01 00:00:00",
        ]),
        "moment" => plain(&[
            "1969-12-31 23:59:59+00",
            "2024-12-01 08:30:00.5+00",
            "2024-12-01 08:30:00.000001+00",
            "2038-01-19 03:14:08+00",
            "9999-12-31 23:59:59.999999+00",
            "infinity",
        ]),
        "document" => plain(&[
            "null",
            "true",
            "0",
            "1.5",
            "18446744073709551615",
            "123456789012345678901234567890",
            "1e400",
            "\"\"",
            "\"学\\\\u0001🎉\"",
            "[]",
            "{}",
            "{\"b\": [1, 2.50, {\"c\": null}], \"a\": \"\\\\\\\\ \\\\\" \\\\n\"}",
        ]),
        "uuid" => plain(&[
            "00000000-0000-0000-0000-000000000000",
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ]),
        _ => Vec::new(),
    }
}

/// The rows: one for each edge with all else NULL, then some that mix them.
pub fn rows() -> Vec<Vec<u8>> {
    let names: Vec<&str> = columns().into_iter().map(|(name, ..)| name).collect();
    let mut rows = Vec::new();
    let mut push = |cells: Vec<Option<String>>| {
        let mut line = (rows.len() + 1).to_string();
        for cell in &cells {
            line.push('\t');
            line.push_str(cell.as_deref().unwrap_or("\\N"));
        }
        line.push('\n');
        rows.push(line.into_bytes());
    };
    push(vec![None; names.len() - 1]);
    for (at, name) in names[1..].iter().enumerate() {
        for value in edges(name) {
            let mut cells = vec![None; names.len() - 1];
            cells[at] = Some(value);
            push(cells);
        }
    }
    let mut random = Random::new();
    for _ in 0..15 {
        let cells = names[1..].iter().map(|name| {
            let edges = edges(name);
            // The long ones were carried by themselves.
            let edges: Vec<String> = edges.into_iter().filter(|it| it.len() < 1_000).collect();
            let pick = random.below(edges.len() + 1);
            edges.get(pick).cloned()
        });
        push(cells.collect());
    }
    rows
}

/// Numbers from `PITON_SEED`, else from one seed.
struct Random(u64);

impl Random {
    fn new() -> Random {
        let seed = std::env::var("PITON_SEED").ok();
        let seed = seed
            .and_then(|seed| seed.parse().ok())
            .unwrap_or(20_260_101);
        Random(seed)
    }

    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64: https://prng.di.unimi.it/splitmix64.c
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % limit
    }
}
