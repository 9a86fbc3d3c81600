//! What is measured: a table of its own on a database, or keys of its own in Redis.

use std::sync::Arc;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, Statement, Value};

use super::ROW_BYTES;
use crate::dialect::{DbError, Dialect};
use crate::json::{Store, StoreError};
use crate::redis::{Connection, Error};

/// Where reading and writing is measured. What it makes has a name of its own, and goes with [`Subject::remove`].
pub enum Subject {
    Database {
        dialect: Dialect,
        /// For making and removing.
        connection: DatabaseConnection,
        table: String,
        /// A JSON store: each write is on disk when it is told as done.
        store: Option<Arc<Store>>,
    },
    Redis {
        connection: Connection,
        prefix: String,
    },
}

/// Who works at once.
pub enum Crew {
    /// A pool of as many connections as there are workers.
    Database(DatabaseConnection),
    Redis(Vec<Connection>),
}

/// What went wrong while it was measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Redis(#[from] Error),
    /// What was read is not what was written.
    #[error("key {key} has no value any more: did somebody else remove it?")]
    Gone { key: u32 },
}

impl From<DbErr> for BenchError {
    fn from(error: DbErr) -> Self {
        BenchError::Database(DbError::of_orm(&error))
    }
}

/// A text that has nothing in common with another's: servers write less of what stays the same.
fn body(mut number: u64) -> String {
    let mut text = String::with_capacity(ROW_BYTES + 16);
    while text.len() < ROW_BYTES {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        text.push_str(&format!("{:016x}", number ^ (number >> 29)));
    }
    text.truncate(ROW_BYTES);
    text
}

/// How many rows or keys are sent at once.
const BATCH: u32 = 500;

impl Subject {
    /// A database, with a name for the table.
    pub fn database(
        dialect: Dialect,
        connection: DatabaseConnection,
        store: Option<Arc<Store>>,
    ) -> Subject {
        Subject::Database {
            dialect,
            connection,
            table: own_name(),
            store,
        }
    }

    /// Redis, with a prefix for the keys.
    pub fn redis(connection: Connection) -> Subject {
        Subject::Redis {
            connection,
            prefix: own_name(),
        }
    }

    /// The table, or what all keys begin with.
    pub fn name(&self) -> &str {
        match self {
            Subject::Database { table, .. } => table,
            Subject::Redis { prefix, .. } => prefix,
        }
    }

    /// Makes the table or the keys.
    ///
    /// # Errors
    /// What the server says; [`Subject::remove`] is due all the same.
    pub async fn make(&self, rows: u32) -> Result<(), BenchError> {
        match self {
            Subject::Database {
                dialect,
                connection,
                table,
                ..
            } => {
                let table = dialect.quote(table);
                connection
                    .execute_unprepared(&format!(
                        "CREATE TABLE {table} (id integer PRIMARY KEY, body varchar(400) NOT NULL)"
                    ))
                    .await?;
                for from in (0..rows).step_by(BATCH as usize) {
                    let values: Vec<String> = (from..rows.min(from + BATCH))
                        .map(|key| format!("({key}, {})", dialect.literal(&body(u64::from(key)))))
                        .collect();
                    let values = values.join(", ");
                    connection
                        .execute_unprepared(&format!(
                            "INSERT INTO {table} (id, body) VALUES {values}"
                        ))
                        .await?;
                }
                self.settle().await
            }
            Subject::Redis { connection, .. } => {
                for from in (0..rows).step_by(BATCH as usize) {
                    let commands: Vec<redis::Cmd> = (from..rows.min(from + BATCH))
                        .map(|key| self.set(key, u64::from(key)))
                        .collect();
                    connection.send_all(&commands).await?;
                }
                Ok(())
            }
        }
    }

    /// Removes all that was made.
    ///
    /// # Errors
    /// What the server says; it is there still then.
    pub async fn remove(&self, rows: u32) -> Result<(), BenchError> {
        match self {
            Subject::Database {
                dialect,
                connection,
                table,
                ..
            } => {
                let table = dialect.quote(table);
                connection
                    .execute_unprepared(&format!("DROP TABLE IF EXISTS {table}"))
                    .await?;
                self.settle().await
            }
            Subject::Redis { connection, .. } => {
                let keys: Vec<Vec<u8>> = (0..rows).map(|key| self.key(key).into_bytes()).collect();
                // A Cluster takes the keys of one slot at a time.
                for batch in keys.chunks(BATCH as usize) {
                    let commands: Vec<redis::Cmd> = batch
                        .iter()
                        .map(|key| {
                            let mut command = redis::cmd("UNLINK");
                            command.arg(key.as_slice());
                            command
                        })
                        .collect();
                    connection.send_all(&commands).await?;
                }
                Ok(())
            }
        }
    }

    /// Reads the value of a key.
    pub(super) async fn read(
        &self,
        crew: &Crew,
        worker: usize,
        key: u32,
    ) -> Result<(), BenchError> {
        let found = match (self, crew) {
            (Subject::Database { dialect, table, .. }, Crew::Database(pool)) => {
                let sql = format!(
                    "SELECT body FROM {} WHERE id = {}",
                    dialect.quote(table),
                    dialect.placeholder(1)
                );
                let statement = Statement::from_sql_and_values(
                    dialect.orm(),
                    sql,
                    [Value::from(i64::from(key) as i32)],
                );
                pool.query_one_raw(statement).await?.is_some()
            }
            (Subject::Redis { .. }, Crew::Redis(connections)) => {
                let mut command = redis::cmd("GET");
                command.arg(self.key(key));
                let connection = &connections[worker % connections.len()];
                connection.ask::<Option<String>>(&command).await?.is_some()
            }
            _ => true,
        };
        if found {
            Ok(())
        } else {
            Err(BenchError::Gone { key })
        }
    }

    /// Writes another value for a key; it is as safe then as the backend makes it.
    pub(super) async fn write(
        &self,
        crew: &Crew,
        worker: usize,
        key: u32,
        number: u64,
    ) -> Result<(), BenchError> {
        match (self, crew) {
            (Subject::Database { dialect, table, .. }, Crew::Database(pool)) => {
                let sql = format!(
                    "UPDATE {} SET body = {} WHERE id = {}",
                    dialect.quote(table),
                    dialect.placeholder(1),
                    dialect.placeholder(2)
                );
                let values = [
                    Value::from(body(number)),
                    Value::from(i64::from(key) as i32),
                ];
                let statement = Statement::from_sql_and_values(dialect.orm(), sql, values);
                pool.execute_raw(statement).await?;
                self.settle().await
            }
            (Subject::Redis { .. }, Crew::Redis(connections)) => {
                let connection = &connections[worker % connections.len()];
                connection.send(&self.set(key, number)).await?;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    async fn settle(&self) -> Result<(), BenchError> {
        if let Subject::Database {
            store: Some(store), ..
        } = self
        {
            store.commit().await?;
        }
        Ok(())
    }

    fn key(&self, key: u32) -> String {
        format!("{}:{key}", self.name())
    }

    fn set(&self, key: u32, number: u64) -> redis::Cmd {
        let mut command = redis::cmd("SET");
        command.arg(self.key(key)).arg(body(number));
        // Should the run be killed, they go by themselves.
        command.arg("EX").arg(3600);
        command
    }
}

/// A name that nobody else has, and that says where it is from.
fn own_name() -> String {
    let bytes: [u8; 6] = crate::redis::random_bytes();
    format!("piton_bench_{}", hex::encode(bytes))
}
