//! What stood in the way of a backup or a restore.

use super::{Failure, words};
use crate::admin::backup::BackupError;
use crate::dialect::CatalogError;
use crate::schema::Name;
use crate::ui::escape;

/// How many things of a kind are named.
const NAMED: usize = 10;

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let text = words(&error);
        match error {
            BackupError::Io { .. } => Failure::files(text),
            BackupError::NotABackup { .. } => {
                Failure::usage(text).hint("piton backup list shows what there is")
            }
            BackupError::NoSuchTable { .. } => Failure::usage(text),
            BackupError::Unfinished { .. } => {
                Failure::config(text).hint("piton backup makes a new one")
            }
            BackupError::Version { .. } => Failure::config(text).hint("use the piton that made it"),
            BackupError::Damaged { damage, .. } => {
                let lines = damage.iter().map(|one| {
                    format!(
                        "{}: {}",
                        escape(&one.file, false),
                        escape(&one.reason, false)
                    )
                });
                let failure = Failure::new(8, "corrupt", text).all(lines, damage.len());
                failure.hint("nothing was changed; piton backup list shows the other backups")
            }
            BackupError::NoProgram { .. } | BackupError::OldProgram { .. } => Failure::config(text)
                .hint("install the server's own client programs of its version, or newer")
                .hint("--format portable needs no other program"),
            BackupError::ProgramFailed {
                said, disk_full, ..
            } => {
                let failure = match disk_full {
                    true => Failure::files(text),
                    false => Failure::failed(text),
                };
                let hints = [
                    // pg_restore's words: its whole run is one transaction, which is rolled back.
                    (
                        said.contains("role \"") && said.contains("\" does not exist"),
                        "make the role, or --no-owner --no-privileges leaves roles out",
                    ),
                    (
                        said.contains("other objects depend on it"),
                        "--drop-others drops what there is beside the backup too",
                    ),
                ];
                let given = hints.into_iter().filter(|(given, _)| *given);
                let failure = given.fold(failure, |failure, (_, hint)| failure.hint(hint));
                let lines = said.lines().rev().take(NAMED).collect::<Vec<_>>();
                let lines = lines.into_iter().rev();
                lines.fold(failure, |failure, line| {
                    failure.line(format!("  {}", escape(line, false)))
                })
            }
            BackupError::NotEmpty { tables } => Failure::config(text)
                .tables(&tables)
                .hint("--replace puts the backup's rows in the place of theirs"),
            BackupError::OtherRestore { name, arguments } => {
                let words = std::iter::once(&name).chain(&arguments);
                let words: Vec<String> = words.map(|it| escape(&word(it), false)).collect();
                Failure::config(text)
                    .hint(format!(
                        "piton restore {} goes on where it was",
                        words.join(" ")
                    ))
                    .hint("--anew gives it up and begins this one")
            }
            BackupError::Note { .. } => {
                Failure::config(text).hint("go on with the piton that began it")
            }
            BackupError::NotAlike { .. } => Failure::usage(text).hint("leave --drop-others out"),
            BackupError::NoTables { tables, .. } => Failure::config(text)
                .tables(&tables)
                .hint("make them first (piton upgrade), then restore with --replace"),
            BackupError::OtherDatabase { .. } => {
                Failure::config(text).hint("a portable backup restores into any database")
            }
            BackupError::OnlyNative { .. } => Failure::usage(text),
            BackupError::Statement { statement, source } => {
                let mut failure = Failure::working(&source);
                failure
                    .detail
                    .extend(crate::ui::marked(&statement, 1, source.position));
                failure
            }
            BackupError::Counted { .. } => Failure::failed(text),
            BackupError::Orphans { lines } => {
                let failure = Failure::refused(text);
                let shown = lines.iter().map(|line| escape(line, false));
                failure
                    .all(shown, lines.len())
                    .hint("remove those rows, then the same command again; or restore the tables that they refer to as well, with --anew")
            }
            BackupError::Rows(error) => error.into(),
            BackupError::Database(error) => error.into(),
            BackupError::Catalog(error) => match error {
                CatalogError::Query { source, .. } => Failure {
                    message: text,
                    ..Failure::working(&source)
                },
                CatalogError::Unexpected { .. } => Failure::failed(text),
            },
            BackupError::Ddl(error) => Failure::failed(words(&error)),
            BackupError::Store(error) => error.into(),
            BackupError::Standing(error) => error.into(),
            BackupError::Run(error) => error.into(),
            BackupError::Stopped(signal) => Failure::stopped(signal),
        }
    }
}

/// A text as one word of a shell's.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

impl Failure {
    /// Adds a line for each, the first ones.
    fn all(self, lines: impl Iterator<Item = String>, of: usize) -> Failure {
        let failure = lines
            .take(NAMED)
            .fold(self, |failure, line| failure.line(format!("  {line}")));
        match of.checked_sub(NAMED) {
            None | Some(0) => failure,
            Some(more) => failure.line(format!("  and {more} more")),
        }
    }

    fn tables(self, tables: &[Name]) -> Failure {
        let lines = tables.iter().map(|name| escape(&name.to_string(), false));
        self.all(lines, tables.len())
    }
}
