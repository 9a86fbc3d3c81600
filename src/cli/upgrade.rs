//! `piton upgrade`.

use super::context::Context;
use super::failure::Failure;
use super::migrating::{Migrating, Run};
use crate::migrate::{Goal, Rules};
use crate::revision::{Direction, Target as Aim};

/// Applies pending revisions, each in its own transaction where the database can
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Up to where: head, +N, or a revision's id or the start of one
    #[arg(
        short,
        long,
        value_name = "REV",
        default_value = "head",
        allow_hyphen_values = true
    )]
    pub revision: Aim,
    /// Applies revisions that come before one that is applied already
    #[arg(long)]
    pub allow_out_of_order: bool,
    /// Applies them beside tables that are not of this history
    #[arg(long)]
    pub allow_non_empty: bool,
    #[command(flatten)]
    pub migrating: Migrating,
}

impl Args {
    pub fn as_run(&self) -> Run<'_> {
        Run {
            command: "upgrade",
            goal: Goal {
                direction: Direction::Up,
                target: self.revision.clone(),
            },
            rules: Rules {
                allow_out_of_order: self.allow_out_of_order,
                // A script is for a database that nobody has looked at.
                allow_non_empty: self.allow_non_empty || self.migrating.sql,
            },
            args: &self.migrating,
            tells: true,
        }
    }
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    args.as_run().run(context).await
}
