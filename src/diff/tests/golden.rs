//! One test for each kind of change: what is listed, in which order, with which notes.

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
fn what_looks_renamed_is_asked_about_and_never_dropped() {
    let change = |b: &mut Schema| b.tables[0].columns[1].name = "mobile".to_owned();
    let found = changed(PG, &Options::default(), change);
    assert_eq!(listed(&found), ["rename column students.phone to mobile"]);
    let candidate = &found.rename_candidates[0];
    assert_eq!(candidate.rename.to_string(), "students.phone:mobile");

    let found = changed(PG, &accepting(&["students.phone:mobile"]), change);
    assert_eq!(listed(&found), ["rename column students.phone to mobile"]);
    assert_eq!(found.rename_candidates, []);

    for renames in [
        Renames {
            never: true,
            ..Renames::default()
        },
        Renames {
            refused: vec![candidate.rename.clone()],
            ..Renames::default()
        },
    ] {
        let options = Options {
            renames,
            ..Options::default()
        };
        let found = changed(PG, &options, change);
        assert_eq!(
            listed(&found),
            ["add column students.mobile", "drop column students.phone"]
        );
        assert_eq!(found.rename_candidates, []);
    }
}

#[test]
fn a_rename_that_was_done_before_is_no_trouble_and_one_of_nothing_is_told() {
    let options = accepting(&["students.telephone:phone", "pupils:students", "a:b"]);
    let found = changed(PG, &options, |_| {});
    assert_eq!(listed(&found), Vec::<String>::new());
    let rename: Rename = "a:b".parse().unwrap();
    assert_eq!(found.notes, [Note::UnknownRename { rename }]);
}

#[test]
fn a_table_is_renamed_with_all_that_names_it() {
    let mut a = students();
    a.tables.push({
        let mut grades = table("zgrades", vec![column("student_id", "bigint")]);
        grades.foreign_keys = vec![foreign_key("fk", "student_id", "students")];
        grades
    });
    a.tables[0].checks = vec![check("said", "(phone <> ''::text)")];
    a.views = vec![view(
        "v",
        " SELECT students.phone FROM students",
        &["students"],
    )];
    let mut b = a.clone();
    b.tables[0].name = Name::new("pupils");
    b.tables[0].columns[1].name = "mobile".to_owned();
    b.tables[0].primary_key = key("pupils_pkey");
    b.tables[0].checks = vec![check("said", "(mobile <> ''::text)")];
    b.tables[1].foreign_keys[0].references = Name::new("pupils");
    b.views = vec![view("v", " SELECT pupils.mobile FROM pupils", &["pupils"])];
    let options = accepting(&["students:pupils", "students.phone:mobile"]);
    let found = diff(&a, &b, &options, PG.diff_rules());
    assert_eq!(
        listed(&found),
        [
            "rename table students to pupils",
            "rename column pupils.phone to mobile"
        ]
    );
    // There is no server that rewrites a view's text, nor MySQL's checks.
    let found = diff(&a, &b, &options, Dialect::Mysql.diff_rules());
    assert_eq!(
        listed(&found),
        [
            "drop check said on students((phone <> ''::text))",
            "rename table students to pupils",
            "rename column pupils.phone to mobile",
            "add check said on pupils((mobile <> ''::text))",
            "change view v",
        ]
    );
}

#[test]
fn names_that_the_server_chose_are_no_difference() {
    let mut a = students();
    a.tables[0].uniques = vec![Unique {
        name: Some("students_phone_key".to_owned()),
        columns: vec![IndexPart::column("phone")],
        ..Unique::default()
    }];
    a.tables[0].foreign_keys = vec![foreign_key("students_name_fkey", "name", "students")];
    let mut b = a.clone();
    b.tables[0].uniques[0].name = Some("uq-students-phone".to_owned());
    b.tables[0].foreign_keys[0].name = Some("fk-students-name".to_owned());
    assert!(diff(&a, &b, &never(), PG.diff_rules()).is_empty());

    a.tables[0].uniques[0].name = Some("one".to_owned());
    a.tables[0].foreign_keys[0].name = Some("two".to_owned());
    assert_eq!(
        listed(&diff(&a, &b, &never(), PG.diff_rules())),
        [
            "rename constraint one on students to uq-students-phone",
            "rename constraint two on students to fk-students-name",
        ]
    );
    assert!(diff(&a, &b, &never(), Dialect::Sqlite.diff_rules()).is_empty());
}

