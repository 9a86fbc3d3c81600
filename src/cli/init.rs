//! `piton init`.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::{current, upgrade};
use crate::config::{Config, template};
use crate::database::{Purpose, Target};
use crate::dialect::{DbErrorKind, Session};
use crate::json::{Access, Store};
use crate::migrate::Signal;
use crate::migrate::{Standing, plan};
use crate::ui::{Answer, bold, count, escape, good};

/// Prepares the backend: writes piton.toml where it is missing, proves the connection, shows what is there
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Goes on to head
    #[arg(long)]
    upgrade: bool,
    /// Writes a piton.toml for a project whose history is its folder alone
    #[arg(long)]
    bare: bool,
    /// Writes piton.toml anew and keeps the old one as piton.toml.bak
    #[arg(long)]
    reset: bool,
    /// Proves the connection by a write and a read in a temporary table also under guards
    #[arg(long)]
    prove: bool,
    #[command(flatten)]
    migrating: super::migrating::Migrating,
}

#[derive(Serialize)]
struct Document {
    target: String,
    wrote: Vec<String>,
    database_created: bool,
    tables: Vec<String>,
    proven: bool,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let mut wrote = Vec::new();
    // Before anything is written: what is configured wrongly now would stay so.
    if !args.reset {
        context.config()?;
    }
    write_file(context, &args, &mut wrote)?;
    let config = context.config()?;
    if let Some(dir) = &config.revisions.dir.value
        && !dir.exists()
    {
        std::fs::create_dir_all(dir).map_err(|error| cannot("make", dir, &error))?;
        wrote.push(dir.clone());
    }
    let ui = context.ui.clone();
    for path in &wrote {
        ui.note(format!(
            "wrote {}",
            escape(&path.display().to_string(), false)
        ));
    }
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    context.announce(&config, &target);
    let (database_created, tables, proven) = match target.url() {
        None => (
            false,
            prepare_files(context, &config, &target).await?,
            false,
        ),
        Some(_) => prepare_server(context, &config, &target, &args).await?,
    };
    if !ui.is_json() {
        if tables.is_empty() {
            ui.data("no tables yet");
        } else {
            ui.data(format!(
                "{}: {}",
                count(tables.len(), "table"),
                escape(&tables.join(", "), false)
            ));
        }
    }
    let goes_on = args.upgrade || wants_upgrade(context, &config, &target, &loaded).await?;
    if !goes_on {
        ui.document(
            "init",
            &Document {
                target: target.describe(),
                wrote: wrote
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect(),
                database_created,
                tables,
                proven,
            },
        );
        if loaded.history.is_empty() {
            ui.note("next: piton create -m MESSAGE writes the first revision");
        } else {
            ui.note("next: piton upgrade");
        }
        return Ok(0);
    }
    let upgrade = upgrade::Args {
        revision: crate::revision::Target::Head,
        allow_out_of_order: false,
        allow_non_empty: false,
        migrating: args.migrating.clone(),
    };
    loaded.require_complete()?;
    let code = upgrade
        .as_run()
        .on(context, &config, &loaded, &target)
        .await?;
    if code == 0 && !ui.is_json() {
        current::show(context, &config, &target, &loaded).await?;
        ui.note("next: piton history, or piton create -m MESSAGE for the first change of your own");
    }
    Ok(code)
}

/// Writes `piton.toml`, where it is missing or `--reset` asks for it.
fn write_file(context: &Context, args: &Args, wrote: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let path = match &context.flags.config {
        Some(path) => context.surroundings.dir.join(path),
        None => context.surroundings.dir.join("piton.toml"),
    };
    let there = path.exists();
    if there && !args.reset {
        if args.bare {
            context.ui.note(format!(
                "{} is there and is left as it is; --reset writes it anew",
                escape(&path.display().to_string(), false)
            ));
        }
        return Ok(());
    }
    // Flags that say where everything is need no file.
    if context.flags.revisions.is_some() && !args.bare && !args.reset {
        return Ok(());
    }
    if there {
        let mut kept = path.as_os_str().to_owned();
        kept.push(".bak");
        let kept = PathBuf::from(kept);
        std::fs::rename(&path, &kept).map_err(|error| cannot("rename", &path, &error))?;
        wrote.push(kept);
    }
    let bare = args.bare || !context.project.has_anything();
    std::fs::write(&path, template(bare)).map_err(|error| cannot("write", &path, &error))?;
    wrote.push(path);
    Ok(())
}

fn cannot(verb: &str, path: &Path, error: &std::io::Error) -> Failure {
    Failure::files(format!(
        "cannot {verb} {}: {error}",
        escape(&path.display().to_string(), false)
    ))
}

