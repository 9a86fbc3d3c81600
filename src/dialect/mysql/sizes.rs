//! How large everything is in MySQL and MariaDB, how much of it is empty, and how far columns that count by
//! themselves are used up.

use crate::dialect::health::{IndexSize, Learnt, Sequence, Sizes, TableSize};
use crate::dialect::{DbError, Session};

pub(crate) async fn sizes(session: &mut Session, learnt: &mut Learnt) -> Result<Sizes, DbError> {
    let mut sizes = Sizes::default();
    let rows = learnt
        .ask(
            session,
            "table sizes",
            "SELECT t.TABLE_NAME, t.DATA_LENGTH, t.INDEX_LENGTH, t.TABLE_ROWS, t.DATA_FREE, t.AUTO_INCREMENT, \
             c.COLUMN_NAME, c.COLUMN_TYPE FROM information_schema.TABLES t \
             LEFT JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA \
             AND c.TABLE_NAME = t.TABLE_NAME AND c.EXTRA LIKE '%auto_increment%' \
             WHERE t.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE'",
            "",
        )
        .await?
        .unwrap_or_default();
    for row in &rows {
        let name = row.text_or_empty(0).to_owned();
        if let (Some(next), Some(column), Some(kind)) = (row.count(5), row.text(6), row.text(7))
            && let Some(most) = most_of(kind)
        {
            sizes.sequences.push(Sequence {
                name: format!("{name}.{column}"),
                last: next.saturating_sub(1),
                most,
            });
        }
        sizes.tables.push(TableSize {
            name,
            bytes: row.count(1).unwrap_or(0),
            index_bytes: row.count(2),
            rows: row.count(3),
            dead_rows: None,
            bloat_bytes: row.count(4),
        });
    }
    let bytes = |table: &TableSize| table.bytes + table.index_bytes.unwrap_or(0);
    sizes.bytes = Some(sizes.tables.iter().map(bytes).sum());
    let rows = learnt
        .ask(
            session,
            "index sizes",
            "SELECT index_name, table_name, stat_value * @@innodb_page_size FROM mysql.innodb_index_stats \
             WHERE database_name = DATABASE() AND stat_name = 'size' AND index_name <> 'PRIMARY' \
             ORDER BY stat_value DESC, index_name LIMIT 20",
            "GRANT SELECT ON mysql.innodb_index_stats TO the user shows it",
        )
        .await?
        .unwrap_or_default();
    sizes.indexes = rows
        .iter()
        .map(|row| IndexSize {
            name: row.text_or_empty(0).to_owned(),
            table: row.text_or_empty(1).to_owned(),
            bytes: row.count(2).unwrap_or(0),
            scans: None,
        })
        .collect();
    Ok(sizes)
}

/// The highest number of a type, such as `int(11)` or `bigint unsigned`.
fn most_of(kind: &str) -> Option<u64> {
    let word = kind.split(['(', ' ']).next()?;
    let bits = match word {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" => 32,
        "bigint" => 64,
        _ => return None,
    };
    let signed = u64::MAX >> (64 - bits + 1);
    Some(if kind.contains("unsigned") {
        signed * 2 + 1
    } else {
        signed
    })
}

#[cfg(test)]
mod tests {
    use super::most_of;

    #[test]
    fn the_highest_number_is_the_type_s() {
        for (kind, most) in [
            ("tinyint(4)", Some(127)),
            ("smallint(5) unsigned", Some(65_535)),
            ("mediumint", Some(8_388_607)),
            ("int(11)", Some(2_147_483_647)),
            ("int(10) unsigned", Some(4_294_967_295)),
            ("bigint", Some(9_223_372_036_854_775_807)),
            ("bigint(20) unsigned", Some(u64::MAX)),
            ("double", None),
        ] {
            assert_eq!(most_of(kind), most, "{kind}");
        }
    }
}
