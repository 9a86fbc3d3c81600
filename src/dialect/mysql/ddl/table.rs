//! Tables and what is inside them, as MySQL's and MariaDB's statements.

use crate::dialect::Dialect;
use crate::dialect::ddl::parts::{self, tail};
use crate::dialect::ddl::{DdlError, order_words};
use crate::dialect::types::scan::{self, Kind};
use crate::schema::{
    Change, Check, Column, ForeignKey, Identity, Index, Op, Place, PrimaryKey, Schema, Table,
};

/// A table with all that is inside.
pub(super) fn create(dialect: Dialect, table: &Table) -> Vec<String> {
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .map(|column| definition(dialect, column, own_check(dialect, table, column)))
        .collect();
    lines.extend(
        table
            .primary_key
            .iter()
            .map(|key| primary_key(dialect, key)),
    );
    for unique in &table.uniques {
        lines.push(format!(
            "UNIQUE KEY {}({})",
            unique
                .name
                .as_ref()
                .map_or(String::new(), |name| format!("{} ", dialect.quote(name))),
            parts::index_parts(dialect, &unique.columns)
        ));
    }
    lines.extend(table.indexes.iter().map(|it| index(dialect, it)));
    lines.extend(
        table
            .foreign_keys
            .iter()
            .map(|key| foreign_key(dialect, key)),
    );
    for check in &table.checks {
        if !is_own_check(dialect, table, check) {
            lines.push(self::check(dialect, check));
        }
    }
    if let (Some(start), Some(end)) = (period(table, ROW_START), period(table, ROW_END)) {
        let columns = parts::names(dialect, &[start, end]);
        lines.push(format!("PERIOD FOR SYSTEM_TIME ({columns})"));
    }
    let mut end = tail(&table.options);
    if let Some(text) = &table.comment {
        end.push_str(&format!(" COMMENT={}", comment_text(text)));
    }
    if let Some(partitioning) = &table.partitioning {
        end.push_str(&format!("\n{}", partitioning.clause));
    }
    let head = format!("CREATE TABLE {}", dialect.quote(&table.name.name));
    vec![parts::block(&head, &lines, &end)]
}

/// What MariaDB shows as the expression of a column that it fills with the time of a row's version.
const ROW_START: &str = "ROW START";
const ROW_END: &str = "ROW END";

fn period<'a>(table: &'a Table, which: &str) -> Option<&'a str> {
    let is = |it: &&Column| {
        it.generated
            .as_ref()
            .is_some_and(|it| it.expression == which)
    };
    table.columns.iter().find(is).map(|it| it.name.as_str())
}

/// MariaDB's check that belongs to a column: it bears the column's name, and stands in its definition.
fn is_own_check(dialect: Dialect, table: &Table, check: &Check) -> bool {
    let own = check.name.as_deref().and_then(|name| table.column(name));
    dialect == Dialect::Mariadb
        && own.is_some_and(|column| {
            let read = order_words(&check.expression);
            let others = table.columns.iter().filter(|it| it.name != column.name);
            read.contains(&column.name) && !others.into_iter().any(|it| read.contains(&it.name))
        })
}

fn own_check<'a>(dialect: Dialect, table: &'a Table, column: &Column) -> Option<&'a Check> {
    table
        .checks
        .iter()
        .find(|check| check.name.as_ref() == Some(&column.name))
        .filter(|check| is_own_check(dialect, table, check))
}

/// A column with everything that it is: MySQL forgets what MODIFY COLUMN does not repeat.
fn definition(dialect: Dialect, column: &Column, check: Option<&Check>) -> String {
    let mut text = format!("{} {}", dialect.quote(&column.name), column.data_type);
    if let Some(collation) = &column.collation {
        text.push_str(&format!(" COLLATE {collation}"));
    }
    if let Some(generated) = &column.generated
        && [ROW_START, ROW_END].contains(&generated.expression.as_str())
    {
        text.push_str(&format!(" GENERATED ALWAYS AS {}", generated.expression));
    } else if let Some(generated) = &column.generated {
        let kind = if generated.stored {
            "STORED"
        } else {
            "VIRTUAL"
        };
        text.push_str(&format!(
            " GENERATED ALWAYS AS ({}) {kind}",
            generated.expression
        ));
    }
    let of_maria_generated = dialect == Dialect::Mariadb && column.generated.is_some();
    if !column.nullable {
        text.push_str(" NOT NULL");
    } else if !of_maria_generated && is_moment(&column.data_type) {
        // Silence makes a `timestamp` NOT NULL where explicit_defaults_for_timestamp is off.
        text.push_str(" NULL");
    }
    if let Some(default) = &column.default {
        text.push_str(&format!(
            " DEFAULT {}",
            default_of(dialect, &column.data_type, default)
        ));
    }
    if let Some(update) = &column.on_update {
        text.push_str(&format!(" ON UPDATE {update}"));
    }
    if column.identity == Some(Identity::AutoIncrement) {
        text.push_str(" AUTO_INCREMENT");
    }
    text.push_str(&tail(&column.options));
    if let Some(comment) = &column.comment {
        text.push_str(&format!(" COMMENT {}", comment_text(comment)));
    }
    if let Some(check) = check {
        text.push_str(&format!(" CHECK ({})", check.expression));
    }
    text
}

