//! A statement as it may be written into a log: without its secrets.

use std::borrow::Cow;

/// Behind one of these words a secret may stand.
const TELLING: [&str; 3] = ["password", "passwd", "identified"];

const MASK: &str = "'***'";

/// The statement without what may be a secret: all that follows the first quote behind a word such as PASSWORD or
/// IDENTIFIED, and the login in a URL.
///
/// It rather leaves out too much. Where a literal ends cannot be told for every server and setting, and what
/// is taken for the end of one would show the next.
pub fn masked(sql: &str) -> Cow<'_, str> {
    let lower = sql.to_ascii_lowercase();
    let from = TELLING
        .iter()
        .filter_map(|word| Some(lower.find(word)? + word.len()))
        .min()
        .and_then(|behind| Some(behind + secret(&sql[behind..])?));
    let open = &sql[..from.unwrap_or(sql.len())];
    let without_logins = logins(open);
    if from.is_none() {
        return without_logins;
    }
    Cow::Owned(format!("{}{MASK} …", without_logins))
}

/// Where a secret begins behind a word that announces one: at what assigns it, or at the first quote.
fn secret(text: &str) -> Option<usize> {
    let trimmed = text.trim_start();
    if trimmed.starts_with(['=', ':']) {
        return Some(text.len() - trimmed.len());
    }
    text.find(['\'', '"', '$'])
}

/// `scheme://user:password@host` without the two in the middle.
fn logins(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        let end = after
            .find(|c: char| matches!(c, '/' | '?' | '\'' | '"') || c.is_whitespace())
            .unwrap_or(after.len());
        out.push_str(before);
        rest = match after[..end].rfind('@') {
            Some(login) => {
                out.push_str("***");
                &after[login..]
            }
            None => after,
        };
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn what_may_be_a_secret_is_masked() {
        for (sql, expect) in [
            ("SELECT 'a' FROM t", "SELECT 'a' FROM t"),
            (
                "CREATE ROLE \"ada\" LOGIN PASSWORD 'hun''ter2' VALID UNTIL 'x'",
                "CREATE ROLE \"ada\" LOGIN PASSWORD '***' …",
            ),
            (
                "-- don't\nALTER USER 'a'@'h' IDENTIFIED BY \"hunter\\\"2\"",
                "-- don't\nALTER USER 'a'@'h' IDENTIFIED BY '***' …",
            ),
            (
                "ALTER ROLE ada PASSWORD $x$hunter2$x$",
                "ALTER ROLE ada PASSWORD '***' …",
            ),
            (
                "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter2'",
                "CREATE SUBSCRIPTION s CONNECTION 'host=h password'***' …",
            ),
            (
                "SELECT dblink('postgres://ada:hun@ter2@h/db', '学生'), 'a://b'",
                "SELECT dblink('postgres://***@h/db', '学生'), 'a://b'",
            ),
            ("SET PASSWORD = 'hunter2", "SET PASSWORD '***' …"),
            ("SELECT password FROM users", "SELECT password FROM users"),
        ] {
            assert_eq!(masked(sql), expect);
        }
    }
}
