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
            CopyError::NoKey(_) => Failure::usage(text),
            CopyError::Trigger { .. } => Failure::refused(format!("{text}; nothing was copied"))
                .hint("drop the trigger, copy, and make it again"),
            CopyError::Another { .. } => Failure::config(text)
                .hint("finish that copy; or empty the target and drop its table piton_copy"),
            CopyError::Collision { .. } => Failure::refused(format!("{text}; nothing was copied"))
                .hint(
                    "give the key's columns a collation that tells them apart, such as utf8mb4_bin",
                ),
            CopyError::Differs { .. } => Failure::failed(text)
                .line("  the rows stand in the target")
                .hint("is somebody else writing there?"),
            CopyError::Orphans(orphans) => {
                let failure = orphans.iter().fold(Failure::refused(text), |failure, one| {
                    failure.line(escape(
                        &format!(
                            "  {} of {} ({}) refer to nothing in {}",
                            count(usize::try_from(one.rows).unwrap_or(usize::MAX), "row"),
                            one.table,
                            one.columns.join(", "),
                            one.references
                        ),
                        false,
                    ))
                });
                failure.hint("the rows stand in the target, as they are in the source")
            }
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
