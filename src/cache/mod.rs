//! A cache in Redis that cannot hurt: cache first, then the database, and the database alone where Redis is away.
//!
//! ```no_run
//! # async fn example(cache: piton::cache::Cache) -> Result<(), Box<dyn std::error::Error>> {
//! use piton::cache::Key;
//!
//! struct UserProfile(u64);
//!
//! impl Key for UserProfile {
//!     type Value = String;
//!     const ENTRY: &'static str = "user:profile";
//!     fn id(&self) -> String {
//!         self.0.to_string()
//!     }
//! }
//!
//! let name = cache.get_or_load(&UserProfile(12345), async || from_database().await).await?;
//! // After a write was committed:
//! cache.invalidate(&UserProfile(12345)).await?;
//! # Ok(())
//! # }
//! # async fn from_database() -> Result<Option<String>, std::io::Error> { Ok(None) }
//! ```
//!
//! A missing value is loaded by one caller while the others wait, in this process and in others. Who loads
//! holds a lease; an invalidation takes the lease away, so that what was read before a write never gets
//! into the cache after it.

mod circuit;
mod counters;
mod flight;
mod key;
mod keyspace;
mod lease;
mod options;
mod read;
mod registry;
mod stored;
mod sweep;
mod warm;

pub use circuit::CircuitState;
pub use counters::{Counts, read_counters};
pub use key::{Key, key_of};
pub use keyspace::{Facts, TimeToLive, facts};
pub use options::{CacheOptions, LoadError};
pub use read::Cache;
pub use registry::{
    Entry, Loaded, Loader, OWN_PREFIXES, PopularValues, Prefix, Registry, RegistryError,
};
pub use stored::{Shown, StoredError, shown};
pub use sweep::{Audit, Finding, Rules, audit, give_expiry, invalidate_key, sweep};
pub use warm::{WarmError, Warmed, warm, would_warm};
