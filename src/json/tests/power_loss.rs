//! Power lost at any moment: every operation is recorded, and every state that the disk could be in
//! afterwards is opened.
//!
//! The model is the pessimist's reading of POSIX: what was written is on disk after fsync of the
//! file, a name after fsync of its directory; before that, any subset of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use super::super::disk::{Disk, LocalDisk};
use super::*;

#[derive(Debug, Clone)]
enum Operation {
    Write(PathBuf, Vec<u8>),
    Sync(PathBuf),
    Link(PathBuf, PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    CreateDir,
    RemoveDir,
    SyncDir(PathBuf),
}

type IsBroken = Box<dyn Fn(usize) -> bool + Send + Sync>;

/// The local disk, which keeps a record and fails when it is told to.
#[derive(Default)]
pub(super) struct RecordingDisk {
    record: Mutex<Vec<Operation>>,
    broken: Mutex<Option<(usize, IsBroken)>>,
}

impl fmt::Debug for RecordingDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingDisk")
    }
}

impl RecordingDisk {
    /// From now on the operations, counted from 0, fail for which `is_broken`.
    pub(super) fn break_when(&self, is_broken: impl Fn(usize) -> bool + Send + Sync + 'static) {
        *self.broken.lock().unwrap() = Some((0, Box::new(is_broken)));
    }

    /// How many operations there were since `break_when`.
    pub(super) fn operations(&self) -> usize {
        self.broken
            .lock()
            .unwrap()
            .as_ref()
            .map_or(0, |(count, _)| *count)
    }

    fn attempt(&self) -> io::Result<()> {
        if let Some((count, is_broken)) = &mut *self.broken.lock().unwrap() {
            *count += 1;
            if is_broken(*count - 1) {
                return Err(io::Error::from(io::ErrorKind::StorageFull));
            }
        }
        Ok(())
    }

    fn note(&self, operation: Operation) {
        self.record.lock().unwrap().push(operation);
    }
}

