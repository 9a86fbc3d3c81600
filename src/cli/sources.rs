//! The history that a command works with: built in, from a folder, or both.

use std::path::PathBuf;

use super::failure::Failure;
use crate::Piton;
use crate::config::Config;
use crate::revision::History;
use crate::revision::source::{RustFile, read_folder};

/// The history, and where it comes from.
pub(super) struct Loaded {
    pub history: History,
    pub builtin: bool,
    pub folder: Option<PathBuf>,
    /// Rust revisions that are on disk and not in this program.
    pub uncompiled: Vec<RustFile>,
    pub warnings: Vec<String>,
}

impl Loaded {
    pub fn describe(&self) -> String {
        match (self.builtin, &self.folder) {
            (true, None) => "built in".to_owned(),
            (true, Some(folder)) => format!("built in and {}", folder.display()),
            (false, Some(folder)) => folder.display().to_string(),
            (false, None) => "none".to_owned(),
        }
    }

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
    let builtin = config.revisions.builtin.value && project.has_revisions();
    let folder = config.revisions.dir.value.clone();
    let built_in = if builtin {
        project.built_in()?
    } else {
        Vec::new()
    };
    let read = match &folder {
        Some(dir) => read_folder(dir)?,
        None => Default::default(),
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
        builtin,
        folder,
        uncompiled,
        warnings,
    })
}
