//! A column's default as `pg_get_expr` gives it back.

use sea_orm::sea_query::{ColumnType, Expr, Keyword, Value};

use super::{canonical, data_type, expression_text, quote_if_needed};

/// `None` where the default is NULL, which the server does not keep.
pub(super) fn default(kind: &ColumnType, column_type: &str, value: &Expr) -> Option<String> {
    match value {
        Expr::Value(value) | Expr::Constant(value) => literal(column_type, value),
        Expr::Keyword(Keyword::Null) => None,
        Expr::AsEnum(name, inner) => match &**inner {
            Expr::Value(value) | Expr::Constant(value) => {
                literal(&quote_if_needed(&name.to_string()), value)
            }
            _ => Some(expression_text(value)),
        },
        Expr::Custom(text) => written(kind, column_type, text),
        Expr::Keyword(Keyword::Custom(text)) => written(kind, column_type, &text.to_string()),
        _ => written(kind, column_type, &expression_text(value)),
    }
}

/// SQL that somebody wrote: brought to the server's spelling where it is a plain literal or call.
fn written(kind: &ColumnType, column_type: &str, text: &str) -> Option<String> {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    if upper == "NULL" || upper == "DEFAULT" {
        return None;
    }
    if upper == "TRUE" || upper == "FALSE" {
        return Some(upper.to_ascii_lowercase());
    }
    if upper.starts_with("CURRENT_") && !upper.contains(' ') {
        return Some(upper);
    }
    let inside = text
        .strip_prefix('\'')
        .and_then(|text| text.strip_suffix('\''));
    if let Some(inside) = inside
        && !inside.replace("''", "").contains('\'')
    {
        let base = data_type(kind).unwrap_or_else(|| column_type.to_owned());
        return Some(format!("'{inside}'::{}", cast(&base)));
    }
    if !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte))
    {
        return Some(number(text));
    }
    // `NOW()`: names fold to lower case.
    if let Some(name) = text.strip_suffix("()")
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return Some(text.to_ascii_lowercase());
    }
    Some(text.to_owned())
}

fn literal(column_type: &str, value: &Value) -> Option<String> {
    let text = expression_text(&Expr::Constant(value.clone()));
    if text == "NULL" {
        return None;
    }
    Some(match value {
        Value::Bool(Some(truth)) => truth.to_string(),
        Value::String(Some(text)) => quoted(text, column_type),
        Value::Char(Some(character)) => quoted(&character.to_string(), column_type),
        Value::Json(Some(json)) if column_type == "jsonb" => quoted(&jsonb(json), column_type),
        Value::Json(Some(json)) => quoted(&json.to_string(), column_type),
        Value::Bytes(Some(bytes)) => {
            format!("'\\x{}'::bytea", hex::encode(bytes))
        }
        Value::TinyInt(_)
        | Value::SmallInt(_)
        | Value::Int(_)
        | Value::BigInt(_)
        | Value::TinyUnsigned(_)
        | Value::SmallUnsigned(_)
        | Value::Unsigned(_)
        | Value::BigUnsigned(_)
        | Value::Float(_)
        | Value::Double(_) => number(&text),
        _ => {
            let inside = text
                .strip_prefix('\'')
                .and_then(|text| text.strip_suffix('\''));
            match inside {
                Some(inside) => format!("'{inside}'::{}", cast(column_type)),
                None => text,
            }
        }
    })
}

/// The server never writes `E''`: under `standard_conforming_strings` a backslash is itself.
fn quoted(text: &str, column_type: &str) -> String {
    format!("'{}'::{}", text.replace('\'', "''"), cast(column_type))
}

/// The cast that a literal of a column's type is shown with: the type without its numbers.
fn cast(column_type: &str) -> String {
    let full = canonical(column_type);
    let Some((before, rest)) = full.split_once('(') else {
        return full;
    };
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    match before {
        "character" => format!("bpchar{after}"),
        "bit" => format!("\"bit\"{after}"),
        _ => format!("{before}{after}"),
    }
}

/// A number as the server shows the constant: bare where it reads back as the same type.
fn number(text: &str) -> String {
    let bare = text.trim_start_matches('+');
    let whole = bare
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !whole {
        return if bare.starts_with(|first: char| first.is_ascii_digit()) {
            bare.to_owned()
        } else {
            format!("'{bare}'::numeric")
        };
    }
    match bare.parse::<i64>() {
        Ok(value) if (0..=i64::from(i32::MAX)).contains(&value) => value.to_string(),
        Ok(value) if i32::try_from(value).is_ok() => format!("'{value}'::integer"),
        Ok(value) => format!("'{value}'::bigint"),
        Err(_) => format!("'{bare}'::numeric"),
    }
}

/// JSON as jsonb shows it: keys by length, then bytes; `": "` and `", "` between.
fn jsonb(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Array(items) => {
            let items: Vec<String> = items.iter().map(jsonb).collect();
            format!("[{}]", items.join(", "))
        }
        serde_json::Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| (key.len(), key.as_bytes().to_vec()));
            let members: Vec<String> = members
                .into_iter()
                .map(|(key, value)| {
                    let key = serde_json::Value::String(key.clone());
                    format!("{key}: {}", jsonb(value))
                })
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::ExprTrait as _;

    use super::*;

    fn check(kind: ColumnType, value: impl Into<Expr>, expected: Option<&str>) {
        let spelt = data_type(&kind).unwrap();
        assert_eq!(default(&kind, &spelt, &value.into()).as_deref(), expected);
    }

    #[test]
    fn literals_are_spelt_as_pg_get_expr_spells_them() {
        let varchar = || ColumnType::string(Some(20));
        check(varchar(), "pending", Some("'pending'::character varying"));
        check(varchar(), "it's", Some("'it''s'::character varying"));
        check(ColumnType::Text, "x", Some("'x'::text"));
        check(ColumnType::Char(Some(3)), "a", Some("'a'::bpchar"));
        check(ColumnType::Integer, 0, Some("0"));
        check(ColumnType::Integer, -4, Some("'-4'::integer"));
        check(
            ColumnType::BigInteger,
            5_000_000_000_i64,
            Some("'5000000000'::bigint"),
        );
        check(ColumnType::Double, 0.0, Some("0"));
        check(ColumnType::Double, 1.5, Some("1.5"));
        check(ColumnType::Float, -1.5_f32, Some("'-1.5'::numeric"));
        check(ColumnType::Boolean, true, Some("true"));
        check(
            ColumnType::JsonBinary,
            serde_json::json!({"bb": 1, "a": [1]}),
            Some("'{\"a\": [1], \"bb\": 1}'::jsonb"),
        );
        check(
            ColumnType::TimestampWithTimeZone,
            Expr::current_timestamp(),
            Some("CURRENT_TIMESTAMP"),
        );
        check(
            ColumnType::TimestampWithTimeZone,
            Expr::cust("NOW()"),
            Some("now()"),
        );
        check(
            varchar(),
            Expr::cust("'new'"),
            Some("'new'::character varying"),
        );
        check(varchar(), Expr::cust("NULL"), None);
        check(varchar(), Option::<String>::None, None);
        check(ColumnType::Integer, Expr::val(1).add(2), Some("1 + 2"));
    }
}
