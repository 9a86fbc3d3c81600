//! The history that a command works with: built in, from a folder, or both.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::Piton;
use crate::config::Config;
use crate::revision::History;
use crate::revision::register::home;
use crate::revision::source::{Folder, RustFile, SourceError, read_folder, rust_files};

/// The history, and where it comes from.
pub(super) struct Loaded {
    pub history: History,
    pub folder: Option<PathBuf>,
    /// Rust revisions that are on disk and not in this program.
    pub uncompiled: Vec<RustFile>,
    pub warnings: Vec<String>,
}

impl Loaded {
    /// Refuses to run a history of which a part is missing from this program.
    pub fn require_complete(&self) -> Result<(), Failure> {
        let Some(first) = self.uncompiled.first() else {
            return Ok(());
        };
        Err(Failure::config(format!(
            "revision {} is on disk ({}) but not compiled into this program",
            first.id,
            first.path.display()
        ))
        .hint("build the project's own binary again: cargo build"))
    }
}

pub(super) fn load(project: &Piton, config: &Config) -> Result<Loaded, Failure> {
    let read = match &config.revisions.dir.value {
        Some(dir) => read(dir, is_built_in(project, config))?,
        None => Folder::default(),
    };
    with_folder(project, config, read)
}

/// Loads the history in a thread of its own while `work` goes on, such as connecting: neither waits for
/// the other.
pub(super) async fn load_beside<T>(
    project: &Piton,
    config: &Config,
    work: impl Future<Output = T>,
) -> (Result<Loaded, Failure>, T) {
    let Some(dir) = config.revisions.dir.value.clone() else {
        let done = work.await;
        return (with_folder(project, config, Folder::default()), done);
    };
    let built_in = is_built_in(project, config);
    let reading = tokio::task::spawn_blocking(move || read(&dir, built_in));
    let (read, done) = tokio::join!(reading, work);
    let loaded = match read {
        Ok(read) => read
            .map_err(Failure::from)
            .and_then(|read| with_folder(project, config, read)),
        Err(error) => Err(Failure::files(format!("reading was broken off: {error}"))),
    };
    (loaded, done)
}

/// Whether what is compiled in counts.
fn is_built_in(project: &Piton, config: &Config) -> bool {
    config.revisions.builtin.value && project.has_revisions()
}

/// What stands in the folder, and, where a history is compiled in, the Rust revisions of the crate that it came from.
fn read(dir: &Path, built_in: bool) -> Result<Folder, SourceError> {
    let mut folder = read_folder(dir)?;
    if let Some(home) = home(dir).filter(|_| built_in) {
        for file in rust_files(&home.join("src"))? {
            if folder.rust.iter().all(|known| known.id != file.id) {
                folder.rust.push(file);
            }
        }
    }
    Ok(folder)
}

/// Where the history comes from, known before it is read.
pub(super) fn describe(project: &Piton, config: &Config) -> String {
    let builtin = is_built_in(project, config);
    match (builtin, &config.revisions.dir.value) {
        (true, None) => "built in".to_owned(),
        (true, Some(folder)) => format!("built in and {}", folder.display()),
        (false, Some(folder)) => folder.display().to_string(),
        (false, None) => "none".to_owned(),
    }
}

fn with_folder(project: &Piton, config: &Config, read: Folder) -> Result<Loaded, Failure> {
    let builtin = is_built_in(project, config);
    let folder = config.revisions.dir.value.clone();
    let built_in = if builtin {
        project.built_in()?
    } else {
        Vec::new()
    };
    let mut warnings = Vec::new();
    for revision in &read.revisions {
        warnings.extend(revision.warnings());
    }
    let history = History::build(built_in, read.revisions)?;
    let uncompiled = read
        .rust
        .into_iter()
        .filter(|file| history.position(&file.id).is_none())
        .collect();
    Ok(Loaded {
        history,
        folder,
        uncompiled,
        warnings,
    })
}
