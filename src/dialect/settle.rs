//! Expressions that are written differently and mean the same.
//!
//! A server gives an expression back in its own words, so that what the entities say never reads like
//! what the database says. Where the two differ as text, both are brought to one form and compared again:
//! on PostgreSQL by the server's own planner, which works in a read-only transaction and needs no table;
//! elsewhere by their tokens.

use super::{DbError, Dialect, Session, mysql, postgres};
use crate::schema::{IndexKey, Schema, Table, Trigger};

/// Where in a table an expression stands.
enum Slot {
    Default(usize),
    Generated(usize),
    Check(usize),
    Predicate(usize),
    Key(usize, usize),
}

/// Writes every expression of `desired` as `found` has it, where both mean the same. Without a session
/// only what their tokens tell is known.
///
/// # Errors
/// Where the connection is lost. An expression that the server does not understand is left as it is.
pub async fn settle(
    mut session: Option<&mut Session>,
    found: &Schema,
    desired: &mut Schema,
) -> Result<(), DbError> {
    texts(found, desired);
    let dialect = session.as_ref().map(|session| session.dialect().family());
    if dialect == Some(Dialect::Mysql) {
        mysql::settle::texts(found, desired);
    }
    for table in &mut desired.tables {
        let Some(there) = found.table(&table.name) else {
            continue;
        };
        for slot in slots(table) {
            let Some(theirs) = expression(there, table, &slot) else {
                continue;
            };
            let Some(ours) = expression(table, table, &slot) else {
                continue;
            };
            if theirs == ours {
                continue;
            }
            if same(session.as_deref_mut(), table, &slot, &theirs, &ours).await? {
                put(table, &slot, theirs);
            }
        }
    }
    Ok(())
}

/// What stands beside tables and whose text is a whole statement: told by its tokens everywhere.
fn texts(found: &Schema, desired: &mut Schema) {
    let put = |ours: &mut String, theirs: &String| {
        if ours != theirs && tokens(ours) == tokens(theirs) {
            ours.clone_from(theirs);
        }
    };
    for view in &mut desired.views {
        if let Some(there) = found.views.iter().find(|it| it.name == view.name) {
            put(&mut view.query, &there.query);
        }
    }
    for trigger in &mut desired.triggers {
        let same = |it: &&Trigger| it.name == trigger.name && it.table == trigger.table;
        if let Some(there) = found.triggers.iter().find(same) {
            put(&mut trigger.definition, &there.definition);
        }
    }
}

fn slots(table: &Table) -> Vec<Slot> {
    let mut slots = Vec::new();
    for (i, column) in table.columns.iter().enumerate() {
        if column.default.is_some() {
            slots.push(Slot::Default(i));
        }
        if column.generated.is_some() {
            slots.push(Slot::Generated(i));
        }
    }
    slots.extend((0..table.checks.len()).map(Slot::Check));
    for (i, index) in table.indexes.iter().enumerate() {
        if index.predicate.is_some() {
            slots.push(Slot::Predicate(i));
        }
        for (k, part) in index.parts.iter().enumerate() {
            if matches!(part.key, IndexKey::Expression(_)) {
                slots.push(Slot::Key(i, k));
            }
        }
    }
    slots
}

/// The expression of `table` that stands where `slot` does in `desired`: found by name, since the two
/// tables need not have the same columns, checks and indexes.
fn expression(table: &Table, desired: &Table, slot: &Slot) -> Option<String> {
    match slot {
        // Where the type changes the default is made anew, whatever it says: it has a type of its own.
        Slot::Default(i) => {
            let wanted = &desired.columns[*i];
            let there = table.column(&wanted.name)?;
            let same = there.data_type == wanted.data_type;
            there.default.clone().filter(|_| same)
        }
        Slot::Generated(i) => Some(
            table
                .column(&desired.columns[*i].name)?
                .generated
                .as_ref()?
                .expression
                .clone(),
        ),
        Slot::Check(i) => {
            let wanted = &desired.checks[*i];
            let mut checks = table.checks.iter();
            let check = match &wanted.name {
                Some(_) => checks.find(|check| check.name == wanted.name),
                // One that says the same, wherever it stands.
                None => {
                    let said = tokens(&wanted.expression);
                    let found =
                        checks.find(|it| it.name.is_none() && tokens(&it.expression) == said);
                    found.or(table.checks.get(*i))
                }
            };
            Some(check?.expression.clone())
        }
        Slot::Predicate(i) => index(table, desired, *i)?.predicate.clone(),
        Slot::Key(i, k) => match &index(table, desired, *i)?.parts.get(*k)?.key {
            IndexKey::Expression(expression) => Some(expression.clone()),
            IndexKey::Column(_) => None,
        },
    }
}

