//! `piton create`.

use std::path::{Path, PathBuf};

use chrono::Utc;
use serde::Serialize;

use super::autogenerate::{Part, Sections, compose, elsewhere};
use super::compare::{Selection, compare, loss, remarks, uncompared};
use super::context::Context;
use super::create_rust::{self, crate_of};
use super::failure::Failure;
use super::schema_source::{Reader, Source};
use super::sources::Loaded;
use crate::config::Config;
use crate::database::{Purpose, Target};
use crate::dialect::Dialect;
use crate::diff::{Diff, Note, Options, Rename, Renames};
use crate::migrate::{Signal, Standing, findings};
use crate::revision::register::Created;
use crate::revision::rust::empty_source;
use crate::revision::write::{EMPTY_SECTIONS, create_sql};
use crate::schema::Schema;
use crate::ui::{Answer, bold, count, doubtful, escape};

/// Writes a new revision: what must change so that the database matches the entities, or schema.sql
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// What it is for, in any language
    #[arg(short, long, value_name = "MESSAGE")]
    message: String,
    /// With blank sections
    #[arg(long)]
    empty: bool,
    /// What it is written in: SQL, or Rust that is compiled into the project's own binary
    #[arg(long, value_enum, default_value_t = Format::Sql, value_name = "FORMAT")]
    format: Format,
    /// Compares what is desired with the database, or with the history replayed in a scratch database
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
    /// Takes a schema.sql that says nothing at its word: everything is dropped
    #[arg(long)]
    allow_empty: bool,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Against {
    Database,
    Revisions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    Sql,
    Rust,
}

/// A revision that was written.
struct Written {
    path: PathBuf,
    /// Of one in Rust.
    rust: Option<Created>,
}

#[derive(Serialize)]
struct Document {
    message: String,
    written_in: Format,
    /// Whether each file's module is named in its crate's `lib.rs`; absent for SQL.
    #[serde(skip_serializing_if = "Option::is_none")]
    registered: Option<bool>,
    /// What is still to be added to `lib.rs` by hand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    to_add: Vec<String>,
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
    let place = match args.format {
        Format::Sql => Place::Folder(dir),
        Format::Rust => {
            loaded.require_complete()?;
            Place::Crate(crate_of(&config, &dir)?)
        }
    };
    if args.empty {
        let written = match &place {
            Place::Folder(dir) => write(dir, &args.message, &loaded, None, EMPTY_SECTIONS)?,
            Place::Crate(home) => {
                let source = empty_source(&args.message);
                rust(create_rust::write(
                    home,
                    &args.message,
                    &loaded,
                    None,
                    &source,
                )?)
            }
        };
        tell(context, &args, &[written], &Diff::default(), true);
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
    if reader.config.schema.value.is_some() && wanted == Schema::default() {
        refuse_emptying(context, &args, &reader, &before)?;
    }
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
    let no_such = diff.notes.iter().find_map(|note| match note {
        Note::UnknownRename { rename } if args.rename.contains(rename) => Some(rename),
        _ => None,
    });
    if let Some(rename) = no_such {
        let rename = escape(&rename.to_string(), false);
        return Err(Failure::usage(format!(
            "--rename {rename}: there is no such column or table to rename, or none of the new name; nothing was written"
        )));
    }
    if diff.ops.is_empty() {
        let there = match args.against {
            Against::Database => "the database is",
            Against::Revisions => "the history gives",
        };
        context.ui.data(if uncompared(&diff).is_empty() {
            format!("nothing to do: {there} what {}", reader.desired_says())
        } else {
            "nothing written: what still differs is for a revision by hand, piton create --empty"
                .to_owned()
        });
        tell_notes(context, &diff);
        document(context, &args, &[], &diff);
        return Ok(0);
    }
    let written = files(&reader, &args, &place, &diff, &before, &options).await?;
    tell(context, &args, &written, &diff, false);
    Ok(0)
}

/// A file that says nothing would drop all that is there: more likely it is the wrong file, or cut short.
fn refuse_emptying(
    context: &Context,
    args: &Args,
    reader: &Reader<'_>,
    before: &Schema,
) -> Result<(), Failure> {
    if args.allow_empty || *before == Schema::default() {
        return Ok(());
    }
    let says = format!(
        "{} nothing, and {} would be dropped",
        reader.desired_says(),
        match before.tables.len() {
            0 => "all that is there".to_owned(),
            tables => format!("all {}", count(tables, "table")),
        }
    );
    if !context.ui.can_ask() {
        return Err(Failure::usage(format!("{says}; nothing was written"))
            .hint("--allow-empty, where that is meant"));
    }
    match context.ui.ask(&format!("{says}. Is that meant?")) {
        Some(Answer::Yes) => Ok(()),
        Some(Answer::Interrupted) => Err(Failure::stopped(Signal::Interrupt)),
        _ => Err(Failure::declined()),
    }
}

/// Where new revisions are written to.
enum Place {
    Folder(PathBuf),
    Crate(PathBuf),
}

fn rust(created: Created) -> Written {
    Written {
        path: created.path.clone(),
        rust: Some(created),
    }
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
    place: &Place,
    diff: &Diff,
    before: &Schema,
    options: &Options,
) -> Result<Vec<Written>, Failure> {
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
    let mut texts: Vec<(String, String)> = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let mut all: Vec<Part> = vec![Part::new(here, reader.dialect, diff, part.clone(), before)?];
        for (heading, (dialect, before, diff)) in &elsewheres {
            // What needs no commit in between there comes with the last part.
            let whole = if i + 1 == parts.len() {
                0..diff.ops.len()
            } else {
                0..0
            };
            all.push(Part::new(*heading, *dialect, diff, whole, before)?);
        }
        let message = if parts.len() == 1 {
            args.message.clone()
        } else {
            format!("{} ({} of {})", args.message, i + 1, parts.len())
        };
        // Everything is rendered before anything is written: what cannot be done leaves no half behind.
        let text = match place {
            Place::Folder(_) => {
                let sections = all.iter().map(Part::sections);
                let sections = sections.collect::<Result<Vec<Sections>, Failure>>()?;
                compose(&sections, named)
            }
            Place::Crate(_) => create_rust::source(&message, &all)?,
        };
        texts.push((message, text));
    }
    let mut written: Vec<Written> = Vec::new();
    for (message, text) in texts {
        let newest = written
            .last()
            .and_then(|written| written.path.file_stem())
            .map(|stem| stem.to_string_lossy().into_owned());
        written.push(match place {
            Place::Folder(dir) => write(dir, &message, reader.loaded, newest, &text)?,
            Place::Crate(home) => {
                let newest = newest.as_deref();
                rust(create_rust::write(
                    home,
                    &message,
                    reader.loaded,
                    newest,
                    &text,
                )?)
            }
        });
    }
    Ok(written)
}

