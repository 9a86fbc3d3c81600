//! `copy --from legacy:FILE`: a file of the project's past.

use std::time::Instant;

use super::{Args, TableDocument, tell, upgrade};
use crate::admin::seed::write;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{desired, unless_stopped};
use crate::config::Config;
use crate::database::Purpose;
use crate::revision::Target as Aim;
use crate::ui::escape;

/// Takes in a file of the project's past.
pub(super) async fn copy(
    context: &Context,
    config: &Config,
    args: &Args,
    file: &str,
) -> Result<u8, Failure> {
    let started = Instant::now();
    let refused = [
        ("--table", !args.tables.is_empty()),
        ("--follow-schema", args.follow_schema),
        ("--upsert", args.upsert),
        ("--cut-fractions", args.cut_fractions),
        ("--jobs", args.jobs.is_some()),
    ];
    if let Some((flag, _)) = refused.iter().find(|(_, is_given)| *is_given) {
        return Err(Failure::usage(format!(
            "a legacy: file is taken in as a whole, into the history's tables: {flag} does not go with it"
        )));
    }
    let path = context.surroundings.dir.join(file);
    let shown = escape(file, false);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Failure::files(format!("{shown}: {error}")))?;
    let read = context
        .project
        .read_legacy(text.trim_start_matches('\u{feff}'));
    let read = read.ok_or_else(|| Failure::usage("this project knows no legacy: file"))??;
    let target = context.target_of(&args.to, config)?;
    context.ui.note(format!(
        "from {shown} to {}",
        escape(&target.describe(), false)
    ));
    if config.guarded() {
        context.confirm(&format!("Copy into {}?", escape(&target.describe(), false)))?;
    }
    let loaded = context.history(config)?;
    loaded.require_complete()?;
    upgrade(context, config, args, &loaded, &target, Aim::Head).await?;
    let wait = args.locks.lock_timeout;
    let mut opened = context
        .open(config, &target, Purpose::Work { wait })
        .await?;
    let mut session = opened.take_session();
    let work = async {
        let schema = desired::there(&mut session).await?;
        let written = write(&mut session, &schema, read.rows, true, &|_| {}).await;
        written.map_err(Failure::of_legacy)
    };
    let put = unless_stopped(&context.stop, work).await;
    session.close().await;
    if put.is_ok() {
        opened.commit().await?;
    }
    opened.close().await;
    let tables = put?.into_iter().map(|put| TableDocument {
        table: put.table,
        rows: put.rows,
        bytes: put.bytes,
        checksum: put.checksum.to_string(),
        beside: 0,
        before: false,
    });
    for note in read.notes {
        context.ui.note(escape(&note, false));
    }
    let revision = loaded.history.head().map(|head| head.id.clone());
    tell(
        context,
        format!("legacy:{file}"),
        &target,
        revision,
        tables.collect(),
        started,
    );
    Ok(0)
}
