//! The database's metrics.

use super::Page;
use crate::dialect::health::{Sizes, Unit, Vitals};
use crate::health::monitor::figures::replicas;
use crate::health::monitor::rates::number;
use crate::health::monitor::reading::DatabaseReading;

pub(super) fn write(page: &mut Page, reading: &DatabaseReading) {
    if reading.away.is_some() {
        return;
    }
    page.info(
        "piton_database",
        "The server that is watched.",
        &[
            ("kind", &reading.kind),
            ("version", reading.version.as_deref().unwrap_or_default()),
        ],
    );
    vitals(page, &reading.vitals);
    page.maybe(
        "piton_statement_mean_seconds",
        "How long a statement (or a transaction) took on average since the reading before.",
        reading.rates.mean_ms.map(|ms| ms / 1000.0),
    );
    sizes(page, &reading.sizes);
    if let Some(store) = &reading.store {
        page.counter(
            "piton_store_commits_total",
            "The JSON store's generation: how often it was committed.",
        )
        .sample(&[], number(store.generation));
        let locked = if store.holder.is_some() { 1.0 } else { 0.0 };
        page.one(
            "piton_store_locked",
            "Whether a process has the JSON store open for writing.",
            locked,
        );
    }
}

fn vitals(page: &mut Page, vitals: &Vitals) {
    if let Some(connections) = vitals.connections {
        page.one(
            "piton_connections",
            "Connections in use, of the whole server.",
            number(connections.used),
        );
        page.one(
            "piton_connections_allowed",
            "Connections that the server allows.",
            number(connections.allowed),
        );
        page.maybe(
            "piton_connections_here",
            "Connections in use, of this database.",
            vitals.connections_here.map(number),
        );
    }
    page.maybe(
        "piton_oldest_statement_seconds",
        "Age of the oldest statement that runs in this database; 0 where none does.",
        vitals.oldest_statement_ms.map(|ms| ms / 1000.0),
    );
    page.maybe(
        "piton_longest_transaction_seconds",
        "Age of the oldest transaction in this database; 0 where there is none.",
        vitals.longest_transaction_ms.map(|ms| ms / 1000.0),
    );
    if vitals.connections.is_some() {
        page.one(
            "piton_waiting_sessions",
            "Sessions that wait for another's lock.",
            number(vitals.waits.len() as u64),
        );
    }
    work(page, vitals);
    page.total(
        "piton_commits_total",
        "Transactions that were committed.",
        vitals.totals.commits,
    );
    page.total(
        "piton_rollbacks_total",
        "Transactions that were rolled back.",
        vitals.totals.rollbacks,
    );
    page.total(
        "piton_deadlocks_total",
        "Deadlocks.",
        vitals.totals.deadlocks,
    );
    page.total(
        "piton_temporary_bytes_total",
        "Bytes of temporary files.",
        vitals.totals.temporary_bytes,
    );
    page.total(
        "piton_server_cache_hits_total",
        "Block reads that the server's own cache answered.",
        vitals.cache.map(|cache| cache.hits),
    );
    page.total(
        "piton_server_cache_reads_total",
        "Block reads.",
        vitals.cache.map(|cache| cache.reads),
    );
    let replicas = replicas(vitals);
    let mut here = page.gauge(
        "piton_replication_streaming",
        "Whether a replica gets what its primary writes; `this server` where it follows another.",
    );
    for (replica, name) in &replicas {
        let streams = replica.state == "streaming";
        here.sample(&[("replica", name)], if streams { 1.0 } else { 0.0 });
    }
    let mut lag = page.gauge(
        "piton_replication_lag_seconds",
        "What a replica is behind; `this server` where it follows another.",
    );
    for (replica, name) in &replicas {
        if let Some(ms) = replica.lag_ms {
            lag.sample(&[("replica", name)], ms / 1000.0);
        }
    }
    let mut lag = page.gauge(
        "piton_replication_lag_bytes",
        "What a replica has not replayed yet.",
    );
    for (replica, name) in &replicas {
        lag.sample_of(&[("replica", name)], replica.lag_bytes);
    }
}

fn work(page: &mut Page, vitals: &Vitals) {
    let Some(work) = vitals.work else {
        return;
    };
    // Our own are taken off, which may go below zero at the very beginning.
    let (count, seconds) = (work.count.max(0.0), (work.total_ms / 1000.0).max(0.0));
    let of = match work.of {
        Unit::Statement => (
            "piton_statements_total",
            "Statements that ended.",
            "piton_statements_seconds_total",
            "How long the statements took that ended.",
        ),
        Unit::Transaction => (
            "piton_transactions_total",
            "Transactions that ended.",
            "piton_transactions_active_seconds_total",
            "How long statements took, of all transactions.",
        ),
    };
    page.counter(of.0, of.1).sample(&[], count);
    page.counter(of.2, of.3).sample(&[], seconds);
}

fn sizes(page: &mut Page, sizes: &Sizes) {
    page.maybe(
        "piton_database_size_bytes",
        "The database's size.",
        sizes.bytes.map(number),
    );
    page.maybe(
        "piton_database_free_bytes",
        "Free pages inside the database's file.",
        sizes.free_bytes.map(number),
    );
    page.maybe(
        "piton_database_wal_bytes",
        "The write-ahead log beside the database's file.",
        sizes.wal_bytes.map(number),
    );
    type Of = fn(&crate::dialect::health::TableSize) -> Option<u64>;
    let of_tables: [(&'static str, &'static str, Of); 5] = [
        (
            "piton_table_size_bytes",
            "A table's size without its indexes.",
            |table| Some(table.bytes),
        ),
        (
            "piton_table_index_size_bytes",
            "The size of a table's indexes.",
            |table| table.index_bytes,
        ),
        (
            "piton_table_rows",
            "A table's rows, as the server estimates them.",
            |table| table.rows,
        ),
        (
            "piton_table_dead_rows",
            "Rows that were deleted and not cleared away yet, as the server estimates them.",
            |table| table.dead_rows,
        ),
        (
            "piton_table_bloat_bytes",
            "Room in a table's file that nothing is in, as it is estimated.",
            |table| table.bloat_bytes,
        ),
    ];
    for (name, help, of) in of_tables {
        let mut metric = page.gauge(name, help);
        for table in &sizes.tables {
            metric.sample_of(&[("table", &table.name)], of(table));
        }
    }
    let mut metric = page.gauge(
        "piton_index_size_bytes",
        "The size of an index, of the largest ones.",
    );
    for index in &sizes.indexes {
        metric.sample(
            &[("table", &index.table), ("index", &index.name)],
            number(index.bytes),
        );
    }
    let mut metric = page.counter(
        "piton_index_scans_total",
        "How often an index was used, of the largest ones.",
    );
    for index in &sizes.indexes {
        metric.sample_of(
            &[("table", &index.table), ("index", &index.name)],
            index.scans,
        );
    }
    let mut metric = page.gauge(
        "piton_sequence_used_ratio",
        "How much of a sequence, or of a column that counts by itself, is used up.",
    );
    for sequence in &sizes.sequences {
        metric.sample(&[("sequence", &sequence.name)], sequence.used());
    }
}
