//! Going through the sessions of a tag, or of all.

use std::collections::BTreeSet;

use redis::Value;

use super::script;
use super::store::{Session, SessionError, Sessions, session, session_prefix};
use super::token::SessionId;
use crate::redis::Error;

/// So many of an index are looked at in one step, so that the server is never held up.
const AT_A_TIME: usize = 500;

/// What a cleanup did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Indexes that were gone through.
    pub indexes: u64,
    /// Sessions that were over and still stood in one.
    pub removed: u64,
    /// Sessions that live.
    pub living: u64,
    /// Revocations that left the log, where there is one.
    pub forgotten: Option<u64>,
}

/// How many sessions there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionStats {
    pub living: u64,
    pub users: u64,
    /// Over, and still in an index.
    pub over: u64,
    /// The most that one user has.
    pub most_of_a_user: u64,
}

struct Part {
    living: Vec<Session>,
    dead: usize,
}

impl Sessions {
    async fn part(&self, tag: &str, from: usize, remove: bool) -> Result<Part, SessionError> {
        let prefix = session_prefix(tag);
        let keys = [
            (format!("session:{{{tag}}}:s:"), "hash"),
            (format!("session:{{{tag}}}:epochs"), "hash"),
            (format!("session:{{{tag}}}:index"), "zset"),
        ];
        let (from, to) = (from.to_string(), (from + AT_A_TIME - 1).to_string());
        let own = [from.as_str(), &to, &prefix, if remove { "1" } else { "0" }];
        let (_, parts) = self.step(&script::LIST, &keys, &own).await?;
        let nonsense = || Error::unexpected("something else than a list of sessions");
        let [Value::Array(found), Value::Int(dead)] = parts.as_slice() else {
            return Err(nonsense().into());
        };
        let mut living = Vec::with_capacity(found.len());
        let mut dead = usize::try_from(*dead).unwrap_or_default();
        for one in found {
            let Value::Array(one) = one else {
                return Err(nonsense().into());
            };
            let mut one = one.iter().cloned();
            let hash: String =
                redis::from_redis_value(one.next().unwrap_or_default()).map_err(|_| nonsense())?;
            let session = session(SessionId::new(tag, &hash), one.collect())?;
            if self.revoked.has(&session) {
                dead += 1;
            } else {
                living.push(session);
            }
        }
        Ok(Part { living, dead })
    }

    pub(super) async fn of_tag(&self, tag: &str) -> Result<Vec<Session>, SessionError> {
        let mut all = Vec::new();
        let mut from = 0;
        loop {
            let part = self.part(tag, from, false).await?;
            let seen = part.living.len() + part.dead;
            all.extend(part.living);
            if seen < AT_A_TIME {
                return Ok(all);
            }
            from += seen;
        }
    }

    /// Removes who is over from a tag's index, in batches; how many.
    pub(super) async fn prune(
        &self,
        tag: &str,
        removed: &mut impl FnMut(u64),
    ) -> Result<u64, SessionError> {
        let mut total = 0;
        let mut from = 0;
        loop {
            let part = self.part(tag, from, true).await?;
            total += part.dead as u64;
            removed(total);
            if part.living.len() + part.dead < AT_A_TIME {
                return Ok(total);
            }
            from += part.living.len();
        }
    }

    /// The tags that have an index, by a scan.
    async fn tags(&self) -> Result<BTreeSet<String>, SessionError> {
        let mut tags = BTreeSet::new();
        let mut scan = self.connection.scan("session:{*}:index").await?;
        while let Some(keys) = scan.next().await? {
            for key in keys {
                let key = String::from_utf8_lossy(&key).into_owned();
                let tag = key
                    .strip_prefix("session:{")
                    .and_then(|rest| rest.split('}').next());
                tags.extend(tag.map(ToOwned::to_owned));
            }
        }
        Ok(tags)
    }

    /// Removes all that is over from the indexes, and from the log what nothing can outlive; `seen` is told
    /// of every index. Nothing needs it: they leave by themselves in the end.
    ///
    /// # Errors
    /// Redis's or the log's.
    pub async fn cleanup(&self, mut seen: impl FnMut(&Cleaned)) -> Result<Cleaned, SessionError> {
        let mut cleaned = Cleaned::default();
        for tag in self.tags().await? {
            cleaned.removed += self.prune(&tag, &mut |_| {}).await?;
            cleaned.living += self.of_tag(&tag).await?.len() as u64;
            cleaned.indexes += 1;
            seen(&cleaned);
        }
        if let Some(log) = &self.log {
            cleaned.forgotten = Some(log.forget().await.map_err(SessionError::Unread)?);
        }
        Ok(cleaned)
    }

    /// Counts the sessions, by a scan.
    ///
    /// # Errors
    /// Redis's.
    pub async fn stats(&self) -> Result<SessionStats, SessionError> {
        let mut stats = SessionStats::default();
        for tag in self.tags().await? {
            let mut users: std::collections::BTreeMap<String, u64> = Default::default();
            let mut from = 0;
            loop {
                let part = self.part(&tag, from, false).await?;
                let seen = part.living.len() + part.dead;
                stats.over += part.dead as u64;
                stats.living += part.living.len() as u64;
                for session in part.living {
                    *users.entry(session.user).or_default() += 1;
                }
                if seen < AT_A_TIME {
                    break;
                }
                from += seen;
            }
            stats.users += users.len() as u64;
            let most = users.into_values().max().unwrap_or_default();
            stats.most_of_a_user = stats.most_of_a_user.max(most);
        }
        Ok(stats)
    }
}
