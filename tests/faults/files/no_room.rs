//! Disks that are full, and disks that say so only at fsync.

use std::path::Path;
use std::process::Command;

use super::{files, thorough};
use crate::harness::SmallDisk;
use crate::on;
use crate::support::{Backend, Output, TestEnvironment, fault};

/// A file system on a file of its own that is as long as it says, and has not the room for it: writes
/// are taken, and fsync fails.
struct Promise {
    below: SmallDisk,
}

impl Promise {
    fn new(case: &str) -> Option<Promise> {
        let below = SmallDisk::new(case, 4)?;
        let script = "set -e; cd \"$0\"; truncate -s 16m image; mkfs.ext4 -q -O ^has_journal image; mkdir on; \
            mount -o loop,nodelalloc image on; chmod 777 on";
        let made = Command::new("sh")
            .args(["-c", script])
            .arg(below.path())
            .output();
        if !made.is_ok_and(|output| output.status.success()) {
            crate::harness::not_run(case, "no ext4 can be mounted from a file here");
            return None;
        }
        Some(Promise { below })
    }

    fn path(&self) -> std::path::PathBuf {
        self.below.path().join("on")
    }
}

impl Drop for Promise {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(self.path()).status());
    }
}

fn url(env: &TestEnvironment, disk: &Path) -> String {
    match env.backend() {
        Backend::Json => format!("json:{}/data", disk.display()),
        _ => format!("sqlite:///{}/test.db", disk.display()),
    }
}

fn there(env: &TestEnvironment, url: &str, args: &[&str]) -> Output {
    let mut command = env.command(args.iter().copied());
    command.env("DATABASE_URL", url);
    env.output_of(command)
}

/// A table with some rows, and a revision that writes about a megabyte.
fn revisions(env: &TestEnvironment) {
    env.up_down(
        "001_a",
        "CREATE TABLE a (id integer PRIMARY KEY, n integer);\nINSERT INTO a VALUES (1, 1), (2, 2);",
        "DROP TABLE a;",
    );
    env.up_down(
        "002_b",
        "UPDATE a SET n = 7;\nCREATE TABLE b (id integer PRIMARY KEY, t text);\n\
         WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000)\n\
         INSERT INTO b SELECT x, hex(zeroblob(250)) FROM c;",
        "DROP TABLE b;\nUPDATE a SET n = id;",
    );
}

on! {
    [json, sqlite]
    fn a_full_disk_is_9_and_the_old_state_stands(env) {
        revisions(env);
        let Some(disk) = SmallDisk::new("a full disk under the embedded databases", 6) else {
            return;
        };
        let url = url(env, disk.path());
        there(env, &url, &["upgrade", "-r", "001_a"]).ok();
        let whole = files(disk.path());
        let rooms: Vec<usize> = match thorough() {
            true => (0..1600).step_by(16).collect(),
            false => vec![0, 4, 12, 40, 200, 900],
        };
        let mut failed = 0;
        for room in rooms {
            let _case = fault::case(40, env.backend());
            let filler = disk.fill(room);
            let output = there(env, &url, &["upgrade"]);
            if output.code != 0 {
                failed += 1;
                let output = output.ends(9);
                if env.backend() == Backend::Json && !output.stderr.contains("lock file") {
                    output.says(["No space left on device", "nothing of this run stands: the store is still at 001_a"]);
                }
                // Looking needs no room.
                there(env, &url, &["current"]).ok().says(["001_a (1 revision pending)"]);
                there(env, &url, &["upgrade"]).ends(9);
                std::fs::remove_file(&filler).unwrap();
                if env.backend() == Backend::Json {
                    let mut after = files(disk.path());
                    after.retain(|path, _| !path.contains(".previous"));
                    let mut whole = whole.clone();
                    whole.retain(|path, _| !path.contains(".previous"));
                    if failed == 1 {
                        assert!(after == whole, "{:?}", after.keys());
                    }
                }
                there(env, &url, &["upgrade"]).ok().says(["002_b"]);
            } else {
                std::fs::remove_file(&filler).unwrap();
            }
            there(env, &url, &["current"]).ok().says(["002_b (head)"]);
            if env.backend() == Backend::Sqlite {
                let file = rusqlite::Connection::open(disk.path().join("test.db")).unwrap();
                let check: String = file.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
                assert_eq!(check, "ok");
            }
            there(env, &url, &["downgrade"]).ok();
            if env.backend() == Backend::Sqlite {
                // Else the next round finds the room that this one has left in the file.
                rusqlite::Connection::open(disk.path().join("test.db")).unwrap().execute_batch("VACUUM").unwrap();
            }
        }
        assert!(failed > 2, "{failed}");
    }

    [json, sqlite]
    fn an_fsync_that_fails_is_9_and_the_commit_can_be_tried_again(env) {
        revisions(env);
        let Some(promise) = Promise::new("fsync that fails under the embedded databases") else {
            return;
        };
        let _case = fault::case(40, env.backend());
        let url = url(env, &promise.path());
        there(env, &url, &["upgrade", "-r", "001_a"]).ok();
        drop(Command::new("sync").status());
        let filler = promise.below.fill(0);
        let output = there(env, &url, &["upgrade"]).ends(9);
        assert!(output.stderr.contains("nothing of"), "{}", output.stderr);
        there(env, &url, &["current"]).ok().says(["001_a (1 revision pending)"]);
        std::fs::remove_file(filler).unwrap();
        there(env, &url, &["upgrade"]).ok();
        there(env, &url, &["current"]).ok().says(["002_b (head)"]);
    }
}
