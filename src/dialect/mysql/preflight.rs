//! Read-only, and the privileges that a run will need: what runs before a refusal would stay.

use std::collections::BTreeSet;

use super::grants::account;
use crate::dialect::grants::first_words;
use crate::dialect::preflight::Refusal;
use crate::dialect::{DbError, Session};

/// Settings under which nobody writes.
const NOBODY_WRITES: [&str; 4] = [
    "super_read_only",
    "innodb_read_only",
    "transaction_read_only",
    "tx_read_only",
];

/// Privileges for which `read_only` does not hold: <https://mariadb.com/kb/en/read-only/>.
const WRITES_ALL_THE_SAME: [&str; 4] = [
    "READ_ONLY ADMIN",
    "READ ONLY ADMIN",
    "CONNECTION_ADMIN",
    "SUPER",
];

pub(crate) async fn refusal(session: &mut Session) -> Result<Option<Refusal>, DbError> {
    let rows = session
        .query(
            "SHOW VARIABLES WHERE Value = 'ON' AND Variable_name IN ('read_only', \
             'super_read_only', 'innodb_read_only', 'transaction_read_only', 'tx_read_only')",
        )
        .await?;
    let is_on = |name: &str| rows.iter().any(|row| row.text_or_empty(0) == name);
    if let Some(setting) = NOBODY_WRITES.into_iter().find(|name| is_on(name)) {
        return Ok(Some(Refusal::ReadOnly { setting }));
    }
    if !is_on("read_only") {
        return Ok(None);
    }
    let granted = Granted::to(session).await?;
    let writes = WRITES_ALL_THE_SAME
        .into_iter()
        .any(|privilege| granted.everywhere(privilege));
    Ok((!writes).then_some(Refusal::ReadOnly {
        setting: "read_only",
    }))
}

/// The privileges that are missing for statements, as one refusal.
///
/// Only what is granted nowhere is said to be missing: a grant on one table, on another database or by a role
/// is left for the server to judge.
pub(crate) async fn forbidden(
    session: &mut Session,
    statements: &[&str],
) -> Result<Option<Refusal>, DbError> {
    let granted = Granted::to(session).await?;
    let missing: BTreeSet<&str> = ["SELECT", "INSERT"]
        .into_iter()
        .chain(statements.iter().flat_map(|sql| needed(sql)).copied())
        .filter(|privilege| !granted.may_have(privilege))
        .collect();
    if missing.is_empty() {
        return Ok(None);
    }
    let around = session.surroundings().await?;
    let missing = Vec::from_iter(missing).join(", ");
    let dialect = session.dialect();
    Ok(Some(Refusal::Privilege {
        grant: format!(
            "GRANT {missing} ON {}.* TO {};",
            dialect.quote(&around.database),
            account(dialect, session.user())
        ),
        what: format!("{missing} in {}", around.database),
    }))
}

/// The privileges that a statement needs, as far as its first words tell.
fn needed(sql: &str) -> &'static [&'static str] {
    let words = first_words(sql, 8);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let among = |word: &str| words.contains(&word);
    match words.as_slice() {
        ["CREATE", rest @ ..] if rest.contains(&"TEMPORARY") => &[],
        ["CREATE", "TABLE", ..] | ["CREATE", "OR", "REPLACE", "TABLE", ..] => &["CREATE"],
        ["CREATE", "INDEX" | "UNIQUE" | "FULLTEXT" | "SPATIAL", ..] | ["DROP", "INDEX", ..] => {
            &["INDEX"]
        }
        ["ALTER", "TABLE" | "IGNORE" | "ONLINE", ..] => &["ALTER"],
        ["DROP", "TABLE" | "VIEW", ..] | ["TRUNCATE", ..] => &["DROP"],
        ["RENAME", "TABLE", ..] => &["ALTER", "CREATE", "DROP", "INSERT"],
        ["INSERT" | "REPLACE", ..] => &["INSERT"],
        ["UPDATE", ..] => &["UPDATE"],
        ["DELETE", ..] => &["DELETE"],
        ["CREATE", ..] if among("VIEW") => &["CREATE VIEW"],
        ["CREATE", ..] if among("TRIGGER") => &["TRIGGER"],
        ["CREATE", ..] if among("FUNCTION") || among("PROCEDURE") => &["CREATE ROUTINE"],
        ["CREATE", ..] if among("EVENT") => &["EVENT"],
        _ => &[],
    }
}

