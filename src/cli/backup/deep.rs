//! A backup restored into a scratch database, and what came out compared.

use crate::admin::backup::Checked;
use crate::admin::restore::{Asked, Contents, Order, compare, restore, restore_native};
use crate::cli::backup::{jobs, login};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::schema_source::{Reader, removed};
use crate::config::Config;
use crate::database::Scratch;
use crate::migrate::Standing;

/// What comes out otherwise than it is in the backup, a line each. Of a dump by the database's own program, which tells
/// of no rows, that is which revisions are applied.
pub(super) async fn compare_with_scratch(
    context: &Context,
    config: &Config,
    checked: Checked,
    scratch_url: Option<&str>,
) -> Result<Vec<String>, Failure> {
    let target = context.target(config)?;
    let loaded = context.history(config)?;
    let urls: Vec<String> = scratch_url.map(str::to_owned).into_iter().collect();
    let dialect = checked.manifest.source.dialect;
    let reader = Reader::new(context, config, &loaded, &target, &[], Some(dialect), &urls).await?;
    let scratch = reader.scratch().await?;
    let timeout = target.connect_timeout();
    let order = Order {
        asked: &Asked::default(),
        anew: false,
        made_for_it: false,
        // Another server need not have the roles.
        owners: false,
        privileges: false,
        connections: jobs(None),
        lock_timeout: timeout,
        connect_timeout: timeout,
        stop: &context.stop,
        listener: &|_| {},
    };
    let result = async {
        if checked.manifest.layout.is_dump() {
            return dump(&scratch, &checked, &order).await;
        }
        let mut contents = Contents::open(checked, timeout).await?;
        let found = rows(&scratch, &mut contents, &order).await;
        contents.close().await;
        found
    };
    let result = Box::pin(result).await;
    removed(scratch, result).await
}

async fn rows(
    scratch: &Scratch,
    contents: &mut Contents,
    order: &Order<'_>,
) -> Result<Vec<String>, Failure> {
    let session = scratch.session().await?;
    let restored = restore(session, contents, order).await?;
    let mut session = scratch.session().await?;
    let mut findings = restored.differs;
    let compared = compare(&mut session, contents).await;
    session.close().await;
    findings.extend(compared?);
    Ok(findings)
}

async fn dump(
    scratch: &Scratch,
    checked: &Checked,
    order: &Order<'_>,
) -> Result<Vec<String>, Failure> {
    let login = scratch
        .target()
        .and_then(|target| login(&target, &target.name()));
    let login = login.expect("a program's dump is of a server's database, and so is its scratch");
    restore_native(scratch.session().await?, checked, &login, order).await?;
    let mut session = scratch.session().await?;
    let standing = Standing::brief(&mut session).await;
    session.close().await;
    let applied = standing?.applied.into_iter().map(|it| it.id);
    let expected = checked.manifest.history.iter();
    let mut expected: Vec<&str> = expected.map(|it| it.version.as_str()).collect();
    expected.sort_unstable();
    Ok(match applied.eq(expected) {
        true => Vec::new(),
        false => vec!["other revisions are applied than the manifest says".to_owned()],
    })
}
