//! The history table and the journal on SQLite, and so in the JSON store.

use crate::dialect::record::RecordSyntax;

pub(crate) const SYNTAX: RecordSyntax = RecordSyntax {
    history_columns: "\"version\" varchar NOT NULL PRIMARY KEY, \"applied_at\" bigint NOT NULL",
    journal_columns: "id integer PRIMARY KEY AUTOINCREMENT, \
        revision varchar(255) NOT NULL, action varchar(20) NOT NULL, state varchar(20) NOT NULL, \
        statement int NOT NULL, statements int NOT NULL, checksum char(64), \
        started_at text NOT NULL, finished_at text, \
        db_user varchar(255), os_user varchar(255), host varchar(255), \
        tool_version varchar(50) NOT NULL, error text",
    item_columns: "item text NOT NULL PRIMARY KEY, value text",
    now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
    before_now: "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || ({ms} / 1000.0) || ' seconds')",
    begun: None,
    epoch: "CAST(strftime('%s', 'now') AS INTEGER)",
    iso: "{column}",
    user: "NULL",
};

pub(crate) const SURROUNDINGS: &str = "\
    SELECT coalesce((SELECT file FROM pragma_database_list WHERE name = 'main'), ''), 'main', \
    EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'seaql_migrations'), \
    EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'piton_journal')";

pub(crate) const TABLES: &str = "\
    SELECT NULL, name FROM sqlite_schema \
    WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