/// COMMENT takes a plain string alone, so a backslash is doubled: under NO_BACKSLASH_ESCAPES it stays two.
fn comment_text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

fn is_moment(data_type: &str) -> bool {
    data_type.starts_with("timestamp") || data_type.starts_with("datetime")
}

/// MySQL takes a literal and the present moment bare, all else in brackets; text and JSON only in brackets.
fn default_of(dialect: Dialect, data_type: &str, default: &str) -> String {
    let tokens = scan::tokens(default, true);
    let bracketed = matches!(tokens.as_slice(), [only] if only.kind == Kind::Group);
    if dialect == Dialect::Mariadb || bracketed {
        return default.to_owned();
    }
    let long = ["text", "blob", "json", "geometry"]
        .iter()
        .any(|kind| data_type.ends_with(kind));
    let literal = tokens.len() <= 2
        && tokens.iter().all(|token| match token.kind {
            Kind::Literal => true,
            Kind::Word => {
                token.text.starts_with(|first: char| first.is_ascii_digit())
                    || token.text.starts_with('_')
                    || ["b", "x", "NULL", "TRUE", "FALSE"]
                        .iter()
                        .any(|word| token.is_word(word))
            }
            Kind::Mark => matches!(token.text, "-" | "+"),
            Kind::Name | Kind::Group => false,
        });
    let now = default
        .to_ascii_uppercase()
        .starts_with("CURRENT_TIMESTAMP")
        && tokens.len() <= 2;
    if (literal || now) && !long {
        default.to_owned()
    } else {
        format!("({default})")
    }
}

fn primary_key(dialect: Dialect, key: &PrimaryKey) -> String {
    let columns = parts::index_parts(dialect, &key.columns);
    format!("PRIMARY KEY ({columns}){}", tail(&key.options))
}

/// An index as it stands in CREATE TABLE and behind ADD.
fn index(dialect: Dialect, index: &Index) -> String {
    let kind = match index.method.as_deref() {
        Some(method @ ("FULLTEXT" | "SPATIAL")) => format!("{method} KEY"),
        _ if index.unique => "UNIQUE KEY".to_owned(),
        _ => "KEY".to_owned(),
    };
    let mut text = format!(
        "{kind} {} ({})",
        dialect.quote(&index.name),
        parts::index_parts(dialect, &index.parts)
    );
    if let Some(method) = &index.method
        && !matches!(method.as_str(), "FULLTEXT" | "SPATIAL")
    {
        text.push_str(&format!(" USING {method}"));
    }
    text.push_str(&tail(&index.options));
    if let Some(comment) = &index.comment {
        text.push_str(&format!(" COMMENT {}", comment_text(comment)));
    }
    text
}

fn foreign_key(dialect: Dialect, key: &ForeignKey) -> String {
    let name = parts::constraint(dialect, key.name.as_deref());
    format!("{name}{}", parts::foreign_key(dialect, key))
}

fn check(dialect: Dialect, check: &Check) -> String {
    let name = parts::constraint(dialect, check.name.as_deref());
    let end = if check.not_enforced && dialect == Dialect::Mysql {
        " NOT ENFORCED"
    } else {
        ""
    };
    format!("{name}CHECK ({}){end}", check.expression)
}

fn place_of(dialect: Dialect, place: &Place) -> String {
    match place {
        Place::First => " FIRST".to_owned(),
        Place::After(name) => format!(" AFTER {}", dialect.quote(name)),
        Place::Last => String::new(),
    }
}

