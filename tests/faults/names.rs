//! Row 37: names that bite are quoted in SQL and escaped on the screen, or refused.

use std::process::Command;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::on;
use crate::support::{Backend, Connection, Output, TestEnvironment, fault, unique_name};

const NAMES: [&str; 14] = [
    "a\"b",
    "a'b",
    "a`b",
    "a;DROP TABLE notes;--",
    "a\\b",
    "select",
    "Order By",
    "$1 %s {}",
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "添加新字段",
    "🎉🧗",
    "rtl\u{202e}txet",
    "new\nline",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];

/// Nothing that was printed gives a terminal orders.
#[track_caller]
fn tame(output: Output) -> Output {
    for text in [output.raw(), output.stderr.as_str()] {
        let wild = text.chars().find(|&c| {
            c.is_control() && c != '\n' && c != '\t'
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        assert_eq!(wild, None, "{text:?}");
    }
    output
}

/// As much of a name as every server takes. MySQL has none beyond the first 65,536 characters of Unicode:
/// <https://dev.mysql.com/doc/refman/8.4/en/identifiers.html>.
fn made_of(env: &TestEnvironment, name: &str) -> String {
    let fits = |c: &char| env.backend() != Backend::Mysql || u32::from(*c) < 0x1_0000;
    let made: String = name.chars().filter(fits).take(60).collect();
    if made.is_empty() {
        "empty".to_owned()
    } else {
        made
    }
}

fn quoted(env: &TestEnvironment, name: &str) -> String {
    match env.backend() {
        Backend::Mysql => format!("`{}`", name.replace('`', "``")),
        _ => format!("\"{}\"", name.replace('"', "\"\"")),
    }
}

on! {
    [json, sqlite, postgres, mysql]
    fn a_revision_may_be_called_and_may_make_whatever_there_is(env) {
        env.write("piton.toml", "[revisions]\ndir = \"migrations\"\nbuiltin = false\n");
        env.write("migrations/.keep", "");
        for (i, name) in NAMES.into_iter().enumerate() {
            let _case = fault::case(37, env.backend());
            // MySQL takes 64 characters, PostgreSQL cuts what is over 63 bytes.
            let made = made_of(env, name);
            let (table, column) = (quoted(env, &made), quoted(env, &format!("{}c", made.chars().take(50).collect::<String>())));
            let created = tame(env.piton(["create", "--empty", "-m", name]).ok());
            let path = created.stdout.lines().chain(created.stderr.lines()).find_map(|line| line.strip_prefix("wrote $DIR/")).unwrap().to_owned();
            let text = env.read(&path);
            let head = text.lines().next().unwrap().to_owned();
            assert!(text[head.len()..].starts_with("\n-- migrate:up\n"), "the message is one line: {text:?}");
            env.write(&path, format!("{head}\n-- migrate:up\nCREATE TABLE {table} (id integer PRIMARY KEY, {column} integer);\n-- migrate:down\nDROP TABLE {table};\n"));
            tame(env.piton(["upgrade"]).ok());
            assert_eq!(env.tables().len(), i + 1, "{name:?}");
            for args in [vec!["current"], vec!["history"], vec!["history", "--sql"], vec!["show"], vec!["check"], vec!["schema"], vec!["schema", "--format", "json"], vec!["schema", "--format", "mermaid"], vec!["upgrade", "-vv"]] {
                let output = env.piton(args.iter().copied());
                assert!([0, 3, 6].contains(&output.code), "{args:?}: {output:?}");
                if args[0] != "schema" && !args.contains(&"--sql") {
                    tame(output);
                }
            }
            assert!(env.tables().contains(&made), "{:?}", env.tables());
        }
        tame(env.piton(["downgrade", "-r", "base"]).ok());
        assert_eq!(env.tables(), [""; 0]);
    }

    [json, sqlite, postgres, mysql]
    fn a_file_may_be_called_whatever_can_be_shown(env) {
        for (name, fits) in [
            ("001_a;rm -rf", true),
            ("002_学生 🎉", true),
            ("003_it's \"b\" `c` $1 %s", true),
            ("004_\u{1b}[2J", false),
            ("005_a\nb", false),
        ] {
            let _case = fault::case(37, env.backend());
            env.revision(name, "-- migrate:up\nSELECT 1;\n");
            let output = tame(env.piton(["upgrade"]));
            if fits {
                output.ok();
                assert!(env.applied().contains(&name.to_owned()));
            } else {
                output.ends(3);
                std::fs::remove_file(env.path(&format!("migrations/{name}.sql"))).unwrap();
            }
        }
        tame(env.piton(["history"]).ok());
        tame(env.piton(["upgrade", "-r", "\u{1b}[2J"]).ends(2));
        tame(env.piton(["show", "no\u{1b}[2Jsuch"]).ends(2));
    }

    [sqlite, postgres, mysql]
    fn what_a_server_says_and_strangers_tables_are_escaped(env) {
        for name in NAMES {
            let made = made_of(env, name);
            env.sql(&format!("CREATE TABLE {} (id integer PRIMARY KEY)", quoted(env, &made)));
        }
        env.up_down("001_a", &format!("SELECT * FROM {};", quoted(env, "no\u{1b}[2Jsuch\u{202e}")), "SELECT 1;");
        let _case = fault::case(37, env.backend());
        tame(env.piton(["upgrade"]).ends(3).says(["tables: "]));
        tame(env.piton(["upgrade", "--allow-non-empty"])).ends(1).says(["no\\u{1b}[2Jsuch"]);
        tame(env.piton(["check"]));
        tame(env.piton(["current"]));
    }

    [postgres, mysql]
    fn a_database_may_be_called_whatever_the_server_takes(env) {
        for name in NAMES {
            let _case = fault::case(37, env.backend());
            let mut made = made_of(env, &format!("{}_{name}", unique_name()));
            while made.len() > 63 {
                made.pop();
            }
            let database = Gone { env, name: made.trim_end().to_owned() };
            let encoded = utf8_percent_encode(&database.name, NON_ALPHANUMERIC).to_string();
            let server = env.backend().server();
            let url = format!("{server}/{encoded}");
            env.table_revision(1, "a");
            let run = |args: &[&str]| {
                let mut command: Command = env.command(args.iter().copied());
                command.env("DATABASE_URL", &url);
                tame(env.output_of(command))
            };
            run(&["upgrade"]).ends(4);
            run(&["init", "--yes"]).ok();
            run(&["upgrade"]).ok();
            run(&["current"]).ok();
            let mut client = match env.backend() {
                Backend::Postgres => Connection::postgres(&url),
                _ => Connection::mysql(&url),
            };
            assert_eq!(client.value("SELECT count(*) FROM seaql_migrations"), "1");
        }
    }
}

/// A database that is dropped with this value.
struct Gone<'a> {
    env: &'a TestEnvironment,
    name: String,
}

impl Drop for Gone<'_> {
    fn drop(&mut self) {
        let force = if self.env.backend() == Backend::Postgres {
            " WITH (FORCE)"
        } else {
            ""
        };
        self.env.database().maintenance(&format!(
            "DROP DATABASE IF EXISTS {}{force}",
            quoted(self.env, &self.name)
        ));
    }
}
