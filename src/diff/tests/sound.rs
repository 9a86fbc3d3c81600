//! What a server would refuse: whether a model holds together, and whether an operation can be run on it.

use crate::dialect::diff::{DiffRules, ViewHold};
use crate::diff::{held, text};
use crate::schema::{Change, Column, IndexKey, IndexPart, Name, Op, Schema, Table};

/// What does not hold together in a model.
pub(super) fn unsound(schema: &Schema, rules: &DiffRules) -> Vec<String> {
    let mut found = Vec::new();
    let mut names: Vec<&str> = schema
        .views
        .iter()
        .map(|it| it.name.name.as_str())
        .collect();
    for table in &schema.tables {
        names.push(&table.name.name);
        names.extend(
            table
                .indexes
                .iter()
                .map(|it| it.name.as_str())
                .filter(|_| !rules.late_index_drops),
        );
        in_table(schema, table, rules, &mut found);
    }
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    if names.len() != count {
        found.push("two things under one name".to_owned());
    }
    if rules.views != ViewHold::Nowhere {
        for view in &schema.views {
            for read in &view.reads {
                let column = text::names(&view.query);
                let as_table = schema
                    .table(read)
                    .is_some_and(|it| it.columns.iter().any(|it| column.contains(&it.name)));
                let as_view = schema.views.iter().any(|it| it.name == *read);
                if !as_table && !as_view {
                    found.push(format!("view {} reads what is not there", view.name));
                }
            }
        }
    }
    for trigger in &schema.triggers {
        if schema.table(&trigger.table).is_none() {
            found.push(format!("trigger {} on nothing", trigger.name));
        }
    }
    for sequence in &schema.sequences {
        if let Some((table, column)) = &sequence.owned_by
            && schema
                .table(table)
                .is_none_or(|it| it.column(column).is_none())
        {
            found.push(format!("sequence {} of nothing", sequence.name));
        }
    }
    found
}

fn in_table(schema: &Schema, table: &Table, rules: &DiffRules, found: &mut Vec<String>) {
    let mut missing = |name: &str, by: &str| {
        if table.column(name).is_none() {
            found.push(format!("{by} on {}.{name}, which is not there", table.name));
        }
    };
    let part = |part: &IndexPart| match &part.key {
        IndexKey::Column(name) => name.clone(),
        IndexKey::Expression(said) => quoted(said),
    };
    if let Some(key) = &table.primary_key {
        key.columns.iter().for_each(|it| missing(&part(it), "key"));
    }
    for unique in &table.uniques {
        unique
            .columns
            .iter()
            .for_each(|it| missing(&part(it), "unique"));
    }
    for index in &table.indexes {
        index
            .parts
            .iter()
            .for_each(|it| missing(&part(it), &index.name));
        index
            .predicate
            .iter()
            .for_each(|it| missing(&quoted(it), &index.name));
    }
    for check in &table.checks {
        missing(&quoted(&check.expression), "check");
    }
    for column in &table.columns {
        if let Some(generated) = &column.generated {
            missing(&quoted(&generated.expression), "generated");
        }
    }
    for key in &table.foreign_keys {
        key.columns.iter().for_each(|it| missing(it, "foreign key"));
    }
    for column in table.columns.iter().filter(|it| it.data_type == "mood") {
        let kind = schema.enums.iter().find(|it| it.name.name == "mood");
        let value = column.default.as_deref().map(|it| {
            it.trim_start_matches('\'')
                .trim_end_matches("'::mood")
                .replace("''", "'")
        });
        if kind.is_none_or(|kind| value.is_some_and(|value| !kind.values.contains(&value))) {
            found.push(format!(
                "{}.{} has no such type or value",
                table.name, column.name
            ));
        }
    }
    if !rules.late_foreign_keys {
        return;
    }
    for key in &table.foreign_keys {
        let keyed = schema.table(&key.references).is_some_and(|target| {
            let columns = |parts: &[IndexPart]| {
                parts.iter().map(part).collect::<Vec<_>>() == key.referenced_columns
            };
            target.primary_key.iter().any(|it| columns(&it.columns))
        });
        if !keyed {
            found.push(format!(
                "{} refers to no key of {}",
                table.name, key.references
            ));
        }
    }
}

