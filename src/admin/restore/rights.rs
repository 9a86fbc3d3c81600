//! Owners and privileges: made what they were, by the difference, where the roles are there.

use std::collections::{BTreeSet, HashMap};

use super::contents::Contents;
use super::run::Order;
use super::state::State;
use crate::admin::backup::BackupError;
use crate::dialect::{
    DbError, DbErrorKind, DefaultRights, Grant, ObjectRights, RightsChange as Change, Session,
};

/// A privilege that goes takes those with it that were granted on by it, so that some are only missing afterwards.
const ROUNDS: usize = 3;

/// Makes owners and privileges what they were; returns what they still are not, a line each.
pub(super) async fn bring(
    session: &mut Session,
    contents: &Contents,
    state: &State,
    order: &Order<'_>,
) -> Result<Vec<String>, BackupError> {
    let wanted = &contents.rights;
    if wanted.is_empty() || !(order.owners || order.privileges) {
        return Ok(Vec::new());
    }
    let whole = state.whole() && !contents.manifest.partial;
    let objects = wanted.objects.iter().filter(|object| match &object.table {
        Some(table) => state.filled.contains(table),
        None => whole,
    });
    let objects: Vec<&ObjectRights> = objects.collect();
    let defaults: &[DefaultRights] = if whole { &wanted.defaults } else { &[] };
    let mut work = Work {
        roles: session.roles().await?,
        missing: BTreeSet::new(),
        said: BTreeSet::new(),
    };
    if order.owners {
        work.owners(session, &objects).await?;
    }
    if order.privileges {
        for _ in 0..ROUNDS {
            if !work.privileges(session, &objects, defaults).await? {
                break;
            }
        }
    }
    let missing = work.missing.into_iter();
    let missing = missing.map(|role| {
        format!("the role {role} is not there: nothing is owned by it or granted to it")
    });
    Ok(missing.chain(work.said).collect())
}

struct Work {
    roles: BTreeSet<String>,
    /// Roles that the backup names and this server has not.
    missing: BTreeSet<String>,
    /// What this user was not allowed to.
    said: BTreeSet<String>,
}

impl Work {
    fn is_there(&mut self, role: &str) -> bool {
        let found = self.roles.contains(role);
        if !found {
            self.missing.insert(role.to_owned());
        }
        found
    }

    async fn owners(
        &mut self,
        session: &mut Session,
        objects: &[&ObjectRights],
    ) -> Result<(), BackupError> {
        let now = session.rights().await?;
        let now = by_name(&now.objects);
        for object in objects {
            let Some(there) = now.get(&key(object)) else {
                continue;
            };
            if there.owner == object.owner || !self.is_there(&object.owner) {
                continue;
            }
            let Some(statement) = object.owned_by(&object.owner) else {
                continue;
            };
            let what = format!("what was the role {}'s own", object.owner);
            self.run(session, None, &statement, &what).await?;
        }
        Ok(())
    }

    /// Whether there was something to do.
    async fn privileges(
        &mut self,
        session: &mut Session,
        objects: &[&ObjectRights],
        defaults: &[DefaultRights],
    ) -> Result<bool, BackupError> {
        let now = session.rights().await?;
        let there_are = by_name(&now.objects);
        let mut statements = Vec::new();
        for object in objects {
            let Some(there) = there_are.get(&key(object)) else {
                continue;
            };
            // What the owner gave is given by whoever owns it here.
            let here = |role: &String| match *role == object.owner {
                true => there.owner.clone(),
                false => role.clone(),
            };
            let wanted = object.grants.iter().map(|grant| Grant {
                grantor: here(&grant.grantor),
                grantee: grant.grantee.as_ref().map(here),
                ..grant.clone()
            });
            for (change, grant) in self.changes(&there.grants, wanted.collect()) {
                let giver = (grant.grantor != there.owner).then(|| grant.grantor.clone());
                statements.push((giver, object.change(change, &grant)));
            }
        }
        for one in defaults {
            if !self.is_there(&one.role) {
                continue;
            }
            let same = |it: &&DefaultRights| {
                (&it.role, &it.namespace, &it.kind) == (&one.role, &one.namespace, &one.kind)
            };
            let there = now.defaults.iter().find(same);
            let there = there.map_or(&one.unsaid, |there| &there.grants);
            for (change, grant) in self.changes(there, one.grants.clone()) {
                statements.push((None, one.change(change, &grant)));
            }
        }
        for (giver, statement) in &statements {
            self.run(session, giver.as_deref(), statement, statement)
                .await?;
        }
        Ok(!statements.is_empty())
    }

    /// What has to be done to come from some privileges to others.
    fn changes(&mut self, now: &[Grant], wanted: Vec<Grant>) -> Vec<(Change, Grant)> {
        let mut wanted: Vec<Grant> = wanted;
        wanted.retain(|grant| {
            let roles = grant.grantee.iter().chain([&grant.grantor]);
            // Each of them is named.
            roles.filter(|role| !self.is_there(role)).count() == 0
        });
        let same = |one: &Grant, other: &Grant| {
            (&one.grantor, &one.grantee, &one.privilege, &one.column)
                == (
                    &other.grantor,
                    &other.grantee,
                    &other.privilege,
                    &other.column,
                )
        };
        let mut changes = Vec::new();
        for grant in now {
            match wanted.iter().find(|it| same(it, grant)) {
                None => changes.push((Change::Revoke, grant.clone())),
                Some(kept) if grant.grantable && !kept.grantable => {
                    changes.push((Change::RevokeGrantOption, grant.clone()));
                }
                Some(_) => {}
            }
        }
        for grant in wanted {
            let there = now.iter().find(|it| same(it, &grant));
            if there.is_none_or(|there| grant.grantable && !there.grantable) {
                changes.push((Change::Grant, grant));
            }
        }
        changes
    }

    /// Runs a statement, as another role where it has to be that one's; `what` is noted where it is not allowed.
    async fn run(
        &mut self,
        session: &mut Session,
        giver: Option<&str>,
        statement: &str,
        what: &str,
    ) -> Result<(), BackupError> {
        let result = as_role(session, giver, statement).await;
        match result {
            Ok(()) => Ok(()),
            Err(error) if error.kind == DbErrorKind::Privilege => {
                self.said.insert(format!("{what}: {}", error.message));
                Ok(())
            }
            Err(source) => Err(BackupError::Statement {
                statement: statement.to_owned(),
                source,
            }),
        }
    }
}

async fn as_role(
    session: &mut Session,
    giver: Option<&str>,
    statement: &str,
) -> Result<(), DbError> {
    let Some(giver) = giver else {
        return session.run(statement).await.map(drop);
    };
    let giver = session.dialect().quote(giver);
    session.run(&format!("SET ROLE {giver}")).await?;
    let result = session.run(statement).await;
    session.run("RESET ROLE").await?;
    result.map(drop)
}

/// What tells a thing from all others of its database.
fn key(object: &ObjectRights) -> (&str, &str) {
    (&object.kind, &object.name)
}

fn by_name(objects: &[ObjectRights]) -> HashMap<(&str, &str), &ObjectRights> {
    objects.iter().map(|object| (key(object), object)).collect()
}
