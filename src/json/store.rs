//! A store that is open: its connection, and the way back to disk.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use sea_orm::{DatabaseConnection, SqlxSqliteConnector};
use sqlx::SqlitePool;

use super::commit::State;
use super::disk::{Disk, LocalDisk};
use super::error::StoreError;
use super::layout::Layout;
use super::load::load;
use super::lock::Lock;
use super::manifest::Manifest;
use super::memory;
use super::recover::{Settled, settle};
use super::snapshot::{Snapshot, read_manifest, refuse_strangers};

/// What a store is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Takes no lock and changes nothing on disk; the connection refuses to write.
    Read,
    /// Takes the store's lock, waiting for up to `wait`, and keeps it until the store is dropped.
    Write { wait: Duration },
}

/// Something that whoever opened the store should be told.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The directory was not there and has been made.
    Created { dir: PathBuf },
    /// A crash had left a commit half done. It was finished (`finished` files got their names), or,
    /// where it had not been committed, removed (`discarded` files).
    Recovered { finished: usize, discarded: usize },
    /// A file was edited by hand since the last commit; it is valid and has been taken in.
    Edited { table: String, file: PathBuf },
    /// A JSON file that belongs to no table, and is left alone.
    Stray { file: PathBuf },
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The tables whose files were written, by name.
    pub written: Vec<String>,
    /// The tables whose files were removed, by name.
    pub dropped: Vec<String>,
    /// The generation that is on disk now; the one before, where nothing had changed.
    pub generation: u64,
}

type UnsavedHook = Box<dyn FnOnce(&Path) + Send>;

/// An open JSON store: a directory of JSON files as one SQLite database in memory.
///
/// What is committed in the database is on disk only after [`Store::commit`]. A store that is dropped
/// with unsaved work calls what was given to [`Store::on_unsaved_drop`].
pub struct Store {
    shared: Arc<Shared>,
    pool: SqlitePool,
    connection: DatabaseConnection,
    notices: Vec<Notice>,
    on_unsaved: Mutex<Option<UnsavedHook>>,
}

/// What a commit that outlives its caller still needs. The lock goes with the last of it.
struct Shared {
    layout: Layout,
    disk: Arc<dyn Disk>,
    lock: Option<Lock>,
    state: Mutex<State>,
    generation: AtomicU64,
    /// How many transactions the connection has committed.
    commits: Arc<AtomicU64>,
    /// How many of them are on disk.
    saved: AtomicU64,
    /// Whether there is something to put on disk that no transaction did.
    unsettled: AtomicBool,
}

impl Store {
    /// Opens the store in `dir`.
    ///
    /// A directory that is not there is an empty database; [`Access::Write`] makes it. Must be called
    /// on a Tokio runtime.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where another process is writing, [`StoreError::Corrupt`] with file, line
    /// and reason where a file cannot be read or breaks a rule, [`StoreError::Version`],
    /// [`StoreError::NotAStore`] and [`StoreError::Io`].
    pub async fn open(dir: &Path, access: Access) -> Result<Store, StoreError> {
        Store::open_on(Arc::new(LocalDisk), dir, access).await
    }

    pub(super) async fn open_on(
        disk: Arc<dyn Disk>,
        dir: &Path,
        access: Access,
    ) -> Result<Store, StoreError> {
        let layout = Layout::new(dir);
        let mut notices = Vec::new();
        let lock = match access {
            Access::Read => None,
            Access::Write { wait } => {
                if !dir.exists() {
                    make_dir(&*disk, dir)?;
                    notices.push(Notice::Created {
                        dir: dir.to_owned(),
                    });
                }
                // Before the lock file is put there.
                refuse_strangers(&layout)?;
                Some(Lock::acquire(&layout, wait).await?)
            }
        };
        let writable = lock.is_some();
        let pool = memory::connect().await?;
        let mut connection = pool.acquire().await?;
        let commits = Arc::new(AtomicU64::new(0));
        memory::count_commits(&mut connection, Arc::clone(&commits)).await?;
        let opening = {
            let (disk, layout) = (Arc::clone(&disk), layout.clone());
            move |connection: &Connection| read_in(connection, &*disk, &layout, writable)
        };
        let (state, found) = memory::with_handle(connection, opening).await?;
        notices.extend(found);
        let edited = |notice: &Notice| matches!(notice, Notice::Edited { .. });
        let shared = Shared {
            layout,
            disk,
            lock,
            generation: AtomicU64::new(state.generation()),
            saved: AtomicU64::new(commits.load(Ordering::SeqCst)),
            commits,
            unsettled: AtomicBool::new(notices.iter().any(edited)),
            state: Mutex::new(state),
        };
        Ok(Store {
            shared: Arc::new(shared),
            connection: SqlxSqliteConnector::from_sqlx_sqlite_pool(pool.clone()),
            pool,
            notices,
            on_unsaved: Mutex::new(None),
        })
    }

    /// The database: exactly one connection, which lives as long as the store.
    ///
    /// Its commit hook belongs to the store.
    pub fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// The same connection as SeaORM takes it.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// What there is to tell about the opening.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The store's directory.
    pub fn dir(&self) -> &Path {
        self.shared.layout.dir()
    }

    /// Counts the commits on disk; 0 is a store that was never written.
    pub fn generation(&self) -> u64 {
        self.shared.generation.load(Ordering::SeqCst)
    }

