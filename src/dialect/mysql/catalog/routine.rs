//! Functions and procedures, put together from their parts.

use super::expression::quoted;
use crate::dialect::{Dialect, Row};
use crate::schema::{Name, Routine};

/// A row of `queries::ROUTINES` with its parameters; `None` where its parts do not make it again.
pub(super) fn routine(
    dialect: Dialect,
    row: &Row,
    parameters: &[&Row],
    database_collation: &str,
) -> Option<Routine> {
    let name = row.text_or_empty(0);
    let procedure = match row.text_or_empty(1) {
        "PROCEDURE" => true,
        "FUNCTION" => false,
        _ => return None,
    };
    // The body is hidden from who may not see it, and another language has another statement.
    let body = row.text(4).filter(|_| row.text(3) == Some("SQL"))?;
    let lower = body.to_ascii_lowercase();
    let aggregate = !procedure && lower.contains("fetch group next row");
    let typed = |data_type: Option<&str>, collation: Option<&str>| {
        let data_type = data_type.unwrap_or_default();
        match collation.filter(|collation| *collation != database_collation) {
            // The character set is the first word of its collation's name.
            Some(collation) => {
                let set = collation.split('_').next().unwrap_or(collation);
                format!("{data_type} CHARACTER SET {set} COLLATE {collation}")
            }
            None => data_type.to_owned(),
        }
    };
    let arguments: Vec<String> = parameters
        .iter()
        .map(|parameter| {
            let mode = parameter
                .text(2)
                .filter(|mode| procedure && *mode != "IN")
                .map_or(String::new(), |mode| format!("{mode} "));
            format!(
                "{mode}{} {}",
                dialect.quote(parameter.text_or_empty(3)),
                typed(parameter.text(4), parameter.text(5))
            )
        })
        .collect();
    let arguments = arguments.join(", ");
    let kind = match (procedure, aggregate) {
        (true, _) => "PROCEDURE",
        (false, true) => "AGGREGATE FUNCTION",
        (false, false) => "FUNCTION",
    };
    let mut definition = format!("CREATE {kind} {}({arguments})", dialect.quote(name));
    if !procedure {
        definition.push_str(&format!("\nRETURNS {}", typed(row.text(2), row.text(9))));
    }
    if row.text(5) == Some("YES") {
        definition.push_str("\nDETERMINISTIC");
    }
    if let Some(access @ ("NO SQL" | "READS SQL DATA" | "MODIFIES SQL DATA")) = row.text(6) {
        definition.push_str(&format!("\n{access}"));
    }
    if row.text(7) == Some("INVOKER") {
        definition.push_str("\nSQL SECURITY INVOKER");
    }
    let comment = row.text(8).filter(|comment| !comment.is_empty());
    if let Some(comment) = comment {
        definition.push_str(&format!("\nCOMMENT {}", quoted(comment)));
    }
    definition.push('\n');
    definition.push_str(body);
    Some(Routine {
        name: Name::new(name),
        arguments,
        procedure,
        definition,
        // It is in the definition.
        comment: None,
    })
}
