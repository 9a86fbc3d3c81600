//! What PostgreSQL counts.

use crate::dialect::usage::{Heavy, IndexUsage, TableUsage, Usage};
use crate::dialect::{DbError, Row, Session, masked};
use crate::schema::Name;

const TABLES: &str = "SELECT nullif(n.nspname, current_schema()), c.relname, greatest(c.reltuples, 0)::bigint, \
     pg_table_size(c.oid), s.n_dead_tup, s.n_live_tup, s.last_analyze IS NULL AND s.last_autoanalyze IS NULL \
     FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid JOIN pg_namespace n ON n.oid = c.relnamespace";

const INDEXES: &str = "SELECT nullif(n.nspname, current_schema()), s.relname, s.indexrelname, s.idx_scan, \
     pg_relation_size(s.indexrelid) FROM pg_stat_user_indexes s \
     JOIN pg_class c ON c.oid = s.relid JOIN pg_namespace n ON n.oid = c.relnamespace";

const SINCE: &str = "SELECT to_char(stats_reset AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC' FROM pg_stat_database WHERE datname = current_database()";

/// Statements that are anybody's load. Of others the server keeps the text with its values, such as a role's password.
const LOAD: &str = r"^[\s(]*(/\*.*?\*/\s*)*(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|VALUES|COPY)\M";

/// Questions about the catalog, as ours are.
const CATALOG: &str = r"\m(FROM|JOIN)\s+\(*(pg_|information_schema\.)";

/// Where the extension is, if it is here at all.
const STATEMENTS: &str = "SELECT quote_ident(n.nspname) FROM pg_extension e \
     JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'";

pub(crate) async fn read(session: &mut Session) -> Result<Usage, DbError> {
    let mut usage = Usage::default();
    let number = |row: &Row, i| row.integer(i).map(|it| it.max(0).cast_unsigned());
    let name = |row: &Row| Name {
        namespace: row.text(0).map(str::to_owned),
        name: row.text_or_empty(1).to_owned(),
    };
    for row in session.query(TABLES).await? {
        let (dead, live) = (number(&row, 4), number(&row, 5));
        usage.tables.push(TableUsage {
            table: name(&row),
            rows: live,
            bytes: number(&row, 3),
            dead_percent: dead
                .zip(live)
                .filter(|(dead, _)| *dead >= 1_000)
                .map(|(dead, live)| dead * 100 / (dead + live).max(1)),
            unanalysed: row.truth(6),
        });
    }
    for row in session.query(INDEXES).await? {
        usage.indexes.push(IndexUsage {
            table: name(&row),
            index: row.text_or_empty(2).to_owned(),
            reads: number(&row, 3),
            bytes: number(&row, 4),
        });
    }
    let since = session.query(SINCE).await?;
    let since = since.first().and_then(|row| row.text(0));
    usage.since = since.map(str::to_owned);
    heaviest(session, &mut usage).await?;
    Ok(usage)
}

async fn heaviest(session: &mut Session, usage: &mut Usage) -> Result<(), DbError> {
    let place = session.query(STATEMENTS).await?;
    let Some(place) = place.first() else {
        usage.unknown.push(
            "the heaviest statements: pg_stat_statements is not in this database (shared_preload_libraries, then CREATE EXTENSION pg_stat_statements)"
                .to_owned(),
        );
        return Ok(());
    };
    let sql = format!(
        "SELECT query, calls, total_exec_time, mean_exec_time FROM {}.pg_stat_statements \
         WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND query ~* '{LOAD}' AND query !~* '{CATALOG}' ORDER BY total_exec_time DESC LIMIT 5",
        place.text_or_empty(0)
    );
    match session.query(&sql).await {
        Ok(rows) => usage.statements = rows.iter().map(heavy).collect(),
        Err(error) => usage
            .unknown
            .push(format!("the heaviest statements: {}", error.message)),
    }
    Ok(())
}

pub(crate) fn heavy(row: &Row) -> Heavy {
    let number = |i| row.text_or_empty(i).parse().unwrap_or_default();
    Heavy {
        // What defines things is kept with its values.
        text: masked(row.text_or_empty(0)).into_owned(),
        calls: row.integer(1).unwrap_or_default().max(0).cast_unsigned(),
        total_ms: number(2),
        mean_ms: number(3),
    }
}
