//! Names and text as SQL: every name that Piton writes goes through here.

use super::Dialect;
use crate::schema::Name;

impl Dialect {
    /// A name, quoted whatever it holds.
    pub fn quote(self, name: &str) -> String {
        let mark = match self {
            Dialect::Postgres | Dialect::Sqlite => '"',
            Dialect::Mysql | Dialect::Mariadb => '`',
        };
        let mut quoted = String::with_capacity(name.len() + 2);
        quoted.push(mark);
        for character in name.chars() {
            if character == mark {
                quoted.push(mark);
            }
            quoted.push(character);
        }
        quoted.push(mark);
        quoted
    }

    /// A name with its namespace, both quoted.
    pub fn quote_name(self, name: &Name) -> String {
        match &name.namespace {
            Some(namespace) => format!("{}.{}", self.quote(namespace), self.quote(&name.name)),
            None => self.quote(&name.name),
        }
    }

    /// Text as a literal that reads the same under every `sql_mode` and `standard_conforming_strings`.
    ///
    /// NUL, which no server's text can hold, becomes U+FFFD.
    pub fn literal(self, text: &str) -> String {
        let text = text.replace('\0', "\u{fffd}");
        let doubled = text.replace('\'', "''");
        if !text.contains('\\') {
            return format!("'{doubled}'");
        }
        match self {
            Dialect::Postgres => format!(" E'{}'", doubled.replace('\\', "\\\\")),
            // What a backslash means hangs on NO_BACKSLASH_ESCAPES; hex does not.
            Dialect::Mysql | Dialect::Mariadb => {
                format!("_utf8mb4 0x{}", hex::encode(text))
            }
            Dialect::Sqlite => format!("'{doubled}'"),
        }
    }

    /// Text or NULL as a literal.
    pub fn literal_or_null(self, text: Option<&str>) -> String {
        text.map_or_else(|| "NULL".to_owned(), |text| self.literal(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_inside_names_are_doubled() {
        assert_eq!(Dialect::Postgres.quote(r#"a"b"#), r#""a""b""#);
        assert_eq!(Dialect::Mysql.quote("a`b"), "`a``b`");
        assert_eq!(Dialect::Sqlite.quote("学生"), "\"学生\"");
    }

    #[test]
    fn backslashes_in_literals_mean_themselves() {
        assert_eq!(Dialect::Postgres.literal(r"it's \"), r" E'it''s \\'");
        assert_eq!(Dialect::Mysql.literal(r"\"), "_utf8mb4 0x5c");
        assert_eq!(Dialect::Sqlite.literal(r"\'"), r"'\'''");
    }
}
