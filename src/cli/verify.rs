//! `piton verify`.

mod rows;

use serde::Serialize;

use super::compare::compare;
use super::context::Context;
use super::desired;
use super::failure::Failure;
use super::schema_source::{Reader, removed, replay};
use crate::database::Scratch;
use crate::dialect::Dialect;
use crate::diff::Options;
use crate::revision::Direction;
use crate::schema::Schema;
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
        rows::live(context, reader, scratch, &schemas, rows, document).await?;
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
