//! The history of the AI grading platform's schema: Rust revisions in `src/`, SQL revisions in `sql/`.
//!
//! A revision that has been released is never changed. This crate knows nothing of the entities, which will
//! have moved on by the time that an old revision is next run.

mod m20240115_083000_create_grading_core;
mod m20240318_141500_create_classes_and_assignments;
mod m20240902_070000_create_assignment_submissions;
mod m20250210_091500_create_evaluations_and_knowledge_points;
mod migrator;
mod sql_revision;
mod timestamp;

pub use migrator::Migrator;

use sea_orm_migration::MigrationTrait;

/// From the modules of the Rust revisions: [`revisions`] and [`RUST_SOURCES`].
macro_rules! rust_revisions {
    ($($module:ident,)+) => {
        /// The Rust revisions, oldest first.
        pub fn revisions() -> Vec<Box<dyn MigrationTrait>> {
            vec![$(Box::new($module::Migration)),+]
        }

        /// Name and source of each Rust revision, in the order of [`revisions`].
        pub const RUST_SOURCES: &[(&str, &str)] = &[
            $((stringify!($module), include_str!(concat!(stringify!($module), ".rs")))),+
        ];
    };
}

rust_revisions! {
    m20240115_083000_create_grading_core,
    m20240318_141500_create_classes_and_assignments,
    m20240902_070000_create_assignment_submissions,
    m20250210_091500_create_evaluations_and_knowledge_points,
}

/// Name (the file's stem) and text of each SQL revision, oldest first: the folder `sql/` when this was built.
pub const SQL: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sql.rs"));
