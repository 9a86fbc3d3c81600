//! Revisions in Rust as `create` writes them: each module in `modules` is generated from a golden case, compared byte for
//! byte, compiled into this program, and run. Up gives what is after, down what was before.
//!
//! `PITON_BLESS=1` writes the modules and their list anew; then this is built once more. `PITON_GOLDEN=name` runs the
//! cases whose names hold that.

#[path = "../golden/case.rs"]
mod case;
mod connected;
mod modules;
#[expect(dead_code, reason = "it also serves tests that run statements alone")]
#[path = "../pairs/place.rs"]
mod place;
#[expect(
    dead_code,
    reason = "the whole of it serves the tests of introspection"
)]
#[path = "../catalog/scratch.rs"]
mod scratch;

use std::path::{Path, PathBuf};

use case::{answers, cases, loaded, names_in, same};
use connected::{Connected, Files, run};
use piton::dialect::Dialect;
use piton::dialect::ddl::Style;
use piton::diff::{Options, diff};
use piton::revision::Direction;
use piton::revision::rust::{Way, source};
use piton::schema::{Op, Schema};
use scratch::Scratch;

/// Where SeaORM's builders are right, or nearly; and what raw statements must carry whole.
const CASES: [&str; 34] = [
    "add_column",
    "add_column_between",
    "add_column_that_may_not_be_null",
    "add_foreign_key",
    "add_identity",
    "add_index",
    "add_table",
    "add_trigger",
    "add_unique",
    "change_type_for_another",
    "comments",
    "composite_foreign_key",
    "default_of_an_expression",
    "drop_column",
    "drop_column_under_views",
    "drop_foreign_key",
    "drop_index",
    "drop_table",
    "drop_unique",
    "enum_adds_a_value",
    "enum_value_is_used_at_once",
    "everything_at_once",
    "foreign_key_that_waits",
    "foreign_keys_in_a_circle",
    "functions",
    "hostile_names",
    "index_with_everything",
    "partial_index",
    "prefix_index",
    "rename_column",
    "rename_table",
    "rename_table_with_all_that_refers_to_it",
    "schemas",
    "table_options",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rust_revisions/modules")
}

fn is_blessing() -> bool {
    std::env::var_os("PITON_BLESS").is_some()
}

/// Operations that are committed together, and the schema before them.
struct Part {
    ops: Vec<Op>,
    before: Schema,
    after: Schema,
}

fn parts(ops: &[Op], splits: &[usize], before: &Schema) -> Vec<Part> {
    let mut schema = before.clone();
    let mut parts = Vec::new();
    let mut start = 0;
    for end in splits.iter().copied().chain([ops.len()]) {
        let ops = ops[start..end].to_vec();
        let before = schema.clone();
        for op in &ops {
            op.apply(&mut schema).unwrap();
        }
        parts.push(Part {
            ops,
            before,
            after: schema.clone(),
        });
        start = end;
    }
    parts
}

/// The text of the module for a part.
fn module(dialect: Dialect, message: &str, part: &Part) -> String {
    let back: Vec<Op> = part.ops.iter().rev().map(Op::inverse).collect();
    let way = |ops, before, style| Way {
        dialect,
        ops,
        before,
        remarks: Vec::new(),
        style,
    };
    let up = way(&part.ops, &part.before, Style::default());
    let down = way(&back, &part.after, Style::way_back());
    source(message, &[up], &[down]).unwrap()
}

async fn check(place: &mut impl Connected, folder: &Path, name: &str) -> Result<(), String> {
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
    let mut compiled = Vec::new();
    for (number, part) in parts(&way.ops, &way.splits, &found).iter().enumerate() {
        let number = match number {
            0 => String::new(),
            later => format!("_{}", later + 1),
        };
        let name = format!("{name}_{dialect}{number}");
        let text = module(dialect, &name.replace('_', " "), part);
        let path = self::folder().join(format!("{name}.rs"));
        if is_blessing() {
            std::fs::write(&path, &text).unwrap();
        } else if std::fs::read_to_string(&path).unwrap_or_default() != text {
            return Err(format!("PITON_BLESS=1 would write {name}:\n{text}"));
        }
        compiled.push(modules::find(&name));
    }
    if is_blessing() {
        return Ok(());
    }
    let compiled: Option<Vec<_>> = compiled.into_iter().collect();
    let compiled = compiled.ok_or("it is not in the list of modules")?;
    for revision in &compiled {
        run(place, &**revision, Direction::Up).await?;
    }
    same(place.session(), "up", &wanted).await?;
    for revision in compiled.iter().rev() {
        run(place, &**revision, Direction::Down).await?;
    }
    same(place.session(), "down", &found).await
}

async fn check_all(mut place: impl Connected) {
    let dialect = place.emptied().await.dialect();
    let only = std::env::var("PITON_GOLDEN").unwrap_or_default();
    let mut wrong = Vec::new();
    for case in cases() {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let folder = case.join(dialect.name());
        if !folder.is_dir() || !name.contains(&only) || !CASES.contains(&name.as_str()) {
            continue;
        }
        if let Err(why) = check(&mut place, &folder, &name).await {
            wrong.push(format!("{name}: {why}"));
        }
    }
    if is_blessing() {
        write_list();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The list of modules, from the files that are there.
fn list() -> String {
    let names: Vec<String> = names_in(&folder())
        .into_iter()
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name != "mod")
        .collect();
    let mut text = String::from("//! The revisions that are generated. This list is too.\n\n");
    for name in &names {
        text.push_str(&format!("mod {name};\n"));
    }
    text.push_str(FIND);
    for name in &names {
        text.push_str(&format!("    {name},\n"));
    }
    text.push_str("}\n");
    text
}

/// What follows the modules.
const FIND: &str = "
use sea_orm_migration::MigrationTrait;

macro_rules! found {
    ($($name:ident,)+) => {
        pub fn find(name: &str) -> Option<Box<dyn MigrationTrait>> {
            Some(match name {
                $(stringify!($name) => Box::new($name::Migration),)+
                _ => return None,
            })
        }
    };
}

found! {
";

fn write_list() {
    std::fs::write(folder().join("mod.rs"), list()).unwrap();
}

#[tokio::test]
async fn generated_rust_is_compiled_and_run_on_postgres() {
    check_all(Scratch::postgres().await).await;
}

#[tokio::test]
async fn generated_rust_is_compiled_and_run_on_mariadb() {
    check_all(Scratch::mysql().await).await;
}

#[tokio::test]
async fn generated_rust_is_compiled_and_run_on_sqlite() {
    check_all(Files::default()).await;
}

#[test]
fn every_module_is_listed_and_every_case_is_there() {
    let cases = cases();
    for name in CASES {
        assert!(cases.iter().any(|case| case.ends_with(name)), "{name}");
    }
    let written = std::fs::read_to_string(folder().join("mod.rs")).unwrap();
    if !is_blessing() {
        assert_eq!(written, list());
    }
}
