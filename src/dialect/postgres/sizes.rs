//! How large everything is in PostgreSQL, how much of it is empty, and how far sequences are used up.

use std::collections::BTreeMap;

use crate::dialect::health::{Hidden, IndexSize, Learnt, Sequence, Sizes, TableSize, Unseen};
use crate::dialect::{DbError, DbErrorKind, Session};

const OWN: &str = "/* piton monitor */";
const USERS: &str = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

/// Tables below this size are not looked at for bloat: a few pages are always half empty.
const LEAST_PAGES: f64 = 32.0;

pub(crate) async fn sizes(session: &mut Session, learnt: &mut Learnt) -> Result<Sizes, DbError> {
    let mut sizes = Sizes::default();
    tables(session, learnt, &mut sizes).await?;
    let database = format!("SELECT {OWN} pg_database_size(current_database())");
    let rows = asked(session, learnt, "database size", &database, &mut sizes).await?;
    sizes.bytes = rows.first().and_then(|row| row.count(0));
    indexes(session, learnt, &mut sizes).await?;
    sequences(session, learnt, &mut sizes).await?;
    bloat(session, learnt, &mut sizes).await?;
    super::health::learn_own(session, learnt).await?;
    Ok(sizes)
}

/// A name as a person tells it: with its schema where that is not the first of the search path.
fn named(schema: &str, name: &str) -> String {
    format!("CASE WHEN {schema} = current_schema() THEN {name} ELSE {schema} || '.' || {name} END")
}

