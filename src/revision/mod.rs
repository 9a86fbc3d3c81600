//! Revisions: one entry of the history, its sources, its file format.
