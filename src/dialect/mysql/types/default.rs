//! A column's default as the server gives it back, as an expression.

use sea_orm::sea_query::{Expr, Keyword, Value};

use super::expression_text;
use crate::dialect::Dialect;

/// `None` where the default is NULL, which says nothing.
pub(super) fn default(dialect: Dialect, data_type: &str, value: &Expr) -> Option<String> {
    match value {
        Expr::Value(value) | Expr::Constant(value) => literal(data_type, value),
        Expr::Keyword(Keyword::Null | Keyword::Default) => None,
        Expr::Keyword(Keyword::Custom(text)) => written(dialect, data_type, &text.to_string()),
        Expr::Custom(text) => written(dialect, data_type, text),
        _ => written(dialect, data_type, &expression_text(value)),
    }
}

fn literal(data_type: &str, value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(Some(truth)) => u8::from(*truth).to_string(),
        Value::String(Some(text)) => quoted(text),
        Value::Char(Some(character)) => quoted(&character.to_string()),
        Value::Json(Some(json)) => quoted(&json.to_string()),
        _ => {
            let text = expression_text(&Expr::Constant(value.clone()));
            if text == "NULL" {
                return None;
            }
            if text.starts_with('\'') {
                text
            } else {
                number(data_type, &text)
            }
        }
    })
}

/// SQL that somebody wrote: brought to the server's spelling where it is a plain literal or call.
fn written(dialect: Dialect, data_type: &str, text: &str) -> Option<String> {
    let text = text.trim();
    match text.to_ascii_uppercase().as_str() {
        "NULL" => return None,
        "TRUE" => return Some("1".to_owned()),
        "FALSE" => return Some("0".to_owned()),
        upper if is_now(upper) => return Some(now(dialect, data_type)),
        _ => {}
    }
    let digits = |byte: u8| byte.is_ascii_digit() || b"+-.".contains(&byte);
    if !text.is_empty() && text.bytes().all(digits) {
        return Some(number(data_type, text));
    }
    Some(text.to_owned())
}

/// Any spelling of the present moment, with or without its precision.
pub(super) fn is_now(upper: &str) -> bool {
    let name = upper.split('(').next().unwrap_or_default().trim();
    matches!(
        name,
        "CURRENT_TIMESTAMP" | "NOW" | "LOCALTIME" | "LOCALTIMESTAMP"
    ) && (upper == name || upper.ends_with(')'))
}

/// The present moment, to the column's own precision: the server takes no other.
pub(super) fn now(dialect: Dialect, data_type: &str) -> String {
    let precision = data_type
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map_or("", |(precision, _)| precision);
    match (dialect, precision) {
        (Dialect::Mariadb, precision) => format!("current_timestamp({precision})"),
        (_, "" | "0") => "CURRENT_TIMESTAMP".to_owned(),
        (_, precision) => format!("CURRENT_TIMESTAMP({precision})"),
    }
}

/// As the server quotes: a quote doubled, a backslash and line ends escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for character in text.chars() {
        match character {
            '\'' => quoted.push_str("''"),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\0' => quoted.push_str("\\0"),
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

/// A number as a column of this type shows it: `0` of a `decimal(10,2)` is `0.00`.
fn number(data_type: &str, text: &str) -> String {
    let text = text.trim_start_matches('+');
    let Some(numbers) = data_type
        .strip_prefix("decimal(")
        .and_then(|rest| rest.split_once(')'))
        .map(|(numbers, _)| numbers)
    else {
        return text.to_owned();
    };
    let scale: usize = numbers
        .split_once(',')
        .and_then(|(_, scale)| scale.trim().parse().ok())
        .unwrap_or(0);
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if scale == 0 || fraction.len() > scale {
        return text.to_owned();
    }
    format!("{whole}.{fraction:0<scale$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(data_type: &str, value: impl Into<Expr>, expected: Option<&str>) {
        let found = default(Dialect::Mariadb, data_type, &value.into());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn literals_are_spelt_as_the_server_spells_them() {
        check("varchar(20)", "it's", Some("'it''s'"));
        check("varchar(20)", "a\\b", Some("'a\\\\b'"));
        check("int(11)", -5, Some("-5"));
        check("double", 0.0, Some("0"));
        check("decimal(10,2)", 0, Some("0.00"));
        check("tinyint(1)", true, Some("1"));
        check("tinyint(1)", Expr::cust("FALSE"), Some("0"));
        check(
            "datetime(6)",
            Expr::current_timestamp(),
            Some("current_timestamp(6)"),
        );
        check(
            "timestamp",
            Expr::cust("NOW()"),
            Some("current_timestamp()"),
        );
        check("int(11)", Option::<i32>::None, None);
        let mysql = default(Dialect::Mysql, "datetime(6)", &Expr::current_timestamp());
        assert_eq!(mysql.as_deref(), Some("CURRENT_TIMESTAMP(6)"));
    }
}
