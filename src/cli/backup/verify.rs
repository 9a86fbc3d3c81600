//! `piton backup verify`.

use std::path::PathBuf;

use serde::Serialize;

use super::deep;
use crate::admin::backup::check;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::ui::{bytes, count, escape, good};

/// Reads every byte of a backup and says whether it is what was written
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The backup: its path, or its name in the directory of backups
    backup: PathBuf,
    /// Restores it into a scratch database too, and compares every row. Of pg_dump's and mysqldump's own formats only
    /// that it comes back without an error, and at which revision
    #[arg(long)]
    deep: bool,
    /// The server on which the scratch database is made; the configured one where it is left out
    #[arg(long, value_name = "URL", requires = "deep")]
    scratch_url: Option<String>,
}

#[derive(Serialize)]
struct Document {
    name: String,
    path: String,
    ok: bool,
    /// Whether it was restored and compared too.
    deep: bool,
    files: usize,
    bytes: u64,
    tables: usize,
    rows: u64,
    /// What came out of a scratch database otherwise than it is in the backup, a line each.
    findings: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let path = super::find(context, &config, &args.backup);
    let dir = path.clone();
    let checked = tokio::task::spawn_blocking(move || check(&dir))
        .await
        .map_err(|error| Failure::failed(format!("checking ended: {error}")))??;
    let manifest = checked.manifest.clone();
    let is_dump = manifest.layout.is_dump();
    let mut document = Document {
        name: super::file_name(&path),
        path: path.display().to_string(),
        ok: true,
        deep: args.deep,
        files: manifest.all_files().count() + 1,
        bytes: checked.bytes,
        tables: manifest.tables.len(),
        rows: manifest.rows(),
        findings: Vec::new(),
    };
    if args.deep {
        document.findings =
            deep::compare_with_scratch(context, &config, checked, args.scratch_url.as_deref())
                .await?;
        document.ok = document.findings.is_empty();
    }
    let ui = &context.ui;
    for line in &document.findings {
        ui.data(format!("  {}", escape(line, false)));
    }
    let name = escape(&document.name, false);
    if document.ok {
        let rows = usize::try_from(document.rows).unwrap_or(usize::MAX);
        let compared = match (args.deep, is_dump) {
            (true, false) => format!(", and {} came back the same", count(rows, "row")),
            (true, true) => ", and a scratch database took all of it".to_owned(),
            (false, _) => String::new(),
        };
        ui.data(format!(
            "{} {name}: {}, {}{compared}",
            good().apply_to("holds"),
            count(document.files, "file"),
            bytes(document.bytes),
        ));
    } else {
        ui.data(format!("{name} does not come back as it was"));
    }
    ui.document("backup_verify", &document);
    Ok(if document.ok { 0 } else { 8 })
}
