//! What is proposed and done, for people.

use super::apply::Done;
use super::{Action, Looked};
use crate::cli::context::Context;
use crate::ui::{bold, count, dim, escape, good};

/// How much of a heavy statement is shown, in characters.
const SHOWN: usize = 160;

pub(super) fn proposals(context: &Context, looked: &Looked) {
    let ui = &context.ui;
    for one in &looked.proposals {
        let what = match (&one.action, &one.index) {
            (Action::Change(op), _) => op.describe(),
            (_, Some(index)) => format!("index {}.{index}", one.table),
            (_, None) => one.table.to_string(),
        };
        let bytes = one.bytes.map_or_else(String::new, |bytes| {
            format!(" ({})", crate::ui::bytes(bytes))
        });
        let kind = match one.action {
            Action::Advise(_) => "advice: ",
            _ => "",
        };
        ui.data(format!(
            "{kind}{}{bytes}",
            bold().apply_to(escape(&what, false))
        ));
        ui.data(format!("  {}", escape(&one.says, false)));
        for sql in looked.sql(one) {
            ui.data(format!("  {};", escape(sql.trim_end_matches(';'), true)));
        }
    }
    if looked.proposals.is_empty() {
        ui.data("no index is missing, and none is of no use");
    }
    if !looked.usage.statements.is_empty() {
        ui.data("the statements that take the most time:");
    }
    for one in &looked.usage.statements {
        let flat = one.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut text: String = flat.chars().take(SHOWN).collect();
        if text.len() < flat.len() {
            text.push('…');
        }
        ui.data(format!(
            "  {:>9.0} ms in all, {} calls, {:.2} ms each  {}",
            one.total_ms,
            one.calls,
            one.mean_ms,
            escape(&text, false)
        ));
    }
    for unknown in &looked.usage.unknown {
        ui.note(
            dim()
                .apply_to(format!("not told: {}", escape(unknown, false)))
                .to_string(),
        );
    }
}

pub(super) fn next(context: &Context, looked: &Looked) {
    let doable = looked
        .proposals
        .iter()
        .filter(|one| !matches!(one.action, Action::Advise(_)));
    if doable.count() > 0 {
        context.ui.note(
            "next: piton optimize --apply does it, the indexes by a revision; with --now at once",
        );
    }
}

pub(super) fn done(context: &Context, done: &Done) {
    let ui = &context.ui;
    if let Some(revision) = &done.revision {
        ui.data(format!(
            "{}, by revision {}",
            good().apply_to(format!("{} of indexes made", count(done.changed, "change"))),
            bold().apply_to(escape(revision, false))
        ));
    } else if done.changed > 0 {
        ui.data(format!(
            "{}, and no revision says so: piton check will find it",
            good().apply_to(format!("{} of indexes made", count(done.changed, "change")))
        ));
    }
    if done.maintained > 0 {
        ui.data(format!("{} run", count(done.maintained, "statement")));
    }
    if done.analysed > 0 {
        ui.data(format!(
            "statistics of {} refreshed",
            count(done.analysed, "table")
        ));
    }
}
