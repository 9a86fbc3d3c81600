//! Rows past their keeping time: what goes, what stays, and in which order.

#[macro_use]
mod support;

use support::{Backend, TestEnvironment};

const RULES: &str = "[revisions]\ndir = \"migrations\"\nbuiltin = false\n\
    [prune]\nbatch_size = 7\npause_ms = 0\n\
    [[prune.rules]]\ntable = \"tasks\"\ncolumn = \"created_at\"\nolder_than = \"3mo\"\n\
    [[prune.rules]]\ntable = \"results\"\ncolumn = \"created_at\"\nolder_than = \"3mo\"\n";

/// Tasks and their results, in the type that each database has for moments.
fn tables(env: &TestEnvironment) {
    env.write("piton.toml", RULES);
    let moment = match env.backend() {
        Backend::Postgres => "timestamptz",
        Backend::Mysql => "datetime(6)",
        _ => "text",
    };
    let sql = format!(
        "CREATE TABLE tasks (id integer PRIMARY KEY, created_at {moment});\n\
         CREATE TABLE results (id integer PRIMARY KEY, task_id integer, created_at {moment},\n\
         CONSTRAINT of_task FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE);"
    );
    env.revision("001_tables", format!("-- migrate:up\n{sql}\n"));
}

/// So many days before now, as the backend writes it.
fn ago(env: &TestEnvironment, days: u32) -> String {
    match env.backend() {
        Backend::Postgres => format!("now() - interval '{days} days'"),
        Backend::Mysql => format!("utc_timestamp(6) - INTERVAL {days} DAY"),
        _ => format!("strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-{days} days')"),
    }
}

/// 40 old tasks, of which 1 has a young result, and each of the others an old one; 5 young tasks with a result each;
/// a result of no known age.
fn filled(env: &TestEnvironment) {
    tables(env);
    let (old, young) = (ago(env, 120), ago(env, 20));
    let mut sql = String::new();
    for id in 1..=45 {
        let at = if id <= 40 { &old } else { &young };
        sql += &format!("INSERT INTO tasks VALUES ({id}, {at});\n");
        let at = if id == 1 { &young } else { at };
        sql += &format!("INSERT INTO results VALUES ({id}, {id}, {at});\n");
    }
    sql += "INSERT INTO results VALUES (99, NULL, NULL);\n";
    env.revision("002_rows", format!("-- migrate:up\n{sql}\n"));
    env.piton(["upgrade"]).ok();
}

fn left(env: &TestEnvironment) -> (usize, usize) {
    let count = |table: &str| match env.backend() {
        Backend::Json => env.database().json_rows(table).len(),
        _ => env
            .value(&format!("SELECT count(*) FROM {table}"))
            .parse()
            .unwrap(),
    };
    (count("tasks"), count("results"))
}

