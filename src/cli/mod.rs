//! The command line: one file a command, each with its arguments, their help and what it does.

mod autogenerate;
mod backup;
mod bench;
mod cache;
mod check;
mod compare;
mod completions;
mod config;
mod context;
mod copy;
mod create;
mod create_rust;
mod create_tables;
mod current;
mod desired;
mod diff;
mod doctor;
mod downgrade;
mod drop_tables;
mod failure;
mod help;
mod history;
mod init;
mod migrating;
mod monitor;
mod optimize;
mod prune;
mod redis;
mod repair;
mod restore;
mod schema;
mod schema_source;
mod seed;
mod session;
mod show;
mod sources;
mod stamp;
mod upgrade;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::Piton;
use crate::config::{Flags, Surroundings};
use crate::migrate::{Signal, Stop, Stopper};
use crate::ui::{Colour, Ui, escape};
use context::Context;
use failure::Failure;

/// Brings a database from one revision to another and looks after what it keeps.
#[derive(Debug, Parser)]
#[command(name = "piton", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
struct Global {
    /// The database, such as postgres://user@host/name, sqlite:///file.db or json:data [env: DATABASE_URL]
    #[arg(long, global = true, value_name = "URL", hide_env = true)]
    url: Option<String>,
    /// json, sqlite, postgresql or mysql; json where nothing says otherwise [env: DATABASE_TYPE]
    #[arg(long, global = true, value_name = "TYPE")]
    database_type: Option<String>,
    /// The JSON store's directory [env: DATA_DIR]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Redis, for cache and sessions, such as redis://host:6379/0 or rediss://user@host [env: REDIS_URL]
    #[arg(long, global = true, value_name = "URL")]
    redis_url: Option<String>,
    /// The folder of SQL revisions, which is then the whole history
    #[arg(long, global = true, value_name = "DIR")]
    revisions: Option<PathBuf>,
    /// development, test, production, …; all but development, dev, test and local arm the guards [env: ENVIRONMENT]
    #[arg(long, global = true, value_name = "NAME")]
    environment: Option<String>,
    /// Reads this file instead of piton.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Waits so long for a database or Redis that is not there yet, such as 30s
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration)]
    wait: Option<std::time::Duration>,
    /// Prints one JSON document on stdout
    #[arg(long, global = true)]
    json: bool,
    /// Answers yes to every question [env: PITON_YES=1]
    #[arg(short, long, global = true)]
    yes: bool,
    /// Says only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Says more; twice: every statement too
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// How what goes to stderr is written: for people, or as a line of JSON each
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prepares the backend: writes piton.toml, proves the connection, shows what is there
    Init(init::Args),
    /// Writes a new revision: what must change so that the database matches the entities, or schema.sql
    Create(create::Args),
    /// Applies pending revisions
    Upgrade(upgrade::Args),
    /// Takes applied revisions back
    Downgrade(downgrade::Args),
    /// Says where the database stands
    Current(current::Args),
    /// Lists every revision, newest first
    History(history::Args),
    /// Prints one revision and what it runs
    Show(show::Args),
    /// Puts rows in for development: those of a file, or generated ones
    Seed(seed::Args),
    /// Copies every row of one database into another, of whatever kind, each value exactly
    Copy(copy::Args),
    /// Says whether history, pending revisions and schema are as they should be
    Check(check::Args),
    /// Prints the SQL that turns one schema into another
    Diff(diff::Args),
    /// Records revisions as applied without running them
    Stamp(stamp::Args),
    /// Finishes or takes back a half-applied revision, or accepts an edited one
    Repair(repair::Args),
    /// Proves the history in a scratch database: up, down, up again
    Verify(verify::Args),
    /// Shows what is under strain, live, once, or to Prometheus
    Monitor(monitor::Args),
    /// Makes every table straight from the entities (development)
    #[command(name = "create_tables", alias = "create-tables")]
    CreateTables(create_tables::Args),
    /// Drops what the entities define (development)
    #[command(name = "drop_tables", alias = "drop-tables")]
    DropTables(drop_tables::Args),
    /// Makes a backup, lists, verifies and removes backups
    Backup(backup::Args),
    /// Brings a backup back, whole or some tables of it
    Restore(restore::Args),
    /// Prints a schema: as SQL, as JSON, as a diagram, as SeaORM entities
    Schema(schema::Args),
    /// Shows what the cache holds, finds what is wrong with it, fills and empties it
    Cache(cache::Args),
    /// Shows who is logged in, and ends sessions
    Session(session::Args),
    /// Says whether database and Redis are well, and where not, which step breaks and how to mend it
    Doctor(doctor::Args),
    /// Proposes indexes that are missing or of no use, and refreshes statistics
    Optimize(optimize::Args),
    /// Removes rows past their keeping time
    Prune(prune::Args),
    /// Measures how fast the backends are here: reading and writing by key, latency and throughput
    Bench(bench::Args),
    /// Prints every setting with where it came from
    Config(config::Args),
    /// Prints the completions for a shell
    Completions(completions::Args),
}

