//! Keys that are two in the source and one in the target.

use super::{CopyError, Job};
use crate::dialect::rows::{RowTable, RowsError, Rules, WriteOptions};
use crate::dialect::{DbErrorKind, Session};
use crate::schema::{IndexKey, Name};

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
