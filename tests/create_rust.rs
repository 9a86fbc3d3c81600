//! `create --format rust`: where the module goes, what registers it, and what is refused. That what it writes compiles and
//! runs is shown by `rust_revisions`.

#![cfg(feature = "app")]

mod support;

use support::TestEnvironment;

const LIB: &str = "//! Ours.\r\nmod m20240101_000000_one; // kept\r\n\r\nrust_revisions! {\r\n    m20240101_000000_one,\r\n}\r\n";

/// A crate for revisions in Rust, with a folder for those in SQL.
fn with_crate(env: &TestEnvironment, lib: &str) {
    env.write("piton.toml", "[revisions]\ndir = \"migration/sql\"\n");
    env.write(
        "migration/Cargo.toml",
        "[package]\nname = \"migration\"\n[dependencies]\nsea-orm-migration = \"2\"\n",
    );
    env.write("migration/src/lib.rs", lib);
    std::fs::create_dir_all(env.path("migration/sql")).unwrap();
}

/// The Rust revisions that are on disk.
fn modules(env: &TestEnvironment) -> Vec<String> {
    let entries = std::fs::read_dir(env.path("migration/src")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name != "lib.rs").collect()
}

on! {
    [sqlite, postgres, mysql]
    fn a_change_is_written_as_a_module_and_registered(env) {
        with_crate(env, LIB);
        env.piton(["init", "--upgrade"]).ok();
        env.sql("DROP TABLE error_analysis");
        env.sql("ALTER TABLE students ADD COLUMN nickname varchar(50)");
        let created = env.piton(["create", "-m", "Bring it back", "--format", "rust"]).ok();
        created.says(["add table error_analysis", "destructive: drops column students.nickname", "review it before applying", "cargo build"]);

        let [name] = &modules(env)[..] else { panic!("one module") };
        let id = name.strip_suffix(".rs").unwrap();
        assert!(id.starts_with('m') && id.ends_with("_bring_it_back"), "{id}");
        let text = env.read(&format!("migration/src/{name}"));
        for part in ["//! Bring it back", "Review before applying", "// destructive: drops column students.nickname", "\"error_analysis\"", "the data does not come back"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let lib = env.read("migration/src/lib.rs");
        assert_eq!(
            lib,
            LIB.replace("; // kept\r\n", &format!("; // kept\r\nmod {id};\r\n"))
                .replace("one,\r\n}", &format!("one,\r\n    {id},\r\n}}"))
        );

        // It counts from the next build on, and until then nothing can come after it.
        for format in ["rust", "sql"] {
            env.piton(["create", "-m", "more", "--format", format]).ends(3).says(["is on disk", "cargo build"]);
        }
        env.piton(["create", "-m", "more", "--format", "rust", "--empty"]).ends(3).says([id, "cargo build"]);
        env.piton(["upgrade"]).ends(3).says([id, "cargo build"]);
        assert_eq!(modules(env).len(), 1);
        assert_eq!(env.read("migration/src/lib.rs"), lib);
    }
}

#[test]
fn several_databases_are_served_by_one_module() {
    let env = TestEnvironment::sqlite().expect("it needs no server");
    with_crate(&env, LIB);
    env.write(
        "piton.toml",
        "dialects = [\"sqlite\", \"postgresql\", \"mysql\"]\n[revisions]\ndir = \"migration/sql\"\n",
    );
    env.piton(["init", "--upgrade"]).ok();
    env.sql("DROP INDEX idx_students_class_id");
    env.piton(["create", "-m", "index", "--format", "rust"])
        .ok();
    let text = env.read(&format!("migration/src/{}", modules(&env)[0]));
    assert!(
        text.contains("DbBackend::Sqlite | DbBackend::Postgres | DbBackend::MySql => Ok(()),"),
        "{text}"
    );
    assert_eq!(text.matches(".create_index(").count(), 1, "{text}");
    assert!(!text.contains("execute"), "{text}");
}

#[test]
fn a_blank_one_needs_no_database_and_an_unknown_lib_is_left_alone() {
    let env = TestEnvironment::new();
    with_crate(&env, "// mine\n");
    let created = env
        .piton(["create", "--empty", "-m", "by hand", "--format", "rust"])
        .ok();
    let id = modules(&env)[0].trim_end_matches(".rs").to_owned();
    created.says([
        &format!("mod {id};"),
        &format!("Box::new({id}::Migration),"),
    ]);
    assert_eq!(env.read("migration/src/lib.rs"), "// mine\n");
}

#[test]
fn without_a_crate_there_is_no_revision_in_rust() {
    let env = TestEnvironment::new();
    let create = ["create", "--empty", "-m", "x", "--format", "rust"];
    env.write("piton.toml", "[revisions]\ndir = \"migrations\"\n");
    env.write("migrations/.keep", "");
    env.piton(create)
        .ends(3)
        .says(["no Cargo.toml", "--format sql"]);
    // A crate of something else is none.
    env.write("Cargo.toml", "[package]\nname = \"site\"\n");
    env.piton(create).ends(3).says(["no Cargo.toml"]);
    with_crate(&env, LIB);
    let folder = ["--revisions", "migration/sql"];
    env.piton(create.into_iter().chain(folder))
        .ends(3)
        .says(["builtin = false"]);
    assert!(modules(&env).is_empty());
}
