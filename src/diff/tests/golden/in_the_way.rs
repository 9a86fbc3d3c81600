use super::*;

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
