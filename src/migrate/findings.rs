//! Where the history and the database disagree.

use super::standing::{Entry, Standing};
use crate::migrate::ledger::{Action, State};
use crate::revision::History;

/// One disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Its up section is not the one that ran.
    Edited {
        revision: String,
        applied_checksum: String,
        file_checksum: String,
        applied_at: i64,
        journal: Box<Entry>,
    },
    /// Applied, and in no file.
    Missing {
        revision: String,
        applied_at: i64,
        journal: Option<Box<Entry>>,
    },
    /// Pending, though a later one is applied.
    Late { revision: String, head: String },
    /// Begun and not ended; or its file is not there any more.
    HalfApplied {
        revision: String,
        entry: Entry,
        is_there: bool,
    },
    /// The journal is there, the history table is not.
    HistoryLost,
    /// The journal says that it is applied, the history table does not.
    RowLost { revision: String },
    /// The history table says that it is applied, the journal that it is not.
    RowAdded { revision: String },
}

impl Finding {
    /// Whether it may come from a run that is still going on.
    pub fn may_be_running(&self) -> bool {
        matches!(self, Finding::HalfApplied { entry, .. } if entry.state == State::Started)
    }

    /// The revision that it is about.
    pub fn revision(&self) -> Option<&str> {
        match self {
            Finding::Edited { revision, .. }
            | Finding::Missing { revision, .. }
            | Finding::Late { revision, .. }
            | Finding::HalfApplied { revision, .. }
            | Finding::RowLost { revision }
            | Finding::RowAdded { revision } => Some(revision),
            Finding::HistoryLost => None,
        }
    }
}

/// Everything in which `standing` is not what `history` and the journal say, in history order.
pub fn findings(history: &History, standing: &Standing) -> Vec<Finding> {
    let mut found = Vec::new();
    if !standing.has_history && !standing.journal.is_empty() {
        found.push(Finding::HistoryLost);
    }
    let highest = history
        .iter()
        .rposition(|revision| standing.is_applied(&revision.id));
    for (i, revision) in history.iter().enumerate() {
        let entry = standing.journal.get(&revision.id);
        if let Some(entry) = entry.filter(|entry| entry.half_applied()) {
            found.push(Finding::HalfApplied {
                revision: revision.id.clone(),
                entry: entry.clone(),
                is_there: true,
            });
            continue;
        }
        if standing.is_applied(&revision.id) {
            let journal = entry.filter(|entry| entry.checksum.is_some());
            let applied = journal.and_then(|entry| entry.checksum.clone());
            let file = revision.checksum(standing.place.dialect);
            if let (Some(applied_checksum), Some(file), Some(journal)) = (applied, file, journal)
                && applied_checksum != file.as_str()
            {
                found.push(Finding::Edited {
                    revision: revision.id.clone(),
                    applied_checksum,
                    file_checksum: file.as_str().to_owned(),
                    applied_at: standing
                        .applied(&revision.id)
                        .map_or(0, |one| one.applied_at),
                    journal: Box::new(journal.clone()),
                });
            }
            if entry.is_some_and(|entry| !says_applied(entry)) {
                found.push(Finding::RowAdded {
                    revision: revision.id.clone(),
                });
            }
        } else {
            if standing.has_history && entry.is_some_and(says_applied) {
                found.push(Finding::RowLost {
                    revision: revision.id.clone(),
                });
            } else if let Some(head) = highest.filter(|highest| i < *highest) {
                found.push(Finding::Late {
                    revision: revision.id.clone(),
                    head: history
                        .get(head)
                        .map(|head| head.id.clone())
                        .unwrap_or_default(),
                });
            }
        }
    }
    for (id, entry) in &standing.journal {
        if entry.half_applied() && history.position(id).is_none() {
            found.push(Finding::HalfApplied {
                revision: id.clone(),
                entry: entry.clone(),
                is_there: false,
            });
        }
    }
    for applied in &standing.applied {
        if history.position(&applied.id).is_none() {
            let entry = standing.journal.get(&applied.id);
            found.push(Finding::Missing {
                revision: applied.id.clone(),
                applied_at: applied.applied_at,
                journal: entry.cloned().map(Box::new),
            });
        }
    }
    found
}

/// Whether a revision whose latest journal row this is should stand in the history table.
pub(super) fn says_applied(entry: &Entry) -> bool {
    matches!(
        (entry.action, entry.state),
        (
            Action::Upgrade | Action::Stamp | Action::Repair,
            State::Done
        ) | (Action::Downgrade, State::RolledBack | State::Failed)
    )
}
