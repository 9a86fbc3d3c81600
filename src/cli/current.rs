//! `piton current`.

use serde::Serialize;

use super::context::Context;
use super::failure::{Failure, finding_line};
use super::sources::Loaded;
use crate::config::Config;
use crate::database::{Purpose, Target};
use crate::migrate::{Finding, Standing, findings};
use crate::ui::{bold, count, doubtful, escape, good};

/// Says where the database stands: revision, whether it is head, what is pending
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {}

#[derive(Serialize)]
struct Document {
    target: String,
    /// Null is base.
    revision: Option<String>,
    message: Option<String>,
    is_head: bool,
    applied: usize,
    pending: usize,
    /// Pending revisions below the highest applied one.
    gaps: Vec<String>,
    applied_at: Option<String>,
    applied_by: Option<String>,
    findings: Vec<String>,
}

pub(super) async fn run(context: &mut Context, _: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    context.announce(&config, &target);
    show(context, &config, &target, &loaded).await?;
    Ok(0)
}

/// Reads where the target stands, and says it.
pub(super) async fn show(
    context: &Context,
    config: &Config,
    target: &Target,
    loaded: &Loaded,
) -> Result<(), Failure> {
    let mut opened = context.open(config, target, Purpose::Look).await?;
    let reading = async { Ok(Standing::read(opened.session()).await?) };
    let standing = super::unless_stopped(&context.stop, reading).await?;
    opened.close().await;
    tell(context, target, loaded, &standing);
    Ok(())
}

fn tell(context: &Context, target: &Target, loaded: &Loaded, standing: &Standing) {
    let history = &loaded.history;
    let highest = history
        .iter()
        .rposition(|revision| standing.is_applied(&revision.id));
    let revision = highest.and_then(|highest| history.get(highest));
    let pending: Vec<&str> = history
        .iter()
        .map(|revision| revision.id.as_str())
        .filter(|id| !standing.is_applied(id))
        .collect();
    let gaps: Vec<String> = history
        .iter()
        .take(highest.unwrap_or_default())
        .filter(|revision| !standing.is_applied(&revision.id))
        .map(|revision| revision.id.clone())
        .collect();
    let found = findings(history, standing);
    let entry = revision.and_then(|revision| standing.journal.get(&revision.id));
    let applied_at = revision
        .and_then(|revision| standing.applied(&revision.id))
        .map(|applied| super::history::when(applied.applied_at));
    let applied_by = entry.map(super::history::who).filter(|who| !who.is_empty());
    let ui = &context.ui;
    ui.document(
        "current",
        &Document {
            target: target.describe(),
            revision: revision.map(|revision| revision.id.clone()),
            message: revision.map(|revision| revision.message()),
            is_head: pending.is_empty(),
            applied: standing.applied.len(),
            pending: pending.len(),
            gaps: gaps.clone(),
            applied_at: applied_at.clone(),
            applied_by: applied_by.clone(),
            findings: found.iter().map(finding_line).collect(),
        },
    );
    let at = escape(
        revision.map_or("base", |revision| revision.id.as_str()),
        false,
    );
    let place = if pending.is_empty() && found.is_empty() {
        good().apply_to("(head)").to_string()
    } else if pending.is_empty() {
        "(head)".to_owned()
    } else {
        doubtful()
            .apply_to(format!("({} pending)", count(pending.len(), "revision")))
            .to_string()
    };
    ui.data(format!("{} {place}", bold().apply_to(at)));
    if let Some(revision) = revision {
        ui.data(format!("  {}", escape(&revision.message(), false)));
    }
    if let Some(at) = applied_at {
        let by = applied_by
            .map(|by| format!(" by {}", escape(&by, false)))
            .unwrap_or_default();
        ui.data(format!("  applied {at}{by}"));
    }
    for finding in found
        .iter()
        .filter(|finding| !matches!(finding, Finding::Late { .. }))
    {
        ui.warn(finding_line(finding));
    }
    for gap in gaps {
        ui.warn(format!("gap: {} is not applied", escape(&gap, false)));
    }
    if standing.applied.is_empty()
        && let Some((table, tool)) = crate::migrate::other_tool(&standing.tables)
    {
        ui.warn(format!("{table} is here: the history of {tool}"));
    }
}