/// What follows `ALTER TABLE t` for one operation on it.
pub(super) fn clauses(dialect: Dialect, op: &Op, before: &Schema) -> Result<Vec<String>, DdlError> {
    let table = op.table().and_then(|name| before.table(name));
    let unnamed = || DdlError::Unnamed {
        dialect,
        op: op.describe(),
    };
    let named = |name: &Option<String>| {
        name.as_ref()
            .map(|it| dialect.quote(it))
            .ok_or_else(unnamed)
    };
    let drop_index = |index: &Index| format!("DROP INDEX {}", dialect.quote(&index.name));
    let add_index = |it: &Index| format!("ADD {}", index(dialect, it));
    Ok(match op {
        Op::TableComment { to, .. } => {
            vec![format!(
                "COMMENT={}",
                comment_text(to.as_deref().unwrap_or_default())
            )]
        }
        Op::TableOptions { from, to, .. } => {
            let mut clauses = options(dialect, op, from, to)?;
            clauses.extend(follow(dialect, table, from, to));
            clauses
        }
        Op::Column { place, change, .. } => match &**change {
            Change::Add(column) => {
                let check = table.and_then(|table| own_check(dialect, table, column));
                let definition = definition(dialect, column, check);
                vec![format!(
                    "ADD COLUMN {definition}{}",
                    place_of(dialect, place)
                )]
            }
            Change::Drop(column) => vec![format!("DROP COLUMN {}", dialect.quote(&column.name))],
            Change::Alter { from, to } => {
                let check = table.and_then(|table| own_check(dialect, table, from));
                if is_replaced(from, to) {
                    let after = table.map_or(String::new(), |table| stood(dialect, table, from));
                    let definition = definition(dialect, to, check);
                    vec![
                        format!("DROP COLUMN {}", dialect.quote(&from.name)),
                        format!("ADD COLUMN {definition}{after}"),
                    ]
                } else {
                    vec![format!("MODIFY COLUMN {}", definition(dialect, to, check))]
                }
            }
        },
        Op::PrimaryKey { change, .. } => {
            let drop = change.before().map(|_| "DROP PRIMARY KEY".to_owned());
            let add = change
                .after()
                .map(|key| format!("ADD {}", primary_key(dialect, key)));
            drop.into_iter().chain(add).collect()
        }
        Op::Unique { change, .. } => {
            let mut clauses = Vec::new();
            if let Some(old) = change.before() {
                clauses.push(format!("DROP INDEX {}", named(&old.name)?));
            }
            if let Some(new) = change.after() {
                let columns = parts::index_parts(dialect, &new.columns);
                clauses.push(format!("ADD UNIQUE KEY {} ({columns})", named(&new.name)?));
            }
            clauses
        }
        Op::Index { change, .. } => {
            let drop = change.before().map(drop_index);
            drop.into_iter()
                .chain(change.after().map(add_index))
                .collect()
        }
        Op::RenameIndex { from, to, .. } => {
            vec![format!(
                "RENAME INDEX {} TO {}",
                dialect.quote(from),
                dialect.quote(to)
            )]
        }
        Op::ForeignKey { change, .. } => {
            let mut clauses = Vec::new();
            if let Some(old) = change.before() {
                clauses.push(format!("DROP FOREIGN KEY {}", named(&old.name)?));
            }
            clauses.extend(
                change
                    .after()
                    .map(|key| format!("ADD {}", foreign_key(dialect, key))),
            );
            clauses
        }
        Op::Check { change, .. } => check_clauses(dialect, op, table, change)?,
        _ => {
            return Err(DdlError::Impossible {
                op: op.describe(),
                why: "it is no change of one table".to_owned(),
            });
        }
    })
}

/// Whether the column is dropped and added in its place: between plain, virtual and stored there is no MODIFY.
pub(super) fn is_replaced(from: &Column, to: &Column) -> bool {
    let kind = |it: &Column| it.generated.as_ref().map(|it| it.stored);
    kind(from) != kind(to) && (kind(from) == Some(false) || kind(to) == Some(false))
}

/// ` AFTER` the column that it stood after.
fn stood(dialect: Dialect, table: &Table, column: &Column) -> String {
    let at = table.columns.iter().position(|it| it.name == column.name);
    match at {
        Some(0) => " FIRST".to_owned(),
        Some(at) => format!(" AFTER {}", dialect.quote(&table.columns[at - 1].name)),
        None => String::new(),
    }
}

