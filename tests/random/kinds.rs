//! Types of each dialect, with defaults.

use piton::dialect::Dialect;

/// The name of PostgreSQL's enum, whose defaults are its values.
pub const ENUM: &str = "public_mood";

/// A type of a dialect, with defaults as the server spells them.
pub struct Kind {
    pub data_type: &'static str,
    pub defaults: &'static [&'static str],
    /// Whether a key or index can be on it as it is.
    pub indexable: bool,
}

const fn kind(data_type: &'static str, defaults: &'static [&'static str]) -> Kind {
    Kind {
        data_type,
        defaults,
        indexable: true,
    }
}

const fn long(data_type: &'static str, defaults: &'static [&'static str]) -> Kind {
    Kind {
        data_type,
        defaults,
        indexable: false,
    }
}

/// The first of each is an integer.
const POSTGRES: &[Kind] = &[
    kind("integer", &["0", "42", "'-5'::integer"]),
    kind("bigint", &["0", "'5000000000'::bigint"]),
    kind("smallint", &["1"]),
    kind("text", &["'x'::text", "'it''s'::text", "'a\\b'::text"]),
    kind("character varying(50)", &["'pending'::character varying"]),
    kind("character(3)", &["'a'::bpchar"]),
    kind("numeric(10,2)", &["0", "1.50"]),
    kind("double precision", &["0", "1.5"]),
    kind("real", &["'-1.5'::numeric"]),
    kind("boolean", &["true", "false"]),
    kind("timestamp with time zone", &["CURRENT_TIMESTAMP", "now()"]),
    kind("timestamp(3) without time zone", &["CURRENT_TIMESTAMP(3)"]),
    kind("date", &["'2020-01-01'::date", "CURRENT_DATE"]),
    kind("time without time zone", &[]),
    kind("uuid", &["gen_random_uuid()"]),
    kind("jsonb", &["'{}'::jsonb"]),
    long("json", &["'{\"a\": 1}'::json"]),
    kind("bytea", &["'\\x00'::bytea"]),
    kind("integer[]", &["'{1,2}'::integer[]"]),
    kind("bit(3)", &["'101'::\"bit\""]),
    kind("interval", &[]),
    kind("inet", &[]),
    kind(ENUM, &[]),
    kind("above", &[]),
];

const MARIADB: &[Kind] = &[
    kind("int(11)", &["0", "-5"]),
    kind("int(10) unsigned", &["7"]),
    kind("bigint(20)", &["0"]),
    kind("smallint(6)", &[]),
    kind("tinyint(1)", &["1", "0"]),
    kind("varchar(50)", &["'pending'", "'it''s'", "'a\\\\b'"]),
    kind("char(3)", &["'a'"]),
    long("text", &["'x'"]),
    long("longtext", &[]),
    long("json", &[]),
    kind("decimal(10,2)", &["0.00", "1.50"]),
    kind("double", &["0", "1.5"]),
    kind("float", &[]),
    kind("date", &["'2020-01-01'", "curdate()"]),
    kind("datetime(6)", &["current_timestamp(6)"]),
    kind("datetime", &["current_timestamp()"]),
    kind("timestamp", &["current_timestamp()"]),
    kind("time", &[]),
    kind("year(4)", &[]),
    long("blob", &[]),
    kind("binary(16)", &[]),
    kind("varbinary(20)", &[]),
    kind("bit(3)", &["b'101'"]),
    kind("uuid", &[]),
    kind("enum('a','b''c')", &["'a'"]),
    kind("set('x','y')", &[]),
];

const SQLITE: &[Kind] = &[
    kind("INTEGER", &["0", "-5", "1 + 2"]),
    kind(
        "TEXT",
        &[
            "'x'",
            "'it''s'",
            "CURRENT_TIMESTAMP",
            "strftime('%Y', 'now')",
        ],
    ),
    kind("REAL", &["1.5"]),
    kind("BLOB", &["x'00'"]),
    kind("varchar(50)", &["'pending'"]),
    kind("boolean", &["TRUE", "0"]),
    kind("double", &["0.0"]),
    kind("datetime_text", &[]),
    kind("real(10, 2)", &[]),
    kind("", &[]),
];

pub fn kinds(dialect: Dialect) -> &'static [Kind] {
    match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Mysql | Dialect::Mariadb => MARIADB,
        Dialect::Sqlite => SQLITE,
    }
}
