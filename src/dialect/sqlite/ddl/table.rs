//! CREATE TABLE and CREATE INDEX as SQLite takes them: everything but indexes inline.

use super::LITE;
use crate::dialect::ddl::parts::{self, tail};
use crate::dialect::types::scan::{self, Kind};
use crate::schema::{Column, Identity, Index, IndexKey, PrimaryKey, SortOrder, Table};

/// A table with its indexes.
pub(super) fn create(table: &Table) -> Vec<String> {
    let mut statements = vec![create_only(table, &table.name.name)];
    statements.extend(table.indexes.iter().map(|it| index(&table.name.name, it)));
    statements
}

/// A table without its indexes, under a name of one's choice.
pub(super) fn create_only(table: &Table, name: &str) -> String {
    let numbered = numbered_key(table);
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let mut line = definition(column);
            if let Some((_, key)) = numbered.filter(|(name, _)| *name == column.name) {
                line.push_str(&format!(" {}", own_key(key)));
            }
            line
        })
        .collect();
    if let Some(key) = table.primary_key.as_ref().filter(|_| numbered.is_none()) {
        lines.push(format!(
            "{}PRIMARY KEY ({}){}",
            parts::constraint(LITE, key.name.as_deref()),
            parts::index_parts(LITE, &key.columns),
            tail(&key.options)
        ));
    }
    for unique in &table.uniques {
        lines.push(format!(
            "{}UNIQUE ({}){}",
            parts::constraint(LITE, unique.name.as_deref()),
            parts::index_parts(LITE, &unique.columns),
            tail(&unique.options)
        ));
    }
    for key in &table.foreign_keys {
        let name = parts::constraint(LITE, key.name.as_deref());
        lines.push(format!("{name}{}", parts::foreign_key(LITE, key)));
    }
    for check in &table.checks {
        let name = parts::constraint(LITE, check.name.as_deref());
        lines.push(format!("{name}CHECK ({})", check.expression));
    }
    let end = match table.options.is_empty() {
        true => String::new(),
        false => format!(" {}", table.options.join(", ")),
    };
    parts::block(&format!("CREATE TABLE {}", LITE.quote(name)), &lines, &end)
}

/// The column whose key must stand in its definition: AUTOINCREMENT is said nowhere else.
fn numbered_key(table: &Table) -> Option<(&str, &PrimaryKey)> {
    let key = table.primary_key.as_ref()?;
    let [only] = key.columns.as_slice() else {
        return None;
    };
    let IndexKey::Column(name) = &only.key else {
        return None;
    };
    let column = table.column(name)?;
    (column.identity == Some(Identity::AutoIncrement)).then_some((name.as_str(), key))
}

fn own_key(key: &PrimaryKey) -> String {
    let descending = key
        .columns
        .iter()
        .any(|part| part.order == SortOrder::Descending);
    format!(
        "{}PRIMARY KEY{}{} AUTOINCREMENT",
        parts::constraint(LITE, key.name.as_deref()),
        if descending { " DESC" } else { "" },
        tail(&key.options)
    )
}

pub(super) fn definition(column: &Column) -> String {
    let mut text = LITE.quote(&column.name);
    if !column.data_type.is_empty() {
        text.push_str(&format!(" {}", column.data_type));
    }
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if !column.nullable {
        text.push_str(" NOT NULL");
    }
    text.push_str(&tail(&column.options));
    if let Some(default) = &column.default {
        if is_literal(default) {
            text.push_str(&format!(" DEFAULT {default}"));
        } else {
            text.push_str(&format!(" DEFAULT ({default})"));
        }
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        text.push_str(&format!(
            " GENERATED ALWAYS AS ({}) {kind}",
            generated.expression
        ));
    }
    text
}

/// What DEFAULT takes without brackets: a literal, a signed number, or the present moment.
pub(super) fn is_literal(text: &str) -> bool {
    let tokens = scan::tokens(text, false);
    let number =
        |text: &str| text.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    match tokens.as_slice() {
        [only] => match only.kind {
            Kind::Literal | Kind::Name => true,
            Kind::Word => {
                const WORDS: [&str; 6] = [
                    "NULL",
                    "TRUE",
                    "FALSE",
                    "CURRENT_TIMESTAMP",
                    "CURRENT_DATE",
                    "CURRENT_TIME",
                ];
                number(only.text) || WORDS.iter().any(|word| only.is_word(word))
            }
            Kind::Group | Kind::Mark => false,
        },
        [sign, value] => {
            matches!(sign.text, "-" | "+") && number(value.text)
                || sign.is_word("x") && value.kind == Kind::Literal
        }
        _ => false,
    }
}

pub(super) fn index(table: &str, index: &Index) -> String {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let predicate = index
        .predicate
        .as_ref()
        .map_or(String::new(), |it| format!(" WHERE {it}"));
    format!(
        "CREATE {unique}INDEX {} ON {} ({}){predicate}",
        LITE.quote(&index.name),
        LITE.quote(table),
        parts::index_parts(LITE, &index.parts)
    )
}
