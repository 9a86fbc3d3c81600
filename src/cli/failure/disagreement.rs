//! Where the history and the database disagree, and why there is no plan.

use super::{Failure, words};
use crate::cli::history::{when, who};
use crate::migrate::{Entry, Finding, PlanError, StandingError};
use crate::ui::escape;

impl From<StandingError> for Failure {
    fn from(error: StandingError) -> Self {
        match error {
            StandingError::Database(error) => error.into(),
            StandingError::Altered { .. } => Failure::history(words(&error))
                .hint("restore the table from a backup, or rename it away and use piton stamp"),
            StandingError::NoNamespace { .. } => Failure::config(words(&error)).hint(
                "make the schema, or set search_path in the URL: ?options=-csearch_path%3Dpublic",
            ),
        }
    }
}

/// A finding in one line.
pub(in crate::cli) fn finding_line(finding: &Finding) -> String {
    let text = match finding {
        Finding::Edited {
            revision,
            applied_checksum,
            file_checksum,
            applied_at,
            journal,
        } => format!(
            "edited: {revision} is not what was applied {} (checksum {} then, {} now)",
            provenance(*applied_at, Some(journal)),
            &applied_checksum[..applied_checksum.len().min(12)],
            &file_checksum[..file_checksum.len().min(12)],
        ),
        Finding::Missing {
            revision,
            applied_at,
            journal,
        } => format!(
            "missing: {revision} was applied {} and is in no file",
            provenance(*applied_at, journal.as_deref())
        ),
        Finding::Late { revision, head } => {
            format!("late: {revision} is pending, though the later {head} is applied")
        }
        Finding::HalfApplied {
            revision,
            entry,
            is_there,
        } => format!(
            "half applied: {revision}, statement {} of {} {} ({}){}",
            entry.statement,
            entry.statements,
            match entry.state {
                crate::migrate::ledger::State::Failed | crate::migrate::ledger::State::Stuck =>
                    "failed",
                _ => "was begun, and whether it ran is not known",
            },
            entry.action.name(),
            if *is_there {
                ""
            } else {
                ", and it is in no file"
            },
        ),
        Finding::HistoryLost => {
            "lost: the journal is there, the table seaql_migrations is not".to_owned()
        }
        Finding::RowLost { revision } => format!(
            "altered: the journal says that {revision} is applied, seaql_migrations does not"
        ),
        Finding::RowAdded { revision } => format!(
            "altered: seaql_migrations says that {revision} is applied, the journal says that it was taken back"
        ),
    };
    escape(&text, false)
}

/// When it was applied, from where and by whom.
fn provenance(applied_at: i64, journal: Option<&Entry>) -> String {
    let at = when(applied_at);
    let by = journal.map(who).filter(|by| !by.is_empty());
    let user = journal.and_then(|entry| entry.db_user.as_deref());
    let user = user.filter(|user| !user.is_empty());
    match (by, user) {
        (Some(by), Some(user)) => format!("{at} by {by}, as {user}"),
        (Some(by), None) => format!("{at} by {by}"),
        (None, Some(user)) => format!("{at} as {user}"),
        (None, None) => at,
    }
}

fn finding_hint(finding: &Finding) -> String {
    let text = match finding {
        Finding::Edited { revision, .. } => format!(
            "put the file back as it was and make the change in a new revision; or piton repair --accept {revision}, where the edit is meant to stay"
        ),
        Finding::Missing { revision, .. } => {
            format!("bring the file of {revision} back, from version control or from the branch that had it")
        }
        Finding::Late { .. } => {
            "piton upgrade --allow-out-of-order applies it all the same; or give it a later timestamp".to_owned()
        }
        Finding::HalfApplied {
            revision,
            is_there: false,
            ..
        } => format!(
            "bring the file of {revision} back, from version control or from the branch that had it; then piton repair"
        ),
        Finding::HalfApplied { .. } => {
            "piton repair shows how far it came, and finishes it or takes it back".to_owned()
        }
        Finding::HistoryLost | Finding::RowLost { .. } | Finding::RowAdded { .. } => {
            "find out who changed it; piton stamp REV records where the database really stands".to_owned()
        }
    };
    escape(&text, false)
}

/// Findings as a failure: 7 where something is half applied, else 6.
pub(in crate::cli) fn findings_failure(findings: &[Finding]) -> Failure {
    let half = findings
        .iter()
        .any(|finding| matches!(finding, Finding::HalfApplied { .. }));
    let mut failure = if half {
        Failure::new(
            7,
            "half_applied",
            "a revision is half applied; nothing was run",
        )
    } else {
        Failure::history("the history is not what it should be; nothing was run")
    };
    for finding in findings {
        failure = failure.line(format!("  {}", finding_line(finding)));
        let hint = finding_hint(finding);
        if !failure.hints.contains(&hint) {
            failure.hints.push(hint);
        }
    }
    failure
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let text = escape(&error.to_string(), false);
        match error {
            PlanError::History(findings) => findings_failure(&findings),
            PlanError::Find(error) => error.into(),
            PlanError::TooMany { .. } | PlanError::NotApplied { .. } => {
                Failure::usage(text).hint("piton history shows what is applied and what is pending")
            }
            PlanError::WrongWay { .. } => Failure::usage(text),
            PlanError::NoSection { .. } => {
                Failure::config(text).hint("add the section to its file; it may be empty")
            }
            PlanError::NoDown { .. } => Failure::config(format!("{text}; nothing was run"))
                .hint("add a `-- migrate:down` section to its file, or restore a backup"),
            PlanError::NotEmpty { tables, tool } => not_empty(&text, &tables, tool),
        }
    }
}

fn not_empty(
    text: &str,
    tables: &[crate::schema::Name],
    tool: Option<(&'static str, &'static str)>,
) -> Failure {
    let mut failure = Failure::config(format!("{text}; nothing was run"));
    let shown: Vec<String> = tables
        .iter()
        .take(8)
        .map(|name| escape(&name.to_string(), false))
        .collect();
    let more = if tables.len() > shown.len() {
        ", …"
    } else {
        ""
    };
    failure = failure.line(format!("  tables: {}{more}", shown.join(", ")));
    if let Some((table, tool)) = tool {
        failure = failure.line(format!("  {table} is the history of {tool}"));
    }
    failure
        .hint("piton stamp REV, where these are the tables of revision REV")
        .hint("piton upgrade --allow-non-empty, where they are somebody else's and may stand beside ours")
}
