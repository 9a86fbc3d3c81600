//! What `piton schema` prints makes the same database again, by the word of the server's own dump.

#[macro_use]
mod support;

use std::io::Write as _;
use std::process::{Command, Stdio};

use support::{Backend, TestEnvironment};
use url::Url;

/// A second database of the same kind.
fn another(env: &TestEnvironment) -> TestEnvironment {
    let other = match env.backend() {
        Backend::Json | Backend::Sqlite => TestEnvironment::sqlite(),
        Backend::Postgres => TestEnvironment::postgres(),
        Backend::Mysql => TestEnvironment::mysql(),
    };
    other.expect("the first one was to be had")
}

/// Runs a program of the server's; one that is missing fails the test.
#[track_caller]
fn run(program: &str, arguments: &[String], input: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}, which comes with the server: {error}"));
    let mut pipe = child.stdin.take().expect("it is piped");
    let text = input.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that stops reading says why by itself.
        drop(pipe.write_all(text.as_bytes()));
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(
        output.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn mysql_arguments(env: &TestEnvironment) -> Vec<String> {
    let url = Url::parse(env.url()).unwrap();
    let mut arguments = vec![
        "--no-defaults".to_owned(),
        "--protocol=tcp".to_owned(),
        "--default-character-set=utf8mb4".to_owned(),
        format!("--host={}", url.host_str().unwrap()),
        format!("--port={}", url.port().unwrap_or(3306)),
        format!("--user={}", url.username()),
    ];
    arguments.extend(url.password().map(|it| format!("--password={it}")));
    arguments
}

/// Loads a script with the server's own client.
fn load(env: &TestEnvironment, script: &str) {
    match env.backend() {
        Backend::Postgres => {
            let arguments = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", env.url()];
            run("psql", &arguments.map(str::to_owned), script);
        }
        Backend::Mysql => {
            let mut arguments = mysql_arguments(env);
            arguments.push(env.database().name().to_owned());
            run("mysql", &arguments, script);
        }
        Backend::Json | Backend::Sqlite => drop(env.sql(script)),
    }
}

/// The server's dump, a statement each, without what belongs to the dump itself.
fn dump(env: &TestEnvironment) -> Vec<String> {
    let text = match env.backend() {
        Backend::Postgres => run(
            "pg_dump",
            &["--schema-only", "--no-owner", "-d", env.url()].map(str::to_owned),
            "",
        ),
        Backend::Mysql => {
            let mut arguments = mysql_arguments(env);
            let what = ["--no-data", "--routines", "--events", "--skip-dump-date"];
            arguments.extend(what.map(str::to_owned));
            arguments.push(env.database().name().to_owned());
            run("mysqldump", &arguments, "")
        }
        Backend::Json | Backend::Sqlite => return sqlite(env),
    };
    // A counter is the rows', not the schema's.
    let is_counter = |word: &&str| !word.starts_with("AUTO_INCREMENT=");
    let mut parts = vec![String::new()];
    for line in text.lines() {
        if line.starts_with("--")
            || line.starts_with("\\restrict")
            || line.starts_with("\\unrestrict")
        {
            // Comments stand between the objects.
            parts.push(String::new());
            continue;
        }
        // What the session was that made it.
        if line.starts_with("/*!") && line.split(' ').nth(1) == Some("SET") {
            continue;
        }
        let line: Vec<&str> = line.split(' ').filter(is_counter).collect();
        let part = parts.last_mut().expect("there is one");
        part.push_str(&line.join(" "));
        part.push('\n');
    }
    if env.backend() == Backend::Mysql {
        parts = parts.iter().map(|part| unordered(part)).collect();
    }
    let mut parts: Vec<String> = parts.iter().map(|it| it.trim().to_owned()).collect();
    parts.retain(|it| !it.is_empty());
    parts.sort();
    parts
}

/// A statement of MySQL's dump in which it does not matter how it was spaced and quoted, and in which order the
/// table's keys came.
fn unordered(part: &str) -> String {
    let lines = part.lines().map(|line| {
        let line = line.trim().trim_end_matches(',').to_lowercase();
        line.replace([' ', '`'], "")
    });
    let is_key = |line: &String| {
        ["key", "uniquekey", "fulltextkey", "spatialkey"]
            .iter()
            .any(|word| line.starts_with(word))
    };
    let (mut keys, mut lines): (Vec<String>, Vec<String>) = lines.partition(is_key);
    keys.sort();
    lines.extend(keys);
    lines.join("\n")
}

/// What SQLite's pragmas say of each table, and the text of all else.
fn sqlite(env: &TestEnvironment) -> Vec<String> {
    let mut lines = Vec::new();
    for sql in [
        "SELECT m.name, c.cid, c.name, c.type,
             -- NULL is a number's in INTEGER PRIMARY KEY, whatever stands behind it.
             c.\"notnull\" OR c.pk AND upper(c.type) = 'INTEGER', c.dflt_value, c.pk, c.hidden,
             t.wr, t.strict, m.sql LIKE '%AUTOINCREMENT%'
         FROM sqlite_schema m JOIN pragma_table_list(m.name) t JOIN pragma_table_xinfo(m.name) c
         WHERE m.type = 'table'",
        "SELECT m.name, i.origin, i.\"unique\", i.partial, c.seqno, c.name, c.\"desc\", c.coll, c.\"key\",
             CASE WHEN i.origin = 'c' THEN i.name END
         FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) c
         WHERE m.type = 'table'",
        "SELECT m.name, f.seq, f.\"from\", lower(f.\"table\"), f.\"to\", f.on_update, f.on_delete, f.\"match\"
         FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
        "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL",
    ] {
        let rows = env.sql(sql);
        // How a statement is spaced and quoted says nothing.
        lines.extend(rows.iter().map(|row| {
            let text = row.join(" | ");
            text.chars()
                .filter(|it| !it.is_whitespace() && !"\"`[]();".contains(*it))
                .flat_map(char::to_lowercase)
                .collect()
        }));
    }
    lines.sort();
    lines
}

