//! Making a backup: the lock, where the database stands, the snapshot, the files, the manifest.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::Utc;

use super::error::BackupError;
use super::folder::Partial;
use super::manifest::{AppliedRevision, FileEntry, Layout, Manifest, Source, TableEntry};
use super::name::iso;
use super::native::{Tool, run_dump};
use super::portable::Portable;
use crate::dialect::preflight::Refusal;
use crate::dialect::programs::Login;
use crate::dialect::{Endpoint, Session};
use crate::json::{self, Access, Store};
use crate::migrate::{Event as RunEvent, RunError, Standing, Stop, hold};
use crate::schema::Name;

/// How a backup is made.
pub enum How {
    Portable,
    /// By the database's own program.
    Program {
        tool: Tool,
        login: Box<Login>,
    },
    /// A copy of the SQLite file.
    SqliteFile,
    /// A copy of the JSON store in this directory.
    JsonStore {
        dir: PathBuf,
    },
}

/// What a backup is made of, and where.
pub struct Order<'a> {
    pub how: How,
    /// Where backups are kept.
    pub parent: &'a Path,
    /// Only tables that these patterns name; all where there is none.
    pub tables: &'a [String],
    /// `json`, `sqlite`, `postgresql` or `mysql`.
    pub backend: &'a str,
    pub database: &'a str,
    /// Where it is, without secrets.
    pub place: &'a str,
    /// Which of the applied revisions is the highest.
    pub highest: &'a (dyn Fn(&[AppliedRevision]) -> Option<String> + Send + Sync),
    /// How many connections read at once, where they can share a snapshot.
    pub connections: usize,
    pub lock_timeout: Duration,
    pub connect_timeout: Duration,
    pub stop: &'a Stop,
    pub listener: &'a (dyn Fn(Event<'_>) + Send + Sync),
}

/// What happens meanwhile.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// A run holds the lock.
    Waiting(RunEvent<'a>),
    /// So many tables will be read.
    Tables { count: usize },
    /// A table's rows are written.
    Table {
        name: &'a Name,
        rows: u64,
        elapsed: Duration,
    },
}

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Made {
    pub path: PathBuf,
    pub manifest: Manifest,
}

/// Makes a backup. No migration runs meanwhile: its lock is held.
///
/// # Errors
/// What stood in the way. What was written until then is removed, and no older backup is touched.
pub async fn make(mut session: Session, order: &Order<'_>) -> Result<Made, BackupError> {
    let refusal = session.refusal(order.connect_timeout).await?;
    // What cannot be written to can be read; behind a pooler there is no lock and no snapshot.
    if let Some(refusal @ Refusal::TransactionPooler) = refusal {
        return Err(RunError::Refused(refusal).into());
    }
    let listener = |event: RunEvent<'_>| (order.listener)(Event::Waiting(event));
    let lock = hold(&mut session, order.lock_timeout, order.stop, &listener).await?;
    let result = make_locked(&mut session, order).await;
    // A server that went away since has freed the lock itself.
    drop(lock.release(&mut session).await);
    session.close().await;
    result
}

async fn make_locked(session: &mut Session, order: &Order<'_>) -> Result<Made, BackupError> {
    let started = Instant::now();
    let now = Utc::now();
    let partial = Partial::begin(order.parent, now, order.database)?;
    let layout = match &order.how {
        How::Portable => Layout::Portable,
        How::Program { .. } if session.dialect().dumps_directory() => Layout::PgDump,
        How::Program { .. } => Layout::SqlDump,
        How::SqliteFile => Layout::SqliteFile,
        How::JsonStore { .. } => Layout::JsonStore,
    };
    let source = Source {
        backend: order.backend.to_owned(),
        dialect: session.dialect(),
        version: session.version().to_owned(),
        database: order.database.to_owned(),
        place: order.place.to_owned(),
    };
    let mut manifest = Manifest::new(layout, source, iso(now));
    match &order.how {
        How::Portable => {
            session.prepare_reading().await?;
            let snapshot = session.begin_snapshot(None).await?;
            let result = within(session, snapshot.as_deref(), &partial, &mut manifest, order).await;
            // It was only read; where the connection is gone, so is the snapshot.
            drop(session.run("ROLLBACK").await);
            result?;
        }
        how => {
            native(session, how, &partial, &mut manifest, order).await?;
            match how {
                // A writer may have committed since the store was opened.
                How::JsonStore { .. } => stand_copied(&partial, &mut manifest, order).await?,
                _ => stand(session, &mut manifest, order).await?,
            }
        }
    }
    if let Some(signal) = order.stop.requested() {
        return Err(BackupError::Stopped(signal));
    }
    manifest.elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let path = partial.finish(&manifest)?;
    Ok(Made { path, manifest })
}

