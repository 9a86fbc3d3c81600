//! What a server itself says that it holds.

use sea_orm::{DatabaseConnection, DbBackend};

use crate::scratch::rows;

/// One line for each column, key and index, as the server itself reports it.
pub async fn reported(db: &DatabaseConnection) -> Vec<String> {
    let mut lines = Vec::new();
    match db.get_database_backend() {
        DbBackend::Postgres => {
            for query in [
                "SELECT concat_ws(' ', a.attrelid::regclass, a.attnum, a.attname,
                    format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
                    pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated)
                 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
                 LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                 WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0
                   AND c.relname <> 'seaql_migrations'",
                "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
                 FROM pg_constraint WHERE connamespace = 'public'::regnamespace
                   AND conrelid::regclass::text <> 'seaql_migrations'",
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
                   AND tablename <> 'seaql_migrations'",
            ] {
                lines.extend(rows(db, query).await);
            }
        }
        DbBackend::MySql => {
            for query in [
                "SELECT concat_ws(' ', table_name, ordinal_position, column_name, column_type,
                    is_nullable, coalesce(column_default, 'NULL'), extra, collation_name)
                 FROM information_schema.columns
                 WHERE table_schema = database() AND table_name <> 'seaql_migrations'",
                "SELECT concat_ws(' ', table_name, index_name, seq_in_index, column_name, non_unique,
                    collation, index_type)
                 FROM information_schema.statistics
                 WHERE table_schema = database() AND table_name <> 'seaql_migrations'",
                "SELECT concat_ws(' ', k.table_name, k.constraint_name, k.column_name,
                    k.referenced_table_name, k.referenced_column_name, r.update_rule, r.delete_rule)
                 FROM information_schema.key_column_usage k
                 JOIN information_schema.referential_constraints r
                   ON r.constraint_schema = k.constraint_schema AND r.table_name = k.table_name
                   AND r.constraint_name = k.constraint_name
                 WHERE k.table_schema = database()",
                "SELECT concat_ws(' ', table_name, constraint_name, check_clause)
                 FROM information_schema.check_constraints WHERE constraint_schema = database()",
            ] {
                lines.extend(rows(db, query).await);
            }
        }
        _ => {
            for query in [
                "SELECT concat_ws(' ', m.name, c.cid, c.name, c.type, c.\"notnull\",
                    coalesce(c.dflt_value, 'NULL'), c.pk, c.hidden,
                    m.sql LIKE '%AUTOINCREMENT%')
                 FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'seaql_migrations'",
                "SELECT concat_ws(' ', m.name, i.origin, i.\"unique\", i.partial, c.seqno, c.name, c.\"desc\", c.coll,
                    CASE WHEN i.origin = 'c' THEN i.name END)
                 FROM sqlite_schema m JOIN pragma_index_list(m.name) i JOIN pragma_index_xinfo(i.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'seaql_migrations'",
                "SELECT concat_ws(' ', m.name, f.\"from\", f.\"table\", f.\"to\", f.on_update, f.on_delete)
                 FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
            ] {
                lines.extend(rows(db, query).await);
            }
        }
    }
    lines.sort();
    lines
}
