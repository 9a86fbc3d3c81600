//! What is in a database held against what is in a backup, row by row.

use std::collections::BTreeMap;

use super::contents::{Contents, Rows};
use super::run::counterpart;
use crate::admin::backup::{BackupError, read_chunk};
use crate::dialect::Session;
use crate::dialect::rows::{Checksum, Chunk, RowTable};
use crate::schema::Name;

/// The tables whose rows are not those of the backup, a line each. Both are of one kind of database.
///
/// # Errors
/// What the database or the backup says.
pub async fn compare(
    session: &mut Session,
    contents: &mut Contents,
) -> Result<Vec<String>, BackupError> {
    let expected = of_backup(contents).await?;
    session.prepare_reading().await?;
    session.begin_snapshot(None).await?;
    let schema = super::finish::there(session).await?;
    let mut findings = Vec::new();
    for (name, expected) in expected {
        let Some(table) = counterpart(&contents.schema, &name, &schema) else {
            findings.push(format!("table {name} is missing"));
            continue;
        };
        let table = RowTable::of(session.dialect(), &schema, table);
        let found = of_table(session, &table).await?;
        if found == expected {
            continue;
        }
        findings.push(match found.rows() == expected.rows() {
            true => format!("table {name} has as many rows, and not the same ones"),
            false => format!(
                "table {name} has {} rows and not {}",
                found.rows(),
                expected.rows()
            ),
        });
    }
    drop(session.run("ROLLBACK").await);
    Ok(findings)
}

async fn of_backup(contents: &mut Contents) -> Result<BTreeMap<Name, Checksum>, BackupError> {
    let pieces = contents.pieces();
    let mut sums: BTreeMap<Name, Checksum> = contents
        .tables
        .iter()
        .map(|table| (table.name.clone(), Checksum::default()))
        .collect();
    for piece in pieces {
        let sum = sums.entry(piece.read_as.name.clone()).or_default();
        match (&mut contents.rows, &piece.chunk) {
            (Rows::Database { session, .. }, _) => *sum = of_table(session, &piece.read_as).await?,
            (Rows::Chunks(dir), Some(chunk)) => {
                let bytes = read_chunk(dir, chunk)?;
                sum.add(&piece.read_as, &Chunk::of(bytes))?;
            }
            (Rows::Chunks(_), None) => {}
        }
    }
    Ok(sums)
}

async fn of_table(session: &mut Session, table: &RowTable) -> Result<Checksum, BackupError> {
    let mut sum = Checksum::default();
    let mut reader = session.read_rows(table).await?;
    while let Some(chunk) = reader.next().await? {
        sum.add(table, &chunk)?;
    }
    Ok(sum)
}
