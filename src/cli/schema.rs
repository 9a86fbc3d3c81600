//! `piton schema`.

mod entity;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::schema_source::{Reader, Source};
use crate::dialect::Dialect;
use crate::dialect::ddl::create;
use crate::schema::Schema;
use crate::schema::render::{SchemaDocument, mermaid};
use crate::ui::{count, escape};

/// Prints a schema: as SQL that makes it again, as JSON, as a diagram, as SeaORM entities
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// database, a URL, a .sql file, entities, revisions or revisions@REV
    #[arg(value_name = "SOURCE", default_value = "database")]
    source: String,
    /// How it is printed; json under --json, sql otherwise
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// The database that entities, revisions or a .sql file are read for: postgres, mysql, mariadb or sqlite
    #[arg(long, value_name = "NAME")]
    dialect: Option<Dialect>,
    /// The server on which scratch databases are made; by default the configured one
    #[arg(long, value_name = "URL")]
    scratch_url: Vec<String>,
    /// Writes entities into this directory, a file for each table
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Overwrites files that are in that directory
    #[arg(long, requires = "output")]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Statements that make it from nothing
    Sql,
    /// One document: docs/json/schema.schema.json
    Json,
    /// An entity-relationship diagram
    Mermaid,
    /// SeaORM entities
    Entity,
}

#[derive(Serialize)]
struct Document<'a> {
    source: &'a str,
    dialect: &'static str,
    schema: SchemaDocument<'a>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let format = match (args.format, context.ui.is_json()) {
        (Some(Format::Sql | Format::Mermaid), true) => {
            return Err(
                Failure::usage("--json prints one JSON document, and this format is none")
                    .hint("leave out --json, or --format"),
            );
        }
        (Some(format), _) => format,
        (None, true) => Format::Json,
        (None, false) => Format::Sql,
    };
    if args.output.is_some() && format != Format::Entity {
        return Err(Failure::usage(
            "--output is a directory for entities; everything else goes to stdout",
        )
        .hint("--format entity, or a redirection of stdout"));
    }
    let config = context.config()?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    let source = Source::parse(&args.source, context, &config)?;
    let shown = match &source {
        Source::Database => target.describe(),
        Source::Url(target) => target.describe(),
        _ => args.source.clone(),
    };
    let reader = Reader::new(
        context,
        &config,
        &loaded,
        &target,
        std::slice::from_ref(&source),
        args.dialect,
        &args.scratch_url,
    )
    .await?;
    let dialect = reader.dialect;
    let schema = reader.read(&source).await?;
    for line in &schema.not_understood {
        context
            .ui
            .warn(format!("not understood: {}", escape(line, false)));
    }
    match format {
        Format::Sql => context.ui.script(&script(dialect, &schema, &shown)?),
        Format::Mermaid => context.ui.script(&mermaid(&schema)),
        Format::Json => context.ui.print_document(
            "schema",
            &Document {
                source: &shown,
                dialect: dialect.name(),
                schema: (&schema).into(),
            },
        ),
        Format::Entity => {
            let written = entity::write(dialect, &schema)
                .map_err(|error| Failure::failed(escape(&error.to_string(), true)))?;
            hand_over(context, &args, &written)?;
        }
    }
    Ok(0)
}

#[derive(Serialize)]
struct EntityDocument<'a> {
    /// Null where the files were not written: then their texts are here.
    directory: Option<String>,
    files: Vec<FileDocument<'a>>,
    as_sql: &'a [String],
    without_entity: &'a [String],
}

#[derive(Serialize)]
struct FileDocument<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// Writes the entities where they were asked for, or prints them; says what they could not say.
fn hand_over(context: &Context, args: &Args, written: &entity::Written) -> Result<(), Failure> {
    let ui = &context.ui;
    let dir = args
        .output
        .as_ref()
        .map(|dir| context.surroundings.dir.join(dir));
    match &dir {
        Some(dir) => {
            write_files(dir, &written.files, args.force)?;
            ui.data(format!(
                "{} written to {}",
                count(written.files.len(), "file"),
                escape(&dir.display().to_string(), false)
            ));
        }
        None if ui.is_json() => {}
        None => {
            for (name, text) in &written.files {
                ui.script(&format!("// {name}\n\n{text}\n"));
            }
        }
    }
    let line = |text: &String| ui.warn(escape(text, false));
    for text in &written.left_out {
        line(&format!("no entity for {text}"));
    }
    for text in &written.beside {
        line(&format!(
            "no attribute says it, registry.rs does as SQL: {text}"
        ));
    }
    let files = written.files.iter().map(|(name, text)| FileDocument {
        name,
        text: dir.is_none().then_some(text),
    });
    ui.document(
        "schema",
        &EntityDocument {
            directory: dir.as_ref().map(|dir| dir.display().to_string()),
            files: files.collect(),
            as_sql: &written.beside,
            without_entity: &written.left_out,
        },
    );
    Ok(())
}

/// All of them or, where one is in the way, none.
fn write_files(dir: &Path, files: &[(String, String)], force: bool) -> Result<(), Failure> {
    let failed = |path: &Path, error: std::io::Error| {
        let shown = escape(&path.display().to_string(), false);
        Failure::files(format!("cannot write {shown}: {error}"))
    };
    std::fs::create_dir_all(dir).map_err(|error| failed(dir, error))?;
    let there = files.iter().find(|(name, _)| dir.join(name).exists());
    if let Some((name, _)) = there.filter(|_| !force) {
        return Err(Failure::files(format!(
            "{} is there already; nothing was written",
            escape(&dir.join(name).display().to_string(), false)
        ))
        .hint("--force overwrites it, or --output names another directory"));
    }
    for (name, text) in files {
        let path = dir.join(name);
        std::fs::write(&path, text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

/// Everything that makes the schema again, for the database's own client or for `schema` in `piton.toml`.
fn script(dialect: Dialect, schema: &Schema, source: &str) -> Result<String, Failure> {
    let statements = create(dialect, schema)
        .map_err(|error| Failure::failed(escape(&error.to_string(), false)))?;
    let mut text = format!(
        "-- {}: the schema of {}\n",
        dialect.title(),
        escape(source, false)
    );
    for line in &schema.not_understood {
        text.push_str(&format!("-- not understood: {}\n", escape(line, false)));
    }
    text.push('\n');
    text.push_str(dialect.schema_preamble());
    let mut last_was_long = true;
    for statement in &statements {
        let long = statement.trim_end().contains('\n');
        if (long || last_was_long) && !text.ends_with("\n\n") {
            text.push('\n');
        }
        text.push_str(&dialect.script_statement(statement));
        last_was_long = long;
    }
    Ok(text)
}
