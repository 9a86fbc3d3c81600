//! Data in the way, as MySQL's and MariaDB's words and numbers tell it:
//! <https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html>.

use crate::dialect::offending::{Breach, Broken, foreign_key};
use crate::dialect::types::scan::{self, Kind, Token};
use crate::dialect::{DbError, Dialect};
use crate::schema::Name;

pub(crate) fn breach(dialect: Dialect, error: &DbError) -> Option<Breach> {
    let words = error.message.as_str();
    let number: u16 = error.code.as_deref()?.parse().ok()?;
    match number {
        1062 | 1586 | 1169 | 1022 => {
            let mut breach = Breach::of(Broken::Unique);
            if let Some((value, key)) = duplicate(words) {
                // MySQL says it as `table.key`.
                let key = key.rsplit_once('.').map_or(key, |(_, key)| key);
                breach.constraint = Some(key.to_owned());
                breach.value = Some(value.to_owned());
            }
            Some(breach)
        }
        1452 | 1216 | 1451 | 1217 => Some(key_breach(dialect, words)),
        3819 => {
            let mut breach = Breach::of(Broken::Check);
            breach.constraint = quoted(words, '\'').map(str::to_owned);
            Some(breach)
        }
        4025 => {
            let mut breach = Breach::of(Broken::Check);
            breach.constraint = quoted(words, '`').map(str::to_owned);
            Some(breach)
        }
        1048 | 1138 => {
            let mut breach = Breach::of(Broken::NotNull);
            let column = (number == 1048).then(|| quoted(words, '\'')).flatten();
            breach.columns.extend(column.map(str::to_owned));
            Some(breach)
        }
        1264 | 1265 | 1292 | 1366 | 1406 => Some(Breach::of(Broken::Type)),
        _ => None,
    }
}

/// `(`db`.`child`, CONSTRAINT `name` FOREIGN KEY (`a`) REFERENCES `parent` (`b`))`
fn key_breach(dialect: Dialect, words: &str) -> Breach {
    let mut breach = Breach::of(Broken::ForeignKey);
    let Some(start) = words.find('(') else {
        return breach;
    };
    let tokens = scan::tokens(words[start..].trim_start_matches('('), true);
    let at = |word: &str| tokens.iter().position(|it| it.is_word(word));
    let name_at = |at: usize| tokens.get(at).and_then(Token::name);
    let list = |at: usize| {
        let group = tokens.get(at).filter(|it| it.kind == Kind::Group)?;
        let inside = scan::tokens(group.inside(), true);
        let names = scan::items(&inside).filter_map(|item| item.first()?.name());
        Some(names.map(|it| dialect.quote(&it)).collect::<Vec<_>>())
    };
    let Some((constraint, references)) = at("CONSTRAINT").zip(at("REFERENCES")) else {
        return breach;
    };
    breach.constraint = name_at(constraint + 1);
    // While a table is altered it has another name.
    let table = tokens[..constraint]
        .iter()
        .rfind(|it| it.kind == Kind::Name);
    let table = table
        .and_then(Token::name)
        .filter(|it| !it.starts_with("#sql"));
    breach.table = table.map(Name::new);
    let parent = (references + 1..tokens.len())
        .take_while(|i| tokens[*i].kind != Kind::Group)
        .last()
        .and_then(|i| Some((name_at(i)?, list(i + 1)?)));
    let columns = at("KEY").and_then(|key| list(key + 1));
    if let (Some(table), Some(columns), Some((parent, referenced))) =
        (&breach.table, columns, parent)
    {
        breach.claim = Some(foreign_key(
            table.clone(),
            breach.constraint.clone(),
            columns,
            Name::new(parent),
            referenced,
        ));
    }
    breach
}

/// The value and the key of `Duplicate entry 'value' for key 'key'`, in any language.
fn duplicate(words: &str) -> Option<(&str, &str)> {
    let key = words.strip_suffix('\'')?;
    let (before, key) = key.rsplit_once('\'')?;
    let (value, _) = before.rsplit_once('\'')?;
    Some((value.split_once('\'')?.1, key))
}

fn quoted(words: &str, mark: char) -> Option<&str> {
    words.split(mark).nth(1)
}

/// Takes out of the server's words the values of rows that `sql` does not spell itself.
pub(crate) fn silence(error: &mut DbError, sql: &str) {
    let value = match error.code.as_deref() {
        Some("1062" | "1586") => duplicate(&error.message)
            .filter(|(_, key)| !key.ends_with("PRIMARY"))
            .map(|it| it.0),
        Some("1292" | "1366" | "1411") => error
            .message
            .split_once(": '")
            .and_then(|(_, rest)| rest.split_once("' for ").or_else(|| rest.rsplit_once('\'')))
            .map(|(value, _)| value),
        _ => None,
    };
    if let Some(value) = value.filter(|value| !value.is_empty() && !sql.contains(*value)) {
        error.message = error.message.replacen(&format!("'{value}'"), "'…'", 1);
    }
}

