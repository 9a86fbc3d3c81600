//! `piton stamp`.

use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::migrating::Locks;
use crate::database::Purpose;
use crate::migrate::{Standing, half_applied, stamp};
use crate::revision::Target as Aim;
use crate::ui::{bold, count, escape};

/// Records that the database stands at a revision, without running anything
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// head, base, or a revision's id or the start of one: it and all before it count as applied
    #[arg(value_name = "REV")]
    revision: Aim,
    #[command(flatten)]
    locks: Locks,
}

#[derive(Serialize)]
struct Document {
    target: String,
    revision: Option<String>,
    recorded: Vec<String>,
    struck: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    loaded.require_complete()?;
    context.announce(&target, Some(&loaded));
    let history = &loaded.history;
    let applied = match &args.revision {
        Aim::Head => history.len(),
        Aim::Base => 0,
        Aim::Id(text) => history.find(text)? + 1,
        aim @ (Aim::Forward(_) | Aim::Back(_)) => {
            return Err(Failure::usage(format!(
                "{aim} says how far to go, not where the database stands"
            ))
            .hint("piton stamp head, base, or a revision's id"));
        }
    };
    let revision = applied.checked_sub(1).and_then(|last| history.get(last));
    let at = escape(
        revision.map_or("base", |revision| revision.id.as_str()),
        false,
    );
    if config.guarded() {
        context.confirm(&format!(
            "Record that {} stands at {at}, without running anything?",
            escape(&target.describe(), false)
        ))?;
    }
    let wait = args.locks.lock_timeout;
    let mut opened = context
        .open(&config, &target, Purpose::Work { wait })
        .await?;
    let standing = Standing::read(opened.session()).await?;
    for (_, id, entry) in half_applied(history, &standing) {
        context.ui.warn(format!(
            "{} is half applied ({} of {}); stamping takes your word for where it stands",
            escape(id, false),
            entry.statement,
            entry.statements
        ));
    }
    let session = opened.take_session();
    let options = context.options(&target, &args.locks);
    let change = stamp(
        session,
        history,
        applied,
        &options,
        &context.stop,
        &context.waiting(),
    )
    .await?;
    opened.commit().await?;
    let ui = &context.ui;
    ui.document(
        "stamp",
        &Document {
            target: target.describe(),
            revision: revision.map(|revision| revision.id.clone()),
            recorded: change.recorded.clone(),
            struck: change.struck.clone(),
        },
    );
    if change.is_empty() {
        ui.data(format!("nothing to do: at {}", bold().apply_to(at)));
    } else {
        let mut parts = Vec::new();
        if !change.recorded.is_empty() {
            parts.push(format!(
                "{} recorded",
                count(change.recorded.len(), "revision")
            ));
        }
        if !change.struck.is_empty() {
            parts.push(format!(
                "{} struck out",
                count(change.struck.len(), "revision")
            ));
        }
        ui.data(format!(
            "{}, now at {}",
            parts.join(", "),
            bold().apply_to(at)
        ));
    }
    Ok(0)
}
