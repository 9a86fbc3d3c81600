//! How commands come to Redis, and to the database beside it.

use std::time::{Duration, Instant};

use super::context::Context;
use super::failure::Failure;
use crate::Handle;
use crate::config::Config;
use crate::database::{self, OpenError, Purpose, Target};
use crate::redis::{Connection, Error, ErrorKind, Options, Topology};
use crate::ui::{dim, escape};

/// Opens Redis; one that is not there yet, or still starting, is waited for so long.
pub(super) async fn open(options: &Options, wait: Duration) -> Result<Connection, Error> {
    const PAUSE: Duration = Duration::from_millis(200);
    let started = Instant::now();
    loop {
        let opening = async {
            let connection = Connection::open(options.clone()).await?;
            // One that still loads its data lets everybody in, and answers nobody.
            match connection.send(&redis::cmd("PING")).await {
                Err(error) if error.kind == ErrorKind::NotReady => Err(error),
                _ => Ok(connection),
            }
        };
        let error = match opening.await {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        let may_come = matches!(error.kind, ErrorKind::Unreachable | ErrorKind::NotReady);
        if !may_come || started.elapsed() >= wait {
            return Err(error);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Redis, open, and what a person is told of where it is.
pub(super) struct Redis {
    pub connection: Connection,
    pub target: String,
}

impl Context {
    /// Opens Redis, and says which it is.
    pub async fn redis(&self, config: &Config) -> Result<Redis, Failure> {
        let options = config.redis_options()?;
        let url = config.redis.url.value.as_ref();
        let url = url.map(ToString::to_string).unwrap_or_default();
        let target = match options.topology() {
            Topology::Standalone => url,
            Topology::Cluster => format!("Cluster at {url}"),
            Topology::Sentinel { master } => format!("{master}, by the Sentinels at {url}"),
        };
        let shown = escape(&target, false);
        self.ui.note(dim().apply_to(&shown).to_string());
        let opening = async {
            let opened = open(&options, self.wait).await;
            opened.map_err(|error| Failure::connecting_redis(&error, &shown))
        };
        let connection = super::unless_stopped(&self.stop, opening).await?;
        Ok(Redis { connection, target })
    }

    /// Opens the database as an application does; what stands in the way is told as for any command.
    pub async fn handle(
        &self,
        config: &Config,
        target: &Target,
        reads_only: bool,
    ) -> Result<Handle, Failure> {
        let mut config = config.clone();
        config.database.query_logging.value |= self.verbose > 1;
        let config = &config;
        // In a box: what opens a database is a large future.
        let opening = Box::pin(async {
            // A pool would try a server that is not there again and again.
            if target.url().is_some() {
                match target.open(Purpose::Look, None).await {
                    Ok(opened) => opened.close().await,
                    Err(OpenError::Database(error)) => {
                        return Err(Failure::unopened(target, &error).await);
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            let opened = if reads_only {
                database::open_for_reading(config).await
            } else {
                database::open(config).await
            };
            match opened {
                Ok(handle) => Ok(handle),
                Err(OpenError::Database(error)) => Err(Failure::unopened(target, &error).await),
                Err(error) => Err(error.into()),
            }
        });
        super::unless_stopped(&self.stop, opening)
            .await
            .map_err(|failure| failure.about(target, false))
    }
}
