//! One test for each kind of change: what is listed, in which order, with which notes.

mod in_the_way;
mod renames;

use crate::dialect::Dialect;
use crate::diff::{Diff, Kind, Note, Options, Rename, Renames, diff};
use crate::schema::{
    Check, Column, EnumType, Extension, ForeignKey, Generated, Identity, Index, IndexPart, Name,
    Op, PartitionOf, Partitioning, PrimaryKey, Routine, Schema, Sequence, Table, Trigger, Unique,
    View,
};

const PG: Dialect = Dialect::Postgres;

fn column(name: &str, data_type: &str) -> Column {
    Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable: true,
        ..Column::default()
    }
}

fn table(name: &str, columns: Vec<Column>) -> Table {
    Table {
        name: Name::new(name),
        columns,
        ..Table::default()
    }
}

fn index(name: &str, columns: &[&str]) -> Index {
    Index {
        name: name.to_owned(),
        parts: columns.iter().map(|it| IndexPart::column(*it)).collect(),
        valid: true,
        ..Index::default()
    }
}

fn foreign_key(name: &str, column: &str, references: &str) -> ForeignKey {
    ForeignKey {
        name: Some(name.to_owned()),
        columns: vec![column.to_owned()],
        references: Name::new(references),
        referenced_columns: vec!["id".to_owned()],
        ..ForeignKey::default()
    }
}

fn key(name: &str) -> Option<PrimaryKey> {
    Some(PrimaryKey {
        name: Some(name.to_owned()),
        columns: vec![IndexPart::column("id")],
        ..PrimaryKey::default()
    })
}

fn check(name: &str, expression: &str) -> Check {
    Check {
        name: Some(name.to_owned()),
        expression: expression.to_owned(),
        ..Check::default()
    }
}

fn view(name: &str, query: &str, reads: &[&str]) -> View {
    View {
        name: Name::new(name),
        query: query.to_owned(),
        reads: reads.iter().map(|it| Name::new(*it)).collect(),
        ..View::default()
    }
}

fn students() -> Schema {
    let mut students = table(
        "students",
        vec![
            column("id", "bigint"),
            column("phone", "text"),
            column("name", "text"),
        ],
    );
    students.columns[0].nullable = false;
    students.primary_key = key("students_pkey");
    Schema {
        tables: vec![students],
        ..Schema::default()
    }
}

fn never() -> Options {
    Options {
        renames: Renames {
            never: true,
            ..Renames::default()
        },
        ..Options::default()
    }
}

fn accepting(answers: &[&str]) -> Options {
    Options {
        renames: Renames {
            accepted: answers.iter().map(|it| it.parse().unwrap()).collect(),
            ..Renames::default()
        },
        ..Options::default()
    }
}

fn listed(found: &Diff) -> Vec<String> {
    found.ops.iter().map(Op::describe).collect()
}

/// What a change of `students` comes to.
fn changed(dialect: Dialect, options: &Options, change: impl Fn(&mut Schema)) -> Diff {
    let a = students();
    let mut b = a.clone();
    change(&mut b);
    diff(&a, &b, options, dialect.diff_rules())
}

fn expect(dialect: Dialect, change: impl Fn(&mut Schema), ops: &[&str]) {
    assert_eq!(
        listed(&changed(dialect, &never(), change)),
        ops,
        "{dialect}"
    );
}

#[test]
fn a_new_column_stands_where_it_can() {
    let change = |b: &mut Schema| b.tables[0].columns.insert(1, column("mobile", "text"));
    for dialect in [PG, Dialect::Mariadb] {
        let found = changed(dialect, &never(), change);
        assert_eq!(listed(&found), ["add column students.mobile"]);
        let after = super::run(&students(), &found.ops);
        let at = after.tables[0]
            .columns
            .iter()
            .position(|it| it.name == "mobile");
        assert_eq!(at, Some(if dialect == PG { 3 } else { 1 }));
    }
}

#[test]
fn a_column_that_may_not_be_null_needs_a_value_in_old_rows() {
    let found = changed(PG, &never(), |b| {
        b.tables[0].columns[2].nullable = false;
        b.tables[0].columns.push(Column {
            nullable: false,
            ..column("age", "integer")
        });
        b.tables[0].columns.push(Column {
            nullable: false,
            default: Some("0".to_owned()),
            ..column("points", "integer")
        });
    });
    let needs = |column: &str| Note::NeedsBackfill {
        table: Name::new("students"),
        column: column.to_owned(),
    };
    assert_eq!(found.notes, [needs("age"), needs("name")]);
}

#[test]
fn a_lost_column_is_said_to_be_lost() {
    let found = changed(PG, &never(), |b| drop(b.tables[0].columns.remove(1)));
    assert_eq!(listed(&found), ["drop column students.phone"]);
    let what = "column students.phone".to_owned();
    assert_eq!(found.notes, [Note::Destroys { what }]);
}

#[test]
fn what_entities_cannot_say_is_kept_and_told() {
    let mut a = students();
    a.extensions = vec![Extension {
        name: "citext".to_owned(),
        ..Extension::default()
    }];
    a.triggers = vec![Trigger {
        name: "touch".to_owned(),
        table: Name::new("students"),
        ..Trigger::default()
    }];
    a.tables[0].comment = Some("those who learn".to_owned());
    a.tables[0].options = vec!["UNLOGGED".to_owned()];
    a.tables[0].partitioning = Some(Partitioning {
        clause: "LIST (name)".to_owned(),
    });
    a.tables.push(Table {
        partition_of: Some(PartitionOf {
            parent: Name::new("students"),
            bound: "DEFAULT".to_owned(),
        }),
        ..table("students_rest", vec![])
    });
    let options = Options {
        keep: Kind::BEYOND_ENTITIES.to_vec(),
        ..never()
    };
    let found = diff(&a, &students(), &options, PG.diff_rules());
    assert_eq!(listed(&found), Vec::<String>::new());
    let kept: Vec<String> = found.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        kept,
        ["kept: extension citext", "kept: trigger touch on students"]
    );
}

#[test]
fn patterns_choose_the_tables() {
    let mut b = students();
    b.tables
        .push(table("teachers", vec![column("id", "bigint")]));
    b.routines = vec![Routine {
        name: Name::new("f"),
        ..Routine::default()
    }];
    let only = |tables: &[&str], exclude: &[&str]| {
        let options = Options {
            tables: tables.iter().map(|it| (*it).to_owned()).collect(),
            exclude: exclude.iter().map(|it| (*it).to_owned()).collect(),
            ..never()
        };
        listed(&diff(&Schema::default(), &b, &options, PG.diff_rules()))
    };
    assert_eq!(only(&["stud*"], &[]), ["add table students"]);
    assert_eq!(
        only(&[], &["stud*"]),
        ["add table teachers", "add function f()"]
    );
}

#[test]
fn what_no_operation_can_say_is_told() {
    let found = changed(PG, &never(), |b| {
        b.tables[0].inherits = vec![Name::new("people")];
        b.not_understood = vec!["statistics s".to_owned()];
    });
    assert_eq!(listed(&found), Vec::<String>::new());
    let said: Vec<String> = found.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "not changed: table students differs in what it inherits from",
            "not compared: statistics s",
        ]
    );
}
