//! `piton restore`.

use std::path::PathBuf;

use serde::Serialize;

use super::backup::{TableDocument, file_name, find, jobs, login};
use super::context::{Context, author};
use super::failure::Failure;
use super::migrating::{Locks, millis};
use super::sources::Loaded;
use crate::admin::backup::{BackupError, Checked, Manifest, check};
use crate::admin::restore::{
    self as admin, Asked, Contents, Event, Order, Restored, restore_native,
};
use crate::config::{Backend, Config};
use crate::database::{Opened, Purpose, Target};
use crate::migrate::{
    Goal, Options, Rules, Signal, Standing, TransactionMode, plan, run as run_revisions,
};
use crate::revision::{Direction, Target as Aim};
use crate::ui::{Answer, bold, count, duration, escape, good};

/// Brings a backup back: whole, or some tables of it
///
/// The whole backup is read and checked before anything is written. What holds rows already is refused unless
/// --replace says otherwise. A restore that was stopped goes on where it was when the same command is given again;
/// another one is refused until then, unless --anew gives the first one up.
/// With -t the named tables come back as they were, rows and all, and every other table stays: rows that refer to
/// them are checked at the end.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The backup: its path, or its name in the directory of backups
    backup: PathBuf,
    /// Only this table; * and ? stand for any text and any character. May be given several times
    #[arg(short, long, value_name = "TABLE")]
    table: Vec<String>,
    /// The database that it goes into; the configured one where it is left out
    #[arg(long, value_name = "URL")]
    into: Option<String>,
    /// Takes the place of tables that hold rows
    #[arg(long)]
    replace: bool,
    /// Drops what is there and not in the backup: the database is as it was then, and nothing else
    #[arg(long, requires = "replace", conflicts_with = "table")]
    drop_others: bool,
    /// Gives up a restore that was stopped in the target, and begins this one
    #[arg(long)]
    anew: bool,
    /// Leaves everything with the user who restores (PostgreSQL)
    #[arg(long)]
    no_owner: bool,
    /// Leaves out what was granted (PostgreSQL)
    #[arg(long)]
    no_privileges: bool,
    /// How many connections write at once (PostgreSQL)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: Option<u16>,
    #[command(flatten)]
    locks: Locks,
}

#[derive(Serialize)]
struct Document<'a> {
    target: String,
    backup: &'a str,
    /// The highest applied revision now; null is base.
    revision: Option<String>,
    /// Empty where the database's own program restored them, which does not tell.
    tables: Vec<TableDocument>,
    rows: u64,
    /// Whether an earlier restore was gone on with.
    resumed: bool,
    /// In what the target is not what the backup was, a line each.
    differs: &'a [String],
    elapsed_ms: u64,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let path = find(context, &config, &args.backup);
    let target = match &args.into {
        Some(url) => context.target_of(url, &config)?,
        None => context.target(&config)?,
    };
    let loaded = context.history(&config)?;
    context.announce(&config, &target);
    let checking = path.clone();
    let checked = tokio::task::spawn_blocking(move || check(&checking))
        .await
        .map_err(|error| Failure::failed(format!("checking ended: {error}")))??;
    let name = file_name(&path);
    let is_dump = checked.manifest.layout.is_dump();
    if is_dump && !args.table.is_empty() {
        return Err(BackupError::OnlyNative { name }.into());
    }
    let manifest = checked.manifest.clone();
    context.ui.note(format!(
        "{}: {} of {}, at {}, made {}",
        escape(&name, false),
        match manifest.partial {
            true => "some tables",
            false => "a whole backup",
        },
        escape(&manifest.source.backend, false),
        escape(manifest.revision.as_deref().unwrap_or("base"), false),
        escape(&manifest.made_at, false),
    ));
    ask(context, &config, &target, &args)?;
    let restoring = Restoring {
        context,
        config: &config,
        target: &target,
        loaded: &loaded,
        args: &args,
        asked: Asked {
            tables: args.table.clone(),
            replace: args.replace,
            drop_others: args.drop_others,
        },
        name: &name,
    };
    match is_dump {
        true => restoring.native(checked).await,
        false => restoring.portable(checked).await,
    }
}

