//! A backup restored into a scratch database, and every row compared.

use crate::admin::backup::{Checked, Layout};
use crate::admin::restore::{Contents, Order, compare, restore};
use crate::cli::backup::jobs;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::schema_source::{Reader, removed};
use crate::config::Config;
use crate::database::Scratch;

/// What comes out otherwise than it is in the backup, a line each.
pub(super) async fn compare_with_scratch(
    context: &Context,
    config: &Config,
    checked: Checked,
    scratch_url: Option<&str>,
) -> Result<Vec<String>, Failure> {
    if matches!(checked.manifest.layout, Layout::PgDump | Layout::SqlDump) {
        return Err(Failure::usage(
            "--deep compares rows, and what is in a database program's own dump only that program knows",
        )
        .hint("restore it into an empty database: piton restore BACKUP --into URL"));
    }
    let target = context.target(config)?;
    let loaded = context.history(config)?;
    let urls: Vec<String> = scratch_url.map(str::to_owned).into_iter().collect();
    let dialect = checked.manifest.source.dialect;
    let reader = Reader::new(context, config, &loaded, &target, &[], Some(dialect), &urls).await?;
    let scratch = reader.scratch().await?;
    let timeout = target.connect_timeout();
    let result = async {
        let mut contents = Contents::open(checked, timeout).await?;
        let found = into(context, &scratch, &mut contents, timeout).await;
        contents.close().await;
        found
    };
    let result = Box::pin(result).await;
    removed(scratch, result).await
}

async fn into(
    context: &Context,
    scratch: &Scratch,
    contents: &mut Contents,
    timeout: std::time::Duration,
) -> Result<Vec<String>, Failure> {
    let session = scratch.session().await?;
    let order = Order {
        tables: &[],
        replace: false,
        drop_others: false,
        connections: jobs(None),
        lock_timeout: timeout,
        connect_timeout: timeout,
        stop: &context.stop,
        listener: &|_| {},
    };
    let restored = restore(session, contents, &order).await?;
    let mut session = scratch.session().await?;
    let mut findings = restored.differs;
    let compared = compare(&mut session, contents).await;
    session.close().await;
    findings.extend(compared?);
    Ok(findings)
}
