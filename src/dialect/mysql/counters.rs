//! What AUTO_INCREMENT gives next, and MariaDB's sequences.

use crate::dialect::counters::{Counter, counters};
use crate::dialect::{DbError, Dialect, Session};

const TABLES: &str = "\
    SELECT NULL, table_name, cast(auto_increment AS char), '0' FROM information_schema.tables \
    WHERE table_schema = database() AND auto_increment IS NOT NULL ORDER BY table_name";

const SEQUENCES: &str = "\
    SELECT table_name FROM information_schema.tables \
    WHERE table_schema = database() AND table_type = 'SEQUENCE' ORDER BY table_name";

pub(crate) async fn read(session: &mut Session) -> Result<Vec<Counter>, DbError> {
    let dialect = session.dialect();
    if dialect == Dialect::Mysql {
        // What it says of tables may be a day old.
        session
            .run("SET SESSION information_schema_stats_expiry = 0")
            .await?;
    }
    let mut found = counters(&session.query(TABLES).await?);
    if dialect == Dialect::Mariadb {
        let names = session.query(SEQUENCES).await?;
        for row in &names {
            let name = row.text_or_empty(0);
            let sql = format!(
                "SELECT NULL, {}, cast(next_not_cached_value AS char), '0' FROM {}",
                dialect.literal(name),
                dialect.quote(name)
            );
            let sequences = counters(&session.query(&sql).await?);
            found.extend(sequences.into_iter().map(|counter| Counter {
                of_sequence: true,
                ..counter
            }));
        }
    }
    Ok(found)
}

pub(crate) fn set(dialect: Dialect, counter: &Counter) -> Vec<String> {
    let name = dialect.quote_name(&counter.name);
    vec![if counter.of_sequence {
        format!("SELECT SETVAL({name}, {}, 0)", counter.value)
    } else {
        format!("ALTER TABLE {name} AUTO_INCREMENT = {}", counter.value)
    }]
}
