//! One folder a case, one folder a dialect in it: `before.sql` and `after.sql` are run and read, and what turns the
//! one into the other and back again is `expected.sql`. It is run too: up gives what is after, down what was before.
//!
//! `PITON_BLESS=1` writes `expected.sql` anew, `PITON_GOLDEN=name` runs the cases whose names hold that. A line
//! `-- rename: table.column:new_name` in `after.sql` answers, `-- no renames` answers them all.

#[path = "../pairs/place.rs"]
mod place;
#[expect(
    dead_code,
    reason = "the whole of it serves the tests of introspection"
)]
#[path = "../catalog/scratch.rs"]
mod scratch;

use std::path::{Path, PathBuf};

use piton::dialect::{DbError, Dialect, Scope, Session, ddl, introspect, settle};
use piton::diff::{Diff, Note, Options, Renames, diff};
use piton::revision::split;
use piton::schema::{Op, Schema};
use place::{Memory, Place};
use scratch::Scratch;

const DIALECTS: [Dialect; 4] = [
    Dialect::Postgres,
    Dialect::Mysql,
    Dialect::Mariadb,
    Dialect::Sqlite,
];

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> = entries
        .map(|entry| name(entry).into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The cases' folders.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = names_in(&root)
        .into_iter()
        .map(|name| root.join(name))
        .filter(|path| path.is_dir());
    folders.collect()
}

/// The statements of a text, as a revision's section is read.
fn statements(dialect: Dialect, text: &str) -> Vec<String> {
    let statements = split(text, dialect.syntax(), 1).unwrap();
    statements.into_iter().map(|it| it.text).collect()
}

/// A script run on an empty database, and what is there then.
async fn loaded(session: &mut Session, path: &Path) -> Result<Schema, String> {
    let script = std::fs::read_to_string(path).unwrap();
    let statements = statements(session.dialect(), &script);
    place::run(session, &statements)
        .await
        .map_err(|failed| told(path.display(), failed))?;
    introspected(session).await
}

fn told(what: impl std::fmt::Display, (error, statement): (DbError, String)) -> String {
    format!("{what}: {error:?}\n{statement}")
}

async fn introspected(session: &mut Session) -> Result<Schema, String> {
    let found = introspect(session, &Scope::default()).await;
    found.map_err(|error| error.to_string())
}

/// What `after.sql` says of renames.
fn answers(script: &str) -> Renames {
    let mut renames = Renames::default();
    for line in script.lines() {
        if let Some(said) = line.strip_prefix("-- rename: ") {
            renames.accepted.push(said.trim().parse().unwrap());
        }
        renames.never |= line == "-- no renames";
    }
    renames
}

/// The parts that are committed one after the other, each as a section's text, and the schema after them.
fn sections(
    dialect: Dialect,
    ops: &[Op],
    splits: &[usize],
    before: &Schema,
) -> Result<(Vec<String>, Schema), String> {
    let mut schema = before.clone();
    let mut sections = Vec::new();
    let mut start = 0;
    for end in splits.iter().copied().chain([ops.len()]) {
        let mut text = String::new();
        let groups = ddl::script(dialect, &ops[start..end], &schema, ddl::Style::default());
        for group in groups.map_err(|error| error.to_string())? {
            for op in &ops[start..end][group.ops] {
                text.push_str(&format!("-- {}\n", op.describe()));
                if let Some(lost) = op.destroys() {
                    text.push_str(&format!("-- destroys {lost}\n"));
                }
                op.apply(&mut schema).map_err(|error| error.to_string())?;
            }
            for statement in &group.statements {
                text.push_str(&dialect.revision_statement(statement));
            }
        }
        sections.push(text);
        start = end;
    }
    Ok((sections, schema))
}

/// What `expected.sql` is compared with.
fn shown(way: &Diff, up: &[String], down: &[String]) -> String {
    let mut text = String::new();
    for candidate in &way.rename_candidates {
        text.push_str(&format!("-- taken for a rename: {}\n", candidate.rename));
    }
    for note in &way.notes {
        if !matches!(note, Note::Destroys { .. }) {
            text.push_str(&format!("-- {note}\n"));
        }
    }
    let commit = "-- commit\n";
    text.push_str(&format!("-- migrate:up\n{}\n", up.join(commit)));
    text.push_str(&format!("-- migrate:down\n{}", down.join(commit)));
    text
}

/// That what is there is what is expected, looked at from either side.
async fn same(session: &mut Session, what: &str, expected: &Schema) -> Result<(), String> {
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

async fn check(place: &mut impl Place, folder: &Path) -> Result<(), String> {
    let wanted = loaded(place.emptied().await, &folder.join("after.sql")).await?;
    let session = place.emptied().await;
    let found = loaded(session, &folder.join("before.sql")).await?;
    let dialect = session.dialect();
    let script = std::fs::read_to_string(folder.join("after.sql")).unwrap();
    let options = Options {
        renames: answers(&script),
        ..Options::default()
    };
    let way = diff(&found, &wanted, &options, dialect.diff_rules());
    let (up, end) = sections(dialect, &way.ops, &way.splits, &found)?;
    let back: Vec<Op> = way.ops.iter().rev().map(Op::inverse).collect();
    let splits: Vec<usize> = way.splits.iter().rev().map(|at| back.len() - at).collect();
    let (down, _) = sections(dialect, &back, &splits, &end)?;

    let text = shown(&way, &up, &down);
    let path = folder.join("expected.sql");
    if std::env::var_os("PITON_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    } else if std::fs::read_to_string(&path).unwrap_or_default() != text {
        return Err(format!("PITON_BLESS=1 would write:\n{text}"));
    }

    for (what, sections, expected) in [("up", &up, &wanted), ("down", &down, &found)] {
        let parts: Vec<Vec<String>> = sections
            .iter()
            .map(|text| statements(dialect, text))
            .collect();
        let ran = place::run_parts(session, &parts).await;
        ran.map_err(|failed| told(what, failed))?;
        same(session, what, expected).await?;
    }
    Ok(())
}

async fn check_all(mut place: impl Place) {
    let dialect = place.emptied().await.dialect();
    let only = std::env::var("PITON_GOLDEN").unwrap_or_default();
    let mut wrong = Vec::new();
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let folder = case.join(dialect.name());
        if !folder.is_dir() || !name.contains(&only) {
            continue;
        }
        if let Err(why) = check(&mut place, &folder).await {
            wrong.push(format!("{name}: {why}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test]
async fn each_change_is_written_as_expected_and_runs_on_postgres() {
    check_all(Scratch::postgres().await).await;
}

#[tokio::test]
async fn each_change_is_written_as_expected_and_runs_on_mariadb() {
    check_all(Scratch::mysql().await).await;
}

#[tokio::test]
async fn each_change_is_written_as_expected_and_runs_on_sqlite() {
    check_all(Memory::default()).await;
}

#[test]
fn no_folder_is_forgotten() {
    let cases = cases();
    assert!(cases.len() > 50, "the cases are found");
    let mut wrong = Vec::new();
    for case in cases {
        let dialects = names_in(&case);
        if dialects.is_empty() {
            wrong.push(format!("{} is empty", case.display()));
        }
        for name in dialects {
            let folder = case.join(&name);
            if DIALECTS.iter().all(|dialect| dialect.name() != name) {
                wrong.push(format!("{} is no dialect's", folder.display()));
            } else if names_in(&folder) != ["after.sql", "before.sql", "expected.sql"] {
                wrong.push(format!("{} lacks a file, or has others", folder.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
