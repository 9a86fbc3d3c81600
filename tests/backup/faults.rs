//! Dumps and restores that are cut off: nothing half made stays, and a restore goes on where it was.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::harness::{
    self, Fate, Message, Moment, Proxy, SmallDisk, Target, kill_at, statements_of,
};
use crate::on;
use crate::school::{ask, back_up, fill, names, path, run, sums};
use crate::support::{Backend, TestEnvironment, fault, wait_until};

/// Rows enough for more than one chunk.
fn many_rows(env: &TestEnvironment, rows: usize) {
    // What can be packed well would not fill a disk.
    let mut state = 1_u64;
    let mut filler = || -> String {
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            format!("{:016x}", state ^ (state >> 29))
        };
        (0..30).map(|_| next()).collect()
    };
    let mut statements = vec!["CREATE TABLE many (id integer PRIMARY KEY, filler text)".to_owned()];
    for start in (0..rows).step_by(1_000) {
        let rows: Vec<String> = (start..(start + 1_000).min(rows))
            .map(|id| format!("({id}, '{}')", filler()))
            .collect();
        statements.push(format!("INSERT INTO many VALUES {}", rows.join(", ")));
    }
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    run(env, &statements);
}

/// One backup, and nothing else.
#[track_caller]
fn only(env: &TestEnvironment, backup: &Path) {
    let name = backup.file_name().unwrap().to_str().unwrap();
    assert_eq!(names(&env.path("backups")), [name]);
    env.piton(["backup", "verify", path(backup)]).ok();
}

