//! All that MySQL and MariaDB alone knows.

pub(crate) mod catalog;
pub(crate) mod error;