/// The only quoted name of one of the models' expressions.
fn quoted(said: &str) -> String {
    said.split('"').nth(1).unwrap_or_default().to_owned()
}

/// Why a server would not run an operation on a model that holds together.
pub(super) fn refused(op: &Op, before: &Schema, rules: &DiffRules) -> Option<String> {
    let views = |table: &Name, column: Option<&str>| {
        rules.views == ViewHold::Columns
            && before.views.iter().any(|view| {
                view.reads.contains(table)
                    && column.is_none_or(|it| text::names(&view.query).contains(it))
            })
    };
    match op {
        Op::Table(change) => {
            let Change::Drop(table) = &**change else {
                return None;
            };
            let referred = before
                .tables
                .iter()
                .filter(|it| it.name != table.name)
                .any(|it| {
                    it.foreign_keys
                        .iter()
                        .any(|key| key.references == table.name)
                });
            let owned = before
                .sequences
                .iter()
                .any(|it| it.owned_by.as_ref().is_some_and(|by| by.0 == table.name));
            let held = referred && rules.late_foreign_keys || owned || views(&table.name, None);
            held.then(|| format!("{} is held", table.name))
        }
        Op::View(Change::Drop(view)) => {
            views(&view.name, None).then(|| format!("view {} is read", view.name))
        }
        Op::View(Change::Alter { from, to }) if from.query != to.query => {
            views(&from.name, None).then(|| format!("view {} is read", from.name))
        }
        Op::Column { table, change, .. } => {
            let (Change::Drop(from) | Change::Alter { from, .. }) = &**change else {
                return None;
            };
            let gone = match &**change {
                Change::Alter { to, .. } => is_other(from, to),
                _ => true,
            };
            (gone
                && column_held(
                    table,
                    from,
                    change,
                    before,
                    rules,
                    views(table, Some(&from.name)),
                ))
            .then(|| format!("{table}.{} is held", from.name))
        }
        Op::Enum(Change::Alter { from, to }) if !held::only_grows(from, to) => {
            let of_kind = before.tables.iter().any(|table| {
                let columns = table
                    .columns
                    .iter()
                    .filter(|it| it.data_type == from.name.name);
                columns
                    .into_iter()
                    .any(|it| views(&table.name, Some(&it.name)))
            });
            of_kind.then(|| "a view reads the enum".to_owned())
        }
        Op::Enum(Change::Drop(it)) => {
            let mut columns = before.tables.iter().flat_map(|it| &it.columns);
            columns
                .any(|column| column.data_type == it.name.name)
                .then(|| "enum in use".to_owned())
        }
        _ => None,
    }
}

fn is_other(from: &Column, to: &Column) -> bool {
    from.data_type != to.data_type || from.generated != to.generated
}

fn column_held(
    table: &Name,
    column: &Column,
    change: &Change<Column>,
    before: &Schema,
    rules: &DiffRules,
    viewed: bool,
) -> bool {
    let found = before.table(table);
    let read = found.is_some_and(|it| {
        let mut generated = it.columns.iter().filter_map(|it| it.generated.as_ref());
        matches!(change, Change::Alter { to, .. } if (rules.generated_hold)(&column.data_type, &to.data_type))
            && generated.any(|it| quoted(&it.expression) == column.name)
    });
    let keyed = match change {
        Change::Alter { to, .. } => (rules.foreign_keys_hold)(&column.data_type, &to.data_type),
        _ => false,
    } && before.tables.iter().any(|it| {
        it.foreign_keys.iter().any(|key| {
            it.name == *table && key.columns.contains(&column.name)
                || key.references == *table && key.referenced_columns.contains(&column.name)
        })
    });
    let owned = matches!(change, Change::Drop(_))
        && before.sequences.iter().any(|it| {
            it.owned_by
                .as_ref()
                .is_some_and(|by| by.0 == *table && by.1 == column.name)
        });
    let fired = rules.views == ViewHold::Columns
        && before
            .triggers
            .iter()
            .any(|it| it.table == *table && text::mentions(&it.definition, &column.name));
    viewed || read || keyed || owned || fired
}
