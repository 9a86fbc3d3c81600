use proptest::prelude::*;

use super::models::schema;
use super::sound::{refused, unsound};
use super::{comparable, run};
use crate::dialect::Dialect;
use crate::diff::{Options, Rename, Renames, diff};
use crate::schema::{Name, Op, Schema};

fn pair() -> impl Strategy<Value = (Dialect, Schema, Schema)> {
    let dialects = [
        Dialect::Postgres,
        Dialect::Mariadb,
        Dialect::Mysql,
        Dialect::Sqlite,
    ];
    prop::sample::select(dialects.to_vec())
        .prop_flat_map(|dialect| (Just(dialect), schema(dialect), schema(dialect)))
}

fn without_renames() -> Options {
    Options {
        renames: Renames {
            never: true,
            ..Renames::default()
        },
        ..Options::default()
    }
}

proptest! {


    #[test]
    fn nothing_differs_from_itself((dialect, a, _) in pair()) {
        let found = diff(&a, &a, &Options::default(), dialect.diff_rules());
        prop_assert!(found.is_empty(), "{found:?}");
        prop_assert!(found.rename_candidates.is_empty());
    }

    #[test]
    fn the_operations_lead_from_one_to_the_other_and_back((dialect, a, b) in pair()) {
        let rules = dialect.diff_rules();
        let found = diff(&a, &b, &without_renames(), rules);
        let listed: Vec<String> = found.ops.iter().map(Op::describe).collect();
        let after = run(&a, &found.ops);
        prop_assert_eq!(comparable(&after, rules), comparable(&b, rules), "{:#?}", listed);
        let again = diff(&after, &b, &without_renames(), rules);
        prop_assert!(again.ops.is_empty(), "{:?}", again.ops);

        let back: Vec<Op> = found.ops.iter().rev().map(Op::inverse).collect();
        prop_assert_eq!(comparable(&run(&after, &back), rules), comparable(&a, rules));
    }

    #[test]
    fn each_operation_finds_what_it_needs_and_nothing_in_its_way((dialect, a, b) in pair()) {
        let rules = dialect.diff_rules();
        prop_assert_eq!(unsound(&a, rules), Vec::<String>::new());
        let found = diff(&a, &b, &without_renames(), rules);
        let listed: Vec<String> = found.ops.iter().map(Op::describe).collect();
        let mut schema = a;
        for op in &found.ops {
            prop_assert_eq!(refused(op, &schema, rules), None, "{}: {:#?}", op.describe(), listed);
            prop_assert_eq!(op.apply(&mut schema), Ok(()), "{:#?}", listed);
            prop_assert_eq!(
                unsound(&schema, rules), Vec::<String>::new(),
                "{} after {}: {:#?}", dialect, op.describe(), listed
            );
        }
    }

    #[test]
    fn renames_that_are_answered_are_carried_out(
        (dialect, a, _) in pair(),
        picked in prop::collection::vec((0usize..4, 0usize..7), 0..3),
        swap in any::<bool>(),
    ) {
        let rules = dialect.diff_rules();
        // Expressions are followed by the server: the model alone does not.
        let a = plain(a);
        let mut b = a.clone();
        let mut accepted = Vec::new();
        for (at, (table, column)) in picked.into_iter().enumerate() {
            let Some(found) = b.tables.get(table).cloned() else { continue };
            let column = found.columns[column % found.columns.len()].name.clone();
            let op = Op::RenameColumn {
                table: found.name.clone(),
                from: column.clone(),
                to: format!("new{at}"),
            };
            prop_assert_eq!(op.apply(&mut b), Ok(()));
            accepted.push(Rename::column(&found.name, &column, &format!("new{at}")));
        }
        // One that was renamed twice has one answer: from the first to the last.
        let twice = accepted.iter().any(|it| it.to_string().matches("new").count() > 1);
        prop_assume!(!twice);
        if swap && b.tables.len() > 1 {
            let (first, second) = (b.tables[0].name.clone(), b.tables[1].name.clone());
            let third = Name::new("third");
            for (from, to) in [(&first, &third), (&second, &first), (&third, &second)] {
                let op = Op::RenameTable { from: from.clone(), to: to.clone() };
                prop_assert_eq!(op.apply(&mut b), Ok(()));
            }
            accepted.push(Rename::table(&first, &second));
            accepted.push(Rename::table(&second, &first));
        }
        super::sort(&mut b);
        let options = Options {
            renames: Renames { accepted, never: true, ..Renames::default() },
            ..Options::default()
        };
        let found = diff(&a, &b, &options, rules);
        let renames = |op: &Op| matches!(op, Op::RenameTable { .. } | Op::RenameColumn { .. });
        prop_assert!(found.ops.iter().all(renames), "{:#?}", found.ops);
        prop_assert_eq!(comparable(&run(&a, &found.ops), rules), comparable(&b, rules));
    }
}

/// Without what names columns in a text.
fn plain(mut schema: Schema) -> Schema {
    schema.views.clear();
    schema.triggers.clear();
    schema.sequences.clear();
    for table in &mut schema.tables {
        table.checks.clear();
        table.columns.retain(|it| it.generated.is_none());
        table.indexes.retain(|it| it.predicate.is_none());
    }
    schema
}
