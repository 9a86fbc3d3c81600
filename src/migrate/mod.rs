//! Bringing a database from one revision to another.
