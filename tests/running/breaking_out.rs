//! Revisions in Rust that end the transaction that they were given.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use piton::dialect::{Endpoint, Session};
use piton::migrate::{
    Author, Goal, Options, Outcome, Rules, RunError, Standing, Stop, TransactionMode, plan, run,
};
use piton::revision::source::builtin;
use piton::revision::{Direction, History, Target};
use sea_orm::{ConnectionTrait as _, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::on;
use crate::support::{Backend, TestEnvironment};

/// Runs its statements, whatever they are.
struct Raw(&'static [&'static str]);

impl MigrationName for Raw {
    fn name(&self) -> &str {
        "m001_raw"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Raw {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for sql in self.0 {
            manager.get_connection().execute_unprepared(sql).await?;
        }
        Ok(())
    }
}

/// What is said to stand of the revision; `None` where it is done.
fn outcome(env: &TestEnvironment, statements: &'static [&'static str]) -> Option<Outcome> {
    std::thread::scope(|scope| {
        // As much stack as a program's first thread has.
        std::thread::Builder::new()
            .stack_size(8 << 20)
            .spawn_scoped(scope, || ran(env, statements))
            .unwrap()
            .join()
            .unwrap()
    })
}

fn ran(env: &TestEnvironment, statements: &'static [&'static str]) -> Option<Outcome> {
    let endpoint = match env.backend() {
        Backend::Postgres => {
            Endpoint::Postgres(Box::new(PgConnectOptions::from_str(env.url()).unwrap()))
        }
        _ => Endpoint::Sqlite(Box::new(
            SqliteConnectOptions::new()
                .filename(env.path("test.db"))
                .create_if_missing(true),
        )),
    };
    let migration: Arc<dyn MigrationTrait> = Arc::new(Raw(statements));
    let history = History::build(builtin(&[migration], &[], &[]).unwrap(), Vec::new()).unwrap();
    let options = Options {
        rules: Rules::default(),
        transaction: TransactionMode::Each,
        lock_timeout: Duration::from_secs(10),
        statement_timeout: None,
        connect_timeout: Duration::from_secs(10),
        author: Author {
            os_user: None,
            host: None,
            tool_version: "test".to_owned(),
        },
    };
    let goal = Goal {
        direction: Direction::Up,
        target: Target::Head,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut session = Session::connect_shared(&endpoint, options.connect_timeout)
            .await
            .unwrap();
        let standing = Standing::brief(&mut session).await.unwrap();
        let planned = plan(&history, &standing, &goal, options.rules).unwrap();
        let stop = Stop::never();
        let listener = |_: piton::migrate::Event<'_>| {};
        match run(
            session, &history, &goal, &planned, &options, &stop, &listener,
        )
        .await
        {
            Ok(_) => None,
            Err(aborted) => match aborted.error {
                RunError::Failed(failure) => Some(failure.outcome),
                error => panic!("{error:?}"),
            },
        }
    })
}

const HALF: Option<Outcome> = Some(Outcome::HalfApplied {
    statement: 1,
    statements: 1,
});

on! {
    [sqlite, postgres]
    fn a_rust_revision_that_commits_and_then_fails_is_half_applied(env) {
        let said = outcome(env, &["CREATE TABLE a (id integer)", "COMMIT", "SELECT nonsense"]);
        assert_eq!(said, HALF);
        assert_eq!(env.tables(), ["a"]);
        assert_eq!(env.applied(), [""; 0]);
        assert_eq!(env.sql("SELECT state FROM piton_journal"), [["stuck"]]);
    }

    [sqlite, postgres]
    fn a_rust_revision_that_commits_is_half_applied_though_all_of_it_ran(env) {
        let said = outcome(env, &["CREATE TABLE a (id integer)", "COMMIT", "BEGIN", "CREATE TABLE b (id integer)"]);
        assert_eq!(said, HALF);
        assert_eq!(env.tables(), ["a"]);
        assert_eq!(env.applied(), [""; 0]);
    }

    [sqlite, postgres]
    fn a_rust_revision_that_stays_inside_stands_or_does_not(env) {
        let said = outcome(env, &["CREATE TABLE a (id integer)", "SELECT nonsense"]);
        assert_eq!(said, Some(Outcome::RolledBack));
        assert_eq!(env.tables(), [""; 0]);
        let said = outcome(env, &["CREATE TABLE a (id integer)", "SAVEPOINT s", "CREATE TABLE b (id integer)", "ROLLBACK TO SAVEPOINT s"]);
        assert_eq!(said, None);
        assert_eq!(env.tables(), ["a"]);
        assert_eq!(env.applied(), ["m001_raw"]);
    }

    [sqlite]
    fn what_sqlite_rolls_back_by_itself_is_not_taken_for_a_commit(env) {
        let said = outcome(env, &["CREATE TABLE a (id integer PRIMARY KEY)", "INSERT INTO a VALUES (1)", "INSERT OR ROLLBACK INTO a VALUES (1)"]);
        assert_eq!(said, Some(Outcome::RolledBack));
        assert_eq!(env.tables(), [""; 0]);
    }
}
