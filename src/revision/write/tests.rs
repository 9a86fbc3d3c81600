//! Names, messages and collisions of new files.

use chrono::TimeZone;

use super::*;
use crate::revision::SqlRevision;

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 1, 15, 12, 0, 59)
        .single()
        .expect("a moment")
}

#[track_caller]
fn name_of(dir: &Path, message: &str, newest: Option<&str>) -> String {
    let path = create_sql(dir, message, noon(), newest, EMPTY_SECTIONS).expect("written");
    let bytes = fs::read(&path).expect("read");
    SqlRevision::parse(&bytes).expect("a revision");
    path.file_name()
        .expect("a name")
        .to_string_lossy()
        .into_owned()
}

#[test]
fn a_new_file_is_named_for_its_moment_and_its_message() {
    #[track_caller]
    fn check(message: &str, newest: Option<&str>, expect: &str) {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(
            name_of(&dir.path().join("new/folder"), message, newest),
            expect
        );
    }
    check("Add phone", None, "20240115120059_add_phone.sql");
    check(
        "添加新字段",
        None,
        "20240115120059_tian_jia_xin_zi_duan.sql",
    );
    check("  a--b/../c;'\"\n$(x) ", None, "20240115120059_a_b_c_x.sql");
    check("", None, "20240115120059_revision.sql");
    check("!?", None, "20240115120059_revision.sql");
    check("Größe ändern", None, "20240115120059_grosse_andern.sql");
    check(
        &"word ".repeat(100),
        None,
        &format!("20240115120059_{}.sql", ["word"; 12].join("_")),
    );
    check(
        &"x".repeat(300),
        None,
        &format!("20240115120059_{}.sql", "x".repeat(60)),
    );

    check("x", Some("20230101000000_old"), "20240115120059_x.sql");
    check("x", Some("m20240115_120059_now"), "20240115120100_x.sql");
    check("x", Some("20301231235959_ahead"), "20310101000000_x.sql");
    check("x", Some("20309999999999_no_date"), "20310000000000_x.sql");
    check("x", Some("001_small"), "20240115120059_x.sql");
    check("x", Some("no timestamp"), "20240115120059_x.sql");
}

#[test]
fn the_message_stays_as_it_was_typed_in_one_line() {
    #[track_caller]
    fn check(message: &str, expect: Option<&str>) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = create_sql(dir.path(), message, noon(), None, EMPTY_SECTIONS).expect("written");
        let revision = SqlRevision::parse(&fs::read(path).expect("read")).expect("a revision");
        assert_eq!(revision.message.as_deref(), expect);
        assert_eq!(revision.sections.len(), 2);
        assert!(revision.warnings.is_empty());
    }
    check("添加新字段", Some("添加新字段"));
    check(" it's -- a; /* test ", Some("it's -- a; /* test"));
    check(
        "a\nDROP TABLE x;\r\n\u{1b}[31mb\u{2028}c",
        Some("a DROP TABLE x;   [31mb c"),
    );
    check("migrate:up pg", Some("\"migrate:up pg\""));
    check("", None);
}

#[test]
fn no_file_is_written_over_and_no_timestamp_used_twice() {
    let dir = tempfile::tempdir().expect("a folder");
    let names = ["a", "a", "b"].map(|message| name_of(dir.path(), message, None));
    assert_eq!(
        names,
        [
            "20240115120059_a.sql",
            "20240115120100_a.sql",
            "20240115120101_b.sql"
        ]
    );
}

#[test]
fn many_at_once_write_as_many_files() {
    const WRITERS: usize = 16;
    let dir = tempfile::tempdir().expect("a folder");
    let names: HashSet<String> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| scope.spawn(|| name_of(dir.path(), "the same", None)))
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().expect("written"))
            .collect()
    });
    assert_eq!(names.len(), WRITERS);
    assert_eq!(fs::read_dir(dir.path()).expect("read").count(), WRITERS);
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("file");
    fs::write(&file, "").expect("a file");
    let error = create_sql(&file.join("sub"), "x", noon(), None, "").expect_err("no folder");
    assert!(error.to_string().contains("file"), "{error}");
}
