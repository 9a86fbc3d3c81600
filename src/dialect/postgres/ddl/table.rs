//! Tables, constraints, indexes and partitions as PostgreSQL's statements.

use super::constraint::{Constraint, constraint_comment};
use super::{PG, alter_table, beside, column, comment, comment_change, names};
use crate::dialect::ddl::parts::{self, tail};
use crate::dialect::ddl::{Context, DdlError, Style};
use crate::schema::{Change, Index, Name, Op, PartitionOf, Table};

/// A table with all that is inside.
pub(super) fn create(table: &Table, context: &Context<'_>) -> Vec<String> {
    let mut statements = Vec::new();
    for column in &table.columns {
        statements.extend(column::sequence_before(table, column));
    }
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .filter(|column| !column.inherited)
        .map(|column| column::definition(&table.name, column))
        .collect();
    let mut late = Vec::new();
    if let Some(key) = &table.primary_key {
        lines.push(key.clause());
    }
    lines.extend(table.uniques.iter().map(Constraint::clause));
    lines.extend(table.other_constraints.iter().map(Constraint::clause));
    for check in &table.checks {
        let place = if check.not_valid {
            &mut late
        } else {
            &mut lines
        };
        place.push(check.clause());
    }
    for key in &table.foreign_keys {
        let place = if key.not_valid { &mut late } else { &mut lines };
        place.push(key.clause());
    }

    let (at_once, afterwards): (Vec<&String>, Vec<&String>) = table
        .options
        .iter()
        .partition(|option| !is_afterwards(option));
    let starting = |word: &str| -> Vec<&&String> {
        at_once
            .iter()
            .filter(|option| option.starts_with(word))
            .collect()
    };
    let unlogged = if starting("UNLOGGED").is_empty() {
        ""
    } else {
        "UNLOGGED "
    };
    let mut head = format!("CREATE {unlogged}TABLE {}", PG.quote_name(&table.name));
    let mut end = String::new();
    if let Some(of) = &table.partition_of {
        head.push_str(&format!(" PARTITION OF {}", PG.quote_name(&of.parent)));
        end.push_str(&format!(" {}", of.bound));
    }
    starting("OF ")
        .iter()
        .for_each(|option| head.push_str(&format!(" {option}")));
    if !table.inherits.is_empty() {
        let parents: Vec<String> = table
            .inherits
            .iter()
            .map(|name| PG.quote_name(name))
            .collect();
        end.push_str(&format!(" INHERITS ({})", parents.join(", ")));
    }
    if let Some(partitioning) = &table.partitioning {
        end.push_str(&format!(" PARTITION BY {}", partitioning.clause));
    }
    for word in ["USING ", "WITH ", "TABLESPACE "] {
        end.push_str(&tail(&starting(word)));
    }
    let bare = table.partition_of.is_some() || head.contains(" OF ");
    statements.push(match (lines.is_empty(), bare) {
        (true, true) => format!("{head}{end}"),
        (true, false) => format!("{head} (){end}"),
        (false, _) => parts::block(&head, &lines, &end),
    });

    for column in &table.columns {
        statements.extend(column::after_create(table, column, context));
    }
    let late: Vec<String> = late
        .into_iter()
        .map(|clause| format!("ADD {clause}"))
        .collect();
    statements.extend(parts::alter(&alter_table(&table.name), &late));
    for index in &table.indexes {
        statements.extend(create_index(&table.name, index, Style::default()));
    }
    for option in afterwards {
        statements.push(format!("{} {option}", alter_table(&table.name)));
    }
    statements.extend(comments(table));
    statements
}

/// What only ALTER TABLE can say.
fn is_afterwards(option: &str) -> bool {
    ["ENABLE ", "FORCE ", "REPLICA ", "CLUSTER "]
        .iter()
        .any(|word| option.starts_with(word))
}

fn comments(table: &Table) -> Vec<String> {
    let on = PG.quote_name(&table.name);
    let mut said = Vec::new();
    if let Some(text) = &table.comment {
        said.push(comment("TABLE", &on, Some(text)));
    }
    for column in &table.columns {
        if let Some(text) = &column.comment {
            let what = format!("{on}.{}", PG.quote(&column.name));
            said.push(comment("COLUMN", &what, Some(text)));
        }
    }
    let primary = table.primary_key.iter().map(|it| it as &dyn Constraint);
    let uniques = table.uniques.iter().map(|it| it as &dyn Constraint);
    let foreign = table.foreign_keys.iter().map(|it| it as &dyn Constraint);
    let checks = table.checks.iter().map(|it| it as &dyn Constraint);
    let others = table
        .other_constraints
        .iter()
        .map(|it| it as &dyn Constraint);
    for constraint in primary
        .chain(uniques)
        .chain(foreign)
        .chain(checks)
        .chain(others)
    {
        if let (Some(name), Some(text)) = (constraint.name(), constraint.comment()) {
            said.push(constraint_comment(&table.name, name, Some(text)));
        }
    }
    said
}

