//! Views, routines, triggers and sequences, as MySQL's and MariaDB's statements.

use crate::dialect::Dialect;
use crate::dialect::ddl::parts;
use crate::schema::{Change, ObjectText, Routine, Sequence, Trigger, View};

fn replaced<T>(
    change: &Change<T>,
    drop: impl Fn(&T) -> String,
    add: impl Fn(&T) -> String,
) -> Vec<String> {
    let dropped = change.before().map(drop);
    dropped.into_iter().chain(change.after().map(add)).collect()
}

pub(super) fn view(dialect: Dialect, change: &Change<View>) -> Vec<String> {
    let drop = |it: &View| format!("DROP VIEW {}", dialect.quote(&it.name.name));
    match change {
        Change::Alter { to, .. } => vec![create_view(dialect, to, "CREATE OR REPLACE")],
        change => replaced(change, drop, |it| create_view(dialect, it, "CREATE")),
    }
}

fn create_view(dialect: Dialect, view: &View, verb: &str) -> String {
    let (behind, before): (Vec<&String>, Vec<&String>) = view
        .options
        .iter()
        .partition(|option| option.ends_with("CHECK OPTION"));
    let columns = match view.columns.is_empty() {
        true => String::new(),
        false => format!(" ({})", parts::names(dialect, &view.columns)),
    };
    format!(
        "{verb}{} VIEW {}{columns} AS\n{}{}",
        parts::tail(&before),
        dialect.quote(&view.name.name),
        view.query,
        parts::tail(&behind)
    )
}

pub(super) fn routine(dialect: Dialect, change: &Change<Routine>) -> Vec<String> {
    let drop = |it: &Routine| {
        let kind = if it.procedure {
            "PROCEDURE"
        } else {
            "FUNCTION"
        };
        format!("DROP {kind} {}", dialect.quote(&it.name.name))
    };
    replaced(change, drop, |it| it.definition.clone())
}

pub(super) fn trigger(dialect: Dialect, change: &Change<Trigger>) -> Vec<String> {
    let drop = |it: &Trigger| format!("DROP TRIGGER {}", dialect.quote(&it.name));
    replaced(change, drop, |it| it.definition.clone())
}

pub(super) fn sequence(dialect: Dialect, change: &Change<Sequence>) -> Vec<String> {
    let name = dialect.quote(&change.subject().name.name);
    let options = |it: &Sequence| parts::tail(&[&it.options]);
    match change {
        Change::Add(it) => vec![format!("CREATE SEQUENCE {name}{}", options(it).trim_end())],
        Change::Drop(_) => vec![format!("DROP SEQUENCE {name}")],
        Change::Alter { to, .. } => {
            vec![format!("ALTER SEQUENCE {name}{}", options(to).trim_end())]
        }
    }
}

pub(super) fn other(dialect: Dialect, change: &Change<ObjectText>) -> Vec<String> {
    let drop = |it: &ObjectText| {
        let kind = it.kind.to_ascii_uppercase();
        format!("DROP {kind} {}", dialect.quote(&it.name.name))
    };
    replaced(change, drop, |it| it.definition.clone())
}
