//! Rows of what is kept as text: triggers, routines, rules, policies and the like.

use std::collections::HashSet;

use super::place::Place;
use crate::dialect::catalog::{json, owned};
use crate::dialect::{CatalogError, Row, Scope};
use crate::schema::{Name, ObjectText, Routine, Schema, Trigger};

/// Takes one row of `text_queries::texts` into the schema, if what it is on is in there.
pub(super) fn take(
    row: &Row,
    place: &Place,
    scope: &Scope,
    relations: &HashSet<Name>,
    schema: &mut Schema,
) -> Result<(), CatalogError> {
    let tag = row.text_or_empty(0);
    let name = match row.text(1) {
        Some(namespace) => place.name(namespace, row.text_or_empty(2)),
        None => Name::new(row.text_or_empty(2)),
    };
    let table = row
        .text(4)
        .map(|table| place.name(row.text_or_empty(3), table));
    if table.as_ref().is_some_and(|on| !relations.contains(on)) {
        return Ok(());
    }
    let more: Vec<String> = json("routines and triggers", row, 6)?;
    let definition = row.text_or_empty(5).trim_end();
    let first = more.first().map(String::as_str);
    match (tag, table) {
        ("trigger", Some(table)) => schema.triggers.push(Trigger {
            name: name.name,
            table,
            definition: definition.to_owned(),
            state: match first {
                Some("D") => Some("DISABLE".to_owned()),
                Some("R") => Some("ENABLE REPLICA".to_owned()),
                Some("A") => Some("ENABLE ALWAYS".to_owned()),
                _ => None,
            },
            comment: owned(row, 7),
        }),
        ("function" | "procedure", _) => schema.routines.push(Routine {
            definition: unqualified(definition, &name, more.get(1)),
            name,
            arguments: first.unwrap_or_default().to_owned(),
            procedure: tag == "procedure",
            comment: owned(row, 7),
        }),
        (_, table) => {
            if let ("rule" | "event trigger", Some("D" | "R" | "A")) = (tag, first) {
                schema.not_understood.push(format!(
                    "that the {tag} {name} is disabled or fires otherwise"
                ));
            }
            if tag == "statistics" {
                let on = place.name(
                    first.unwrap_or_default(),
                    more.get(2).map_or("", String::as_str),
                );
                if scope.excludes(&on) {
                    return Ok(());
                }
            }
            let definition = definition.strip_suffix(';').unwrap_or(definition);
            schema.others.push(ObjectText {
                kind: tag.to_owned(),
                arguments: first.filter(|_| tag == "aggregate").map(str::to_owned),
                definition: if tag == "statistics" {
                    unqualified(definition, &name, more.get(1))
                } else {
                    definition.to_owned()
                },
                name,
                table,
                comment: owned(row, 7),
            });
        }
    }
    Ok(())
}

/// The statement without the default namespace before the name of what it makes: the server writes it
/// whatever `search_path` says.
fn unqualified(definition: &str, name: &Name, namespace: Option<&String>) -> String {
    let Some(namespace) = namespace.filter(|_| name.namespace.is_none()) else {
        return definition.to_owned();
    };
    // It is the first word after the kind's name: no earlier one has a point in it.
    definition.replacen(&format!(" {namespace}."), " ", 1)
}
