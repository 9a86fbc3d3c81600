//! What is split where.