/// A column's own check comes and goes with its definition.
fn check_clauses(
    dialect: Dialect,
    op: &Op,
    table: Option<&Table>,
    change: &Change<Check>,
) -> Result<Vec<String>, DdlError> {
    let mut clauses = Vec::new();
    let own_column = |check: &Check| {
        table
            .filter(|table| is_own_check(dialect, table, check))
            .and_then(|table| table.column(check.name.as_deref()?))
    };
    if let Some(old) = change.before() {
        match (own_column(old), &old.name) {
            (Some(column), _) => {
                let check = change.after().filter(|new| new.name == old.name);
                clauses.push(format!(
                    "MODIFY COLUMN {}",
                    definition(dialect, column, check)
                ));
                if check.is_some() {
                    return Ok(clauses);
                }
            }
            (None, Some(name)) => clauses.push(format!("DROP CONSTRAINT {}", dialect.quote(name))),
            (None, None) => {
                return Err(DdlError::Unnamed {
                    dialect,
                    op: op.describe(),
                });
            }
        }
    }
    if let Some(new) = change.after() {
        clauses.push(match own_column(new) {
            Some(column) => format!("MODIFY COLUMN {}", definition(dialect, column, Some(new))),
            None => format!("ADD {}", check(dialect, new)),
        });
    }
    Ok(clauses)
}

/// What has gone goes back to what the server would choose, where it can.
const COLLATION: &str = "DEFAULT COLLATE";

/// The columns that have their table's collation, where that changes: by themselves they would keep the old one.
fn follow(dialect: Dialect, table: Option<&Table>, from: &[String], to: &[String]) -> Vec<String> {
    let collation =
        |options: &[String]| options.iter().find(|it| it.starts_with(COLLATION)).cloned();
    let Some(table) = table.filter(|_| collation(from) != collation(to)) else {
        return Vec::new();
    };
    let followers = table.columns.iter().filter(|it| {
        let kind = it.data_type.split('(').next().unwrap_or_default();
        it.collation.is_none()
            && (kind.ends_with("char") || kind.ends_with("text") || ["enum", "set"].contains(&kind))
    });
    followers
        .map(|it| {
            let check = own_check(dialect, table, it);
            format!("MODIFY COLUMN {}", definition(dialect, it, check))
        })
        .collect()
}

fn options(
    dialect: Dialect,
    op: &Op,
    from: &[String],
    to: &[String],
) -> Result<Vec<String>, DdlError> {
    let key = |option: &str| {
        option
            .split('=')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_uppercase()
    };
    let mut clauses = Vec::new();
    for gone in from
        .iter()
        .filter(|option| to.iter().all(|new| key(new) != key(option)))
    {
        clauses.push(match key(gone).as_str() {
            "ENGINE" => "ENGINE=InnoDB".to_owned(),
            "ROW_FORMAT" => "ROW_FORMAT=DEFAULT".to_owned(),
            "WITH SYSTEM VERSIONING" => "DROP SYSTEM VERSIONING".to_owned(),
            // It has no word for it: whoever wants another collation names it.
            COLLATION if dialect == Dialect::Mysql => {
                return Err(DdlError::Impossible {
                    op: op.describe(),
                    why: "MySQL takes no table back to its database's collation without its name"
                        .to_owned(),
                });
            }
            COLLATION => "DEFAULT CHARACTER SET DEFAULT".to_owned(),
            "ENCRYPTION" => "ENCRYPTION='N'".to_owned(),
            "COMPRESSION" | "CONNECTION" => format!("{}=''", key(gone)),
            // Where DEFAULT is said, it stays.
            "PAGE_CHECKSUM" => "PAGE_CHECKSUM=1".to_owned(),
            // These know no DEFAULT; the others nothing else.
            other @ ("AUTOEXTEND_SIZE" | "AVG_ROW_LENGTH" | "CHECKSUM" | "DELAY_KEY_WRITE"
            | "KEY_BLOCK_SIZE" | "MAX_ROWS" | "MIN_ROWS") => format!("{other}=0"),
            other if gone.contains('=') => format!("{other}=DEFAULT"),
            _ => {
                return Err(DdlError::Impossible {
                    op: op.describe(),
                    why: format!("nothing takes {gone} back"),
                });
            }
        });
    }
    for new in to.iter().filter(|option| !from.contains(option)) {
        clauses.push(match new.as_str() {
            "WITH SYSTEM VERSIONING" => "ADD SYSTEM VERSIONING".to_owned(),
            other => other.to_owned(),
        });
    }
    Ok(clauses)
}
