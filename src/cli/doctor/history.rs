//! The last rungs: whether a run goes on, and the revisions are in order.

use std::time::Instant;

use super::report::{Breaks, Report};
use crate::cli::context::Context;
use crate::cli::failure::{Failure, findings_failure};
use crate::config::{Backend, Config};
use crate::database::{Opened, Target};
use crate::json::Survey;
use crate::migrate::{Standing, findings, holder, other_tool};
use crate::revision::History;
use crate::ui::{count, escape};

const RUNG: &str = "revisions";

/// Who holds the lock of a run, or has the store open for writing. That breaks nothing: it explains what does.
pub(super) async fn lock(
    target: &Target,
    opened: &mut Opened,
    report: &mut Report,
) -> Result<(), Breaks> {
    const RUNG: &str = "lock";
    let started = Instant::now();
    let looking = async {
        Ok::<_, Failure>(match target.backend() {
            Backend::Json { dir } => Survey::of(dir)?.holder.map(|holder| holder.to_string()),
            _ => holder(opened.session())
                .await?
                .map(|holder| holder.to_string()),
        })
    };
    let holder = looking.await;
    let took = started.elapsed();
    match holder.map_err(|failure| Breaks::at(RUNG, failure).after(took))? {
        Some(holder) => report.notes(
            RUNG,
            format!("{holder} holds it: whoever wants to change something waits"),
            Some(took),
        ),
        None => report.holds(RUNG, "nobody holds it", Some(took)),
    }
    Ok(())
}

pub(super) async fn climb(
    context: &Context,
    config: &Config,
    opened: &mut Opened,
    report: &mut Report,
) -> Result<(), Breaks> {
    let started = Instant::now();
    let read = async {
        let loaded = context.history(config)?;
        loaded.require_complete()?;
        let standing = Standing::read(opened.session()).await?;
        Ok::<_, Failure>((loaded, standing))
    };
    let (loaded, standing) = read
        .await
        .map_err(|failure| Breaks::at(RUNG, failure).after(started.elapsed()))?;
    let found = findings(&loaded.history, &standing);
    if !found.is_empty() {
        let mut failure = findings_failure(&found);
        // Nothing was going to run.
        if let Some((words, _)) = failure.message.split_once(';') {
            failure.message = words.to_owned();
        }
        return Err(Breaks::at(RUNG, failure).after(started.elapsed()));
    }
    let (says, is_noted) = stands(&loaded.history, &standing);
    let took = Some(started.elapsed());
    if is_noted {
        report.notes(RUNG, says, took);
    } else {
        report.holds(RUNG, says, took);
    }
    Ok(())
}

/// Where the database stands, and whether there is something to do.
fn stands(history: &History, standing: &Standing) -> (String, bool) {
    let pending = history
        .iter()
        .filter(|revision| !standing.is_applied(&revision.id))
        .count();
    if standing.applied.is_empty() && !standing.tables.is_empty() {
        let tool = other_tool(&standing.tables)
            .map(|(table, tool)| format!(" ({} is the history of {tool})", escape(table, false)));
        return (
            format!(
                "none applied, and {} that are not of this history{}: piton stamp REV says where they stand",
                count(standing.tables.len(), "table"),
                tool.unwrap_or_default()
            ),
            true,
        );
    }
    let at = history.highest(standing.applied.iter().map(|it| it.id.as_str()));
    let at = at.as_deref().unwrap_or("base");
    match (pending, history.is_empty()) {
        (_, true) => (
            "none yet: piton create -m MESSAGE writes the first".to_owned(),
            false,
        ),
        (0, false) => (format!("head, {at}"), false),
        (pending, false) => (
            format!(
                "in order, at {at}; {} pending: piton upgrade",
                count(pending, "revision")
            ),
            true,
        ),
    }
}