impl Disk for RecordingDisk {
    fn write_synced(&self, path: &Path, bytes: &[u8], like: &Path) -> io::Result<()> {
        if let Err(error) = self.attempt() {
            std::fs::write(path, &bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        LocalDisk.write_synced(path, bytes, like)?;
        self.note(Operation::Write(path.to_owned(), bytes.to_owned()));
        self.note(Operation::Sync(path.to_owned()));
        Ok(())
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.attempt()?;
        LocalDisk.link(from, to)?;
        self.note(Operation::Link(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.attempt()?;
        LocalDisk.rename(from, to)?;
        self.note(Operation::Rename(from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.attempt()?;
        LocalDisk.remove(path)?;
        self.note(Operation::Remove(path.to_owned()));
        Ok(())
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.attempt()?;
        LocalDisk.create_dir(path)?;
        self.note(Operation::CreateDir);
        Ok(())
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.attempt()?;
        LocalDisk.remove_dir(path)?;
        self.note(Operation::RemoveDir);
        Ok(())
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.attempt()?;
        LocalDisk.sync_dir(path)?;
        self.note(Operation::SyncDir(path.to_owned()));
        Ok(())
    }
}

/// A change of names that may or may not have reached the disk.
#[derive(Debug, Clone)]
enum Naming {
    Set(PathBuf, usize),
    Move(PathBuf, PathBuf, usize),
    Unset(PathBuf),
}

impl Naming {
    fn dir(&self) -> &Path {
        match self {
            Naming::Set(path, _) | Naming::Move(_, path, _) | Naming::Unset(path) => {
                path.parent().unwrap()
            }
        }
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Naming::Set(path, file) => drop(names.insert(path.clone(), *file)),
            Naming::Move(from, to, file) => {
                names.remove(from);
                names.insert(to.clone(), *file);
            }
            Naming::Unset(path) => drop(names.remove(path)),
        }
    }
}

/// What the program sees, what is surely on disk, and what is in between.
#[derive(Debug, Default, Clone)]
struct ModelDisk {
    /// Contents, and whether they were synced.
    files: Vec<(Vec<u8>, bool)>,
    seen: BTreeMap<PathBuf, usize>,
    durable: BTreeMap<PathBuf, usize>,
    pending: Vec<Naming>,
}

type Tree = BTreeMap<PathBuf, Vec<u8>>;

impl ModelDisk {
    fn apply(&mut self, operation: &Operation) {
        match operation {
            Operation::Write(path, bytes) => {
                self.files.push((bytes.clone(), false));
                self.name(Naming::Set(path.clone(), self.files.len() - 1));
            }
            Operation::Sync(path) => self.files[self.seen[path]].1 = true,
            Operation::Link(from, to) => self.name(Naming::Set(to.clone(), self.seen[from])),
            Operation::Rename(from, to) => {
                self.name(Naming::Move(from.clone(), to.clone(), self.seen[from]));
            }
            Operation::Remove(path) => self.name(Naming::Unset(path.clone())),
            Operation::CreateDir | Operation::RemoveDir => {}
            Operation::SyncDir(dir) => {
                let (now, later): (Vec<_>, _) = std::mem::take(&mut self.pending)
                    .into_iter()
                    .partition(|naming| naming.dir() == dir);
                self.pending = later;
                now.iter()
                    .for_each(|naming| naming.apply(&mut self.durable));
            }
        }
    }

    fn name(&mut self, naming: Naming) {
        naming.apply(&mut self.seen);
        self.pending.push(naming);
    }

    /// Every tree that a power loss could leave now.
    fn crashes(&self, root: &Path) -> BTreeSet<Tree> {
        // The folder of the previous generation is never synced: all of it or nothing.
        let (main, previous): (Vec<_>, Vec<_>) =
            self.pending.iter().partition(|naming| naming.dir() == root);
        assert!(main.len() <= 10, "too many to try all subsets: {main:?}");
        let mut trees = BTreeSet::new();
        for subset in 0..1_u32 << main.len() {
            for with_previous in [false, true] {
                let mut names = self.durable.clone();
                let chosen = main
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| subset >> at & 1 == 1);
                chosen.for_each(|(_, naming)| naming.apply(&mut names));
                if with_previous {
                    previous.iter().for_each(|naming| naming.apply(&mut names));
                }
                for kept in [0, 1, 2] {
                    let cut = |file: &usize| {
                        let (bytes, synced) = &self.files[*file];
                        let length = if *synced {
                            bytes.len()
                        } else {
                            bytes.len() * kept / 2
                        };
                        bytes[..length].to_owned()
                    };
                    trees.insert(
                        names
                            .iter()
                            .map(|(path, file)| (path.clone(), cut(file)))
                            .collect(),
                    );
                }
            }
        }
        trees
    }
}

const COMMITS: [&str; 6] = [
    "CREATE TABLE a (n integer); CREATE TABLE b (n integer); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)",
    "UPDATE a SET n = 2; UPDATE b SET n = 2",
    "UPDATE a SET n = 3; CREATE INDEX i ON a (n)",
    "DROP TABLE b; UPDATE a SET n = 4; CREATE TABLE c (n integer); INSERT INTO c VALUES (4)",
    "DROP INDEX i",
    "UPDATE a SET n = 6; UPDATE c SET n = 6",
];

#[tokio::test]
async fn power_lost_at_any_moment_leaves_the_old_state_or_the_new() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("store");
    let disk = Arc::new(RecordingDisk::default());
    let store = Store::open_on(Arc::clone(&disk) as _, &root, WRITE)
        .await
        .unwrap();
    // What each state looks like, and how long the record was when it was durable.
    let mut states = vec![contents(&store).await];
    let mut ends = vec![disk.record.lock().unwrap().len()];
    for sql in COMMITS {
        run(&store, sql).await;
        store.commit().await.unwrap();
        states.push(contents(&store).await);
        ends.push(disk.record.lock().unwrap().len());
    }
    drop(store);
    let record = disk.record.lock().unwrap().clone();
    let mut model = ModelDisk::default();
    let mut tried = BTreeSet::new();
    for (at, operation) in record.iter().enumerate() {
        model.apply(operation);
        let done = ends.iter().rposition(|end| at + 1 >= *end).unwrap_or(0);
        let allowed = match ends.contains(&(at + 1)) {
            true => &states[done..=done],
            false => &states[done..=(done + 1).min(COMMITS.len())],
        };
        for tree in model.crashes(&root) {
            if tried.insert((allowed.len(), done, tree.clone())) {
                open_after_crash(&root, &tree, allowed).await;
                put_back_after_crash(&root, &tree, &states).await;
            }
        }
    }
    assert!(tried.len() > 200, "{}", tried.len());
}

/// What the last commit replaced is there as a whole, wherever that commit is.
async fn put_back_after_crash(root: &Path, tree: &Tree, states: &[Vec<String>]) {
    let manifest = |dir: PathBuf| {
        let bytes = tree.get(&dir.join("piton.manifest.json"))?;
        let manifest: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        usize::try_from(manifest["generation"].as_u64().unwrap()).ok()
    };
    let Some(generation) = manifest(root.to_owned()).filter(|generation| *generation > 1) else {
        return;
    };
    let _case = fault::case(39, "json");
    let previous = root.join(".previous").join((generation - 1).to_string());
    assert_eq!(manifest(previous.clone()), Some(generation - 1));
    let dir = in_memory();
    let kept = tree.iter().filter_map(|(path, bytes)| {
        let own = path.parent() == Some(root);
        let name = if own {
            path.file_name()
        } else {
            path.strip_prefix(&previous).ok().map(Path::as_os_str)
        };
        name.map(|name| (own, name, bytes))
    });
    // As `cp .previous/N/* .` does it, once whoever writes next has finished the commit.
    for (own, name, bytes) in kept.clone() {
        if own {
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
    }
    drop(write(dir.path()).await);
    for (own, name, bytes) in kept {
        if !own {
            std::fs::write(dir.path().join(name), bytes).unwrap();
        }
    }
    let store = read(dir.path()).await;
    assert_eq!(store.notices(), []);
    assert_eq!(contents(&store).await, states[generation - 1]);
}

/// A directory where fsync costs nothing, if there is a file system in memory.
fn in_memory() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    match memory.is_dir() {
        true => tempfile::tempdir_in(memory).unwrap(),
        false => tempfile::tempdir().unwrap(),
    }
}

async fn open_after_crash(root: &Path, tree: &Tree, allowed: &[Vec<String>]) {
    let _case = fault::case(39, "json");
    let dir = in_memory();
    for (path, bytes) in tree {
        let path = dir.path().join(path.strip_prefix(root).unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let shown = || {
        tree.keys()
            .map(|path| path.strip_prefix(root).unwrap())
            .collect::<Vec<_>>()
    };
    let reader = Store::open(dir.path(), Access::Read).await;
    let reader = reader.unwrap_or_else(|error| panic!("{error}: {:?}", shown()));
    assert_eq!(reader.notices(), [], "{:?}", shown());
    let state = contents(&reader).await;
    assert!(
        allowed.contains(&state),
        "{state:#?} is none of {allowed:#?}: {:?}",
        shown()
    );
    let store = write(dir.path()).await;
    let is_recovery = |notice: &Notice| matches!(notice, Notice::Recovered { .. });
    assert!(
        store.notices().iter().all(is_recovery),
        "{:?} {:?}",
        store.notices(),
        shown()
    );
    assert_eq!(contents(&store).await, state);
    run(
        &store,
        "CREATE TABLE IF NOT EXISTS a (n integer); INSERT INTO a VALUES (100)",
    )
    .await;
    store.commit().await.unwrap();
    let state = contents(&store).await;
    drop(store);
    let store = write(dir.path()).await;
    assert_eq!(store.notices(), []);
    assert_eq!(contents(&store).await, state);
    let left = std::fs::read_dir(dir.path()).unwrap();
    let names = left.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = names.filter(|name| name.ends_with(".new")).collect();
    assert!(left.is_empty(), "{left:?}");
}
