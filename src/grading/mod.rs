//! What the grading platform keeps in the cache: its keys, how long they live, and how they come from the database; and how
//! long it keeps its rows.

mod analytics;
mod assignments;
mod classes;
pub mod legacy;
pub mod prune;
mod results;
pub mod seed;
mod users;

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use piton::cache::{Entry, Loaded, Loader, Prefix, Registry};
use piton_entity::assignment_submissions::Column as Submission;
use sea_orm::sea_query::{Expr, ExprTrait as _, SimpleExpr};
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait, QueryOrder as _, Select};
use serde::Serialize;

const HOUR_S: u64 = 3600;

/// The registry of the platform's keys.
pub fn cache() -> Registry {
    let prefix = |prefix, holds, example, ttl_s| Prefix {
        prefix,
        holds,
        example,
        ttl_s: Some(ttl_s),
    };
    let prefixes = vec![
        prefix("user:", "user data", "user:profile:12345", HOUR_S),
        prefix("class:", "class data", "class:students:67890", HOUR_S),
        prefix(
            "assignment:",
            "assignment data",
            "assignment:info:abc123",
            HOUR_S,
        ),
        prefix(
            "grading:",
            "grading results",
            "grading:result:task456",
            24 * HOUR_S,
        ),
        prefix(
            "analytics:",
            "daily figures",
            "analytics:daily:20241201",
            5 * 60,
        ),
    ];
    let entries = vec![
        entry("user:profile", users::Profiles, true),
        entry("class:statistics", classes::Statistics, true),
        entry("class:students", classes::Students, false),
        entry("assignment:info", assignments::Info, false),
        entry("grading:result", results::Results, false),
        entry("analytics:daily", analytics::Daily, false),
    ];
    Registry::new(prefixes, entries).expect("every entry stands under one prefix: a test builds it")
}

fn entry(name: &'static str, loader: impl Loader + 'static, is_warmed: bool) -> Entry {
    Entry {
        name,
        version: 1,
        loader: Some(Arc::new(loader)),
        is_warmed,
    }
}

/// A value as it is kept.
fn loaded(id: &str, value: &impl Serialize) -> Result<Loaded, DbErr> {
    let json = serde_json::to_string(value).map_err(|error| DbErr::Json(error.to_string()))?;
    Ok(Loaded {
        id: id.to_owned(),
        json,
    })
}

/// What counts as recent.
const RECENT: TimeDelta = TimeDelta::days(30);

/// Whoever has the most submissions of the last thirty days first, and of those who have as many, the one with
/// the latest. What is grouped is an expression of the query's own.
fn most_recent_first<E: EntityTrait>(query: Select<E>) -> Select<E> {
    let recent: SimpleExpr = Submission::SubmittedAt.gte(Utc::now() - RECENT);
    let recent = Expr::case(recent, 1).finally(0);
    let recent: SimpleExpr = recent.into();
    query
        .order_by_desc(recent.sum())
        .order_by_desc(Submission::SubmittedAt.max())
}

/// A moment as the platform's JSON has it.
fn when(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests;
