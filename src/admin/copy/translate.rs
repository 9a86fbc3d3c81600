//! The tables of one database as another would make them, for a source whose history is not known.

use super::CopyError;
use super::apart::tell_apart;
use super::plan::meant;
use crate::dialect::Dialect;
use crate::dialect::rows::{Kind, RowTable, RowsError};
use crate::schema::{
    Column, Index, IndexKey, IndexPart, Name, PrimaryKey, Schema, SortOrder, Table,
};

/// A schema for the target, and what of the source's it has not.
#[derive(Clone, Debug, Default)]
pub struct Translated {
    pub schema: Schema,
    pub left_out: Vec<String>,
}

/// Columns with their types, keys, plain indexes and foreign keys, and defaults that are literals. `here` is what the
/// target has.
///
/// # Errors
/// A column whose type the target has nothing for.
pub fn translate(
    from: Dialect,
    source: &Schema,
    (to, here): (Dialect, &Schema),
    only: &[String],
) -> Result<Translated, CopyError> {
    let mut made = Translated::default();
    for table in meant(source, only) {
        let table = self::table(from, source, table, to, &mut made.left_out)?;
        made.schema.tables.push(table);
    }
    let names: Vec<Name> = made
        .schema
        .tables
        .iter()
        .map(|it| it.name.clone())
        .collect();
    for table in &mut made.schema.tables {
        table
            .foreign_keys
            .retain(|key| names.contains(&key.references));
    }
    tell_apart(to, &mut made.schema, here);
    for view in &source.views {
        made.left_out.push(format!("view {}", view.name));
    }
    for trigger in &source.triggers {
        made.left_out.push(format!("trigger {}", trigger.name));
    }
    Ok(made)
}

fn table(
    from: Dialect,
    source: &Schema,
    table: &Table,
    to: Dialect,
    left_out: &mut Vec<String>,
) -> Result<Table, CopyError> {
    let rows = RowTable::of(from, source, table);
    let bare = |name: &Name| Name::new(name.name.clone());
    let key: Vec<String> = table
        .primary_key
        .iter()
        .flat_map(|key| key.columns.iter().filter_map(plain))
        .collect();
    let indexed = keyed(table);
    let mut columns = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        let Some(at) = rows.position(&column.name) else {
            left_out.push(format!(
                "{}.{}, which is generated",
                table.name, column.name
            ));
            continue;
        };
        let kind = &rows.columns[at].kind;
        let data_type = to.type_of(kind, indexed.contains(&column.name));
        let data_type = data_type.ok_or_else(|| RowsError::Column {
            table: table.name.to_string(),
            column: column.name.clone(),
            reason: format!("{} has no type for {}", to.title(), kind.title()),
        })?;
        let alone = key.len() == 1 && key[0] == column.name;
        let numbers = alone
            && matches!(kind, Kind::Int { .. })
            && (column.identity.is_some() || from.numbers_by_key());
        let default = column
            .default
            .as_deref()
            .filter(|_| column.identity.is_none());
        let literal = default.and_then(|default| literal(default, kind, to));
        if default.is_some() && literal.is_none() {
            left_out.push(format!("the default of {}.{}", table.name, column.name));
        }
        columns.push(Column {
            name: column.name.clone(),
            collation: to.exact_collation(kind).map(str::to_owned),
            data_type: match numbers {
                true => to.numbered_type(data_type),
                false => data_type,
            },
            nullable: column.nullable && !key.contains(&column.name),
            default: literal,
            identity: numbers.then(|| to.numbering()),
            ..Column::default()
        });
    }
    for check in &table.checks {
        let name = check.name.as_deref().unwrap_or(&check.expression);
        left_out.push(format!("check {name} of {}", table.name));
    }
    let mut indexes: Vec<Index> = Vec::new();
    let uniques = table
        .uniques
        .iter()
        .map(|unique| (unique.name.as_deref(), true, &unique.columns));
    let plain_ones = table.indexes.iter().filter_map(|index| {
        let is_plain = index.predicate.is_none() && index.method.is_none();
        is_plain.then_some((Some(index.name.as_str()), index.unique, &index.parts))
    });
    for (name, unique, parts) in uniques.chain(plain_ones) {
        let named: Option<Vec<String>> = parts.iter().map(plain).collect();
        let Some(named) = named else { continue };
        let made = format!("{}_{}_idx", table.name.name, named.join("_"));
        indexes.push(Index {
            name: name.map_or(made, str::to_owned),
            unique,
            parts: named.iter().map(IndexPart::column).collect(),
            valid: true,
            ..Index::default()
        });
    }
    for index in &table.indexes {
        if !indexes.iter().any(|made| made.name == index.name) {
            left_out.push(format!("index {}", index.name));
        }
    }
    let mut foreign_keys = table.foreign_keys.clone();
    for foreign in &mut foreign_keys {
        foreign.references = bare(&foreign.references);
        foreign.deferrable = None;
        foreign.comment = None;
        foreign.on_delete_columns.clear();
    }
    Ok(Table {
        name: bare(&table.name),
        columns,
        primary_key: (!key.is_empty()).then(|| PrimaryKey {
            columns: key.iter().map(IndexPart::column).collect(),
            ..PrimaryKey::default()
        }),
        indexes,
        foreign_keys,
        ..Table::default()
    })
}

