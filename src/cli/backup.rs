//! `piton backup`.

mod before;
mod deep;
mod list;
mod prune;
mod verify;

pub(super) use before::first;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use super::context::Context;
use super::failure::Failure;
use super::migrating::Locks;
use super::sources::Loaded;
use crate::admin::backup::{self as admin, AppliedRevision, BackupError, Event, How, Made};
use crate::config::{Backend, Config, TlsMode, driver};
use crate::database::{Purpose, Target};
use crate::dialect::programs::{Login, Tls};
use crate::dialect::{Canceller, Dialect};
use crate::migrate::Stop;
use crate::ui::{bold, bytes, count, dim, duration, escape};

/// Makes a backup, or looks after those that there are
///
/// A portable backup holds the schema, and every table read in one snapshot; it needs no other program and restores
/// into any backend. A native one is made by the database's own program (pg_dump, mariadb-dump, mysqldump), or is a
/// copy of the SQLite file or of the JSON files. No migration runs meanwhile. What is not whole is called
/// NAME.partial.
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<What>,
    #[command(flatten)]
    make: Make,
}

#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Lists the backups, oldest first
    List(list::Args),
    /// Reads every byte of a backup and says whether it is what was written
    Verify(verify::Args),
    /// Removes the backups that a policy does not keep; only those that hold count
    Prune(prune::Args),
}

#[derive(Clone, Debug, clap::Args)]
struct Make {
    /// Where backups are kept; backup.dir in piton.toml where it is left out
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Only this table; * and ? stand for any text and any character. May be given several times
    #[arg(short, long, value_name = "TABLE")]
    table: Vec<String>,
    /// What it is made of
    #[arg(long, value_enum, default_value_t = Format::Portable, value_name = "FORMAT")]
    format: Format,
    /// How many connections read at once, where they can share a snapshot (PostgreSQL)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: Option<u16>,
    #[command(flatten)]
    locks: Locks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Piton's own: restores into any backend
    Portable,
    /// The database's own
    Native,
}

#[derive(Serialize)]
struct Document<'a> {
    target: String,
    name: &'a str,
    path: String,
    backup_format: &'static str,
    revision: Option<&'a str>,
    /// Whether only some of the tables are in it.
    partial: bool,
    /// Empty where the database's own program made it, which does not tell.
    tables: Vec<TableDocument>,
    bytes: u64,
    elapsed_ms: u64,
    /// What was seen in the schema and is not in the backup.
    left_out: &'a [String],
}

/// A table in a document.
#[derive(Serialize)]
pub(super) struct TableDocument {
    pub name: String,
    pub rows: u64,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    match args.command {
        Some(What::List(args)) => list::run(context, args),
        Some(What::Verify(args)) => verify::run(context, args).await,
        Some(What::Prune(args)) => prune::run(context, args).await,
        None => make(context, args.make).await,
    }
}

async fn make(context: &mut Context, args: Make) -> Result<u8, Failure> {
    let config = context.config()?;
    if args.format == Format::Native && !args.table.is_empty() {
        return Err(Failure::usage(
            "-t chooses tables of a portable backup; a native one is always whole",
        )
        .hint("leave --format native out"));
    }
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    context.announce(&config, &target);
    let wish = Wish {
        parent: dir(&config, args.to.as_deref(), context),
        tables: args.table,
        native: args.format == Format::Native,
        jobs: args.jobs.map(usize::from),
        lock_timeout: args.locks.lock_timeout,
    };
    let made = of_target(context, &config, &loaded, &target, &wish).await?;
    tell(context, &target, &made);
    Ok(0)
}

/// What backup is wanted.
pub(super) struct Wish {
    pub parent: PathBuf,
    pub tables: Vec<String>,
    pub native: bool,
    pub jobs: Option<usize>,
    pub lock_timeout: Duration,
}

/// The directory of backups.
pub(super) fn dir(config: &Config, given: Option<&Path>, context: &Context) -> PathBuf {
    match given {
        Some(dir) => context.surroundings.dir.join(dir),
        None => config.backup.dir.value.clone(),
    }
}

/// How many connections work at once.
pub(super) fn jobs(wanted: Option<usize>) -> usize {
    let here = std::thread::available_parallelism().map_or(1, usize::from);
    wanted.unwrap_or(here.clamp(1, 4))
}

/// Makes a backup of a target.
pub(super) async fn of_target(
    context: &Context,
    config: &Config,
    loaded: &Loaded,
    target: &Target,
    wish: &Wish,
) -> Result<Made, Failure> {
    // A file that is only looked at is neither made nor locked against whoever has it open.
    let purpose = match target.url() {
        Some(_) => Purpose::Work {
            wait: wish.lock_timeout,
        },
        None => Purpose::Look,
    };
    if let Some(path) = target.missing() {
        return Err(Failure::usage(format!(
            "{} is not there: nothing to back up",
            escape(&path.display().to_string(), false)
        )));
    }
    let mut opened = context.open(config, target, purpose).await?;
    let dialect = opened.dialect();
    let database = match target.url() {
        Some(_) => opened.session().surroundings().await?.database,
        None => target.name(),
    };
    let how = if wish.native {
        native(opened.session().version(), dialect, target, &database)?
    } else {
        How::Portable
    };
    let progress = context.ui.progress(0);
    let waiting = context.waiting();
    let listener = |event: Event<'_>| match event {
        Event::Waiting(event) => waiting(event),
        Event::Tables { count } => progress.expect(count),
        Event::Table {
            name,
            rows,
            elapsed,
        } => progress.done("read", &format!("{name}: {}", count(rows, "row")), elapsed),
    };
    let place = target.describe();
    let history = &loaded.history;
    let highest =
        |applied: &[AppliedRevision]| history.highest(applied.iter().map(|it| it.version.as_str()));
    let order = admin::Order {
        how,
        parent: &wish.parent,
        tables: &wish.tables,
        backend: target.backend_name(),
        database: &database,
        place: &place,
        highest: &highest,
        connections: jobs(wish.jobs),
        lock_timeout: wish.lock_timeout,
        connect_timeout: target.connect_timeout(),
        stop: &context.stop,
        listener: &listener,
    };
    let session = opened.take_session();
    let canceller = session.canceller();
    let made = stoppable(&context.stop, &canceller, admin::make(session, &order)).await;
    progress.end();
    opened.close().await;
    let made = made?;
    for line in &made.manifest.left_out {
        context
            .ui
            .warn(format!("not in the backup: {}", escape(line, false)));
    }
    Ok(made)
}

