//! Rows that live through the last revision: how they are chosen, put in and looked for.

use super::{Document, replay};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::schema_source::Reader;
use crate::database::Scratch;
use crate::dialect::{Dialect, Session};
use crate::revision::Direction;
use crate::schema::sample::{SampleRow, Sampler, common_columns, order_columns};
use crate::schema::{Name, Schema, Table};

/// How often other values are tried for a row that is refused.
const ATTEMPTS: usize = 6;

impl Document {
    fn not_seeded(&mut self, table: &Name, why: &str) {
        let line = format!("{table}: {why}");
        if !self.not_seeded.contains(&line) {
            self.not_seeded.push(line);
        }
    }
}

fn insert(dialect: Dialect, row: &SampleRow) -> String {
    let table = dialect.quote_name(&row.table);
    if row.values.is_empty() {
        return dialect.insert_defaults(&table);
    }
    let (columns, values): (Vec<_>, Vec<_>) = row
        .values
        .iter()
        .map(|(column, value)| (dialect.quote(column), dialect.literal(value)))
        .unzip();
    format!(
        "INSERT INTO {table} ({}) VALUES ({})",
        columns.join(", "),
        values.join(", ")
    )
}

/// Rows for the schema below the last revision that the one above takes too: a revision may forbid what was
/// allowed before, and then asks whoever has such rows to mend them first. The database above is asked, and left as
/// it was.
async fn seeds(
    session: &mut Session,
    below: &Schema,
    head: &Schema,
    count: usize,
    document: &mut Document,
) -> Result<Vec<SampleRow>, Failure> {
    let mut strict = below.clone();
    for table in &mut strict.tables {
        let Some(above) = head.table(&table.name) else {
            continue;
        };
        table.checks.extend(above.checks.iter().cloned());
        for column in &mut table.columns {
            let same = above.column(&column.name);
            column.nullable &=
                same.is_none_or(|same| same.nullable && takes_null(head, &same.data_type));
        }
    }
    let (mut samples, mut samples_above) = (Sampler::new(&strict), Sampler::new(head));
    let mut seeds = Vec::new();
    session.run("BEGIN").await?;
    for table in samples.tables() {
        for n in 0..count {
            let mut refused = None;
            for attempt in 0..ATTEMPTS {
                let at = n + attempt * count;
                let row = samples.row(table, at, attempt);
                let Some(above) = head.table(&table.name) else {
                    samples.keep(&row);
                    seeds.push(row);
                    refused = None;
                    break;
                };
                let other = samples_above.row(above, at, attempt);
                let row_above = carried(table, above, &row, other);
                session.run("SAVEPOINT piton_seed").await?;
                match session.run(&insert(session.dialect(), &row_above)).await {
                    Ok(_) => {
                        samples.keep(&row);
                        samples_above.keep(&row_above);
                        seeds.push(row);
                        refused = None;
                        break;
                    }
                    Err(error) => {
                        session.run("ROLLBACK TO SAVEPOINT piton_seed").await?;
                        refused.get_or_insert(error.message);
                    }
                }
            }
            if let Some(why) = refused {
                document.not_seeded(&table.name, &why);
            }
        }
    }
    session.run("ROLLBACK").await?;
    Ok(seeds)
}

/// Whether a type takes NULL: a domain may not.
fn takes_null(schema: &Schema, data_type: &str) -> bool {
    let mut domains = schema.domains.iter();
    domains.all(|it| it.nullable || it.name.name != data_type && it.name.to_string() != data_type)
}

/// The row as it would be after the revision: what is kept of it, and `other`'s values for new columns that need one.
fn carried(table: &Table, above: &Table, row: &SampleRow, other: SampleRow) -> SampleRow {
    let is_kept = |name: &str| {
        above
            .column(name)
            .is_some_and(|column| column.generated.is_none())
    };
    let is_needed = |name: &str| {
        table.column(name).is_none()
            && above
                .column(name)
                .is_some_and(|column| !column.nullable && column.default.is_none())
    };
    let kept = row.values.iter().filter(|(name, _)| is_kept(name)).cloned();
    let new = other.values.into_iter().filter(|(name, _)| is_needed(name));
    SampleRow {
        table: row.table.clone(),
        values: kept.chain(new).collect(),
        numbered: row.numbered.clone(),
    }
}

/// Puts rows in below the last revision, takes it up, down and up again, and looks for them.
pub(super) async fn live(
    context: &Context,
    reader: &Reader<'_>,
    scratch: &Scratch,
    schemas: &[Schema],
    rows: usize,
    document: &mut Document,
) -> Result<(), Failure> {
    let history = &reader.loaded.history;
    let last = history.len() - 1;
    let revision = history.get(last).expect("there is a last one");
    if !revision.has_section(Direction::Down, reader.dialect) {
        return Ok(());
    }
    let (below, head) = (&schemas[last], &schemas[last + 1]);
    let mut session = scratch.session().await?;
    let seeds = seeds(&mut session, below, head, rows, document).await?;
    session.close().await;
    replay(context, history, scratch, last).await?;
    let mut session = scratch.session().await?;
    for row in &seeds {
        match session.run(&insert(session.dialect(), row)).await {
            Ok(_) => document.rows += 1,
            Err(error) => document.not_seeded(&row.table, &error.message),
        }
    }
    let mut before = Vec::new();
    for table in &below.tables {
        let Some(after) = head.table(&table.name) else {
            continue;
        };
        let columns = common_columns(table, after);
        before.push((
            table,
            columns.clone(),
            read(&mut session, table, &columns).await?,
        ));
    }
    session.close().await;
    for up in [last + 1, last, last + 1] {
        replay(context, history, scratch, up).await?;
    }
    let mut session = scratch.session().await?;
    for (table, columns, rows) in before {
        let now = read(&mut session, table, &columns).await?;
        if now != rows {
            document.findings.push(format!(
                "rows of {} did not live through up, down and up of {}: {} before, {} after{}",
                table.name,
                revision.id,
                rows.len(),
                now.len(),
                if rows.len() == now.len() {
                    ", with other values"
                } else {
                    ""
                }
            ));
        }
    }
    session.close().await;
    Ok(())
}

async fn read(
    session: &mut Session,
    table: &Table,
    columns: &[String],
) -> Result<Vec<crate::dialect::Row>, Failure> {
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let dialect = session.dialect();
    let list = |names: &[String]| {
        names
            .iter()
            .map(|name| dialect.quote(name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let order: Vec<String> = order_columns(table)
        .into_iter()
        .filter(|name| columns.contains(name))
        .collect();
    let order = if order.is_empty() {
        String::new()
    } else {
        format!(" ORDER BY {}", list(&order))
    };
    Ok(session
        .query(&format!(
            "SELECT {} FROM {}{order}",
            list(columns),
            dialect.quote_name(&table.name)
        ))
        .await?)
}
