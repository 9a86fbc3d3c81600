//! `piton create`.

use chrono::Utc;
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use crate::revision::write::create_sql;
use crate::ui::{bold, escape};

/// Writes a new revision, to be filled in
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// What it is for, in any language
    #[arg(short, long, value_name = "MESSAGE")]
    message: String,
    /// With blank sections
    #[arg(long)]
    empty: bool,
}

/// What a blank revision holds below its message.
const BLANK: &str = "\
-- migrate:up

-- migrate:down

";

#[derive(Serialize)]
struct Document<'a> {
    id: String,
    message: &'a str,
    file: String,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let loaded = context.history(&config)?;
    if args.message.trim().is_empty() {
        return Err(Failure::usage(
            "the message is empty; it says what the revision is for",
        ));
    }
    if !args.empty {
        return Err(Failure::usage(
            "comparing the entities with the database is not built yet; nothing was written",
        )
        .hint("piton create --empty -m … writes a blank revision to fill in"));
    }
    let Some(dir) = &loaded.folder else {
        return Err(
            Failure::config("no folder is named that new revisions could be written to")
                .hint("piton init writes a piton.toml that names one; or --revisions DIR"),
        );
    };
    std::fs::create_dir_all(dir).map_err(|error| {
        Failure::files(format!(
            "cannot make {}: {error}",
            escape(&dir.display().to_string(), false)
        ))
    })?;
    let newest = loaded.history.newest().map(|revision| revision.id.clone());
    let path = create_sql(dir, &args.message, Utc::now(), newest.as_deref(), BLANK)?;
    let id = path
        .file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default();
    let ui = &context.ui;
    ui.document(
        "create",
        &Document {
            id: id.clone(),
            message: &args.message,
            file: path.display().to_string(),
        },
    );
    ui.data(format!(
        "wrote {}",
        bold().apply_to(escape(&path.display().to_string(), false))
    ));
    ui.note(
        "write what it does below `-- migrate:up`, and how to take it back below `-- migrate:down`",
    );
    ui.note(format!(
        "next: piton show {}, then piton upgrade",
        id.split('_').next().unwrap_or_default()
    ));
    Ok(0)
}
