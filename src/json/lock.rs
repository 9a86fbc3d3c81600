//! One writer at a time: a lock on a file beside the tables, which is never deleted.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use super::layout::Layout;

const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Who holds a store's lock, in that process's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    pub pid: u32,
    pub program: String,
    pub host: String,
}

impl Holder {
    fn this_process() -> Self {
        let program = std::env::current_exe()
            .ok()
            .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
        Holder {
            pid: std::process::id(),
            program: program.unwrap_or_default(),
            host: whoami::hostname().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (process {} on {})",
            self.program.escape_debug(),
            self.pid,
            self.host.escape_debug()
        )
    }
}

/// The lock itself. The operating system frees it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock of the store, polling for up to `wait`.
    ///
    /// # Errors
    /// [`StoreError::Busy`] at the deadline, [`StoreError::Io`] where the file cannot be made.
    pub(super) async fn acquire(layout: &Layout, wait: Duration) -> Result<Lock, StoreError> {
        let path = layout.lock();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(StoreError::io("open the lock file", &path))?;
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => {
                    return Err(StoreError::io("lock", &path)(error));
                }
                Err(TryLockError::WouldBlock) => {}
            }
            let waited = started.elapsed();
            if waited >= wait {
                return Err(StoreError::Busy {
                    dir: layout.dir().to_owned(),
                    holder: holder_of(&path),
                    waited,
                });
            }
            tokio::time::sleep(pause.min(wait - waited)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        sign(&mut file).map_err(StoreError::io("write the lock file", &path))?;
        Ok(Lock { file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Only for whoever reads the file: it says nothing about the lock itself.
        let _ = self.file.set_len(0);
        // Not left to closing: a child that is just being started has the file open too.
        let _ = self.file.unlock();
    }
}

fn sign(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&serde_json::to_vec(&Holder::this_process())?)
}

/// Who holds the lock of the store, if anybody signed it.
pub(super) fn holder_of(path: &Path) -> Option<Holder> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}
