//! How PostgreSQL's schemas are compared.

use super::types::{object_name, quote_if_needed};
use crate::dialect::diff::{DiffRules, Naming, PartKind, ViewHold};
use crate::dialect::types::scan::{self, Kind};
use crate::schema::Routine;

pub static RULES: DiffRules = DiffRules {
    tables_ignore_case: false,
    columns_ignore_case: false,
    places_columns: false,
    constraint_names: true,
    renames_constraints: true,
    late_foreign_keys: true,
    late_index_drops: false,
    foreign_keys_hold: |from, to| {
        let (from, to) = (base(from), base(to));
        let counts = |kind: &str| matches!(kind, "smallint" | "integer" | "bigint");
        from != to && !(counts(from) && counts(to))
    },
    generated_hold: |_, _| true,
    numbers_bar_checks: false,
    views: ViewHold::Columns,
    expressions_follow: true,
    rebuilds: false,
    enum_values_wait: true,
    same_default: |from, to| is_now(from) && is_now(to),
    chosen,
    replaces_routine,
    stands_bare: |name| quote_if_needed(name) == name,
    quote: '"',
    backslashes: false,
};

/// The start of the transaction, under any of its names: PostgreSQL keeps each as it was written.
fn is_now(default: &str) -> bool {
    matches!(
        default,
        "now()" | "CURRENT_TIMESTAMP" | "transaction_timestamp()"
    )
}

/// A type without its numbers.
fn base(data_type: &str) -> &str {
    data_type.split('(').next().unwrap_or(data_type)
}

/// `<table>_<columns>_<label>`, with a number behind it where that was taken (`ChooseConstraintName`).
fn chosen(naming: &Naming<'_>) -> bool {
    let plain = naming.name.trim_end_matches(|it: char| it.is_ascii_digit());
    let number = &naming.name[plain.len()..];
    let (label, of_columns) = match naming.kind {
        PartKind::PrimaryKey => ("pkey", vec![String::new()]),
        PartKind::Unique => ("key", vec![naming.columns.join("_")]),
        PartKind::Index => ("idx", vec![naming.columns.join("_")]),
        PartKind::ForeignKey => ("fkey", vec![naming.columns.join("_")]),
        PartKind::Other => ("excl", vec![naming.columns.join("_")]),
        PartKind::Check => {
            let columns = naming.columns.iter().map(|it| (*it).to_owned());
            ("check", columns.chain([String::new()]).collect())
        }
    };
    let label = format!("{label}{number}");
    of_columns
        .iter()
        .any(|columns| object_name(naming.table, columns, &label) == naming.name)
}

/// CREATE OR REPLACE changes what a routine does, not what goes in and comes out; a parameter may get a default
/// and have another one, but must keep one.
pub(super) fn replaces_routine(from: &Routine, to: &Routine) -> bool {
    let (old, new) = (head(&from.definition), head(&to.definition));
    if old == new {
        return true;
    }
    let (old, new) = (Parameters::of(old), Parameters::of(new));
    let keeps = |(was, is): (&bool, &bool)| *is || !*was;
    old.around == new.around
        && old.plain == new.plain
        && old.with_default.iter().zip(&new.with_default).all(keeps)
}

/// What stands before the language: the name, what goes in and what comes out.
fn head(definition: &str) -> &str {
    definition.split("\n LANGUAGE ").next().unwrap_or_default()
}

/// The parameters of a routine's head.
struct Parameters<'a> {
    /// What stands before and behind them.
    around: (&'a str, &'a str),
    /// Each without its default.
    plain: Vec<&'a str>,
    with_default: Vec<bool>,
}

impl<'a> Parameters<'a> {
    fn of(head: &'a str) -> Self {
        let tokens = scan::tokens(head, false);
        let group = tokens.iter().find(|token| token.kind == Kind::Group);
        let Some(group) = group else {
            return Parameters {
                around: (head, ""),
                plain: Vec::new(),
                with_default: Vec::new(),
            };
        };
        let inside = group.inside();
        let inner = scan::tokens(inside, false);
        let mut found = Parameters {
            around: (&head[..group.start], &head[group.end()..]),
            plain: Vec::new(),
            with_default: Vec::new(),
        };
        for item in scan::items(&inner) {
            let default = item.iter().position(|token| token.is_word("DEFAULT"));
            let plain = &item[..default.unwrap_or(item.len())];
            found.plain.push(scan::covered(inside, plain));
            found.with_default.push(default.is_some());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_routine_is_replaced_where_nobody_who_calls_it_could_tell() {
        let routine = |head: &str| Routine {
            definition: format!("CREATE OR REPLACE FUNCTION {head}\n LANGUAGE sql\nAS $$x$$"),
            ..Routine::default()
        };
        for (from, to, expected) in [
            (
                "f(a integer)\n RETURNS text",
                "f(a integer)\n RETURNS text",
                true,
            ),
            (
                "f(a integer)\n RETURNS text",
                "f(b integer)\n RETURNS text",
                false,
            ),
            (
                "f(a integer)\n RETURNS text",
                "f(a integer)\n RETURNS bigint",
                false,
            ),
            (
                "f(a integer, b numeric(5,2))\n RETURNS text",
                "f(a integer, b numeric(5,2) DEFAULT round(1, 2))\n RETURNS text",
                true,
            ),
            (
                "f(a integer DEFAULT 1)\n RETURNS text",
                "f(a integer)\n RETURNS text",
                false,
            ),
            (
                "f(a text DEFAULT ','::text)\n RETURNS text",
                "f(a text DEFAULT 'DEFAULT'::text)\n RETURNS text",
                true,
            ),
        ] {
            assert_eq!(
                replaces_routine(&routine(from), &routine(to)),
                expected,
                "{from} -> {to}"
            );
        }
    }

    #[test]
    fn a_name_that_the_server_would_choose_is_told_from_one_that_was_given() {
        let chosen = |kind, name: &str, columns: &[&str]| {
            super::chosen(&Naming {
                kind,
                table: "students",
                name,
                columns,
                foreign_keys: &[],
            })
        };
        assert!(chosen(PartKind::PrimaryKey, "students_pkey", &["id"]));
        assert!(chosen(PartKind::Unique, "students_email_key", &["email"]));
        assert!(chosen(PartKind::Unique, "students_email_key1", &["email"]));
        assert!(chosen(
            PartKind::ForeignKey,
            "students_a_b_fkey",
            &["a", "b"]
        ));
        assert!(chosen(PartKind::Check, "students_check", &["a", "b"]));
        assert!(chosen(PartKind::Check, "students_age_check", &["age"]));
        assert!(!chosen(PartKind::ForeignKey, "fk-students-a", &["a"]));
        assert!(!chosen(PartKind::Unique, "students_email_key", &["name"]));
    }
}