fn index<'a>(table: &'a Table, desired: &Table, i: usize) -> Option<&'a crate::schema::Index> {
    table
        .indexes
        .iter()
        .find(|index| index.name == desired.indexes[i].name)
}

fn put(table: &mut Table, slot: &Slot, text: String) {
    match slot {
        Slot::Default(i) => table.columns[*i].default = Some(text),
        Slot::Generated(i) => {
            if let Some(generated) = &mut table.columns[*i].generated {
                generated.expression = text;
            }
        }
        Slot::Check(i) => table.checks[*i].expression = text,
        Slot::Predicate(i) => table.indexes[*i].predicate = Some(text),
        Slot::Key(i, k) => table.indexes[*i].parts[*k].key = IndexKey::Expression(text),
    }
}

async fn same(
    session: Option<&mut Session>,
    table: &Table,
    slot: &Slot,
    theirs: &str,
    ours: &str,
) -> Result<bool, DbError> {
    if tokens(theirs) == tokens(ours) {
        return Ok(true);
    }
    let Some(session) = session else {
        return Ok(false);
    };
    match session.dialect() {
        Dialect::Postgres => {
            let cast = match slot {
                Slot::Default(i) => Some(table.columns[*i].data_type.as_str()),
                _ => None,
            };
            postgres::settle::same(session, table, cast, theirs, ours).await
        }
        Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => Ok(false),
    }
}

/// The words of an expression without what does not matter: blanks, the quotes of plain names, the case
/// of what is not quoted, brackets around the whole.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest, '\''),
            '"' | '`' => quoted(rest, first),
            // The dot of a number is a part of it; the one between names is not, since either may be quoted.
            _ if first.is_alphanumeric() || first == '_' => rest
                .find(|c: char| {
                    !(c.is_alphanumeric() || c == '_' || c == '.' && first.is_ascii_digit())
                })
                .unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, left) = rest.split_at(length);
        tokens.push(match first {
            '"' | '`' if token.len() >= 2 => {
                let doubled = format!("{first}{first}");
                token[1..token.len() - 1].replace(&doubled, &first.to_string())
            }
            '\'' => token.to_owned(),
            _ => token.to_lowercase(),
        });
        rest = left.trim_start();
    }
    while tokens.len() > 2 && wrapped(&tokens) {
        tokens.pop();
        tokens.remove(0);
    }
    tokens
}

fn quoted(text: &str, mark: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((i, character)) = characters.next() {
        if character == mark {
            match characters.peek() {
                Some((_, next)) if *next == mark => {
                    characters.next();
                }
                _ => return i + mark.len_utf8(),
            }
        }
    }
    text.len()
}

/// Whether the first token opens a bracket that the last one closes.
fn wrapped(tokens: &[String]) -> bool {
    if tokens[0] != "(" || tokens[tokens.len() - 1] != ")" {
        return false;
    }
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" => depth += 1,
            ")" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && i + 1 < tokens.len() {
                    return false;
                }
            }
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn what_does_not_matter_is_not_compared() {
        for (a, b) in [
            (
                "\"grading_status\" = 'pending'",
                "grading_status = 'pending'",
            ),
            ("((a + 1))", "a+1"),
            ("LOWER(`name`)", "lower(name)"),
            ("NEW.\"mobile\" > 1.5", "new.mobile > 1.5"),
        ] {
            assert_eq!(tokens(a), tokens(b), "{a} and {b}");
        }
        for (a, b) in [
            ("a = 'Pending'", "a = 'pending'"),
            ("(a) + (b)", "a) + (b"),
            ("\"Name\" = 1", "name = 1"),
            ("a = 'it''s'", "a = 'its'"),
        ] {
            assert_ne!(tokens(a), tokens(b), "{a} and {b}");
        }
    }
}
