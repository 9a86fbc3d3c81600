//! From the catalog's rows to the model: pure.

use std::collections::{HashMap, HashSet};

use super::place::Place;
use super::relation::Numbers;
use super::{Rows, names, relation, text, types};
use crate::dialect::catalog::sort;
use crate::dialect::{CatalogError, Dialect, Scope};
use crate::schema::{Column, Identity, Name, ObjectText, Schema, Table, View};

/// What is being put together, with the server's object numbers still at hand.
#[derive(Default)]
struct Assembly<'r> {
    tables: HashMap<&'r str, Table>,
    views: HashMap<&'r str, View>,
    /// The columns of row types.
    row_types: HashMap<&'r str, Vec<Column>>,
    numbers: HashMap<&'r str, Numbers>,
    schema: Schema,
}

/// Puts the answers together.
///
/// # Errors
/// `Unexpected` where an answer is not as documented.
pub(super) fn assemble(rows: &Rows, place: &Place, scope: &Scope) -> Result<Schema, CatalogError> {
    let mut assembly = Assembly::default();
    assembly.namespaces(place);
    assembly.relations(rows, place, scope)?;
    assembly.columns(rows)?;
    assembly.sequences(rows, place);
    assembly.types(rows, place)?;
    assembly.constraints(rows, place)?;
    for row in &rows.reads {
        if let Some(view) = assembly.views.get_mut(row.text_or_empty(0)) {
            view.reads
                .push(place.name(row.text_or_empty(1), row.text_or_empty(2)));
        }
    }
    let mut schema = assembly.schema;
    schema.tables = assembly.tables.into_values().collect();
    schema.views = assembly.views.into_values().collect();
    let relations: HashSet<Name> = schema
        .tables
        .iter()
        .map(|table| table.name.clone())
        .chain(schema.views.iter().map(|view| view.name.clone()))
        .collect();
    for row in &rows.texts {
        text::take(row, place, scope, &relations, &mut schema)?;
    }
    let strangers = rows.strangers.iter().filter_map(|row| row.text(0));
    schema.not_understood.extend(strangers.map(str::to_owned));
    order_partitions(&mut schema);
    sort(&mut schema);
    Ok(schema)
}

impl<'r> Assembly<'r> {
    fn namespaces(&mut self, place: &Place) {
        self.schema.extensions = place.extensions.clone();
        for namespace in &place.namespaces {
            // `public` is in every new database.
            if place.default.as_ref() != Some(&namespace.name) && namespace.name != "public" {
                self.schema.namespaces.push(namespace.name.clone());
            }
            if let Some(comment) = &namespace.comment
                && !comment.eq_ignore_ascii_case("standard public schema")
            {
                self.schema.others.push(ObjectText {
                    kind: "comment".to_owned(),
                    name: Name::new(format!("schema {}", namespace.name)),
                    definition: format!(
                        "COMMENT ON SCHEMA {} IS {}",
                        Dialect::Postgres.quote(&namespace.name),
                        Dialect::Postgres.literal(comment)
                    ),
                    ..ObjectText::default()
                });
            }
        }
    }

    fn relations(
        &mut self,
        rows: &'r Rows,
        place: &Place,
        scope: &Scope,
    ) -> Result<(), CatalogError> {
        for row in &rows.relations {
            let oid = row.text_or_empty(0);
            if matches!(row.text(3), Some("v" | "m")) {
                let view = relation::view(row, place)?;
                if !scope.excludes(&view.name) {
                    self.views.insert(oid, view);
                }
            } else {
                let table = relation::table(row, place)?;
                if !scope.excludes(&table.name) {
                    self.tables.insert(oid, table);
                }
            }
        }
        Ok(())
    }

