//! Where a schema is read from: a database, a file, the entities, the revisions.

use std::path::PathBuf;

use super::context::{Context, author};
use super::desired;
use super::failure::Failure;
use super::sources::Loaded;
use crate::config::{Backend, Config, DatabaseUrl};
use crate::database::{Purpose, Scratch, Target};
use crate::dialect::ddl::create;
use crate::dialect::{Dialect, Session};
use crate::diff::{Kind, Rename};
use crate::migrate::{Goal, Options, Rules, Standing, TransactionMode, plan, run};
use crate::revision::{Direction, History, Target as Aim, split};
use crate::schema::Schema;
use crate::ui::escape;

/// One of the things that a schema can be read from.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// The configured database.
    Database,
    Url(Box<Target>),
    SqlFile(PathBuf),
    Entities,
    /// The history replayed from nothing, up to a revision.
    Revisions(Option<String>),
    Empty,
}

impl Source {
    pub fn parse(text: &str, context: &Context, config: &Config) -> Result<Source, Failure> {
        Ok(match text {
            "database" => Source::Database,
            "entities" => Source::Entities,
            "revisions" => Source::Revisions(None),
            "empty" => Source::Empty,
            _ => {
                if let Some(revision) = text.strip_prefix("revisions@") {
                    Source::Revisions(Some(revision.to_owned()))
                } else if text.ends_with(".sql") && !text.contains("://") {
                    Source::SqlFile(context.surroundings.dir.join(text))
                } else if text.contains(':') {
                    Source::Url(Box::new(context.target_of(text, config)?))
                } else {
                    return Err(Failure::usage(format!(
                        "{} is nothing that a schema can be read from",
                        escape(text, false)
                    ))
                    .hint(
                        "a database URL, a .sql file, entities, revisions, revisions@REV, database or empty",
                    ));
                }
            }
        })
    }
}

/// Reads schemas of one dialect.
pub(super) struct Reader<'a> {
    pub context: &'a Context,
    pub config: &'a Config,
    pub loaded: &'a Loaded,
    /// The configured database.
    pub target: &'a Target,
    pub dialect: Dialect,
    /// The server on which scratch databases are made.
    pub scratch: Option<Target>,
}

