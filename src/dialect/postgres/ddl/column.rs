//! Columns as PostgreSQL's statements.

use super::cast::cast;
use super::constraint::Constraint as _;
use super::table::create_index;
use super::{PG, alter_table, comment_change};
use crate::dialect::ddl::order_words;
use crate::dialect::ddl::{Context, DdlError, Style, parts};
use crate::dialect::postgres::types::{object_name, quote_if_needed};
use crate::schema::{Change, Column, Generated, Identity, IndexKey, IndexPart, Name, Table};

/// A column as it stands in CREATE TABLE and behind ADD COLUMN.
pub(super) fn definition(table: &Name, column: &Column) -> String {
    let mut text = PG.quote(&column.name);
    match &column.identity {
        Some(Identity::Serial { sequence }) if is_plain_serial(table, column, sequence) => {
            let serial = match column.data_type.as_str() {
                "smallint" => "smallserial",
                "bigint" => "bigserial",
                _ => "serial",
            };
            text.push_str(&format!(" {serial}"));
            return text;
        }
        _ => text.push_str(&format!(" {}", column.data_type)),
    }
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(Generated { expression, stored }) = &column.generated {
        let kind = if *stored { "STORED" } else { "VIRTUAL" };
        text.push_str(&format!(" GENERATED ALWAYS AS ({expression}) {kind}"));
    }
    if let Some(Identity::Generated { always, options }) = &column.identity {
        text.push_str(&format!(" {}", identity(*always, options.as_deref())));
    }
    if let Some(default) = default_of(column) {
        text.push_str(&format!(" DEFAULT {default}"));
    }
    if !column.nullable && !matches!(column.identity, Some(Identity::Generated { .. })) {
        text.push_str(" NOT NULL");
    }
    text
}

fn identity(always: bool, options: Option<&str>) -> String {
    let kind = if always { "ALWAYS" } else { "BY DEFAULT" };
    let options = options.map_or(String::new(), |options| format!(" ({options})"));
    format!("GENERATED {kind} AS IDENTITY{options}")
}

/// The default that is written; a serial column's is its sequence's next number.
fn default_of(column: &Column) -> Option<String> {
    match &column.identity {
        Some(Identity::Serial { sequence }) => Some(next_number(sequence)),
        _ => column.default.clone(),
    }
}

fn next_number(sequence: &Name) -> String {
    let name = match &sequence.namespace {
        Some(namespace) => {
            format!(
                "{}.{}",
                quote_if_needed(namespace),
                quote_if_needed(&sequence.name)
            )
        }
        None => quote_if_needed(&sequence.name),
    };
    format!("nextval({}::regclass)", PG.literal(&name).trim_start())
}

/// Whether `serial` makes just this: not null, on the sequence that it would name so.
fn is_plain_serial(table: &Name, column: &Column, sequence: &Name) -> bool {
    !column.nullable
        && sequence.namespace == table.namespace
        && sequence.name == object_name(&table.name, &column.name, "seq")
}

/// The sequence that a serial column needs before the table is made.
pub(super) fn sequence_before(table: &Table, column: &Column) -> Option<String> {
    match &column.identity {
        Some(Identity::Serial { sequence }) if !is_plain_serial(&table.name, column, sequence) => {
            Some(create_sequence(column, sequence))
        }
        _ => None,
    }
}

fn create_sequence(column: &Column, sequence: &Name) -> String {
    format!(
        "CREATE SEQUENCE {} AS {}",
        PG.quote_name(sequence),
        column.data_type
    )
}

fn own_sequence(table: &Name, column: &Column, sequence: &Name) -> String {
    format!(
        "ALTER SEQUENCE {} OWNED BY {}.{}",
        PG.quote_name(sequence),
        PG.quote_name(table),
        PG.quote(&column.name)
    )
}

/// What CREATE TABLE cannot say of a column.
pub(super) fn after_create(table: &Table, column: &Column, context: &Context<'_>) -> Vec<String> {
    let mut statements = Vec::new();
    if let Some(Identity::Serial { sequence }) = &column.identity
        && !is_plain_serial(&table.name, column, sequence)
    {
        statements.push(own_sequence(&table.name, column, sequence));
    }
    let head = alter_table(&table.name);
    let name = PG.quote(&column.name);
    let mut clauses: Vec<String> = column
        .options
        .iter()
        .map(|option| format!("ALTER COLUMN {name} SET {option}"))
        .collect();
    if column.inherited
        && let Some(parent) = inherited_from(table, column, context)
    {
        if column.default != parent.default && column.generated.is_none() {
            clauses.push(match &column.default {
                Some(default) => format!("ALTER COLUMN {name} SET DEFAULT {default}"),
                None => format!("ALTER COLUMN {name} DROP DEFAULT"),
            });
        }
        if !column.nullable && parent.nullable {
            clauses.push(format!("ALTER COLUMN {name} SET NOT NULL"));
        }
    }
    statements.extend(parts::alter(&head, &clauses));
    statements
}