    fn columns(&mut self, rows: &'r Rows) -> Result<(), CatalogError> {
        for row in &rows.columns {
            let oid = row.text_or_empty(0);
            let column = relation::column(row)?;
            self.numbers
                .entry(oid)
                .or_default()
                .push((row.integer(1).unwrap_or_default(), column.name.clone()));
            if let Some(table) = self.tables.get_mut(oid) {
                table.columns.push(column);
            } else if let Some(view) = self.views.get_mut(oid) {
                if let Some(default) = column.default {
                    self.schema.not_understood.push(format!(
                        "default {default} of column {} of view {}",
                        column.name, view.name
                    ));
                }
                if let Some(comment) = column.comment {
                    view.column_comments.push((column.name, comment));
                }
            } else {
                self.row_types.entry(oid).or_default().push(column);
            }
        }
        for table in self.tables.values_mut() {
            // A partition that was attached calls its columns its own, one that was made as one does not.
            let of_type = table.options.iter().any(|option| option.starts_with("OF "));
            if table.partition_of.is_some() || of_type {
                for column in &mut table.columns {
                    column.inherited = true;
                }
            }
        }
        Ok(())
    }

    fn sequences(&mut self, rows: &'r Rows, place: &Place) {
        for row in &rows.sequences {
            let mut found = types::sequence(row, place);
            let Some((table_oid, number)) = &found.owner else {
                if found.unlogged {
                    self.schema
                        .not_understood
                        .push(format!("that sequence {} is unlogged", found.sequence.name));
                }
                self.schema.sequences.push(found.sequence);
                continue;
            };
            // Of a table that is left out, or an extension's.
            let Some(table) = self.tables.get_mut(table_oid.as_str()) else {
                continue;
            };
            let Some(at) = self
                .numbers
                .get(table_oid.as_str())
                .and_then(|numbers| numbers.iter().position(|(n, _)| n == number))
            else {
                continue;
            };
            let column = &mut table.columns[at];
            if found.of_identity {
                if let Some(Identity::Generated { options, .. }) = &mut column.identity {
                    *options = (!found.unusual.is_empty()).then(|| found.unusual.join(" "));
                }
            } else if column.default.as_deref() == Some(&found.serial_default)
                && found.unusual.is_empty()
                && found.sequence.comment.is_none()
                && matches!(column.data_type.as_str(), "smallint" | "integer" | "bigint")
            {
                column.default = None;
                column.identity = Some(Identity::Serial {
                    sequence: found.sequence.name,
                });
            } else {
                found.sequence.owned_by = Some((table.name.clone(), column.name.clone()));
                self.schema.sequences.push(found.sequence);
            }
        }
    }

    fn types(&mut self, rows: &'r Rows, place: &Place) -> Result<(), CatalogError> {
        let mut domains = HashMap::new();
        for row in &rows.types {
            match row.text_or_empty(3) {
                "e" => self.schema.enums.push(types::enum_type(row, place)?),
                "d" => {
                    domains.insert(row.text_or_empty(0), types::domain(row, place));
                }
                "r" => self.schema.others.push(types::range(row, place)?),
                _ => {
                    let columns = self.row_types.remove(row.text_or_empty(9));
                    let columns = columns.unwrap_or_default();
                    let text = types::row_type(row, place, &columns);
                    for column in columns {
                        if let Some(comment) = column.comment {
                            let on = format!(
                                "{}.{}",
                                Dialect::Postgres.quote_name(&text.name),
                                Dialect::Postgres.quote(&column.name)
                            );
                            self.schema.others.push(column_comment(&on, &comment));
                        }
                    }
                    self.schema.others.push(text);
                }
            }
        }
        for row in rows
            .constraints
            .iter()
            .filter(|row| row.text(3) == Some("c"))
        {
            if let Some(domain) = domains.get_mut(row.text_or_empty(1)) {
                let mut expression = row.text_or_empty(10).to_owned();
                if !row.truth(4) {
                    expression.push_str(" NOT VALID");
                }
                domain
                    .checks
                    .push((row.text_or_empty(2).to_owned(), expression));
            }
        }
        let mut domains: Vec<_> = domains.into_values().collect();
        for domain in &mut domains {
            domain.checks.sort();
        }
        self.schema.domains = domains;
        Ok(())
    }

