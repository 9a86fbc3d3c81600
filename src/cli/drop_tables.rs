//! `piton drop_tables`.

use serde::Serialize;

use super::context::Context;
use super::desired;
use super::failure::Failure;
use super::migrating::Locks;
use super::schema_source::{Reader, Source};
use crate::database::Purpose;
use crate::migrate::Signal;
use crate::migrate::change;
use crate::ui::{Answer, count, escape, good};

/// Drops what the entities define, with every row, and sets the history back to base (development)
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    locks: Locks,
}

#[derive(Serialize)]
struct Document {
    target: String,
    dropped: Vec<String>,
    struck: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    context.refuse_under_guards(&config, "drop_tables")?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    context.announce(&target, Some(&loaded));
    let mut opened = context.open(&config, &target, Purpose::Look).await?;
    let dialect = opened.dialect();
    let reader = Reader::new(
        context,
        &config,
        &loaded,
        &target,
        &[Source::Database],
        None,
        &[],
    )
    .await?;
    let wanted = reader.desired().await?;
    let found = desired::there(opened.session()).await?;
    // The URL may leave the name to the server.
    let name = match target.url() {
        Some(_) => opened.session().surroundings().await?.database,
        None => target.name(),
    };
    opened.close().await;
    let dropped: Vec<String> = wanted
        .tables
        .iter()
        .filter(|table| found.table(&table.name).is_some())
        .map(|table| table.name.to_string())
        .collect();
    let ui = context.ui.clone();
    if !dropped.is_empty() {
        ui.note(format!(
            "drops, with every row: {}",
            escape(&dropped.join(", "), false)
        ));
        let name = name.clone();
        let question = format!(
            "Type the database's name ({}) to drop them",
            escape(&name, false)
        );
        match ui.type_to_confirm(&question, &name, "--yes") {
            Ok(Answer::Yes) => {}
            Ok(Answer::No) => return Err(Failure::declined()),
            Ok(Answer::Interrupted) => return Err(Failure::stopped(Signal::Interrupt)),
            Err(unanswered) => return Err(Failure::unanswered(&unanswered)),
        }
    }
    let wait = args.locks.lock_timeout;
    let mut opened = context
        .open(&config, &target, Purpose::Work { wait })
        .await?;
    let found = desired::there(opened.session()).await?;
    let statements = desired::drops(dialect, &wanted, &found)?;
    let session = opened.take_session();
    let options = context.options(&target, &args.locks);
    let stamping = change(
        session,
        &loaded.history,
        &statements,
        Some(0),
        &options,
        &context.stop,
        &|_| {},
    )
    .await?;
    opened.commit().await?;
    if dropped.is_empty() && stamping.is_empty() {
        ui.data("nothing to do: none of the tables is there");
    } else {
        ui.data(format!(
            "{} dropped, now at base",
            good().apply_to(count(dropped.len(), "table"))
        ));
    }
    ui.document(
        "drop_tables",
        &Document {
            target: target.describe(),
            dropped,
            struck: stamping.struck,
        },
    );
    Ok(0)
}
