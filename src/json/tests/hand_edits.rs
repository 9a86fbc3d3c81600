//! Files that somebody edited: taken in, or refused with file, line and reason.

use super::*;

/// Replaces text in a file of the school.
fn edit(dir: &Path, file: &str, from: &str, to: &str) {
    let path = dir.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from:?} is not in {text}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[tokio::test]
async fn a_valid_edit_is_taken_in_with_a_word() {
    let dir = tempfile::tempdir().unwrap();
    school(dir.path()).await;
    edit(
        dir.path(),
        "students.json",
        "\"Ann\", \"score\": 1.0",
        "\"Anna\", \"score\": 2",
    );
    edit(
        dir.path(),
        "students.json",
        "\n]",
        ",\n  {\n \"name\": \"New\",\n\"id\":9, \"active\": true}\n]",
    );
    let expected = [Notice::Edited {
        table: "students".to_owned(),
        file: dir.path().join("students.json"),
    }];
    let store = read(dir.path()).await;
    assert_eq!(store.notices(), expected);
    assert_eq!(
        one(&store, "SELECT name || score FROM students WHERE id = 1").await,
        "Anna2.0"
    );
    let store = write(dir.path()).await;
    assert!(!store.has_unsaved_work());
    run(&store, "INSERT INTO students (name) VALUES ('Next')").await;
    assert_eq!(one(&store, "SELECT max(id) FROM students").await, "10");
    assert_eq!(store.commit().await.unwrap().written, ["students"]);
    drop(store);
    assert_eq!(read(dir.path()).await.notices(), []);
}

#[tokio::test]
async fn a_commit_with_no_other_change_takes_the_edit_into_the_manifest() {
    let dir = tempfile::tempdir().unwrap();
    school(dir.path()).await;
    edit(dir.path(), "classes.json", "[", "  [\r\n");
    let store = write(dir.path()).await;
    assert_eq!(store.commit().await.unwrap().written, ["classes"]);
    drop(store);
    assert_eq!(read(dir.path()).await.notices(), []);
}

#[tokio::test]
async fn an_edit_that_breaks_a_rule_is_refused_with_file_line_and_reason() {
    for (file, from, to, line, reason) in [
        (
            "students.json",
            "\"id\": 2,",
            "\"id\": 2",
            3,
            "expected `,` or `}`",
        ),
        ("students.json", "\n]", "", 4, "EOF while parsing a list"),
        (
            "students.json",
            "\n]\n",
            "\n]\n[]",
            5,
            "trailing characters",
        ),
        (
            "students.json",
            "[\n",
            "{\n",
            1,
            "invalid type: map, expected an array of rows",
        ),
        (
            "students.json",
            "\"id\": 2",
            "\"id\": \"2\"",
            3,
            "column \"id\": expected an integer, found \"2\"",
        ),
        (
            "students.json",
            "\"id\": 2",
            "\"id\": 2.5",
            3,
            "column \"id\": expected an integer, found 2.5",
        ),
        (
            "students.json",
            "\"id\": 2",
            "\"id\": 99999999999999999999",
            3,
            "column \"id\": 99999999999999999999 does not fit 64 bits",
        ),
        (
            "students.json",
            "\"score\": 0.1",
            "\"score\": 1e999",
            3,
            "column \"score\": 1e999 does not fit a double",
        ),
        (
            "students.json",
            "false",
            "0",
            3,
            "column \"active\": expected true or false, found 0",
        ),
        (
            "students.json",
            "AP8=",
            "A*",
            2,
            "column \"photo\": not base64: Invalid symbol 42, offset 1.",
        ),
        (
            "students.json",
            "2024-12-01T",
            "2024-13-01T",
            2,
            "column \"created_at\": expected a time like 2024-12-01T08:30:00+00:00, found \"2024-13-01T08:30:00+00:00\"",
        ),
        (
            "students.json",
            "\"name\": \"Ann\"",
            "\"nmae\": \"Ann\"",
            2,
            "there is no column \"nmae\"",
        ),
        (
            "students.json",
            "\"name\": \"Ann\"",
            "\"id\": 1",
            2,
            "column \"id\" is there twice",
        ),
        (
            "students.json",
            "\"name\": \"Ann\"",
            "\"name\": \"\\ud800\"",
            2,
            "column \"name\": \"\\ud800\" has half a surrogate pair",
        ),
        (
            "students.json",
            "\"name\": \"Ann\", ",
            "",
            2,
            "NOT NULL constraint failed: students.name",
        ),
        (
            "students.json",
            "\"Ann\"",
            "\"李雷 😀\"",
            3,
            "UNIQUE constraint failed: students.name",
        ),
        (
            "students.json",
            "\"id\": 2",
            "\"id\": 1",
            3,
            "UNIQUE constraint failed: students.id",
        ),
        (
            "students.json",
            "\"score\": 0.1",
            "\"score\": -0.1",
            3,
            "CHECK constraint failed: score >= 0",
        ),
        (
            "students.json",
            "\"class_id\": 2",
            "\"class_id\": 7",
            3,
            "class_id refers to a row of classes that is not there",
        ),
        (
            "students.json",
            "\"Ann\"",
            "{\"$text\": \"a\", \"b\": 1}",
            2,
            "column \"name\": \"$text\" must be the only key of its object",
        ),
        (
            "classes.json",
            "\"id\": 2",
            "\"id\": 3",
            0,
            "a row is gone: in students.json, class_id refers to a row of classes that is not there",
        ),
    ] {
        let _case = fault::case(43, "json");
        let dir = tempfile::tempdir().unwrap();
        school(dir.path()).await;
        edit(dir.path(), file, from, to);
        let before = std::fs::read(dir.path().join(file)).unwrap();
        for access in [Access::Read, WRITE] {
            let error = Store::open(dir.path(), access).await.unwrap_err();
            let StoreError::Corrupt {
                file: found,
                line: at,
                reason: why,
                ..
            } = error
            else {
                panic!("{error}");
            };
            assert_eq!(found, dir.path().join(file));
            assert_eq!(
                (at.unwrap_or(0), why.as_str()),
                (line, reason),
                "{from} -> {to}"
            );
        }
        assert_eq!(
            std::fs::read(dir.path().join(file)).unwrap(),
            before,
            "untouched"
        );
    }
}

