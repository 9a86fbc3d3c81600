//! What becomes of a value, and what is refused.

use super::*;

fn column(kind: Kind) -> RowColumn {
    RowColumn {
        name: "c".to_owned(),
        kind,
        data_type: String::new(),
        nullable: true,
    }
}

fn text(limit: Option<u64>) -> Kind {
    Kind::Text {
        limit,
        fixed: false,
    }
}

const INT64: Kind = Kind::Int {
    bits: 64,
    signed: true,
};

/// What becomes of `value`; `Err` where it is refused.
fn fitted(from: &Kind, value: &str, target: Dialect, to: &Kind) -> Result<String, String> {
    let source = match target {
        Dialect::Postgres => Dialect::Sqlite,
        _ => Dialect::Postgres,
    };
    let rules = Rules::default();
    let fit = Fit::between(
        source,
        &column(from.clone()),
        target,
        &column(to.clone()),
        rules,
    )?;
    match fit.value(Field::Value(Cow::Borrowed(value.as_bytes())))? {
        Field::Value(made) => Ok(String::from_utf8(made.into_owned()).unwrap()),
        other => Err(format!("{other:?}")),
    }
}

#[test]
fn what_fits_is_carried() {
    use Dialect::{Mysql, Postgres, Sqlite};
    let tz = |digits| Kind::TimestampTz { digits };
    let decimal = |p, s| Kind::Decimal { size: Some((p, s)) };
    let bytes = |limit, fixed| Kind::Bytes { limit, fixed };
    for (from, value, target, to, expected) in [
        (Kind::Bool, "t", Mysql, INT64, "1"),
        (INT64, "1", Postgres, Kind::Bool, "t"),
        (
            INT64,
            "-9223372036854775808",
            Postgres,
            INT64,
            "-9223372036854775808",
        ),
        (Kind::Float8, "1e3", Postgres, INT64, "1000"),
        (Kind::Float8, "12.5", Postgres, decimal(4, 2), "12.5"),
        (decimal(10, 2), "12.50", Sqlite, decimal(10, 2), "12.50"),
        (
            Kind::Float4,
            "0.1",
            Mysql,
            Kind::Float8,
            "0.10000000149011612",
        ),
        (
            tz(6),
            "2024-12-01 08:30:00.5+00",
            Mysql,
            Kind::Timestamp { digits: 6 },
            "2024-12-01 08:30:00.5",
        ),
        (
            tz(6),
            "2024-12-01 08:30:00.5+00",
            Sqlite,
            text(None),
            "2024-12-01T08:30:00.500+00:00",
        ),
        (
            text(None),
            "2024-12-01T16:30:00+08:00",
            Postgres,
            tz(6),
            "2024-12-01 08:30:00+00",
        ),
        (
            Kind::Uuid,
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
            Mysql,
            bytes(Some(16), true),
            "\\x67e5504410b1426f9247bb680e5fe0c8",
        ),
        (
            bytes(None, false),
            "\\x67e5504410b1426f9247bb680e5fe0c8",
            Postgres,
            Kind::Uuid,
            "67e55044-10b1-426f-9247-bb680e5fe0c8",
        ),
        (text(None), "学生", Mysql, text(Some(2)), "学生"),
        (
            Kind::Time { digits: 6 },
            "24:00:00",
            Mysql,
            Kind::Time { digits: 6 },
            "24:00:00",
        ),
    ] {
        let made = fitted(&from, value, target, &to);
        assert_eq!(made.as_deref(), Ok(expected), "{value} into {to:?}");
    }
}

