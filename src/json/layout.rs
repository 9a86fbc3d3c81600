//! Which file of a store is called what.

use std::path::{Path, PathBuf};

pub(super) const MANIFEST: &str = "piton.manifest.json";
pub(super) const LOCK: &str = "piton.lock";
pub(super) const PREVIOUS: &str = ".previous";

/// The paths inside one store's directory.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    dir: PathBuf,
}

impl Layout {
    pub(super) fn new(dir: &Path) -> Self {
        Layout {
            dir: dir.to_owned(),
        }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn lock(&self) -> PathBuf {
        self.dir.join(LOCK)
    }

    pub(super) fn manifest(&self) -> PathBuf {
        self.dir.join(MANIFEST)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Where generation `generation` of a file waits for its commit.
    pub(super) fn pending(&self, name: &str, generation: u64) -> PathBuf {
        self.dir.join(format!("{name}.{generation}.new"))
    }

    /// The folder of all previous generations.
    pub(super) fn previous(&self) -> PathBuf {
        self.dir.join(PREVIOUS)
    }

    /// The folder that keeps what the commit after `generation` replaced.
    pub(super) fn previous_of(&self, generation: u64) -> PathBuf {
        self.previous().join(generation.to_string())
    }

    /// The newest previous generation that is there, for messages.
    pub(super) fn newest_previous(&self) -> Option<PathBuf> {
        std::fs::read_dir(self.previous())
            .ok()?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u64>().ok())
            .max()
            .map(|generation| self.previous_of(generation))
    }
}

/// The generation in the name of a pending file, or nothing where it is another file.
pub(super) fn pending_generation(name: &str) -> Option<(&str, u64)> {
    let (file, generation) = name.strip_suffix(".new")?.rsplit_once('.')?;
    let generation = generation.parse().ok()?;
    file.ends_with(".json").then_some((file, generation))
}
