//! Every kind of change run on the servers: the database is then what the model says, and the inverse gives
//! back what was there.

mod mariadb;
mod postgres;
mod sqlite;

use piton::dialect::{Scope, Session, ddl, introspect};
use piton::schema::{Change, Check, Column, Index, IndexPart, Name, Op, Place, Schema};

fn of(table: &str, change: Change<Column>) -> Op {
    Op::Column {
        table: Name::new(table),
        place: Place::Last,
        change: Box::new(change),
    }
}

fn named(name: &str, data_type: &str) -> Column {
    Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable: true,
        ..Column::default()
    }
}

/// A change of a column of the base, as `make` says.
fn altered(base: &Schema, table: &str, column: &str, make: impl Fn(&mut Column)) -> Op {
    let from = base
        .table(&Name::new(table))
        .unwrap()
        .column(column)
        .unwrap()
        .clone();
    let mut to = from.clone();
    make(&mut to);
    of(table, Change::Alter { from, to })
}

fn index(name: &str, column: &str) -> Index {
    Index {
        name: name.to_owned(),
        parts: vec![IndexPart::column(column)],
        valid: true,
        ..Index::default()
    }
}

fn check(name: &str, expression: &str) -> Check {
    Check {
        name: Some(name.to_owned()),
        expression: expression.to_owned(),
        ..Check::default()
    }
}

/// Runs each list of changes on the database, compares, takes it back and compares again.
async fn there_and_back(session: &mut Session, base: &Schema, cases: Vec<Vec<Op>>) {
    for ops in cases {
        let mut expected = base.clone();
        ops.iter().for_each(|op| op.apply(&mut expected).unwrap());
        run(session, &ops, base, &expected).await;
        let back: Vec<Op> = ops.iter().rev().map(Op::inverse).collect();
        run(session, &back, &expected, base).await;
    }
}

async fn run(session: &mut Session, ops: &[Op], before: &Schema, expected: &Schema) {
    let rendered = ddl::script(session.dialect(), ops, before, ddl::Style::default()).unwrap();
    for group in &rendered {
        for statement in &group.statements {
            if let Err(error) = session.run(statement).await {
                panic!("{error:?}\n{statement}");
            }
        }
    }
    let found = introspect(session, &Scope::default()).await.unwrap();
    let said: Vec<String> = ops.iter().map(Op::describe).collect();
    assert!(
        found == *expected,
        "{said:?}\n{rendered:#?}\n{}",
        crate::differences(expected, &found)
    );
}
