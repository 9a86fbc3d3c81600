//! One folder a case, one folder a dialect in it: `before.sql` and `after.sql` are run and read, and what turns the
//! one into the other and back again is `expected.sql`. It is run too: up gives what is after, down what was before.
//!
//! `PITON_BLESS=1` writes `expected.sql` anew, `PITON_GOLDEN=name` runs the cases whose names hold that. A line
//! `-- rename: table.column:new_name` in `after.sql` answers, `-- no renames` answers them all.

mod case;
#[path = "../pairs/place.rs"]
mod place;
#[expect(
    dead_code,
    reason = "the whole of it serves the tests of introspection"
)]
#[path = "../catalog/scratch.rs"]
mod scratch;

use std::path::Path;

use case::{answers, cases, loaded, names_in, same, statements, told};
use piton::dialect::{Dialect, ddl};
use piton::diff::{Diff, Note, Options, diff};
use piton::schema::{Op, Schema};
use place::{Memory, Place};
use scratch::Scratch;

const DIALECTS: [Dialect; 4] = [
    Dialect::Postgres,
    Dialect::Mysql,
    Dialect::Mariadb,
    Dialect::Sqlite,
];

/// The parts that are committed one after the other, each as a section's text, and the schema after them.
fn sections(
    dialect: Dialect,
    ops: &[Op],
    splits: &[usize],
    before: &Schema,
    style: ddl::Style,
) -> Result<(Vec<String>, Schema), String> {
    let mut schema = before.clone();
    let mut sections = Vec::new();
    let mut start = 0;
    for end in splits.iter().copied().chain([ops.len()]) {
        let mut text = String::new();
        let groups = ddl::script(dialect, &ops[start..end], &schema, style);
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
    let (up, end) = sections(
        dialect,
        &way.ops,
        &way.splits,
        &found,
        ddl::Style::default(),
    )?;
    let back: Vec<Op> = way.ops.iter().rev().map(Op::inverse).collect();
    let splits: Vec<usize> = way.splits.iter().rev().map(|at| back.len() - at).collect();
    let (down, _) = sections(dialect, &back, &splits, &end, ddl::Style::way_back())?;

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
