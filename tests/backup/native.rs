//! The database's own formats, made and brought back.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use crate::on;
use crate::school::{fill, names, path, run, sums};
use crate::support::{Backend, Output, TestEnvironment, fault, wait_until};

fn with_path(env: &TestEnvironment, args: &[&str], dirs: &str) -> Output {
    let mut command = env.command(args.iter().copied());
    command.env("PATH", dirs);
    env.output_of(command)
}

fn here() -> String {
    std::env::var("PATH").unwrap()
}

fn native(env: &TestEnvironment) -> PathBuf {
    let args = ["backup", "--format", "native", "--json"];
    let document = with_path(env, &args, &here()).ok().document();
    assert_eq!(document["backup_format"], "native");
    PathBuf::from(document["path"].as_str().unwrap())
}

/// A program of this name that does what a shell script says.
fn program(env: &TestEnvironment, name: &str, script: &str) -> String {
    let file = format!("bin/{name}");
    env.write(&file, format!("#!/bin/sh\n{script}\n"));
    let path = env.path(&file);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    format!("{}:/bin:/usr/bin", env.path("bin").display())
}

/// The program that brings a backup back, and what a script of that name says to be taken for it.
fn restore_program(env: &TestEnvironment) -> (&'static str, impl Fn(&str) -> String) {
    let name = if env.backend() == Backend::Postgres {
        "pg_restore"
    } else {
        "mariadb"
    };
    let said = Command::new(name).arg("--version").output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let script = move |rest: &str| {
        format!(
            "case \"$1\" in --version) echo '{}'; exit 0;; esac\n{rest}",
            said.trim()
        )
    };
    (name, script)
}

fn dump_program(env: &TestEnvironment) -> (&'static str, String) {
    let program = if env.backend() == Backend::Postgres {
        "pg_dump"
    } else {
        "mariadb-dump"
    };
    let said = Command::new(program).arg("--version").output().unwrap();
    (
        program,
        String::from_utf8(said.stdout).unwrap().trim().to_owned(),
    )
}