/// What `SHOW GRANTS` says of this session's user.
struct Granted {
    privileges: BTreeSet<String>,
    /// Those that hold for the whole server.
    global: BTreeSet<String>,
    all_global: bool,
    /// Whether there is more than the rows say: everything, or what a role has.
    more: bool,
}

impl Granted {
    async fn to(session: &mut Session) -> Result<Granted, DbError> {
        let rows = session.query("SHOW GRANTS").await?;
        Ok(Granted::of(rows.iter().map(|row| row.text_or_empty(0))))
    }

    fn of<'a>(rows: impl Iterator<Item = &'a str>) -> Granted {
        let mut granted = Granted {
            privileges: BTreeSet::new(),
            global: BTreeSet::new(),
            all_global: false,
            more: false,
        };
        for row in rows {
            let Some(rest) = row.strip_prefix("GRANT ") else {
                continue;
            };
            match rest.split_once(" ON ") {
                Some(("ALL PRIVILEGES" | "ALL", on)) => {
                    granted.more = true;
                    granted.all_global |= on.starts_with("*.*");
                }
                None => {
                    granted.more = true;
                    // What a role may is not in these rows.
                    granted.all_global = true;
                }
                Some((privileges, on)) => {
                    // Columns stand in brackets behind their privilege.
                    let names = privileges
                        .split(',')
                        .map(|one| one.split('(').next().unwrap_or(one).trim().to_owned());
                    if on.starts_with("*.*") {
                        granted.global.extend(names.clone());
                    }
                    granted.privileges.extend(names);
                }
            }
        }
        granted
    }

    fn everywhere(&self, privilege: &str) -> bool {
        self.all_global || self.global.contains(privilege)
    }

    fn may_have(&self, privilege: &str) -> bool {
        self.more || self.privileges.contains(privilege)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_granted_is_read_from_show_grants() {
        let rows = [
            "GRANT USAGE ON *.* TO `ada`@`%` IDENTIFIED BY PASSWORD '*1'",
            "GRANT SELECT, INSERT (a, b), CREATE VIEW ON `app`.* TO `ada`@`%`",
        ];
        let granted = Granted::of(rows.into_iter());
        for (privilege, may) in [
            ("SELECT", true),
            ("INSERT", true),
            ("CREATE VIEW", true),
            ("CREATE", false),
        ] {
            assert_eq!(granted.may_have(privilege), may, "{privilege}");
        }
        let one = Granted::of(["GRANT ALL PRIVILEGES ON `app`.* TO `ada`@`%`"].into_iter());
        assert!(one.may_have("CREATE") && !one.everywhere("SUPER"));
        for row in [
            "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION",
            "GRANT `writer` TO `ada`@`%`",
        ] {
            let granted = Granted::of([row].into_iter());
            assert!(
                granted.may_have("CREATE") && granted.everywhere("SUPER"),
                "{row}"
            );
        }
    }

    #[test]
    fn a_statement_says_what_it_needs() {
        for (sql, expect) in [
            ("create table t (id int)", &["CREATE"][..]),
            ("CREATE TEMPORARY TABLE t (id int)", &[]),
            ("CREATE UNIQUE INDEX i ON t (a)", &["INDEX"]),
            ("ALTER TABLE t ADD a int", &["ALTER"]),
            ("CREATE OR REPLACE VIEW v AS SELECT 1", &["CREATE VIEW"]),
            (
                "CREATE DEFINER=a@b PROCEDURE p() SELECT 1",
                &["CREATE ROUTINE"],
            ),
            ("SET @a = 1", &[]),
        ] {
            assert_eq!(needed(sql), expect, "{sql}");
        }
    }
}
