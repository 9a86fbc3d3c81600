//! `piton seed`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;
use serde::Serialize;

use super::context::Context;
use super::desired;
use super::failure::Failure;
use super::migrating::Locks;
use crate::admin::seed::{Rows, Size, of_csv, of_json, write};
use crate::database::Purpose;
use crate::ui::{count, escape, good};

/// Puts rows in for development: those of a file, or believable ones that are generated
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "\
Examples:
  piton seed --size medium
  piton seed students.csv
  piton seed rows.json -t students

A CSV file names its columns in the first line; an empty field is NULL. A JSON file is an array of objects, or an object
with such an array for each table. All rows go in, or none.")]
pub(super) struct Args {
    /// A .csv or .json file
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The table that the file's rows are for; its name without the ending, where this is left out
    #[arg(short = 't', long = "table", value_name = "TABLE", requires = "file")]
    table: Option<String>,
    /// How much is generated
    #[arg(long, value_enum, default_value_t = Amount::Small, conflicts_with = "file")]
    size: Amount,
    /// The same number generates the same rows
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "file")]
    rng_seed: u64,
    #[command(flatten)]
    locks: Locks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Amount {
    Small,
    Medium,
    Large,
}

#[derive(Serialize)]
pub(super) struct Document {
    target: String,
    tables: Vec<TableDocument>,
    rows: u64,
}

#[derive(Serialize)]
struct TableDocument {
    table: String,
    rows: u64,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let started = Instant::now();
    let config = context.config()?;
    context.refuse_under_guards(&config, "seed")?;
    let all = match &args.file {
        Some(file) => of_file(file, args.table.as_deref())?,
        None => {
            let size = match args.size {
                Amount::Small => Size::Small,
                Amount::Medium => Size::Medium,
                Amount::Large => Size::Large,
            };
            context.project.sample(size, args.rng_seed).ok_or_else(|| {
                Failure::usage("this project generates no rows")
                    .hint("piton seed FILE puts the rows of a .csv or .json file in")
            })?
        }
    };
    let target = context.target(&config)?;
    context.ui.note(escape(&target.describe(), false));
    let wait = args.locks.lock_timeout;
    let mut opened = context
        .open(&config, &target, Purpose::Work { wait })
        .await?;
    let ui = &context.ui;
    let progress = ui.progress(all.len());
    let mut session = opened.take_session();
    let work = async {
        let schema = desired::there(&mut session).await?;
        let told = |table: &str| progress.begin(table);
        let generated = args.file.is_none();
        Ok(write(&mut session, &schema, all, generated, &told).await?)
    };
    let written = super::unless_stopped(&context.stop, work).await;
    progress.end();
    session.close().await;
    if written.is_ok() {
        opened.commit().await?;
    }
    opened.close().await;
    let written = written?;
    let rows: u64 = written.iter().map(|put| put.rows).sum();
    for put in &written {
        ui.data(format!("  {:>9}  {}", put.rows, escape(&put.table, false)));
    }
    ui.data(format!(
        "{} in {}, {}",
        good().apply_to(count(rows, "row")),
        count(written.len(), "table"),
        crate::ui::duration(started.elapsed())
    ));
    let tables = written.into_iter();
    ui.document(
        "seed",
        &Document {
            target: target.describe(),
            tables: tables
                .map(|put| TableDocument {
                    table: put.table,
                    rows: put.rows,
                })
                .collect(),
            rows,
        },
    );
    Ok(0)
}

fn of_file(file: &Path, table: Option<&str>) -> Result<Vec<Rows>, Failure> {
    let shown = escape(&file.display().to_string(), false);
    let unreadable = |error: std::io::Error| Failure::files(format!("{shown}: {error}"));
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let table = table.unwrap_or(&stem);
    let ending = file.extension().unwrap_or_default().to_string_lossy();
    match ending.to_ascii_lowercase().as_str() {
        "csv" => {
            let opened = std::fs::File::open(file).map_err(unreadable)?;
            Ok(vec![of_csv(table, opened)?])
        }
        "json" => {
            let text = std::fs::read_to_string(file).map_err(unreadable)?;
            Ok(of_json(table, text.trim_start_matches('\u{feff}'))?)
        }
        _ => Err(Failure::usage(format!(
            "{shown} ends neither in .csv nor in .json"
        ))),
    }
}
