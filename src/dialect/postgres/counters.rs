//! Sequences on PostgreSQL: those of serial and identity columns too.

use crate::dialect::counters::{Counter, counters};
use crate::dialect::{DbError, Dialect, Session};

/// A column's own sequence hangs on it automatically, or as a part of it.
const READ: &str = "\
    SELECT nullif(s.schemaname, current_schema())::text, s.sequencename::text, \
    coalesce(s.last_value, s.start_value)::text, (s.last_value IS NOT NULL)::text, \
    nullif(n.nspname, current_schema())::text, t.relname::text, a.attname::text \
    FROM pg_sequences s \
    JOIN pg_namespace sn ON sn.nspname = s.schemaname \
    JOIN pg_class c ON c.relnamespace = sn.oid AND c.relname = s.sequencename \
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid \
      AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') \
    LEFT JOIN pg_class t ON t.oid = d.refobjid LEFT JOIN pg_namespace n ON n.oid = t.relnamespace \
    LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid \
    WHERE s.schemaname !~ '^pg_' ORDER BY 1, 2";

pub(crate) async fn read(session: &mut Session) -> Result<Vec<Counter>, DbError> {
    Ok(counters(&session.query(READ).await?))
}

pub(crate) fn set(counter: &Counter) -> Vec<String> {
    let dialect = Dialect::Postgres;
    let sequence = match &counter.of_column {
        Some((table, column)) => format!(
            "pg_get_serial_sequence({}, {})",
            dialect.literal(&dialect.quote_name(table)),
            dialect.literal(column)
        ),
        None => dialect.literal(&dialect.quote_name(&counter.name)),
    };
    vec![format!(
        "SELECT setval({sequence}::regclass, {}, {})",
        counter.value, counter.called
    )]
}
