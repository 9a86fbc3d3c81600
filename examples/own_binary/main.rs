//! Somebody else's project with a `piton` of its own: a revision in Rust, one in SQL, and an entity.
//!
//! In a directory of its own, since this repository's `piton.toml` names the grading platform's revisions:
//!
//! ```sh
//! cd "$(mktemp -d)"
//! cargo run --manifest-path …/piton/Cargo.toml --example own_binary -- init --upgrade
//! ```
//!
//! The grading platform's history and entities are not in it.

mod m20260101_090000_create_notes;
mod note;

use std::process::ExitCode;

use piton::{Entities, Piton};
use sea_orm::Schema;

fn main() -> ExitCode {
    Piton::new()
        .revisions(
            vec![Box::new(m20260101_090000_create_notes::Migration)],
            // Its source, for the checksum that tells when an applied revision was edited.
            &[(
                "m20260101_090000_create_notes",
                include_str!("m20260101_090000_create_notes.rs"),
            )],
            &[(
                "20260102090000_add_author_to_notes",
                include_str!("sql/20260102090000_add_author_to_notes.sql"),
            )],
        )
        .entities(|backend| {
            let schema = Schema::new(backend);
            Entities {
                tables: vec![schema.create_table_from_entity(note::Entity)],
                indexes: schema.create_index_from_entity(note::Entity),
                statements: Vec::new(),
            }
        })
        .run()
}
