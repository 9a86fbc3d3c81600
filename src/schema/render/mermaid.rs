//! The model as Mermaid's `erDiagram` (mermaid.js.org/syntax/entityRelationshipDiagram.html).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::schema::{Column, ForeignKey, IndexKey, IndexPart, Name, Schema, Table};

/// Tables with their columns, types and keys, and a line for each foreign key.
///
/// Partitions are left to their parent. A name or a type that Mermaid cannot read is written as near as it
/// can; the column's own name then stands in its comment. The text ends with a line break.
pub fn mermaid(schema: &Schema) -> String {
    let tables: Vec<&Table> = schema
        .tables
        .iter()
        .filter(|table| table.partition_of.is_none())
        .collect();
    let shown = entity_names(&tables);
    let mut text = String::from("erDiagram\n");
    for table in &tables {
        let name = &shown[&table.name];
        if table.columns.is_empty() {
            let _ = writeln!(text, "    {name}");
            continue;
        }
        let _ = writeln!(text, "    {name} {{");
        let mut taken = BTreeSet::new();
        for column in &table.columns {
            let _ = writeln!(text, "        {}", attribute(table, column, &mut taken));
        }
        text.push_str("    }\n");
    }
    for table in &tables {
        for key in &table.foreign_keys {
            let stranger = entity_name(&key.references);
            let parent = shown.get(&key.references).unwrap_or(&stranger);
            let _ = writeln!(
                text,
                "    {parent} {}--{} {} : \"{}\"",
                parent_side(table, key),
                child_side(table, key),
                shown[&table.name],
                quotable(&key.columns.join(", "))
            );
        }
    }
    text
}

/// What each table is called, each differently.
fn entity_names(tables: &[&Table]) -> BTreeMap<Name, String> {
    let mut taken = BTreeSet::new();
    tables
        .iter()
        .map(|table| {
            let name = distinct(quotable(&table.name.to_string()), &mut taken);
            (table.name.clone(), format!("\"{name}\""))
        })
        .collect()
}

fn entity_name(name: &Name) -> String {
    format!("\"{}\"", quotable(&name.to_string()))
}

/// What may stand between Mermaid's double quotes. Quoted always: unquoted, `many` and `to` are keywords.
fn quotable(text: &str) -> String {
    let kept = |character: char| match character {
        '"' => '\'',
        '%' | '\\' => '_',
        _ if character.is_control() => '_',
        _ => character,
    };
    let text: String = text.chars().map(kept).collect();
    if text.is_empty() {
        "_".to_owned()
    } else {
        text
    }
}

/// `type name KEYS "comment"`.
fn attribute(table: &Table, column: &Column, taken: &mut BTreeSet<String>) -> String {
    let name = distinct(word(&column.name, false), taken);
    let mut keys = Vec::new();
    let primary = table.primary_key.iter().flat_map(|key| &key.columns);
    if primary.clone().any(|part| is_column(part, &column.name)) {
        keys.push("PK");
    }
    let refers = |key: &ForeignKey| key.columns.contains(&column.name);
    if table.foreign_keys.iter().any(refers) {
        keys.push("FK");
    }
    let alone = |parts: &[IndexPart]| matches!(parts, [part] if is_column(part, &column.name));
    if unique_keys(table).any(alone) {
        keys.push("UK");
    }
    let mut text = format!("{} {name}", word(&column.data_type, true));
    if !keys.is_empty() {
        let _ = write!(text, " {}", keys.join(", "));
    }
    let mut notes = Vec::new();
    if name != column.name {
        notes.push(column.name.as_str());
    }
    notes.extend(column.comment.as_deref());
    if !notes.is_empty() {
        let _ = write!(text, " \"{}\"", quotable(&notes.join(": ")));
    }
    text
}

/// The word of an attribute: letters, digits and `_`; in a type brackets too.
fn word(text: &str, of_type: bool) -> String {
    let kept = |character: char| {
        character.is_ascii_alphanumeric()
            || character == '_'
            || character >= '\u{c0}'
            || of_type && "()[]".contains(character)
    };
    let mut word = String::new();
    for character in text.chars() {
        if kept(character) {
            word.push(character);
        } else if !word.ends_with('_') {
            word.push('_');
        }
    }
    let starts_well =
        |first: char| first.is_ascii_alphabetic() || first == '_' || first >= '\u{c0}';
    if !word.starts_with(starts_well) || reads_as_key(&word) {
        word.insert(0, '_');
    }
    word
}

/// Whether Mermaid would take the beginning for one of its keys, in whatever case.
fn reads_as_key(word: &str) -> bool {
    let Some(start) = word.get(..2) else {
        return false;
    };
    let ends = !word[2..].starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
    ends && ["pk", "fk", "uk"].contains(&start.to_ascii_lowercase().as_str())
}