/// That a database which `script` made comes back from what `piton schema` prints.
#[track_caller]
fn comes_back(env: &TestEnvironment, script: &str) {
    env.sql(script);
    let printed = env.piton(["schema", "--format", "sql"]).ok();
    let other = another(env);
    load(&other, printed.raw());
    let (first, again) = (dump(env), dump(&other));
    assert!(first.len() > 10, "the dump has something in it: {first:#?}");
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        let left = these.iter().filter(|it| !those.contains(it));
        left.cloned().collect()
    };
    let (lost, new) = (only(&first, &again), only(&again, &first));
    assert!(
        lost.is_empty() && new.is_empty() && first.len() == again.len(),
        "only the first has:\n{}\n\nonly the second has:\n{}",
        lost.join("\n"),
        new.join("\n")
    );
}

on! {
    [postgres]
    fn a_shop_a_forum_and_a_ledger_come_back_on_postgres(env) {
        comes_back(env, include_str!("database_first/postgres.sql"));
    }

    [postgres]
    fn everything_comes_back_on_postgres(env) {
        comes_back(env, &all_but_the_rest(include_str!("catalog/postgres.sql")));
    }

    [mysql]
    fn a_shop_a_forum_and_a_ledger_come_back_on_mysql(env) {
        comes_back(env, include_str!("database_first/mariadb.sql"));
    }

    [mysql]
    fn everything_comes_back_on_mysql(env) {
        comes_back(env, &all_but_the_rest(include_str!("catalog/mysql.sql")));
    }

    [sqlite]
    fn a_shop_a_forum_and_a_ledger_come_back_on_sqlite(env) {
        comes_back(env, include_str!("database_first/sqlite.sql"));
    }

    [sqlite]
    fn everything_comes_back_on_sqlite(env) {
        comes_back(env, &all_but_the_rest(include_str!("catalog/sqlite.sql")));
    }
}

/// A script without Piton's own table, which is no part of a schema; without what `piton schema` says that it does
/// not understand; and with what the server itself takes for the same written in the one way that is printed.
fn all_but_the_rest(script: &str) -> String {
    let left_out = [
        "seaql_migrations",
        "CREATE AGGREGATE",
        "CREATE TEXT SEARCH CONFIGURATION",
    ];
    let lines = script
        .lines()
        .filter(|line| left_out.iter().all(|it| !line.contains(it)));
    let script = lines.collect::<Vec<_>>().join("\n");
    [
        ("odd DEFAULT \"word\"", "odd DEFAULT 'word'"),
        (" REFERENCES Users ON", " REFERENCES Users (id) ON"),
        ("\"mail\" COLLATE BINARY,", "\"mail\","),
        ("WHERE score > 0 -- only good ones", "WHERE score > 0"),
        ("IN a int, OUT b int", "a int(11), OUT b int(11)"),
        ("twice(n int,", "twice(n int(11),"),
        (
            "SUBPARTITION BY HASH (id) SUBPARTITIONS 2",
            "SUBPARTITION BY HASH (id)",
        ),
        (
            "('2024-01-01') COMMENT = 'gone'",
            "('2024-01-01') (SUBPARTITION o0 COMMENT = 'gone', SUBPARTITION o1 COMMENT = 'gone')",
        ),
        (
            "(MAXVALUE))",
            "(MAXVALUE) (SUBPARTITION n0, SUBPARTITION n1))",
        ),
        // A partition that was attached has its parent's columns in its parent's order.
        (
            "entries_rest (amount numeric, at date NOT NULL, id integer NOT NULL)",
            "entries_rest (id integer NOT NULL, at date NOT NULL, amount numeric)",
        ),
    ]
    .iter()
    .fold(script, |script, (from, to)| script.replace(from, to))
}
