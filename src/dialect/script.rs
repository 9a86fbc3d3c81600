//! Statements as the database's own client reads them from a file.

use super::Dialect;

impl Dialect {
    /// What a script begins with.
    pub fn script_preamble(self) -> &'static str {
        match self {
            Dialect::Postgres => "\\set ON_ERROR_STOP on\n",
            Dialect::Mysql | Dialect::Mariadb => "SET NAMES utf8mb4;\n",
            Dialect::Sqlite => ".bail on\nPRAGMA foreign_keys = OFF;\n",
        }
    }

    /// One statement as a revision's section has it: Piton's own splitter knows compound statements.
    pub fn revision_statement(self, statement: &str) -> String {
        let statement = statement.trim_end();
        let statement = statement.strip_suffix(';').unwrap_or(statement);
        let comment_last = statement
            .rsplit('\n')
            .next()
            .is_some_and(|line| line.contains("--"));
        format!("{statement}{};\n", if comment_last { "\n" } else { "" })
    }

    /// What the statements of a whole schema begin with, so that each can be run in its place: names and texts
    /// are UTF-8, a function may be made before what its body reads.
    pub fn schema_preamble(self) -> &'static str {
        match self {
            Dialect::Postgres => "SET check_function_bodies = false;\n",
            Dialect::Mysql | Dialect::Mariadb => "SET NAMES utf8mb4;\n",
            Dialect::Sqlite => "",
        }
    }

    /// One statement with whatever ends it, and a line break.
    pub fn script_statement(self, statement: &str) -> String {
        let statement = statement.trim_end();
        // The data of a COPY ends by itself.
        if statement.ends_with("\n\\.") {
            return format!("{statement}\n");
        }
        let statement = statement.strip_suffix(';').unwrap_or(statement);
        // A comment at the end would swallow the semicolon.
        let comment_last = statement
            .rsplit('\n')
            .next()
            .is_some_and(|line| line.contains("--"));
        let separator = if comment_last { "\n" } else { "" };
        match self {
            // The client, unlike the server, ends a statement at every semicolon outside quotes.
            Dialect::Mysql | Dialect::Mariadb if statement.contains(';') => {
                let mark = ["//", "$$", "@@", ";;;"]
                    .into_iter()
                    .find(|mark| !statement.contains(mark))
                    .unwrap_or("\u{1f}");
                format!("DELIMITER {mark}\n{statement}{separator}{mark}\nDELIMITER ;\n")
            }
            _ => format!("{statement}{separator};\n"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compound_statements_get_a_delimiter_that_they_do_not_hold() {
        let text = Dialect::Mysql.script_statement("CREATE TRIGGER t BEGIN SET @a = '//'; END");
        assert_eq!(
            text,
            "DELIMITER $$\nCREATE TRIGGER t BEGIN SET @a = '//'; END$$\nDELIMITER ;\n"
        );
    }

    #[test]
    fn a_comment_at_the_end_does_not_swallow_the_semicolon() {
        assert_eq!(
            Dialect::Postgres.script_statement("SELECT 1 -- one"),
            "SELECT 1 -- one\n;\n"
        );
    }
}
