//! How large everything is in a SQLite file, and how much of it is empty.

use std::path::Path;

use crate::dialect::health::{Hidden, IndexSize, Sequence, Sizes, TableSize, Unseen};
use crate::dialect::{DbError, Session};

/// `dbstat` reads the whole file, so it is not asked of one that is larger.
const MOST_BYTES: u64 = 256 << 20;

pub(crate) async fn sizes(session: &mut Session) -> Result<Sizes, DbError> {
    let mut sizes = Sizes::default();
    let rows = session
        .query(
            "SELECT p.page_size, c.page_count, f.freelist_count, (SELECT file FROM pragma_database_list \
             WHERE name = 'main') FROM pragma_page_size p, pragma_page_count c, pragma_freelist_count f",
        )
        .await?;
    let Some(row) = rows.first() else {
        return Ok(sizes);
    };
    let page_bytes = row.count(0).unwrap_or(0);
    let bytes = page_bytes * row.count(1).unwrap_or(0);
    sizes.bytes = Some(bytes);
    sizes.free_bytes = row.count(2).map(|pages| pages * page_bytes);
    sizes.wal_bytes = row.text(3).filter(|file| !file.is_empty()).map(|file| {
        std::fs::metadata(Path::new(&format!("{file}-wal"))).map_or(0, |log| log.len())
    });
    if bytes > MOST_BYTES {
        sizes.unseen.push(Unseen {
            what: "table sizes",
            reason: Hidden::InTheWay,
            why: format!(
                "the file is larger than {} MiB, and they are found by reading all of it",
                MOST_BYTES >> 20
            ),
        });
    } else {
        tables(session, &mut sizes).await?;
    }
    // Only where a table counts by AUTOINCREMENT is there such a table.
    let counted = session
        .query("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'")
        .await?;
    if !counted.is_empty() {
        let rows = session
            .query("SELECT name, seq FROM sqlite_sequence")
            .await?;
        sizes.sequences = rows
            .iter()
            .map(|row| Sequence {
                name: row.text_or_empty(0).to_owned(),
                last: row.count(1).unwrap_or(0),
                most: i64::MAX.unsigned_abs(),
            })
            .collect();
    }
    Ok(sizes)
}

async fn tables(session: &mut Session, sizes: &mut Sizes) -> Result<(), DbError> {
    let rows = session
        .query(
            "SELECT s.name, s.tbl_name, s.type, sum(d.pgsize), sum(d.unused) FROM sqlite_schema s \
             JOIN dbstat d ON d.name = s.name AND d.aggregate = TRUE WHERE s.type IN ('table', 'index') \
             GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1",
        )
        .await?;
    for row in &rows {
        let (name, of) = (row.text_or_empty(0), row.text_or_empty(1));
        let bytes = row.count(3).unwrap_or(0);
        if row.text_or_empty(2) == "table" {
            if name.starts_with("sqlite_") {
                continue;
            }
            let own = rows
                .iter()
                .filter(|it| it.text_or_empty(2) == "index" && it.text_or_empty(1) == name);
            sizes.tables.push(TableSize {
                name: name.to_owned(),
                bytes,
                index_bytes: Some(own.filter_map(|it| it.count(3)).sum()),
                rows: None,
                dead_rows: None,
                bloat_bytes: row.count(4),
            });
        } else if sizes.indexes.len() < 20 {
            sizes.indexes.push(IndexSize {
                name: name.to_owned(),
                table: of.to_owned(),
                bytes,
                scans: None,
            });
        }
    }
    Ok(())
}