fn inherited_from<'a>(table: &Table, column: &Column, context: &Context<'a>) -> Option<&'a Column> {
    let parents = table.partition_of.iter().map(|of| &of.parent);
    parents
        .chain(&table.inherits)
        .filter_map(|parent| context.before.table(parent))
        .find_map(|parent| parent.column(&column.name))
}

pub(super) fn change(
    table: &Name,
    change: &Change<Column>,
    context: &Context<'_>,
) -> Result<Vec<String>, DdlError> {
    let head = alter_table(table);
    Ok(match change {
        Change::Add(column) => add(table, column),
        Change::Drop(column) => vec![format!("{head} DROP COLUMN {}", PG.quote(&column.name))],
        Change::Alter { from, to } if must_be_made_anew(from, to) => make_anew(table, to, context),
        Change::Alter { from, to } => alter(table, from, to),
    })
}

fn add(table: &Name, column: &Column) -> Vec<String> {
    let mut statements = Vec::new();
    let own = match &column.identity {
        Some(Identity::Serial { sequence }) if !is_plain_serial(table, column, sequence) => {
            statements.push(create_sequence(column, sequence));
            Some(own_sequence(table, column, sequence))
        }
        _ => None,
    };
    let head = alter_table(table);
    statements.push(format!("{head} ADD COLUMN {}", definition(table, column)));
    statements.extend(own);
    let name = PG.quote(&column.name);
    statements.extend(
        column
            .options
            .iter()
            .map(|option| format!("{head} ALTER COLUMN {name} SET {option}")),
    );
    statements.extend(comment_on(table, None, column));
    statements
}

fn comment_on(table: &Name, from: Option<&str>, to: &Column) -> Option<String> {
    let what = format!("{}.{}", PG.quote_name(table), PG.quote(&to.name));
    comment_change("COLUMN", &what, from, to.comment.as_deref())
}

/// A generated column's expression cannot be changed (before PostgreSQL 17), nor be given to a plain column.
fn must_be_made_anew(from: &Column, to: &Column) -> bool {
    to.generated.is_some() && from.generated != to.generated
        || from.generated.as_ref().is_some_and(|it| !it.stored) && to.generated.is_none()
}

/// Drops the column and adds it again, with the keys and indexes that go with it.
fn make_anew(table: &Name, to: &Column, context: &Context<'_>) -> Vec<String> {
    let head = alter_table(table);
    let mut statements = vec![format!("{head} DROP COLUMN {}", PG.quote(&to.name))];
    statements.extend(made_again(table, to, context));
    statements
}

/// A column that was dropped, and the keys and indexes that went with it.
pub(super) fn made_again(table: &Name, to: &Column, context: &Context<'_>) -> Vec<String> {
    let head = alter_table(table);
    let mut statements = add(table, to);
    let Some(found) = context.before.table(table) else {
        return statements;
    };
    let of_column = |part: &IndexPart| match &part.key {
        IndexKey::Column(name) => *name == to.name,
        IndexKey::Expression(text) => order_words(text).contains(&to.name),
    };
    let mut clauses = Vec::new();
    for unique in &found.uniques {
        if unique.columns.iter().any(of_column) || unique.include.contains(&to.name) {
            clauses.push(format!("ADD {}", unique.clause()));
        }
    }
    for check in &found.checks {
        if order_words(&check.expression).contains(&to.name) {
            clauses.push(format!("ADD {}", check.clause()));
        }
    }
    statements.extend(parts::alter(&head, &clauses));
    for index in &found.indexes {
        let in_predicate = |text: &String| order_words(text).contains(&to.name);
        if index.parts.iter().any(of_column)
            || index.include.contains(&to.name)
            || index.predicate.as_ref().is_some_and(in_predicate)
        {
            statements.extend(create_index(table, index, Style::default()));
        }
    }
    statements
}