    fn constraints(&mut self, rows: &'r Rows, place: &Place) -> Result<(), CatalogError> {
        let indexes = relation::indexes_by_oid(rows);
        let classes = relation::operator_classes(rows);
        let mut implied = HashSet::new();
        for row in &rows.constraints {
            let kind = row.text_or_empty(3);
            if matches!(kind, "p" | "u" | "x") {
                implied.insert(row.text_or_empty(9));
            }
            let oid = row.text_or_empty(0);
            let Some(table) = self.tables.get_mut(oid).filter(|_| !row.truth(8)) else {
                continue;
            };
            let own_index = || -> Result<_, CatalogError> {
                let found = indexes.get(row.text_or_empty(9)).zip(self.numbers.get(oid));
                found
                    .map(|(index, numbers)| relation::index(index, numbers, &classes))
                    .transpose()
            };
            match kind {
                "c" => table.checks.push(relation::check(row)),
                "n" => {
                    if !row.truth(4) || row.truth(7) {
                        let columns = names("constraints", row, 12)?.join(", ");
                        self.schema.not_understood.push(format!(
                            "that NOT NULL of {columns} of table {} is not valid or not inherited",
                            table.name
                        ));
                    }
                }
                "x" => table.other_constraints.push(relation::constraint_text(row)),
                _ if row.truth(21) => table.other_constraints.push(relation::constraint_text(row)),
                "f" => table.foreign_keys.push(relation::foreign_key(row, place)?),
                "p" => {
                    table.primary_key = own_index()?.map(|index| relation::primary_key(row, index));
                }
                _ => table
                    .uniques
                    .extend(own_index()?.map(|index| relation::unique(row, index))),
            }
        }
        for row in &rows.indexes {
            let oid = row.text_or_empty(1);
            if implied.contains(row.text_or_empty(0)) {
                continue;
            }
            let list = match (self.tables.get_mut(oid), self.views.get_mut(oid)) {
                (Some(table), _) => &mut table.indexes,
                (_, Some(view)) => &mut view.indexes,
                _ => continue,
            };
            let Some(numbers) = self.numbers.get(oid) else {
                continue;
            };
            let index = relation::index(row, numbers, &classes)?;
            if row.truth(17) {
                self.schema
                    .not_understood
                    .push(format!("the statistics targets of index {}", index.name));
            }
            list.push(index);
        }
        Ok(())
    }
}

fn column_comment(column: &str, comment: &str) -> ObjectText {
    ObjectText {
        kind: "comment".to_owned(),
        name: Name::new(format!("column {column}")),
        definition: format!(
            "COMMENT ON COLUMN {column} IS {}",
            Dialect::Postgres.literal(comment)
        ),
        ..ObjectText::default()
    }
}

/// Gives partitions their columns in the order of the whole: an attached one may have had another, which
/// nothing can ask for again and which nothing depends on.
fn order_partitions(schema: &mut Schema) {
    let parents: HashMap<Name, Name> = schema
        .tables
        .iter()
        .filter_map(|table| Some((table.name.clone(), table.partition_of.clone()?.parent)))
        .collect();
    let orders: HashMap<Name, HashMap<String, usize>> = schema
        .tables
        .iter()
        .filter(|table| table.partitioning.is_some())
        .map(|table| {
            let order = table.columns.iter().enumerate();
            let order = order.map(|(at, column)| (column.name.clone(), at));
            (table.name.clone(), order.collect())
        })
        .collect();
    for table in &mut schema.tables {
        let mut whole = &table.name;
        while let Some(parent) = parents.get(whole) {
            whole = parent;
        }
        if *whole != table.name
            && let Some(order) = orders.get(whole)
        {
            table
                .columns
                .sort_by_key(|column| order.get(&column.name).copied());
        }
    }
}
