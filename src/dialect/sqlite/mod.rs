//! All that SQLite alone knows.
