//! Operations as PostgreSQL's statements.

mod cast;
mod code;
mod column;
mod constraint;
mod kept;
mod kinds;
mod swap;
mod table;

use crate::dialect::Dialect;
use crate::dialect::ddl::{Context, DdlError, parts};
use crate::schema::{Change, EnumType, Name, Op};

pub(crate) use constraint::lenient as lenient_key;
pub(crate) use kept::keep_privileges;

/// This dialect, for all that is quoted here.
const PG: Dialect = Dialect::Postgres;

/// An enum changed by another one in its place, with its comment: its new values can be used at once.
pub(crate) fn swapped_enum(
    from: &EnumType,
    to: &EnumType,
    context: &Context<'_>,
) -> Result<Vec<String>, DdlError> {
    let mut statements = swap::swap(from, to, context)?;
    let what = PG.quote_name(&to.name);
    statements.extend(comment_change("TYPE", &what, None, to.comment.as_deref()));
    Ok(statements)
}

pub(crate) fn statements(op: &Op, context: &Context<'_>) -> Result<Vec<String>, DdlError> {
    Ok(match op {
        Op::Namespace(change) => vec![match change {
            Change::Add(name) => format!("CREATE SCHEMA {}", PG.quote(name)),
            Change::Drop(name) => format!("DROP SCHEMA {}", PG.quote(name)),
            Change::Alter { from, to } => {
                format!("ALTER SCHEMA {} RENAME TO {}", PG.quote(from), PG.quote(to))
            }
        }],
        Op::Extension(change) => kinds::extension(change),
        Op::Enum(change) => kinds::enum_type(change, context)?,
        Op::Domain(change) => kinds::domain(op, change)?,
        Op::Sequence(change) => kinds::sequence(change),
        Op::Table(change) => match &**change {
            Change::Add(table) => table::create(table, context),
            Change::Drop(table) => vec![format!("DROP TABLE {}", PG.quote_name(&table.name))],
            Change::Alter { .. } => {
                return Err(DdlError::Impossible {
                    op: op.describe(),
                    why: "PostgreSQL changes a table piece by piece".to_owned(),
                });
            }
        },
        Op::RenameTable { from, to } => rename_table(from, to),
        Op::TableComment { table, to, .. } => {
            vec![comment("TABLE", &PG.quote_name(table), to.as_deref())]
        }
        Op::TableOptions { table, from, to } => table::options(op, table, from, to)?,
        Op::Partition { table, change } => table::partition(table, change),
        Op::Column { table, change, .. } => column::change(table, change, context)?,
        Op::RenameColumn { table, from, to } => vec![format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            PG.quote_name(table),
            PG.quote(from),
            PG.quote(to)
        )],
        Op::PrimaryKey { table, change } => constraint::constraint(op, table, change)?,
        Op::Unique { table, change } => constraint::constraint(op, table, change)?,
        Op::ForeignKey { table, change } => constraint::constraint(op, table, change)?,
        Op::Check { table, change } => constraint::constraint(op, table, change)?,
        Op::OtherConstraint { table, change } => constraint::constraint(op, table, change)?,
        Op::Index { table, change } => table::index(table, change, context.style),
        Op::RenameIndex { table, from, to } => vec![format!(
            "ALTER INDEX {} RENAME TO {}",
            PG.quote_name(&beside(table, from)),
            PG.quote(to)
        )],
        Op::RenameConstraint { table, from, to } => vec![format!(
            "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
            PG.quote_name(table),
            PG.quote(from),
            PG.quote(to)
        )],
        Op::View(change) => code::view(change, context.style),
        Op::Routine(change) => code::routine(change),
        Op::Trigger(change) => code::trigger(change),
        Op::Other(change) => code::other(change),
    })
}

/// What stands in the same namespace under another name: a table's index.
fn beside(table: &Name, name: &str) -> Name {
    Name {
        namespace: table.namespace.clone(),
        name: name.to_owned(),
    }
}

fn rename_table(from: &Name, to: &Name) -> Vec<String> {
    let mut statements = Vec::new();
    let mut now = from.clone();
    if from.namespace != to.namespace {
        let namespace = to.namespace.as_deref().unwrap_or("public");
        statements.push(format!(
            "ALTER TABLE {} SET SCHEMA {}",
            PG.quote_name(&now),
            PG.quote(namespace)
        ));
        now.namespace.clone_from(&to.namespace);
    }
    if from.name != to.name {
        statements.push(format!(
            "ALTER TABLE {} RENAME TO {}",
            PG.quote_name(&now),
            PG.quote(&to.name)
        ));
    }
    statements
}

/// `COMMENT ON kind what IS …`; NULL takes it away.
fn comment(kind: &str, what: &str, text: Option<&str>) -> String {
    let text = PG.literal_or_null(text);
    format!("COMMENT ON {kind} {what} IS {}", text.trim_start())
}

/// The comment's statement, where the two differ.
fn comment_change(kind: &str, what: &str, from: Option<&str>, to: Option<&str>) -> Option<String> {
    (from != to).then(|| comment(kind, what, to))
}

fn names(list: &[String]) -> String {
    parts::names(PG, list)
}

fn alter_table(table: &Name) -> String {
    format!("ALTER TABLE {}", PG.quote_name(table))
}