/// Asks; what is locked or refused is said in `sizes`.
async fn asked(
    session: &mut Session,
    learnt: &mut Learnt,
    what: &'static str,
    sql: &str,
    sizes: &mut Sizes,
) -> Result<Vec<crate::dialect::Row>, DbError> {
    match learnt.ask(session, what, sql, "").await {
        Ok(rows) => Ok(rows.unwrap_or_default()),
        Err(error) if is_in_the_way(&error) => {
            sizes.unseen.push(Unseen {
                what,
                reason: Hidden::InTheWay,
                why: error.message,
            });
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// Whether somebody's lock, or the size of the catalog, was in the way.
fn is_in_the_way(error: &DbError) -> bool {
    matches!(error.kind, DbErrorKind::Busy | DbErrorKind::Cancelled)
}

async fn tables(
    session: &mut Session,
    learnt: &mut Learnt,
    sizes: &mut Sizes,
) -> Result<(), DbError> {
    let name = named("n.nspname", "c.relname");
    let query = |bytes: &str, index_bytes: &str| {
        format!(
            "SELECT {OWN} {name}, \
             {bytes}, {index_bytes}, CASE WHEN c.reltuples < 0 THEN NULL ELSE c.reltuples::bigint END, \
             pg_stat_get_dead_tuples(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'm') AND {USERS}"
        )
    };
    let measured = query("pg_table_size(c.oid)", "pg_indexes_size(c.oid)");
    let rows = match learnt.ask(session, "table sizes", &measured, "").await {
        // Somebody has a table for himself: what the catalog remembers needs no lock.
        Err(error) if is_in_the_way(&error) => {
            let page = "current_setting('block_size')::bigint";
            let remembered = query(
                &format!("c.relpages * {page}"),
                &format!(
                    "(SELECT coalesce(sum(i.relpages), 0)::bigint * {page} FROM pg_index x \
                     JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid)"
                ),
            );
            sizes.unseen.push(Unseen {
                what: "measured table sizes",
                reason: Hidden::InTheWay,
                why: format!("{}: these are of the last VACUUM or ANALYZE", error.message),
            });
            learnt
                .ask(session, "remembered table sizes", &remembered, "")
                .await?
        }
        rows => rows?,
    };
    sizes.tables = rows
        .unwrap_or_default()
        .iter()
        .map(|row| TableSize {
            name: row.text_or_empty(0).to_owned(),
            bytes: row.count(1).unwrap_or(0),
            index_bytes: row.count(2),
            rows: row.count(3),
            dead_rows: row.count(4),
            bloat_bytes: None,
        })
        .collect();
    Ok(())
}

/// The largest twenty, by what the catalog remembers, with their size as it is now.
async fn indexes(
    session: &mut Session,
    learnt: &mut Learnt,
    sizes: &mut Sizes,
) -> Result<(), DbError> {
    let sql = format!(
        "SELECT {OWN} c.relname, {}, pg_relation_size(c.oid), pg_stat_get_numscans(c.oid) FROM \
         (SELECT c.oid, c.relname, x.indrelid, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         JOIN pg_index x ON x.indexrelid = c.oid WHERE c.relkind = 'i' AND {USERS} \
         ORDER BY c.relpages DESC, c.relname LIMIT 20) c JOIN pg_class t ON t.oid = c.indrelid ORDER BY 3 DESC, 1",
        named("c.nspname", "t.relname")
    );
    let rows = asked(session, learnt, "index sizes", &sql, sizes).await?;
    sizes.indexes = rows
        .iter()
        .map(|row| IndexSize {
            name: row.text_or_empty(0).to_owned(),
            table: row.text_or_empty(1).to_owned(),
            bytes: row.count(2).unwrap_or(0),
            scans: row.count(3),
        })
        .collect();
    Ok(())
}

/// A sequence ends where its column's type does, if that is earlier.
async fn sequences(
    session: &mut Session,
    learnt: &mut Learnt,
    sizes: &mut Sizes,
) -> Result<(), DbError> {
    let sql = format!(
        "SELECT {OWN} {}, \
         CASE WHEN has_sequence_privilege(c.oid, 'SELECT,USAGE') \
           THEN coalesce(greatest(pg_sequence_last_value(c.oid), 0), 0) END, \
         least(s.seqmax, CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 END) \
         FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
         LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid \
           AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') \
         LEFT JOIN pg_class t ON t.oid = d.refobjid \
         LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid \
         WHERE NOT s.seqcycle AND s.seqincrement > 0 AND {USERS}",
        named(
            "n.nspname",
            "coalesce(t.relname || '.' || a.attname, c.relname)"
        )
    );
    let rows = asked(session, learnt, "sequences", &sql, sizes).await?;
    let hidden = rows.iter().filter(|row| row.text(1).is_none()).count();
    if hidden > 0 {
        sizes.unseen.push(Unseen {
            what: "some sequences",
            reason: Hidden::Privilege,
            why: format!("{hidden} sequences do not show this role their value; GRANT SELECT ON ALL SEQUENCES IN SCHEMA … TO the role shows it"),
        });
    }
    sizes.sequences = rows
        .iter()
        .filter_map(|row| {
            Some(Sequence {
                name: row.text_or_empty(0).to_owned(),
                last: row.count(1)?,
                most: row.count(2)?,
            })
        })
        .collect();
    Ok(())
}

/// What a table would take with nothing between its rows, by the widths that ANALYZE found: a row has 24 bytes
/// of header and 4 of pointer, is aligned to 8, and a page has 24 bytes of its own.
async fn bloat(
    session: &mut Session,
    learnt: &mut Learnt,
    sizes: &mut Sizes,
) -> Result<(), DbError> {
    let sql = format!(
        "SELECT {OWN} {}, \
         c.relpages, c.reltuples, w.width, current_setting('block_size') FROM pg_class c \
         JOIN pg_namespace n ON n.oid = c.relnamespace JOIN (SELECT schemaname, tablename, \
         sum((1 - null_frac) * avg_width) AS width FROM pg_stats WHERE schemaname !~ '^pg_' GROUP BY 1, 2) w \
         ON w.schemaname = n.nspname AND w.tablename = c.relname \
         WHERE c.relkind IN ('r', 'm') AND c.relpages >= {LEAST_PAGES} AND {USERS}",
        named("n.nspname", "c.relname")
    );
    let rows = asked(session, learnt, "bloat", &sql, sizes).await?;
    let estimated: BTreeMap<&str, u64> = rows
        .iter()
        .filter_map(|row| {
            let bytes = empty_bytes(
                row.number(1)?,
                row.number(2)?,
                row.number(3)?,
                row.number(4)?,
            );
            Some((row.text(0)?, bytes))
        })
        .collect();
    for table in &mut sizes.tables {
        table.bloat_bytes = estimated.get(table.name.as_str()).copied();
    }
    Ok(())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, and not negative"
)]
fn empty_bytes(pages: f64, rows: f64, width: f64, page_bytes: f64) -> u64 {
    let row_bytes = 24.0 + (width / 8.0).ceil() * 8.0 + 4.0;
    let rows_a_page = ((page_bytes - 24.0) / row_bytes).floor().max(1.0);
    let needed = (rows.max(0.0) / rows_a_page).ceil();
    ((pages - needed).max(0.0) * page_bytes) as u64
}

#[cfg(test)]
mod tests {
    use super::empty_bytes;

    #[test]
    fn bloat_is_what_the_rows_do_not_need() {
        // 1,000,000 rows of 36 bytes and 28 beside: 120 a page, 8,334 pages.
        assert_eq!(empty_bytes(8_334.0, 1_000_000.0, 36.0, 8192.0), 0);
        assert_eq!(
            empty_bytes(16_668.0, 1_000_000.0, 36.0, 8192.0),
            8_334 * 8192
        );
        assert_eq!(empty_bytes(10.0, 0.0, 0.0, 8192.0), 10 * 8192);
        assert_eq!(empty_bytes(10.0, -1.0, 10_000.0, 8192.0), 10 * 8192);
    }
}
