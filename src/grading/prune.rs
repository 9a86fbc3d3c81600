//! How long the grading platform keeps its rows.

use piton::KeepingTime;

/// Results of grading are kept for three months.
pub const RULES: &[KeepingTime] = &[KeepingTime {
    table: "grading_results",
    column: "created_at",
    older_than: "3mo",
}];
