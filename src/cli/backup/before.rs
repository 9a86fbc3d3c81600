//! The backup that upgrade and downgrade make first: `--backup`.

use std::time::Duration;

use super::{Wish, file_name, of_target, shown};
use crate::cli::context::{Context, author};
use crate::cli::failure::Failure;
use crate::cli::sources::Loaded;
use crate::config::Config;
use crate::database::Target;
use crate::dialect::Session;
use crate::migrate::Standing;
use crate::migrate::ledger::{self, Action, Elapsed, JournalRow, State};
use crate::ui::{bytes, count};

/// A backup that was made before a run.
pub(in crate::cli) struct Before {
    /// Its name, which the journal gets.
    name: String,
    /// How somebody in the working directory would type it.
    path: String,
}

/// Makes it; `None` where there is nothing yet to back up.
pub(in crate::cli) async fn first(
    context: &Context,
    config: &Config,
    loaded: &Loaded,
    target: &Target,
    lock_timeout: Duration,
) -> Result<Option<Before>, Failure> {
    if target.missing().is_some() {
        context.ui.note("nothing is there yet to back up");
        return Ok(None);
    }
    let wish = Wish {
        parent: config.backup.dir.value.clone(),
        tables: Vec::new(),
        native: false,
        jobs: None,
        lock_timeout,
    };
    let made = Box::pin(of_target(context, config, loaded, target, &wish)).await?;
    let before = Before {
        name: file_name(&made.path),
        path: shown(context, &made.path),
    };
    context.ui.note(format!(
        "backed up to {} ({}, {})",
        before.path,
        count(made.manifest.tables.len(), "table"),
        bytes(made.manifest.bytes())
    ));
    Ok(Some(before))
}

impl Before {
    /// Names it in the journal.
    pub async fn record(&self, session: &mut Session) -> Result<(), Failure> {
        let standing = Standing::brief(session).await?;
        if !(standing.has_history && standing.has_journal) {
            for statement in ledger::create_tables(&standing.place) {
                session.run(&statement).await?;
            }
        }
        let row = JournalRow {
            revision: &self.name,
            action: Action::Backup,
            state: State::Done,
            statement: 0,
            statements: 0,
            checksum: None,
            elapsed: Elapsed::Measured(Duration::ZERO),
            error: None,
        };
        let insert = ledger::insert_journal(&standing.place, &author(), &row);
        session.run(&insert).await?;
        Ok(())
    }

    /// Says how the database comes back to where it was.
    pub fn offer(&self, failure: Failure) -> Failure {
        failure.hint(format!(
            "piton restore {} --replace --drop-others takes the database back to where it was before this run",
            self.path
        ))
    }
}