impl<'a> Reader<'a> {
    /// Settles on the dialect of `sources`: the one that is asked for, else that of a URL among them,
    /// else the configured database's.
    pub async fn new(
        context: &'a Context,
        config: &'a Config,
        loaded: &'a Loaded,
        target: &'a Target,
        sources: &[Source],
        dialect: Option<Dialect>,
        scratch_urls: &[String],
    ) -> Result<Reader<'a>, Failure> {
        let scratch_urls = scratch_urls
            .iter()
            .map(|url| context.target_of(url, config))
            .collect::<Result<Vec<_>, _>>()?;
        let live = sources.iter().find_map(|source| match source {
            Source::Url(target) => Some(target.as_ref().clone()),
            Source::Database => Some(target.clone()),
            _ => None,
        });
        let wanted = dialect
            .or_else(|| live.as_ref().map(Target::dialect))
            .or_else(|| scratch_urls.first().map(Target::dialect))
            .unwrap_or_else(|| target.dialect());
        let family = |target: &Target| target.dialect() == wanted.family();
        let server = scratch_urls
            .into_iter()
            .chain([target.clone()])
            .chain(live)
            .find(family);
        let mut dialect = wanted;
        // MySQL or MariaDB: only the server knows.
        if let Some(server) = &server
            && server.url().is_some()
        {
            let mut opened = match server.open(Purpose::Look, None).await {
                Ok(opened) => opened,
                Err(_) => {
                    server
                        .with_database(server.dialect().maintenance_database())
                        .open(Purpose::Look, None)
                        .await?
                }
            };
            dialect = opened.session().dialect();
            opened.close().await;
        }
        let memory = memory_target(target);
        let scratch = server.or_else(|| (memory.dialect() == dialect).then_some(memory));
        Ok(Reader {
            context,
            config,
            loaded,
            target,
            dialect,
            scratch,
        })
    }

    pub async fn read(&self, source: &Source) -> Result<Schema, Failure> {
        match source {
            Source::Empty => Ok(Schema::default()),
            Source::Database => self.live(self.target).await,
            Source::Url(target) => self.live(target).await,
            Source::Entities => self.desired().await,
            Source::SqlFile(path) => self.file(path).await,
            Source::Revisions(revision) => {
                let history = &self.loaded.history;
                let count = match revision.as_deref() {
                    None | Some("head") => history.len(),
                    Some("base") => 0,
                    Some(text) => history.find(text)? + 1,
                };
                self.replayed(count).await
            }
        }
    }

    /// Whether anything says what is desired.
    pub fn has_desired(&self) -> bool {
        self.config.schema.value.is_some()
            || self.config.revisions.builtin.value
                && self.context.project.desired(self.dialect.orm()).is_some()
    }

    /// What says what is desired, with its verb: `the entities say`, `schema.sql says`.
    pub fn desired_says(&self) -> String {
        match &self.config.schema.value {
            Some(path) => format!("{} says", escape(&path.display().to_string(), false)),
            None => "the entities say".to_owned(),
        }
    }

    /// Whether a source speaks only of what entities can say.
    pub fn is_of_entities(&self, source: &Source) -> bool {
        matches!(source, Source::Entities) && self.config.schema.value.is_none()
    }

    /// What the desired side cannot speak of.
    pub fn beyond(&self) -> Vec<Kind> {
        if self.config.schema.value.is_some() {
            Vec::new()
        } else {
            Kind::BEYOND_ENTITIES.to_vec()
        }
    }

    /// What the entities call renamed.
    pub fn renames(&self) -> Result<Vec<Rename>, Failure> {
        if self.config.schema.value.is_some() || !self.has_desired() {
            return Ok(Vec::new());
        }
        Ok(desired::of_entities(self.context, self.config, self.dialect)?.renames)
    }

    /// What is desired: the entities, or the `.sql` file that `schema` names.
    pub async fn desired(&self) -> Result<Schema, Failure> {
        if let Some(path) = &self.config.schema.value {
            return self.file(path).await;
        }
        let wanted = desired::of_entities(self.context, self.config, self.dialect)?;
        if wanted.statements.is_empty() {
            return Ok(wanted.schema);
        }
        let mut statements = create(self.dialect, &wanted.schema)
            .map_err(|error| Failure::failed(escape(&error.to_string(), false)))?;
        statements.extend(wanted.statements);
        self.in_scratch(async |session: &mut Session| {
            for statement in &statements {
                session.run(statement).await?;
            }
            desired::there(session).await
        })
        .await
    }

    /// The history, replayed from nothing: its first `count` revisions.
    pub async fn replayed(&self, count: usize) -> Result<Schema, Failure> {
        let scratch = self.scratch().await?;
        let result = async {
            replay(self.context, &self.loaded.history, &scratch, count)
                .await
                .map_err(|mut failure| {
                    failure.message = format!(
                        "the history does not run from nothing, in a scratch database: {}",
                        failure.message
                    );
                    failure
                })?;
            let mut session = scratch.session().await?;
            let schema = desired::there(&mut session).await;
            session.close().await;
            schema
        };
        let result = super::unless_stopped(&self.context.stop, result).await;
        removed(scratch, result).await
    }

    async fn live(&self, target: &Target) -> Result<Schema, Failure> {
        if target.dialect() != self.dialect.family() {
            return Err(Failure::usage(format!(
                "{} is no {} database, so the two cannot be compared",
                escape(&target.describe(), false),
                self.dialect.title()
            )));
        }
        let mut opened = self
            .context
            .open(self.config, target, Purpose::Look)
            .await?;
        let reading = desired::there(opened.session());
        let schema = super::unless_stopped(&self.context.stop, reading).await;
        opened.close().await;
        schema
    }

    async fn file(&self, path: &std::path::Path) -> Result<Schema, Failure> {
        let shown = escape(&path.display().to_string(), false);
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::files(format!("cannot read {shown}: {error}")))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let statements = split(text, self.dialect.syntax(), 1)
            .map_err(|error| Failure::config(format!("{shown}: {error}")))?;
        self.in_scratch(async |session: &mut Session| {
            // What a dump says of its database would reach beyond the scratch one.
            for statement in statements.iter().filter(|it| !it.of_database) {
                let ran = match &statement.copy_data {
                    Some(data) => session
                        .copy_in(&statement.text, data.as_bytes())
                        .await
                        .map(drop),
                    None => session.run(&statement.text).await.map(drop),
                };
                if let Err(error) = ran {
                    // What a server does not execute of a conditional comment is an empty query to it.
                    if statement.conditional && error.is_empty_query() {
                        continue;
                    }
                    let (line, column) = match error.position {
                        Some(position) => statement.locate(position),
                        None => (statement.line, statement.column),
                    };
                    let mut failure = Failure::from(error.clone());
                    failure.message = format!("{shown}:{line}:{column}: {}", failure.message);
                    let mut lines =
                        crate::ui::marked(&statement.text, statement.line, error.position);
                    lines.append(&mut failure.detail);
                    failure.detail = lines;
                    return Err(failure);
                }
            }
            desired::there(session).await
        })
        .await
    }

    async fn in_scratch<T>(
        &self,
        work: impl AsyncFnOnce(&mut Session) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let scratch = self.scratch().await?;
        let result = async {
            let mut session = scratch.session().await?;
            let result = work(&mut session).await;
            session.close().await;
            result
        };
        let result = super::unless_stopped(&self.context.stop, result).await;
        removed(scratch, result).await
    }

    pub async fn scratch(&self) -> Result<Scratch, Failure> {
        let Some(server) = &self.scratch else {
            return Err(Failure::refused(format!(
                "no {} server is known on which a scratch database could be made",
                self.dialect.title()
            ))
            .hint(format!(
                "--scratch-url {}://USER@HOST/",
                self.dialect.name()
            )));
        };
        Scratch::make(server).await.map_err(|error| {
            let mut failure = Failure::from(error);
            failure.message = format!("cannot make a scratch database: {}", failure.message);
            failure.code = 10;
            failure.kind = "refused";
            failure.hint("--scratch-url names a server where this user may make databases")
        })
    }
}

