//! What is made is what is read back: `introspect(create(x)) == normalise(x)`, for databases that a script made
//! and for random models.

mod changes;
mod entities;
#[path = "../random/mod.rs"]
mod random;
#[expect(
    dead_code,
    reason = "the whole of it serves the tests of introspection"
)]
#[path = "../catalog/scratch.rs"]
mod scratch;

use piton::dialect::{Dialect, Scope, Session, ddl, introspect, types};
use piton::schema::Schema;
use scratch::{Scratch, sqlite};

/// Runs what makes `schema`, and reads back what is there.
async fn made(session: &mut Session, schema: &Schema) -> Result<Schema, String> {
    let statements = ddl::create(session.dialect(), schema).map_err(|error| error.to_string())?;
    for statement in &statements {
        if let Err(error) = session.run(statement).await {
            return Err(format!("{error:?}\n{statement}"));
        }
    }
    introspect(session, &Scope::default())
        .await
        .map_err(|error| error.to_string())
}

/// The two texts' lines that differ.
fn differences(expected: &Schema, found: &Schema) -> String {
    let (expected, found) = (format!("{expected:#?}"), format!("{found:#?}"));
    let (expected, found): (Vec<&str>, Vec<&str>) =
        (expected.lines().collect(), found.lines().collect());
    let same = expected
        .iter()
        .zip(&found)
        .take_while(|(a, b)| a == b)
        .count();
    let from = same.saturating_sub(25);
    let part =
        |lines: &[&str]| lines[from.min(lines.len())..(same + 8).min(lines.len())].join("\n");
    format!("expected:\n{}\nfound:\n{}", part(&expected), part(&found))
}

fn assert_same(expected: &Schema, found: &Schema) {
    assert!(expected == found, "{}", differences(expected, found));
}

#[tokio::test]
async fn a_database_with_everything_is_made_again_on_postgres() {
    let mut first = Scratch::postgres().await;
    first.run(include_str!("../catalog/postgres.sql")).await;
    let schema = first.schema().await;
    let mut second = Scratch::postgres().await;
    let mut again = made(&mut second.session, &schema).await.unwrap();
    // What is reported and not carried cannot come back.
    again.not_understood.clone_from(&schema.not_understood);
    assert_same(&schema, &again);
}

#[tokio::test]
async fn a_database_with_everything_is_made_again_on_mariadb() {
    let mut first = Scratch::mysql().await;
    first.run(include_str!("../catalog/mysql.sql")).await;
    let schema = first.schema().await;
    let mut second = Scratch::mysql().await;
    let again = made(&mut second.session, &schema).await.unwrap();
    assert_same(&schema, &again);
}

#[tokio::test]
async fn a_database_with_everything_is_made_again_on_sqlite() {
    let mut first = sqlite().await;
    first
        .run(include_str!("../catalog/sqlite.sql"))
        .await
        .unwrap();
    let schema = introspect(&mut first, &Scope::default()).await.unwrap();
    let again = made(&mut sqlite().await, &schema).await.unwrap();
    assert_same(&schema, &again);
}

fn for_random_schemas(dialect: Dialect, mut check: impl FnMut(&Schema) -> Result<(), String>) {
    use proptest::strategy::Strategy;
    let schemas = random::seeds(5).prop_map(|seeds| random::build(dialect, &seeds));
    random::for_cases(schemas, |schema| {
        let creation = || ddl::create(dialect, schema).unwrap_or_default();
        check(schema).map_err(|why| format!("{why}\n{}", creation().join(";\n")))
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

async fn round_trip(session: &mut Session, schema: &Schema) -> Result<(), String> {
    let expected = types::normalise(session.dialect(), schema, &types::ServerFacts::default());
    let found = made(session, schema).await?;
    if found == expected {
        Ok(())
    } else {
        Err(differences(&expected, &found))
    }
}

#[test]
fn random_schemas_come_back_on_postgres() {
    let runtime = runtime();
    let mut scratch = runtime.block_on(Scratch::postgres());
    for_random_schemas(Dialect::Postgres, |schema| {
        runtime.block_on(async {
            scratch.run("DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public").await;
            round_trip(&mut scratch.session, schema).await
        })
    });
}

#[test]
fn random_schemas_come_back_on_mariadb() {
    let runtime = runtime();
    let mut scratch = runtime.block_on(Scratch::mysql());
    for_random_schemas(Dialect::Mariadb, |schema| {
        runtime.block_on(async {
            let name = scratch.name.clone();
            scratch.run(&format!("DROP DATABASE {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; USE {name}")).await;
            round_trip(&mut scratch.session, schema).await
        })
    });
}

#[test]
fn random_schemas_come_back_on_sqlite() {
    let runtime = runtime();
    for_random_schemas(Dialect::Sqlite, |schema| {
        runtime.block_on(async { round_trip(&mut sqlite().await, schema).await })
    });
}
