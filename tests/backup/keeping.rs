//! Backups are kept, listed, removed, made before an upgrade; nobody else may read them.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::on;
use crate::school::{ask, back_up, chunks, fill, names, path, sums};
use crate::support::{Backend, TestEnvironment};

fn modes(dir: &Path) -> Vec<u32> {
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let mut modes = vec![mode(dir)];
    for name in names(dir) {
        let path = dir.join(name);
        if path.is_dir() {
            modes.extend(self::modes(&path));
        } else {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
    modes
}

on! {
    [json, sqlite, postgres, mysql]
    fn nobody_else_may_read_a_backup(env) {
        fill(env);
        for format in ["portable", "native"] {
            let mut command = env.command(["backup", "--format", format]);
            command.env("PATH", std::env::var_os("PATH").unwrap());
            env.output_of(command).ok();
        }
        let modes = modes(&env.path("backups"));
        assert!(modes.iter().all(|mode| *mode == 0o700), "{modes:?}");
    }

    [json, sqlite, postgres, mysql]
    fn upgrade_makes_a_backup_first_and_names_it_in_the_journal(env) {
        env.table_revision(1, "first");
        env.piton(["upgrade"]).ok();
        env.up_down(
            "002_second",
            "CREATE TABLE second (id integer PRIMARY KEY);\nINSERT INTO nowhere VALUES (1);",
            "DROP TABLE second;",
        );
        let before = sums(env);
        let failed = env.piton(["upgrade", "--backup"]);
        let made = names(&env.path("backups"));
        assert_eq!(made.len(), 1);
        let journal = ask(env, "SELECT action, state, revision FROM piton_journal WHERE action = 'backup'");
        assert_eq!(journal, [format!("backup|done|{}", made[0])]);
        env.piton(["current"]).ok();
        if env.backend() != Backend::Mysql {
            failed.ends(1);
            return;
        }
        failed.ends(7).says(["piton restore backups/", "--replace --drop-others takes the database back"]);
        let backup = format!("backups/{}", made[0]);
        env.piton(["restore", &backup, "--replace", "--drop-others"]).ok().says(["restored", "001_first"]);
        assert_eq!(sums(env), before);
    }

    [json, sqlite, postgres, mysql]
    fn a_backup_that_was_not_there_to_be_made_stops_nothing(env) {
        env.table_revision(1, "first");
        env.piton(["upgrade", "--backup"]).ok();
        assert_eq!(env.tables(), ["first"]);
    }
}

#[test]
fn backups_are_listed_and_removed_as_a_policy_says_and_only_those_that_hold_count() {
    let env = TestEnvironment::new();
    fill(&env);
    let one = back_up(&env, &[]);
    let dir = env.path("backups");
    std::fs::write(dir.join("notes.txt"), "mine").unwrap();
    for name in [
        "20250103T120000Z-data",
        "20250103T080000Z-data",
        "20250102T080000Z-data",
        "20241220T080000Z-data",
    ] {
        let status = std::process::Command::new("cp")
            .arg("-r")
            .args([&one, &dir.join(name)])
            .status();
        assert!(status.unwrap().success());
    }
    std::fs::remove_dir_all(&one).unwrap();
    std::fs::create_dir(dir.join("20250103T130000Z-data.partial")).unwrap();
    env.piton(["backup", "list"]).ok().says([
        "20250103T120000Z-data",
        "json",
        "20250616140000_add_composite_indexes",
        "not finished",
    ]);
    env.piton(["backup", "prune"])
        .ends(2)
        .says(["--keep-last N"]);
    let damaged = &chunks(&dir.join("20250103T120000Z-data"))[0];
    std::fs::write(damaged, "x").unwrap();
    let all = names(&dir);
    env.piton(["backup", "prune", "--keep-daily", "1", "--dry-run"])
        .ok()
        .says([
            "20250103T120000Z-data does not hold",
            "would remove 20250102T080000Z-data",
            "would remove 20241220T080000Z-data",
        ]);
    assert_eq!(names(&dir), all);
    env.piton(["backup", "prune", "--keep-daily", "1"])
        .ends(2)
        .says(["--yes"]);
    assert_eq!(names(&dir), all);
    // The rules of piton.toml hold where no flag says any.
    env.write("piton.toml", "[backup]\nkeep_daily = 1\n");
    env.piton(["backup", "prune", "--yes"])
        .ok()
        .says(["2 backups removed, 1 kept"]);
    assert_eq!(
        names(&dir),
        [
            "20250103T080000Z-data",
            "20250103T120000Z-data",
            "20250103T130000Z-data.partial",
            "notes.txt"
        ]
    );
    let kept = "20250103T080000Z-data";
    env.piton(["backup", "verify", kept]).ok().says(["holds"]);
    env.piton(["backup", "verify", path(&dir.join(kept))]).ok();
}

#[test]
fn a_policy_holds_for_each_database_and_for_the_same_tables_by_itself() {
    let (one, other) = (TestEnvironment::new(), TestEnvironment::new());
    fill(&one);
    fill(&other);
    let dir = one.path("backups");
    let make = |env: &TestEnvironment, name: &str, more: &[&str]| {
        let to = ["--to", path(&dir)];
        let made = back_up(env, &[&to, more].concat());
        std::fs::rename(made, dir.join(name)).unwrap();
    };
    let some = ["-t", "students"];
    make(&one, "20250101T080000Z-old", &[]);
    make(&one, "20250102T080000Z-whole", &[]);
    make(&other, "20250103T080000Z-old", &[]);
    make(&one, "20250104T080000Z-old-some", &some);
    make(&one, "20250105T080000Z-some", &some);
    make(&one, "20250106T080000Z-others", &["-t", "grading_tasks"]);
    make(&other, "20250107T080000Z-elsewhere", &[]);
    one.piton(["backup", "list"]).ok().says(["1, not all"]);
    let document = one
        .piton(["backup", "prune", "--keep-last", "1", "--yes", "--json"])
        .ok()
        .document();
    let kept = [
        "20250107T080000Z-elsewhere",
        "20250106T080000Z-others",
        "20250105T080000Z-some",
        "20250102T080000Z-whole",
    ];
    assert_eq!(document["kept"], serde_json::json!(kept));
    let mut left = names(&dir);
    left.reverse();
    assert_eq!(left, kept);
}
