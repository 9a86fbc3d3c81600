//! The tables of a target made from those of the source: all of them, or none.

use super::{CopyError, Ledger};
use crate::dialect::Session;
use crate::schema::{Name, Schema};

/// Runs the statements that make `tables`: in one transaction, where the database can. Elsewhere the ledger says what
/// is being made, so that [`unmake`] can follow.
///
/// # Errors
/// What the database says. Nothing is made then.
pub async fn make(
    target: &mut Session,
    ledger: &mut Ledger,
    tables: Vec<Name>,
    statements: &[String],
) -> Result<(), CopyError> {
    if target.dialect().transactional_ddl() {
        target.run(target.dialect().begin()).await?;
        let made = run(target, statements).await;
        // Where the connection is gone the server has rolled back by itself.
        match made {
            Ok(()) => target.run("COMMIT").await.map(drop)?,
            Err(error) => {
                drop(target.run("ROLLBACK").await);
                return Err(error);
            }
        }
        return Ok(());
    }
    ledger.make(target, tables.clone()).await?;
    let made = run(target, statements).await;
    if made.is_err() {
        remove(target, &tables).await?;
    }
    ledger.make(target, Vec::new()).await?;
    made
}

async fn run(target: &mut Session, statements: &[String]) -> Result<(), CopyError> {
    for sql in statements {
        target.run(sql).await.map_err(|source| CopyError::Making {
            statement: sql.clone(),
            source,
        })?;
    }
    Ok(())
}

/// Removes what an earlier run has made of tables and not ended; returns whether there was anything. None of them has
/// had a row of this copy's.
///
/// # Errors
/// [`CopyError::Changed`] for one that has rows.
pub async fn unmake(
    target: &mut Session,
    ledger: &mut Ledger,
    here: &Schema,
) -> Result<bool, CopyError> {
    let half: Vec<Name> = ledger.making().to_vec();
    if half.is_empty() {
        return Ok(false);
    }
    let there = half.iter().filter(|name| here.table(name).is_some());
    let there: Vec<Name> = there.cloned().collect();
    for name in &there {
        if target.holds_rows(name).await? {
            return Err(CopyError::Changed(name.clone()));
        }
    }
    remove(target, &there).await?;
    ledger.make(target, Vec::new()).await?;
    Ok(true)
}

/// References are off while a copy writes, so that the order does not matter.
async fn remove(target: &mut Session, tables: &[Name]) -> Result<(), CopyError> {
    for name in tables {
        let name = target.dialect().quote_name(name);
        target.run(&format!("DROP TABLE IF EXISTS {name}")).await?;
    }
    Ok(())
}
