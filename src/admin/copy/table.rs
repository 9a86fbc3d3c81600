//! One table from one session to another: written, read back and compared, all in one transaction of the target.

use tokio::sync::Mutex;

use super::{CopyError, Job, Known, Ledger, Mode};
use crate::dialect::Session;
use crate::dialect::rows::{Checksum, RowTable, Rules, Weighing, WriteOptions};

/// How tables are copied.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub rules: Rules,
    pub mode: Mode,
}

/// What was copied of one table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    pub rows: u64,
    pub bytes: u64,
    pub checksum: Checksum,
    /// Rows that are in the target beside those that were sent.
    pub beside: u64,
    /// Whether an earlier run had brought it.
    pub before: bool,
}

/// Copies one table, of whose rows in the target `known` tells; `told` hears of every chunk, with the rows and bytes
/// until then. The source is held only as long as it is read.
///
/// The target is as it was where anything fails.
///
/// # Errors
/// What cannot be carried, by its name; what either database says; rows of somebody else's; where what arrived is not
/// what was sent.
pub(super) async fn copy_table(
    source: &Mutex<&mut Session>,
    target: &mut Session,
    job: &Job,
    known: &Known,
    settings: &Settings,
    told: &dyn Fn(u64, u64),
) -> Result<Copied, CopyError> {
    if let Known::Copied(rows) = known {
        if settings.mode == Mode::Plain && !holds(target, &written(job), rows).await? {
            return Err(CopyError::Changed(job.table.name.clone()));
        }
        if weigh(&mut **source.lock().await, job, settings.rules).await? == *rows {
            return Ok(Copied {
                rows: rows.rows(),
                checksum: *rows,
                before: true,
                ..Copied::default()
            });
        }
    }
    target.run(target.dialect().begin()).await?;
    let copied = in_transaction(source, target, job, known, settings, told).await;
    let copied = match copied {
        Ok(copied) => {
            target.run("COMMIT").await?;
            copied
        }
        Err(error) => {
            // Where the connection is gone the server has rolled back by itself.
            drop(target.run("ROLLBACK").await);
            return Err(error);
        }
    };
    target.settle_numbers(&job.table).await?;
    Ok(copied)
}

async fn in_transaction(
    source: &Mutex<&mut Session>,
    target: &mut Session,
    job: &Job,
    known: &Known,
    settings: &Settings,
    told: &dyn Fn(u64, u64),
) -> Result<Copied, CopyError> {
    let quiet = match target.hold_triggers(&job.table.name).await? {
        Ok(restore) => restore,
        Err(trigger) => {
            return Err(CopyError::Trigger {
                table: job.table.name.clone(),
                trigger,
            });
        }
    };
    let upsert = match settings.mode {
        Mode::Upsert => Some(job.target.key.clone()),
        Mode::Plain => {
            make_room(target, job, known.checksum()).await?;
            None
        }
    };
    let options = WriteOptions {
        rules: settings.rules,
        checksum: true,
        upsert,
    };
    let mut from = source.lock().await;
    let mut reader = from.read_rows(&job.source).await?;
    let mut writer = target
        .write_rows(&job.source, &job.target, &options)
        .await?;
    let mut copied = Copied::default();
    let mut next = reader.next().await?;
    while let Some(chunk) = next {
        copied.rows += chunk.rows;
        copied.bytes += chunk.bytes.len() as u64;
        // The next chunk is read while this one is written.
        let (written, read) = tokio::join!(writer.write(chunk), reader.next());
        written?;
        told(copied.rows, copied.bytes);
        next = read?;
    }
    drop(reader);
    drop(from);
    copied.checksum = writer.finish().await?.checksum.unwrap_or_default();
    for sql in quiet {
        target.run(&sql).await?;
    }
    copied.beside = compare(target, job, &options, &copied.checksum).await?;
    let record = Ledger::record(target, &job.name(), &copied.checksum);
    target.run(&record).await?;
    Ok(copied)
}

/// Removes the rows that may go, and no others.
async fn make_room(target: &mut Session, job: &Job, expected: &Checksum) -> Result<(), CopyError> {
    let changed = || CopyError::Changed(job.table.name.clone());
    if !holds(target, &written(job), expected).await? {
        return Err(changed());
    }
    // Whoever wrote between the look and the removal keeps their rows.
    match expected.rows() == 0 || target.remove_rows(&job.target).await? == expected.rows() {
        true => Ok(()),
        false => Err(changed()),
    }
}

/// The target's columns that are written.
pub(super) fn written(job: &Job) -> RowTable {
    let names: Vec<String> = job
        .source
        .columns
        .iter()
        .map(|it| it.name.clone())
        .collect();
    job.target.only(&names)
}

/// Reads back what was written; returns how many rows are beside it.
async fn compare(
    target: &mut Session,
    job: &Job,
    options: &WriteOptions,
    sent: &Checksum,
) -> Result<u64, CopyError> {
    let table = written(job);
    let mut found = Checksum::default();
    let mut reader = match &options.upsert {
        None => target.read_rows(&table).await?,
        Some(key) => target.read_merged(&table, key).await?,
    };
    while let Some(chunk) = reader.next().await? {
        found.add(&table, &chunk)?;
    }
    drop(reader);
    if found != *sent {
        return Err(CopyError::Differs {
            table: job.table.name.clone(),
            sent: Box::new(*sent),
            found: Box::new(found),
        });
    }
    if options.upsert.is_none() {
        return Ok(0);
    }
    target.drop_stage().await?;
    let all = target.count_rows(&job.target).await?;
    Ok(all.saturating_sub(sent.rows()))
}

/// Whether a table of the target has these rows and no others.
pub(super) async fn holds(
    target: &mut Session,
    table: &RowTable,
    expected: &Checksum,
) -> Result<bool, CopyError> {
    let mut found = Checksum::default();
    let mut reader = target.read_rows(table).await?;
    while let Some(chunk) = reader.next().await? {
        found.add(table, &chunk)?;
        if found.rows() > expected.rows() {
            return Ok(false);
        }
    }
    Ok(found == *expected)
}

/// The checksum of a table of the target's.
pub(super) async fn contents(
    target: &mut Session,
    table: &RowTable,
) -> Result<Checksum, CopyError> {
    let mut found = Checksum::default();
    let mut reader = target.read_rows(table).await?;
    while let Some(chunk) = reader.next().await? {
        found.add(table, &chunk)?;
    }
    Ok(found)
}

/// What a table of the source would be in the target, without writing it.
async fn weigh(source: &mut Session, job: &Job, rules: Rules) -> Result<Checksum, CopyError> {
    let mut weighing = Weighing::new(&job.source, &job.target, rules)?;
    let mut reader = source.read_rows(&job.source).await?;
    while let Some(chunk) = reader.next().await? {
        weighing.add(&chunk)?;
    }
    Ok(weighing.finish())
}
