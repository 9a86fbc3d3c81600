//! Replaying the log of revocations to a primary that may not have heard of them.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::log::{Revocation, What};
use super::store::{SessionError, Sessions, session_prefix};
use super::{script, token::SessionId};
use crate::redis::{Error, slot_of};

/// Which primaries, by their replication ids, have heard of every revocation.
#[derive(Default)]
pub struct Replayed {
    known: Mutex<Known>,
    /// One at a time replays, the others wait for it.
    replaying: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    primaries: BTreeSet<String>,
    /// Who answered for a slot last.
    by_slot: std::collections::HashMap<u16, String>,
}

impl Replayed {
    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has(&self, primary: &str) -> bool {
        self.lock().primaries.contains(primary)
    }

    fn note(&self, primary: &str, slot: u16) {
        let mut known = self.lock();
        known.primaries.insert(primary.to_owned());
        known.by_slot.insert(slot, primary.to_owned());
    }

    /// The primary that these keys were found on last; a word that no primary has where that is not known.
    pub(super) fn last(&self, keys: &[(String, &'static str)]) -> String {
        let slot = slot_of(keys[0].0.as_bytes());
        let known = self.lock();
        known
            .by_slot
            .get(&slot)
            .cloned()
            .unwrap_or_else(|| "unknown".to_owned())
    }
}

/// So many at a time.
const TOGETHER: usize = 256;

impl Sessions {
    /// Sees to it that a primary has heard of every revocation, and notes that these keys are there.
    pub(super) async fn see_to(
        &self,
        primary: &str,
        keys: &[(String, &'static str)],
    ) -> Result<(), SessionError> {
        let slot = slot_of(keys[0].0.as_bytes());
        let _alone = self.replayed.replaying.lock().await;
        if let Some(log) = &self.log
            && !self.replayed.has(primary)
        {
            let revocations = log.standing().await.map_err(SessionError::Unread)?;
            for batch in revocations.chunks(TOGETHER) {
                let each = batch.iter().map(|one| self.apply(one));
                futures_util::future::try_join_all(each).await?;
            }
        }
        self.replayed.note(primary, slot);
        Ok(())
    }

    async fn apply(&self, revocation: &Revocation) -> Result<(), Error> {
        let tag = revocation.tag();
        let keys = |session: String| {
            [
                (session, "hash"),
                (format!("session:{{{tag}}}:epochs"), "hash"),
                (format!("session:{{{tag}}}:index"), "zset"),
            ]
        };
        match revocation.what() {
            What::Session { hash } => {
                let id = SessionId::new(tag, hash);
                let keys = keys(format!("{}{}", session_prefix(tag), id.hash()));
                self.run(&script::REVOKE, &keys, "", &[id.hash()]).await?;
            }
            What::User { user, epoch } => {
                let keys = keys(session_prefix(tag));
                self.run(&script::REVOKE_ALL, &keys, "", &[user, epoch])
                    .await?;
            }
        }
        Ok(())
    }
}
