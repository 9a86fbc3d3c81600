//! One table from one session to another, in one transaction, and compared afterwards.

use super::{CopyError, Job, Ledger};
use crate::dialect::rows::{Checksum, RowTable, RowsError, Rules, Weighing, WriteOptions};
use crate::dialect::{DbErrorKind, Session};
use crate::schema::{IndexKey, Name};

/// How tables are copied.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub rules: Rules,
    /// Rows that are there already are replaced.
    pub upsert: bool,
    /// What rows the tables have came by the history or by this copy, and make room.
    pub ours: bool,
}

/// What was copied of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    pub rows: u64,
    pub bytes: u64,
    pub checksum: Checksum,
    /// Rows that were in the target beside those that were sent.
    pub beside: u64,
}

/// Whether a table has rows.
///
/// # Errors
/// What the database says.
pub async fn holds_rows(session: &mut Session, name: &Name) -> Result<bool, CopyError> {
    let name = session.dialect().quote_name(name);
    let rows = session
        .query(&format!("SELECT 1 FROM {name} LIMIT 1"))
        .await?;
    Ok(!rows.is_empty())
}

/// Copies one table; `told` hears of every chunk, with the rows and bytes until then.
///
/// The target is as it was where anything fails.
///
/// # Errors
/// What cannot be carried, by its name; what either database says; where what arrived is not what was sent.
pub async fn copy_table(
    source: &mut Session,
    target: &mut Session,
    job: &Job,
    settings: &Settings,
    ledger: &Ledger,
    told: &mut dyn FnMut(u64, u64),
) -> Result<Copied, CopyError> {
    target.run(target.dialect().begin()).await?;
    let copied = in_transaction(source, target, job, settings, ledger, told).await;
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
    compared(target, job, settings, copied).await
}

async fn in_transaction(
    source: &mut Session,
    target: &mut Session,
    job: &Job,
    settings: &Settings,
    ledger: &Ledger,
    told: &mut dyn FnMut(u64, u64),
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
    if settings.ours && !settings.upsert {
        // Where it was copied before it has changed in the source since then.
        let forget = ledger.forget(target, &job.name());
        target.run(&forget).await?;
        let name = target.dialect().quote_name(&job.table.name);
        target.run(&format!("DELETE FROM {name}")).await?;
    }
    let options = WriteOptions {
        rules: settings.rules,
        checksum: true,
        upsert: settings.upsert.then(|| job.target.key.clone()),
    };
    let mut reader = source.read_rows(&job.source).await?;
    let mut writer = target
        .write_rows(&job.source, &job.target, &options)
        .await?;
    let (mut rows, mut bytes) = (0, 0);
    let mut next = reader.next().await?;
    while let Some(chunk) = next {
        rows += chunk.rows;
        bytes += chunk.bytes.len() as u64;
        // The next chunk is read while this one is written.
        let (written, read) = tokio::join!(writer.write(chunk), reader.next());
        written?;
        told(rows, bytes);
        next = read?;
    }
    let written = writer.finish().await?;
    let checksum = written.checksum.unwrap_or_default();
    for sql in quiet {
        target.run(&sql).await?;
    }
    let record = ledger.record(target, &job.name(), &checksum);
    target.run(&record).await?;
    Ok(Copied {
        rows,
        bytes,
        checksum,
        beside: 0,
    })
}

/// The target's columns that were written.
fn written(job: &Job) -> RowTable {
    let names: Vec<String> = job
        .source
        .columns
        .iter()
        .map(|it| it.name.clone())
        .collect();
    job.target.only(&names)
}

/// Reads the table back.
async fn compared(
    target: &mut Session,
    job: &Job,
    settings: &Settings,
    copied: Copied,
) -> Result<Copied, CopyError> {
    let table = written(job);
    let mut found = Checksum::default();
    let mut reader = target.read_rows(&table).await?;
    while let Some(chunk) = reader.next().await? {
        found.add(&table, &chunk)?;
    }
    // What was there before is beside what was sent: only the number can be looked at then.
    let beside = found.rows().saturating_sub(copied.rows);
    if settings.upsert && beside > 0 || found == copied.checksum {
        return Ok(Copied { beside, ..copied });
    }
    Err(CopyError::Differs {
        table: job.table.name.clone(),
        sent: Box::new(copied.checksum),
        found: Box::new(found),
    })
}