/// Runs the command line of `project` with the process's arguments.
pub(crate) fn run(project: Piton) -> ExitCode {
    run_with(project, std::env::args_os().collect())
}

/// Runs the command line of `project`; the first of the arguments is the program's name.
pub(crate) fn run_with(project: Piton, arguments: Vec<OsString>) -> ExitCode {
    let as_document = arguments.iter().any(|argument| argument == "--json");
    let logs_json = logs_json(&arguments);
    let cli = help::grouped(Cli::command())
        .try_get_matches_from(arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match cli {
        Ok(cli) => cli,
        Err(error) => return not_parsed(&error, as_document, logs_json),
    };
    let assumed = std::env::var_os("PITON_YES").unwrap_or_default();
    let assumed = match assumed.to_string_lossy().to_ascii_lowercase().as_str() {
        "" | "0" | "false" | "no" | "off" => Ok(false),
        "1" | "true" | "yes" | "on" => Ok(true),
        _ => Err(Failure::config(
            "PITON_YES (environment) is neither 1 nor 0",
        )),
    };
    let yes = cli.global.yes || *assumed.as_ref().unwrap_or(&false);
    let colour = match cli.global.color {
        When::Auto => Colour::Auto,
        When::Always => Colour::Always,
        When::Never => Colour::Never,
    };
    let ui = Ui::new(cli.global.json, cli.global.quiet, yes, colour);
    if cli.global.log_format == LogFormat::Json {
        ui.log_as_json();
    }
    let result = assumed.and_then(|_| dispatch(cli, project, &ui));
    let result = result.and_then(|code| match ui.unwritten() {
        Some(error) => Err(Failure::files(format!("cannot write to stdout: {error}"))),
        None => Ok(code),
    });
    match result {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.show(&ui);
            ExitCode::from(failure.code)
        }
    }
}

/// Whether lines of JSON were asked for on stderr, as far as that can be told of arguments that are not understood.
fn logs_json(arguments: &[OsString]) -> bool {
    let pairs = arguments.iter().zip(arguments.iter().skip(1));
    let apart = pairs.map(|(flag, value)| flag == "--log-format" && value == "json");
    let joined = arguments.iter().map(|one| one == "--log-format=json");
    apart.chain(joined).any(|found| found)
}

