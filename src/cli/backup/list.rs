//! `piton backup list`.

use std::path::PathBuf;

use serde::Serialize;

use crate::admin::backup::{Found, State, list};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::ui::{Table, bytes, escape};

/// Lists the backups, oldest first; their manifests are read, and nothing else
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The directory of backups; backup.dir in piton.toml where it is left out
    dir: Option<PathBuf>,
}

#[derive(Serialize)]
struct Document {
    dir: String,
    /// Oldest first.
    backups: Vec<BackupDocument>,
}

#[derive(Serialize)]
struct BackupDocument {
    name: String,
    path: String,
    /// whole, partial or unreadable.
    state: &'static str,
    made_at: String,
    /// Null, as all that follows, where it is not whole.
    backup_format: Option<&'static str>,
    revision: Option<String>,
    backend: Option<String>,
    database: Option<String>,
    /// Whether only some of the tables are in it.
    some_tables: Option<bool>,
    tables: Option<usize>,
    rows: Option<u64>,
    bytes: Option<u64>,
    reason: Option<String>,
}

impl BackupDocument {
    fn of(found: Found) -> BackupDocument {
        let mut document = BackupDocument {
            name: found.name,
            path: found.path.display().to_string(),
            state: "whole",
            made_at: found.made_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            backup_format: None,
            revision: None,
            backend: None,
            database: None,
            some_tables: None,
            tables: None,
            rows: None,
            bytes: None,
            reason: None,
        };
        match found.state {
            State::Whole(manifest) => {
                document.backup_format = Some(manifest.layout.format());
                document.bytes = Some(manifest.bytes());
                if !manifest.tables.is_empty() {
                    document.tables = Some(manifest.tables.len());
                    document.rows = Some(manifest.rows());
                }
                document.some_tables = Some(manifest.partial);
                document.revision = manifest.revision;
                document.backend = Some(manifest.source.backend);
                document.database = Some(manifest.source.database);
            }
            State::Partial { .. } => document.state = "partial",
            State::Unreadable { reason } => {
                document.state = "unreadable";
                document.reason = Some(reason);
            }
        }
        document
    }
}

pub(super) fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let dir = super::dir(&config, args.dir.as_deref(), context);
    let backups: Vec<BackupDocument> = list(&dir)?.into_iter().map(BackupDocument::of).collect();
    let ui = &context.ui;
    if backups.is_empty() {
        ui.data(format!("no backups in {}", super::shown(context, &dir)));
    } else {
        let mut table = Table::new([
            "backup", "of", "format", "revision", "tables", "rows", "size",
        ]);
        for backup in &backups {
            table.row(cells(backup));
        }
        for line in table.lines() {
            ui.data(line);
        }
    }
    ui.document(
        "backup_list",
        &Document {
            dir: dir.display().to_string(),
            backups,
        },
    );
    Ok(0)
}

fn cells(backup: &BackupDocument) -> [String; 7] {
    let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let text = |text: &Option<String>| escape(text.as_deref().unwrap_or("-"), false);
    let of = match backup.state {
        "whole" => text(&backup.backend),
        "partial" => "not finished".to_owned(),
        _ => format!("unreadable: {}", text(&backup.reason)),
    };
    let revision = match (&backup.revision, backup.state) {
        (None, "whole") => "base".to_owned(),
        (revision, _) => text(revision),
    };
    [
        escape(&backup.name, false),
        of,
        backup.backup_format.unwrap_or("-").to_owned(),
        revision,
        match (backup.tables, backup.some_tables) {
            (Some(tables), Some(true)) => format!("{tables}, not all"),
            (tables, _) => number(tables.map(|n| n as u64)),
        },
        number(backup.rows),
        backup.bytes.map_or_else(|| "-".to_owned(), bytes),
    ]
}
