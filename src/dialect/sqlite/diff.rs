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
    generated_hold: |_, _| false,
    numbers_bar_checks: false,
    views: ViewHold::Everywhere,
    expressions_follow: true,
    rebuilds: true,
    enum_values_wait: false,
    same_default: |_, _| false,
    chosen: |_| false,
    replaces_routine: |_, _| true,
    stands_bare,
    quote: '"',
    backslashes: false,
};

/// Lower case, and no keyword that SQLite does not take for a name (`parse.y`, `%fallback`).
fn stands_bare(name: &str) -> bool {
    let plain = name
        .bytes()
        .enumerate()
        .all(|(at, byte)| matches!(byte, b'a'..=b'z' | b'_') || at > 0 && byte.is_ascii_digit());
    plain && !name.is_empty() && KEYWORDS.binary_search(&name).is_err()
}

const KEYWORDS: &[&str] = &[
    "add",
    "all",
    "alter",
    "and",
    "as",
    "autoincrement",
    "between",
    "case",
    "check",
    "collate",
    "commit",
    "constraint",
    "create",
    "cross",
    "current_date",
    "current_time",
    "current_timestamp",
    "default",
    "deferrable",
    "delete",
    "distinct",
    "drop",
    "else",
    "escape",
    "exists",
    "foreign",
    "from",
    "full",
    "group",
    "having",
    "in",
    "index",
    "inner",
    "insert",
    "into",
    "is",
    "isnull",
    "join",
    "left",
    "limit",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "on",
    "or",
    "order",
    "outer",
    "primary",
    "references",
    "returning",
    "right",
    "select",
    "set",
    "table",
    "then",
    "to",
    "transaction",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "when",
    "where",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keyword_is_quoted() {
        assert!(KEYWORDS.is_sorted());
        assert!(stands_bare("years") && stands_bare("key"));
        assert!(!stands_bare("select") && !stands_bare("Years") && !stands_bare("学生"));
    }
}