/// What clap says: help and version go to stdout with 0, the rest to stderr with 2.
fn not_parsed(error: &clap::Error, as_document: bool, logs_json: bool) -> ExitCode {
    if error.use_stderr() && (as_document || logs_json) {
        let ui = Ui::new(as_document, false, false, Colour::Never);
        let text = error.to_string();
        let text = text.trim_start_matches("error: ");
        let text = text.lines().next().unwrap_or_default();
        let failure = Failure::usage(escape(text, false)).hint("see piton --help");
        if logs_json {
            ui.log_as_json();
        }
        failure.show(&ui);
        return ExitCode::from(failure.code);
    }
    // Where the pipe is closed there is nobody to tell.
    drop(error.print());
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn dispatch(cli: Cli, project: Piton, ui: &Ui) -> Result<u8, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::files(format!("cannot start: {error}")))?;
    let surroundings = Surroundings::of_process()
        .map_err(|error| Failure::files(format!("cannot read the working directory: {error}")))?;
    let flags = Flags {
        url: cli.global.url.clone(),
        database_type: cli.global.database_type.clone(),
        data_dir: cli.global.data_dir.clone(),
        environment: cli.global.environment.clone(),
        revisions: cli.global.revisions.clone(),
        config: cli.global.config.clone(),
        redis_url: cli.global.redis_url.clone(),
        ..Flags::default()
    };
    let (stopper, stop) = Stopper::new();
    let result = runtime.block_on(async {
        listen(stopper);
        let mut context = Context {
            project,
            flags,
            surroundings,
            ui: ui.clone(),
            stop,
            wait: cli.global.wait.unwrap_or_default(),
            verbose: cli.global.verbose,
            warned: false,
            noticed: Default::default(),
        };
        match cli.command {
            Command::Init(args) => apart(init::run, &mut context, args).await,
            Command::Create(args) => apart(create::run, &mut context, args).await,
            Command::Upgrade(args) => apart(upgrade::run, &mut context, args).await,
            Command::Downgrade(args) => apart(downgrade::run, &mut context, args).await,
            Command::Current(args) => apart(current::run, &mut context, args).await,
            Command::History(args) => apart(history::run, &mut context, args).await,
            Command::Show(args) => apart(show::run, &mut context, args).await,
            Command::Seed(args) => apart(seed::run, &mut context, args).await,
            Command::Copy(args) => apart(copy::run, &mut context, args).await,
            Command::Check(args) => apart(check::run, &mut context, args).await,
            Command::Diff(args) => apart(diff::run, &mut context, args).await,
            Command::Stamp(args) => apart(stamp::run, &mut context, args).await,
            Command::CreateTables(args) => apart(create_tables::run, &mut context, args).await,
            Command::DropTables(args) => apart(drop_tables::run, &mut context, args).await,
            Command::Monitor(args) => apart(monitor::run, &mut context, args).await,
            Command::Repair(args) => apart(repair::run, &mut context, args).await,
            Command::Verify(args) => apart(verify::run, &mut context, args).await,
            Command::Backup(args) => apart(backup::run, &mut context, args).await,
            Command::Restore(args) => apart(restore::run, &mut context, args).await,
            Command::Schema(args) => apart(schema::run, &mut context, args).await,
            Command::Cache(args) => apart(cache::run, &mut context, args).await,
            Command::Session(args) => apart(session::run, &mut context, args).await,
            Command::Doctor(args) => apart(doctor::run, &mut context, args).await,
            Command::Optimize(args) => apart(optimize::run, &mut context, args).await,
            Command::Prune(args) => apart(prune::run, &mut context, args).await,
            Command::Bench(args) => apart(bench::run, &mut context, args).await,
            Command::Config(args) => config::run(&mut context, args),
            Command::Completions(args) => completions::run(&context, args),
        }
    });
    // A name look-up that hangs in a thread must not hold the end back.
    runtime.shutdown_background();
    result
}

/// A command's future, on the heap. In `dispatch` itself the futures of all commands would lie in one frame, which the
/// stack could not hold.
fn apart<'a, A, F>(
    run: impl FnOnce(&'a mut Context, A) -> F,
    context: &'a mut Context,
    args: A,
) -> Pin<Box<dyn Future<Output = Result<u8, Failure>> + 'a>>
where
    F: Future<Output = Result<u8, Failure>> + 'a,
{
    Box::pin(run(context, args))
}

/// The first signal asks the run to stop, the second ends the process at once.
fn listen(stopper: Stopper) {
    tokio::spawn(async move {
        let mut seen = false;
        loop {
            let signal = next_signal().await;
            if seen {
                crate::ui::leave_screen();
                std::process::exit(i32::from(failure::signal_code(signal)));
            }
            seen = true;
            stopper.stop(signal);
        }
    });
}

#[cfg(unix)]
async fn next_signal() -> Signal {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => Signal::Interrupt,
        _ = terminate.recv() => Signal::Terminate,
    }
}

#[cfg(not(unix))]
async fn next_signal() -> Signal {
    match tokio::signal::ctrl_c().await {
        Ok(()) => Signal::Interrupt,
        Err(_) => std::future::pending().await,
    }
}

/// `500ms`, `30s`, `5m`, `1h`, or seconds.
fn duration(text: &str) -> Result<std::time::Duration, String> {
    let split = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: f64 = number
        .parse()
        .map_err(|_| format!("{text:?} is no duration, such as 30s or 5m"))?;
    let seconds = match unit {
        "ms" => number / 1000.0,
        "" | "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err(format!("unknown unit {unit:?}: it is ms, s, m or h")),
    };
    std::time::Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// A command as long as nothing stops it, for those that only look.
async fn unless_stopped<T>(
    stop: &Stop,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        result = work => result,
        signal = stop.wait() => Err(Failure::stopped(signal)),
    }
}