/// A JSON store's directory is made; a SQLite file is made by what is written to it.
async fn prepare_files(
    context: &Context,
    config: &Config,
    target: &Target,
) -> Result<Vec<String>, Failure> {
    if let crate::config::Backend::Json { dir } = target.backend() {
        let wait = std::time::Duration::from_secs(5);
        let store = Store::open(dir, Access::Write { wait }).await?;
        store.commit().await?;
    }
    let mut opened = context.open(config, target, Purpose::Look).await?;
    let tables = tables(opened.session()).await?;
    opened.close().await;
    Ok(tables)
}

/// Connects, making a database that is missing where that is agreed to, and proves it.
async fn prepare_server(
    context: &Context,
    config: &Config,
    target: &Target,
    args: &Args,
) -> Result<(bool, Vec<String>, bool), Failure> {
    let created = match target.open(Purpose::Look, None).await {
        Ok(opened) => {
            opened.close().await;
            false
        }
        Err(crate::database::OpenError::Database(error))
            if error.kind == DbErrorKind::NoSuchDatabase =>
        {
            create_database(context, target).await?;
            true
        }
        // Opened once more, so that the error is told as everywhere.
        Err(_) => false,
    };
    let mut opened = context.open(config, target, Purpose::Look).await?;
    let dialect = opened.dialect();
    let version = opened.session().version().to_owned();
    context.ui.data(format!(
        "connected to {} {}",
        dialect.title(),
        escape(&version, false)
    ));
    let tables = tables(opened.session()).await?;
    let proves = !config.guarded() || args.prove;
    if proves {
        prove(opened.session()).await?;
        context.ui.data(format!(
            "{}: wrote and read a temporary table",
            good().apply_to("proven")
        ));
    }
    opened.close().await;
    Ok((created, tables, proves))
}

async fn tables(session: &mut Session) -> Result<Vec<String>, Failure> {
    let tables = session.tables().await?;
    Ok(tables.iter().map(ToString::to_string).collect())
}

/// Asks, then makes the database that the URL names.
async fn create_database(context: &Context, target: &Target) -> Result<(), Failure> {
    let name = target.name();
    let question = format!(
        "The database {} does not exist. Make it?",
        escape(&name, false)
    );
    match context.ui.confirm(&question, "--yes") {
        Ok(Answer::Yes) => {}
        Ok(Answer::No) => return Err(Failure::declined()),
        Ok(Answer::Interrupted) => return Err(Failure::stopped(Signal::Interrupt)),
        Err(unanswered) => return Err(Failure::unanswered(&unanswered)),
    }
    let server = target.with_database(target.dialect().maintenance_database());
    let mut opened = server.open(Purpose::Look, None).await?;
    let sql = opened.dialect().create_database(&name);
    let made = opened.session().run(&sql).await;
    opened.close().await;
    made?;
    context.ui.data(format!(
        "made the database {}",
        bold().apply_to(escape(&name, false))
    ));
    Ok(())
}

/// Writes and reads back one row of a temporary table, which leaves nothing behind.
pub(super) async fn prove(session: &mut Session) -> Result<(), Failure> {
    const WORD: &str = "piton 学生 🧗";
    let dialect = session.dialect();
    let table = dialect.quote("piton_proof");
    session
        .run(&format!(
            "CREATE TEMPORARY TABLE {table} (id integer PRIMARY KEY, word varchar(50))"
        ))
        .await?;
    session
        .run(&format!(
            "INSERT INTO {table} VALUES (1, {})",
            dialect.literal(WORD)
        ))
        .await?;
    let rows = session
        .query(&format!("SELECT word FROM {table} WHERE id = 1"))
        .await?;
    let read = rows
        .first()
        .and_then(|row| row.text(0))
        .unwrap_or_default()
        .to_owned();
    session
        .run(&format!("DROP {} {table}", dialect.temporary_table()))
        .await?;
    if read == WORD {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "what was written did not come back: {WORD:?} became {:?}",
        escape(&read, false)
    ))
    .hint("the database's encoding should be UTF-8 (utf8mb4 on MySQL)"))
}

/// Whether a person at a terminal wants to go on to head.
async fn wants_upgrade(
    context: &Context,
    config: &Config,
    target: &Target,
    loaded: &super::sources::Loaded,
) -> Result<bool, Failure> {
    if !context.ui.can_ask() || config.guarded() || loaded.history.is_empty() {
        return Ok(false);
    }
    let mut opened = context.open(config, target, Purpose::Look).await?;
    let standing = Standing::read(opened.session()).await?;
    opened.close().await;
    let goal = crate::migrate::Goal {
        direction: crate::revision::Direction::Up,
        target: crate::revision::Target::Head,
    };
    let Ok(plan) = plan(&loaded.history, &standing, &goal, Default::default()) else {
        return Ok(false);
    };
    if plan.is_empty() {
        return Ok(false);
    }
    let question = format!(
        "{} pending. Go on to head?",
        count(plan.steps.len(), "revision")
    );
    Ok(context.ui.confirm(&question, "--upgrade") == Ok(Answer::Yes))
}
