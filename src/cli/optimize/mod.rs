//! `piton optimize`.

mod apply;
mod tell;

use serde::Serialize;

use super::context::Context;
use super::desired;
use super::failure::Failure;
use super::migrating::{Locks, millis};
use super::schema_source::{Reader, Source};
use crate::admin::optimize::{Action, Facts, Proposal, propose, sql};
use crate::config::Backend;
use crate::database::Purpose;
use crate::dialect::Dialect;
use crate::dialect::usage::Usage;
use crate::schema::{Name, Schema};
use crate::ui::escape;

/// Proposes indexes that are missing or of no use, and room to give back; refreshes statistics
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = HELP)]
pub(super) struct Args {
    /// Does what is proposed: indexes by a revision that is written and run, the rest at once
    #[arg(long)]
    apply: bool,
    /// With --apply: changes indexes at once too, and writes no revision
    #[arg(long, requires = "apply")]
    now: bool,
    #[command(flatten)]
    locks: Locks,
}

const HELP: &str = "\
An index is proposed where the entities, or schema.sql, declare one that is not there, and where a
foreign key has none. One is of no use where it is the same as another or where another begins with
the same columns. What nobody reads, what is declared, and what would hold others up is told as advice
and never done. Indexes are made and dropped so that nobody who writes waits.";

#[derive(Serialize)]
struct Document<'a> {
    target: String,
    applied: bool,
    /// The revision that was written and run; null where none was.
    revision: Option<String>,
    proposals: Vec<ProposalDocument<'a>>,
    /// The statements that take the most time.
    heaviest: Vec<HeavyDocument<'a>>,
    /// Since when the server counts uses; null where it does not.
    counted_since: Option<&'a str>,
    /// What could not be told.
    unknown: &'a [String],
    /// How many tables' statistics were made anew.
    analysed: usize,
    elapsed_ms: u64,
}

#[derive(Serialize)]
struct ProposalDocument<'a> {
    reason: &'static str,
    /// `change` belongs into a revision, `maintain` changes no schema, `advise` is for a person.
    kind: &'static str,
    table: String,
    index: Option<&'a str>,
    says: &'a str,
    bytes: Option<u64>,
    sql: Vec<String>,
}

#[derive(Serialize)]
struct HeavyDocument<'a> {
    statement: &'a str,
    calls: u64,
    total_ms: f64,
    mean_ms: f64,
}

/// What was looked at, and what came of it.
struct Looked {
    dialect: Dialect,
    found: Schema,
    usage: Usage,
    proposals: Vec<Proposal>,
}

impl Looked {
    /// The statements of a proposal.
    fn sql(&self, proposal: &Proposal) -> Vec<String> {
        match &proposal.action {
            Action::Change(op) => sql(self.dialect, op, &self.found),
            Action::Maintain(sql) | Action::Advise(sql) => vec![sql.clone()],
        }
    }

    fn tables(&self) -> Vec<Name> {
        let tables = self.found.tables.iter();
        // The parts are looked at with the whole.
        let whole = tables.filter(|table| table.partition_of.is_none());
        whole.map(|table| table.name.clone()).collect()
    }
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    context.announce(&config, &target);
    let started = std::time::Instant::now();
    let reader = Reader::new(
        context,
        &config,
        &loaded,
        &target,
        &[Source::Database],
        None,
        &[],
    )
    .await?;
    let looking = async {
        let desired = match reader.has_desired() {
            true => Some(reader.desired().await?),
            false => None,
        };
        let mut opened = context.open(&config, &target, Purpose::Look).await?;
        let found = desired::there(opened.session()).await?;
        let usage = opened.session().usage().await?;
        let dialect = opened.dialect();
        opened.close().await;
        let proposals = propose(&Facts {
            dialect,
            found: &found,
            desired: desired.as_ref(),
            usage: &usage,
        });
        Ok(Looked {
            dialect,
            found,
            usage,
            proposals,
        })
    };
    let looked = super::unless_stopped(&context.stop, looking).await?;
    tell::proposals(context, &looked);
    let mut done = apply::Done::default();
    if args.apply {
        // A store's files keep no statistics.
        let is_store = matches!(target.backend(), Backend::Json { .. });
        let work = apply::Work {
            config: &config,
            loaded: &loaded,
            target: &target,
            looked: &looked,
            args: &args,
            analyses: !is_store,
        };
        done = work.apply(context).await?;
        tell::done(context, &done);
    } else {
        tell::next(context, &looked);
    }
    let documents = looked.proposals.iter().map(|one| ProposalDocument {
        reason: one.reason.name(),
        kind: match one.action {
            Action::Change(_) => "change",
            Action::Maintain(_) => "maintain",
            Action::Advise(_) => "advise",
        },
        table: one.table.to_string(),
        index: one.index.as_deref(),
        says: &one.says,
        bytes: one.bytes,
        sql: looked.sql(one),
    });
    let heaviest = looked.usage.statements.iter().map(|one| HeavyDocument {
        statement: &one.text,
        calls: one.calls,
        total_ms: one.total_ms,
        mean_ms: one.mean_ms,
    });
    context.ui.document(
        "optimize",
        &Document {
            target: target.describe(),
            applied: args.apply,
            revision: done.revision.clone(),
            proposals: documents.collect(),
            heaviest: heaviest.collect(),
            counted_since: looked.usage.since.as_deref(),
            unknown: &looked.usage.unknown,
            analysed: done.analysed,
            elapsed_ms: millis(started.elapsed()),
        },
    );
    Ok(0)
}

/// What a person is asked.
fn question(changes: usize, maintained: usize, target: &str) -> String {
    let mut parts = Vec::new();
    if changes > 0 {
        parts.push(format!(
            "make {} of indexes",
            crate::ui::count(changes, "change")
        ));
    }
    if maintained > 0 {
        parts.push(format!("run {}", crate::ui::count(maintained, "statement")));
    }
    parts.push("refresh statistics".to_owned());
    let mut text = parts.join(", ");
    if let Some(first) = text.get(..1) {
        let first = first.to_uppercase();
        text.replace_range(..1, &first);
    }
    format!("{text} on {}?", escape(target, false))
}
