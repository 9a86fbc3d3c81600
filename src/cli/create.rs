//! `piton create`.

use std::path::{Path, PathBuf};

use chrono::Utc;
use serde::Serialize;

use super::autogenerate::{Sections, compose, elsewhere, sections};
use super::compare::{Selection, compare, loss, remarks};
use super::context::Context;
use super::failure::Failure;
use super::schema_source::{Reader, Source};
use super::sources::Loaded;
use crate::config::Config;
use crate::database::{Purpose, Target};
use crate::dialect::Dialect;
use crate::diff::{Diff, Options, Rename, Renames};
use crate::migrate::{Signal, Standing, findings};
use crate::revision::write::{EMPTY_SECTIONS, create_sql};
use crate::schema::Schema;
use crate::ui::{Answer, bold, count, doubtful, escape};

/// Writes a new revision: what must change so that the database matches the entities
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// What it is for, in any language
    #[arg(short, long, value_name = "MESSAGE")]
    message: String,
    /// With blank sections
    #[arg(long)]
    empty: bool,
    /// Compares the entities with the database, or with the history replayed in a scratch database
    #[arg(long, value_enum, default_value_t = Against::Database, value_name = "WHAT")]
    against: Against,
    /// What was renamed: students.phone:mobile, or old_table:new_table
    #[arg(long, value_name = "A:B")]
    rename: Vec<Rename>,
    /// Nothing was renamed: what looks like it is dropped and added
    #[arg(long, conflicts_with = "rename")]
    no_rename: bool,
    /// The server on which scratch databases are made
    #[arg(long, value_name = "URL")]
    scratch_url: Vec<String>,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Against {
    Database,
    Revisions,
}

#[derive(Serialize)]
struct Document {
    message: String,
    /// Empty where there was nothing to do.
    files: Vec<String>,
    operations: Vec<String>,
    destroys: Vec<String>,
    notes: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let loaded = context.history(&config)?;
    if args.message.trim().is_empty() {
        return Err(Failure::usage(
            "the message is empty; it says what the revision is for",
        ));
    }
    let Some(dir) = loaded.folder.clone() else {
        return Err(
            Failure::config("no folder is named that new revisions could be written to")
                .hint("piton init writes a piton.toml that names one; or --revisions DIR"),
        );
    };
    if args.empty {
        let path = write(&dir, &args.message, &loaded, None, EMPTY_SECTIONS)?;
        tell(context, &args, &[path], &Diff::default(), true);
        return Ok(0);
    }
    loaded.require_complete()?;
    let target = context.target(&config)?;
    context.announce(&config, &target);
    let source = match args.against {
        Against::Database => Source::Database,
        Against::Revisions => Source::Revisions(None),
    };
    if args.against == Against::Database {
        require_head(context, &config, &target, &loaded).await?;
    }
    let sources = [source];
    let reader = Reader::new(
        context,
        &config,
        &loaded,
        &target,
        &sources,
        None,
        &args.scratch_url,
    )
    .await?;
    let before = reader.read(&sources[0]).await?;
    let wanted = reader.desired().await?;
    let mut options = Options {
        renames: Renames {
            accepted: args.rename.clone(),
            refused: Vec::new(),
            never: args.no_rename,
        },
        tables: args.selection.tables.clone(),
        exclude: args.selection.exclude.clone(),
        keep: reader.beyond(),
    };
    options.renames.accepted.extend(reader.renames()?);
    let diff = answered(context, &reader, &before, &wanted, &mut options).await?;
    if diff.ops.is_empty() {
        context
            .ui
            .data("nothing to do: the database is what the entities say");
        tell_notes(context, &diff);
        document(context, &args, &[], &diff);
        return Ok(0);
    }
    let paths = files(&reader, &args, &dir, &diff, &before, &options).await?;
    tell(context, &args, &paths, &diff, false);
    Ok(0)
}

/// The database must stand at head, or the difference would hold what pending revisions do.
async fn require_head(
    context: &Context,
    config: &Config,
    target: &Target,
    loaded: &Loaded,
) -> Result<(), Failure> {
    let mut opened = context.open(config, target, Purpose::Look).await?;
    let standing = Standing::read(opened.session()).await?;
    opened.close().await;
    let found = findings(&loaded.history, &standing);
    if !found.is_empty() {
        return Err(super::failure::findings_failure(&found));
    }
    let pending = loaded
        .history
        .iter()
        .filter(|revision| !standing.is_applied(&revision.id))
        .count();
    if pending == 0 {
        return Ok(());
    }
    Err(Failure::history(format!(
        "the database is not at head ({} pending), so comparing with it would write their changes again",
        count(pending, "revision")
    ))
    .hint("piton upgrade, then create again")
    .hint("or --against revisions, which replays the history in a scratch database"))
}

