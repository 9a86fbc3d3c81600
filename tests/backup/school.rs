//! A grading database with rows in it, and what is in one, asked without `piton`'s commands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use piton::config::{Backend, DatabaseUrl};
use piton::database::{Opened, Purpose, Target};
use piton::dialect::rows::{Checksum, RowTable};
use piton::dialect::{Scope, introspect};
use serde_json::Value;

use crate::support::TestEnvironment;

/// A grading task of this student.
const TASKS: [(i64, &str); 3] = [(1, "s1"), (2, "s2"), (3, "s1")];

pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

pub async fn open(env: &TestEnvironment, purpose: Purpose) -> Opened {
    let url = DatabaseUrl::parse(env.url()).unwrap();
    let second = Duration::from_secs(30);
    let backend = Backend::from_url(&url, env.dir());
    let target = Target::new(backend, second, Duration::ZERO, second);
    target.open(purpose, None).await.unwrap()
}

/// Runs SQL on any backend, and saves it.
pub fn run(env: &TestEnvironment, statements: &[&str]) {
    runtime().block_on(async {
        let wait = Duration::from_secs(30);
        let mut opened = open(env, Purpose::Work { wait }).await;
        for statement in statements {
            let ran = opened.session().run(statement).await;
            ran.unwrap_or_else(|error| panic!("{error} in {statement}"));
        }
        opened.take_session().close().await;
        opened.commit().await.unwrap();
        opened.close().await;
    });
}

/// What SQL gives on any backend, each row's cells joined.
pub fn ask(env: &TestEnvironment, sql: &str) -> Vec<String> {
    runtime().block_on(async {
        let mut opened = open(env, Purpose::Look).await;
        let rows = opened.session().query(sql).await.unwrap();
        opened.close().await;
        rows.iter()
            .map(|row| {
                let cells = (0..row.len()).map(|i| row.text(i).unwrap_or("NULL"));
                cells.collect::<Vec<_>>().join("|")
            })
            .collect()
    })
}

/// The rows of every table, counted and summed in a way that is the same on every backend.
pub fn sums(env: &TestEnvironment) -> BTreeMap<String, Checksum> {
    runtime().block_on(async {
        let mut opened = open(env, Purpose::Look).await;
        let session = opened.session();
        session.prepare_reading().await.unwrap();
        let schema = introspect(session, &Scope::default()).await.unwrap();
        let mut sums = BTreeMap::new();
        for table in schema.tables.iter().filter(|it| it.partitioning.is_none()) {
            let row_table = RowTable::of(session.dialect(), &schema, table);
            let mut sum = Checksum::default();
            let mut reader = session.read_rows(&row_table).await.unwrap();
            while let Some(chunk) = reader.next().await.unwrap() {
                sum.add(&row_table, &chunk).unwrap();
            }
            sums.insert(table.name.name.clone(), sum);
        }
        opened.close().await;
        sums
    })
}

/// Brings the database to head and puts rows in.
pub fn fill(env: &TestEnvironment) {
    env.piton(["upgrade"]).ok();
    let mut statements: Vec<String> = ["s1", "s2", "s3"]
        .iter()
        .map(|id| {
            format!(
                "INSERT INTO students (student_id, name, class_id, extra_metadata) \
                 VALUES ('{id}', '学生 {id}', 'c1', '{{\"备注\": \"a b\", \"n\": [1, 2.50, null]}}')"
            )
        })
        .collect();
    for (id, student) in TASKS {
        statements.push(format!(
            "INSERT INTO grading_tasks (id, student_id, subject, total_questions) \
             VALUES ({id}, '{student}', '数学', 20)"
        ));
        statements.push(format!(
            "INSERT INTO grading_results (task_id, question_id, score, max_score, feedback) \
             VALUES ({id}, 1, 0.1, 1e300, 'line one\nline two\ttabbed')"
        ));
        statements.push(format!(
            "INSERT INTO error_analysis (task_id, question_id, error_type, description) \
             VALUES ({id}, 1, 'x', NULL)"
        ));
    }
    let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
    run(env, &statements);
}

/// Makes a backup and gives its path.
pub fn back_up(env: &TestEnvironment, more: &[&str]) -> PathBuf {
    let mut args = vec!["backup", "--json"];
    args.extend(more);
    let document = env.piton(args).ok().document();
    PathBuf::from(document["path"].as_str().expect("a path"))
}

pub fn path(path: &Path) -> &str {
    path.to_str().expect("our paths are text")
}

pub fn manifest(backup: &Path) -> Value {
    let text = std::fs::read_to_string(backup.join("manifest.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The names in a directory, sorted.
pub fn names(dir: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// The files of a backup that hold rows.
pub fn chunks(backup: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for table in names(&backup.join("rows")) {
        let dir = backup.join("rows").join(table);
        found.extend(names(&dir).into_iter().map(|name| dir.join(name)));
    }
    found
}