on! {
    [postgres, mysql]
    fn a_connection_that_is_lost_during_a_dump_leaves_no_backup_and_touches_none(env) {
        let case = fault::case(46, env.backend()).cases(3);
        fill(env);
        let older = back_up(env, &[]);
        let (_, messages) = statements_of(env, &["backup", "--to", "elsewhere"]);
        let first = messages.iter().filter(|it| it.starts_with("1: ")).count();
        assert!(first > 20, "{messages:#?}");
        for share in [30, 50, 70] {
            let at = first * share / 100;
            let proxy = Proxy::of(env.database(), move |message: &Message<'_>| {
                let here = message.connection == 1 && message.number == at;
                if here { Fate::Cut } else { Fate::Pass }
            });
            let mut command = env.command(["backup"]);
            command.env("DATABASE_URL", proxy.url(env.url()));
            env.output_of(command).ends(4).says(["lost"]);
            only(env, &older);
        }
        drop(case);
    }

    [sqlite]
    fn a_sqlite_file_that_breaks_during_a_dump_leaves_no_backup_and_touches_none(env) {
        let _case = fault::case(46, env.backend());
        fill(env);
        many_rows(env, 20_000);
        let older = back_up(env, &[]);
        let file = env.database().path();
        let mut bytes = std::fs::read(file).unwrap();
        let (middle, end) = (bytes.len() / 2, bytes.len() * 3 / 4);
        bytes[middle..end].fill(0xa5);
        std::fs::write(file, bytes).unwrap();
        env.piton(["backup"]).ends(8);
        only(env, &older);
    }

    [json]
    fn a_json_file_that_breaks_makes_no_backup_and_touches_none(env) {
        let _case = fault::case(46, env.backend()).cases(2);
        fill(env);
        let older = back_up(env, &[]);
        env.write("data/students.json", "[{\"id\": 1, \"student_id\"");
        env.piton(["backup"]).ends(8).says(["students.json"]);
        env.piton(["backup", "--format", "native"]).ends(8).says(["students.json"]);
        only(env, &older);
    }

    [json, sqlite, postgres, mysql]
    fn a_full_disk_leaves_no_backup(env) {
        fill(env);
        many_rows(env, 5_000);
        let Some(disk) = SmallDisk::new("a backup on a full disk", 2) else { return };
        disk.fill(64);
        let dir = disk.path().join("backups");
        std::fs::create_dir(&dir).unwrap();
        let formats: &[&str] = if env.backend() == Backend::Json { &["native"] } else { &["portable", "native"] };
        for format in formats {
            let _case = fault::case(47, env.backend());
            let mut command = env.command(["backup", "--format", format, "--to", path(&dir)]);
            command.env("PATH", std::env::var_os("PATH").unwrap());
            env.output_of(command).ends(9);
            let left = names(&dir);
            assert!(left.iter().all(|name| name.ends_with(".partial")), "{left:?}");
        }
    }

    [postgres, mysql]
    fn a_migration_waits_until_a_dump_has_ended(env) {
        let _case = fault::case(48, env.backend());
        fill(env);
        env.piton(["downgrade"]).ok();
        // Somebody holds a table, so that the dump stands still in the middle.
        let mut other = env.database().connect();
        match env.backend() {
            Backend::Postgres => other.query("BEGIN; LOCK TABLE students IN ACCESS EXCLUSIVE MODE"),
            _ => other.query("LOCK TABLES students WRITE"),
        };
        let backup = env.start(["backup"]);
        let waiting = match env.backend() {
            Backend::Postgres => "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
            _ => "SELECT count(*) FROM information_schema.processlist WHERE db = DATABASE() AND state LIKE '%lock%'",
        };
        wait_until("the dump stands still", || env.value(waiting) != "0");
        env.piton(["upgrade", "--lock-timeout", "200ms"]).ends(5).says(["the lock is held by"]);
        drop(other);
        backup.output().ok();
        env.piton(["upgrade"]).ok();
        let made = names(&env.path("backups"));
        let made = env.path("backups").join(&made[0]);
        assert_eq!(crate::school::manifest(&made)["revision"], "m20250210_091500_create_evaluations_and_knowledge_points");
    }

    [sqlite]
    fn a_migration_of_a_file_waits_until_a_dump_has_ended(env) {
        let _case = fault::case(48, env.backend());
        fill(env);
        env.piton(["downgrade"]).ok();
        many_rows(env, 20_000);
        let backup = env.start(["backup"]);
        wait_until("the dump holds Piton's lock", || {
            let lock = env.path("test.db.piton-lock");
            std::fs::File::options().read(true).write(true).open(lock).is_ok_and(|file| file.try_lock().is_err())
        });
        backup.signal("STOP");
        env.piton(["upgrade", "--lock-timeout", "0s"]).ends(5);
        backup.signal("CONT");
        backup.output().ok();
        env.piton(["upgrade"]).ok();
    }

    [json]
    fn a_backup_of_a_store_is_of_its_last_commit_whoever_holds_it(env) {
        let _case = fault::case(48, env.backend());
        fill(env);
        let before = sums(env);
        let lock = std::fs::File::options().read(true).write(true).open(env.path("data/piton.lock")).unwrap();
        lock.lock().unwrap();
        let backup = back_up(env, &[]);
        drop(lock);
        run(env, &["DELETE FROM error_analysis"]);
        env.piton(["restore", path(&backup), "--replace"]).ok();
        assert_eq!(sums(env), before);
    }

    [postgres, mysql]
    fn a_restore_that_is_killed_goes_on_where_it_was(env) {
        fill(env);
        let before = sums(env);
        let backup = back_up(env, &[]);
        let restore = ["restore", path(&backup), "--replace", "--drop-others"];
        let (_, messages) = statements_of(env, &restore);
        for place in harness::spread(harness::kills(8, 4), messages.len()) {
            let moment = [Moment::Before, Moment::During][place % 2];
            let _case = fault::case(51, env.backend());
            run(env, &["UPDATE students SET name = 'x'"]);
            kill_at(env, &restore, Target { message: place, moment });
            env.piton(restore).ok().says(["restored"]);
            assert_eq!(sums(env), before, "killed at {place}, {moment:?}");
            assert!(!env.tables().contains(&"piton_restore".to_owned()));
        }
        env.piton(["check"]).ok();
    }

    [json, sqlite]
    fn a_restore_into_files_that_is_killed_goes_on_or_begins_anew(env) {
        fill(env);
        many_rows(env, 12_000);
        let before = sums(env);
        let backup = back_up(env, &[]);
        let restore = ["restore", path(&backup), "--replace", "--drop-others"];
        for round in 0..harness::kills(6, 3) as u64 {
            let _case = fault::case(51, env.backend());
            let running = env.start(restore);
            std::thread::sleep(Duration::from_millis(40 + 90 * round));
            running.kill();
            env.piton(restore).ok().says(["restored"]);
            assert_eq!(sums(env), before, "round {round}");
        }
    }

    [json, sqlite, postgres, mysql]
    fn a_target_that_is_not_empty_is_refused_and_an_unfinished_restore_is_named(env) {
        let _case = fault::case(51, env.backend()).cases(2);
        fill(env);
        let backup = back_up(env, &[]);
        let before = sums(env);
        env.piton(["restore", path(&backup)]).ends(3).says(["not empty", "students"]);
        assert_eq!(sums(env), before);
        if !env.backend().is_server() {
            return;
        }
        let other = back_up(env, &["-t", "students"]);
        // A restore that stops where rows refer to nothing stays unfinished.
        run(env, &[
            "INSERT INTO students (student_id, name) VALUES ('late', 'x')",
            "INSERT INTO grading_tasks (id, student_id) VALUES (77, 'late')",
        ]);
        let unfinished = ["restore", path(&other), "--replace"];
        env.piton(unfinished).ends(10).says(["--anew"]);
        let whole = ["restore", path(&backup), "--replace"];
        for asked in [
            &whole[..2],
            &whole,
            &unfinished[..2],
            &["restore", path(&other), "--replace", "--drop-others"],
            &["restore", path(&other), "-t", "students", "--replace"],
        ] {
            env.piton(asked.iter().copied())
                .ends(3)
                .says(["stopped in the middle", " --replace goes on where it was", "--anew", "nothing was written"]);
        }
        env.piton(unfinished).ends(10);
        env.piton(whole.into_iter().chain(["--anew"])).ok();
        assert_eq!(ask(env, "SELECT count(*) FROM students"), ["3"]);
        env.piton(["check"]).ok();
    }

    [postgres]
    fn a_stop_ends_a_dump_and_leaves_nothing(env) {
        fill(env);
        let mut other = env.database().connect();
        other.query("BEGIN; LOCK TABLE students IN ACCESS EXCLUSIVE MODE");
        let backup = env.start(["backup"]);
        wait_until("the dump has begun", || !names(&env.path("backups")).is_empty());
        backup.signal("INT");
        // The table is still held.
        assert_eq!(backup.output().code, 130);
        drop(other);
        assert!(names(&env.path("backups")).is_empty());
    }
}

#[test]
fn the_rows_of_a_backup_can_be_read_without_piton() {
    let env = TestEnvironment::new();
    fill(&env);
    let backup = back_up(&env, &["-t", "students"]);
    let chunk = &crate::school::chunks(&backup)[0];
    let Ok(output) = Command::new("zstd").arg("-dc").arg(chunk).output() else {
        harness::not_run("a chunk read by zstd", "zstd is not on this machine");
        return;
    };
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert!(text.contains("s1\t学生 s1\tc1\t\\N"), "{text}");
}
