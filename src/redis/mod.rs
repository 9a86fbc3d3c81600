//! Redis, standalone, as a Cluster or behind Sentinels: one connection that finds its way.
//!
//! ```no_run
//! # async fn example() -> Result<(), piton::redis::Error> {
//! use piton::redis::{Connection, Options, Topology};
//!
//! let options = Options::new(["redis://localhost:6379/0"], Topology::Standalone);
//! let connection = Connection::open(options).await?;
//! let answer: String = connection.ask(&redis::cmd("PING")).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Everything that Piton sends may be sent twice: a connection that is lost in the middle of a command
//! leaves open whether the command ran. What took too long is never sent again.

mod connection;
mod error;
mod info;
mod link;
mod members;
mod nodes;
mod options;
mod random;
mod scan;
mod script;
mod slot;

pub use connection::Connection;
pub use error::{Error, ErrorKind};
pub use info::Info;
pub use members::{Member, Role};
pub use nodes::NodeInfo;
pub use options::{Limits, Options, Topology};
pub(crate) use random::{Units, random_bytes, random_name, random_unit};
pub use scan::{Scan, pattern_of_prefix};
pub use script::{Call, Script};
pub use slot::slot_of;
