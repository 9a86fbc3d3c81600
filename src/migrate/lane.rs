//! On what statements run: the session itself, or a transaction of SeaORM on the same connection.

use sea_orm::{ConnectionTrait, DatabaseTransaction};

use crate::dialect::{DbError, DbErrorKind, Session};
use crate::revision::Statement;

/// Where the statements of a revision go.
pub(super) enum Lane<'a> {
    Session(&'a mut Session),
    Orm(&'a DatabaseTransaction),
}

impl Lane<'_> {
    pub(super) async fn run(&mut self, sql: &str) -> Result<(), DbError> {
        match self {
            Lane::Session(session) => session.run(sql).await.map(drop),
            Lane::Orm(transaction) => transaction
                .execute_unprepared(sql)
                .await
                .map(drop)
                .map_err(|error| DbError::of_orm(&error)),
        }
    }

    pub(super) async fn statement(&mut self, statement: &Statement) -> Result<(), DbError> {
        match (&statement.copy_data, &mut *self) {
            (None, lane) => lane.run(&statement.text).await,
            (Some(data), Lane::Session(session)) => session
                .copy_in(&statement.text, data.as_bytes())
                .await
                .map(drop),
            (Some(_), Lane::Orm(_)) => Err(DbError::new(
                DbErrorKind::Statement,
                "COPY … FROM stdin cannot share one transaction with Rust revisions",
            )),
        }
    }

    /// The first column of each row, as text.
    pub(super) async fn column(&mut self, sql: &str) -> Result<Vec<String>, DbError> {
        match self {
            Lane::Session(session) => Ok(session
                .query(sql)
                .await?
                .iter()
                .map(|row| row.text_or_empty(0).to_owned())
                .collect()),
            Lane::Orm(transaction) => {
                let backend = transaction.get_database_backend();
                let statement = sea_orm::Statement::from_string(backend, sql);
                let rows = transaction
                    .query_all_raw(statement)
                    .await
                    .map_err(|error| DbError::of_orm(&error))?;
                rows.iter()
                    .map(|row| row.try_get_by_index::<String>(0))
                    .collect::<Result<_, _>>()
                    .map_err(|error| DbError::of_orm(&error))
            }
        }
    }
}
