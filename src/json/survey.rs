//! What a store says of itself without being loaded: its manifest, its directory, who holds its lock.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::error::StoreError;
use super::layout::Layout;
use super::lock::{Holder, holder_of};
use super::snapshot::{names_in, read_manifest};

/// A store as its manifest and its directory show it.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Survey {
    /// Counts the commits; 0 is a store that was never written.
    pub generation: u64,
    /// By name.
    #[serde(skip)]
    pub tables: Vec<SurveyedTable>,
    /// The highest number that each counting table gave out.
    #[serde(skip)]
    pub sequences: Vec<(String, i64)>,
    /// The manifest's size.
    pub manifest_bytes: u64,
    /// What the generation before takes, which is kept.
    pub previous_bytes: u64,
    /// Files of a commit that did not come to its end; the next writer settles them.
    pub left_over: usize,
    /// The process that has the store open for writing.
    pub holder: Option<Holder>,
}

/// A table's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyedTable {
    pub name: String,
    /// As they were at the last commit.
    pub rows: u64,
    /// As it is on disk now.
    pub bytes: u64,
}

impl Survey {
    /// Looks at the store in `dir`, without its lock; a directory that is not there is an empty store.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] and [`StoreError::Version`] where the manifest cannot be read, and
    /// [`StoreError::Io`].
    pub fn of(dir: &Path) -> Result<Survey, StoreError> {
        let layout = Layout::new(dir);
        let mut survey = Survey {
            holder: holder(&layout),
            ..Survey::default()
        };
        for name in names_in(layout.dir())? {
            if super::layout::pending_generation(&name).is_some() {
                survey.left_over += 1;
            }
        }
        // A commit that is under way at this moment leaves such files too.
        if survey.holder.is_some() {
            survey.left_over = 0;
        }
        if let Some(previous) = layout.newest_previous() {
            let names = names_in(&previous)?;
            survey.previous_bytes = names
                .iter()
                .map(|name| bytes_of(&previous.join(name)))
                .sum();
        }
        let Some((manifest, _)) = read_manifest(&layout)? else {
            return Ok(survey);
        };
        survey.generation = manifest.generation;
        survey.manifest_bytes = bytes_of(&layout.manifest());
        survey.sequences = manifest.sequences.into_iter().collect();
        survey.tables = manifest
            .tables
            .into_iter()
            .map(|(name, table)| SurveyedTable {
                name,
                rows: table.rows,
                bytes: bytes_of(&layout.file(&table.file)),
            })
            .collect();
        Ok(survey)
    }
}

fn bytes_of(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

/// Who signed the lock file, where the lock is held: after a crash the words are there and the lock is free.
fn holder(layout: &Layout) -> Option<Holder> {
    let path = layout.lock();
    let holder = holder_of(&path)?;
    let file = File::open(&path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(holder),
        // Given back at once; whoever wanted it in between polls.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sea_orm::ConnectionTrait as _;

    use super::*;
    use crate::json::{Access, Store};

    #[tokio::test]
    async fn a_store_is_surveyed_while_another_writes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data");
        assert_eq!(Survey::of(&path).unwrap(), Survey::default());
        let wait = Duration::ZERO;
        let store = Store::open(&path, Access::Write { wait }).await.unwrap();
        let run = |sql| store.connection().execute_unprepared(sql);
        run("CREATE TABLE 学生 (id integer PRIMARY KEY AUTOINCREMENT, name text)")
            .await
            .unwrap();
        run("INSERT INTO 学生 (name) VALUES ('甲'), ('乙')")
            .await
            .unwrap();
        store.commit().await.unwrap();
        let survey = Survey::of(&path).unwrap();
        assert_eq!(survey.generation, 1);
        assert_eq!(survey.tables[0].name, "学生");
        assert_eq!(survey.tables[0].rows, 2);
        assert!(survey.tables[0].bytes > 0);
        assert_eq!(survey.sequences, [("学生".to_owned(), 2)]);
        assert_eq!(survey.holder.unwrap().pid, std::process::id());
        drop(store);
        assert_eq!(Survey::of(&path).unwrap().holder, None);
    }
}
