//! The history table and the journal on PostgreSQL.

use crate::dialect::record::RecordSyntax;

pub(crate) const SYNTAX: RecordSyntax = RecordSyntax {
    history_columns: "\"version\" varchar NOT NULL PRIMARY KEY, \"applied_at\" bigint NOT NULL",
    journal_columns: "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
        revision varchar(255) NOT NULL, action varchar(20) NOT NULL, state varchar(20) NOT NULL, \
        statement int NOT NULL, statements int NOT NULL, checksum char(64), \
        started_at timestamptz NOT NULL, finished_at timestamptz, \
        db_user varchar(255), os_user varchar(255), host varchar(255), \
        tool_version varchar(50) NOT NULL, error text",
    item_columns: "item text PRIMARY KEY, value text",
    now: "clock_timestamp()",
    before_now: "clock_timestamp() - interval '{ms} milliseconds'",
    begun: Some("transaction_timestamp()"),
    epoch: "extract(epoch FROM clock_timestamp())::bigint",
    iso: "to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    user: "session_user",
};

pub(crate) const SURROUNDINGS: &str = "\
    SELECT current_database()::text, current_schema()::text, \
    to_regclass(format('%I.seaql_migrations', current_schema())) IS NOT NULL, \
    to_regclass(format('%I.piton_journal', current_schema())) IS NOT NULL";

pub(crate) const TABLES: &str = "\
    SELECT nullif(n.nspname, current_schema())::text, c.relname::text \
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition \
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass \
                      AND d.objid = c.oid AND d.deptype = 'e') \
    ORDER BY n.nspname, c.relname";
