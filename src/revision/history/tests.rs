//! The order of revisions, and what a person's text leads to.

use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use sea_orm_migration::sea_orm::DbErr;
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

use super::*;
use crate::revision::{Body, RustRevision, SqlRevision};

struct Named(String);

impl MigrationName for Named {
    fn name(&self) -> &str {
        &self.0
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Named {
    async fn up(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

fn rust(id: &str) -> Revision {
    Revision {
        id: id.to_owned(),
        body: Body::Rust(RustRevision {
            migration: Arc::new(Named(id.to_owned())),
            source: None,
        }),
        origin: Origin::BuiltIn,
    }
}

fn sql(id: &str, origin: Origin) -> Revision {
    Revision {
        id: id.to_owned(),
        body: Body::Sql(SqlRevision::parse(b"-- migrate:up\n").expect("a revision")),
        origin,
    }
}

fn embedded(id: &str) -> Revision {
    sql(id, Origin::BuiltIn)
}

fn file(id: &str) -> Revision {
    sql(id, Origin::File(PathBuf::from(format!("sql/{id}.sql"))))
}

fn ids(history: &History) -> Vec<&str> {
    history.iter().map(|r| r.id.as_str()).collect()
}

fn history(ids: &[&str]) -> History {
    let revisions = ids.iter().map(|id| file(id)).collect();
    History::build(Vec::new(), revisions).expect("a history")
}

#[test]
fn sql_is_merged_by_timestamp_and_then_name() {
    #[track_caller]
    fn check(rust_ids: &[&str], sql_ids: &[&str], expect: &[&str]) {
        let builtin = rust_ids.iter().map(|id| rust(id)).collect();
        let folder = sql_ids.iter().map(|id| file(id)).collect();
        let history = History::build(builtin, folder).expect("a history");
        assert_eq!(ids(&history), expect);
        for (position, revision) in history.iter().enumerate() {
            assert_eq!(history.position(&revision.id), Some(position));
        }
    }
    check(
        &[],
        &["3_c", "1_a", "10_d", "2_b"],
        &["1_a", "2_b", "3_c", "10_d"],
    );
    check(&[], &["1_b", "1_a", "1_c"], &["1_a", "1_b", "1_c"]);
    check(
        &["m20240101_000000_a", "m20240301_000000_c"],
        &["20240401000000_d", "20240201000000_b", "20230101000000_z"],
        &[
            "20230101000000_z",
            "m20240101_000000_a",
            "20240201000000_b",
            "m20240301_000000_c",
            "20240401000000_d",
        ],
    );
    // One timestamp: by name, Rust or not.
    check(
        &["m20240101_000000_b", "m20240101_000000_d"],
        &["20240101000000_a", "20240101000000_c", "20240101000000_e"],
        &[
            "20240101000000_a",
            "m20240101_000000_b",
            "20240101000000_c",
            "m20240101_000000_d",
            "20240101000000_e",
        ],
    );
    // A Rust list keeps its own order; what counts is its latest so far.
    check(
        &[
            "m20240301_000000_x",
            "m20240101_000000_y",
            "m20240501_000000_z",
        ],
        &["20240201000000_a", "20240401000000_b", "20240601000000_c"],
        &[
            "20240201000000_a",
            "m20240301_000000_x",
            "m20240101_000000_y",
            "20240401000000_b",
            "m20240501_000000_z",
            "20240601000000_c",
        ],
    );
    check(&["first", "second"], &["1_a"], &["first", "second", "1_a"]);
}

#[test]
fn a_file_wins_over_an_embedded_one_of_the_same_name() {
    let builtin = vec![embedded("1_a"), embedded("2_b")];
    let history = History::build(builtin, vec![file("2_b"), file("3_c")]).expect("a history");
    let origins: Vec<bool> = history.iter().map(|r| r.origin.path().is_some()).collect();
    assert_eq!(ids(&history), ["1_a", "2_b", "3_c"]);
    assert_eq!(origins, [false, true, true]);
}

#[test]
fn the_same_revision_twice_is_refused_and_both_are_named() {
    #[track_caller]
    fn check(builtin: Vec<Revision>, folder: Vec<Revision>, expect: &str) {
        let error = History::build(builtin, folder).expect_err("twice");
        assert_eq!(error.to_string(), expect);
    }
    check(
        vec![rust("m20240101_000000_x")],
        vec![file("20240101000000_x")],
        "the same revision is there twice: m20240101_000000_x (Rust, built in) and 20240101000000_x (sql/20240101000000_x.sql)",
    );
    check(
        vec![embedded("20240101000000_x")],
        vec![file("20240101_000000_x")],
        "the same revision is there twice: 20240101000000_x (SQL, built in) and 20240101_000000_x (sql/20240101_000000_x.sql)",
    );
    check(
        vec![],
        vec![file("1_add"), file("001_Add")],
        "the same revision is there twice: 1_add (sql/1_add.sql) and 001_Add (sql/001_Add.sql)",
    );
    check(
        vec![rust("first"), rust("first")],
        vec![],
        "the same revision is there twice: first (Rust, built in) and first (Rust, built in)",
    );
}

#[test]
fn an_id_or_the_start_of_one_alone_is_found() {
    let builtin = vec![
        rust("m20240101_000000_core"),
        rust("m20240102_120000_classes"),
    ];
    let folder = vec![file("20240102130000_index"), file("20250101000000_indexes")];
    let history = History::build(builtin, folder).expect("a history");
    for (text, expect) in [
        ("m20240101_000000_core", 0),
        ("20240101_000000_core", 0),
        ("20240101000000_core", 0),
        ("20240101000000", 0),
        ("m20240101", 0),
        ("20240101", 0),
        ("2024010212", 1),
        ("20240102_12", 1),
        ("20240102_13", 2),
        ("m20240102_130000_i", 2),
        ("2025", 3),
    ] {
        assert_eq!(history.find(text), Ok(expect), "{text}");
    }
    assert_eq!(
        history.find("20240102"),
        Err(FindError::Ambiguous {
            text: "20240102".into(),
            candidates: vec![
                "m20240102_120000_classes".into(),
                "20240102130000_index".into()
            ],
        })
    );
}

#[test]
fn a_whole_id_or_timestamp_goes_before_the_start_of_another() {
    let history = history(&["1_a", "10_b", "100_c", "2_x", "2_xy"]);
    assert_eq!(history.find("1"), Ok(0));
    assert_eq!(history.find("10"), Ok(3));
    assert_eq!(history.find("100"), Ok(4));
    assert_eq!(history.find("2_x"), Ok(1));
    assert_eq!(history.find("2_xy"), Ok(2));
    assert!(matches!(
        history.find("2"),
        Err(FindError::Ambiguous { .. })
    ));
}

#[test]
fn an_unknown_text_names_the_nearest() {
    let history = history(&["20240101000000_add_phone", "20240201000000_drop_fax"]);
    #[track_caller]
    fn check(history: &History, text: &str, expect: Option<&str>) {
        let error = history.find(text).expect_err("unknown");
        let FindError::Unknown { nearest, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(nearest.as_deref(), expect, "{text}");
    }
    check(&history, "phone", Some("20240101000000_add_phone"));
    check(&history, "drop_facs", Some("20240201000000_drop_fax"));
    check(&history, "20240211000000", Some("20240201000000_drop_fax"));
    check(&history, "m", None);
    check(&history, "", None);
    check(&history, "something else", None);
    check(&history, &"9".repeat(100_000), None);
    check(&History::default(), "x1", None);
}

#[test]
fn the_newest_is_the_latest_by_time_wherever_it_stands() {
    let builtin = vec![rust("m20250101_000000_x"), rust("m20240101_000000_y")];
    let history = History::build(builtin, vec![]).expect("a history");
    assert_eq!(
        history.newest().map(|r| r.id.as_str()),
        Some("m20250101_000000_x")
    );
    assert_eq!(
        history.head().map(|r| r.id.as_str()),
        Some("m20240101_000000_y")
    );
}

proptest! {
    #[test]
    fn merging_keeps_both_orders_and_every_revision(
        rust_ids in prop::collection::hash_set("m2024010[1-9]_00000[0-3]_[a-c]", 0..8),
        sql_ids in prop::collection::hash_set("2024010[1-9]00000[0-3]_[d-f]", 0..8),
        text in "[m0-9_a-f]{0,6}",
    ) {
        let rust_ids: Vec<String> = rust_ids.into_iter().collect();
        let builtin = rust_ids.iter().map(|id| rust(id)).collect();
        let folder = sql_ids.iter().map(|id| file(id)).collect();
        let history = History::build(builtin, folder).expect("a history");
        let (kept, merged): (Vec<&str>, Vec<&str>) =
            ids(&history).into_iter().partition(|id| id.starts_with('m'));
        prop_assert_eq!(kept, rust_ids);
        let mut sorted: Vec<&str> = sql_ids.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        prop_assert_eq!(merged, sorted);
        let _ = history.find(&text);
    }
}
