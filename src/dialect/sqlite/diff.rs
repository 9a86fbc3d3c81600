//! How SQLite's schemas are compared.

use crate::dialect::diff::{DiffRules, ViewHold};

pub static RULES: DiffRules = DiffRules {
    tables_ignore_case: true,
    columns_ignore_case: true,
    places_columns: false,
    // Nothing can ask for a constraint by its name.
    constraint_names: false,
    renames_constraints: false,
    late_foreign_keys: false,
    late_index_drops: false,
    foreign_keys_hold: |_, _| false,
    generated_hold: false,
    views: ViewHold::Everywhere,
    expressions_follow: true,
    rebuilds: true,
    enum_values_wait: false,
    chosen: |_| false,
    replaces_routine: |_, _| true,
    quote: '"',
    backslashes: false,
};
