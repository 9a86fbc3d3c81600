//! What a project brings: its revisions, its entities and the keys of its cache.

use std::sync::Arc;

use sea_orm::DbBackend;
use sea_orm::sea_query::{IndexCreateStatement, TableCreateStatement};
use sea_orm_migration::MigrationTrait;

use crate::admin::prune::KeepingTime;
#[cfg(feature = "cli")]
use crate::admin::seed::{Legacy, LegacyReader, Rows, SeedError, Size};
use crate::cache::Registry;
use crate::revision::Revision;
use crate::revision::source::{SourceError, builtin};

/// Names with their texts, as `include_str!` gives them.
type Texts = &'static [(&'static str, &'static str)];

/// What is desired, as entities and what is declared beside them say it.
#[derive(Clone, Debug, Default)]
pub struct Entities {
    /// In an order in which each table comes after those that it refers to.
    pub tables: Vec<TableCreateStatement>,
    pub indexes: Vec<IndexCreateStatement>,
    /// SQL for what the other two cannot say.
    pub statements: Vec<String>,
}

/// A project: what is compiled into its `piton`.
#[derive(Default)]
pub struct Piton {
    rust: Vec<Arc<dyn MigrationTrait>>,
    sources: Texts,
    sql: Texts,
    entities: Option<fn(DbBackend) -> Entities>,
    keeping: &'static [KeepingTime],
    cache: Option<fn() -> Registry>,
    #[cfg(feature = "cli")]
    samples: Option<fn(Size, u64) -> Vec<Rows>>,
    #[cfg(feature = "cli")]
    legacy: Option<LegacyReader>,
}

impl Piton {
    /// A project with no revisions and no entities: SQL revisions from a folder are all it knows.
    pub fn new() -> Piton {
        Piton::default()
    }

    /// The project's history: Rust revisions in their order, the source texts of those (by revision
    /// name, for checksums; without its source a revision counts as unverified), and SQL revisions.
    #[must_use]
    pub fn revisions(
        mut self,
        rust: Vec<Box<dyn MigrationTrait>>,
        sources: Texts,
        sql: Texts,
    ) -> Piton {
        self.rust = rust.into_iter().map(Arc::from).collect();
        self.sources = sources;
        self.sql = sql;
        self
    }

    /// What the database should look like.
    #[must_use]
    pub fn entities(mut self, entities: fn(DbBackend) -> Entities) -> Piton {
        self.entities = Some(entities);
        self
    }

    /// How long rows are kept; `piton prune` removes those that are older.
    #[must_use]
    pub fn keeping(mut self, times: &'static [KeepingTime]) -> Piton {
        self.keeping = times;
        self
    }

    /// What [`Piton::keeping`] was given.
    pub fn keeping_times(&self) -> &'static [KeepingTime] {
        self.keeping
    }

    /// Which keys its cache has, and how they come from the database.
    #[must_use]
    pub fn cache(mut self, registry: fn() -> Registry) -> Piton {
        self.cache = Some(registry);
        self
    }

    /// Rows that are generated for development, the same for the same size and number.
    #[cfg(feature = "cli")]
    #[must_use]
    pub fn samples(mut self, samples: fn(Size, u64) -> Vec<Rows>) -> Piton {
        self.samples = Some(samples);
        self
    }

    /// How a file of the project's past is read, which `copy --from legacy:FILE` takes in.
    #[cfg(feature = "cli")]
    #[must_use]
    pub fn legacy(mut self, read: LegacyReader) -> Piton {
        self.legacy = Some(read);
        self
    }

    /// Rows that are generated; `None` for a project that has none.
    #[cfg(feature = "cli")]
    pub(crate) fn sample(&self, size: Size, seed: u64) -> Option<Vec<Rows>> {
        self.samples.map(|samples| samples(size, seed))
    }

    /// Reads a file of the project's past; `None` for a project that has no such form.
    #[cfg(feature = "cli")]
    pub(crate) fn read_legacy(&self, text: &str) -> Option<Result<Legacy, SeedError>> {
        self.legacy.map(|read| read(text))
    }

    /// The keys of the cache; `None` for a project without one.
    pub fn registry(&self) -> Option<Registry> {
        self.cache.map(|registry| registry())
    }

    /// Whether revisions are compiled in.
    pub fn has_revisions(&self) -> bool {
        !self.rust.is_empty() || !self.sql.is_empty()
    }

    /// Whether anything is compiled in, revisions or entities.
    pub fn has_anything(&self) -> bool {
        self.has_revisions() || self.entities.is_some()
    }

    /// The revisions that are compiled in.
    ///
    /// # Errors
    /// One whose name or text is not a revision's.
    pub fn built_in(&self) -> Result<Vec<Revision>, SourceError> {
        builtin(&self.rust, self.sources, self.sql)
    }

    /// What is desired of a database of this kind; `None` for a project without entities.
    pub fn desired(&self, backend: DbBackend) -> Option<Entities> {
        self.entities.map(|entities| entities(backend))
    }

    /// Runs the command line and gives its exit code.
    #[cfg(feature = "cli")]
    pub fn run(self) -> std::process::ExitCode {
        crate::cli::run(self)
    }

    /// Runs the command line with arguments of one's own, the first of which is the program's name: for a
    /// program in which Piton is one command among others.
    #[cfg(feature = "cli")]
    pub fn run_with<T: Into<std::ffi::OsString>>(
        self,
        arguments: impl IntoIterator<Item = T>,
    ) -> std::process::ExitCode {
        crate::cli::run_with(self, arguments.into_iter().map(Into::into).collect())
    }
}
