//! Connection state between revisions.
//!
//! Foreign keys are off unless a section asks otherwise: with them on, the rebuild of a parent table
//! deletes every row that refers to it, and inside a transaction the pragma does nothing.

use crate::dialect::boundary::RunSettings;

pub(crate) fn restore(settings: &RunSettings) -> String {
    format!(
        "PRAGMA foreign_keys = {}; PRAGMA legacy_alter_table = OFF; PRAGMA busy_timeout = {};",
        if settings.foreign_keys { "ON" } else { "OFF" },
        match settings.lock_timeout.as_millis() {
            0 => i32::MAX as u128,
            ms => ms.min(i32::MAX as u128),
        },
    )
}
