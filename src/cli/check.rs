//! `piton check`.

use clap::ValueEnum;
use serde::Serialize;

use super::compare::{Selection, compare, uncompared};
use super::context::Context;
use super::failure::{Failure, finding_line};
use super::schema_source::{Reader, Source};
use crate::database::Purpose;
use crate::diff::{Diff, Kind, Options, Rename, Renames};
use crate::migrate::{Finding, Standing, findings};
use crate::schema::Schema;
use crate::ui::{count, doubtful, escape, good};

/// Says whether history, pending revisions and schema are as they should be (for CI)
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Looks at this alone
    #[arg(long, value_enum, value_name = "WHAT")]
    only: Option<Only>,
    /// Does not count what could not be compared
    #[arg(long)]
    allow_uncompared: bool,
    /// The server on which scratch databases are made, to replay the history
    #[arg(long, value_name = "URL")]
    scratch_url: Vec<String>,
    #[command(flatten)]
    selection: Selection,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Only {
    /// Edited, missing and late revisions
    History,
    /// Revisions that are not applied
    Pending,
    /// Differences between the entities and the database
    Drift,
}

#[derive(Serialize)]
struct Document {
    target: String,
    ok: bool,
    findings: Vec<String>,
    pending: Vec<String>,
    /// The database against the revision that it stands at; null where it was not looked at.
    database_drift: Option<Vec<String>>,
    /// The entities against head (or, with --only drift, against the database).
    entity_drift: Option<Vec<String>>,
    not_compared: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    for warning in &loaded.warnings {
        context.ui.warn(escape(warning, false));
    }
    context.announce(&target, Some(&loaded));
    let wants = |what: Only| args.only.is_none_or(|only| only == what);
    let history = &loaded.history;
    let mut opened = context.open(&config, &target, Purpose::Look).await?;
    let reading = async { Ok(Standing::read(opened.session()).await?) };
    let standing = super::unless_stopped(&context.stop, reading).await?;
    opened.close().await;
    let mut document = Document {
        target: target.describe(),
        ok: true,
        findings: Vec::new(),
        pending: Vec::new(),
        database_drift: None,
        entity_drift: None,
        not_compared: Vec::new(),
    };
    if wants(Only::History) {
        document
            .findings
            .extend(findings(history, &standing).iter().map(finding_line));
        document.findings.extend(
            loaded
                .uncompiled
                .iter()
                .map(|file| format!("uncompiled: {} is on disk but not in this program", file.id)),
        );
    }
    if wants(Only::Pending) {
        document.pending = history
            .iter()
            .filter(|revision| !standing.is_applied(&revision.id))
            .map(|revision| revision.id.clone())
            .collect();
    }
    if wants(Only::Drift) {
        let sources = [Source::Database];
        let reader = Reader::new(
            context,
            &config,
            &loaded,
            &target,
            &sources,
            None,
            &args.scratch_url,
        )
        .await?;
        drift(&reader, &args, &standing, &mut document).await?;
    }
    let uncompared = !document.not_compared.is_empty() && !args.allow_uncompared;
    document.ok = document.findings.is_empty()
        && document.pending.is_empty()
        && document.database_drift.as_ref().is_none_or(Vec::is_empty)
        && document.entity_drift.as_ref().is_none_or(Vec::is_empty)
        && !uncompared;
    tell(context, &document);
    let half = findings(history, &standing)
        .iter()
        .any(|finding| matches!(finding, Finding::HalfApplied { .. }));
    context.ui.document("check", &document);
    Ok(match (document.ok, half && wants(Only::History)) {
        (true, _) => 0,
        (false, true) => 7,
        (false, false) => 6,
    })
}

/// Compares the entities with the database at head, or both with the replayed history where it is not.
async fn drift(
    reader: &Reader<'_>,
    args: &Args,
    standing: &Standing,
    document: &mut Document,
) -> Result<(), Failure> {
    let history = &reader.loaded.history;
    let applied = history
        .iter()
        .take_while(|one| standing.is_applied(&one.id))
        .count();
    let found = reader.read(&Source::Database).await?;
    let has_desired = reader.has_desired();
    if args.only == Some(Only::Drift) || applied == history.len() {
        let mut clean = false;
        if has_desired {
            let mut wanted = reader.desired().await?;
            let diff = compare(
                reader,
                &found,
                &mut wanted,
                &options(args, reader.beyond(), reader.renames()?),
            )
            .await?;
            clean = diff.ops.is_empty();
            document.not_compared.extend(uncompared(&diff));
            document.entity_drift = Some(lines(&diff));
        }
        // Where the entities are what is there, and head is where it stands, a replay tells nothing new.
        if clean || args.only == Some(Only::Drift) && has_desired {
            return Ok(());
        }
    }
    match reader.replayed(applied).await {
        Ok(mut should) => {
            let diff = compare(
                reader,
                &found,
                &mut should,
                &options(args, Vec::new(), Vec::new()),
            )
            .await?;
            document.not_compared.extend(uncompared(&diff));
            document.database_drift = Some(lines(&diff));
        }
        Err(failure) if failure.code == 10 => {
            document.not_compared.push(format!(
                "the database with the revision it stands at: {}",
                failure.message
            ));
        }
        Err(failure) => return Err(failure),
    }
    if has_desired && document.entity_drift.is_none() {
        let head: Schema = match reader.replayed(history.len()).await {
            Ok(head) => head,
            Err(failure) if failure.code == 10 => {
                document
                    .not_compared
                    .push(format!("what is desired with head: {}", failure.message));
                return Ok(());
            }
            Err(failure) => return Err(failure),
        };
        let mut wanted = reader.desired().await?;
        let diff = compare(
            reader,
            &head,
            &mut wanted,
            &options(args, reader.beyond(), reader.renames()?),
        )
        .await?;
        document.entity_drift = Some(lines(&diff));
    }
    Ok(())
}

fn options(args: &Args, keep: Vec<Kind>, accepted: Vec<Rename>) -> Options {
    Options {
        renames: Renames {
            accepted,
            ..Renames::default()
        },
        tables: args.selection.tables.clone(),
        exclude: args.selection.exclude.clone(),
        keep,
    }
}

fn lines(diff: &Diff) -> Vec<String> {
    diff.ops.iter().map(|op| op.describe()).collect()
}

fn tell(context: &Context, document: &Document) {
    let ui = &context.ui;
    let section = |title: &str, lines: &[String]| {
        if lines.is_empty() {
            return;
        }
        ui.data(
            doubtful()
                .apply_to(format!("{title}: {}", lines.len()))
                .to_string(),
        );
        for line in lines {
            ui.data(format!("  {}", escape(line, false)));
        }
    };
    section("history", &document.findings);
    section("pending", &document.pending);
    section(
        "drift, to bring the database back to the revision it stands at",
        document.database_drift.as_deref().unwrap_or_default(),
    );
    section(
        "drift, to bring it to what is desired",
        document.entity_drift.as_deref().unwrap_or_default(),
    );
    let mut not_compared = document.not_compared.clone();
    not_compared.dedup();
    section("not compared", &not_compared);
    if document.ok {
        ui.data(good().apply_to("all is as it should be").to_string());
        return;
    }
    if !document.pending.is_empty() {
        ui.note(format!(
            "next: piton upgrade applies {}",
            count(document.pending.len(), "pending revision")
        ));
    }
    if document
        .entity_drift
        .as_ref()
        .is_some_and(|drift| !drift.is_empty())
    {
        ui.note("next: piton create -m MESSAGE writes the revision that brings it to the entities");
    }
}
