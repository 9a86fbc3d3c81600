//! All that PostgreSQL alone knows.

pub(crate) mod error;
