//! `piton verify`.

use serde::Serialize;

use super::compare::compare;
use super::context::Context;
use super::desired;
use super::failure::Failure;
use super::schema_source::{Reader, removed, replay};
use crate::database::Scratch;
use crate::dialect::{Dialect, Session};
use crate::diff::Options;
use crate::revision::Direction;
use crate::schema::sample::{common_columns, order_columns, sample_rows};
use crate::schema::{Schema, Table};
use crate::ui::{count, escape, good};

/// Proves the history in a scratch database: up, down to base, up again, and rows that live through it
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// postgres, mysql, mariadb or sqlite; the configured database's where it is left out
    #[arg(long, value_name = "NAME")]
    dialect: Option<Dialect>,
    /// The server on which the scratch database is made
    #[arg(long, value_name = "URL")]
    scratch_url: Vec<String>,
    /// How many rows a table gets before the last revision is taken down and up again
    #[arg(long, value_name = "N", default_value_t = 3)]
    rows: usize,
}

#[derive(Serialize, Default)]
struct Document {
    ok: bool,
    dialect: &'static str,
    revisions: usize,
    /// What differed, a line each.
    findings: Vec<String>,
    /// Tables that took no rows, with the reason.
    not_seeded: Vec<String>,
    rows: usize,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let loaded = context.history(&config)?;
    loaded.require_complete()?;
    // A scratch database is all that is touched, so the configured one need not be there.
    let target = context.target(&config)?;
    let reader = Reader::new(
        context,
        &config,
        &loaded,
        &target,
        &[],
        args.dialect,
        &args.scratch_url,
    )
    .await?;
    context.ui.note(format!(
        "verifying {} on a scratch {} database",
        count(loaded.history.len(), "revision"),
        reader.dialect.title()
    ));
    let mut document = Document {
        dialect: reader.dialect.name(),
        revisions: loaded.history.len(),
        ..Document::default()
    };
    let scratch = reader.scratch().await?;
    let proving = prove(context, &reader, &scratch, args.rows, &mut document);
    let proven = super::unless_stopped(&context.stop, proving).await;
    removed(scratch, proven).await?;
    document.ok = document.findings.is_empty();
    let ui = &context.ui;
    for line in &document.not_seeded {
        ui.warn(format!("no rows in {}", escape(line, false)));
    }
    for line in &document.findings {
        ui.data(format!("  {}", escape(line, false)));
    }
    if document.ok {
        ui.data(
            good()
                .apply_to(format!(
                    "{} went up, down and up again without a trace; {} lived through the last one",
                    count(document.revisions, "revision"),
                    count(document.rows, "row")
                ))
                .to_string(),
        );
    }
    ui.document("verify", &document);
    Ok(if document.ok { 0 } else { 6 })
}

async fn prove(
    context: &Context,
    reader: &Reader<'_>,
    scratch: &Scratch,
    rows: usize,
    document: &mut Document,
) -> Result<(), Failure> {
    let history = &reader.loaded.history;
    let of = history.len();
    let progress = context.ui.progress(of * 2);
    let mut schemas = vec![look(scratch).await?];
    for (i, revision) in history.iter().enumerate() {
        progress.begin(&revision.id);
        let started = std::time::Instant::now();
        replay(context, history, scratch, i + 1).await?;
        schemas.push(look(scratch).await?);
        progress.done("up  ", &revision.id, started.elapsed());
    }
    if of > 0 {
        rows_live(context, reader, scratch, &schemas, rows, document).await?;
    }
    for i in (0..of).rev() {
        let revision = history.get(i).expect("counted");
        if !revision.has_section(Direction::Down, reader.dialect) {
            document
                .findings
                .push(format!("{} has no way down", revision.id));
            break;
        }
        progress.begin(&revision.id);
        let started = std::time::Instant::now();
        replay(context, history, scratch, i).await?;
        let found = look(scratch).await?;
        tell(
            reader,
            &found,
            &schemas[i],
            document,
            &format!("down of {}", revision.id),
        )
        .await?;
        progress.done("down", &revision.id, started.elapsed());
    }
    replay(context, history, scratch, of).await?;
    let found = look(scratch).await?;
    tell(reader, &found, &schemas[of], document, "up again").await?;
    progress.end();
    Ok(())
}

async fn look(scratch: &Scratch) -> Result<Schema, Failure> {
    let mut session = scratch.session().await?;
    let schema = desired::there(&mut session).await;
    session.close().await;
    schema
}

/// Adds in what `found` is not what it was.
async fn tell(
    reader: &Reader<'_>,
    found: &Schema,
    wanted: &Schema,
    document: &mut Document,
    when: &str,
) -> Result<(), Failure> {
    let difference = compare(reader, found, &mut wanted.clone(), &Options::default()).await?;
    document.findings.extend(difference.ops.iter().map(|op| {
        format!(
            "after the {when}: missing to be as before: {}",
            op.describe()
        )
    }));
    Ok(())
}

/// Puts rows in below the last revision, takes it up, down and up again, and looks for them.
async fn rows_live(
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
    replay(context, history, scratch, last).await?;
    let (below, head) = (&schemas[last], &schemas[last + 1]);
    let mut session = scratch.session().await?;
    for row in sample_rows(below, rows) {
        let dialect = session.dialect();
        let (columns, values): (Vec<_>, Vec<_>) = row
            .values
            .iter()
            .map(|(column, value)| (dialect.quote(column), dialect.literal(value)))
            .unzip();
        let table = dialect.quote_name(&row.table);
        let sql = if columns.is_empty() {
            dialect.insert_defaults(&table)
        } else {
            format!(
                "INSERT INTO {table} ({}) VALUES ({})",
                columns.join(", "),
                values.join(", ")
            )
        };
        match session.run(&sql).await {
            Ok(_) => document.rows += 1,
            Err(error) => {
                let line = format!("{}: {}", row.table, error.message);
                if !document.not_seeded.contains(&line) {
                    document.not_seeded.push(line);
                }
            }
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
