//! Data in the way, as PostgreSQL tells it, and the values that a type does not take.

use crate::dialect::offending::{Breach, Broken};
use crate::dialect::{DbError, Dialect};
use crate::schema::{EnumType, Name};

/// What numbers the rows of a table without a key of its own.
pub(crate) const ROW_NUMBER: &str = "ctid";

pub(crate) fn breach(error: &DbError) -> Option<Breach> {
    let code = error.code.as_deref()?;
    let broken = match code {
        "23505" => Broken::Unique,
        "23503" => Broken::ForeignKey,
        "23514" => Broken::Check,
        "23502" => Broken::NotNull,
        "22001" | "22003" | "22007" | "22008" | "22P02" | "22P03" => Broken::Type,
        _ => return None,
    };
    let more = &error.more;
    let mut breach = Breach::of(broken);
    breach.table = more.table.clone().map(|name| Name {
        namespace: more.namespace.clone(),
        name,
    });
    breach.constraint.clone_from(&more.constraint);
    breach.columns.extend(more.column.clone());
    // Key (a, b)=(1, 2) …; the words around it are in the server's language.
    let key = more.detail.as_deref().and_then(|detail| {
        let (before, after) = detail.split_once(")=(")?;
        Some((before.split_once('(')?.1, after.rsplit_once(')')?.0))
    });
    if let (Broken::Unique, Some((columns, value))) = (broken, key) {
        breach.columns = names(columns);
        breach.value = Some(value.to_owned()).filter(|_| breach.columns.len() == 1);
    }
    Some(breach)
}

/// The plain names of a list; none where it has expressions.
fn names(list: &str) -> Vec<String> {
    let name = |text: &str| match text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => Some(quoted.replace("\"\"", "\"")),
        None if text.contains(['(', ':', ' ']) => None,
        None => Some(text.to_owned()),
    };
    list.split(", ")
        .map(name)
        .collect::<Option<_>>()
        .unwrap_or_default()
}

/// Takes out of the server's words the values of rows that `sql` does not spell itself.
pub(crate) fn silence(error: &mut DbError, sql: &str) {
    let code = error.code.clone().unwrap_or_default();
    let more = &mut error.more;
    if code.starts_with("23") {
        let Some(detail) = &more.detail else { return };
        let shown = match detail.split_once(")=(") {
            Some((before, after)) => after.rsplit_once(')').map(|(value, rest)| {
                if sql.contains(value) {
                    detail.clone()
                } else {
                    format!("{before}){rest}")
                }
            }),
            // All of a row.
            None if detail.contains('(') => None,
            None => Some(detail.clone()),
        };
        more.detail = shown;
    } else if code.starts_with("22") {
        for before in [": \"", "value \""] {
            let Some(start) = error.message.find(before).map(|at| at + before.len()) else {
                continue;
            };
            let Some(end) = error.message.rfind('"').filter(|end| *end > start) else {
                continue;
            };
            if !sql.contains(&error.message[start..end]) {
                error.message.replace_range(start..end, "…");
            }
            break;
        }
        let said = |text: &String| text.rsplit(": ").next().is_some_and(|it| sql.contains(it));
        more.detail = more
            .detail
            .take()
            .filter(|it| !it.contains('"') || said(it));
        more.context = more
            .context
            .take()
            .map(|context| match context.split_once(": ") {
                Some((place, _)) if !said(&context) => place.to_owned(),
                _ => context,
            });
    }
}