fn write(
    dir: &Path,
    message: &str,
    loaded: &Loaded,
    newest: Option<String>,
    sections: &str,
) -> Result<Written, Failure> {
    let newest = newest.or_else(|| loaded.history.newest().map(|revision| revision.id.clone()));
    let path = create_sql(dir, message, Utc::now(), newest.as_deref(), sections)?;
    Ok(Written { path, rust: None })
}

fn document(context: &Context, args: &Args, written: &[Written], diff: &Diff) {
    let modules = || written.iter().filter_map(|it| it.rust.as_ref());
    context.ui.document(
        "create",
        &Document {
            message: args.message.clone(),
            written_in: args.format,
            registered: (args.format == Format::Rust).then(|| modules().all(|it| it.registered)),
            to_add: to_add(written),
            files: written
                .iter()
                .map(|written| written.path.display().to_string())
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

/// The lines that nobody could add for the person.
fn to_add(written: &[Written]) -> Vec<String> {
    let modules = written.iter().filter_map(|it| it.rust.as_ref());
    modules
        .filter(|it| !it.registered)
        .flat_map(Created::lines)
        .collect()
}

fn tell(context: &Context, args: &Args, written: &[Written], diff: &Diff, blank: bool) {
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
    for written in written {
        ui.data(format!(
            "wrote {}",
            bold().apply_to(escape(&written.path.display().to_string(), false))
        ));
    }
    let to_add = to_add(written);
    if !to_add.is_empty() {
        ui.warn("src/lib.rs has a shape of its own and was left alone; add to it, the second line to the list of revisions:");
        for line in &to_add {
            ui.data(format!("  {line}"));
        }
    }
    document(context, args, written, diff);
    if args.format == Format::Rust {
        if blank {
            ui.note("write what it does in `up`, and how to take it back in `down`");
        }
        ui.note("review it before applying: then cargo build, since it is compiled in, and piton upgrade");
    } else if blank {
        ui.note(
            "write what it does below `-- migrate:up`, and how to take it back below `-- migrate:down`",
        );
    } else {
        ui.note("review it before applying: piton show head, then piton upgrade");
    }
}
