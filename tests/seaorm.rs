//! sea-orm-migration and Piton look after one database in turn, with no step in between.

#![cfg(feature = "app")]

mod support;

use piton_migration::Migrator;
use sea_orm_migration::MigratorTrait as _;
use sea_orm_migration::sea_orm::{Database, DatabaseConnection, DbErr};
use support::{Backend, TestEnvironment};

/// Runs what `work` does on a connection of SeaORM's.
fn with_seaorm<T>(
    env: &TestEnvironment,
    work: impl AsyncFnOnce(&DatabaseConnection) -> Result<T, DbErr>,
) -> T {
    let url = match env.backend() {
        Backend::Sqlite => format!("sqlite://{}?mode=rwc", env.path("test.db").display()),
        _ => env.url().to_owned(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let database = Database::connect(url).await.unwrap();
        let result = work(&database).await;
        database.close().await.unwrap();
        result.unwrap()
    })
}

on! {
    [sqlite, postgres, mysql]
    fn what_the_migrator_brought_up_is_at_head(env) {
        with_seaorm(env, async |database| Migrator::up(database, None).await);
        let applied = env.applied();
        assert_eq!(applied.len(), 6);
        env.piton(["current"]).ok().says(["20250616140000_add_composite_indexes (head)"]).hides(["warning"]);
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
        assert_eq!(env.applied(), applied);
        env.piton(["history"]).ok().says(["6 revisions, 6 applied"]).hides(["warning"]);
        env.piton(["downgrade", "-r", "-2"]).ok();
        env.piton(["upgrade"]).ok().says(["2 revisions applied"]);
        env.piton(["downgrade", "-r", "base"]).ok();
        assert_eq!(env.tables(), [""; 0]);
    }

    [sqlite, postgres, mysql]
    fn what_the_migrator_began_is_gone_on_with(env) {
        with_seaorm(env, async |database| Migrator::up(database, Some(3)).await);
        env.piton(["current"]).ok().says(["m20240902_070000", "(3 revisions pending)"]);
        env.piton(["upgrade"]).ok().says(["3 revisions applied"]);
        with_seaorm(env, async |database| {
            assert_eq!(Migrator::get_pending_migrations(database).await?.len(), 0);
            Ok(())
        });
    }

    [sqlite, postgres, mysql]
    fn what_piton_brought_up_the_migrator_accepts(env) {
        env.piton(["upgrade"]).ok();
        with_seaorm(env, async |database| {
            Migrator::status(database).await?;
            assert_eq!(Migrator::get_pending_migrations(database).await?.len(), 0);
            assert_eq!(Migrator::get_applied_migrations(database).await?.len(), 6);
            Migrator::up(database, None).await?;
            Migrator::down(database, Some(1)).await
        });
        assert_eq!(env.applied().len(), 5);
    }

    [sqlite, postgres, mysql]
    fn what_piton_began_the_migrator_goes_on_with(env) {
        env.piton(["upgrade", "-r", "+4"]).ok();
        with_seaorm(env, async |database| Migrator::up(database, None).await);
        assert_eq!(env.applied().len(), 6);
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
        env.piton(["current"]).ok().hides(["warning"]);
    }

    [sqlite, postgres, mysql]
    fn what_create_tables_made_the_migrator_accepts(env) {
        env.piton(["create_tables"]).ok();
        with_seaorm(env, async |database| {
            assert_eq!(Migrator::get_pending_migrations(database).await?.len(), 0);
            Ok(())
        });
    }

    [sqlite, postgres, mysql]
    fn both_make_the_same_schema(env) {
        env.piton(["upgrade"]).ok();
        let ours = without_our_own(env);
        env.piton(["downgrade", "-r", "base"]).ok();
        with_seaorm(env, async |database| Migrator::up(database, None).await);
        assert_eq!(without_our_own(env), ours);
    }
}

/// The schema but for the history table and the journal.
fn without_our_own(env: &TestEnvironment) -> Vec<String> {
    let mut lines = env.schema();
    lines.retain(|line| !line.contains("piton_journal") && !line.contains("seaql_migrations"));
    lines
}
