//! What MySQL and MariaDB say of a missing privilege, as the statement that gives it; and what a user has.

use crate::dialect::Dialect;
use crate::dialect::grants::{Missing, first_words};

/// `user` is the account, as `CURRENT_USER()` gives it: `ada@%`.
pub(crate) fn missing(dialect: Dialect, message: &str, sql: &str, user: &str) -> Option<Missing> {
    let account = account(dialect, user);
    if let Some((privileges, rest)) = message.split_once(" command denied to user ") {
        let (_, of) = rest.split_once(" for ")?;
        let what = format!("{privileges} on {of}");
        let grant = if let Some(table) = of.strip_prefix("table ") {
            // A table that is yet to be made can only be granted with its database.
            let names = unquoted(table);
            let on = match names.as_slice() {
                [database, _] if privileges == "CREATE" => format!("{}.*", dialect.quote(database)),
                names => names
                    .iter()
                    .map(|name| dialect.quote(name))
                    .collect::<Vec<_>>()
                    .join("."),
            };
            format!("GRANT {privileges} ON {on} TO {account};")
        } else if let Some(routine) = of.strip_prefix("routine ") {
            let kind = match first_words(sql, 2).get(1).map(String::as_str) {
                Some("FUNCTION") => "FUNCTION",
                _ => "PROCEDURE",
            };
            let on: Vec<String> = routine
                .trim_matches('\'')
                .split('.')
                .map(|name| dialect.quote(name))
                .collect();
            format!(
                "GRANT {} ON {kind} {} TO {account};",
                privileges.to_uppercase(),
                on.join(".")
            )
        } else if let Some((column, table)) = of
            .strip_prefix("column ")
            .and_then(|rest| rest.split_once(" in table "))
        {
            format!(
                "GRANT {privileges} ({}) ON {} TO {account};",
                dialect.quote(column.trim_matches(['\'', '`'])),
                dialect.quote(table.trim_matches(['\'', '`']))
            )
        } else {
            return None;
        };
        return Some(Missing { what, grant });
    }
    if let Some((_, rest)) = message.split_once("you need (at least one of) the ") {
        let (privileges, _) = rest.split_once(" privilege(s)")?;
        let first = privileges.split(',').next().unwrap_or(privileges).trim();
        return Some(Missing {
            what: format!("use the privilege {first}"),
            grant: format!("GRANT {first} ON *.* TO {account};"),
        });
    }
    if let Some((_, database)) = message.split_once("' to database ") {
        let database = database.trim_matches(['\'', '`']);
        let words = first_words(sql, 4);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let privilege = match words.as_slice() {
            ["CREATE", "DATABASE" | "SCHEMA", ..] => "CREATE",
            ["DROP", "DATABASE" | "SCHEMA", ..] => "DROP",
            ["CREATE", ..] if words.iter().any(|w| matches!(*w, "FUNCTION" | "PROCEDURE")) => {
                "CREATE ROUTINE"
            }
            ["CREATE" | "ALTER" | "DROP", ..] if words.contains(&"EVENT") => "EVENT",
            ["LOCK", ..] => "LOCK TABLES",
            ["CREATE", "TEMPORARY", ..] => "CREATE TEMPORARY TABLES",
            _ => "ALL PRIVILEGES",
        };
        return Some(Missing {
            what: format!("use the database {database}"),
            grant: format!(
                "GRANT {privilege} ON {}.* TO {account};",
                dialect.quote(database)
            ),
        });
    }
    message
        .contains("log_bin_trust_function_creators")
        .then(|| Missing {
            what: "create a function or trigger while binary logging is on".to_owned(),
            grant: "SET GLOBAL log_bin_trust_function_creators = 1;".to_owned(),
        })
}

/// `ada@%` as GRANT writes it.
pub(crate) fn account(dialect: Dialect, user: &str) -> String {
    match user.rsplit_once('@') {
        Some((name, host)) => format!("{}@{}", dialect.quote(name), dialect.quote(host)),
        None => dialect.quote(user),
    }
}

/// The names in `` `app`.`notes` ``, or the one in `'notes'`.
fn unquoted(text: &str) -> Vec<String> {
    if let Some(name) = text
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
    {
        return vec![name.to_owned()];
    }
    text.split("`.`")
        .map(|name| name.trim_matches('`').replace("``", "`"))
        .collect()
}
