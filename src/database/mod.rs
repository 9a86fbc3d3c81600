//! Any backend behind one door: a handle for applications, a target for administration.

mod handle;
mod scratch;
mod target;

pub use handle::{Handle, OpenError, open};
pub use scratch::Scratch;
pub use target::{Opened, Purpose, Target};
