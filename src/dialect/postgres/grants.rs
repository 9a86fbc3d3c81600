//! What PostgreSQL says of a missing privilege, as the statement that gives it.

use crate::dialect::Dialect;
use crate::dialect::grants::{Missing, first_words};

/// The kinds of things that "permission denied for …" and "must be owner of …" speak of, each with the word that
/// GRANT and ALTER have for it.
const KINDS: [(&str, &str); 13] = [
    ("materialized view", "MATERIALIZED VIEW"),
    ("foreign table", "FOREIGN TABLE"),
    ("foreign-data wrapper", "FOREIGN DATA WRAPPER"),
    ("foreign server", "FOREIGN SERVER"),
    ("table", "TABLE"),
    ("relation", "TABLE"),
    ("view", "VIEW"),
    ("index", "INDEX"),
    ("sequence", "SEQUENCE"),
    ("function", "FUNCTION"),
    ("type", "TYPE"),
    ("schema", "SCHEMA"),
    ("database", "DATABASE"),
];

pub(crate) fn missing(message: &str, sql: &str, user: &str) -> Option<Missing> {
    let quoted_user = Dialect::Postgres.quote(user);
    let words = first_words(sql, 3);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let found = |what: String, grant: String| Some(Missing { what, grant });
    if let Some(rest) = message.strip_prefix("must be owner of ") {
        let (kind, name) = kind_and_name(rest)?;
        // An index has no owner of its own but its table's.
        return found(
            format!("change {rest}"),
            format!("ALTER {kind} {name} OWNER TO {quoted_user};"),
        );
    }
    if let Some(rest) = message.strip_prefix("permission denied to create ") {
        let grant = match rest {
            "database" => format!("ALTER ROLE {quoted_user} CREATEDB;"),
            "role" => format!("ALTER ROLE {quoted_user} CREATEROLE;"),
            _ if rest.starts_with("extension") => format!("{};", sql.trim().trim_end_matches(';')),
            _ => return None,
        };
        return found(format!("create {rest}"), grant);
    }
    let rest = message.strip_prefix("permission denied for ")?;
    let (kind, name) = kind_and_name(rest)?;
    let privilege = match (kind, words.as_slice()) {
        ("SCHEMA", ["CREATE" | "ALTER", ..]) => "CREATE",
        ("SCHEMA", _) => "USAGE",
        ("DATABASE", ["CREATE", "TEMP" | "TEMPORARY", ..]) => "TEMPORARY",
        ("DATABASE", ["CREATE", ..]) => "CREATE",
        ("DATABASE", _) => "CONNECT",
        ("FUNCTION", _) => "EXECUTE",
        ("TYPE" | "FOREIGN DATA WRAPPER" | "FOREIGN SERVER", _) => "USAGE",
        ("SEQUENCE", _) => "USAGE, SELECT",
        (_, ["INSERT" | "COPY", ..]) => "INSERT",
        (_, ["UPDATE", ..]) => "SELECT, UPDATE",
        (_, ["DELETE", ..]) => "SELECT, DELETE",
        (_, ["TRUNCATE", ..]) => "TRUNCATE",
        (_, ["CREATE", "TRIGGER", ..] | ["CREATE", "CONSTRAINT", "TRIGGER"]) => "TRIGGER",
        (_, ["CREATE" | "ALTER", "TABLE", ..]) => "REFERENCES",
        _ => "SELECT",
    };
    // Tables and views of every kind are granted by name alone.
    let on = match kind {
        "SCHEMA"
        | "DATABASE"
        | "FUNCTION"
        | "TYPE"
        | "SEQUENCE"
        | "FOREIGN DATA WRAPPER"
        | "FOREIGN SERVER" => format!("{kind} {name}"),
        _ => name,
    };
    found(
        format!("use {rest}"),
        format!("GRANT {privilege} ON {on} TO {quoted_user};"),
    )
}

/// `table notes` as what SQL calls it and the quoted name.
fn kind_and_name(text: &str) -> Option<(&'static str, String)> {
    KINDS.into_iter().find_map(|(said, kind)| {
        let name = text.strip_prefix(said)?.strip_prefix(' ')?;
        Some((kind, Dialect::Postgres.quote(name)))
    })
}
