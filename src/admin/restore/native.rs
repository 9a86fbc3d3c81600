//! What the database's own programs made, brought back by them.

use std::time::Instant;

use super::prepare::apply;
use super::run::{Event, Order, Restored};
use super::state;
use crate::admin::backup::{
    BackupError, Checked, DUMP_DIR, Layout, SCRIPT, find_tool, run_restore,
};
use crate::dialect::Session;
use crate::dialect::programs::{Login, Manner};
use crate::migrate::{Event as RunEvent, acquire};
use crate::schema::Schema;

/// Brings back what `pg_dump`, `mariadb-dump` or `mysqldump` made, all of it. Nothing migrates meanwhile: the lock is
/// held.
///
/// # Errors
/// `OnlyNative` where tables are named, `OtherDatabase` where the target is of another kind, `NotEmpty` where there
/// are tables and `replace` is not said, `OtherRestore` where one was stopped; what the program says.
pub async fn restore_native(
    mut session: Session,
    checked: &Checked,
    login: &Login,
    order: &Order<'_>,
) -> Result<Restored, BackupError> {
    let (of, target) = (checked.manifest.source.dialect, session.dialect());
    if of.family() != target.family() {
        return Err(BackupError::OtherDatabase { of, target });
    }
    let listener = |event: RunEvent<'_>| (order.listener)(Event::Waiting(event));
    let lock = acquire(
        &mut session,
        order.lock_timeout,
        order.connect_timeout,
        order.stop,
        &listener,
    )
    .await?;
    let result = locked(&mut session, checked, login, order).await;
    // A server that went away since has freed the lock itself.
    drop(lock.release(&mut session).await);
    session.close().await;
    result
}

async fn locked(
    session: &mut Session,
    checked: &Checked,
    login: &Login,
    order: &Order<'_>,
) -> Result<Restored, BackupError> {
    let started = Instant::now();
    let dialect = session.dialect();
    let asked = order.asked;
    // Found before anything goes.
    let tool = find_tool(dialect, dialect.restore_programs(), session.version())?;
    match state::read(session).await? {
        Some(before) if !order.anew => return Err(before.in_the_way()),
        Some(_) => state::end(session).await?,
        None => {}
    }
    let tables = session.tables().await?;
    if !tables.is_empty() && !asked.replace {
        return Err(BackupError::NotEmpty { tables });
    }
    if asked.drop_others {
        // The program takes the place of what it brings, and fails where something else hangs on that.
        for statement in dialect.restoring_settings() {
            session.run(statement).await?;
        }
        let now = super::finish::there(session).await?;
        apply(session, &now, &Schema::default(), order).await?;
    }
    let from = checked.dir.join(DUMP_DIR);
    let manner = Manner {
        clean: asked.replace,
        owners: order.owners,
        privileges: order.privileges,
    };
    let call = dialect.restore_call(login, tool.version, &from, manner);
    let is_script = checked.manifest.layout == Layout::SqlDump;
    let script = is_script.then(|| checked.dir.join(SCRIPT));
    run_restore(&tool, call, script, order.stop).await?;
    Ok(Restored {
        tables: Vec::new(),
        differs: Vec::new(),
        resumed: false,
        elapsed: started.elapsed(),
    })
}
