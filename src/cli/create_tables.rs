//! `piton create_tables`.

use serde::Serialize;

use super::compare::{compare, render};
use super::context::Context;
use super::desired;
use super::failure::Failure;
use super::migrating::Locks;
use super::schema_source::{Reader, Source};
use crate::database::Purpose;
use crate::diff::{Options, Renames};
use crate::migrate::{Standing, change};
use crate::schema::{Name, Op, Schema, Whole};
use crate::ui::{bold, count, escape, good};

/// Makes every table straight from the entities and records the history as applied (development)
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Makes the tables and records nothing
    #[arg(long)]
    no_stamp: bool,
    #[command(flatten)]
    locks: Locks,
}

#[derive(Serialize)]
struct Document {
    target: String,
    created: Vec<String>,
    existing: Vec<String>,
    recorded: Vec<String>,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let config = context.config()?;
    context.refuse_under_guards(&config, "create_tables")?;
    let target = context.target(&config)?;
    let loaded = context.history(&config)?;
    loaded.require_complete()?;
    context.announce(&target, Some(&loaded));
    let wait = args.locks.lock_timeout;
    let mut opened = context
        .open(&config, &target, Purpose::Work { wait })
        .await?;
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
    let mut wanted = reader.desired().await?;
    let history = &loaded.history;
    let standing = Standing::read(opened.session()).await?;
    let (applied, of) = desired::applied(history, &standing);
    if applied > 0 && applied < of && !args.no_stamp {
        opened.close().await;
        return Err(Failure::history(format!(
            "{applied} of {of} revisions are applied, so the tables are theirs; nothing was made"
        ))
        .hint("piton upgrade brings the rest"));
    }
    let found = desired::there(opened.session()).await?;
    let options = Options {
        renames: Renames {
            never: true,
            ..Renames::default()
        },
        keep: reader.beyond(),
        ..Options::default()
    };
    let difference = compare(&reader, &found, &mut wanted, &options).await?;
    let (made, differing) = sorted(&found, difference.ops);
    let (existing, created): (Vec<_>, Vec<_>) = wanted
        .tables
        .iter()
        .map(|table| &table.name)
        .partition(|name| found.table(name).is_some());
    let shown = |names: &[&Name]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (existing, created) = (shown(&existing), shown(&created));
    if !differing.is_empty() {
        opened.close().await;
        let failure = Failure::history(format!(
            "{} not what the entities say; nothing was made",
            if differing.len() == 1 {
                "a table is"
            } else {
                "tables are"
            }
        ));
        let failure = differing.iter().fold(failure, |failure, line| {
            failure.line(format!("  {}", escape(line, false)))
        });
        return Err(failure
            .hint("piton drop_tables drops them first; or write a revision that changes them"));
    }
    if !args.no_stamp && applied < of {
        agree(&reader).await?;
    }
    let statements: Vec<String> = render(reader.dialect, &made, &found)?
        .into_iter()
        .flat_map(|group| group.statements)
        .collect();
    let session = opened.take_session();
    let run_options = context.options(&target, &args.locks);
    let stamped = (!args.no_stamp).then_some(of);
    let stamping = change(
        session,
        history,
        &statements,
        stamped,
        &run_options,
        &context.stop,
        &|_| {},
    )
    .await?;
    opened.commit().await?;
    let ui = &context.ui;
    if created.is_empty() && stamping.is_empty() {
        ui.data("nothing to do: every table is there");
    } else {
        ui.data(format!(
            "{} made",
            good().apply_to(count(created.len(), "table"))
        ));
        if !stamping.recorded.is_empty() {
            let head = history
                .head()
                .map_or("base", |revision| revision.id.as_str());
            ui.data(format!(
                "recorded as at {}",
                bold().apply_to(escape(head, false))
            ));
        }
    }
    ui.document(
        "create_tables",
        &Document {
            target: target.describe(),
            created,
            existing,
            recorded: stamping.recorded,
        },
    );
    Ok(0)
}

/// What makes something new, and in what something that is there differs, a line each. What is there beside
/// what is desired stays.
fn sorted(found: &Schema, ops: Vec<Op>) -> (Vec<Op>, Vec<String>) {
    let mut made = Vec::new();
    let mut differing = Vec::new();
    for op in ops {
        let differs = match op.whole() {
            Some(Whole::Drop) => continue,
            Some(Whole::Add) => false,
            Some(Whole::Alter) => true,
            None => op.table().is_some_and(|table| found.table(table).is_some()),
        };
        if differs {
            differing.push(op.describe());
        } else {
            made.push(op);
        }
    }
    (made, differing)
}

/// The entities must be what head gives, or recording head would be a lie.
async fn agree(reader: &Reader<'_>) -> Result<(), Failure> {
    let (context, loaded) = (reader.context, reader.loaded);
    let head = match reader.replayed(loaded.history.len()).await {
        Ok(head) => head,
        Err(failure) if failure.code == 10 => {
            context.ui.warn(format!(
                "whether the entities are what head gives was not looked at: {}",
                failure.message
            ));
            return Ok(());
        }
        Err(failure) => return Err(failure),
    };
    let mut wanted = reader.desired().await?;
    let options = Options {
        keep: reader.beyond(),
        ..Options::default()
    };
    let difference = compare(reader, &head, &mut wanted, &options).await?;
    if difference.ops.is_empty() {
        return Ok(());
    }
    let failure = Failure::history(
        "the entities are ahead of the history, so head cannot be recorded; nothing was made",
    );
    let failure = difference.ops.iter().fold(failure, |failure, op| {
        failure.line(format!("  {}", escape(&op.describe(), false)))
    });
    Err(failure
        .hint("piton create -m MESSAGE --against revisions writes the revision that is missing")
        .hint("or --no-stamp makes the tables and records nothing"))
}
