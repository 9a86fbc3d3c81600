use super::*;
use crate::schema::{
    Change, Check, Column, EnumType, ForeignKey, Index, IndexPart, Name, Place, Table, View,
};

fn column(name: &str, data_type: &str) -> Column {
    Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        nullable: true,
        ..Column::default()
    }
}

fn students(change: Change<Column>) -> Op {
    Op::Column {
        table: Name::new("students"),
        place: Place::Last,
        change: Box::new(change),
    }
}

fn check(dialect: Dialect, op: &Op, expected: &str) {
    let rendered = statements(dialect, op, &Schema::default(), Style::default()).unwrap();
    assert_eq!(
        rendered.join(";\n"),
        expected,
        "{dialect}: {}",
        op.describe()
    );
}

#[test]
fn a_column_is_changed_as_each_dialect_can() {
    let from = column("phone", "varchar(50)");
    let to = Column {
        data_type: "varchar(80)".to_owned(),
        nullable: false,
        default: Some("'-'".to_owned()),
        ..from.clone()
    };
    let op = students(Change::Alter { from, to });
    check(
        Dialect::Postgres,
        &op,
        "ALTER TABLE \"students\"\n  ALTER COLUMN \"phone\" TYPE varchar(80),\n  \
         ALTER COLUMN \"phone\" SET DEFAULT '-',\n  ALTER COLUMN \"phone\" SET NOT NULL",
    );
    check(
        Dialect::Mysql,
        &op,
        "ALTER TABLE `students` MODIFY COLUMN `phone` varchar(80) NOT NULL DEFAULT '-'",
    );
}

#[test]
fn mysql_brackets_the_defaults_that_it_takes_only_so() {
    for (data_type, default, expected) in [
        ("varchar(9)", "uuid()", "(uuid())"),
        ("varchar(9)", "'x'", "'x'"),
        ("text", "'x'", "('x')"),
        ("json", "json_array()", "(json_array())"),
        ("int", "-5", "-5"),
        ("int", "(1 + 2)", "(1 + 2)"),
        ("int", "1 + 2", "(1 + 2)"),
        ("bit(3)", "b'101'", "b'101'"),
    ] {
        let op = students(Change::Add(Column {
            default: Some(default.to_owned()),
            ..column("c", data_type)
        }));
        let text = format!("ALTER TABLE `students` ADD COLUMN `c` {data_type} DEFAULT {expected}");
        check(Dialect::Mysql, &op, &text);
    }
    let moment = students(Change::Add(Column {
        default: Some("CURRENT_TIMESTAMP(6)".to_owned()),
        ..column("at", "datetime(6)")
    }));
    check(
        Dialect::Mysql,
        &moment,
        "ALTER TABLE `students` ADD COLUMN `at` datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6)",
    );
}

#[test]
fn indexes_can_be_made_beside_the_traffic() {
    let op = Op::Index {
        table: Name::within("app", "students"),
        change: Change::Add(Index {
            name: "by_name".to_owned(),
            parts: vec![IndexPart::column("name")],
            predicate: Some("(name IS NOT NULL)".to_owned()),
            ..Index::default()
        }),
    };
    let style = Style {
        concurrently: true,
        ..Style::default()
    };
    let of = |op: &Op| statements(Dialect::Postgres, op, &Schema::default(), style).unwrap();
    assert_eq!(
        of(&op),
        [
            "CREATE INDEX CONCURRENTLY \"by_name\" ON \"app\".\"students\" (\"name\") WHERE (name IS NOT NULL)"
        ]
    );
    assert_eq!(
        of(&op.inverse()),
        ["DROP INDEX CONCURRENTLY \"app\".\"by_name\""]
    );
}

#[test]
fn what_a_dialect_has_not_is_refused_by_name() {
    let op = Op::Enum(Change::Add(EnumType {
        name: Name::new("mood"),
        ..EnumType::default()
    }));
    for dialect in [Dialect::Mysql, Dialect::Mariadb, Dialect::Sqlite] {
        let refused = statements(dialect, &op, &Schema::default(), Style::default()).unwrap_err();
        let expected = format!(
            "cannot add enum mood: {} has no enum types",
            dialect.title()
        );
        assert!(refused.to_string().starts_with(&expected), "{refused}");
    }
    let unnamed = Op::Check {
        table: Name::new("students"),
        change: Change::Drop(Check {
            expression: "a > 0".to_owned(),
            ..Check::default()
        }),
    };
    let refused = statements(
        Dialect::Postgres,
        &unnamed,
        &Schema::default(),
        Style::default(),
    );
    assert!(matches!(refused, Err(DdlError::Unnamed { .. })));
}

#[test]
fn sqlite_adds_what_alter_takes_and_rebuilds_for_the_rest() {
    let table = Table {
        name: Name::new("students"),
        columns: vec![column("id", "INTEGER")],
        ..Table::default()
    };
    let before = Schema {
        tables: vec![table],
        views: vec![View {
            name: Name::new("all_students"),
            query: "SELECT id FROM students".to_owned(),
            reads: vec![Name::new("students")],
            ..View::default()
        }],
        ..Schema::default()
    };
    let plain = students(Change::Add(column("phone", "TEXT")));
    let of = |ops: &[Op]| script(Dialect::Sqlite, ops, &before, Style::default()).unwrap();
    assert_eq!(
        of(std::slice::from_ref(&plain))[0].statements,
        ["ALTER TABLE \"students\" ADD COLUMN \"phone\" TEXT"]
    );
    let key = Op::ForeignKey {
        table: Name::new("students"),
        change: Change::Add(ForeignKey {
            columns: vec!["id".to_owned()],
            references: Name::new("people"),
            referenced_columns: vec!["id".to_owned()],
            ..ForeignKey::default()
        }),
    };
    let together = of(&[plain, key]);
    assert_eq!(together.len(), 1);
    assert_eq!(together[0].ops, 0..2);
    assert_eq!(
        together[0].statements,
        [
            "DROP VIEW \"all_students\"",
            "CREATE TABLE \"students__new\" (\n  \"id\" INTEGER,\n  \"phone\" TEXT,\n  \
             FOREIGN KEY (\"id\") REFERENCES \"people\" (\"id\")\n)",
            "INSERT INTO \"students__new\" (rowid, \"id\")\n  SELECT rowid, \"id\" FROM \"students\"",
            "DROP TABLE \"students\"",
            "ALTER TABLE \"students__new\" RENAME TO \"students\"",
            "CREATE VIEW \"all_students\" AS\nSELECT id FROM students",
        ]
    );
}
