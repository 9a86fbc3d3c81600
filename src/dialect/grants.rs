//! The privilege that was missing, and the statement that gives it.

use super::{Dialect, mysql, postgres};

/// What may not be done, and the statement that would allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub what: String,
    pub grant: String,
}

/// Reads a refusal: `message` is the server's, `sql` what it was said of, `user` who ran it.
///
/// `None` where the words are not known, as in another language.
pub(crate) fn missing(dialect: Dialect, message: &str, sql: &str, user: &str) -> Option<Missing> {
    match dialect {
        Dialect::Postgres => postgres::grants::missing(message, sql, user),
        Dialect::Mysql | Dialect::Mariadb => mysql::grants::missing(dialect, message, sql, user),
        Dialect::Sqlite => None,
    }
}

/// The words that a statement begins with, in capitals, past comments.
pub(crate) fn first_words(sql: &str, most: usize) -> Vec<String> {
    let mut rest = sql.trim_start();
    loop {
        rest = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, after)| after)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else {
            break;
        }
        .trim_start();
    }
    rest.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .take(most)
        .map(str::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_words_of_a_statement() {
        assert_eq!(
            first_words("-- a\n/* b */ create table t (id int)", 2),
            ["CREATE", "TABLE"]
        );
        assert_eq!(first_words("", 2), [""; 0]);
        assert_eq!(first_words("/* never closed", 2), [""; 0]);
    }

    #[test]
    fn the_missing_grant_is_read_from_the_servers_words() {
        let grant = |dialect, message: &str, sql: &str, user: &str| {
            missing(dialect, message, sql, user).map(|missing| missing.grant)
        };
        let postgres = |message: &str, sql: &str| grant(Dialect::Postgres, message, sql, "ada");
        for (message, sql, expect) in [
            (
                "permission denied for table notes",
                "SELECT 1 FROM notes",
                Some("GRANT SELECT ON \"notes\" TO \"ada\";"),
            ),
            (
                "permission denied for table notes",
                "CREATE TABLE b (a int REFERENCES notes)",
                Some("GRANT REFERENCES ON \"notes\" TO \"ada\";"),
            ),
            (
                "permission denied for schema public",
                "CREATE TABLE b (a int)",
                Some("GRANT CREATE ON SCHEMA \"public\" TO \"ada\";"),
            ),
            (
                "permission denied for schema s",
                "SELECT 1 FROM s.t",
                Some("GRANT USAGE ON SCHEMA \"s\" TO \"ada\";"),
            ),
            (
                "must be owner of table notes",
                "ALTER TABLE notes ADD b int",
                Some("ALTER TABLE \"notes\" OWNER TO \"ada\";"),
            ),
            (
                "permission denied to create database",
                "CREATE DATABASE a",
                Some("ALTER ROLE \"ada\" CREATEDB;"),
            ),
            (
                "permission denied for database app",
                "CREATE SCHEMA s",
                Some("GRANT CREATE ON DATABASE \"app\" TO \"ada\";"),
            ),
            ("keine Berechtigung für Tabelle notes", "SELECT 1", None),
        ] {
            assert_eq!(postgres(message, sql).as_deref(), expect, "{message}");
        }
        let mysql = |message: &str, sql: &str| grant(Dialect::Mariadb, message, sql, "ada@%");
        for (message, expect) in [
            (
                "CREATE command denied to user 'ada'@'localhost' for table `app`.`notes`",
                Some("GRANT CREATE ON `app`.* TO `ada`@`%`;"),
            ),
            (
                "SELECT command denied to user 'ada'@'localhost' for table `app`.`notes`",
                Some("GRANT SELECT ON `app`.`notes` TO `ada`@`%`;"),
            ),
            (
                "INSERT, CREATE command denied to user 'ada'@'localhost' for table 'notes'",
                Some("GRANT INSERT, CREATE ON `notes` TO `ada`@`%`;"),
            ),
            (
                "Access denied; you need (at least one of) the SUPER privilege(s) for this operation",
                Some("GRANT SUPER ON *.* TO `ada`@`%`;"),
            ),
            (
                "Access denied for user 'ada'@'%' to database 'app'",
                Some("GRANT CREATE ROUTINE ON `app`.* TO `ada`@`%`;"),
            ),
            ("Zugriff verweigert", None),
        ] {
            assert_eq!(
                mysql(message, "CREATE FUNCTION f() RETURNS int RETURN 1").as_deref(),
                expect,
                "{message}"
            );
        }
    }
}