/// The column, where the part is no more than that.
fn plain(part: &IndexPart) -> Option<String> {
    match &part.key {
        IndexKey::Column(name) if part.order == SortOrder::Ascending => Some(name.clone()),
        _ => None,
    }
}

/// The columns that some key or index is on.
fn keyed(table: &Table) -> Vec<String> {
    let primary = table.primary_key.iter().flat_map(|key| &key.columns);
    let uniques = table.uniques.iter().flat_map(|unique| &unique.columns);
    let indexes = table.indexes.iter().flat_map(|index| &index.parts);
    let foreign = table
        .foreign_keys
        .iter()
        .flat_map(|key| key.columns.clone());
    primary
        .chain(uniques)
        .chain(indexes)
        .filter_map(plain)
        .chain(foreign)
        .collect()
}

/// A default that is a number, a text or a truth in every dialect.
fn literal(default: &str, kind: &Kind, to: Dialect) -> Option<String> {
    // PostgreSQL: 'pending'::character varying
    let bare = default.split("::").next().unwrap_or_default().trim();
    let word = bare.to_ascii_lowercase();
    let is_number = !bare.is_empty() && bare.parse::<f64>().is_ok() && !word.contains(['n', 'x']);
    match kind {
        Kind::Bool => match word.as_str() {
            "true" | "1" | "'t'" => Some(to.truth(true).to_owned()),
            "false" | "0" | "'f'" => Some(to.truth(false).to_owned()),
            _ => None,
        },
        Kind::Int { .. } | Kind::Decimal { .. } | Kind::Float4 | Kind::Float8 => {
            is_number.then(|| bare.to_owned())
        }
        Kind::Text { .. } => {
            let inside = bare.strip_prefix('\'')?.strip_suffix('\'')?;
            let is_plain = !inside.replace("''", "").contains(['\'', '\\']);
            is_plain.then(|| to.literal(&inside.replace("''", "'")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_carried_where_every_database_means_the_same() {
        let text = Kind::Text {
            limit: None,
            fixed: false,
        };
        let to = Dialect::Mysql;
        let made = literal("'pending'::character varying", &text, to);
        assert_eq!(made.as_deref(), Some("'pending'"));
        assert_eq!(literal("0", &Kind::Float8, to).as_deref(), Some("0"));
        assert_eq!(literal("true", &Kind::Bool, to).as_deref(), Some("1"));
        assert_eq!(literal("now()", &text, to), None);
        assert_eq!(literal("nan", &Kind::Float8, to), None);
    }
}
