//! What `piton create --format rust` does otherwise: a module in the project's crate instead of an SQL file.

use std::path::{Path, PathBuf};

use chrono::Utc;

use super::autogenerate::Part;
use super::compare::impossible;
use super::failure::Failure;
use super::sources::Loaded;
use crate::config::Config;
use crate::revision::register::{self, Created, home};
use crate::revision::rust;

/// The crate that the folder of revisions belongs to.
pub(super) fn crate_of(config: &Config, folder: &Path) -> Result<PathBuf, Failure> {
    if !config.revisions.builtin.value {
        return Err(Failure::config(
            "a revision in Rust is compiled in, and what is compiled in does not count here (builtin = false, or --revisions)",
        )
        .hint("--format sql needs no build"));
    }
    home(folder).ok_or_else(|| {
        Failure::config(format!(
            "there is no crate for a revision in Rust: no Cargo.toml with sea-orm-migration above {}",
            folder.display()
        ))
        .hint("--format sql needs no crate; or let `revisions.dir` in piton.toml name a folder inside the migration crate")
    })
}

/// The text of a module for all these dialects.
pub(super) fn source(message: &str, parts: &[Part]) -> Result<String, Failure> {
    let mut up = Vec::new();
    let mut down = Vec::new();
    for part in parts {
        let [forth, back] = part.ways();
        // MySQL and MariaDB are one to SeaORM: the first of the two serves both.
        let known = |way: &rust::Way<'_>| way.dialect.orm() == forth.dialect.orm();
        if !up.iter().any(known) {
            up.push(forth);
            down.push(back);
        }
    }
    rust::source(message, &up, &down).map_err(|error| impossible(&error))
}

/// Writes the module and registers it, after `newest` and everything in the history.
pub(super) fn write(
    home: &Path,
    message: &str,
    loaded: &Loaded,
    newest: Option<&str>,
    source: &str,
) -> Result<Created, Failure> {
    let in_history = loaded.history.newest().map(|revision| revision.id.as_str());
    Ok(register::create_rust(
        home,
        message,
        Utc::now(),
        newest.or(in_history),
        source,
    )?)
}
