//! A database that is made for one question and dropped again on every path.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

use super::{OpenError, Purpose, Target};
use crate::config::DatabaseUrl;
use crate::dialect::{DbError, Dialect, Endpoint, Session};

/// A scratch database: empty at first, and gone after [`Scratch::remove`].
pub struct Scratch {
    endpoint: Endpoint,
    dialect: Dialect,
    connect_timeout: Duration,
    /// The server it was made on, and its name there; `None` in memory.
    made: Option<(Target, String)>,
}

impl Scratch {
    /// Makes one beside the target's database; in memory where the target is a file.
    ///
    /// # Errors
    /// Where the server cannot be reached, or does not let this user make databases.
    pub async fn make(beside: &Target) -> Result<Scratch, OpenError> {
        let connect_timeout = beside.connect_timeout();
        if beside.url().is_none() {
            return Ok(Scratch {
                endpoint: memory().await?,
                dialect: Dialect::Sqlite,
                connect_timeout,
                made: None,
            });
        }
        // The target's own database is only where the server is asked; it need not be there.
        let server = beside.with_database(beside.dialect().maintenance_database());
        let name = unique_name();
        let mut opened = match server.open(Purpose::Look, None).await {
            Ok(opened) => opened,
            Err(_) => beside.open(Purpose::Look, None).await?,
        };
        let dialect = opened.dialect();
        let session = opened.session();
        let made = async {
            let collation = collation(session, beside).await?;
            let create = dialect.create_database_with(&name, collation.as_deref());
            session.run(&create).await
        };
        let made = made.await;
        opened.close().await;
        made?;
        let target = beside.with_database(&name);
        let endpoint = target.endpoint()?;
        Ok(Scratch {
            endpoint,
            dialect,
            connect_timeout,
            made: Some((server, name)),
        })
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// How others reach it; `None` where it is in memory.
    pub fn target(&self) -> Option<Target> {
        let (server, name) = self.made.as_ref()?;
        Some(server.with_database(name))
    }

    /// A session on it.
    ///
    /// # Errors
    /// What the server says.
    pub async fn session(&self) -> Result<Session, DbError> {
        Session::connect(&self.endpoint, self.connect_timeout).await
    }

    /// Drops it.
    ///
    /// # Errors
    /// What the server says; the message names the database that is left.
    pub async fn remove(self) -> Result<(), OpenError> {
        let Some((server, name)) = self.made else {
            if let Endpoint::Open(pool) = self.endpoint {
                pool.close().await;
            }
            return Ok(());
        };
        let mut opened = server.open(Purpose::Look, None).await?;
        let mut result = Ok(0);
        for _ in 0..20 {
            result = opened
                .session()
                .run(&opened_drop(self.dialect, &name))
                .await;
            match &result {
                // A session that was closed a moment ago may still count.
                Err(error) if error.code.as_deref() == Some("55006") => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                _ => break,
            }
        }
        opened.close().await;
        result.map(drop).map_err(|error| {
            let message = format!("the scratch database {name} is left: {}", error.message);
            DbError { message, ..error }.into()
        })
    }
}

/// The collation of the database beside which one is made, where it is there: what says none there would have another
/// one here.
async fn collation(session: &mut Session, beside: &Target) -> Result<Option<String>, DbError> {
    let name = beside.url().and_then(DatabaseUrl::database);
    let asked = name.and_then(|name| session.dialect().collation_of_database(name));
    let Some(sql) = asked else {
        return Ok(None);
    };
    let rows = session.query(&sql).await?;
    Ok(rows.first().and_then(|row| row.text(0)).map(str::to_owned))
}

fn opened_drop(dialect: Dialect, name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {}", dialect.quote(name))
}

async fn memory() -> Result<Endpoint, OpenError> {
    let options = SqliteConnectOptions::new()
        .in_memory(true)
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(|error| DbError::of_connect(&error))?;
    Ok(Endpoint::Open(pool))
}

/// A name that no other process takes.
fn unique_name() -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let random = RandomState::new().hash_one(since) & 0xffff_ffff;
    format!("piton_scratch_{}_{random:08x}", std::process::id())
}
