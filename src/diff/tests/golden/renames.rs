use super::*;

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
    b.views = vec![view(
        "v",
        " SELECT pupils.mobile AS phone FROM pupils",
        &["pupils"],
    )];
    let options = accepting(&["students:pupils", "students.phone:mobile"]);
    let found = diff(&a, &b, &options, PG.diff_rules());
    assert_eq!(
        listed(&found),
        [
            "rename table students to pupils",
            "rename column pupils.phone to mobile"
        ]
    );
    // There is no server that rewrites a view's text, nor MySQL's checks; the old view needs the old names.
    let found = diff(&a, &b, &options, Dialect::Mysql.diff_rules());
    assert_eq!(
        listed(&found),
        [
            "drop view v",
            "drop check said on students((phone <> ''::text))",
            "rename table students to pupils",
            "rename column pupils.phone to mobile",
            "add check said on pupils((mobile <> ''::text))",
            "add view v",
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
