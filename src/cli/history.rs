//! `piton history`.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use super::context::Context;
use super::failure::{Failure, finding_line};
use crate::database::Purpose;
use crate::migrate::Work;
use crate::migrate::{Entry, Standing, findings, prepare_one, record};
use crate::revision::{Direction, History, Revision};
use crate::ui::{Table, count, doubtful, duration, escape, good};

/// Lists every revision, newest first: applied or pending, when, by whom, how long it took
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Only from one revision to another: A:B, A: or :B, each an id or the start of one
    #[arg(short, long, value_name = "A:B")]
    range: Option<String>,
    /// Prints what each revision runs
    #[arg(long)]
    sql: bool,
}

#[derive(Serialize)]
struct Document {
    target: String,
    revisions: Vec<RevisionDocument>,
    findings: Vec<String>,
}

#[derive(Serialize)]
struct RevisionDocument {
    id: String,
    message: String,
    kind: &'static str,
    state: &'static str,
    applied_at: Option<String>,
    applied_by: Option<String>,
    elapsed_ms: Option<u64>,
    checksum: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<Vec<String>>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    for warning in &loaded.warnings {
        context.ui.warn(escape(warning, false));
    }
    context.announce(&config, &target);
    let history = &loaded.history;
    let (from, to) = range(history, args.range.as_deref())?;
    let mut opened = context.open(&config, &target, Purpose::Look).await?;
    let reading = async { Ok(Standing::read(opened.session()).await?) };
    let standing = super::unless_stopped(&context.stop, reading).await?;
    opened.close().await;
    let found = findings(history, &standing);
    let mut documents = Vec::new();
    for (position, revision) in history.iter().enumerate().take(to).skip(from) {
        let mut document = document(revision, &standing);
        if args.sql {
            document.sql = Some(statements(history, position, &standing).await?);
        }
        documents.push(document);
    }
    documents.reverse();
    let ui = &context.ui;
    if !ui.is_json() {
        if args.sql {
            for document in &documents {
                ui.data(format!(
                    "-- {} ({})",
                    escape(&document.id, false),
                    document.state
                ));
                for sql in document.sql.iter().flatten() {
                    ui.data(format!("{};", escape(sql, true)));
                }
                ui.data("");
            }
        } else {
            table(context, &documents);
        }
        ui.note(format!(
            "{}, {} applied",
            count(history.len(), "revision"),
            history
                .iter()
                .filter(|revision| standing.is_applied(&revision.id))
                .count()
        ));
    }
    for finding in &found {
        ui.warn(finding_line(finding));
    }
    for file in &loaded.uncompiled {
        ui.warn(format!(
            "{} is on disk but not compiled into this program",
            escape(&file.path.display().to_string(), false)
        ));
    }
    ui.document(
        "history",
        &Document {
            target: target.describe(),
            revisions: documents,
            findings: found.iter().map(finding_line).collect(),
        },
    );
    Ok(0)
}

/// The positions that `A:B` names, the end one past the last.
fn range(history: &History, text: Option<&str>) -> Result<(usize, usize), Failure> {
    let Some(text) = text else {
        return Ok((0, history.len()));
    };
    let (from, to) = text.split_once(':').unwrap_or((text, text));
    let from = match from {
        "" | "base" => 0,
        from => history.find(from)?,
    };
    let to = match to {
        "" | "head" => history.len(),
        to => history.find(to)? + 1,
    };
    if from >= to && !history.is_empty() {
        return Err(Failure::usage(format!(
            "{} ends before it begins",
            escape(text, false)
        )));
    }
    Ok((from, to))
}

fn document(revision: &Revision, standing: &Standing) -> RevisionDocument {
    let applied = standing.applied(&revision.id);
    let entry = standing.journal.get(&revision.id);
    let half = entry.is_some_and(Entry::half_applied);
    let done = entry.filter(|_| applied.is_some());
    RevisionDocument {
        id: revision.id.clone(),
        message: revision.message(),
        kind: if revision.is_rust() { "rust" } else { "sql" },
        state: match (half, applied) {
            (true, _) => "half applied",
            (false, Some(_)) => "applied",
            (false, None) => "pending",
        },
        applied_at: applied.map(|applied| when(applied.applied_at)),
        applied_by: done.map(who).filter(|who| !who.is_empty()),
        elapsed_ms: done.and_then(took).map(super::migrating::millis),
        checksum: revision
            .checksum(standing.place.dialect)
            .map(|checksum| checksum.as_str().to_owned()),
        sql: None,
    }
}

fn table(context: &Context, documents: &[RevisionDocument]) {
    let mut table = Table::new(["revision", "message", "state", "when", "who", "took"]);
    for document in documents {
        let state = match document.state {
            "applied" => good().apply_to("applied").to_string(),
            other => doubtful().apply_to(other).to_string(),
        };
        table.row([
            escape(&document.id, false),
            escape(&document.message, false),
            state,
            document.applied_at.clone().unwrap_or_default(),
            escape(document.applied_by.as_deref().unwrap_or_default(), false),
            document
                .elapsed_ms
                .map(|ms| match ms {
                    0 => "< 1 ms".to_owned(),
                    ms => duration(Duration::from_millis(ms)),
                })
                .unwrap_or_default(),
        ]);
    }
    for line in table.lines() {
        context.ui.data(line);
    }
}

/// What a revision runs upward on this database.
async fn statements(
    history: &History,
    position: usize,
    standing: &Standing,
) -> Result<Vec<String>, Failure> {
    let dialect = standing.place.dialect;
    let revision = history
        .get(position)
        .expect("positions come from the history");
    if !revision.has_section(Direction::Up, dialect) {
        return Ok(vec![format!("-- no section for {dialect}")]);
    }
    let prepared = prepare_one(history, position, Direction::Up, dialect)?;
    Ok(match &prepared.work {
        Work::Sql { statements, .. } => statements
            .iter()
            .map(|statement| statement.whole())
            .collect(),
        Work::Rust { migration, .. } => {
            let recording = record(migration.as_ref(), Direction::Up, dialect.orm()).await;
            let mut statements = recording.statements;
            if let Some(asked) = recording.asked {
                statements.push(format!("-- incomplete: it asks the database: {asked}"));
            }
            statements
        }
    })
}

/// Seconds since 1970 as ISO 8601 in UTC.
pub(super) fn when(epoch_s: i64) -> String {
    DateTime::<Utc>::from_timestamp(epoch_s, 0).map_or_else(
        || epoch_s.to_string(),
        |at| at.to_rfc3339_opts(SecondsFormat::Secs, true),
    )
}

/// Who a journal row names: the person, and the machine.
pub(super) fn who(entry: &Entry) -> String {
    match (
        entry.os_user.as_deref().or(entry.db_user.as_deref()),
        &entry.host,
    ) {
        (Some(user), Some(host)) => format!("{user}@{host}"),
        (Some(user), None) => user.to_owned(),
        (None, Some(host)) => host.clone(),
        (None, None) => String::new(),
    }
}

/// How long a journal row says that it took.
fn took(entry: &Entry) -> Option<Duration> {
    let at = |text: &str| DateTime::parse_from_rfc3339(text).ok();
    (at(entry.finished_at.as_deref()?)? - at(&entry.started_at)?)
        .to_std()
        .ok()
}
