//! All that MySQL and MariaDB alone knows.

pub(crate) mod error;
