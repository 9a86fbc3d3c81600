//! Row 33: a password is never shown: by no command, at no verbosity, on no failure, nor kept anywhere.

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::harness::{Mariadb, Postgres, free_port};
use crate::on;
use crate::support::{Connection, Output, TestEnvironment, fault};

/// A password of letters and of what URLs, shells, JSON and SQL trip over.
fn password() -> String {
    const LETTERS: &[char] = &[
        'a', 'Z', '9', '!', '@', '#', '%', '^', '&', '*', '(', '/', '?', ':', ';', '=', '+', ' ',
        'ß', '数', '\'', '"', '$', '\\', '`', '{', '~', '.',
    ];
    let mut seed = match std::env::var("PITON_SEED") {
        Ok(seed) => seed.parse().expect("PITON_SEED is a number"),
        Err(_) => RandomState::new().hash_one(0u8),
    };
    eprintln!("PITON_SEED={seed}");
    let mut text = String::from("Qx7");
    for _ in 0..14 {
        // Knuth's generator, of which the upper bits are good enough.
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        text.push(LETTERS[usize::try_from(seed >> 33).unwrap() % LETTERS.len()]);
    }
    text + "7xQ"
}

fn encoded(password: &str) -> String {
    utf8_percent_encode(password, NON_ALPHANUMERIC).to_string()
}

/// Six characters of it in a row are too many, whether as they are or as URLs or JSON write them.
#[track_caller]
fn hidden(password: &str, what: &str, text: &str) {
    let json = serde_json::to_string(password).unwrap();
    for form in [password, &encoded(password), json.trim_matches('"')] {
        let letters: Vec<char> = form.chars().collect();
        for piece in letters.windows(6) {
            let piece: String = piece.iter().collect();
            assert!(
                !text.contains(&piece),
                "{what}: {piece:?} of {password:?} is in\n{text}"
            );
        }
    }
}

#[track_caller]
fn says_nothing(password: &str, what: &str, output: &Output) {
    hidden(password, what, output.raw());
    hidden(password, what, &output.stderr);
}

/// Every command that there is, by the completions, which are made from the command line's own definition.
fn commands(env: &TestEnvironment) -> Vec<String> {
    let script = env.piton(["completions", "bash"]).ok();
    let options = script
        .raw()
        .lines()
        .filter_map(|line| line.trim().strip_prefix("opts=\""))
        .find(|options| options.len() > 1)
        .expect("the program's own options come first")
        .to_owned();
    let commands: BTreeSet<String> = options
        .trim_end_matches('"')
        .split(' ')
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()) && *word != "help")
        .map(str::to_owned)
        .collect();
    for known in ["init", "upgrade", "config", "schema", "verify"] {
        assert!(commands.contains(known), "{commands:?}");
    }
    commands.into_iter().collect()
}

/// Arguments that make most commands go on to where they connect; those that do not fit are said to be wrong,
/// which must not show anything either.
const ARGUMENTS: [&[&str]; 5] = [
    &[],
    &["head"],
    &["-m", "x"],
    &["database", "empty"],
    &["--dry-run"],
];

/// What keeps a command short that would go on for longer.
const BRIEFLY: [(&str, &[&str]); 2] = [
    ("bench", &["--seconds", "0.1", "--rows", "10"]),
    ("monitor", &["--once"]),
];

const VERBOSITIES: [&[&str]; 4] = [&[], &["-vv"], &["--json"], &["-q"]];