async fn within(
    session: &mut Session,
    snapshot: Option<&str>,
    partial: &Partial,
    manifest: &mut Manifest,
    order: &Order<'_>,
) -> Result<(), BackupError> {
    stand(session, manifest, order).await?;
    let portable = Portable {
        tables: order.tables,
        connections: order.connections,
        connect_timeout: order.connect_timeout,
        stop: order.stop,
        listener: order.listener,
    };
    portable.write(session, snapshot, partial, manifest).await
}

/// Which revisions are applied in the store that was copied; opening it holds it to all of its rules too.
async fn stand_copied(
    partial: &Partial,
    manifest: &mut Manifest,
    order: &Order<'_>,
) -> Result<(), BackupError> {
    let store = Store::open(&partial.dir().join(STORE_DIR), Access::Read).await?;
    let endpoint = Endpoint::Open(store.pool().clone());
    let mut session = Session::connect(&endpoint, order.connect_timeout).await?;
    let result = stand(&mut session, manifest, order).await;
    session.close().await;
    result
}

/// Which revisions are applied.
async fn stand(
    session: &mut Session,
    manifest: &mut Manifest,
    order: &Order<'_>,
) -> Result<(), BackupError> {
    let standing = Standing::brief(session).await?;
    manifest.history = standing
        .applied
        .into_iter()
        .map(|applied| AppliedRevision {
            version: applied.id,
            applied_at: applied.applied_at,
        })
        .collect();
    manifest.revision = (order.highest)(&manifest.history);
    Ok(())
}

/// Where a native backup's files are.
pub const DUMP_DIR: &str = "dump";
pub const SCRIPT: &str = "dump.sql.zst";
pub const SQLITE_FILE: &str = "database.sqlite";
pub const STORE_DIR: &str = "store";

async fn native(
    session: &mut Session,
    how: &How,
    partial: &Partial,
    manifest: &mut Manifest,
    order: &Order<'_>,
) -> Result<(), BackupError> {
    let path = match how {
        How::Portable => return Ok(()),
        How::Program { tool, login } => {
            let dialect = session.dialect();
            let out = partial.dir().join(DUMP_DIR);
            let call = dialect.dump_call(login, tool.version, &out, order.connections.max(1));
            let directory = dialect.dumps_directory();
            let script = (!directory).then(|| partial.dir().join(SCRIPT));
            run_dump(tool, call, script, order.stop).await?;
            if directory { DUMP_DIR } else { SCRIPT }
        }
        How::SqliteFile => {
            let out = partial.dir().join(SQLITE_FILE);
            let name = session.dialect().literal(&out.to_string_lossy());
            session.run(&format!("VACUUM INTO {name}")).await?;
            SQLITE_FILE
        }
        How::JsonStore { dir } => {
            let files = json::files(dir)?;
            partial.make_dir(STORE_DIR)?;
            for file in files {
                let written = partial.write(&format!("{STORE_DIR}/{}", file.name), &file.bytes)?;
                manifest.files.push(written);
                if let Some((table, rows)) = file.table {
                    manifest.tables.push(TableEntry {
                        name: Name::new(table),
                        rows,
                        read_as: None,
                        chunks: Vec::new(),
                    });
                }
            }
            return Ok(());
        }
    };
    let taken: Vec<FileEntry> = partial.take_in(path)?;
    manifest.files.extend(taken);
    Ok(())
}
