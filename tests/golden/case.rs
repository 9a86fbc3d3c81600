//! The folders of golden cases: what is before, what is after, and whether a database is either.

use std::path::{Path, PathBuf};

use piton::dialect::{DbError, Dialect, Scope, Session, introspect, settle};
use piton::diff::{Options, Renames, diff};
use piton::revision::split;
use piton::schema::{Op, Schema};

use crate::place;

pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The cases' folders.
pub fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = names_in(&root)
        .into_iter()
        .map(|name| root.join(name))
        .filter(|path| path.is_dir());
    folders.collect()
}

/// The statements of a text, as a revision's section is read.
pub fn statements(dialect: Dialect, text: &str) -> Vec<String> {
    let statements = split(text, dialect.syntax(), 1).unwrap();
    statements.into_iter().map(|it| it.text).collect()
}

/// A script run on an empty database, and what is there then.
pub async fn loaded(session: &mut Session, path: &Path) -> Result<Schema, String> {
    let script = std::fs::read_to_string(path).unwrap();
    let statements = statements(session.dialect(), &script);
    place::run(session, &statements)
        .await
        .map_err(|failed| told(path.display(), failed))?;
    introspected(session).await
}

pub fn told(what: impl std::fmt::Display, (error, statement): (DbError, String)) -> String {
    format!("{what}: {error:?}\n{statement}")
}

pub async fn introspected(session: &mut Session) -> Result<Schema, String> {
    let found = introspect(session, &Scope::default()).await;
    found.map_err(|error| error.to_string())
}

/// What `after.sql` says of renames.
pub fn answers(script: &str) -> Renames {
    let mut renames = Renames::default();
    for line in script.lines() {
        if let Some(said) = line.strip_prefix("-- rename: ") {
            renames.accepted.push(said.trim().parse().unwrap());
        }
        renames.never |= line == "-- no renames";
    }
    renames
}

/// That what is there is what is expected, looked at from either side.
pub async fn same(session: &mut Session, what: &str, expected: &Schema) -> Result<(), String> {
    let dialect = session.dialect();
    let found = &introspected(session).await?;
    let mut expected = expected.clone();
    let settled = settle(Some(session), found, &mut expected).await;
    settled.map_err(|error| error.to_string())?;
    let expected = &expected;
    let mut options = Options::default();
    options.renames.never = true;
    for (from, to) in [(found, expected), (expected, found)] {
        let left = diff(from, to, &options, dialect.diff_rules());
        if !left.ops.is_empty() {
            let said: Vec<String> = left.ops.iter().map(Op::describe).collect();
            return Err(format!("{what}: left to do: {}", said.join("; ")));
        }
    }
    Ok(())
}