#[test]
fn what_would_be_changed_is_refused() {
    use Dialect::{Mysql, Postgres, Sqlite};
    let tz = |digits| Kind::TimestampTz { digits };
    let decimal = |p, s| Kind::Decimal { size: Some((p, s)) };
    let bytes = |limit, fixed| Kind::Bytes { limit, fixed };
    let int = |bits, signed| Kind::Int { bits, signed };
    let json = Kind::Json { binary: true };
    for (from, value, target, to) in [
        (INT64, "2", Postgres, Kind::Bool),
        (INT64, "32768", Postgres, int(16, true)),
        (INT64, "-1", Mysql, int(32, false)),
        (int(64, false), "18446744073709551615", Sqlite, INT64),
        (Kind::Float8, "0.5", Postgres, INT64),
        (Kind::Float8, "NaN", Mysql, Kind::Float8),
        (Kind::Float8, "NaN", Sqlite, Kind::Float8),
        (Kind::Float8, "Infinity", Mysql, Kind::Float8),
        (Kind::Float8, "0.1", Mysql, Kind::Float4),
        (
            Kind::Decimal { size: None },
            "0.12345678901234567890",
            Sqlite,
            decimal(30, 20),
        ),
        (Kind::Decimal { size: None }, "1.005", Mysql, decimal(10, 2)),
        (
            Kind::Decimal { size: None },
            "123456789",
            Mysql,
            decimal(10, 2),
        ),
        (text(None), "a\0b", Postgres, text(None)),
        (text(None), "学生们", Postgres, text(Some(2))),
        (text(None), "0042", Postgres, INT64),
        (text(None), "0000-00-00 00:00:00", Postgres, tz(6)),
        (
            text(None),
            "2024-12-01T08:30:00.123456789Z",
            Postgres,
            tz(6),
        ),
        (tz(6), "infinity", Mysql, tz(6)),
        (tz(6), "2039-01-01 00:00:00+00", Mysql, tz(6)),
        (
            tz(6),
            "10000-01-01 00:00:00+00",
            Mysql,
            Kind::Timestamp { digits: 6 },
        ),
        (Kind::Date, "0044-03-15 BC", Mysql, Kind::Date),
        (bytes(None, false), "\\x0102", Mysql, bytes(Some(3), true)),
        (
            bytes(None, false),
            "\\x01020304",
            Mysql,
            bytes(Some(3), false),
        ),
        (
            Kind::Json { binary: false },
            r#"{"a":1,"a":2}"#,
            Postgres,
            json.clone(),
        ),
        (
            Kind::Json { binary: true },
            "0.1234567890123456789",
            Mysql,
            json.clone(),
        ),
        (text(None), "{", Postgres, json),
        (Kind::Array(Box::new(INT64)), "{1}", Mysql, text(None)),
        (Kind::Other("inet".into()), "::1", Mysql, INT64),
    ] {
        let made = fitted(&from, value, target, &to);
        assert!(made.is_err(), "{value} into {to:?}: {made:?}");
    }
}

#[test]
fn what_sqlite_keeps_in_an_unusual_form_is_read_or_refused() {
    let from = column(INT64);
    let rules = Rules::default();
    let fit = Fit::between(Dialect::Sqlite, &from, Dialect::Postgres, &from, rules).unwrap();
    let stored =
        |class, text: &'static str| fit.value(Field::Stored(class, Cow::Borrowed(text.as_bytes())));
    assert_eq!(
        stored(Class::Text, "12"),
        Ok(Field::Value(Cow::Borrowed(b"12")))
    );
    assert!(stored(Class::Text, "twelve").is_err());
    assert!(stored(Class::Blob, "12").is_err());
}

#[test]
fn fractions_are_cut_off_only_where_it_was_asked_for() {
    let from = column(text(None));
    let to = column(Kind::TimestampTz { digits: 6 });
    let rules = Rules {
        cut_fractions: true,
    };
    let fit = Fit::between(Dialect::Sqlite, &from, Dialect::Postgres, &to, rules).unwrap();
    let value = Field::Value(Cow::Borrowed(&b"2024-12-01T08:30:00.123456789Z"[..]));
    let made = Field::Value(Cow::Borrowed(&b"2024-12-01 08:30:00.123456+00"[..]));
    assert_eq!(fit.value(value), Ok(made));
}

/// MariaDB's JSON is text with a check, which may have been off.
#[test]
fn what_a_column_of_json_has_is_looked_at_whoever_kept_it() {
    let json = column(Kind::Json { binary: false });
    for source in [Dialect::Postgres, Dialect::Mariadb, Dialect::Sqlite] {
        for target in Dialect::ALL {
            if source.family() == target.family() {
                continue;
            }
            let fit = Fit::between(source, &json, target, &json, Rules::default()).unwrap();
            let value = |text: &'static str| fit.value(Field::Value(text.as_bytes().into()));
            assert!(value("{\"a\": 1}").is_ok(), "{source} to {target}");
            assert!(value("{\"a\": ").is_err(), "{source} to {target}");
        }
    }
}
