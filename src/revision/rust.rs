//! A revision in Rust: SeaORM's builders where they do just what our own DDL does, raw statements where not.

mod call;
mod code;
mod column;
mod read;
#[cfg(test)]
mod tests;

use call::Call;
use code::{Code, comment, string};
use read::Known;

use crate::dialect::Dialect;
use crate::dialect::ddl::{DdlError, Style, script};
use crate::schema::{Op, Schema};

/// What a revision does on one dialect, in one direction.
pub struct Way<'a> {
    pub dialect: Dialect,
    pub ops: &'a [Op],
    /// The schema before them.
    pub before: &'a Schema,
    /// What is to be said beside each of `ops`.
    pub remarks: Vec<Vec<String>>,
    pub style: Style,
}

/// What is said, and the statements that it stands before.
type Groups = Vec<(Vec<String>, Vec<String>)>;

/// Between the operations in a step's key.
const SEPARATOR: &str = "\u{0}";

/// What is carried out together on one dialect.
struct Step {
    /// By which the same step of another dialect is known.
    key: String,
    /// One operation, and the calls that may stand for it.
    known: Option<(Known, Vec<Call>)>,
    statements: Vec<String>,
    remarks: Vec<String>,
}

/// A part of a function's body.
enum Piece {
    /// The same on every database.
    Calls {
        calls: Vec<Call>,
        remarks: Vec<String>,
    },
    /// For each dialect statements of its own, with what is said before each group of them.
    Raw(Vec<(Dialect, Groups)>),
}

/// The text of a module with a `MigrationTrait` that goes `up` and `down`. Both have the same dialects; on every other
/// one it refuses to run.
///
/// # Errors
/// [`DdlError`] for what a dialect cannot do.
pub fn source(message: &str, up: &[Way<'_>], down: &[Way<'_>]) -> Result<String, DdlError> {
    let dialects: Vec<Dialect> = up.iter().map(|way| way.dialect).collect();
    let (up, down) = (pieces(up)?, pieces(down)?);
    let all = || up.iter().chain(&down);
    let calls: Vec<&Call> = all()
        .filter_map(|piece| match piece {
            Piece::Calls { calls, .. } => Some(calls),
            Piece::Raw(_) => None,
        })
        .flatten()
        .collect();
    let raw = all().any(|piece| matches!(piece, Piece::Raw(_)));
    let mut text = heading(message);
    text.push_str("use sea_orm_migration::prelude::*;\n");
    if calls.iter().any(|call| call.numbers_its_key()) {
        text.push_str("use sea_orm_migration::schema::pk_auto;\n");
    }
    text.push_str("use sea_orm_migration::sea_orm::DbBackend;\n\n");
    text.push_str(&migration(
        "manager",
        &body(&dialects, &up),
        &body(&dialects, &down),
    ));
    text.push_str(&require_backend(&dialects));
    if raw {
        text.push_str(EXECUTE);
    }
    Ok(text)
}

/// The text of a module that is to be filled in by hand.
pub fn empty_source(message: &str) -> String {
    let up = "        // What it does: manager.create_table(..), manager.alter_table(..), or raw statements with\n        \
              // manager.get_connection().execute_unprepared(..).\n        Ok(())\n";
    let down = "        // How to take it back.\n        Ok(())\n";
    let mut text = heading(message);
    text.push_str("use sea_orm_migration::prelude::*;\n\n");
    text.push_str(&migration("_manager", up, down));
    text
}

fn heading(message: &str) -> String {
    let said = match comment(message) {
        said if said.is_empty() => "A change of the schema".to_owned(),
        said => said,
    };
    format!("//! {said}\n//!\n//! Review before applying.\n\n")
}

fn migration(manager: &str, up: &str, down: &str) -> String {
    // The bodies last: they may hold what looks like a place to be filled in.
    let (head, rest) = MIGRATION.split_once("{up}").unwrap_or((MIGRATION, ""));
    let (between, end) = rest.split_once("{down}").unwrap_or((rest, ""));
    let named = |text: &str| text.replace("{manager}", manager);
    format!("{}{up}{}{down}{end}", named(head), named(between))
}

/// What every revision is, around the bodies of its two functions.
const MIGRATION: &str = include_str!("rust/migration.txt");
/// Runs statements as they are.
const EXECUTE: &str = include_str!("rust/execute.txt");

fn require_backend(dialects: &[Dialect]) -> String {
    let mut arms: Vec<String> = Vec::new();
    for dialect in dialects {
        let arm = backend(*dialect);
        if !arms.contains(&arm) {
            arms.push(arm);
        }
    }
    format!(
        "
/// Refuses a database that nothing is written for here.
fn require_backend(manager: &SchemaManager) -> Result<(), DbErr> {{
    match manager.get_database_backend() {{
        {} => Ok(()),
        other => Err(DbErr::Migration(format!(
            \"{{}} has nothing for {{other:?}}\",
            Migration.name()
        ))),
    }}
}}
",
        arms.join(" | ")
    )
}

fn backend(dialect: Dialect) -> String {
    format!("DbBackend::{:?}", dialect.orm())
}

/// Whether statements do more than a builder could be asked for: rows filled in, rows that may be missing.
fn says_more(op: &Op, statements: &[String]) -> bool {
    let fills = statements
        .first()
        .is_some_and(|it| it.starts_with("UPDATE "));
    let kept = |it: &String| it.contains("$piton$") || it.contains("'piton.kept'");
    fills
        || matches!(op, Op::ForeignKey { .. } | Op::View(_) | Op::Routine(_))
            && statements.iter().any(kept)
}