#[test]
fn case_alone_is_no_difference_where_names_have_none() {
    let change = |b: &mut Schema| {
        b.tables[0].name = Name::new("Students");
        b.tables[0].columns[1].name = "Phone".to_owned();
    };
    expect(Dialect::Sqlite, change, &[]);
    assert!(!changed(PG, &never(), change).ops.is_empty());
}

#[test]
fn indexes_come_go_change_and_are_renamed() {
    let mut a = students();
    a.tables[0].indexes = vec![
        index("gone", &["id"]),
        index("old", &["name"]),
        index("same", &["phone"]),
    ];
    let mut b = a.clone();
    b.tables[0].indexes = vec![
        index("fresh", &["name", "phone"]),
        index("new", &["name"]),
        Index {
            unique: true,
            ..index("same", &["phone"])
        },
    ];
    assert_eq!(
        listed(&diff(&a, &b, &never(), PG.diff_rules())),
        [
            "drop index gone on students",
            "rename index old on students to new",
            "change index same on students",
            "add index fresh on students",
        ]
    );
    // Its foreign key needs one all the time.
    let listed = listed(&diff(&a, &b, &never(), Dialect::Mysql.diff_rules()));
    assert_eq!(listed.last().unwrap(), "drop index gone on students");
}

#[test]
fn foreign_keys_in_a_circle_wait_for_each_other() {
    let mut a = table("a", vec![column("id", "bigint"), column("b_id", "bigint")]);
    let mut b = table("b", vec![column("id", "bigint"), column("a_id", "bigint")]);
    a.foreign_keys = vec![foreign_key("to_b", "b_id", "b")];
    b.foreign_keys = vec![foreign_key("to_a", "a_id", "a")];
    a.primary_key = key("a_pkey");
    b.primary_key = key("b_pkey");
    let both = Schema {
        tables: vec![a, b],
        ..Schema::default()
    };
    let none = Schema::default();
    let made = diff(&none, &both, &never(), PG.diff_rules());
    assert_eq!(
        listed(&made),
        [
            "add table b",
            "add table a",
            "add foreign key to_a on b(a_id) -> a"
        ]
    );
    assert_eq!(
        listed(&diff(&both, &none, &never(), PG.diff_rules())),
        [
            "drop foreign key to_a on b(a_id) -> a",
            "drop table a",
            "drop table b"
        ]
    );
    assert_eq!(
        listed(&diff(&none, &both, &never(), Dialect::Sqlite.diff_rules())).len(),
        2
    );
}

#[test]
fn a_key_that_others_refer_to_is_freed_first() {
    let mut a = students();
    let mut grades = table("grades", vec![column("student_id", "bigint")]);
    grades.foreign_keys = vec![foreign_key("fk", "student_id", "students")];
    a.tables.insert(0, grades);
    let mut b = a.clone();
    for (table, column) in [(0, 0), (1, 0)] {
        b.tables[table].columns[column].data_type = "uuid".to_owned();
    }
    assert_eq!(
        listed(&diff(&a, &b, &never(), PG.diff_rules())),
        [
            "drop foreign key fk on grades(student_id) -> students",
            "change column students.id: type bigint -> uuid",
            "change column grades.student_id: type bigint -> uuid",
            "add foreign key fk on grades(student_id) -> students",
        ]
    );
    // Nothing is in the way of a wider number on PostgreSQL; on MySQL everything is.
    for table in &mut b.tables {
        table.columns[0].data_type = "integer".to_owned();
    }
    assert_eq!(diff(&a, &b, &never(), PG.diff_rules()).ops.len(), 2);
    assert_eq!(
        diff(&a, &b, &never(), Dialect::Mysql.diff_rules())
            .ops
            .len(),
        4
    );
}

#[test]
fn views_go_and_come_back_around_a_change_of_what_they_read() {
    let mut a = students();
    a.views = vec![
        view("apart", " SELECT name FROM students", &["students"]),
        view("first", " SELECT phone FROM students", &["students"]),
        view("second", " SELECT phone FROM first", &["first"]),
    ];
    let mut b = a.clone();
    b.tables[0].columns[1].data_type = "character varying(50)".to_owned();
    assert_eq!(
        listed(&diff(&a, &b, &never(), PG.diff_rules())),
        [
            "drop view second",
            "drop view first",
            "change column students.phone: type text -> character varying(50)",
            "add view first",
            "add view second",
        ]
    );
    assert_eq!(
        diff(&a, &b, &never(), Dialect::Mysql.diff_rules())
            .ops
            .len(),
        1
    );
    b = a.clone();
    b.views[0].query = " SELECT id FROM students".to_owned();
    assert_eq!(
        listed(&diff(&a, &b, &never(), PG.diff_rules())),
        ["change view apart"]
    );
}

