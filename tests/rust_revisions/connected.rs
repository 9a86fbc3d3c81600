//! A database with Piton's session for looking and a connection of SeaORM's for running, as SeaORM itself would.

use std::time::Duration;

use piton::dialect::{Endpoint, Session};
use piton::revision::Direction;
use sea_orm::{
    DatabaseConnection, DbErr, SqlxMySqlConnector, SqlxPostgresConnector, SqlxSqliteConnector,
    TransactionTrait,
};
use sea_orm_migration::{MigrationTrait, SchemaManager};
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use crate::place::Place;
use crate::scratch::{Scratch, mysql_options, postgres_options};

pub trait Connected: Place {
    fn session(&mut self) -> &mut Session;

    async fn connect(&mut self) -> DatabaseConnection;
}

impl Connected for Scratch {
    fn session(&mut self) -> &mut Session {
        &mut self.session
    }

    async fn connect(&mut self) -> DatabaseConnection {
        if self.session.dialect().transactional_ddl() {
            let options = postgres_options().database(&self.name);
            let pool = PgPoolOptions::new().max_connections(1);
            let pool = pool.connect_with(options).await.unwrap();
            SqlxPostgresConnector::from_sqlx_postgres_pool(pool)
        } else {
            let options = mysql_options().database(&self.name);
            let pool = MySqlPoolOptions::new().max_connections(1);
            let pool = pool.connect_with(options).await.unwrap();
            SqlxMySqlConnector::from_sqlx_mysql_pool(pool)
        }
    }
}

/// SQLite's databases as files, a new one each time: two connections share no database in memory.
#[derive(Default)]
pub struct Files(Option<(Session, tempfile::TempDir)>);

impl Files {
    fn options(dir: &tempfile::TempDir) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(dir.path().join("database"))
            .create_if_missing(true)
            .foreign_keys(false)
    }
}

impl Place for Files {
    async fn emptied(&mut self) -> &mut Session {
        let dir = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::Sqlite(Box::new(Files::options(&dir)));
        let session = Session::connect(&endpoint, Duration::from_secs(30))
            .await
            .unwrap();
        &mut self.0.insert((session, dir)).0
    }
}

impl Connected for Files {
    fn session(&mut self) -> &mut Session {
        &mut self.0.as_mut().unwrap().0
    }

    async fn connect(&mut self) -> DatabaseConnection {
        let options = Files::options(&self.0.as_ref().unwrap().1);
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect_with(options).await.unwrap();
        SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)
    }
}

/// Runs one direction of a revision, in a transaction where the database has them for this.
pub async fn run(
    place: &mut impl Connected,
    revision: &dyn MigrationTrait,
    direction: Direction,
) -> Result<(), String> {
    let database = place.connect().await;
    let go = async |manager: &SchemaManager<'_>| match direction {
        Direction::Up => revision.up(manager).await,
        Direction::Down => revision.down(manager).await,
    };
    let done = if place.session().dialect().transactional_ddl() {
        let transaction = database.begin().await.unwrap();
        match go(&SchemaManager::new(&transaction)).await {
            Ok(()) => transaction.commit().await,
            failed => failed,
        }
    } else {
        go(&SchemaManager::new(&database)).await
    };
    drop(database.close().await);
    done.map_err(|error: DbErr| format!("{direction}: {error}"))
}
