//! Sequences on PostgreSQL: those of serial and identity columns too.

use crate::dialect::counters::{Counter, counters};
use crate::dialect::{DbError, Dialect, Session};

const READ: &str = "\
    SELECT nullif(schemaname, current_schema())::text, sequencename::text, \
    coalesce(last_value, start_value)::text, (last_value IS NOT NULL)::text \
    FROM pg_sequences WHERE schemaname !~ '^pg_' ORDER BY 1, 2";

pub(crate) async fn read(session: &mut Session) -> Result<Vec<Counter>, DbError> {
    Ok(counters(&session.query(READ).await?))
}

pub(crate) fn set(counter: &Counter) -> Vec<String> {
    let dialect = Dialect::Postgres;
    let name = dialect.literal(&dialect.quote_name(&counter.name));
    vec![format!(
        "SELECT setval({name}::regclass, {}, {})",
        counter.value, counter.called
    )]
}
