//! Two expressions, compared as the planner understands them.

use crate::dialect::{DbError, DbErrorKind, Dialect, Session};
use crate::schema::Table;

/// Whether both expressions mean the same over `table`'s columns, cast to `cast` where one is given.
pub(crate) async fn same(
    session: &mut Session,
    table: &Table,
    cast: Option<&str>,
    one: &str,
    other: &str,
) -> Result<bool, DbError> {
    let Some(one) = planned(session, table, cast, one).await? else {
        return Ok(false);
    };
    Ok(planned(session, table, cast, other).await? == Some(one))
}

/// The expression as EXPLAIN prints it; `None` where the server does not understand it.
///
/// The columns come from a subquery of NULLs instead of the table: that needs no privilege, and works
/// before the table has the column. OFFSET 0 keeps the planner from folding them away.
async fn planned(
    session: &mut Session,
    table: &Table,
    cast: Option<&str>,
    expression: &str,
) -> Result<Option<String>, DbError> {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            format!(
                "NULL::{} AS {}",
                column.data_type,
                Dialect::Postgres.quote(&column.name)
            )
        })
        .collect();
    let value = match cast {
        Some(data_type) => format!("({expression})::{data_type}"),
        None => format!("({expression})"),
    };
    let sql = format!(
        "EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT {value} FROM (SELECT {} OFFSET 0) {}",
        columns.join(", "),
        Dialect::Postgres.quote(&table.name.name),
    );
    match session.query(&sql).await {
        Ok(rows) => Ok(rows.first().and_then(|row| row.text(0)).and_then(|text| {
            let plan: serde_json::Value = serde_json::from_str(text).ok()?;
            Some(plan.pointer("/0/Plan/Output/0")?.as_str()?.to_owned())
        })),
        Err(error) if error.kind == DbErrorKind::Statement => Ok(None),
        Err(error) => Err(error),
    }
}
