//! Rows that could not be carried from one database to another.

use super::Failure;
use crate::admin::copy::CopyError;
use crate::admin::seed::SeedError;
use crate::dialect::rows::RowsError;
use crate::ui::{count, escape};

impl From<RowsError> for Failure {
    fn from(error: RowsError) -> Self {
        let text = escape(&error.to_string(), false);
        match error {
            RowsError::Value { reason, .. } => {
                let failure = Failure::refused(text);
                match reason.contains("digits of a second") {
                    true => failure.hint("--cut-fractions cuts them off, for every table"),
                    false => failure,
                }
            }
            RowsError::Column { .. } => Failure::refused(text),
            RowsError::Refused { source, .. } => {
                let failure = Failure::from(*source);
                Failure {
                    message: text,
                    ..failure
                }
            }
            RowsError::Damaged { .. } => Failure::new(8, "corrupt", text),
            RowsError::Database(error) => error.into(),
        }
    }
}

impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        let text = escape(&error.to_string(), false);
        match error {
            CopyError::Rows(error) => error.into(),
            CopyError::Database(error) => error.into(),
            CopyError::NoSuchTable(_) => Failure::usage(text),
            CopyError::NotThere(_) => Failure::config(text)
                .hint("piton upgrade with --url makes the history's tables there")
                .hint("--follow-schema makes them from the source's"),
            CopyError::NotEmpty(_) => Failure::config(format!("{text}; nothing was copied"))
                .hint("--upsert replaces the rows that have the same key and leaves all others"),
            CopyError::Changed(_) => Failure::config(format!("{text}; they were left alone"))
                .hint("move them away, and the same command goes on")
                .hint(GIVE_UP),
            CopyError::NoKey(_) => Failure::usage(text),
            CopyError::Trigger { .. } => Failure::refused(format!("{text}; nothing was copied"))
                .hint("drop the trigger, copy, and make it again"),
            CopyError::Another { before: None } => Failure::config(text).hint(GIVE_UP),
            CopyError::Another { .. } => Failure::config(text)
                .hint("that copy goes on where it was with --from and --upsert as they were then")
                .hint(GIVE_UP),
            CopyError::Making { statement, source } => Failure {
                message: text,
                ..Failure::from(source)
            }
            .line(format!("  in {}", escape(&statement, true)))
            .line("  no table was made"),
            CopyError::HalfMade => Failure::config(text)
                .hint("the same command with --follow-schema makes them anew, and goes on"),
            CopyError::Collision { .. } => Failure::refused(format!("{text}; nothing was copied"))
                .hint(
                    "give the key's columns a collation that tells them apart, such as utf8mb4_bin",
                ),
            CopyError::Differs { .. } => Failure::failed(text)
                .line("  the table was left as it was")
                .hint("does a rule, a trigger or somebody else change what is written there?"),
            CopyError::Orphans {
                orphans,
                not_copied,
            } => {
                let failure = orphans.iter().fold(Failure::refused(text), |failure, one| {
                    failure.line(escape(
                        &format!(
                            "  {} of {} ({}) refer to nothing in {}",
                            count(one.rows, "row"),
                            one.table,
                            one.columns.join(", "),
                            one.references
                        ),
                        false,
                    ))
                });
                match not_copied[..] {
                    [] => {
                        failure.hint("mend these rows in the source, and the same command goes on")
                    }
                    _ => failure.hint(format!(
                        "what they refer to was not copied: add -t {}, and the copy goes on",
                        escape(&not_copied.join(" -t "), false)
                    )),
                }
            }
        }
    }
}

/// For whoever does not want to end a copy that was begun.
const GIVE_UP: &str = "DROP TABLE piton_copy in the target gives that copy up: its rows stay, and --upsert replaces them";

impl Failure {
    /// What stood in the way of a file of the project's past.
    pub(in crate::cli) fn of_legacy(error: SeedError) -> Failure {
        match error {
            SeedError::NotEmpty(_) => Failure::config(escape(&error.to_string(), false))
                .line("  nothing was put in")
                .hint("--to names the target: a database of its own has no rows yet"),
            error => error.into(),
        }
    }
}

impl From<SeedError> for Failure {
    fn from(error: SeedError) -> Self {
        let text = escape(&error.to_string(), false);
        let failure = match error {
            SeedError::Rows(error) => error.into(),
            SeedError::Database(error) => error.into(),
            SeedError::NoSuchTable(_) => Failure::usage(text)
                .hint("-t names the table; piton upgrade makes those of the history"),
            SeedError::NotEmpty(_) => {
                Failure::config(text).hint("piton drop_tables and piton upgrade begin anew")
            }
            SeedError::Malformed { .. } => Failure::failed(text),
            SeedError::Orphans { .. } => Failure::refused(text),
        };
        failure.line("  nothing was put in")
    }
}
