//! PostgreSQL's rows: COPY both ways, which is the neutral form itself.

use futures_util::StreamExt as _;
use sqlx::postgres::PgConnection;

use crate::dialect::rows::kind::numbers;
use crate::dialect::rows::{Kind, Merging, RowTable};
use crate::dialect::{DbError, Dialect};
use crate::schema::Schema;

/// How values are spelt, and that policies hide no row in silence.
pub(crate) const READING: &str = "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; \
    SET timezone = 'UTC'; SET bytea_output = 'hex'; SET extra_float_digits = 1; \
    SET xmloption = 'content'; SET row_security = off; SET statement_timeout = 0";

/// The settings under which COPY reads what [`READING`] wrote.
pub(crate) const WRITING: &str = "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; \
    SET timezone = 'UTC'; SET xmloption = 'content'; SET row_security = off; SET statement_timeout = 0";

/// Tables with their bytes, those of partitions in their whole: namespace (none for the current one), name, bytes.
///
/// As ANALYZE has counted them. Looking at the files would wait for whoever alters a table, even one that nobody asks about.
pub(crate) const TABLE_BYTES: &str = "WITH RECURSIVE whole (top, part) AS ( \
    SELECT oid, oid FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition \
    UNION ALL SELECT w.top, i.inhrelid FROM whole w JOIN pg_inherits i ON i.inhparent = w.part \
    JOIN pg_class c ON c.oid = i.inhrelid AND c.relispartition) \
    SELECT nullif(n.nspname, current_schema()), c.relname, \
    (sum(greatest(p.relpages, 0) + greatest(t.relpages, 0)) * current_setting('block_size')::bigint)::bigint \
    FROM whole w JOIN pg_class c ON c.oid = w.top JOIN pg_namespace n ON n.oid = c.relnamespace \
    JOIN pg_class p ON p.oid = w.part LEFT JOIN pg_class t ON t.oid = p.reltoastrelid \
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' GROUP BY n.nspname, c.relname";

/// What a type of PostgreSQL's holds.
pub(crate) fn kind(data_type: &str, schema: &Schema) -> Kind {
    if let Some(of) = data_type.strip_suffix("[]") {
        return Kind::Array(Box::new(kind(of, schema)));
    }
    let sizes = numbers(data_type);
    let limit = sizes.first().map(|limit| u64::from(*limit));
    let digits = sizes.first().map_or(6, |digits| *digits as u8);
    let base = data_type.split('(').next().unwrap_or_default();
    let base = base
        .trim_end_matches(" without time zone")
        .trim_end_matches(" with time zone");
    let int = |bits| Kind::Int { bits, signed: true };
    match base {
        "boolean" => Kind::Bool,
        "smallint" => int(16),
        "integer" => int(32),
        "bigint" => int(64),
        "numeric" => Kind::Decimal {
            size: sizes
                .first()
                .map(|precision| (*precision, sizes.get(1).copied().unwrap_or_default())),
        },
        "real" => Kind::Float4,
        "double precision" => Kind::Float8,
        "character" => Kind::Text { limit, fixed: true },
        "text" | "character varying" | "citext" | "name" => Kind::Text {
            limit,
            fixed: false,
        },
        "bytea" => Kind::Bytes {
            limit: None,
            fixed: false,
        },
        "date" => Kind::Date,
        "json" => Kind::Json { binary: false },
        "jsonb" => Kind::Json { binary: true },
        "uuid" => Kind::Uuid,
        "time" if !data_type.ends_with("with time zone") => Kind::Time { digits },
        "timestamp" if data_type.ends_with("with time zone") => Kind::TimestampTz { digits },
        "timestamp" => Kind::Timestamp { digits },
        _ => other(data_type, schema),
    }
}