/// The difference, with every rename answered.
async fn answered(
    context: &Context,
    reader: &Reader<'_>,
    before: &Schema,
    wanted: &Schema,
    options: &mut Options,
) -> Result<Diff, Failure> {
    loop {
        let diff = compare(reader, before, &mut wanted.clone(), options).await?;
        let Some(candidate) = diff.rename_candidates.first() else {
            return Ok(diff);
        };
        let shown = escape(&candidate.rename.to_string(), false);
        if !context.ui.can_ask() {
            let failure = diff.rename_candidates.iter().fold(
                Failure::usage(
                    "something looks renamed, and nobody can be asked; nothing was written",
                ),
                |failure, candidate| {
                    failure.line(format!(
                        "  {}",
                        escape(&candidate.rename.to_string(), false)
                    ))
                },
            );
            return Err(failure
                .hint(format!("--rename {shown}, where it was renamed"))
                .hint("--no-rename, where the old is dropped and the new is added"));
        }
        let (from, to) = shown.split_once(':').unwrap_or((&shown, ""));
        let question = format!("Was {from} renamed to {to}? (no: it is dropped, with its data)");
        let rename = candidate.rename.clone();
        match context.ui.ask(&question) {
            Some(Answer::Yes) => options.renames.accepted.push(rename),
            Some(Answer::No) => options.renames.refused.push(rename),
            Some(Answer::Interrupted) => return Err(Failure::stopped(Signal::Interrupt)),
            None => return Err(Failure::declined()),
        }
    }
}

/// Writes the revision: one file, or several where a commit must stand between two changes.
async fn files(
    reader: &Reader<'_>,
    args: &Args,
    dir: &Path,
    diff: &Diff,
    before: &Schema,
    options: &Options,
) -> Result<Vec<PathBuf>, Failure> {
    let mut dialects: Vec<Dialect> = Vec::new();
    for name in &reader.config.dialects.value {
        let dialect: Dialect = name
            .parse()
            .map_err(|error: crate::dialect::UnknownDialect| Failure::config(error.to_string()))?;
        dialects.push(dialect);
    }
    let named = !dialects.is_empty();
    let here = reader.dialect.family();
    let others: Vec<Dialect> = dialects
        .into_iter()
        .filter(|dialect| dialect.family() != here)
        .collect();
    let mut elsewheres = Vec::new();
    for dialect in others {
        elsewheres.push((
            dialect,
            elsewhere(reader, dialect, diff, options, &args.scratch_url).await?,
        ));
    }
    let mut cuts = vec![0];
    cuts.extend(diff.splits.iter().copied());
    cuts.push(diff.ops.len());
    let parts: Vec<_> = cuts.windows(2).map(|cut| cut[0]..cut[1]).collect();
    let mut paths: Vec<PathBuf> = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let mut all: Vec<Sections> = vec![sections(here, diff, part.clone(), before)?];
        for (dialect, (before, diff)) in &elsewheres {
            // What needs no commit in between there comes with the last part.
            let whole = if i + 1 == parts.len() {
                0..diff.ops.len()
            } else {
                0..0
            };
            all.push(sections(*dialect, diff, whole, before)?);
        }
        let message = if parts.len() == 1 {
            args.message.clone()
        } else {
            format!("{} ({} of {})", args.message, i + 1, parts.len())
        };
        let text = compose(&all, named);
        let newest = paths
            .last()
            .and_then(|path| path.file_stem())
            .map(|stem| stem.to_string_lossy().into_owned());
        paths.push(write(dir, &message, reader.loaded, newest, &text)?);
    }
    Ok(paths)
}

fn write(
    dir: &Path,
    message: &str,
    loaded: &Loaded,
    newest: Option<String>,
    sections: &str,
) -> Result<PathBuf, Failure> {
    let newest = newest.or_else(|| loaded.history.newest().map(|revision| revision.id.clone()));
    Ok(create_sql(
        dir,
        message,
        Utc::now(),
        newest.as_deref(),
        sections,
    )?)
}

fn document(context: &Context, args: &Args, paths: &[PathBuf], diff: &Diff) {
    context.ui.document(
        "create",
        &Document {
            message: args.message.clone(),
            files: paths
                .iter()
                .map(|path| path.display().to_string())
                .collect(),
            operations: diff.ops.iter().map(|op| op.describe()).collect(),
            destroys: diff.ops.iter().filter_map(|op| op.destroys()).collect(),
            notes: remarks(diff),
        },
    );
}

fn tell_notes(context: &Context, diff: &Diff) {
    for note in remarks(diff) {
        context.ui.warn(escape(&note, false));
    }
}

fn tell(context: &Context, args: &Args, paths: &[PathBuf], diff: &Diff, blank: bool) {
    let ui = &context.ui;
    for op in &diff.ops {
        ui.data(format!("  {}", escape(&op.describe(), false)));
    }
    for lost in diff.ops.iter().filter_map(loss) {
        ui.data(
            doubtful()
                .apply_to(format!("  {}", escape(&lost, false)))
                .to_string(),
        );
    }
    tell_notes(context, diff);
    for path in paths {
        ui.data(format!(
            "wrote {}",
            bold().apply_to(escape(&path.display().to_string(), false))
        ));
    }
    document(context, args, paths, diff);
    if blank {
        ui.note(
            "write what it does below `-- migrate:up`, and how to take it back below `-- migrate:down`",
        );
    } else {
        ui.note("review it before applying: piton show head, then piton upgrade");
    }
}
