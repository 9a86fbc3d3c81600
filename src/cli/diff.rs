//! `piton diff`.

use serde::Serialize;

use super::compare::{OpDocument, Selection, compare, documents, loss, remarks, render};
use super::context::Context;
use super::failure::Failure;
use super::schema_source::{Reader, Source};
use crate::dialect::Dialect;
use crate::diff::{Kind, Options, Rename, Renames};
use crate::ui::{count, escape};

/// Prints the SQL that turns one schema into another
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// A database URL, a .sql file, entities, revisions, revisions@REV, database or empty
    from: String,
    /// The same
    to: String,
    /// postgres, mysql, mariadb or sqlite, where neither side tells
    #[arg(long, value_name = "NAME")]
    dialect: Option<Dialect>,
    /// The server on which scratch databases are made, for .sql files and revisions
    #[arg(long, value_name = "URL")]
    scratch_url: Vec<String>,
    /// Exits with 6 where they differ
    #[arg(long)]
    exit_code: bool,
    /// What was renamed: students.phone:mobile, or old_table:new_table
    #[arg(long, value_name = "A:B")]
    rename: Vec<Rename>,
    /// Nothing was renamed: what looks like it is dropped and added
    #[arg(long, conflicts_with = "rename")]
    no_rename: bool,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Serialize)]
struct Document {
    from: String,
    to: String,
    dialect: &'static str,
    operations: Vec<OpDocument>,
    /// What looks renamed; it is treated as renamed until it is answered.
    rename_candidates: Vec<String>,
    notes: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    let from = Source::parse(&args.from, context, &config)?;
    let to = Source::parse(&args.to, context, &config)?;
    let sources = [from, to];
    let reader = Reader::new(
        context,
        &config,
        &loaded,
        &target,
        &sources,
        args.dialect,
        &args.scratch_url,
    )
    .await?;
    let before = reader.read(&sources[0]).await?;
    let mut after = reader.read(&sources[1]).await?;
    let beyond = if sources.iter().any(|source| reader.is_of_entities(source)) {
        Kind::BEYOND_ENTITIES.to_vec()
    } else {
        Vec::new()
    };
    let options = Options {
        renames: Renames {
            accepted: args.rename.clone(),
            refused: Vec::new(),
            never: args.no_rename,
        },
        tables: args.selection.tables.clone(),
        exclude: args.selection.exclude.clone(),
        keep: beyond,
    };
    let diff = compare(&reader, &before, &mut after, &options).await?;
    let rendered = render(reader.dialect, &diff.ops, &before)?;
    let ui = &context.ui;
    for group in &rendered {
        for op in &diff.ops[group.ops.clone()] {
            ui.data(format!("-- {}", escape(&op.describe(), false)));
            if let Some(lost) = loss(op) {
                ui.data(format!("-- {}", escape(&lost, false)));
            }
        }
        for statement in &group.statements {
            ui.data(reader.dialect.script_statement(statement).trim_end());
        }
    }
    for candidate in &diff.rename_candidates {
        let shown = escape(&candidate.rename.to_string(), false);
        ui.warn(format!(
            "taken for a rename: {shown} (--rename {shown} says that it is one, --no-rename drops and adds)"
        ));
    }
    for note in remarks(&diff) {
        ui.warn(escape(&note, false));
    }
    if diff.ops.is_empty() {
        ui.note("no difference");
    } else {
        ui.note(count(diff.ops.len(), "difference"));
    }
    ui.document(
        "diff",
        &Document {
            from: args.from,
            to: args.to,
            dialect: reader.dialect.name(),
            operations: documents(&diff.ops, &rendered),
            rename_candidates: diff
                .rename_candidates
                .iter()
                .map(|candidate| candidate.rename.to_string())
                .collect(),
            notes: remarks(&diff),
        },
    );
    Ok(if args.exit_code && !diff.ops.is_empty() {
        6
    } else {
        0
    })
}
