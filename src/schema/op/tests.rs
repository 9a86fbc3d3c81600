use proptest::prelude::*;

use super::{ApplyError, Change, Op, Place};
use crate::schema::{
    Check, Column, EnumType, ForeignKey, Index, IndexPart, Name, PrimaryKey, Schema, Sequence,
    Table, Trigger, Unique, View,
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("a"),
        Just("b"),
        Just("学生"),
        Just("x\"y"),
        Just("select")
    ]
    .prop_map(str::to_owned)
}

fn name() -> impl Strategy<Value = Name> {
    (prop::option::of(text()), text()).prop_map(|(namespace, name)| Name { namespace, name })
}

fn change<T: Clone + std::fmt::Debug + 'static>(
    object: impl Strategy<Value = T> + Clone + 'static,
) -> BoxedStrategy<Change<T>> {
    prop_oneof![
        object.clone().prop_map(Change::Add),
        object.clone().prop_map(Change::Drop),
        (object.clone(), object).prop_map(|(from, to)| Change::Alter { from, to }),
    ]
    .boxed()
}

fn column() -> BoxedStrategy<Column> {
    (
        text(),
        prop_oneof![Just("integer"), Just("text")],
        any::<bool>(),
        prop::option::of(text()),
    )
        .prop_map(|(name, data_type, nullable, default)| Column {
            name,
            data_type: data_type.to_owned(),
            nullable,
            default,
            ..Column::default()
        })
        .boxed()
}

fn table() -> BoxedStrategy<Table> {
    (name(), prop::collection::vec(column(), 0..3))
        .prop_map(|(name, columns)| Table {
            name,
            columns,
            ..Table::default()
        })
        .boxed()
}

fn place() -> impl Strategy<Value = Place> {
    prop_oneof![
        Just(Place::First),
        Just(Place::Last),
        text().prop_map(Place::After)
    ]
}

fn op() -> impl Strategy<Value = Op> {
    let parts = prop::collection::vec(text().prop_map(IndexPart::column), 1..3).boxed();
    let foreign_key = (text(), name()).prop_map(|(column, references)| ForeignKey {
        columns: vec![column],
        references,
        ..ForeignKey::default()
    });
    let types = (name(), prop::collection::vec(text(), 0..3)).prop_map(|(name, values)| EnumType {
        name,
        values,
        comment: None,
    });
    prop_oneof![
        change(text().boxed()).prop_map(Op::Namespace),
        change(types.boxed()).prop_map(Op::Enum),
        change(table()).prop_map(|change| Op::Table(Box::new(change))),
        (name(), name()).prop_map(|(from, to)| Op::RenameTable { from, to }),
        (name(), text(), text()).prop_map(|(table, from, to)| Op::RenameColumn { table, from, to }),
        (name(), text(), text()).prop_map(|(table, from, to)| Op::RenameIndex { table, from, to }),
        (name(), text(), text()).prop_map(|(table, from, to)| Op::RenameConstraint {
            table,
            from,
            to
        }),
        (name(), prop::option::of(text()), prop::option::of(text()))
            .prop_map(|(table, from, to)| Op::TableComment { table, from, to }),
        (name(), place(), change(column())).prop_map(|(table, place, change)| Op::Column {
            table,
            place,
            change: Box::new(change),
        }),
        (
            name(),
            change(
                parts
                    .clone()
                    .prop_map(|columns| PrimaryKey {
                        columns,
                        ..PrimaryKey::default()
                    })
                    .boxed()
            )
        )
            .prop_map(|(table, change)| Op::PrimaryKey { table, change }),
        (
            name(),
            change(
                parts
                    .clone()
                    .prop_map(|columns| Unique {
                        columns,
                        ..Unique::default()
                    })
                    .boxed()
            )
        )
            .prop_map(|(table, change)| Op::Unique { table, change }),
        (
            name(),
            change(
                (text(), parts)
                    .prop_map(|(name, parts)| Index {
                        name,
                        parts,
                        ..Index::default()
                    })
                    .boxed()
            )
        )
            .prop_map(|(table, change)| Op::Index { table, change }),
        (name(), change(foreign_key.boxed()))
            .prop_map(|(table, change)| Op::ForeignKey { table, change }),
        (
            name(),
            change(
                text()
                    .prop_map(|expression| Check {
                        expression,
                        ..Check::default()
                    })
                    .boxed()
            )
        )
            .prop_map(|(table, change)| Op::Check { table, change }),
        change(
            name()
                .prop_map(|name| View {
                    name,
                    ..View::default()
                })
                .boxed()
        )
        .prop_map(Op::View),
        change(
            (text(), name())
                .prop_map(|(name, table)| Trigger {
                    name,
                    table,
                    ..Trigger::default()
                })
                .boxed()
        )
        .prop_map(Op::Trigger),
        change(
            name()
                .prop_map(|name| Sequence {
                    name,
                    ..Sequence::default()
                })
                .boxed()
        )
        .prop_map(Op::Sequence),
    ]
}

