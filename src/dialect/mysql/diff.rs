//! How MySQL's and MariaDB's schemas are compared.

use super::types::is_closed;
use crate::dialect::diff::{DiffRules, Naming, PartKind, ViewHold};

/// MySQL: an expression that names a column forbids its renaming.
pub static MYSQL: DiffRules = DiffRules {
    expressions_follow: false,
    ..COMMON
};

/// MariaDB: checks and generated columns follow a rename.
///
/// What a generated column reckons with may become another number, but nothing that reckons no more.
pub static MARIADB: DiffRules = DiffRules {
    generated_hold: |from, to| from != to && (is_closed(from) || is_closed(to)),
    ..COMMON
};

const COMMON: DiffRules = DiffRules {
    tables_ignore_case: false,
    columns_ignore_case: true,
    places_columns: true,
    constraint_names: true,
    renames_constraints: false,
    late_foreign_keys: true,
    late_index_drops: true,
    foreign_keys_hold: |from, to| from != to,
    generated_hold: |_, _| false,
    numbers_bar_checks: true,
    views: ViewHold::Nowhere,
    expressions_follow: true,
    rebuilds: false,
    enum_values_wait: false,
    same_default: |_, _| false,
    chosen,
    replaces_routine: |_, _| true,
    // The server's own texts quote every name.
    stands_bare: |_| false,
    quote: '`',
    backslashes: true,
};

/// `column`, `column_2`; `table_ibfk_1`; `table_chk_1` (MySQL), `CONSTRAINT_1` or the column's (MariaDB);
/// an index that came with a foreign key bears its name.
fn chosen(naming: &Naming<'_>) -> bool {
    let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let numbered = |head: &str| {
        let rest = naming.name.get(head.len()..).unwrap_or_default();
        same(&naming.name[..naming.name.len() - rest.len()], head)
            && !rest.is_empty()
            && rest.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_column = |column: &&str| same(naming.name, column);
    match naming.kind {
        PartKind::PrimaryKey | PartKind::Other => true,
        PartKind::Unique | PartKind::Index => {
            naming
                .columns
                .first()
                .is_some_and(|first| is_column(first) || numbered(&format!("{first}_")))
                || naming.foreign_keys.iter().any(is_column)
        }
        PartKind::ForeignKey => numbered(&format!("{}_ibfk_", naming.table)),
        PartKind::Check => {
            numbered(&format!("{}_chk_", naming.table))
                || numbered("CONSTRAINT_")
                || naming.columns.iter().any(is_column)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_the_server_would_choose_is_told_from_one_that_was_given() {
        let chosen = |kind, name: &str, columns: &[&str]| {
            super::chosen(&Naming {
                kind,
                table: "students",
                name,
                columns,
                foreign_keys: &["fk-class"],
            })
        };
        assert!(chosen(PartKind::Index, "email", &["email"]));
        assert!(chosen(PartKind::Index, "email_2", &["email"]));
        assert!(chosen(PartKind::Index, "fk-class", &["class_id"]));
        assert!(chosen(
            PartKind::ForeignKey,
            "students_ibfk_12",
            &["class_id"]
        ));
        assert!(chosen(PartKind::Check, "CONSTRAINT_1", &["a"]));
        assert!(!chosen(
            PartKind::ForeignKey,
            "students_ibfk_",
            &["class_id"]
        ));
        assert!(!chosen(PartKind::Index, "学生", &["email"]));
    }
}
