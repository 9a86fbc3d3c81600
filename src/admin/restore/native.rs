//! What the database's own programs made, brought back by them.

use std::path::Path;

use crate::admin::backup::{
    BackupError, DUMP_DIR, Layout, Manifest, SCRIPT, find_tool, run_restore,
};
use crate::dialect::Session;
use crate::dialect::programs::Login;
use crate::migrate::Stop;

/// Brings back what `pg_dump`, `mariadb-dump` or `mysqldump` made, all of it.
///
/// # Errors
/// `OtherDatabase` where the target is of another kind, `NotEmpty` where there are tables and `replace` is not said;
/// what the program says.
pub async fn restore_native(
    session: &mut Session,
    dir: &Path,
    manifest: &Manifest,
    login: &Login,
    replace: bool,
    stop: &Stop,
) -> Result<(), BackupError> {
    let dialect = session.dialect();
    if manifest.source.dialect.family() != dialect.family() {
        return Err(BackupError::OtherDatabase {
            of: manifest.source.dialect,
            target: dialect,
        });
    }
    let tables = session.tables().await?;
    if !tables.is_empty() && !replace {
        return Err(BackupError::NotEmpty { tables });
    }
    let tool = find_tool(dialect, dialect.restore_programs(), session.version())?;
    let from = dir.join(DUMP_DIR);
    let call = dialect.restore_call(login, tool.version, &from, replace);
    let script = (manifest.layout == Layout::SqlDump).then(|| dir.join(SCRIPT));
    run_restore(&tool, call, script, stop).await
}