fn steps(way: &Way<'_>) -> Result<Vec<Step>, DdlError> {
    let mut schema = way.before.clone();
    let mut steps = Vec::new();
    for group in script(way.dialect, way.ops, way.before, way.style)? {
        let ops = &way.ops[group.ops.clone()];
        let remarks = way.remarks.get(group.ops.clone()).unwrap_or_default();
        let known = match ops {
            [op] if !says_more(op, &group.statements) => {
                let known = Known {
                    dialect: way.dialect,
                    op: op.clone(),
                    before: schema.clone(),
                    statements: group.statements.clone(),
                };
                known.calls().map(|calls| (known, calls))
            }
            _ => None,
        };
        for op in ops {
            op.apply(&mut schema)?;
        }
        steps.push(Step {
            key: ops
                .iter()
                .map(Op::describe)
                .collect::<Vec<_>>()
                .join(SEPARATOR),
            known,
            statements: group.statements,
            remarks: remarks.concat(),
        });
    }
    Ok(steps)
}

/// The steps of all ways in their order: what all can be asked for alike once, the rest for each by itself.
fn pieces(ways: &[Way<'_>]) -> Result<Vec<Piece>, DdlError> {
    let all = ways.iter().map(steps).collect::<Result<Vec<_>, _>>()?;
    let Some((first, others)) = all.split_first() else {
        return Ok(Vec::new());
    };
    let mut pieces = Vec::new();
    let mut done = vec![0; all.len()];
    for (at, step) in first.iter().enumerate() {
        let Some((places, calls)) = shared(step, others, &done[1..]) else {
            continue;
        };
        let places: Vec<usize> = [at].into_iter().chain(places).collect();
        pieces.extend(raw(ways, &all, &done, &places));
        let mut remarks: Vec<String> = Vec::new();
        for (steps, place) in all.iter().zip(&places) {
            for remark in &steps[*place].remarks {
                if !remarks.contains(remark) {
                    remarks.push(remark.clone());
                }
            }
        }
        pieces.push(Piece::Calls { calls, remarks });
        done = places.iter().map(|place| place + 1).collect();
    }
    let ends: Vec<usize> = all.iter().map(Vec::len).collect();
    pieces.extend(raw(ways, &all, &done, &ends));
    Ok(pieces)
}

/// Where the others have the same step, from `done` on, and the calls that do it everywhere.
fn shared(step: &Step, others: &[Vec<Step>], done: &[usize]) -> Option<(Vec<usize>, Vec<Call>)> {
    let (known, calls) = step.known.as_ref()?;
    let mut merged = calls.clone();
    let mut all = vec![known];
    let mut places = Vec::new();
    for (steps, done) in others.iter().zip(done) {
        let place = done + steps[*done..].iter().position(|it| it.key == step.key)?;
        let (known, calls) = steps[place].known.as_ref()?;
        if calls.len() != merged.len() {
            return None;
        }
        let pairs = merged.iter().zip(calls);
        merged = pairs.map(|(a, b)| a.merge(b)).collect::<Option<_>>()?;
        all.push(known);
        places.push(place);
    }
    all.iter()
        .all(|known| known.is_done_by(&merged))
        .then_some((places, merged))
}

/// What stands between two shared steps.
fn raw(ways: &[Way<'_>], all: &[Vec<Step>], from: &[usize], to: &[usize]) -> Option<Piece> {
    let mut by_dialect = Vec::new();
    for (i, way) in ways.iter().enumerate() {
        let groups: Vec<_> = all[i][from[i]..to[i]]
            .iter()
            .filter(|step| !step.statements.is_empty())
            .map(|step| {
                let said = step.key.split(SEPARATOR).map(str::to_owned);
                let said = said.chain(step.remarks.iter().cloned());
                (said.collect(), step.statements.clone())
            })
            .collect();
        if !groups.is_empty() {
            by_dialect.push((way.dialect, groups));
        }
    }
    (!by_dialect.is_empty()).then_some(Piece::Raw(by_dialect))
}

fn body(dialects: &[Dialect], pieces: &[Piece]) -> String {
    let mut text = String::from("        require_backend(manager)?;\n");
    for piece in pieces {
        match piece {
            Piece::Calls { calls, remarks } => {
                text.push_str(&comments(remarks, 8));
                for call in calls {
                    text.push_str(&format!("        {};\n", call.code().written(8)));
                }
            }
            Piece::Raw(by_dialect) => text.push_str(&raw_code(dialects, by_dialect)),
        }
    }
    text.push_str("        Ok(())\n");
    text
}

fn raw_code(dialects: &[Dialect], by_dialect: &[(Dialect, Groups)]) -> String {
    let run = Code::head("execute(manager, statements)").then("await?");
    let run = format!("        {};\n", run.written(8));
    if let ([_], [(_, groups)]) = (dialects, by_dialect) {
        return format!("        let statements = {};\n{run}", list(groups, 8));
    }
    let mut text =
        String::from("        let statements: &[&str] = match manager.get_database_backend() {\n");
    for (dialect, groups) in by_dialect {
        let list = list(groups, 12);
        text.push_str(&format!("            {} => {list},\n", backend(*dialect)));
    }
    text.push_str(&format!("            _ => &[],\n        }};\n{run}"));
    text
}

/// A list with a statement a line, closed at this indentation.
fn list(groups: &Groups, indent: usize) -> String {
    let mut text = String::from("&[\n");
    for (remarks, statements) in groups {
        text.push_str(&comments(remarks, indent + 4));
        for statement in statements {
            let literal = string(statement);
            text.push_str(&format!("{}{literal},\n", " ".repeat(indent + 4)));
        }
    }
    text.push_str(&format!("{}]", " ".repeat(indent)));
    text
}

fn comments(remarks: &[String], indent: usize) -> String {
    let line = |remark: &String| format!("{}// {}\n", " ".repeat(indent), comment(remark));
    remarks.iter().map(line).collect()
}
