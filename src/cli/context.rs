//! What every command needs: the project, the configuration, the target, the history.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::failure::Failure;
use super::sources::Loaded;
use crate::Piton;
use crate::config::{Backend, Config, DatabaseUrl, Flags, Surroundings, TlsReason};
use crate::database::{OpenError, Opened, Purpose, Target};
use crate::json::Notice;
use crate::migrate::Signal;
use crate::migrate::{Author, Event, Options, Rules, Stop, TransactionMode};
use crate::ui::{Answer, Told, Ui, escape};

pub(super) struct Context {
    pub project: Piton,
    pub flags: Flags,
    pub surroundings: Surroundings,
    pub ui: Ui,
    pub stop: Stop,
    /// How long to wait for a server that is not there yet.
    pub wait: Duration,
    pub verbose: u8,
    /// Whether the configuration's warnings were shown.
    pub warned: bool,
    /// What was said of the store.
    pub noticed: RefCell<BTreeSet<String>>,
}

impl Context {
    /// The configuration; what is doubtful in it is said once.
    pub fn config(&mut self) -> Result<Config, Failure> {
        let config = Config::load(&self.flags, &self.surroundings)?;
        if !std::mem::replace(&mut self.warned, true) {
            let statements = config.database.query_logging.value;
            self.ui.listen(match (self.verbose, statements) {
                (0, false) => Told::Warnings,
                (1, false) => Told::Events,
                _ => Told::Statements,
            });
            for warning in config.warnings() {
                self.ui.warn(escape(&warning, false));
            }
        }
        Ok(config)
    }

    pub fn target(&self, config: &Config) -> Result<Target, Failure> {
        let connect_timeout = Duration::from_secs(config.database.pool_timeout_s.value);
        let query_timeout = Duration::from_secs(config.database.query_timeout_s.value);
        Ok(Target::new(
            config.backend()?,
            connect_timeout,
            self.wait,
            query_timeout,
        ))
    }

    /// A target that a URL on the command line names: one that is malformed is told as `--url` would be.
    pub fn target_of(&self, url: &str, config: &Config) -> Result<Target, Failure> {
        let url = DatabaseUrl::parse(url)
            .map_err(|error| Failure::config(escape(&error.to_string(), false)))?;
        let connect_timeout = Duration::from_secs(config.database.pool_timeout_s.value);
        Ok(Target::new(
            Backend::from_url(&url, &self.surroundings.dir),
            connect_timeout,
            self.wait,
            Duration::from_secs(config.database.query_timeout_s.value),
        ))
    }

    pub fn history(&self, config: &Config) -> Result<Loaded, Failure> {
        super::sources::load(&self.project, config)
    }

    /// Says which database and which history this is about.
    pub fn announce(&self, config: &Config, target: &Target) {
        let history = super::sources::describe(&self.project, config);
        self.ui.note(
            crate::ui::dim()
                .apply_to(format!(
                    "{}, history: {}",
                    escape(&target.describe(), false),
                    escape(&history, false)
                ))
                .to_string(),
        );
    }

    /// Opens the target; what was noticed on the way is said. Whoever has the configuration has begun to listen
    /// to what the library tells.
    pub async fn open(
        &self,
        _: &Config,
        target: &Target,
        purpose: Purpose,
    ) -> Result<Opened, Failure> {
        // In a box: commands open databases inside one another, and their futures lie in one stack.
        let opening = Box::pin(async {
            match target.open(purpose, None).await {
                Ok(opened) => Ok(opened),
                Err(OpenError::Database(error)) => Err(Failure::unopened(target, &error).await),
                Err(error) => Err(error.into()),
            }
        });
        let opened = super::unless_stopped(&self.stop, opening)
            .await
            .map_err(|failure| {
                let verified = target
                    .url()
                    .is_some_and(|url| url.tls().reason == TlsReason::Default);
                failure.about(target, verified)
            })?;
        if purpose == Purpose::Look
            && let Some(path) = target.missing()
        {
            let words = format!(
                "{} is not there yet, and is looked at as an empty database",
                escape(&path.display().to_string(), false)
            );
            if self.noticed.borrow_mut().insert(words.clone()) {
                self.ui.note(words);
            }
        }
        for notice in opened.notices() {
            let words = escape(&words(notice), false);
            // A command may open a store twice: to look, and to work.
            if self.noticed.borrow_mut().insert(words.clone()) {
                self.ui.note(words);
            }
        }
        Ok(opened)
    }

    /// Says who is waited for, once for each holder.
    pub fn waiting(&self) -> impl Fn(Event<'_>) + Send + Sync + use<> {
        let ui = self.ui.clone();
        let said = Mutex::new(None);
        move |event| {
            let Event::WaitingForLock { holder, .. } = event else {
                return;
            };
            let by = holder.map_or_else(String::new, |holder| {
                format!(", held by {}", escape(&holder.to_string(), false))
            });
            let text = format!("waiting for the lock{by}");
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.as_ref() != Some(&text) {
                ui.note(&text);
                *said = Some(text);
            }
        }
    }

    /// Asks before something is done to a guarded database.
    pub fn confirm(&self, question: &str) -> Result<(), Failure> {
        match self.ui.confirm(question, "--yes") {
            Ok(Answer::Yes) => Ok(()),
            Ok(Answer::No) => Err(Failure::declined()),
            Ok(Answer::Interrupted) => Err(Failure::stopped(Signal::Interrupt)),
            Err(unanswered) => Err(Failure::unanswered(&unanswered)),
        }
    }

    /// Refuses what is for development alone.
    pub fn refuse_under_guards(&self, config: &Config, command: &str) -> Result<(), Failure> {
        if !config.guarded() {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "{command} is for development, and the environment is {:?} ({})",
            config.environment.value, config.environment.origin
        ))
        .hint("piton upgrade brings a guarded database to its tables"))
    }

    pub fn options(&self, target: &Target, locks: &super::migrating::Locks) -> Options {
        Options {
            rules: Rules::default(),
            transaction: TransactionMode::Each,
            lock_timeout: locks.lock_timeout,
            statement_timeout: locks.statement_timeout,
            connect_timeout: target.connect_timeout(),
            author: author(),
        }
    }
}

/// What a person is told of a JSON store that was opened.
pub(super) fn words(notice: &Notice) -> String {
    match notice {
        Notice::Created { dir } => format!("made the JSON store {}", dir.display()),
        Notice::Recovered {
            finished,
            discarded,
        } => format!(
            "a commit had been cut off: {finished} files of it finished, {discarded} discarded"
        ),
        Notice::Edited { table, file } => {
            format!(
                "{} was edited by hand: taken in as table {table}",
                file.display()
            )
        }
        Notice::Stray { file } => {
            format!("{} belongs to no table and is left alone", file.display())
        }
    }
}

/// Who the journal will name.
pub(super) fn author() -> Author {
    Author {
        os_user: whoami::username().ok(),
        host: whoami::hostname().ok(),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}