    /// Whether transactions were committed in memory since the last [`Store::commit`].
    pub fn has_unsaved_work(&self) -> bool {
        let shared = &self.shared;
        shared.lock.is_some()
            && shared.commits.load(Ordering::SeqCst) != shared.saved.load(Ordering::SeqCst)
    }

    /// Says what to do when the store is dropped with unsaved work: the place to warn. It gets the
    /// store's directory, and replaces what was given before.
    pub fn on_unsaved_drop(&self, hook: impl FnOnce(&Path) + Send + 'static) {
        *self
            .on_unsaved
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(Box::new(hook));
    }

    /// Puts on disk what was committed in memory: all of it, durably, or nothing.
    ///
    /// Only the tables that changed are written, and nothing at all where none did. The work goes on
    /// to its end if the future is dropped.
    ///
    /// # Errors
    /// [`StoreError::ReadOnly`], [`StoreError::OpenTransaction`], [`StoreError::ChangedOnDisk`],
    /// [`StoreError::Value`] and [`StoreError::Io`]: the old state stands on disk.
    /// [`StoreError::Unsettled`]: the old or the new, since the disk failed at the very moment. In all of
    /// them the work is still in memory, and the commit can be tried again. [`StoreError::Pool`] where the connection is not given back in
    /// time: whoever calls must not hold it, or a transaction, while waiting here.
    pub async fn commit(&self) -> Result<Committed, StoreError> {
        let shared = &self.shared;
        let changed = shared.commits.load(Ordering::SeqCst) != shared.saved.load(Ordering::SeqCst);
        if shared.lock.is_none() && changed {
            return Err(StoreError::ReadOnly {
                dir: self.dir().to_owned(),
            });
        }
        if shared.lock.is_none() || !changed && !shared.unsettled.load(Ordering::SeqCst) {
            return Ok(Committed {
                written: Vec::new(),
                dropped: Vec::new(),
                generation: self.generation(),
            });
        }
        let connection = self.pool.acquire().await?;
        let shared = Arc::clone(shared);
        memory::with_handle(connection, move |connection| shared.commit(connection)).await
    }
}

impl Shared {
    fn commit(&self, connection: &Connection) -> Result<Committed, StoreError> {
        if !connection.is_autocommit() {
            return Err(StoreError::OpenTransaction {
                dir: self.layout.dir().to_owned(),
            });
        }
        // Nobody else can commit while this thread has the handle.
        let commits = self.commits.load(Ordering::SeqCst);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        self.unsettled.store(true, Ordering::SeqCst);
        let committed = state.commit(connection, &*self.disk, &self.layout)?;
        self.unsettled.store(!state.is_settled(), Ordering::SeqCst);
        self.generation
            .store(committed.generation, Ordering::SeqCst);
        self.saved.store(commits, Ordering::SeqCst);
        Ok(committed)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if !self.has_unsaved_work() {
            return;
        }
        let hook = self
            .on_unsaved
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(hook) = hook.take() {
            hook(self.shared.layout.dir());
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("dir", &self.dir())
            .field("generation", &self.generation())
            .field("has_unsaved_work", &self.has_unsaved_work())
            .finish_non_exhaustive()
    }
}

/// Makes the directory and what is missing above it, all durably.
fn make_dir(disk: &dyn Disk, dir: &Path) -> Result<(), StoreError> {
    let missing = dir
        .ancestors()
        .take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists());
    let missing: Vec<&Path> = missing.collect();
    disk.create_dir(dir).map_err(StoreError::io("make", dir))?;
    for made in missing {
        let parent = match made.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        disk.sync_dir(parent)
            .map_err(StoreError::io("sync", parent))?;
    }
    Ok(())
}

/// Reads the directory into the connection; a writer settles what a crash left first.
fn read_in(
    connection: &Connection,
    disk: &dyn Disk,
    layout: &Layout,
    writable: bool,
) -> Result<(State, Vec<Notice>), StoreError> {
    let mut notices = Vec::new();
    if writable {
        notices.extend(recover(disk, layout)?);
    }
    let snapshot = Snapshot::take(layout)?;
    load(connection, &snapshot, layout)?;
    if !writable {
        connection.pragma_update(None, "query_only", true)?;
    }
    notices.extend(snapshot.edited.iter().map(|table| Notice::Edited {
        table: table.clone(),
        file: layout.file(&snapshot.manifest.tables[table].file),
    }));
    let Snapshot {
        manifest,
        manifest_sha256,
        sha256,
        ..
    } = snapshot;
    let on_disk: BTreeMap<_, _> = sha256;
    Ok((State::new(manifest, manifest_sha256, on_disk), notices))
}

fn recover(disk: &dyn Disk, layout: &Layout) -> Result<Vec<Notice>, StoreError> {
    // Without a manifest there may still be what a first commit left.
    let found = read_manifest(layout)?;
    let manifest = found.map_or_else(Manifest::empty, |(manifest, _)| manifest);
    let Settled {
        finished,
        discarded,
        strays,
    } = settle(disk, layout, &manifest)?;
    let recovered = (finished + discarded > 0).then_some(Notice::Recovered {
        finished,
        discarded,
    });
    let strays = strays.into_iter().map(|name| Notice::Stray {
        file: layout.file(&name),
    });
    Ok(recovered.into_iter().chain(strays).collect())
}