on! {
    [json, sqlite, postgres, mysql]
    fn a_native_backup_comes_back(env) {
        fill(env);
        let before = sums(env);
        let backup = native(env);
        env.piton(["backup", "verify", path(&backup)]).ok().says(["holds"]);
        run(env, &["DELETE FROM error_analysis", "DROP TABLE grading_results"]);
        let restore = ["restore", path(&backup)];
        with_path(env, &restore, &here()).ends(3).says(["not empty", "--replace"]);
        with_path(env, &[restore[0], restore[1], "--replace"], &here())
            .ok()
            .says(["restored", "20250616140000_add_composite_indexes"]);
        assert_eq!(sums(env), before);
        env.piton(["check"]).ok();
    }

    [json, sqlite, postgres, mysql]
    fn a_native_backup_is_restored_into_a_scratch_database(env) {
        fill(env);
        let backup = native(env);
        let verify = ["backup", "verify", path(&backup), "--deep", "--json"];
        let document = with_path(env, &verify, &here()).ok().document();
        assert_eq!((&document["ok"], &document["deep"]), (&true.into(), &true.into()));
        with_path(env, &verify[..4], &here()).ok().says([match env.backend().is_server() {
            true => "a scratch database took all of it",
            false => "came back the same",
        }]);
        if !env.backend().is_server() {
            return;
        }
        // What was done to the database since then is nothing to its backup.
        run(env, &["DROP TABLE error_analysis"]);
        with_path(env, &verify, &here()).ok();
        with_path(env, &verify, "/nowhere").ends(3).says(["not on this machine"]);
    }

    [postgres, mysql]
    fn a_dump_that_does_not_come_back_is_told_by_a_deep_look(env) {
        fill(env);
        let backup = native(env);
        let (name, script) = restore_program(env);
        let verify = ["backup", "verify", path(&backup), "--deep"];
        let dirs = program(env, name, &script("cat > /dev/null; echo 'no such function' >&2; exit 1"));
        with_path(env, &verify, &dirs).ends(1).says([name, "no such function"]);
        // It ends well, and brings nothing.
        let dirs = program(env, name, &script("cat > /dev/null"));
        with_path(env, &verify, &dirs).ends(8).says(["other revisions are applied", "does not come back"]);
    }

    [postgres, mysql]
    fn what_is_not_in_a_native_backup_goes_where_that_is_asked_for(env) {
        fill(env);
        let (before, schema) = (sums(env), env.schema());
        let backup = native(env);
        // The one hangs on what is in the backup, so that it cannot be dropped alone.
        run(env, &[
            "CREATE TABLE later (id integer PRIMARY KEY, task_id integer, CONSTRAINT of_task FOREIGN KEY (task_id) REFERENCES grading_tasks (id))",
            "CREATE VIEW seen AS SELECT student_id FROM students",
            "DELETE FROM error_analysis",
        ]);
        let restore = ["restore", path(&backup), "--replace", "--drop-others"];
        if env.backend() == Backend::Postgres {
            let damaged = sums(env);
            with_path(env, &restore[..3], &here()).ends(1).says(["depend on it", "--drop-others"]);
            assert_eq!(sums(env), damaged);
        }
        with_path(env, &restore, "/nowhere").ends(3).says(["not on this machine"]);
        assert!(env.tables().contains(&"later".to_owned()));
        with_path(env, &restore, &here()).ok().says(["restored"]);
        assert_eq!(sums(env), before);
        assert_eq!(env.schema(), schema);
        env.piton(["check"]).ok();
    }

    [postgres, mysql]
    fn a_migration_waits_until_a_native_restore_has_ended(env) {
        let _case = fault::case(48, env.backend());
        fill(env);
        env.piton(["downgrade"]).ok();
        let backup = native(env);
        let (name, script) = restore_program(env);
        let script = script("touch \"$HOME/begun\"\nwhile [ ! -e \"$HOME/end\" ]; do sleep 0.05; done");
        let mut command = env.command(["restore", path(&backup), "--replace"]);
        command.env("PATH", program(env, name, &script));
        let restore = env.started(command);
        wait_until("the program runs", || env.path("begun").exists());
        env.piton(["upgrade", "--lock-timeout", "200ms"]).ends(5).says(["the lock is held by"]);
        env.write("end", "");
        restore.output().ok();
        env.piton(["upgrade"]).ok();
    }

    [postgres, mysql]
    fn single_tables_of_a_native_backup_are_refused_before_anything_else(env) {
        fill(env);
        let backup = native(env);
        env.piton(["restore", path(&backup), "-t", "students", "--environment", "production"])
            .ends(2)
            .says(["only restored whole"])
            .hides(["--yes"]);
    }

    [json, sqlite]
    fn some_tables_of_a_copied_database_come_back_into_another(env) {
        fill(env);
        let backup = native(env);
        let other = TestEnvironment::new();
        other.piton(["upgrade"]).ok();
        other.piton(["restore", path(&backup), "-t", "students"]).ok().says(["1 table, 3 rows"]);
        assert_eq!(sums(&other)["students"], sums(env)["students"]);
    }

    [postgres, mysql]
    fn a_program_that_is_missing_or_older_than_the_server_is_told_with_both_versions(env) {
        let _case = fault::case(45, env.backend()).cases(3);
        fill(env);
        let args = ["backup", "--format", "native"];
        let (name, said) = dump_program(env);
        let title = if env.backend() == Backend::Postgres { "PostgreSQL" } else { "MariaDB" };
        with_path(env, &args, "/nowhere").ends(3).says([name, "not on this machine", title, "--format portable"]);
        let old = match env.backend() {
            Backend::Postgres => "pg_dump (PostgreSQL) 9.6.1",
            _ => "mariadb-dump  Ver 10.19 Distrib 10.1.2-MariaDB, for Linux",
        };
        let dirs = program(env, name, &format!("echo '{old}'"));
        let dirs = dirs.split(':').next().unwrap();
        let short = if env.backend() == Backend::Postgres { "9.6" } else { "10.1" };
        with_path(env, &args, dirs).ends(3).says([name, short, title]);
        assert!(names(&env.path("backups")).is_empty());
        assert!(!said.is_empty());
        with_path(env, &["backup"], "/nowhere").ok();
    }

    [postgres, mysql]
    fn a_program_that_fails_in_the_middle_leaves_no_backup_and_touches_none(env) {
        let _case = fault::case(46, env.backend());
        fill(env);
        let older = native(env);
        let (name, said) = dump_program(env);
        let script = format!(
            "case \"$1\" in --version) echo '{said}'; exit 0;; esac\n\
             echo 'CREATE TABLE half'\necho 'connection to server was lost' >&2\nexit 1"
        );
        let dirs = program(env, name, &script);
        with_path(env, &["backup", "--format", "native"], &dirs)
            .ends(1)
            .says([name, "exit code 1", "connection to server was lost"]);
        assert_eq!(names(&env.path("backups")), [older.file_name().unwrap().to_str().unwrap()]);
        env.piton(["backup", "verify", path(&older)]).ok();
    }

    [postgres, mysql]
    fn a_password_goes_to_a_program_by_its_environment_alone(env) {
        fill(env);
        let (name, said) = dump_program(env);
        let script = format!(
            "case \"$1\" in --version) echo '{said}'; exit 0;; esac\n\
             echo \"$0 $*\" > \"$HOME/arguments\"\necho \"$PGPASSWORD$MYSQL_PWD\" > \"$HOME/password\"\n\
             echo 'no, hunter2 is not right' >&2\nexit 1"
        );
        let dirs = program(env, name, &script);
        let user = if env.backend() == Backend::Postgres { "postgres" } else { "root" };
        // The server asks nobody for a password here, or it would not be let in with it.
        let mut command = env.command(["backup", "--format", "native", "-vv"]);
        command.env("PATH", &dirs);
        if env.backend() == Backend::Postgres {
            let url = env.url().replace("postgres@", "postgres:hunter2@");
            command.env("DATABASE_URL", url);
            env.output_of(command).ends(1);
            assert_eq!(env.read("password").trim(), "hunter2");
        } else {
            env.output_of(command).ends(1);
        }
        let arguments = env.read("arguments");
        assert!(arguments.contains(user) && !arguments.contains("hunter2"), "{arguments}");
    }
}