/// How long what was told to stop may take to clean up.
const CLEANING: Duration = Duration::from_secs(3);

/// Work on a session that a signal ends: its statement is cancelled, and what the work has to clean up it does.
pub(super) async fn stoppable<T>(
    stop: &Stop,
    canceller: &Canceller,
    work: impl Future<Output = Result<T, BackupError>>,
) -> Result<T, BackupError> {
    // In a box: reading and writing tables at once makes a large future.
    let mut work = Box::pin(work);
    let signal = tokio::select! {
        result = &mut work => return result,
        signal = stop.wait() => signal,
    };
    // Where the server is not there any more, neither is the statement.
    drop(canceller.cancel(CLEANING).await);
    drop(tokio::time::timeout(CLEANING, work).await);
    Err(BackupError::Stopped(signal))
}

fn native(
    version: &str,
    dialect: Dialect,
    target: &Target,
    database: &str,
) -> Result<How, Failure> {
    if let Backend::Json { dir } = target.backend() {
        return Ok(How::JsonStore { dir: dir.clone() });
    }
    let Some(login) = login(target, database) else {
        return Ok(How::SqliteFile);
    };
    Ok(How::Program {
        tool: admin::find_tool(dialect, dialect.dump_programs(), version)?,
        login: Box::new(login),
    })
}

/// Where the database's own programs log in; `None` where there is no server.
pub(super) fn login(target: &Target, database: &str) -> Option<Login> {
    let url = target.url()?;
    Some(Login {
        host: url.host().map(str::to_owned),
        port: url.port(),
        socket: url.socket().map(Path::to_owned),
        user: driver::user(url),
        database: database.to_owned(),
        password: url
            .expose_password()
            .filter(|password| !password.is_empty())
            .map(str::to_owned),
        tls: match url.tls().mode {
            TlsMode::Off => Tls::Off,
            TlsMode::Allow | TlsMode::Prefer => Tls::Prefer,
            TlsMode::Require => Tls::Require,
            TlsMode::VerifyCa => Tls::VerifyCa,
            TlsMode::VerifyFull => Tls::VerifyFull,
        },
        authorities: url.authorities().map(Path::to_owned),
    })
}

fn tell(context: &Context, target: &Target, made: &Made) {
    let ui = &context.ui;
    let manifest = &made.manifest;
    let name = file_name(&made.path);
    ui.document(
        "backup",
        &Document {
            target: target.describe(),
            name: &name,
            path: made.path.display().to_string(),
            backup_format: manifest.layout.format(),
            revision: manifest.revision.as_deref(),
            partial: manifest.partial,
            tables: manifest
                .tables
                .iter()
                .map(|table| TableDocument {
                    name: table.name.to_string(),
                    rows: table.rows,
                })
                .collect(),
            bytes: manifest.bytes(),
            elapsed_ms: manifest.elapsed_ms,
            left_out: &manifest.left_out,
        },
    );
    let path = shown(context, &made.path);
    ui.data(format!("{} {}", bold().apply_to(path), what(made)));
    ui.note(
        dim()
            .apply_to(format!(
                "at {}, in {}",
                escape(manifest.revision.as_deref().unwrap_or("base"), false),
                duration(Duration::from_millis(manifest.elapsed_ms))
            ))
            .to_string(),
    );
}

fn what(made: &Made) -> String {
    let manifest = &made.manifest;
    let bytes = bytes(manifest.bytes());
    if manifest.tables.is_empty() && manifest.layout != admin::Layout::Portable {
        return format!("({bytes})");
    }
    format!(
        "({}, {}, {bytes})",
        count(manifest.tables.len(), "table"),
        count(
            usize::try_from(manifest.rows()).unwrap_or(usize::MAX),
            "row"
        ),
    )
}

/// The backup that an argument names: a path, or the name of one in the directory of backups.
pub(super) fn find(context: &Context, config: &Config, given: &Path) -> PathBuf {
    let path = context.surroundings.dir.join(given);
    if path.exists() {
        return path;
    }
    let kept = config.backup.dir.value.join(given);
    if kept.exists() { kept } else { path }
}

pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// A path as somebody in the working directory would type it, safe to show.
pub(super) fn shown(context: &Context, path: &Path) -> String {
    let short = path.strip_prefix(&context.surroundings.dir).unwrap_or(path);
    escape(&short.display().to_string(), false)
}
