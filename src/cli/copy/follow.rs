//! `copy --follow-schema`: the tables made from those of the source.

use super::Args;
use crate::admin::copy::{Ledger, Translated, make, translate, unmake};
use crate::cli::compare::impossible;
use crate::cli::context::Context;
use crate::cli::desired;
use crate::cli::failure::Failure;
use crate::dialect::ddl::create;
use crate::dialect::{Dialect, Session};
use crate::schema::{Name, Schema};
use crate::ui::escape;

/// Makes the tables that are missing in the target; `here` is what it has.
pub(super) async fn tables(
    context: &Context,
    args: &Args,
    (from, there): (Dialect, &Schema),
    target: &mut Session,
    here: &mut Schema,
    ledger: &mut Ledger,
) -> Result<(), Failure> {
    let dialect = target.dialect();
    if unmake(target, ledger, here).await? {
        *here = desired::there(target).await?;
    }
    let translated = if from == dialect && args.tables.is_empty() {
        Translated {
            schema: there.clone(),
            left_out: Vec::new(),
        }
    } else {
        translate(from, there, (dialect, here), &args.tables)?
    };
    let tables = &translated.schema.tables;
    let is_there = |name: &Name| here.tables.iter().any(|table| table.name.name == name.name);
    if tables.iter().all(|table| is_there(&table.name)) {
        return Ok(());
    }
    if let Some(known) = tables.iter().find(|table| is_there(&table.name)) {
        return Err(Failure::config(format!(
            "--follow-schema makes all tables or none, and {} is there",
            escape(&known.name.to_string(), false)
        )));
    }
    for left_out in &translated.left_out {
        context
            .ui
            .warn(format!("left out: {}", escape(left_out, false)));
    }
    let statements = create(dialect, &translated.schema).map_err(|error| impossible(&error))?;
    let names = tables.iter().map(|table| table.name.clone()).collect();
    make(target, ledger, names, &statements).await?;
    *here = desired::there(target).await?;
    Ok(())
}
