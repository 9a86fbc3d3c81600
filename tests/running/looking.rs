//! Commands that look write nothing.

use std::collections::BTreeMap;
use std::path::Path;

use crate::on;
use crate::support::{TestEnvironment, fault, unique_name};

const LOOKING: [&[&str]; 6] = [
    &["current"],
    &["history"],
    &["history", "--sql"],
    &["upgrade", "--dry-run"],
    &["downgrade", "-r", "base", "--dry-run"],
    &["show"],
];

/// Every file under a directory, with its bytes and the time of its last change.
fn files(dir: &Path) -> BTreeMap<String, (Vec<u8>, std::time::SystemTime)> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            let changed = entry.metadata().unwrap().modified().unwrap();
            all.insert(
                path.display().to_string(),
                (std::fs::read(&path).unwrap(), changed),
            );
        }
    }
    all
}

fn look(env: &TestEnvironment, url: &str) {
    for args in LOOKING {
        let mut args = args.to_vec();
        args.extend(["--url", url]);
        env.piton(args).ok();
    }
}

on! {
    [json, sqlite]
    fn looking_leaves_every_file_as_it_was(env) {
        let _case = fault::case(21, env.backend());
        look(env, env.url());
        assert!(files(env.dir()).is_empty(), "{:?}", files(env.dir()).keys());
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        env.table_revision(2, "b");
        let before = files(env.dir());
        look(env, env.url());
        assert_eq!(files(env.dir()), before);
    }

    [postgres]
    fn looking_needs_no_right_to_write_in_postgres_and_writes_nothing(env) {
        let counters = "SELECT tup_inserted, tup_updated, tup_deleted FROM pg_stat_database WHERE datname = current_database()";
        let role = unique_name();
        let (address, name) = (env.database().address(), env.database().name());
        let url = format!("postgres://{role}@{address}/{name}?options=-cdefault_transaction_read_only%3Don");
        env.sql(&format!("CREATE ROLE {role} LOGIN"));
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            look(env, &url);
            env.table_revision(1, "a");
            env.piton(["upgrade"]).ok();
            env.table_revision(2, "b");
            env.sql(&format!("GRANT SELECT ON seaql_migrations, piton_journal TO {role}"));
            // Backends report what they counted when they end, and that may be a moment later.
            std::thread::sleep(std::time::Duration::from_millis(300));
            let before = env.sql(counters);
            look(env, &url);
            std::thread::sleep(std::time::Duration::from_millis(300));
            assert_eq!(env.sql(counters), before);
        }));
        env.sql(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    }

    [mysql]
    fn looking_needs_no_right_to_write_in_mysql(env) {
        let user = unique_name();
        let (address, name) = (env.database().address(), env.database().name());
        env.sql(&format!("CREATE USER {user}; GRANT SELECT ON {name}.* TO {user}"));
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let url = format!("mysql://{user}@{address}/{name}");
            look(env, &url);
            env.table_revision(1, "a");
            env.piton(["upgrade"]).ok();
            env.table_revision(2, "b");
            look(env, &url);
        }));
        env.sql(&format!("DROP USER {user}"));
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    }

    [json, sqlite, postgres, mysql]
    fn a_dry_run_shows_the_plan(env) {
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.piton(["upgrade", "--dry-run"]).ok().says([
            "would apply, in this order:\n  001_a\n  002_b\nand stand at 002_b; nothing was written",
        ]);
        assert_eq!(env.tables(), [""; 0]);
        env.piton(["upgrade"]).ok();
        env.piton(["downgrade", "-r", "base", "--dry-run"]).ok().says([
            "would take back, in this order:\n  002_b\n  001_a\nand stand at base; nothing was written",
        ]);
        assert_eq!(env.tables(), ["a", "b"]);
    }
}
