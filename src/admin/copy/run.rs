//! All tables, several at a time where both databases can: what is refused before a row is written, then the rows,
//! then whether the foreign keys hold.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::sync::{Mutex, Notify};

use super::collisions::collisions;
use super::plan::refers_to;
use super::table::{contents, copy_table, holds, written};
use super::{Copied, CopyError, Job, Known, Ledger, Mode, Settings};
use crate::dialect::Session;
use crate::dialect::rows::{Checksum, Loading};
use crate::schema::Name;

/// Which tables are copied, and how.
pub struct Order<'a> {
    pub jobs: &'a [Job],
    pub settings: Settings,
    pub loading: Loading,
    /// The names of the tables that the target had before the history made its own; `None` where all are of before.
    /// What rows the others have the history put there: they make room.
    pub was_there: Option<&'a BTreeSet<String>>,
    /// How many tables are copied at once, where that is possible.
    pub connections: usize,
    pub connect_timeout: Duration,
    pub listener: &'a dyn Fn(Event<'_>),
}

/// What happens meanwhile, to one table of those that are copied at the moment.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// So much of it is written.
    Rows {
        table: &'a str,
        rows: u64,
        bytes: u64,
    },
    Done {
        table: &'a str,
        copied: &'a Copied,
        elapsed: Duration,
    },
}

/// Refuses what can be refused before a row is written, and then writes down which tables are begun.
///
/// # Errors
/// What stands in the way.
pub async fn begin(
    source: &mut Session,
    target: &mut Session,
    ledger: &mut Ledger,
    order: &Order<'_>,
) -> Result<(), CopyError> {
    let mut begun = Vec::new();
    let mut refused = Ok(());
    for job in order.jobs {
        match rows_before(target, job, ledger.known(&job.name()), order).await {
            Ok(Some(rows)) => begun.push((job.name(), rows)),
            Ok(None) => {}
            Err(error @ (CopyError::NotEmpty(_) | CopyError::Changed(_))) => {
                refused = refused.and(Err(error));
            }
            Err(error) => return Err(error),
        }
    }
    if refused.is_ok() {
        refused = look_ahead(source, target, ledger, order).await;
    }
    // That rows of the history's may go is known only now. Where there are none, a refusal leaves nothing behind.
    if refused.is_ok() || begun.iter().any(|(_, rows)| rows.rows() > 0) {
        ledger.begin(target, begun).await?;
    }
    refused
}

/// The rows that a table may lose; `None` where that is known from an earlier run.
async fn rows_before(
    target: &mut Session,
    job: &Job,
    known: Option<&Known>,
    order: &Order<'_>,
) -> Result<Option<Checksum>, CopyError> {
    let (table, name) = (written(job), &job.table.name);
    let is_made = order.was_there.is_some_and(|it| !it.contains(&name.name));
    match (order.settings.mode, known) {
        (_, Some(Known::Copied(_))) | (Mode::Upsert, Some(_)) => Ok(None),
        (Mode::Upsert, None) => Ok(Some(Checksum::default())),
        (Mode::Plain, Some(Known::Begun(rows))) => match holds(target, &table, rows).await? {
            true => Ok(None),
            false => Err(CopyError::Changed(name.clone())),
        },
        (Mode::Plain, None) if is_made => contents(target, &table).await.map(Some),
        (Mode::Plain, None) => match holds(target, &table, &Checksum::default()).await? {
            true => Ok(Some(Checksum::default())),
            false => Err(CopyError::NotEmpty(name.clone())),
        },
    }
}

/// What the keys would be refused for.
async fn look_ahead(
    source: &mut Session,
    target: &mut Session,
    ledger: &Ledger,
    order: &Order<'_>,
) -> Result<(), CopyError> {
    for job in order.jobs {
        if matches!(ledger.known(&job.name()), Some(Known::Copied(_))) {
            continue;
        }
        if order.settings.mode == Mode::Upsert && !has_key(job) {
            return Err(CopyError::NoKey(job.table.name.clone()));
        }
        collisions(source, target, job, order.settings.rules).await?;
    }
    Ok(())
}

/// Whether rows of the target can be found by a key that the source gives.
fn has_key(job: &Job) -> bool {
    let (table, key) = (written(job), &job.target.key);
    let mut columns = key.iter().map(|name| table.position(name));
    // A unique key without a value finds nothing.
    let finds = |at: Option<usize>| {
        at.is_some_and(|at| job.table.primary_key.is_some() || !table.columns[at].nullable)
    };
    !key.is_empty() && columns.all(finds)
}