fn other(data_type: &str, schema: &Schema) -> Kind {
    let is_named = |name: &crate::schema::Name| {
        let bare = super::types::quote_if_needed(&name.name);
        data_type == bare
            || name.namespace.as_ref().is_some_and(|namespace| {
                data_type == format!("{}.{bare}", super::types::quote_if_needed(namespace))
            })
    };
    if schema.enums.iter().any(|it| is_named(&it.name)) {
        return Kind::Text {
            limit: None,
            fixed: false,
        };
    }
    match schema.domains.iter().find(|it| is_named(&it.name)) {
        // A domain never stands on itself.
        Some(domain) if domain.data_type != data_type => kind(&domain.data_type, schema),
        _ => Kind::Other(data_type.to_owned()),
    }
}

fn columns(table: &RowTable) -> String {
    let names = table.columns.iter();
    let quoted: Vec<String> = names
        .map(|column| Dialect::Postgres.quote(&column.name))
        .collect();
    quoted.join(", ")
}

/// The rows of a table as COPY gives them.
pub(crate) async fn read<'s>(
    connection: &'s mut PgConnection,
    table: &RowTable,
    among: &str,
) -> Result<crate::dialect::rows::Rows<'s>, DbError> {
    let sql = format!(
        "COPY (SELECT {} FROM {}{among}) TO STDOUT",
        columns(table),
        table.place()
    );
    let stream = connection
        .copy_out_raw(&sql)
        .await
        .map_err(|error| DbError::of_statement(&error))?;
    Ok(stream.boxed())
}

/// The COPY that takes rows in.
pub(crate) fn copy_in(table: &RowTable) -> String {
    let name = Dialect::Postgres.quote_name(&table.name);
    format!("COPY {name} ({}) FROM STDIN", columns(table))
}

/// Which row of how many that were sent the server speaks of, and which column: from the context of its message,
/// `COPY students, line 3, column name: "…"`.
pub(crate) fn place(error: &DbError) -> (Option<u64>, Option<String>) {
    let context = error.more.context.as_deref().unwrap_or_default();
    let Some((_, rest)) = context.split_once(", line ") else {
        return (None, error.more.column.clone());
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let column = rest[end..]
        .strip_prefix(", column ")
        .map(|rest| rest.split(':').next().unwrap_or(rest).to_owned());
    (
        rest[..end].parse().ok(),
        column.or_else(|| error.more.column.clone()),
    )
}

/// What makes the table in which rows wait, from the query that has its columns, and what brings them from there.
pub(in crate::dialect) fn staged(merging: &Merging, of: &str) -> (String, Vec<String>) {
    let Merging { into, stage, .. } = merging;
    let names = merging.columns.join(", ");
    (
        format!("CREATE TEMPORARY TABLE {stage} ON COMMIT DROP AS {of} WITH NO DATA"),
        vec![format!(
            "INSERT INTO {into} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {stage} {}",
            merging.on_conflict()
        )],
    )
}

/// The type that holds every value of a kind.
pub(crate) fn data_type(kind: &Kind) -> Option<String> {
    let spelt = match kind {
        Kind::Bool => "boolean",
        Kind::Int { bits, signed } => match bits + u8::from(!signed) {
            0..=16 => "smallint",
            17..=32 => "integer",
            33..=64 => "bigint",
            _ => "numeric(20,0)",
        },
        Kind::Decimal { size: Some((p, s)) } => return Some(format!("numeric({p},{s})")),
        Kind::Decimal { size: None } => "numeric",
        Kind::Float4 => "real",
        Kind::Float8 => "double precision",
        Kind::Text {
            limit: Some(n),
            fixed,
        } => {
            let word = if *fixed {
                "character"
            } else {
                "character varying"
            };
            return Some(format!("{word}({n})"));
        }
        Kind::Text { .. } | Kind::Any => "text",
        Kind::Bytes { .. } => "bytea",
        Kind::Date => "date",
        Kind::Time { .. } => "time without time zone",
        Kind::Timestamp { .. } => "timestamp without time zone",
        Kind::TimestampTz { .. } => "timestamp with time zone",
        Kind::Json { .. } => "jsonb",
        Kind::Uuid => "uuid",
        Kind::Array(of) => return Some(format!("{}[]", data_type(of)?)),
        Kind::Other(_) => return None,
    };
    Some(spelt.to_owned())
}