/// Drops the scratch database whatever came of the work in it.
pub(super) async fn removed<T>(scratch: Scratch, result: Result<T, Failure>) -> Result<T, Failure> {
    match (result, scratch.remove().await) {
        (Ok(value), Ok(())) => Ok(value),
        (Ok(_), Err(error)) => Err(error.into()),
        (Err(failure), Ok(())) => Err(failure),
        (Err(failure), Err(error)) => {
            Err(failure.line(format!("  {}", escape(&error.to_string(), false))))
        }
    }
}

/// Runs the first `count` revisions in a scratch database, or takes those above back.
pub(super) async fn replay(
    context: &Context,
    history: &History,
    scratch: &Scratch,
    count: usize,
) -> Result<(), Failure> {
    let mut session = scratch.session().await?;
    let standing = Standing::read(&mut session).await?;
    let applied = history
        .iter()
        .filter(|revision| standing.is_applied(&revision.id))
        .count();
    let (direction, target) = match count.cmp(&applied) {
        std::cmp::Ordering::Equal => {
            session.close().await;
            return Ok(());
        }
        std::cmp::Ordering::Greater => (Direction::Up, Aim::Forward(count - applied)),
        std::cmp::Ordering::Less => (Direction::Down, Aim::Back(applied - count)),
    };
    let goal = Goal { direction, target };
    let rules = Rules {
        allow_non_empty: true,
        ..Rules::default()
    };
    let plan = plan(history, &standing, &goal, rules)?;
    let options = Options {
        rules,
        transaction: TransactionMode::Each,
        lock_timeout: std::time::Duration::from_secs(30),
        statement_timeout: None,
        connect_timeout: std::time::Duration::from_secs(30),
        author: author(),
    };
    // Whoever replays a history is deep in futures already, and this one is large.
    Box::pin(run(
        session,
        history,
        &goal,
        &plan,
        &options,
        &context.stop,
        &|_| {},
    ))
    .await?;
    Ok(())
}

/// A target for scratch databases in memory.
fn memory_target(beside: &Target) -> Target {
    let url = DatabaseUrl::parse("sqlite::memory:").expect("a URL that every version knows");
    let backend = Backend::from_url(&url, std::path::Path::new("."));
    let unbounded = std::time::Duration::ZERO;
    Target::new(backend, beside.connect_timeout(), unbounded, unbounded)
}
