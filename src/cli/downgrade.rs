//! `piton downgrade`.

use super::context::Context;
use super::failure::Failure;
use super::migrating::{Migrating, Run};
use crate::migrate::{Goal, Rules};
use crate::revision::{Direction, Target as Aim};

/// Takes applied revisions back, newest first
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// Down to where: -N, base, or a revision's id or the start of one, which stays applied
    #[arg(
        short,
        long,
        value_name = "REV",
        default_value = "-1",
        allow_hyphen_values = true
    )]
    pub revision: Aim,
    #[command(flatten)]
    pub migrating: Migrating,
}

pub(super) async fn run(context: &mut Context, args: Args) -> Result<u8, Failure> {
    let run = Run {
        command: "downgrade",
        goal: Goal {
            direction: Direction::Down,
            target: args.revision.clone(),
        },
        rules: Rules::default(),
        args: &args.migrating,
        tells: true,
    };
    run.run(context).await
}