fn alter(table: &Name, from: &Column, to: &Column) -> Vec<String> {
    let name = PG.quote(&to.name);
    let mut clauses = Vec::new();
    let mut before = Vec::new();
    let mut after = Vec::new();
    let set = |clauses: &mut Vec<String>, what: String| {
        clauses.push(format!("ALTER COLUMN {name} {what}"));
    };
    if from.generated.is_some() && to.generated.is_none() {
        // By itself: a generated column takes no USING.
        before.push(format!(
            "{} ALTER COLUMN {name} DROP EXPRESSION",
            alter_table(table)
        ));
    }
    let renumbered = from.identity != to.identity;
    if renumbered {
        match &from.identity {
            // Its sequence's name must be free before a serial's is made.
            Some(Identity::Generated { .. })
                if matches!(to.identity, Some(Identity::Serial { .. })) =>
            {
                before.push(format!(
                    "{} ALTER COLUMN {name} DROP IDENTITY",
                    alter_table(table)
                ));
            }
            Some(Identity::Generated { .. }) => set(&mut clauses, "DROP IDENTITY".to_owned()),
            Some(Identity::Serial { sequence }) => {
                before.push(format!(
                    "{} ALTER COLUMN {name} DROP DEFAULT",
                    alter_table(table)
                ));
                before.push(format!("DROP SEQUENCE {}", PG.quote_name(sequence)));
            }
            _ => {}
        }
    }
    let retyped = from.data_type != to.data_type || from.collation != to.collation;
    let recast = base(&from.data_type) != base(&to.data_type);
    let had_default = from.default.is_some() && from.generated.is_none();
    if had_default && (recast || to.default.is_none()) {
        set(&mut clauses, "DROP DEFAULT".to_owned());
    }
    if retyped {
        let collation = to
            .collation
            .as_ref()
            .map_or(String::new(), |it| format!(" COLLATE {it}"));
        let using = if recast {
            format!(" USING {name}{}", cast(&from.data_type, &to.data_type))
        } else {
            String::new()
        };
        set(
            &mut clauses,
            format!("TYPE {}{collation}{using}", to.data_type),
        );
    }
    if let Some(default) = &to.default
        && (from.default != to.default || recast || from.generated.is_some())
    {
        set(&mut clauses, format!("SET DEFAULT {default}"));
    }
    if from.nullable != to.nullable {
        let verb = if to.nullable { "DROP" } else { "SET" };
        set(&mut clauses, format!("{verb} NOT NULL"));
    }
    if renumbered {
        match &to.identity {
            Some(Identity::Generated { always, options }) => {
                set(
                    &mut clauses,
                    format!("ADD {}", identity(*always, options.as_deref())),
                );
                after.push(go_on(
                    table,
                    to,
                    &format!(
                        "pg_get_serial_sequence({}, {})",
                        PG.literal(&PG.quote_name(table)).trim_start(),
                        PG.literal(&to.name).trim_start()
                    ),
                ));
            }
            Some(Identity::Serial { sequence }) => {
                before.push(create_sequence(to, sequence));
                set(
                    &mut clauses,
                    format!("SET DEFAULT {}", next_number(sequence)),
                );
                after.push(own_sequence(table, to, sequence));
                let quoted = PG.literal(&PG.quote_name(sequence));
                after.push(go_on(table, to, quoted.trim_start()));
            }
            _ => {}
        }
    }
    if let (false, true, Some(Identity::Serial { sequence })) =
        (renumbered, from.data_type != to.data_type, &to.identity)
    {
        let name = PG.quote_name(sequence);
        after.push(format!("ALTER SEQUENCE {name} AS {}", to.data_type));
    }
    for gone in from
        .options
        .iter()
        .filter(|option| !to.options.contains(option))
    {
        if let Some(reset) = reset_option(gone, to) {
            set(&mut clauses, reset);
        }
    }
    for new in to
        .options
        .iter()
        .filter(|option| !from.options.contains(option))
    {
        set(&mut clauses, format!("SET {new}"));
    }
    let mut statements = before;
    statements.extend(parts::alter(&alter_table(table), &clauses));
    statements.extend(after);
    statements.extend(comment_on(table, from.comment.as_deref(), to));
    statements
}

/// Numbers new rows after the highest that is there, and from where the sequence starts.
fn go_on(table: &Name, column: &Column, sequence: &str) -> String {
    let name = PG.quote(&column.name);
    let mut next = format!("coalesce(max({name}), 0) + 1");
    if let Some(Identity::Generated {
        options: Some(options),
        ..
    }) = &column.identity
        && let Some(start) = start_of(options)
    {
        next = format!("greatest({next}, {start})");
    }
    format!(
        "SELECT setval({sequence}, {next}, false) FROM {}",
        PG.quote_name(table)
    )
}

fn start_of(options: &str) -> Option<i64> {
    let (_, rest) = options.split_once("START WITH ")?;
    rest.split_whitespace().next()?.parse().ok()
}

/// A type without its numbers: what needs no cast to change.
fn base(data_type: &str) -> String {
    let (before, rest) = data_type.split_once('(').unwrap_or((data_type, ""));
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    format!("{before}{after}")
}

fn reset_option(option: &str, column: &Column) -> Option<String> {
    let same = |word: &str| column.options.iter().any(|it| it.starts_with(word));
    if option.starts_with("STATISTICS ") && !same("STATISTICS ") {
        Some("SET STATISTICS -1".to_owned())
    } else if option.starts_with("COMPRESSION ") && !same("COMPRESSION ") {
        Some("SET COMPRESSION default".to_owned())
    } else if option.starts_with("STORAGE ") && !same("STORAGE ") {
        let storage = match base(&column.data_type).as_str() {
            "numeric" | "inet" | "cidr" => "main",
            _ => "extended",
        };
        Some(format!("SET STORAGE {storage}"))
    } else if let Some(settings) = option.strip_prefix('(') {
        let names: Vec<&str> = settings
            .trim_end_matches(')')
            .split(", ")
            .map(|setting| setting.split('=').next().unwrap_or_default())
            .collect();
        Some(format!("RESET ({})", names.join(", ")))
    } else {
        None
    }
}