#[test]
fn what_is_generated_makes_room_for_what_it_reads() {
    let generated = |b: &mut Schema| {
        b.tables[0].columns.push(Column {
            generated: Some(Generated {
                expression: "lower(phone)".to_owned(),
                stored: true,
            }),
            ..column("low", "text")
        });
        b.tables[0].indexes = vec![index("by_low", &["low"])];
    };
    let mut a = students();
    generated(&mut a);
    let mut b = a.clone();
    b.tables[0].columns[1].data_type = "character varying".to_owned();
    assert_eq!(
        listed(&diff(&a, &b, &never(), PG.diff_rules())),
        [
            "drop index by_low on students",
            "drop column students.low",
            "change column students.phone: type text -> character varying",
            "add column students.low",
            "add index by_low on students",
        ]
    );
}

#[test]
fn a_new_value_of_an_enum_waits_for_a_commit_where_it_is_used() {
    let mood = |values: &[&str]| EnumType {
        name: Name::new("mood"),
        values: values.iter().map(|it| (*it).to_owned()).collect(),
        comment: None,
    };
    let mut a = students();
    a.enums = vec![mood(&["sad"])];
    a.tables[0].columns.push(column("mood", "mood"));
    let mut b = a.clone();
    b.enums = vec![mood(&["sad", "ok"])];
    let found = diff(&a, &b, &never(), PG.diff_rules());
    assert_eq!(
        (listed(&found), found.splits),
        (vec!["change enum mood".to_owned()], vec![])
    );

    b.tables[0].columns[3].default = Some("'ok'::mood".to_owned());
    let found = diff(&a, &b, &never(), PG.diff_rules());
    assert_eq!(
        listed(&found),
        [
            "change enum mood",
            "change column students.mood: default 'ok'::mood"
        ]
    );
    assert_eq!(found.splits, [1]);

    // One that loses a value is swapped for another: its default is put aside meanwhile.
    a.tables[0].columns[3].default = Some("'sad'::mood".to_owned());
    b.enums = vec![mood(&["ok"])];
    let found = diff(&a, &b, &never(), PG.diff_rules());
    assert_eq!(
        listed(&found),
        [
            "change column students.mood: no default",
            "change enum mood",
            "change column students.mood: default 'ok'::mood",
        ]
    );
    assert_eq!(found.splits, Vec::<usize>::new());
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
fn a_sequence_outlives_the_column_that_owns_it() {
    let mut a = students();
    a.sequences = vec![Sequence {
        name: Name::new("numbers"),
        owned_by: Some((Name::new("students"), "phone".to_owned())),
        ..Sequence::default()
    }];
    let mut b = students();
    b.tables[0].columns.remove(1);
    assert_eq!(
        listed(&diff(&a, &b, &never(), PG.diff_rules())),
        [
            "change sequence numbers",
            "drop column students.phone",
            "drop sequence numbers"
        ]
    );
}

#[test]
fn the_sequence_behind_a_serial_column_is_the_servers_business() {
    let serial = |table: &str| {
        let mut schema = students();
        schema.tables[0].name = Name::new(table);
        schema.tables[0].columns[0].identity = Some(Identity::Serial {
            sequence: Name::new(format!("{table}_id_seq")),
        });
        schema
    };
    let (a, b) = (serial("students"), serial("pupils"));
    let found = diff(&a, &b, &accepting(&["students:pupils"]), PG.diff_rules());
    assert_eq!(listed(&found), ["rename table students to pupils"]);
}

#[test]
fn a_name_is_free_before_it_is_taken_again() {
    let mut a = students();
    a.tables[0].indexes = vec![index("by_name", &["name"])];
    let mut b = Schema {
        tables: vec![table(
            "other",
            vec![column("a", "xml"), column("name", "json")],
        )],
        ..Schema::default()
    };
    b.tables[0].indexes = vec![index("by_name", &["name"])];
    assert_eq!(
        listed(&diff(&a, &b, &never(), PG.diff_rules())),
        ["drop table students", "add table other"]
    );
    b.tables[0].indexes.clear();
    assert_eq!(
        listed(&diff(&a, &b, &never(), PG.diff_rules())),
        ["add table other", "drop table students"]
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
