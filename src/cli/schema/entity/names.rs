//! What tables, columns and enums are called in Rust: each a valid name, no two alike.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};
use sea_orm::sea_query::ColumnType;

use crate::dialect::Dialect;
use crate::dialect::entities::entity_column;
use crate::schema::{Name, Schema};

/// An enum of the database as one of Rust.
#[derive(Debug)]
pub(super) struct EnumNames {
    pub ident: String,
    /// Variant and value.
    pub variants: Vec<(String, String)>,
}

#[derive(Debug, Default)]
pub(super) struct Names {
    modules: HashMap<Name, String>,
    fields: HashMap<Name, HashMap<String, String>>,
    /// By the name that the database knows.
    pub enums: BTreeMap<String, EnumNames>,
}

/// Files that are no table's.
const TAKEN: [&str; 6] = [
    "mod",
    "lib",
    "main",
    "prelude",
    "registry",
    "sea_orm_active_enums",
];

impl Names {
    pub fn of(dialect: Dialect, schema: &Schema) -> Names {
        let mut names = Names::default();
        let mut modules: BTreeSet<String> =
            TAKEN.iter().map(|it| it.to_upper_camel_case()).collect();
        let mut enums = BTreeSet::new();
        for table in &schema.tables {
            let words = match &table.name.namespace {
                Some(namespace) => format!("{namespace}_{}", table.name.name),
                None => table.name.name.clone(),
            };
            // A module with a file of its own has a name in ASCII.
            let module = ident(&deunicode::deunicode(&words), "table", &mut modules);
            names.modules.insert(table.name.clone(), module);
            let mut taken = BTreeSet::new();
            let mut fields = HashMap::new();
            for column in &table.columns {
                let field = ident(&column.name, "column", &mut taken);
                fields.insert(column.name.clone(), field);
                let kind = entity_column(dialect, schema, table, column).kind;
                names.keep_enum(&kind, &mut enums);
            }
            names.fields.insert(table.name.clone(), fields);
        }
        names
    }

    fn keep_enum(&mut self, kind: &ColumnType, taken: &mut BTreeSet<String>) {
        let kind = match kind {
            ColumnType::Array(element) => element,
            kind => kind,
        };
        let ColumnType::Enum { name, variants } = kind else {
            return;
        };
        let name = name.to_string();
        if self.enums.contains_key(&name) {
            return;
        }
        let mut used = BTreeSet::new();
        let variants = variants
            .iter()
            .map(|value| {
                let value = value.to_string();
                (
                    ident(&value, "value", &mut used).to_upper_camel_case(),
                    value,
                )
            })
            .collect();
        let ident = ident(&name, "enum", taken).to_upper_camel_case();
        self.enums.insert(name, EnumNames { ident, variants });
    }

    pub fn module(&self, table: &Name) -> &str {
        self.modules.get(table).map_or("", String::as_str)
    }

    pub fn field<'a>(&'a self, table: &Name, column: &'a str) -> &'a str {
        let fields = self.fields.get(table);
        fields
            .and_then(|fields| fields.get(column))
            .map_or(column, String::as_str)
    }
}

/// A name in snake case that is no other's in camel case either.
fn ident(text: &str, what: &str, taken: &mut BTreeSet<String>) -> String {
    let kept: String = text
        .to_snake_case()
        .chars()
        .filter(|next| syn::parse_str::<syn::Ident>(&format!("x{next}")).is_ok())
        .collect();
    let mut word = kept.trim_matches('_').to_owned();
    let starts = word
        .chars()
        .next()
        .is_some_and(|first| syn::parse_str::<syn::Ident>(&format!("{first}x")).is_ok());
    if !starts {
        word = format!("{what}_{word}").trim_end_matches('_').to_owned();
    }
    // These cannot be written `r#…` either.
    if ["self", "super", "crate"].contains(&word.as_str()) {
        word = format!("{word}_{what}");
    }
    let mut free = word.clone();
    let mut pass = 1;
    while !taken.insert(free.to_upper_camel_case()) {
        pass += 1;
        free = format!("{word}_{what}{pass}");
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_can_be_written_in_rust_once() {
        let mut taken = BTreeSet::new();
        for (given, expected) in [
            ("student_id", "student_id"),
            ("StudentName", "student_name"),
            ("a b", "a_b"),
            ("a_b", "a_b_column2"),
            ("1st", "column_1st"),
            ("", "column"),
            ("有 空格", "有_空格"),
            ("type", "type"),
            ("self", "self_column"),
            ("x²; \"y\"", "x_y"),
        ] {
            let found = ident(given, "column", &mut taken);
            assert_eq!(found, expected, "{given}");
        }
    }
}