/// A small schema in which most of the random operations find something to change.
fn schema() -> impl Strategy<Value = Schema> {
    prop::collection::vec(op(), 0..40).prop_map(|ops| {
        let mut schema = Schema::default();
        for op in ops {
            drop(op.apply(&mut schema));
        }
        schema
    })
}

proptest! {
    #[test]
    fn the_inverse_of_the_inverse_is_the_operation(op in op()) {
        prop_assert_eq!(op.inverse().inverse(), op);
    }

    #[test]
    fn what_does_not_fit_leaves_the_schema_as_it_was(schema in schema(), op in op()) {
        let mut after = schema.clone();
        if op.apply(&mut after).is_err() {
            prop_assert_eq!(after, schema);
        }
    }

    #[test]
    fn adding_and_taking_back_leaves_no_trace(schema in schema(), op in op()) {
        let mut after = schema.clone();
        if is_add(&op) && op.apply(&mut after).is_ok() {
            prop_assert_eq!(op.inverse().apply(&mut after), Ok(()));
            prop_assert_eq!(after, schema);
        }
    }
}

fn is_add(op: &Op) -> bool {
    match op {
        Op::Table(change) => matches!(&**change, Change::Add(_)),
        Op::Column { change, .. } => matches!(&**change, Change::Add(_)),
        Op::Index { change, .. } => matches!(change, Change::Add(_)),
        Op::View(change) => matches!(change, Change::Add(_)),
        Op::Enum(change) => matches!(change, Change::Add(_)),
        _ => false,
    }
}

fn students() -> Schema {
    let column = |name: &str| Column {
        name: name.to_owned(),
        data_type: "integer".to_owned(),
        ..Column::default()
    };
    Schema {
        tables: vec![Table {
            name: Name::new("students"),
            columns: vec![column("id"), column("phone"), column("name")],
            indexes: vec![Index {
                name: "by_phone".to_owned(),
                parts: vec![IndexPart::column("phone")],
                ..Index::default()
            }],
            ..Table::default()
        }],
        ..Schema::default()
    }
}

#[test]
fn a_dropped_column_comes_back_in_its_place() {
    let before = students();
    let op = Op::Column {
        table: Name::new("students"),
        place: Place::After("id".to_owned()),
        change: Box::new(Change::Drop(before.tables[0].columns[1].clone())),
    };
    assert_eq!(op.describe(), "drop column students.phone");
    assert_eq!(op.destroys().as_deref(), Some("column students.phone"));
    assert_eq!(op.inverse().destroys(), None);

    let mut schema = before.clone();
    op.apply(&mut schema).unwrap();
    assert_eq!(schema.tables[0].columns.len(), 2);
    op.inverse().apply(&mut schema).unwrap();
    assert_eq!(schema, before);
}

#[test]
fn a_renamed_column_keeps_its_indexes() {
    let mut schema = students();
    let op = Op::RenameColumn {
        table: Name::new("students"),
        from: "phone".to_owned(),
        to: "mobile".to_owned(),
    };
    op.apply(&mut schema).unwrap();
    assert_eq!(
        schema.tables[0].indexes[0].parts,
        [IndexPart::column("mobile")]
    );
    op.inverse().apply(&mut schema).unwrap();
    assert_eq!(schema, students());
}

#[test]
fn what_is_not_there_cannot_be_dropped() {
    let op = Op::Table(Box::new(Change::Drop(Table {
        name: Name::new("teachers"),
        ..Table::default()
    })));
    assert_eq!(
        op.apply(&mut students()),
        Err(ApplyError::Missing {
            op: "drop table teachers".to_owned()
        })
    );
}
