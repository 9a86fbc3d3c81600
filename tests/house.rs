//! The rules of the house, held against the source itself: who imports whom, who prints, who is pure.

use std::path::{Path, PathBuf};

/// The modules of the library, from the top down: each may use those below it, and none above.
const ORDER: [&str; 16] = [
    "cli", "ui", "config", "database", "grading", "admin", "health", "migrate", "cache", "session",
    "redis", "json", "revision", "diff", "dialect", "schema",
];

/// A target is made from what is configured.
const ALSO: (&str, &str) = ("database", "config");

fn rank(module: &str) -> Option<usize> {
    ORDER.iter().position(|one| *one == module)
}

const MOST_LINES: usize = 500;

/// A source file: its path from the root, with `/`, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Its lines with their numbers, without comments and without unit tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.text.find("#[cfg(test)]\nmod tests {");
        let code = &self.text[..tests.unwrap_or(self.text.len())];
        code.lines()
            .enumerate()
            .map(|(i, line)| (i + 1, line))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// `path:line` of each line of code for which something holds.
    fn lines_where(&self, is_wrong: impl Fn(&str) -> bool) -> Vec<String> {
        self.code()
            .filter(|(_, line)| is_wrong(line))
            .map(|(number, line)| format!("{}:{number}: {}", self.path, line.trim()))
            .collect()
    }

    fn is_test(&self) -> bool {
        self.path.starts_with("tests/")
            || self.path.contains("/tests/")
            || self.path.ends_with("/tests.rs")
    }

    /// The module of the library that it belongs to: `cli` for `src/cli/show.rs` and `src/cli.rs`.
    fn module(&self) -> Option<&str> {
        let rest = self.path.strip_prefix("src/")?;
        rest.split('/')
            .next()
            .map(|name| name.trim_end_matches(".rs"))
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file under a folder of the project.
fn sources(folders: &[&str]) -> Vec<Source> {
    fn collect(dir: &Path, found: &mut Vec<PathBuf>) {
        let Ok(entries) = std::fs::read_dir(dir) else {
            return;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for folder in folders {
        collect(&root().join(folder), &mut found);
    }
    found.sort();
    assert!(!found.is_empty(), "no sources in {folders:?}");
    found
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = path.strip_prefix(root()).unwrap();
            let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            Source {
                path: parts.join("/"),
                text,
            }
        })
        .collect()
}

#[track_caller]
fn none(what: &str, found: Vec<String>) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// The names that follow `crate::` in a line, each alone or in braces.
fn imported(line: &str) -> Vec<&str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices("crate::")
        .filter(|(at, _)| !line[..*at].ends_with(is_name))
        .flat_map(|(at, found)| {
            let rest = &line[at + found.len()..];
            let list = match rest.strip_prefix('{') {
                Some(list) => list.split('}').next().unwrap_or(list),
                None => rest.split(|c| !is_name(c)).next().unwrap_or(rest),
            };
            list.split(',')
                .map(|item| item.trim().split("::").next().unwrap_or_default())
                .collect::<Vec<_>>()
        })
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn imports_are_read_one_by_one_and_in_braces() {
    assert_eq!(imported("use crate::config::{Config, Flags};"), ["config"]);
    assert_eq!(imported("use crate::{Piton, ui::Ui};"), ["Piton", "ui"]);
    assert_eq!(
        imported("let a = crate::ui::dim(); crate::cli::run()"),
        ["ui", "cli"]
    );
    assert_eq!(imported("pub(in crate::migrate) fn"), ["migrate"]);
    assert!(imported("use sea_orm::DbErr;").is_empty());
}

#[test]
fn a_module_uses_only_those_below_it() {
    let mut wrong = Vec::new();
    for source in sources(&["src"]) {
        let Some(user) = source
            .module()
            .filter(|module| !["lib", "main", "project"].contains(module))
        else {
            continue;
        };
        let user_rank = rank(user).unwrap_or_else(|| panic!("{user} has no place in the order"));
        if source.is_test() {
            continue;
        }
        wrong.extend(source.lines_where(|line| {
            imported(line).iter().any(|used| match rank(used) {
                Some(used_rank) => used_rank < user_rank && (user, *used) != ALSO,
                // The façade: only the command line is handed a project.
                None => user != "cli",
            })
        }));
    }
    none("a module uses one above it", wrong);
}

#[test]
fn only_main_and_grading_name_the_application() {
    let mut wrong = Vec::new();
    for source in sources(&["src"]) {
        if source.path != "src/main.rs" && source.module() != Some("grading") && !source.is_test() {
            wrong.extend(source.lines_where(|line| {
                line.contains("piton_entity") || line.contains("piton_migration")
            }));
        }
    }
    for source in sources(&["migration/src"]) {
        wrong.extend(source.lines_where(|line| line.contains("piton_entity")));
    }
    none(
        "the application is named in the library, or the entities in the history",
        wrong,
    );
}

#[test]
fn the_kind_of_a_database_is_matched_on_in_dialect_alone() {
    const KINDS: [&str; 7] = [
        "Dialect::Postgres",
        "Dialect::Mysql",
        "Dialect::Mariadb",
        "Dialect::Sqlite",
        "DbBackend::Postgres",
        "DbBackend::MySql",
        "DbBackend::Sqlite",
    ];
    let is_match = |line: &str| {
        KINDS.iter().any(|kind| {
            line.match_indices(kind).any(|(at, _)| {
                let (before, after) = (line[..at].trim_end(), line[at + kind.len()..].trim_start());
                let is_arm = after.starts_with("=>")
                    || after.starts_with('|')
                    || (before.ends_with('|') && after.is_empty());
                let is_compared = before.ends_with("==")
                    || before.ends_with("!=")
                    || after.starts_with("==")
                    || after.starts_with("!=");
                (is_arm && !before.ends_with("=>")) || is_compared || line.contains("matches!(")
            })
        })
    };
    assert!(is_match("Dialect::Postgres => 1,"));
    assert!(is_match("if dialect == Dialect::Sqlite {"));
    assert!(!is_match("Backend::Sqlite(_) => Dialect::Sqlite,"));
    let mut wrong = Vec::new();
    for source in sources(&["src"]) {
        if source.module() != Some("dialect") && !source.is_test() {
            wrong.extend(source.lines_where(is_match));
        }
    }
    none(
        "ask the dialect, or take what it knows from its data",
        wrong,
    );
}

#[test]
fn nothing_outside_ui_prints() {
    const PRINTING: [&str; 7] = [
        "print!(",
        "println!(",
        "eprint!(",
        "eprintln!(",
        "dbg!(",
        "stdout()",
        "stderr()",
    ];
    let mut wrong = Vec::new();
    for source in sources(&["src", "entity/src", "migration/src"]) {
        if source.module() != Some("ui") && !source.is_test() {
            wrong.extend(source.lines_where(|line| {
                PRINTING.iter().any(|word| {
                    let mut found = line.match_indices(word);
                    found.any(|(at, _)| {
                        !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_')
                    })
                })
            }));
        }
    }
    none("events and values go to ui, which prints", wrong);
}

#[test]
fn only_the_command_line_reads_the_environment_or_ends_the_process() {
    const REACHING: [&str; 4] = ["env::var", "env::args", "process::exit", "env::current_dir"];
    let mut wrong = Vec::new();
    for source in sources(&["src", "entity/src", "migration/src"]) {
        let may = matches!(source.module(), Some("cli" | "ui" | "config"));
        if !may && !source.is_test() {
            wrong
                .extend(source.lines_where(|line| REACHING.iter().any(|word| line.contains(word))));
        }
    }
    none("the library is told, it does not look around", wrong);
}

#[test]
fn nothing_is_unwrapped_outside_tests() {
    let mut wrong = Vec::new();
    for source in sources(&["src", "entity/src", "migration/src"]) {
        if !source.is_test() {
            wrong.extend(source.lines_where(|line| {
                line.contains(".unwrap()")
                    || line.contains(".unwrap_err()")
                    || line.contains("expect(\"\")")
            }));
        }
    }
    none(
        "say with expect why it cannot fail, or give the error on",
        wrong,
    );
}

#[test]
fn schema_diff_revision_and_plan_are_pure() {
    const IMPURE: [&str; 16] = [
        "std::fs",
        "fs::",
        "std::net",
        "std::env",
        "std::process",
        "tokio",
        "async ",
        ".await",
        "SystemTime",
        "Instant",
        "Utc::now",
        "Local::now",
        "sqlx::",
        "rusqlite",
        "thread::",
        "Session",
    ];
    let reads_and_writes = |path: &str| {
        [
            "src/revision/source",
            "src/revision/write",
            "src/revision/register",
        ]
        .iter()
        .any(|one| path.starts_with(one))
    };
    let mut wrong = Vec::new();
    for source in sources(&["src/schema", "src/diff", "src/revision", "src/migrate"]) {
        let in_migrate = source.path.starts_with("src/migrate/");
        let pure_there =
            ["src/migrate/plan.rs", "src/migrate/findings.rs"].contains(&source.path.as_str());
        if reads_and_writes(&source.path) || source.is_test() || in_migrate && !pure_there {
            continue;
        }
        wrong.extend(source.lines_where(|line| IMPURE.iter().any(|word| line.contains(word))));
    }
    none(
        "no files, no network, no clock, nothing asynchronous",
        wrong,
    );
}

#[test]
fn every_file_says_in_its_first_line_what_it_is_about() {
    let wrong = sources(&["src", "tests", "entity", "migration", "examples"])
        .into_iter()
        .filter(|source| !(source.is_test() && source.path.starts_with("src/")))
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    none("without a first line", wrong);
}

#[test]
fn every_file_has_at_most_500_lines() {
    let long = sources(&["src", "tests", "entity", "migration", "examples"])
        .into_iter()
        .filter(|source| source.text.lines().count() > MOST_LINES)
        .map(|source| source.path)
        .collect();
    none("make two of it", long);
}

#[test]
fn every_file_is_in_use() {
    let sources = sources(&["src", "tests", "entity/src", "migration/src"]);
    let declares = |folder: &str, name: &str| {
        let parents = [
            format!("{folder}/mod.rs"),
            format!("{folder}/main.rs"),
            format!("{folder}/lib.rs"),
            format!("{folder}.rs"),
        ];
        // A file with `#[path]` may stand beside the one that declares it.
        let by_path = format!("#[path = \"{name}.rs\"]");
        let below = folder.strip_prefix("tests/").unwrap_or(folder);
        let from_above = format!("{below}/{name}.rs\"]");
        let (module, listed) = (format!("mod {name};"), format!("{name},"));
        sources.iter().any(|source| {
            let declared = |line: &str| {
                let line = line.trim_start();
                let line = line
                    .strip_prefix("pub ")
                    .or(line.strip_prefix("pub(crate) "))
                    .unwrap_or(line);
                line == module || line == listed
            };
            parents.contains(&source.path) && source.text.lines().any(declared)
                || folder.starts_with("tests/")
                    && source.path.starts_with("tests/")
                    && source.text.contains(&from_above)
                || source.path.starts_with(folder) && source.text.contains(&by_path)
        })
    };
    let mut unused = Vec::new();
    for source in &sources {
        let (folder, file) = source.path.rsplit_once('/').expect("in a folder");
        let name = file.trim_end_matches(".rs");
        // Cargo finds these itself; a test's folder needs a `main.rs`, or somebody who takes it in.
        let found_by_cargo = match folder {
            "tests" => true,
            "src" | "entity/src" | "migration/src" => ["lib", "main"].contains(&name),
            _ => name == "main" && folder.starts_with("tests/"),
        };
        let used = found_by_cargo
            || if name == "mod" {
                let (parent, own) = folder.rsplit_once('/').expect("below src or tests");
                declares(parent, own)
                    || sources.iter().any(|one| {
                        one.path.starts_with("tests/") && one.text.contains(&format!("mod {own};"))
                    })
            } else {
                declares(folder, name)
            };
        if !used {
            unused.push(source.path.clone());
        }
    }
    none("no module declares it", unused);
}

#[test]
fn nothing_is_named_for_having_no_name_and_nothing_is_left_for_later() {
    const NAMELESS: [&str; 8] = [
        "util", "utils", "helper", "helpers", "common", "misc", "manager", "stuff",
    ];
    let later: [String; 4] = ["TO", "FIX", "to", "unimplemented"].map(|word| match word {
        "TO" => format!("{word}DO"),
        "FIX" => format!("{word}ME"),
        "to" => format!("{word}do!("),
        word => format!("{word}!("),
    });
    let mut wrong = Vec::new();
    for source in sources(&["src", "tests", "entity", "migration", "examples"]) {
        let nameless = source
            .path
            .trim_end_matches(".rs")
            .split('/')
            .any(|part| NAMELESS.contains(&part));
        if nameless {
            wrong.push(source.path.clone());
        }
        for (i, line) in source.text.lines().enumerate() {
            if later.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{}: {}", source.path, i + 1, line.trim()));
            }
        }
    }
    none("name it for what it does; do it now", wrong);
}
