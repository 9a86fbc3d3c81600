//! `docs/runbook.md`: each of its commands is run, in its order.

#![cfg(feature = "app")]

#[macro_use]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Backend, Database, TestEnvironment};

fn runbook() -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/runbook.md");
    std::fs::read_to_string(path).expect("the runbook")
}

/// The commands of the page, each block with the heading that it stands under.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut heading = String::new();
    let mut block: Option<String> = None;
    for line in text.lines() {
        match (&mut block, line) {
            (Some(_), "```") => {
                let text = block.take().expect("it is open");
                blocks.push((heading.clone(), text));
            }
            (Some(text), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, "```sh") => block = Some(String::new()),
            (None, line) => {
                if let Some(text) = line.strip_prefix("## ") {
                    heading = text.to_owned();
                }
            }
        }
    }
    blocks
}

/// A folder with the `piton` of this build, and a `systemctl` that only remembers what it was asked.
fn programs(env: &TestEnvironment) -> PathBuf {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    env.write("bin/systemctl", "#!/bin/sh\necho \"$@\" >> systemctl.log\n");
    let folder = env.path("bin");
    let permissions = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.join("systemctl"), permissions).unwrap();
    symlink(Path::new(env!("CARGO_BIN_EXE_piton")), folder.join("piton")).unwrap();
    folder
}

#[test]
fn the_page_has_all_that_a_person_needs_on_the_worst_day() {
    let found = blocks(&runbook());
    let headings: Vec<&str> = found.iter().map(|(heading, _)| heading.as_str()).collect();
    assert_eq!(
        headings,
        [
            "1. Look",
            "2. Back up",
            "3. Rehearse on a copy",
            "4. Upgrade",
            "5. Check",
            "The way back",
            "Recovery, all of it",
            "Recovery in part",
        ]
    );
}

on! {
    [postgres, mysql]
    fn every_command_of_the_runbook_on_a_server_does_what_it_says(env) {
        let rehearsal = Database::create(env.backend(), env.dir());
        // It is made by the runbook.
        rehearsal.maintenance(&format!("DROP DATABASE {}", rehearsal.name()));
        env.write("piton.toml", "[revisions]\ndir = \"migrations\"\n");
        env.write("migrations/.keep", "");
        env.piton(["upgrade"]).ok();
        env.revision("20990101000000_a_column", "-- a column\n-- migrate:up\nALTER TABLE classes ADD COLUMN room varchar(20);\n\
            -- migrate:down\nALTER TABLE classes DROP COLUMN room;\n");
        let now = match env.backend() {
            Backend::Postgres => "now()",
            _ => "utc_timestamp(6)",
        };
        env.sql(&format!("INSERT INTO classes (class_id, class_name, teacher_id, created_at) VALUES ('7b', '七年级二班', 't', {now})"));
        let before = env.applied();

        let mut script = String::from("set -euo pipefail\n");
        for (heading, block) in blocks(&runbook()) {
            script += &format!("echo '== {heading}' >&2\n{block}");
            match heading.as_str() {
                "5. Check" => script += "piton upgrade --dry-run | grep -q 'nothing to do'\ntouch upgraded\n",
                // What the recovery has to take back.
                "The way back" => script += "piton upgrade --yes\n",
                _ => {}
            }
        }
        env.write("runbook.sh", &script);
        let path = format!("{}:/usr/bin:/bin", programs(env).display());
        let output = Command::new("bash")
            .arg(env.path("runbook.sh"))
            .current_dir(env.dir())
            .env_clear()
            .env("PATH", path)
            .env("HOME", env.dir())
            .env("ENVIRONMENT", "production")
            .env("DATABASE_URL", env.url())
            .env("REHEARSAL_URL", rehearsal.url())
            .output()
            .expect("a shell");
        let said = format!(
            "{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{said}");
        assert!(env.path("upgraded").exists(), "{said}");
        // All is as it was when the backup was made.
        assert_eq!(env.applied(), before, "{said}");
        assert_eq!(env.sql("SELECT class_name FROM classes"), [["七年级二班"]], "{said}");
        // The rehearsal went all the way, beside the real one.
        assert!(rehearsal.applied().contains(&"20990101000000_a_column".to_owned()), "{said}");
        let stopped = env.read("systemctl.log");
        assert_eq!(stopped.matches("stop grading").count(), stopped.matches("start grading").count(), "{stopped}");
    }
}