fn distinct(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut free = name.clone();
    let mut pass = 1;
    while !taken.insert(free.clone()) {
        pass += 1;
        free = format!("{name}_{pass}");
    }
    free
}

fn is_column(part: &IndexPart, name: &str) -> bool {
    matches!(&part.key, IndexKey::Column(column) if column == name)
}

/// The columns of each key, constraint or index that lets no two rows be alike.
fn unique_keys(table: &Table) -> impl Iterator<Item = &[IndexPart]> {
    let uniques = table.uniques.iter().map(|unique| unique.columns.as_slice());
    let indexes = table
        .indexes
        .iter()
        .filter(|index| index.unique && index.predicate.is_none())
        .map(|index| index.parts.as_slice());
    uniques.chain(indexes)
}

/// Exactly one, or none where the child need not refer to anything.
fn parent_side(table: &Table, key: &ForeignKey) -> &'static str {
    let nullable = |name: &String| table.column(name).is_some_and(|column| column.nullable);
    if key.columns.iter().any(nullable) {
        "|o"
    } else {
        "||"
    }
}

/// At most one child where a key lies within the columns that refer, any number otherwise.
fn child_side(table: &Table, key: &ForeignKey) -> &'static str {
    let within = |parts: &[IndexPart]| {
        let of_key = |part: &IndexPart| key.columns.iter().any(|column| is_column(part, column));
        !parts.is_empty() && parts.iter().all(of_key)
    };
    let primary = table.primary_key.iter().map(|it| it.columns.as_slice());
    if primary.chain(unique_keys(table)).any(within) {
        "o|"
    } else {
        "o{"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{PrimaryKey, Unique};

    fn column(name: &str, data_type: &str, nullable: bool) -> Column {
        Column {
            name: name.to_owned(),
            data_type: data_type.to_owned(),
            nullable,
            ..Column::default()
        }
    }

    fn refers(column: &str, to: Name) -> ForeignKey {
        ForeignKey {
            columns: vec![column.to_owned()],
            references: to,
            referenced_columns: vec!["id".to_owned()],
            ..ForeignKey::default()
        }
    }

    fn key(columns: &[&str]) -> Option<PrimaryKey> {
        Some(PrimaryKey {
            columns: columns.iter().map(|it| IndexPart::column(*it)).collect(),
            ..PrimaryKey::default()
        })
    }

    #[test]
    fn keys_and_cardinality_come_from_constraints() {
        let parent = Table {
            name: Name::within("shop", "items"),
            columns: vec![
                column("id", "integer", false),
                column("price", "numeric(10,2)", true),
            ],
            primary_key: key(&["id"]),
            ..Table::default()
        };
        let child = Table {
            name: Name::new("lines"),
            columns: vec![
                column("item", "integer", false),
                column("instead", "integer", true),
                column("detail", "character varying(50)", true),
            ],
            primary_key: key(&["item", "instead"]),
            uniques: vec![Unique {
                columns: vec![IndexPart::column("detail")],
                ..Unique::default()
            }],
            foreign_keys: vec![
                refers("item", parent.name.clone()),
                refers("instead", Name::new("gone")),
                refers("detail", parent.name.clone()),
            ],
            ..Table::default()
        };
        let schema = Schema {
            tables: vec![parent, child],
            ..Schema::default()
        };
        let expected = r#"erDiagram
    "shop.items" {
        integer id PK
        numeric(10_2) price
    }
    "lines" {
        integer item PK, FK
        integer instead PK, FK
        character_varying(50) detail FK, UK
    }
    "shop.items" ||--o{ "lines" : "item"
    "gone" |o--o{ "lines" : "instead"
    "shop.items" |o--o| "lines" : "detail"
"#;
        assert_eq!(mermaid(&schema), expected);
    }

    #[test]
    fn names_that_mermaid_cannot_read_are_told_in_comments() {
        let table = Table {
            name: Name::new("Order; \"50%\\"),
            columns: vec![
                column("有 空格", "text", true),
                column("pk", "int(10) unsigned", true),
                column("1st", "enum('a','b')", true),
                column("a b", "", true),
                column("a_b", "pk", true),
            ],
            ..Table::default()
        };
        let bare = Table {
            name: Name::new("many"),
            ..Table::default()
        };
        let schema = Schema {
            tables: vec![table, bare],
            ..Schema::default()
        };
        let expected = r#"erDiagram
    "Order; '50__" {
        text 有_空格 "有 空格"
        int(10)_unsigned _pk "pk"
        enum(_a_b_) _1st "1st"
        _ a_b "a b"
        _pk a_b_2 "a_b"
    }
    "many"
"#;
        assert_eq!(mermaid(&schema), expected);
    }
}