/// Asks before rows of a guarded database may go.
fn ask(context: &Context, config: &Config, target: &Target, args: &Args) -> Result<(), Failure> {
    if !config.guarded() {
        return Ok(());
    }
    let name = target.name();
    let question = format!(
        "Type the database's name ({}) to restore into {}{}",
        escape(&name, false),
        escape(&target.describe(), false),
        match args.replace {
            true => ", in the place of what is there",
            false => "",
        }
    );
    match context.ui.type_to_confirm(&question, &name, "--yes") {
        Ok(Answer::Yes) => Ok(()),
        Ok(Answer::No) => Err(Failure::declined()),
        Ok(Answer::Interrupted) => Err(Failure::stopped(Signal::Interrupt)),
        Err(unanswered) => Err(Failure::unanswered(&unanswered)),
    }
}

struct Restoring<'a> {
    context: &'a Context,
    config: &'a Config,
    target: &'a Target,
    loaded: &'a Loaded,
    args: &'a Args,
    asked: Asked,
    name: &'a str,
}

impl Restoring<'_> {
    async fn open(&self) -> Result<Opened, Failure> {
        let wait = self.args.locks.lock_timeout;
        let purpose = Purpose::Work { wait };
        self.context.open(self.config, self.target, purpose).await
    }

    fn order<'a>(
        &'a self,
        made_for_it: bool,
        listener: &'a (dyn Fn(Event<'_>) + Send + Sync),
    ) -> Order<'a> {
        Order {
            asked: &self.asked,
            anew: self.args.anew,
            made_for_it,
            owners: !self.args.no_owner,
            privileges: !self.args.no_privileges,
            connections: jobs(self.args.jobs.map(usize::from)),
            lock_timeout: self.args.locks.lock_timeout,
            connect_timeout: self.target.connect_timeout(),
            stop: &self.context.stop,
            listener,
        }
    }

    async fn portable(&self, checked: Checked) -> Result<u8, Failure> {
        let context = self.context;
        let timeout = self.target.connect_timeout();
        let manifest = checked.manifest.clone();
        let mut contents = Contents::open(checked, timeout).await?;
        let dialect = self.target.dialect();
        let mut made_for_it = false;
        if contents.dialect.family() != dialect {
            // The history makes tables before the restore looks at anything.
            contents
                .can_give(&self.asked, dialect)
                .map_err(|error| self.stands(error, made_for_it))?;
            made_for_it = self.tables_by_history(&manifest).await?;
        }
        let mut opened = self.open().await?;
        let progress = context.ui.progress(0);
        let waiting = context.waiting();
        let listener = |event: Event<'_>| match event {
            Event::Waiting(event) => waiting(event),
            Event::Resumed => {
                progress.word("an earlier restore of this backup was stopped: going on")
            }
            Event::Rows { pieces, done } => {
                progress.expect(pieces);
                if done > 0 {
                    progress.word(&format!("{} in already", count(done, "chunk")));
                }
            }
            Event::Piece { table, .. } => progress.step(&table.to_string()),
            Event::Finishing => progress.begin("keys, indexes, views, triggers"),
        };
        let order = self.order(made_for_it, &listener);
        let session = opened.take_session();
        let canceller = session.canceller();
        let restoring = admin::restore(session, &mut contents, &order);
        let restored = super::backup::stoppable(&context.stop, &canceller, restoring).await;
        progress.end();
        contents.close().await;
        // A store keeps nothing of a restore that did not end.
        let restored = restored.map_err(|error| self.stands(error, made_for_it))?;
        opened.commit().await?;
        self.tell(&restored).await
    }

    /// Where a restore that failed has left the target.
    fn stands(&self, error: BackupError, made_for_it: bool) -> Failure {
        // A store keeps nothing of what did not end.
        let kept = !matches!(self.target.backend(), Backend::Json { .. });
        let before = matches!(
            error,
            BackupError::NotEmpty { .. }
                | BackupError::NoSuchTable { .. }
                | BackupError::NoTables { .. }
                | BackupError::NotAlike { .. }
                | BackupError::OtherRestore { .. }
                | BackupError::Note { .. }
                | BackupError::Run(_)
        );
        let failure = Failure::from(error);
        match (before, kept) {
            (true, _) if made_for_it => {
                failure.line("  the history has made its tables, and no row was restored")
            }
            (true, _) => failure.line("  nothing was written"),
            (false, true) => failure.hint("what is in stays: the same command goes on from there"),
            (false, false) => failure,
        }
    }

    /// Makes the tables of another kind of database by the project's own history; whether it did.
    async fn tables_by_history(&self, manifest: &Manifest) -> Result<bool, Failure> {
        let history = &self.loaded.history;
        let mut opened = self.open().await?;
        let standing = Standing::brief(opened.session()).await?;
        let Some(revision) = &manifest.revision else {
            opened.close().await;
            return Ok(false);
        };
        let empty = standing.applied.is_empty() && standing.tables.is_empty();
        if !empty || history.position(revision).is_none() {
            opened.close().await;
            return Ok(false);
        }
        self.loaded.require_complete()?;
        self.context.ui.note(format!(
            "the backup is of {}: its tables are made by the history, up to {}",
            manifest.source.dialect.title(),
            escape(revision, false)
        ));
        let goal = Goal {
            direction: Direction::Up,
            target: Aim::Id(revision.clone()),
        };
        let rules = Rules::default();
        let plan = plan(history, &standing, &goal, rules)?;
        let options = Options {
            rules,
            transaction: TransactionMode::Each,
            lock_timeout: self.args.locks.lock_timeout,
            statement_timeout: None,
            connect_timeout: self.target.connect_timeout(),
            author: author(),
        };
        Box::pin(run_revisions(
            opened.take_session(),
            history,
            &goal,
            &plan,
            &options,
            &self.context.stop,
            &|_| {},
        ))
        .await?;
        opened.commit().await?;
        Ok(true)
    }

    async fn native(&self, checked: Checked) -> Result<u8, Failure> {
        let mut opened = self.open().await?;
        let database = opened.session().surroundings().await?.database;
        let Some(login) = login(self.target, &database) else {
            let error = BackupError::OtherDatabase {
                of: checked.manifest.source.dialect,
                target: opened.dialect(),
            };
            return Err(error.into());
        };
        let waiting = self.context.waiting();
        let listener = |event: Event<'_>| {
            if let Event::Waiting(event) = event {
                waiting(event);
            }
        };
        let order = self.order(false, &listener);
        let session = opened.take_session();
        let canceller = session.canceller();
        let restoring = restore_native(session, &checked, &login, &order);
        let restored = super::backup::stoppable(&self.context.stop, &canceller, restoring).await?;
        opened.close().await;
        self.tell(&restored).await
    }

    /// Says what is there now, as the target itself tells it.
    async fn tell(&self, restored: &Restored) -> Result<u8, Failure> {
        let context = self.context;
        let mut opened = context
            .open(self.config, self.target, Purpose::Look)
            .await?;
        let standing = Standing::brief(opened.session()).await?;
        opened.close().await;
        let applied = standing.applied.iter().map(|it| it.id.as_str());
        let revision = self.loaded.history.highest(applied);
        let rows: u64 = restored.tables.iter().map(|(_, rows)| rows).sum();
        let ui = &context.ui;
        ui.document(
            "restore",
            &Document {
                target: self.target.describe(),
                backup: self.name,
                revision: revision.clone(),
                tables: restored
                    .tables
                    .iter()
                    .map(|(name, rows)| TableDocument {
                        name: name.to_string(),
                        rows: *rows,
                    })
                    .collect(),
                rows,
                resumed: restored.resumed,
                differs: &restored.differs,
                elapsed_ms: millis(restored.elapsed),
            },
        );
        for (name, rows) in &restored.tables {
            ui.data(format!("  {}  {rows}", escape(&name.to_string(), false)));
        }
        for line in &restored.differs {
            ui.warn(format!(
                "not as it was in the backup: {}",
                escape(line, false)
            ));
        }
        let what = match restored.tables.is_empty() {
            true => String::new(),
            false => format!(
                "{}, {} ",
                count(restored.tables.len(), "table"),
                count(rows, "row")
            ),
        };
        ui.data(format!(
            "{what}{} in {}, now at {}",
            good().apply_to("restored"),
            duration(restored.elapsed),
            bold().apply_to(escape(revision.as_deref().unwrap_or("base"), false))
        ));
        Ok(0)
    }
}