/// True of the values that cannot become `to`; `None` where only trying would tell.
pub(crate) fn unfit(value: &str, from: &str, to: &str) -> Option<String> {
    let lower = to.trim().to_lowercase();
    let base: String = lower
        .chars()
        .take_while(|it| it.is_ascii_alphanumeric())
        .collect();
    let from = from.to_lowercase();
    let is_text = from.contains("char") || from.contains("text");
    let arguments: Vec<u32> = lower
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(inside, _)| {
            inside
                .split(',')
                .filter_map(|it| it.trim().parse().ok())
                .collect()
        })
        .unwrap_or_default();
    let bits = match base.as_str() {
        "tinyint" => 8,
        "smallint" => 16,
        "mediumint" => 24,
        "int" | "integer" => 32,
        "bigint" => 64,
        _ => 0,
    };
    if bits > 0 {
        let (least, most) = match lower.contains("unsigned") {
            true => (0, (1i128 << bits) - 1),
            false => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        };
        let outside = format!("cast({value} AS decimal(65, 0)) NOT BETWEEN {least} AND {most}");
        return Some(match is_text {
            true => {
                format!("({value} NOT REGEXP '^[[:space:]]*[-+]?[0-9]+[[:space:]]*$' OR {outside})")
            }
            false => outside,
        });
    }
    match base.as_str() {
        "char" | "varchar" => Some(format!("char_length({value}) > {}", arguments.first()?)),
        "binary" | "varbinary" => Some(format!("length({value}) > {}", arguments.first()?)),
        "decimal" | "numeric" | "double" | "float" if is_text => Some(format!(
            "{value} NOT REGEXP '^[[:space:]]*[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?[[:space:]]*$'"
        )),
        "decimal" | "numeric" => {
            let precision = arguments.first().copied().unwrap_or(10);
            let scale = arguments.get(1).copied().unwrap_or(0);
            Some(format!(
                "abs(round({value}, {scale})) >= 1e{}",
                precision.checked_sub(scale)?
            ))
        }
        "date" | "datetime" | "timestamp" if is_text => Some(format!(
            "({value} IS NOT NULL AND cast({value} AS datetime) IS NULL)"
        )),
        "enum" => {
            let inside = to.split_once('(')?.1.rsplit_once(')')?.0;
            Some(format!("{value} NOT IN ({inside})"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::DbErrorKind;

    fn error(code: &str, message: &str) -> DbError {
        let mut error = DbError::new(DbErrorKind::Constraint, message);
        error.code = Some(code.to_owned());
        error
    }

    #[test]
    fn a_key_is_read_from_the_servers_words() {
        let words = "Cannot delete or update a parent row: a foreign key constraint fails \
                     (`db`.`c`, CONSTRAINT `fk` FOREIGN KEY (`a`, `b`) REFERENCES `p` (`x`, `y`) ON UPDATE CASCADE)";
        let breach = breach(Dialect::Mysql, &error("1451", words)).unwrap();
        assert_eq!(breach.table, Some(Name::new("c")));
        assert_eq!(breach.constraint.as_deref(), Some("fk"));
        let expected = foreign_key(
            Name::new("c"),
            Some("fk".to_owned()),
            vec!["`a`".to_owned(), "`b`".to_owned()],
            Name::new("p"),
            vec!["`x`".to_owned(), "`y`".to_owned()],
        );
        assert_eq!(breach.claim, Some(expected));
    }

    #[test]
    fn the_name_that_a_table_has_while_it_is_altered_is_none() {
        let words = "Cannot add or update a child row: a foreign key constraint fails \
                     (`db`.`#sql-alter-ecf-a`, CONSTRAINT `fk` FOREIGN KEY (`a`) REFERENCES `p` (`id`))";
        let breach = breach(Dialect::Mariadb, &error("1452", words)).unwrap();
        assert_eq!((breach.table, breach.claim), (None, None));
        assert_eq!(breach.constraint.as_deref(), Some("fk"));
    }

    #[test]
    fn what_a_row_holds_is_not_repeated() {
        let said = |code: &str, message: &str, sql: &str| {
            let mut error = error(code, message);
            silence(&mut error, sql);
            error.message
        };
        let duplicate = "Duplicate entry 'it's a@b' for key 't.uk'";
        assert_eq!(
            said("1062", duplicate, ""),
            "Duplicate entry '…' for key 't.uk'"
        );
        assert_eq!(said("1062", duplicate, "INSERT … it's a@b"), duplicate);
        let primary = "Duplicate entry '7' for key 'PRIMARY'";
        assert_eq!(said("1062", primary, ""), primary);
        assert_eq!(
            said(
                "1366",
                "Incorrect integer value: 'a@b' for column `d`.`t`.`c` at row 1",
                ""
            ),
            "Incorrect integer value: '…' for column `d`.`t`.`c` at row 1"
        );
        assert_eq!(
            said("1292", "Truncated incorrect INTEGER value: 'a@b'", ""),
            "Truncated incorrect INTEGER value: '…'"
        );
    }
}
