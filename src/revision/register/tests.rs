//! Both shapes of `lib.rs`, and what is left alone.

use super::*;
use chrono::TimeZone;

fn edited(text: &str) -> Option<String> {
    edit::registered(text, "m20250101_000000_new")
}

const OURS: &str = "//! The history. mod m20990101_000000_in_a_comment;

mod m20240101_000000_one; // the first
mod m20240201_000000_two;
mod timestamp;

/* rust_revisions! { not, this } */
macro_rules! rust_revisions {
    ($($module:ident,)+) => {};
}

rust_revisions! {
    m20240101_000000_one,
    m20240201_000000_two, // kept
    // at the end
}
";

const STOCK: &str = "pub use sea_orm_migration::prelude::*;

mod m20220101_000001_create_table;

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20220101_000001_create_table::Migration)]
    }
}
";

/// The lines that are new, in their order; panics where any other has changed.
fn added(before: &str, after: &str) -> Vec<String> {
    let mut old = before.split('\n').peekable();
    let mut new = Vec::new();
    for line in after.split('\n') {
        if old.peek() == Some(&line) {
            old.next();
        } else {
            new.push(line.to_owned());
        }
    }
    assert_eq!(old.next(), None, "{after}");
    new
}

#[test]
fn a_revision_is_added_to_the_macro_and_nothing_else_changes() {
    let text = edited(OURS).unwrap();
    assert_eq!(
        added(OURS, &text),
        ["mod m20250101_000000_new;", "    m20250101_000000_new,"]
    );
    assert!(text.contains("two;\nmod m20250101_000000_new;\nmod timestamp;"));
    assert!(text.contains("two, // kept\n    m20250101_000000_new,\n    // at the end\n}"));
}

#[test]
fn line_ends_stay_as_they_are() {
    let text = OURS.replace('\n', "\r\n");
    let expected = edited(OURS).unwrap().replace('\n', "\r\n");
    assert_eq!(edited(&text).unwrap(), expected);
}

#[test]
fn a_revision_is_added_to_the_list_that_sea_orm_cli_writes() {
    assert_eq!(
        edited(STOCK).unwrap(),
        STOCK
            .replace(
                "mod m20220101_000001_create_table;\n",
                "mod m20220101_000001_create_table;\nmod m20250101_000000_new;\n"
            )
            .replace(
                "create_table::Migration)]",
                "create_table::Migration), Box::new(m20250101_000000_new::Migration)]"
            )
    );
    let several = STOCK.replace(
        "vec![Box::new(m20220101_000001_create_table::Migration)]",
        "vec![\n            Box::new(m20220101_000001_create_table::Migration),\n        ]",
    );
    let text = edited(&several).unwrap();
    assert_eq!(
        added(&several, &text),
        [
            "mod m20250101_000000_new;",
            "            Box::new(m20250101_000000_new::Migration),"
        ]
    );
    let uncommon = several.replace("Migration),\n", "Migration) // last\n");
    let text = edited(&uncommon).unwrap();
    assert!(text.contains(
        "create_table::Migration), // last\n            Box::new(m20250101_000000_new::Migration),\n"
    ));
}

#[test]
fn a_revision_that_is_there_is_not_added_again() {
    for text in [OURS, STOCK] {
        let once = edited(text).unwrap();
        assert_eq!(edited(&once).unwrap(), once);
    }
}

#[test]
fn another_shape_is_left_alone() {
    for text in [
        "",
        "mod m20240101_000000_one;\n",
        // The list is computed.
        &STOCK.replace("vec![Box::new(", "all([Box::new("),
        &STOCK.replace(
            "Box::new(m20220101_000001_create_table::Migration)",
            "one()",
        ),
        // Two lists.
        &format!("{OURS}{}", "rust_revisions! { a, }\n"),
        // Only in a comment, or in a string.
        &STOCK.replace("mod m2", "// mod m2"),
        &STOCK.replace(
            "mod m20220101_000001_create_table;",
            "const A: &str = \"\nmod m20220101_000001_create_table;\n\";",
        ),
    ] {
        assert_eq!(edited(text), None, "{text}");
    }
}

fn crate_with(lib: Option<&str>) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let manifest = "[package]\nname = \"m\"\n[dependencies]\nsea-orm-migration = \"2\"\n";
    fs::write(dir.path().join("Cargo.toml"), manifest).unwrap();
    fs::create_dir(dir.path().join("src")).unwrap();
    if let Some(lib) = lib {
        fs::write(dir.path().join("src/lib.rs"), lib).unwrap();
    }
    dir
}

fn create(dir: &Path, message: &str) -> Result<Created, WriteError> {
    let now = Utc.with_ymd_and_hms(2025, 3, 4, 5, 6, 7).unwrap();
    let newest = Some("20250304050607_newest");
    create_rust(dir, message, now, newest, "// text\n")
}

fn names(dir: &Path) -> Vec<String> {
    let entries = fs::read_dir(dir.join("src")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_revision_comes_after_the_newest_and_never_over_another() {
    let dir = crate_with(Some(OURS));
    let first = create(dir.path(), "Add phone").unwrap();
    assert_eq!(first.id, "m20250304_050608_add_phone");
    assert!(first.registered);
    let second = create(dir.path(), "Add phone").unwrap();
    assert_eq!(second.id, "m20250304_050609_add_phone");
    let lib = fs::read_to_string(dir.path().join("src/lib.rs")).unwrap();
    assert!(lib.contains(
        "    m20240201_000000_two, // kept\n    m20250304_050608_add_phone,\n    m20250304_050609_add_phone,\n"
    ));
    assert_eq!(names(dir.path()).len(), 3, "nothing else is left there");
}

#[test]
fn a_lib_of_another_shape_is_untouched_and_that_is_said() {
    for lib in [None, Some("// mine\n")] {
        let dir = crate_with(lib);
        let created = create(dir.path(), "x").unwrap();
        assert!(!created.registered && created.path.is_file());
        let found = fs::read_to_string(dir.path().join("src/lib.rs")).ok();
        assert_eq!(found.as_deref(), lib);
        assert_eq!(created.lines()[0], "mod m20250304_050608_x;");
    }
}

#[test]
fn what_cannot_be_registered_leaves_nothing_behind() {
    let dir = crate_with(None);
    // A folder in the place of the file: it can neither be read nor replaced.
    fs::create_dir(dir.path().join("src/lib.rs")).unwrap();
    create(dir.path(), "x").unwrap_err();
    assert_eq!(names(dir.path()), ["lib.rs"]);

    let dir = crate_with(Some(OURS));
    // Somebody else's half-written file is in the way.
    let blocked = format!("src/lib.rs.{}.new", std::process::id());
    fs::write(dir.path().join(&blocked), "").unwrap();
    create(dir.path(), "x").unwrap_err();
    assert_eq!(
        fs::read_to_string(dir.path().join("src/lib.rs")).unwrap(),
        OURS
    );
    assert!(!names(dir.path()).iter().any(|name| name.starts_with('m')));
}

#[test]
fn the_crate_of_a_folder_is_the_nearest_that_has_revisions_in_rust() {
    let dir = crate_with(Some(OURS));
    let sql = dir.path().join("sql");
    assert_eq!(home(&sql).as_deref(), Some(dir.path()));
    assert_eq!(home(dir.path()).as_deref(), Some(dir.path()));
    fs::create_dir(&sql).unwrap();
    fs::write(sql.join("Cargo.toml"), "[workspace]\n").unwrap();
    assert_eq!(home(&sql), None);
}
