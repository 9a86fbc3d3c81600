//! `piton completions`.

use clap::CommandFactory as _;
use clap_complete::Shell;

use super::context::Context;
use super::failure::Failure;

/// Prints the completions for a shell, to be sourced or put where the shell looks
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    shell: Shell,
}

pub(super) fn run(context: &Context, args: Args) -> Result<u8, Failure> {
    if context.ui.is_json() {
        return Err(
            Failure::usage("completions are a script for a shell, not a document")
                .hint("leave --json out"),
        );
    }
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "piton", &mut text);
    context.ui.raw(&String::from_utf8_lossy(&text));
    Ok(0)
}