/// What a table of the source would be in the target, without writing it.
///
/// # Errors
/// As [`copy_table`].
pub async fn weigh(source: &mut Session, job: &Job, rules: Rules) -> Result<Checksum, CopyError> {
    let mut weighing = Weighing::new(&job.source, &job.target, rules)?;
    let mut reader = source.read_rows(&job.source).await?;
    while let Some(chunk) = reader.next().await? {
        weighing.add(&chunk)?;
    }
    Ok(weighing.finish())
}

/// Looks for keys that are two in the source and one in the target: under a collation to which `a` and `A` are one.
/// The keys go into a temporary table of the target with the same collations.
///
/// # Errors
/// [`CopyError::Collision`]; what either database says.
pub async fn collisions(
    source: &mut Session,
    target: &mut Session,
    job: &Job,
    rules: Rules,
) -> Result<(), CopyError> {
    let dialect = target.dialect();
    let Some(collating) = dialect.collating_keys() else {
        return Ok(());
    };
    if source.dialect().family() == dialect.family() {
        return Ok(());
    }
    let primary = job.table.primary_key.iter().map(|key| &key.columns);
    let uniques = job.table.indexes.iter().filter(|index| index.unique);
    for parts in primary.chain(uniques.map(|index| &index.parts)) {
        let columns: Option<Vec<String>> = parts
            .iter()
            .map(|part| match &part.key {
                IndexKey::Column(name) => Some(name.clone()),
                IndexKey::Expression(_) => None,
            })
            .collect();
        let Some(columns) = columns else { continue };
        let (from, to) = (job.source.only(&columns), job.target.only(&columns));
        if from.columns.len() < columns.len() || !to.columns.iter().any(collating) {
            continue;
        }
        let keys = RowTable {
            name: Name::new("piton_keys"),
            ..to
        };
        let list: Vec<String> = columns.iter().map(|name| dialect.quote(name)).collect();
        let list = list.join(", ");
        let name = dialect.quote_name(&job.table.name);
        let unique = parts
            .iter()
            .zip(&columns)
            .map(|(part, name)| match part.prefix {
                Some(prefix) => format!("{}({prefix})", dialect.quote(name)),
                None => dialect.quote(name),
            });
        let unique = unique.collect::<Vec<_>>().join(", ");
        target
            .run("DROP TEMPORARY TABLE IF EXISTS piton_keys")
            .await?;
        target
            .run(&format!(
                "CREATE TEMPORARY TABLE piton_keys AS SELECT {list} FROM {name} LIMIT 0"
            ))
            .await?;
        target
            .run(&format!("ALTER TABLE piton_keys ADD UNIQUE KEY ({unique})"))
            .await?;
        let filled = fill(source, target, &from, &keys, rules).await;
        target
            .run("DROP TEMPORARY TABLE IF EXISTS piton_keys")
            .await?;
        match filled {
            Err(RowsError::Refused { source, .. }) if source.kind == DbErrorKind::Constraint => {
                return Err(CopyError::Collision {
                    table: job.table.name.clone(),
                    reason: source.message.clone(),
                });
            }
            filled => filled?,
        }
    }
    Ok(())
}

async fn fill(
    source: &mut Session,
    target: &mut Session,
    from: &RowTable,
    keys: &RowTable,
    rules: Rules,
) -> Result<(), RowsError> {
    let options = WriteOptions {
        rules,
        ..WriteOptions::default()
    };
    let mut reader = source.read_rows(from).await?;
    let mut writer = target.write_rows(from, keys, &options).await?;
    while let Some(chunk) = reader.next().await? {
        writer.write(chunk).await?;
    }
    writer.finish().await.map(drop)
}