pub(super) fn create_index(table: &Name, index: &Index, style: Style) -> Vec<String> {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let concurrently = if style.concurrently {
        "CONCURRENTLY "
    } else {
        ""
    };
    let mut text = format!(
        "CREATE {unique}INDEX {concurrently}{} ON {}",
        PG.quote(&index.name),
        PG.quote_name(table)
    );
    if let Some(method) = &index.method {
        text.push_str(&format!(" USING {method}"));
    }
    text.push_str(&format!(" ({})", parts::index_parts(PG, &index.parts)));
    if !index.include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", names(&index.include)));
    }
    if index.nulls_not_distinct {
        text.push_str(" NULLS NOT DISTINCT");
    }
    text.push_str(&tail(&index.options));
    if let Some(predicate) = &index.predicate {
        text.push_str(&format!(" WHERE {predicate}"));
    }
    let mut statements = vec![text];
    if let Some(said) = &index.comment {
        let what = PG.quote_name(&beside(table, &index.name));
        statements.push(comment("INDEX", &what, Some(said)));
    }
    statements
}

pub(super) fn index(table: &Name, change: &Change<Index>, style: Style) -> Vec<String> {
    let name = |index: &Index| PG.quote_name(&beside(table, &index.name));
    let concurrently = if style.concurrently {
        "CONCURRENTLY "
    } else {
        ""
    };
    let drop = |index: &Index| format!("DROP INDEX {concurrently}{}", name(index));
    match change {
        Change::Add(new) => create_index(table, new, style),
        Change::Drop(old) => vec![drop(old)],
        Change::Alter { from, to } => {
            let mut like = to.clone();
            like.comment.clone_from(&from.comment);
            if like == *from {
                let (from, said) = (from.comment.as_deref(), to.comment.as_deref());
                return comment_change("INDEX", &name(to), from, said)
                    .into_iter()
                    .collect();
            }
            let mut statements = vec![drop(from)];
            statements.extend(create_index(table, to, style));
            statements
        }
    }
}

pub(super) fn partition(table: &Name, change: &Change<PartitionOf>) -> Vec<String> {
    let attach = |of: &PartitionOf| {
        format!(
            "{} ATTACH PARTITION {} {}",
            alter_table(&of.parent),
            PG.quote_name(table),
            of.bound
        )
    };
    let detach = |of: &PartitionOf| {
        format!(
            "{} DETACH PARTITION {}",
            alter_table(&of.parent),
            PG.quote_name(table)
        )
    };
    let before = change.before().map(detach);
    before
        .into_iter()
        .chain(change.after().map(attach))
        .collect()
}

pub(super) fn options(
    op: &Op,
    table: &Name,
    from: &[String],
    to: &[String],
) -> Result<Vec<String>, DdlError> {
    let mut clauses = Vec::new();
    for gone in from.iter().filter(|option| !to.contains(option)) {
        let replaced = to
            .iter()
            .any(|option| option.split(' ').next() == gone.split(' ').next());
        if gone.starts_with("WITH (") {
            clauses.push(format!("RESET ({})", setting_names(gone)));
        } else if gone == "UNLOGGED" {
            clauses.push("SET LOGGED".to_owned());
        } else if let Some(rest) = gone.strip_prefix("ENABLE ") {
            clauses.push(format!("DISABLE {rest}"));
        } else if gone.starts_with("FORCE ") {
            clauses.push(format!("NO {gone}"));
        } else if gone.starts_with("REPLICA ") && !replaced {
            clauses.push("REPLICA IDENTITY DEFAULT".to_owned());
        } else if gone.starts_with("CLUSTER ") && !replaced {
            clauses.push("SET WITHOUT CLUSTER".to_owned());
        } else if gone.starts_with("TABLESPACE ") && !replaced {
            clauses.push("SET TABLESPACE pg_default".to_owned());
        } else if gone.starts_with("USING ") && !replaced {
            clauses.push("SET ACCESS METHOD heap".to_owned());
        } else if gone.starts_with("OF ") && !replaced {
            clauses.push("NOT OF".to_owned());
        }
    }
    for new in to.iter().filter(|option| !from.contains(option)) {
        clauses.push(if let Some(settings) = new.strip_prefix("WITH ") {
            format!("SET {settings}")
        } else if let Some(method) = new.strip_prefix("USING ") {
            format!("SET ACCESS METHOD {method}")
        } else if new == "UNLOGGED" || new.starts_with("TABLESPACE ") {
            format!("SET {new}")
        } else if is_afterwards(new) || new.starts_with("OF ") {
            new.clone()
        } else {
            return Err(DdlError::Impossible {
                op: op.describe(),
                why: format!("{new} is not known"),
            });
        });
    }
    // Some of these can stand only by themselves.
    Ok(clauses
        .into_iter()
        .map(|clause| format!("{} {clause}", alter_table(table)))
        .collect())
}

/// `WITH (fillfactor=70, toast.x=1)` -> `fillfactor, toast.x`
fn setting_names(with: &str) -> String {
    let inside = with.trim_start_matches("WITH (").trim_end_matches(')');
    let names: Vec<&str> = inside
        .split(", ")
        .map(|setting| setting.split('=').next().unwrap_or_default().trim())
        .collect();
    names.join(", ")
}