#[tokio::test]
async fn a_value_that_its_column_cannot_hold_can_be_tagged_by_hand() {
    let dir = tempfile::tempdir().unwrap();
    school(dir.path()).await;
    edit(
        dir.path(),
        "students.json",
        "false",
        "{\"$text\": \"maybe\"}",
    );
    let store = read(dir.path()).await;
    assert_eq!(
        one(&store, "SELECT active FROM students WHERE id = 2").await,
        "maybe"
    );
}

#[tokio::test]
async fn an_edit_while_the_store_is_open_is_not_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let store = school(dir.path()).await;
    edit(dir.path(), "students.json", "Ann", "Anna");
    run(&store, "UPDATE classes SET name = 'x' WHERE id = 1").await;
    assert_eq!(
        store.commit().await.unwrap().written,
        ["classes"],
        "another file"
    );
    run(&store, "UPDATE students SET score = 3").await;
    let error = store.commit().await.unwrap_err();
    assert!(
        matches!(&error, StoreError::ChangedOnDisk { file } if file.ends_with("students.json")),
        "{error}"
    );
    assert!(store.has_unsaved_work());
    edit(dir.path(), "students.json", "Anna", "Ann");
    store.commit().await.unwrap();
    drop(store);
    assert_eq!(
        one(&read(dir.path()).await, "SELECT sum(score) FROM students").await,
        "6.0"
    );
}

#[tokio::test]
async fn a_stray_file_is_told_of_and_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    school(dir.path()).await;
    let stray = dir.path().join("teachers.json");
    std::fs::write(&stray, "mine").unwrap();
    let store = write(dir.path()).await;
    assert_eq!(
        store.notices(),
        [Notice::Stray {
            file: stray.clone()
        }]
    );
    run(&store, "CREATE TABLE teachers (name text)").await;
    store.commit().await.unwrap();
    assert_eq!(std::fs::read(stray).unwrap(), b"mine");
    drop(store);
    assert_eq!(
        one(&read(dir.path()).await, "SELECT count(*) FROM teachers").await,
        "0"
    );
}
