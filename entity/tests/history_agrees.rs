//! What the history makes of an empty database is what the registry says: the server is asked about both.
//!
//! The registry's timestamps are neutral, so off PostgreSQL their type and default are left out of the comparison.

#[path = "../../migration/tests/scratch/mod.rs"]
mod scratch;

use piton_entity::registry;
use piton_migration::Migrator;
use scratch::{Server, rows, with_database};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};
use sea_orm_migration::MigratorTrait;

#[tokio::test]
async fn the_history_gives_what_the_registry_says_on_postgres() {
    with_database(Server::Postgres, compare).await;
}

#[tokio::test]
async fn the_history_gives_what_the_registry_says_on_mysql() {
    with_database(Server::MySql, compare).await;
}

#[tokio::test]
async fn the_history_gives_what_the_registry_says_on_sqlite() {
    with_database(Server::Sqlite, compare).await;
}

async fn compare(db: DatabaseConnection) {
    Migrator::up(&db, None).await.unwrap();
    let migrated = catalog(&db).await;
    Migrator::down(&db, None).await.unwrap();

    let registry = registry(db.get_database_backend());
    for table in &registry.tables {
        db.execute(table).await.unwrap();
    }
    for index in &registry.indexes {
        db.execute(index).await.unwrap();
    }
    for statement in &registry.statements {
        db.execute_unprepared(statement).await.unwrap();
    }
    let declared = catalog(&db).await;

    assert!(migrated.len() > 100, "the catalogue queries see the tables");
    for line in &migrated {
        assert!(declared.contains(line), "only the history makes {line}");
    }
    for line in &declared {
        assert!(migrated.contains(line), "only the registry says {line}");
    }
}

/// One line for each column, key, index and check, as the server reports it.
async fn catalog(db: &DatabaseConnection) -> Vec<String> {
    let queries: &[&str] = match db.get_database_backend() {
        DbBackend::Postgres => &POSTGRES,
        DbBackend::MySql => &MYSQL,
        _ => &SQLITE,
    };
    let mut catalog = Vec::new();
    for query in queries {
        let reported = rows(db, query).await;
        assert!(!reported.is_empty(), "nothing for {query}");
        catalog.extend(reported);
    }
    catalog
}

const POSTGRES: [&str; 3] = [
    "SELECT concat_ws(' ', 'column', a.attrelid::regclass, a.attnum, a.attname,
            format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
            pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated)
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
        LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
            AND c.relname <> 'seaql_migrations'",
    "SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
            AND conrelid <> 'seaql_migrations'::regclass",
    "SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid))
        FROM pg_index
        JOIN pg_class c ON c.oid = indrelid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'seaql_migrations'",
];

const MYSQL: [&str; 4] = [
    "SELECT CAST(CONCAT_WS(' ', 'column', table_name, ordinal_position, column_name, is_nullable,
            CASE WHEN data_type IN ('timestamp', 'datetime') THEN 'moment'
                ELSE CONCAT_WS(' ', column_type, column_default, collation_name, extra) END) AS CHAR)
        FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name <> 'seaql_migrations'",
    "SELECT CAST(CONCAT_WS(' ', 'index', table_name, index_name, seq_in_index, column_name,
            non_unique, collation, index_type, sub_part) AS CHAR)
        FROM information_schema.statistics
        WHERE table_schema = DATABASE() AND table_name <> 'seaql_migrations'",
    "SELECT CAST(CONCAT_WS(' ', 'foreign key', k.table_name, k.constraint_name, k.column_name,
            k.referenced_table_name, k.referenced_column_name, r.update_rule, r.delete_rule) AS CHAR)
        FROM information_schema.key_column_usage k
        JOIN information_schema.referential_constraints r
            ON r.constraint_schema = k.table_schema AND r.constraint_name = k.constraint_name
        WHERE k.table_schema = DATABASE()",
    "SELECT CAST(CONCAT_WS(' ', 'constraint', table_name, constraint_name, constraint_type) AS CHAR)
        FROM information_schema.table_constraints
        WHERE table_schema = DATABASE() AND table_name <> 'seaql_migrations'",
];

const SQLITE: [&str; 4] = [
    "SELECT concat_ws(' ', 'column', t.name, c.cid, c.name, c.\"notnull\", c.pk, c.hidden,
            CASE WHEN c.name LIKE '%\\_at' ESCAPE '\\' OR c.name IN ('deadline', 'push_timestamp')
                THEN 'moment' ELSE concat_ws(' ', c.type, c.dflt_value) END)
        FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c
        WHERE t.type = 'table' AND t.name NOT IN ('seaql_migrations', 'sqlite_sequence')",
    "SELECT concat_ws(' ', 'index', t.name, i.name, i.\"unique\", i.origin, i.partial,
            x.seqno, x.name, x.\"desc\", x.coll, x.key)
        FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_xinfo(i.name) x
        WHERE t.type = 'table' AND t.name <> 'seaql_migrations'",
    "SELECT concat_ws(' ', 'predicate', name,
            replace(substr(sql, instr(sql, 'WHERE')), '\"', ''))
        FROM sqlite_schema WHERE type = 'index' AND instr(sql, 'WHERE') > 0",
    "SELECT concat_ws(' ', 'foreign key', t.name, f.\"from\", f.\"table\", f.\"to\",
            f.on_update, f.on_delete)
        FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
];
