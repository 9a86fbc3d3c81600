//! The JSON-file database.
