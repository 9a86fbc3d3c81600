use super::{context::Context, failure::Failure};
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {}
pub(super) async fn run(_: &mut Context, _: Args) -> Result<u8, Failure> {
    Err(Failure::failed(""))
}