/// How a command is told of the database.
struct Told {
    what: &'static str,
    arguments: Vec<String>,
    variables: Vec<(&'static str, String)>,
    files: Vec<(&'static str, String)>,
}

fn ways(password: &str, scheme: &str, address: &str, database: &str) -> Vec<Told> {
    let escaped = encoded(password);
    let good = format!("{scheme}://ada:{escaped}@{address}/{database}");
    let told = |what| Told {
        what,
        arguments: Vec::new(),
        variables: Vec::new(),
        files: Vec::new(),
    };
    let url = |what, url: String| Told {
        variables: vec![("DATABASE_URL", url)],
        ..told(what)
    };
    let quoted = |text: &str| serde_json::to_string(text).unwrap();
    let plain = format!("{scheme}://ada@{address}/{database}");
    vec![
        url("a URL", good.clone()),
        url(
            "a raw URL",
            format!("{scheme}://ada:{password}@{address}/{database}"),
        ),
        url(
            "a parameter",
            format!("{scheme}://{address}/{database}?user=ada&password={escaped}"),
        ),
        url(
            "a wrong port",
            format!("{scheme}://ada:{escaped}@host:port/{database}"),
        ),
        url(
            "a wrong scheme",
            format!("oracle://ada:{escaped}@{address}/{database}"),
        ),
        url(
            "a wrong parameter",
            format!("{scheme}://{address}/{database}?password={escaped}&sslmode=no&ssl-mode=no"),
        ),
        url(
            "an unknown host",
            format!("{scheme}://ada:{escaped}@nowhere.invalid/{database}"),
        ),
        Told {
            arguments: vec!["--url".into(), good.clone()],
            ..told("--url")
        },
        Told {
            variables: vec![
                ("DATABASE_URL", plain.clone()),
                ("PGPASSWORD", password.into()),
                ("MYSQL_PWD", password.into()),
            ],
            ..told("a variable of its own")
        },
        Told {
            files: vec![(".env", format!("DATABASE_URL={}\n", quoted(&good)))],
            ..told(".env")
        },
        Told {
            files: vec![(
                "piton.toml",
                format!("[database]\nurl = {}\n", quoted(&good)),
            )],
            ..told("piton.toml")
        },
        Told {
            files: vec![(
                "piton.toml",
                format!("[database]\nurl = {}\npool_sise = 3\n", quoted(&good)),
            )],
            ..told("a wrong piton.toml")
        },
        Told {
            variables: vec![
                ("DATABASE_TYPE", "json".into()),
                ("REDIS_URL", format!("redis://:{escaped}@127.0.0.1:1/0")),
            ],
            ..told("REDIS_URL")
        },
        Told {
            arguments: vec!["--data-dir".into(), good],
            ..told("a URL where a folder should be")
        },
    ]
}

/// Runs every command with what it is told, in every verbosity.
fn every_command(env: &TestEnvironment, password: &str, told: &Told, share: usize) -> u64 {
    let mut runs = 0;
    let share = if std::env::var_os("PITON_TEST_THOROUGH").is_some() {
        1
    } else {
        share
    };
    for (name, text) in &told.files {
        env.write(name, text);
    }
    for (i, command) in commands(env).iter().enumerate() {
        for (j, arguments) in ARGUMENTS.iter().enumerate() {
            for (k, verbosity) in VERBOSITIES.iter().enumerate() {
                // Every command and every verbosity, but not all of them together.
                if (i + 2 * j + 3 * k) % share != 0 {
                    continue;
                }
                let briefly = BRIEFLY.iter().find(|(name, _)| name == command);
                let all = [command.as_str()]
                    .into_iter()
                    .chain(briefly.iter().flat_map(|(_, more)| more.iter().copied()))
                    .chain(arguments.iter().copied())
                    .chain(verbosity.iter().copied());
                let mut run = env.command(all);
                run.env_remove("DATABASE_URL")
                    .env("DB_POOL_TIMEOUT", "2")
                    .args(&told.arguments);
                for (name, value) in &told.variables {
                    run.env(name, value);
                }
                let output = env.output_of(run);
                says_nothing(
                    password,
                    &format!("{}: {command} {arguments:?} {verbosity:?}", told.what),
                    &output,
                );
                runs += 1;
            }
        }
    }
    for (name, _) in &told.files {
        std::fs::remove_file(env.path(name)).unwrap();
    }
    runs
}

#[test]
fn no_command_shows_a_password_that_leads_nowhere() {
    let env = TestEnvironment::new();
    let password = password();
    let address = format!("127.0.0.1:{}", free_port());
    for (scheme, backend) in [("postgres", "postgresql"), ("mysql", "mysql")] {
        for (i, told) in ways(&password, scheme, &address, "db").iter().enumerate() {
            let case = fault::case(33, backend);
            let runs = every_command(&env, &password, told, if i == 0 { 2 } else { 11 });
            drop(case.cases(runs));
        }
    }
}

on! {
    [json, sqlite]
    fn no_command_shows_the_password_of_another_server(env) {
        let password = password();
        let redis = format!("redis://:{}@127.0.0.1:1/0", encoded(&password));
        let told = Told {
            what: "REDIS_URL beside files",
            arguments: vec!["--scratch-url".into(), format!("postgres://ada:{}@127.0.0.1:1/db", encoded(&password))],
            variables: vec![("DATABASE_URL", env.url().to_owned()), ("REDIS_URL", redis)],
            files: Vec::new(),
        };
        let case = fault::case(33, env.backend());
        let runs = every_command(env, &password, &told, 3);
        drop(case.cases(runs));
    }
}

/// With servers that take the password: what goes well is as silent, and nothing is kept of it.
fn with_a_server(
    scheme: &str,
    backend: &str,
    address: &str,
    password: &str,
    connect: impl Fn() -> Connection,
) {
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    env.table_revision(2, "b");
    env.revision(
        "003_c",
        "-- migrate:up\nCREATE TABLE c (id nonsense);\n-- migrate:down\nDROP TABLE c;\n",
    );
    let url = format!("{scheme}://ada:{}@{address}/app", encoded(password));
    let told = Told {
        what: "a server that takes it",
        arguments: Vec::new(),
        variables: vec![("DATABASE_URL", url), ("PITON_YES", "1".into())],
        files: Vec::new(),
    };
    // Whichever of the runs below are this test's share, there is a journal.
    let mut upgrade = env.command(["upgrade", "-vv"]);
    for (name, value) in &told.variables {
        upgrade.env(name, value);
    }
    let upgraded = env.output_of(upgrade);
    says_nothing(password, "upgrade", &upgraded);
    let case = fault::case(33, backend);
    let runs = every_command(&env, password, &told, 3);
    drop(case.cases(runs));
    let mut client = connect();
    let mut kept = client.query("SELECT * FROM piton_journal");
    assert!(!kept.is_empty(), "something was done");
    kept.extend(client.query("SELECT * FROM seaql_migrations"));
    hidden(password, "the journal", &format!("{kept:?}"));
    for entry in std::fs::read_dir(env.path("migrations")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        hidden(password, "a revision", &text);
    }
    // And one that is wrong by a letter.
    let wrong = format!("{password}x");
    let told = &ways(&wrong, scheme, address, "app")[0];
    let case = fault::case(33, backend);
    let runs = every_command(&env, &wrong, told, 11);
    drop(case.cases(runs));
}

#[test]
fn no_command_shows_the_password_of_a_postgres_that_takes_it_nor_keeps_it() {
    let Some(server) = Postgres::start("secrets", &[]) else {
        return;
    };
    let password = password();
    server.sql("CREATE DATABASE app");
    server.sql(&format!(
        "CREATE ROLE ada SUPERUSER LOGIN PASSWORD E'{}'",
        password.replace('\\', "\\\\").replace('\'', "''")
    ));
    let rules = server.data().join("pg_hba.conf");
    std::fs::write(
        &rules,
        "host all ada 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n",
    )
    .unwrap();
    server.sql("SELECT pg_reload_conf()");
    std::thread::sleep(std::time::Duration::from_millis(300));
    with_a_server(
        "postgres",
        "postgresql",
        &server.address(),
        &password,
        || Connection::postgres(&server.url("app")),
    );
}

#[test]
fn no_command_shows_the_password_of_a_mariadb_that_takes_it_nor_keeps_it() {
    let Some(server) = Mariadb::start("secrets", &[]) else {
        return;
    };
    let password = password();
    server.sql("CREATE DATABASE app");
    server.sql(&format!(
        "CREATE USER ada IDENTIFIED BY '{}'",
        password.replace('\\', "\\\\").replace('\'', "''")
    ));
    server.sql("GRANT ALL PRIVILEGES ON *.* TO ada WITH GRANT OPTION");
    with_a_server("mysql", "mysql", &server.address(), &password, || {
        Connection::mysql(&server.url("app"))
    });
}
