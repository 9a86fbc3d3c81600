//! The texts of routines, triggers and events, which a client may have stripped of their comments on the way to
//! the server.

use crate::schema::{ObjectText, Routine, Schema, Trigger};

/// Writes every text of `desired` as `found` has it, where they differ in comments and blanks alone.
pub(crate) fn texts(found: &Schema, desired: &mut Schema) {
    let put = |ours: &mut String, theirs: &String| {
        if ours != theirs && said(ours) == said(theirs) {
            ours.clone_from(theirs);
        }
    };
    for routine in &mut desired.routines {
        let same = |it: &&Routine| it.name == routine.name && it.procedure == routine.procedure;
        if let Some(there) = found.routines.iter().find(same)
            && there.arguments == routine.arguments
        {
            put(&mut routine.definition, &there.definition);
        }
    }
    for trigger in &mut desired.triggers {
        let same = |it: &&Trigger| it.name == trigger.name && it.table == trigger.table;
        if let Some(there) = found.triggers.iter().find(same) {
            put(&mut trigger.definition, &there.definition);
        }
    }
    for other in &mut desired.others {
        let same = |it: &&ObjectText| it.kind == other.kind && it.name == other.name;
        if let Some(there) = found.others.iter().find(same) {
            put(&mut other.definition, &there.definition);
        }
    }
}

/// What a text says: its words and strings, without comments and blanks. A comment that only some servers run
/// (`/*!`, `/*M!`) is none.
fn said(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let line = rest.starts_with('#')
            || rest
                .strip_prefix("--")
                .is_some_and(|after| after.is_empty() || after.starts_with(char::is_whitespace));
        let block = rest.starts_with("/*") && !rest.starts_with("/*!") && !rest.starts_with("/*M!");
        let length = match first {
            _ if line => rest.find('\n').unwrap_or(rest.len()),
            _ if block => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '\'' | '"' | '`' => quoted(rest, first),
            _ if is_part(first) => rest.find(|it| !is_part(it)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        if !line && !block {
            found.push(piece);
        }
        rest = after.trim_start();
    }
    found
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '@')
}

/// The length of what is quoted, with its quotes. A backslash escapes in text, not in names.
fn quoted(text: &str, mark: char) -> usize {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if character == '\\' && mark != '`' {
            characters.next();
        } else if character == mark {
            return at + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn comments_and_blanks_say_nothing() {
        for (a, b) in [
            (
                "BEGIN\n  -- it's one\n  SET a = 1; END",
                "BEGIN\n\n SET a=1;\nEND",
            ),
            ("SET a = 'x -- y' # rest", "SET a = 'x -- y'"),
            ("SELECT /* \" */ `a``b`", "SELECT `a``b`"),
            ("SET a = 'it\\'s' /* ' */", "SET a = 'it\\'s'"),
        ] {
            assert_eq!(said(a), said(b), "{a}");
        }
        for (a, b) in [
            ("SET a = 'X'", "SET a = 'x'"),
            ("SET a = 'x  y'", "SET a = 'x y'"),
            ("SET a = 2 --1", "SET a = 2"),
            ("SELECT /*!80000 1, */ 2", "SELECT 2"),
        ] {
            assert_ne!(said(a), said(b), "{a}");
        }
    }
}
