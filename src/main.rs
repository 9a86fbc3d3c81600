//! The `piton` binary: the command line with the grading platform's entities, history and cache.

mod grading;

use std::process::ExitCode;

use piton::{Entities, Piton};

fn main() -> ExitCode {
    Piton::new()
        .revisions(
            piton_migration::revisions(),
            piton_migration::RUST_SOURCES,
            piton_migration::SQL,
        )
        .entities(|backend| {
            let registry = piton_entity::registry(backend);
            Entities {
                tables: registry.tables,
                indexes: registry.indexes,
                statements: registry.statements,
            }
        })
        .cache(grading::cache)
        .keeping(grading::prune::RULES)
        .samples(grading::seed::sample)
        .legacy(grading::legacy::read)
        .run()
}
