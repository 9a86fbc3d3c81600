//! What SQLite knows of itself, which counts no uses.

use crate::dialect::usage::{TableUsage, Usage};
use crate::dialect::{DbError, Session};
use crate::schema::Name;

pub(crate) async fn read(session: &mut Session) -> Result<Usage, DbError> {
    let mut usage = Usage {
        unknown: vec![
            "which indexes are used, and the heaviest statements: SQLite counts neither".to_owned(),
        ],
        ..Usage::default()
    };
    let names = session
        .query("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        .await?;
    let analysed = session
        .query("SELECT name FROM sqlite_schema WHERE name = 'sqlite_stat1'")
        .await?;
    for row in names {
        usage.tables.push(TableUsage {
            table: Name::new(row.text_or_empty(0)),
            unanalysed: analysed.is_empty(),
            ..TableUsage::default()
        });
    }
    let pages = session
        .query("SELECT f.freelist_count, p.page_count FROM pragma_freelist_count AS f, pragma_page_count AS p")
        .await?;
    usage.empty_percent = pages.first().and_then(|row| {
        let (free, all) = (row.integer(0)?, row.integer(1)?);
        // A small file is small enough.
        (free >= 256).then(|| (free * 100 / all.max(1)).max(0).cast_unsigned())
    });
    Ok(usage)
}
