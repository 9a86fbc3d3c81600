//! Looking again and again: one connection to each server, which is made anew when it was lost.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::rates::rates;
use super::reading::{Away, DatabaseReading, Reading};
use super::settings::Settings;
use super::watch_redis::{RedisSource, RedisWatch};
use crate::dialect::health::{Learnt, Sequence, Sizes, TableSize, Vitals};
use crate::dialect::{DbError, Session};
use crate::json::Survey;

/// Why there is no session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    pub reason: String,
}

/// A session that is being opened.
pub type Opening<'a> = Pin<Box<dyn Future<Output = Result<Session, Gone>> + 'a>>;

/// Where the database is.
pub enum Source<'a> {
    /// What opens a session, as often as one is lost.
    Sessions(Box<dyn Fn() -> Opening<'a> + 'a>),
    /// The directory of a JSON store, which is looked at without loading it.
    Store(PathBuf),
}

/// No statement of the monitor's may take longer.
const STATEMENT_MS: u64 = 3_000;

/// Nor may one reading, whatever it waits for.
const READING: Duration = Duration::from_secs(8);

/// What has no server is read from its file each time, so its sizes are what there is to see.
const EMBEDDED_SIZES: Duration = Duration::from_secs(5);

/// Takes readings.
pub struct Watcher<'a> {
    database: DatabaseWatch<'a>,
    redis: Option<RedisWatch>,
}

struct DatabaseWatch<'a> {
    target: String,
    source: Source<'a>,
    sizes_interval: Duration,
    session: Option<Session>,
    learnt: Learnt,
    /// The kind and the version, as the last session told them.
    known: (String, Option<String>),
    before: Option<(Vitals, Instant)>,
    sizes: Option<(Sizes, Instant)>,
    away_since: Option<DateTime<Utc>>,
}

impl<'a> Watcher<'a> {
    /// `target` is the database's name for people; nothing is opened yet.
    pub fn new(
        target: String,
        source: Source<'a>,
        redis: Option<RedisSource>,
        settings: &Settings,
    ) -> Watcher<'a> {
        Watcher {
            database: DatabaseWatch {
                target,
                source,
                sizes_interval: settings.sizes_interval(),
                session: None,
                learnt: Learnt::default(),
                known: Default::default(),
                before: None,
                sizes: None,
                away_since: None,
            },
            redis: redis.map(|source| RedisWatch::new(source, settings.least_reads())),
        }
    }

    /// Looks at everything once. What is away is said in the reading, and asked for again by the next one.
    pub async fn read(&mut self) -> Reading {
        let at = Utc::now();
        let redis = async {
            match &mut self.redis {
                Some(redis) => Some(redis.read(at).await),
                None => None,
            }
        };
        let (database, redis) = tokio::join!(self.database.read(at), redis);
        Reading {
            at,
            database,
            redis,
        }
    }

    /// Ends the sessions.
    pub async fn close(self) {
        if let Some(session) = self.database.session {
            drop(tokio::time::timeout(Duration::from_secs(1), session.close()).await);
        }
    }
}

impl DatabaseWatch<'_> {
    async fn read(&mut self, at: DateTime<Utc>) -> DatabaseReading {
        let started = Instant::now();
        let looked = match tokio::time::timeout(READING, self.look()).await {
            Ok(looked) => looked,
            Err(_) => Err(Gone {
                reason: format!("no answer in {} s", READING.as_secs()),
            }),
        };
        let mut reading = DatabaseReading::default();
        match looked {
            Ok(looked) => {
                self.away_since = None;
                reading = looked;
            }
            Err(gone) => {
                // What was asked may still come to an answer, which the next question must not read.
                self.session = None;
                self.before = None;
                self.sizes = None;
                reading.away = Some(Away {
                    since: *self.away_since.get_or_insert(at),
                    reason: gone.reason,
                });
            }
        }
        reading.target.clone_from(&self.target);
        (reading.kind, reading.version) = self.known.clone();
        reading.took_ms = started.elapsed().as_secs_f64() * 1000.0;
        reading
    }

    async fn look(&mut self) -> Result<DatabaseReading, Gone> {
        let open = match &self.source {
            Source::Store(dir) => {
                self.known = ("json".to_owned(), None);
                return store(dir);
            }
            Source::Sessions(open) => open,
        };
        let lost = |error: DbError| Gone {
            reason: error.to_string(),
        };
        let session = match &mut self.session {
            Some(session) => session,
            None => {
                self.learnt = Learnt::default();
                let mut session = open().await?;
                session.prepare_to_watch(STATEMENT_MS).await.map_err(lost)?;
                // What a server counts of our own is left out, so it must have been asked once.
                drop(session.vitals(&mut self.learnt).await.map_err(lost)?);
                let version = session.version().to_owned();
                self.known = (session.dialect().name().to_owned(), Some(version));
                self.session.insert(session)
            }
        };
        let is_server = session.dialect().is_server();
        let interval = if is_server {
            self.sizes_interval
        } else {
            self.sizes_interval.min(EMBEDDED_SIZES)
        };
        let due = |at: &Instant| at.elapsed() >= interval;
        if self.sizes.as_ref().is_none_or(|(_, at)| due(at)) {
            let sizes = session.sizes(&mut self.learnt).await.map_err(lost)?;
            self.sizes = Some((sizes, Instant::now()));
        }
        let vitals = session.vitals(&mut self.learnt).await.map_err(lost)?;
        let now = Instant::now();
        let before = self.before.as_ref().map(|(vitals, at)| (vitals, now - *at));
        let reading = DatabaseReading {
            rates: rates(before, &vitals),
            vitals: vitals.clone(),
            sizes: self
                .sizes
                .as_ref()
                .map(|(sizes, _)| sizes.clone())
                .unwrap_or_default(),
            ..DatabaseReading::default()
        };
        self.before = Some((vitals, now));
        // A file may be replaced by another one of its name.
        if !is_server && let Some(session) = self.session.take() {
            session.close().await;
        }
        Ok(reading)
    }
}

/// A JSON store, by its manifest.
fn store(dir: &std::path::Path) -> Result<DatabaseReading, Gone> {
    let survey = Survey::of(dir).map_err(|error| Gone {
        reason: error.to_string(),
    })?;
    let table = |table: &crate::json::SurveyedTable| TableSize {
        name: table.name.clone(),
        bytes: table.bytes,
        rows: Some(table.rows),
        ..TableSize::default()
    };
    let mut tables: Vec<TableSize> = survey.tables.iter().map(table).collect();
    tables.sort_by(|a, b| (b.bytes, &a.name).cmp(&(a.bytes, &b.name)));
    let sequences = survey.sequences.iter().map(|(name, last)| Sequence {
        name: name.clone(),
        last: last.unsigned_abs(),
        most: i64::MAX.unsigned_abs(),
    });
    Ok(DatabaseReading {
        sizes: Sizes {
            bytes: Some(survey.manifest_bytes + tables.iter().map(|it| it.bytes).sum::<u64>()),
            sequences: sequences.collect(),
            tables,
            ..Sizes::default()
        },
        store: Some(survey),
        ..DatabaseReading::default()
    })
}