/// True of the values that cannot become `to`; `None` where only trying would tell.
pub(crate) fn unfit(
    version: &str,
    enums: &[EnumType],
    value: &str,
    from: &str,
    to: &str,
) -> Option<String> {
    let (base, arguments) = shape(to);
    let (from, _) = shape(from);
    let is_text = matches!(
        from.as_str(),
        "text" | "character varying" | "character" | "citext" | "name"
    );
    let literal = |text: &str| Dialect::Postgres.literal(text);
    if let ("character varying" | "character", Some(length)) = (base.as_str(), arguments.first()) {
        return Some(format!("char_length({value}::text) > {length}"));
    }
    if let Some(one) = enums
        .iter()
        .find(|one| one.name.name.to_lowercase() == base)
    {
        let values: Vec<String> = one.values.iter().map(|it| literal(it)).collect();
        return Some(format!("{value}::text NOT IN ({})", values.join(", ")));
    }
    let range = |bits: u32| {
        let most = 1i128 << (bits - 1);
        format!("{value}::numeric NOT BETWEEN {} AND {}", -most, most - 1)
    };
    let outside = match (base.as_str(), arguments.as_slice()) {
        ("smallint", _) => Some(range(16)),
        ("integer", _) => Some(range(32)),
        ("bigint", _) => Some(range(64)),
        ("numeric", [precision]) => Some(format!("abs(round({value}::numeric)) >= 1e{precision}")),
        ("numeric", [precision, scale, ..]) => Some(format!(
            "abs(round({value}::numeric, {scale})) >= 1e{}",
            precision - scale
        )),
        _ => None,
    };
    if !is_text {
        return outside;
    }
    let major = version
        .split('.')
        .next()
        .and_then(|it| it.parse::<u32>().ok());
    if major.is_some_and(|major| major >= 16) {
        return Some(format!(
            "NOT pg_input_is_valid({value}::text, {})",
            literal(to)
        ));
    }
    let like = |pattern: &str| format!("{value} !~* {}", literal(pattern));
    match base.as_str() {
        "smallint" | "integer" | "bigint" => {
            let number = "^[[:space:]]*[-+]?[0-9]+[[:space:]]*$";
            Some(format!(
                "CASE WHEN {value} ~ {} THEN {} ELSE {value} IS NOT NULL END",
                literal(number),
                outside?
            ))
        }
        "numeric" | "double precision" | "real" => {
            let number = "^[[:space:]]*([-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)(e[-+]?[0-9]+)?|nan|[-+]?inf(inity)?)[[:space:]]*$";
            Some(match outside {
                None => like(number),
                Some(outside) => format!(
                    "CASE WHEN {value} ~* {} THEN {outside} ELSE {value} IS NOT NULL END",
                    literal(number)
                ),
            })
        }
        "boolean" => Some(like(
            "^[[:space:]]*(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|0|1)[[:space:]]*$",
        )),
        "uuid" => Some(like("^[{]?[0-9a-f]{4}(-?[0-9a-f]{4}){7}[}]?$")),
        _ => None,
    }
}

/// A type's name as PostgreSQL spells it, and its arguments.
fn shape(data_type: &str) -> (String, Vec<i64>) {
    let (before, rest) = data_type.split_once('(').unwrap_or((data_type, ""));
    let arguments = rest.split(')').next().unwrap_or_default().split(',');
    let base = before.trim().trim_matches('"').to_lowercase();
    let base = match base
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .as_str()
    {
        "int" | "int4" => "integer".to_owned(),
        "int2" => "smallint".to_owned(),
        "int8" => "bigint".to_owned(),
        "varchar" => "character varying".to_owned(),
        "char" | "bpchar" => "character".to_owned(),
        "decimal" | "dec" => "numeric".to_owned(),
        "float8" | "float" => "double precision".to_owned(),
        "float4" => "real".to_owned(),
        "bool" => "boolean".to_owned(),
        other => other.to_owned(),
    };
    (
        base,
        arguments.filter_map(|it| it.trim().parse().ok()).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::DbErrorKind;

    fn error(code: &str, message: &str, detail: &str) -> DbError {
        let mut error = DbError::new(DbErrorKind::Constraint, message);
        error.code = Some(code.to_owned());
        error.more.detail = Some(detail.to_owned()).filter(|it| !it.is_empty());
        error
    }

    #[test]
    fn the_columns_of_a_key_are_read_in_any_language() {
        let read = |detail: &str| breach(&error("23505", "", detail)).unwrap();
        let one = read("Schlüssel »(\"a b\")=(x, y)« existiert bereits.");
        assert_eq!(
            (one.columns, one.value),
            (vec!["a b".to_owned()], Some("x, y".to_owned()))
        );
        let two = read("Key (a, b)=(1, 2) is duplicated.");
        assert_eq!(
            (two.columns, two.value),
            (vec!["a".to_owned(), "b".to_owned()], None)
        );
        assert_eq!(read("Key (lower(a))=(x) is duplicated.").columns, [""; 0]);
    }

    #[test]
    fn what_a_row_holds_is_not_repeated() {
        let said = |code: &str, message: &str, detail: &str, sql: &str| {
            let mut error = error(code, message, detail);
            silence(&mut error, sql);
            (error.message, error.more.detail.unwrap_or_default())
        };
        let sql = "INSERT INTO t VALUES ('known')";
        assert_eq!(
            said("23505", "", "Key (e)=(a@b) is duplicated.", sql).1,
            "Key (e) is duplicated."
        );
        assert_eq!(
            said("23505", "", "Key (e)=(known) already exists.", sql).1,
            "Key (e)=(known) already exists."
        );
        assert_eq!(
            said("23514", "", "Failing row contains (1, a@b).", sql).1,
            ""
        );
        let syntax = "invalid input syntax for type integer: ";
        assert_eq!(
            said("22P02", &format!("{syntax}\"a@b\""), "", sql).0,
            format!("{syntax}\"…\"")
        );
        assert_eq!(
            said("22P02", &format!("{syntax}\"known\""), "", sql).0,
            format!("{syntax}\"known\"")
        );
        let range = "value \"99\" is out of range for type smallint";
        assert_eq!(
            said("22003", range, "", sql).0,
            "value \"…\" is out of range for type smallint"
        );
    }
}
