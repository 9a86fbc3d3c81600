//! What a Rust revision would execute, learnt without a database.

use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{
    DatabaseConnection, DatabaseConnectionType, DbBackend, DbErr, ExecResult, MockDatabase,
    MockDatabaseConnection, MockDatabaseTrait, MockExecResult, QueryResult, Statement, Transaction,
};
use sea_orm_migration::{MigrationTrait, SchemaManager};

use crate::revision::Direction;

/// What was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// The statements that changed something, in order, values written out.
    pub statements: Vec<String>,
    /// The first question that the revision asked of the database: what it does may hang on the answer.
    pub asked: Option<String>,
    /// What the revision said when it ended early.
    pub error: Option<String>,
}

impl Recording {
    /// Whether the recording is all that the revision does.
    pub fn is_complete(&self) -> bool {
        self.asked.is_none() && self.error.is_none()
    }
}

/// Lets `migration` run against nothing and notes what it says.
pub async fn record(
    migration: &dyn MigrationTrait,
    direction: Direction,
    backend: DbBackend,
) -> Recording {
    let noted = Arc::new(Mutex::new(Recording::default()));
    let recorder = Recorder {
        backend,
        noted: noted.clone(),
    };
    let connection: DatabaseConnection = DatabaseConnectionType::MockDatabaseConnection(Arc::new(
        MockDatabaseConnection::new(recorder),
    ))
    .into();
    let manager = SchemaManager::new(&connection);
    let result = match direction {
        Direction::Up => migration.up(&manager).await,
        Direction::Down => migration.down(&manager).await,
    };
    let mut recording = noted.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Err(error) = result {
        recording.error = Some(error.to_string());
    }
    recording
}

/// SeaORM's mock connection calls this instead of a server.
#[derive(Debug)]
struct Recorder {
    backend: DbBackend,
    noted: Arc<Mutex<Recording>>,
}

impl Recorder {
    fn note(&self, note: impl FnOnce(&mut Recording)) {
        note(&mut self.noted.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl MockDatabaseTrait for Recorder {
    fn execute(&mut self, _: usize, statement: Statement) -> Result<ExecResult, DbErr> {
        self.note(|recording| recording.statements.push(statement.to_string()));
        // Only the stock mock can make a result; it gives back what it was given.
        MockDatabase::new(self.backend)
            .append_exec_results([MockExecResult::default()])
            .execute(0, statement)
    }

    fn query(&mut self, _: usize, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.note(|recording| {
            recording.asked.get_or_insert_with(|| statement.to_string());
        });
        Ok(Vec::new())
    }

    fn begin(&mut self) {}

    fn commit(&mut self) {}

    fn rollback(&mut self) {}

    fn drain_transaction_log(&mut self) -> Vec<Transaction> {
        Vec::new()
    }

    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    fn ping(&self) -> Result<(), DbErr> {
        Ok(())
    }
}
