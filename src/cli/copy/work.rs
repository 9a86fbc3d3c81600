//! The copying itself, between two sessions, and what is said of it meanwhile.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Args, TableDocument, follow};
use crate::admin::copy::{
    Copied, CopyError, Errand, Event, Job, LEDGER_TABLE, Ledger, Mode, Order, Settings, begin,
    copy_tables, end, jobs,
};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::{backup, desired};
use crate::database::Opened;
use crate::dialect::rows::Rules;
use crate::ui::{Progress, bytes, count, escape};

pub(super) struct Copying<'a> {
    pub context: &'a Context,
    pub args: &'a Args,
    pub from: String,
    pub connect_timeout: Duration,
    /// As [`Order`] has it.
    pub was_there: Option<BTreeSet<String>>,
}

impl Copying<'_> {
    pub(super) async fn all(
        &self,
        from: &mut Opened,
        to: &mut Opened,
    ) -> Result<Vec<TableDocument>, Failure> {
        let rules = Rules {
            cut_fractions: self.args.cut_fractions,
        };
        let errand = Errand {
            source: self.from.clone(),
            mode: match self.args.upsert {
                true => Mode::Upsert,
                false => Mode::Plain,
            },
        };
        let mode = errand.mode;
        let (source, target) = (from.session(), to.session());
        source.bound(Duration::ZERO).await?;
        source.prepare_reading().await?;
        target.prepare_reading().await?;
        let loading = target.prepare_writing().await?;
        // The schema is read in the moment of the rows.
        let snapshot = source.begin_snapshot(None).await?;
        let mut there = desired::there(source).await?;
        let mut here = desired::there(target).await?;
        let mut ledger = Ledger::read(target, &here, errand).await?;
        for schema in [&mut there, &mut here] {
            schema.tables.retain(|it| it.name.name != LEDGER_TABLE);
        }
        if self.args.follow_schema {
            let made = (source.dialect(), &there);
            follow::tables(
                self.context,
                self.args,
                made,
                target,
                &mut here,
                &mut ledger,
            )
            .await?;
        } else if !ledger.making().is_empty() {
            return Err(CopyError::HalfMade.into());
        }
        let jobs = jobs(
            (source.dialect(), &there),
            (target.dialect(), &here),
            &self.args.tables,
            rules,
        )?;
        let telling = Telling::new(self.context, jobs.len());
        let order = Order {
            jobs: &jobs,
            settings: Settings { rules, mode },
            loading,
            was_there: self.was_there.as_ref(),
            connections: backup::jobs(self.args.jobs.map(usize::from)),
            connect_timeout: self.connect_timeout,
            listener: &|event| telling.hear(event),
        };
        begin(source, target, &mut ledger, &order).await?;
        let snapshot = snapshot.as_deref();
        let copied = copy_tables(source, snapshot, target, &mut ledger, &order).await;
        telling.progress.end();
        let copied = copied?;
        let unfinished = end(target, ledger, &order).await?;
        if !unfinished.is_empty() {
            self.context.ui.note(format!(
                "{} of the copy that was begun here are still to come: {}",
                count(unfinished.len(), "table"),
                escape(&unfinished.join(", "), false)
            ));
        }
        Ok(jobs.iter().zip(copied).map(document).collect())
    }
}

fn document((job, copied): (&Job, Copied)) -> TableDocument {
    TableDocument {
        table: job.name(),
        rows: copied.rows,
        bytes: copied.bytes,
        checksum: copied.checksum.to_string(),
        beside: copied.beside,
        before: copied.before,
    }
}

/// What is shown while tables are copied.
struct Telling {
    progress: Progress,
    /// Those that are copied at the moment, each with how far it has come.
    now: RefCell<BTreeMap<String, String>>,
}

impl Telling {
    fn new(context: &Context, tables: usize) -> Telling {
        Telling {
            progress: context.ui.progress(tables),
            now: RefCell::default(),
        }
    }

    fn hear(&self, event: Event<'_>) {
        let mut now = self.now.borrow_mut();
        match event {
            Event::Rows {
                table,
                rows,
                bytes: sent,
            } => {
                let said = match rows {
                    0 => table.to_owned(),
                    _ => format!("{table}  {}, {}", count(rows, "row"), bytes(sent)),
                };
                now.insert(table.to_owned(), said);
            }
            Event::Done {
                table,
                copied,
                elapsed,
            } => {
                now.remove(table);
                let verb = if copied.before {
                    "was copied"
                } else {
                    "copied"
                };
                let what = format!(
                    "{table}  {}, {}",
                    count(copied.rows, "row"),
                    bytes(copied.bytes)
                );
                self.progress.done(verb, &what, elapsed);
            }
        }
        let shown: Vec<&str> = now.values().map(String::as_str).collect();
        self.progress.begin(&shown.join("; "));
    }
}