/// Copies the tables. The source stands in a snapshot, named `snapshot` where others can join it.
///
/// # Errors
/// As of one table. What is copied until then stays, and the same again goes on behind it.
pub async fn copy_tables(
    source: &mut Session,
    snapshot: Option<&str>,
    target: &mut Session,
    ledger: &mut Ledger,
    order: &Order<'_>,
) -> Result<Vec<Copied>, CopyError> {
    let wanted = order.connections.min(order.jobs.len());
    // One of a file's writers would wait for the others.
    let wanted = match target.dialect().server_words() {
        Some(_) => wanted.max(1),
        None => 1,
    };
    // The largest first: one that came last would have a connection to itself, and the others nothing to do.
    let bytes = match wanted > 1 && order.loading.references_off {
        true => source.table_bytes().await?,
        false => BTreeMap::new(),
    };
    let mut writers = Vec::new();
    let mut readers = Vec::new();
    for _ in 1..wanted {
        // Where a server has no more connections to give, those that there are do the work.
        let Ok(mut writer) = Session::connect(target.endpoint(), order.connect_timeout).await
        else {
            break;
        };
        writer.prepare_reading().await?;
        writer.prepare_writing().await?;
        writers.push(writer);
        let Some(snapshot) = snapshot else { continue };
        if let Ok(mut reader) = Session::connect(source.endpoint(), order.connect_timeout).await {
            reader.prepare_reading().await?;
            reader.begin_snapshot(Some(snapshot)).await?;
            readers.push(reader);
        }
    }
    let result = {
        let sources = std::iter::once(source).chain(&mut readers);
        let sources: Vec<_> = sources.map(Mutex::new).collect();
        let targets = std::iter::once(target).chain(&mut writers);
        let turns = Turns::new(order, &bytes);
        let work = targets.enumerate().map(|(at, target)| {
            let source = &sources[at % sources.len()];
            turns.work(source, target, ledger)
        });
        try_join_all(work).await.map(|_| turns.done.into_inner())
    };
    for session in readers.into_iter().chain(writers) {
        session.close().await;
    }
    let copied: Vec<Copied> = result?.into_iter().flatten().collect();
    for (job, copied) in order.jobs.iter().zip(&copied) {
        ledger.copied(&job.name(), copied.checksum);
    }
    Ok(copied)
}

/// Whose turn it is.
struct Turns<'a> {
    order: &'a Order<'a>,
    waiting: RefCell<Vec<usize>>,
    running: Cell<usize>,
    done: RefCell<Vec<Option<Copied>>>,
    ended: Notify,
}

enum Turn {
    Of(usize),
    Later,
    Nobody,
}

impl<'a> Turns<'a> {
    /// `bytes` of tables: where any are known, the largest come first.
    fn new(order: &'a Order<'a>, bytes: &BTreeMap<Name, u64>) -> Turns<'a> {
        let size = |at: &usize| bytes.get(&order.jobs[*at].source.name);
        let mut waiting: Vec<usize> = (0..order.jobs.len()).collect();
        waiting.sort_by_key(|at| Reverse(size(at).copied().unwrap_or_default()));
        Turns {
            order,
            waiting: RefCell::new(waiting),
            running: Cell::new(0),
            done: RefCell::new(vec![None; order.jobs.len()]),
            ended: Notify::new(),
        }
    }

    /// The next table. Where foreign keys are looked at row by row, it waits for those that it refers to.
    fn next(&self) -> Turn {
        let (jobs, done) = (self.order.jobs, self.done.borrow());
        let mut waiting = self.waiting.borrow_mut();
        let waits = |at: usize| {
            let mut others = jobs.iter().zip(done.iter());
            others.any(|(other, done)| done.is_none() && refers_to(&jobs[at], other))
        };
        let free = self.order.loading.references_off;
        let next = match waiting.iter().position(|at| free || !waits(*at)) {
            // A circle begins somewhere.
            None if self.running.get() == 0 => 0,
            None if waiting.is_empty() => return Turn::Nobody,
            None => return Turn::Later,
            Some(next) => next,
        };
        if waiting.is_empty() {
            return Turn::Nobody;
        }
        self.running.set(self.running.get() + 1);
        Turn::Of(waiting.remove(next))
    }

    async fn work(
        &self,
        source: &Mutex<&mut Session>,
        target: &mut Session,
        ledger: &Ledger,
    ) -> Result<(), CopyError> {
        loop {
            let at = match self.next() {
                Turn::Of(at) => at,
                Turn::Later => {
                    self.ended.notified().await;
                    continue;
                }
                Turn::Nobody => return Ok(()),
            };
            let (job, started) = (&self.order.jobs[at], Instant::now());
            let table = job.name();
            let told = |rows, bytes| {
                (self.order.listener)(Event::Rows {
                    table: &table,
                    rows,
                    bytes,
                });
            };
            told(0, 0);
            let nothing = Known::Begun(Checksum::default());
            let known = ledger.known(&table).unwrap_or(&nothing);
            let settings = &self.order.settings;
            let copied = copy_table(source, target, job, known, settings, &told).await?;
            (self.order.listener)(Event::Done {
                table: &table,
                copied: &copied,
                elapsed: started.elapsed(),
            });
            self.done.borrow_mut()[at] = Some(copied);
            self.running.set(self.running.get() - 1);
            self.ended.notify_waiters();
        }
    }
}

/// Looks at the foreign keys, where they were not looked at row by row, and forgets how far the copy came.
///
/// Returns the tables that an earlier run has begun and this one was not about: the ledger stays then.
///
/// # Errors
/// [`CopyError::Orphans`]; the ledger stays, so that the same again goes on.
pub async fn end(
    target: &mut Session,
    ledger: Ledger,
    order: &Order<'_>,
) -> Result<Vec<String>, CopyError> {
    let loading = order.loading;
    let copied: Vec<_> = order.jobs.iter().map(|job| &job.table).collect();
    let orphans = match loading.references_off {
        true => target.check_references(&copied).await?,
        false => Vec::new(),
    };
    target.end_writing(loading).await?;
    if !orphans.is_empty() {
        let missing = orphans.iter().map(|it| &it.references);
        let missing: BTreeSet<_> = missing
            .filter(|name| !copied.iter().any(|table| table.name == **name))
            .map(ToString::to_string)
            .collect();
        return Err(CopyError::Orphans {
            orphans,
            not_copied: missing.into_iter().collect(),
        });
    }
    let unfinished: Vec<String> = ledger.unfinished().into_iter().map(str::to_owned).collect();
    if unfinished.is_empty() {
        ledger.close(target).await?;
    }
    Ok(unfinished)
}
