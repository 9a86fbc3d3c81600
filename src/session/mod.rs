//! Sessions in Redis that end when told.
//!
//! ```no_run
//! # async fn example(connection: piton::redis::Connection) -> Result<(), piton::session::SessionError> {
//! use piton::session::{Device, SessionOptions, Sessions};
//!
//! let sessions = Sessions::new(&connection, SessionOptions::default());
//! let (token, _) = sessions.create("t-17", &Device::new("Firefox on Linux", "192.0.2.7")).await?;
//! // With every request:
//! let session = sessions.touch(&token, Some("192.0.2.8")).await?;
//! sessions.revoke_all(&session.user).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Every step is one script on the server: one round trip, all or nothing, by the server's clock. Every
//! step may be sent twice.

mod log;
mod replay;
mod script;
mod store;
mod sweep;
mod token;

pub use log::{LogError, Revocation, RevocationLog, SqlLog, TABLE as REVOCATIONS_TABLE};
pub use store::{Device, Session, SessionError, SessionOptions, Sessions};
pub use sweep::{Cleaned, SessionStats};
pub use token::{IdError, SessionId, Token};