on! {
    [json, sqlite, postgres, mysql]
    fn old_rows_go_children_first_and_those_that_others_refer_to_stay(env) {
        filled(env);
        env.piton(["prune", "--dry-run"]).ok().says([
            "results: 39 rows older than 3mo (created_at before ",
            // As long as their results are there.
            "tasks: 0 rows older than 3mo",
            "40 rows as old kept, as long as results refers to it",
        ]);
        assert_eq!(left(env), (45, 46));
        env.piton(["prune"]).ok().says([
            "results: 39 rows removed older than 3mo",
            "tasks: 39 rows removed older than 3mo",
            "1 row as old kept, as long as results refers to it",
        ]);
        assert_eq!(left(env), (6, 7));
        env.piton(["prune"]).ok().says(["results: 0 rows older than 3mo"]).hides(["removed"]);
    }

    [json, sqlite, postgres, mysql]
    fn another_age_and_one_table_alone_can_be_asked_for(env) {
        filled(env);
        env.piton(["prune", "--older-than", "1y"]).ok().says(["results: 0 rows older than 1y"]);
        env.piton(["prune", "--older-than", "10d", "-t", "results"]).ok().says(["results: 45 rows removed older than 10d"]);
        // What has no age is not old.
        assert_eq!(left(env), (45, 1));
        env.piton(["prune", "-t", "students"]).ends(2).says(["no rule is about table students", "results, tasks"]);
        env.piton(["prune", "--older-than", "3m"]).ends(2).says(["is no age"]);
    }

    [sqlite, postgres, mysql]
    fn rows_that_refer_to_rows_of_their_own_table_go_from_the_last_to_the_first(env) {
        env.write("piton.toml", RULES.split("[[prune").next().unwrap().to_owned()
            + "[[prune.rules]]\ntable = \"links\"\ncolumn = \"at\"\nolder_than = \"90d\"\n");
        let moment = match env.backend() {
            Backend::Postgres => "timestamp",
            Backend::Mysql => "timestamp NULL",
            _ => "datetime",
        };
        let mut sql = format!("CREATE TABLE links (id integer PRIMARY KEY, before_id integer, at {moment}, \
            FOREIGN KEY (before_id) REFERENCES links (id));\n");
        for id in 1..=9 {
            let before = if id == 1 { "NULL".to_owned() } else { (id - 1).to_string() };
            sql += &format!("INSERT INTO links VALUES ({id}, {before}, {});\n", ago(env, 100));
        }
        sql += &format!("INSERT INTO links VALUES (20, NULL, {});\n", ago(env, 1));
        env.revision("001_links", format!("-- migrate:up\n{sql}\n"));
        env.piton(["upgrade"]).ok();
        env.piton(["prune"]).ok().says(["links: 9 rows removed"]);
        assert_eq!(env.sql("SELECT id FROM links"), [["20"]]);
    }

    [postgres, mysql]
    fn a_row_that_somebody_has_locked_is_in_nobody_s_way(env) {
        filled(env);
        let mut other = env.database().connect();
        other.query("BEGIN");
        other.query("SELECT id FROM results WHERE id = 7 FOR UPDATE");
        match env.backend() {
            // Left for the next run.
            Backend::Postgres => {
                env.piton(["prune", "-t", "results"]).ok().says(["results: 38 rows removed"]);
                other.query("ROLLBACK");
                env.piton(["prune", "-t", "results"]).ok().says(["results: 1 row removed"]);
            }
            // Waited for.
            _ => {
                let running = env.start(["prune", "-t", "results"]);
                std::thread::sleep(std::time::Duration::from_millis(4_500));
                other.query("ROLLBACK");
                running.output().ok().says(["results: 39 rows removed"]);
            }
        }
        assert_eq!(left(env).1, 7);
    }

    [json, sqlite, postgres, mysql]
    fn an_interrupt_stops_between_two_batches_and_the_next_run_goes_on(env) {
        filled(env);
        let running = env.start(["prune", "-t", "results", "--batch-size", "1", "--pause", "150ms"]);
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        running.signal("INT");
        running.output().ends(130).says(["stopped by SIGINT", " of 39 rows removed, for good", "piton prune goes on"]);
        let between = left(env).1;
        assert!(between > 7 && between < 46, "{between}");
        env.piton(["prune", "-t", "results"]).ok();
        assert_eq!(left(env).1, 7);
    }

    [json, postgres]
    fn under_guards_it_asks(env) {
        filled(env);
        let guarded = |more: &[&str]| {
            let mut command = env.command(["prune"].iter().chain(more).copied());
            command.env("ENVIRONMENT", "production");
            env.output_of(command)
        };
        guarded(&[]).ends(2).says(["Remove 39 rows from", "--yes"]);
        guarded(&["--dry-run"]).ok();
        assert_eq!(left(env), (45, 46));
        guarded(&["--yes"]).ok();
        assert_eq!(left(env).1, 7);
    }

    [json, postgres, mysql]
    fn a_rule_that_fits_nothing_is_3_and_nothing_is_removed(env) {
        filled(env);
        for (rule, expected) in [
            ("table = \"nope\"\ncolumn = \"at\"", "there is no table nope"),
            ("table = \"tasks\"\ncolumn = \"at\"", "table tasks has no column at"),
            ("table = \"tasks\"\ncolumn = \"id\"", "column id of table tasks holds no moments"),
            ("table = \"tasks\"\ncolum = \"id\"", "the nearest known one is `prune.rules[1].column`"),
        ] {
            let head = "[revisions]\ndir = \"migrations\"\nbuiltin = false\n";
            env.write("piton.toml", format!("{head}[[prune.rules]]\n{rule}\nolder_than = \"3mo\"\n"));
            env.piton(["prune"]).ends(3).says([expected]);
        }
        env.write("piton.toml", "[revisions]\ndir = \"migrations\"\nbuiltin = false\n");
        env.piton(["prune"]).ends(3).says(["no rule says which rows", "[[prune.rules]]"]);
        assert_eq!(left(env), (45, 46));
    }

    [json, sqlite, postgres, mysql]
    fn the_grading_platform_keeps_results_for_three_months(env) {
        env.piton(["upgrade"]).ok();
        env.piton(["prune", "--dry-run"]).ok().says(["grading_results: 0 rows older than 3mo (created_at before "]);
    }

    [json, sqlite, postgres, mysql]
    fn what_goes_is_in_a_backup_first_where_that_is_asked_for(env) {
        filled(env);
        env.piton(["prune", "--archive"]).ok().says(["archived in "]);
        assert_eq!(left(env), (6, 7));
        let made = std::fs::read_dir(env.path("backups")).unwrap().next().unwrap().unwrap().path();
        let made = made.to_str().unwrap();
        env.piton(["backup", "verify", made]).ok();
        env.piton(["restore", made, "--replace"]).ok();
        assert_eq!(left(env), (45, 46));
    }

    [postgres]
    fn heirs_and_what_a_key_to_a_partition_refers_to_stay(env) {
        env.write("piton.toml", RULES.replace("\"results\"", "\"parts\""));
        env.revision("001_tables", "-- migrate:up\n\
            CREATE TABLE tasks (id integer PRIMARY KEY, created_at timestamptz);\n\
            CREATE TABLE heirs (note text) INHERITS (tasks);\n\
            INSERT INTO tasks SELECT n, now() - interval '1 year' FROM generate_series(1, 3) n;\n\
            INSERT INTO heirs SELECT n, now(), 'young' FROM generate_series(1, 3) n;\n\
            INSERT INTO heirs VALUES (9, now() - interval '1 year', 'old');\n\
            CREATE TABLE parts (id integer PRIMARY KEY, created_at timestamptz) PARTITION BY RANGE (id);\n\
            CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);\n\
            CREATE TABLE child (id integer REFERENCES parts_1 ON DELETE CASCADE);\n\
            INSERT INTO parts SELECT n, now() - interval '1 year' FROM generate_series(1, 3) n;\n\
            INSERT INTO child VALUES (2);\n");
        env.piton(["upgrade"]).ok();
        env.piton(["prune"]).ok().says([
            "tasks: 3 rows removed",
            "parts: 2 rows removed",
            "1 row as old kept, as long as child refers to it",
        ]);
        assert_eq!(env.value("SELECT count(*) FROM heirs"), "4");
        assert_eq!(env.value("SELECT count(*) FROM child"), "1");
    }

    [mysql]
    fn rows_to_which_another_database_refers_stay(env) {
        tables(env);
        env.revision("002_rows", format!("-- migrate:up\nINSERT INTO tasks VALUES (1, {0}), (2, {0});\n", ago(env, 200)));
        env.piton(["upgrade"]).ok();
        let (here, other) = (env.database().name(), format!("{}_other", env.database().name()));
        env.sql(&format!("CREATE DATABASE {other}"));
        env.sql(&format!("CREATE TABLE {other}.child (task integer, FOREIGN KEY (task) REFERENCES {here}.tasks (id) ON DELETE CASCADE)"));
        env.sql(&format!("INSERT INTO {other}.child VALUES (2)"));
        let output = env.piton(["prune"]);
        let left = env.value(&format!("SELECT count(*) FROM {other}.child"));
        env.sql(&format!("DROP DATABASE {other}"));
        output.ok().says(["tasks: 1 row removed", "1 row as old kept"]);
        assert_eq!(left, "1");
    }

    [json, postgres]
    fn an_age_of_millennia_is_refused(env) {
        filled(env);
        env.piton(["prune", "--older-than", "5000y"]).ends(2).says(["at most 100 years"]);
        assert_eq!(left(env), (45, 46));
    }
}
