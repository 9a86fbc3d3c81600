//! All that PostgreSQL alone knows.

pub(crate) mod catalog;
pub(crate) mod error;
