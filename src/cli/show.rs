//! `piton show`.

use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use crate::dialect::Dialect;
use crate::migrate::{PrepareError, Work, prepare_one, record};
use crate::revision::{Body, Direction, History};
use crate::ui::{bold, escape};

/// Prints one revision and what it runs, up and down
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// head, or a revision's id or the start of one
    #[arg(value_name = "REV", default_value = "head")]
    revision: String,
    /// The database that it is shown for: postgres, mysql, mariadb or sqlite
    #[arg(long, value_name = "NAME")]
    dialect: Option<Dialect>,
}

#[derive(Serialize)]
struct Document {
    id: String,
    message: String,
    kind: &'static str,
    file: Option<String>,
    dialect: &'static str,
    checksum: Option<String>,
    /// Null where there is no such section for the dialect.
    up: Option<Way>,
    down: Option<Way>,
}

#[derive(Serialize)]
struct Way {
    transaction: bool,
    /// False where a Rust revision asks the database something.
    complete: bool,
    statements: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let loaded = context.history(&config)?;
    let dialect = match args.dialect {
        Some(dialect) => dialect,
        None => context.target(&config)?.dialect(),
    };
    let history = &loaded.history;
    let position = match args.revision.as_str() {
        "head" if history.is_empty() => {
            return Err(Failure::usage("there is no revision yet")
                .hint("piton create -m MESSAGE writes the first"));
        }
        "head" => history.len() - 1,
        text => history.find(text)?,
    };
    let revision = history.get(position).expect("found in the history");
    let document = Document {
        id: revision.id.clone(),
        message: revision.message(),
        kind: if revision.is_rust() { "rust" } else { "sql" },
        file: revision
            .origin
            .path()
            .map(|path| path.display().to_string()),
        dialect: dialect.name(),
        checksum: revision
            .checksum(dialect)
            .map(|checksum| checksum.as_str().to_owned()),
        up: way(history, position, Direction::Up, dialect).await?,
        down: way(history, position, Direction::Down, dialect).await?,
    };
    let ui = &context.ui;
    ui.document("show", &document);
    ui.data(format!(
        "{}  {}",
        bold().apply_to(escape(&document.id, false)),
        document.kind
    ));
    ui.data(format!("  {}", escape(&document.message, false)));
    if let Some(file) = &document.file {
        ui.data(format!("  {}", escape(file, false)));
    }
    if let Some(checksum) = &document.checksum {
        ui.data(format!("  checksum {checksum}"));
    }
    for (name, way) in [("up", &document.up), ("down", &document.down)] {
        ui.data("");
        let Some(way) = way else {
            ui.data(format!("-- {name}: no section for {}", dialect.title()));
            continue;
        };
        let mode = if way.transaction {
            "in a transaction"
        } else {
            "without a transaction"
        };
        ui.data(format!("-- {name}, on {}, {mode}", dialect.title()));
        for statement in &way.statements {
            ui.data(escape(dialect.script_statement(statement).trim_end(), true));
        }
        if !way.complete {
            ui.data("-- incomplete: the revision asks the database something before it goes on");
        }
    }
    Ok(0)
}

async fn way(
    history: &History,
    position: usize,
    direction: Direction,
    dialect: Dialect,
) -> Result<Option<Way>, PrepareError> {
    let revision = history.get(position).expect("found in the history");
    if let Body::Sql(sql) = &revision.body
        && sql.section(direction, dialect).is_none()
    {
        return Ok(None);
    }
    let prepared = prepare_one(history, position, direction, dialect)?;
    let transaction = prepared.work.is_transactional();
    Ok(Some(match &prepared.work {
        Work::Sql { statements, .. } => Way {
            transaction,
            complete: true,
            statements: statements
                .iter()
                .map(|statement| statement.whole())
                .collect(),
        },
        Work::Rust { migration, .. } => {
            let recording = record(migration.as_ref(), direction, dialect.orm()).await;
            Way {
                transaction,
                complete: recording.is_complete(),
                statements: recording.statements,
            }
        }
    }))
}
