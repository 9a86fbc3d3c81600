//! Renames: how they are answered, and what looks like one.

mod guess;
mod settle;

pub(super) use settle::settle;

use crate::schema::Name;

/// What is known of renames.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Renames {
    /// These are renames: from `--rename`, from an entity's `renamed_from`, or a person's yes. One that is
    /// done already is no trouble.
    pub accepted: Vec<Rename>,
    /// These look like renames and are none: a person's no.
    pub refused: Vec<Rename>,
    /// What is not answered is no rename: drop the old, add the new (`--no-rename`). Otherwise it is a candidate.
    pub never: bool,
}

/// A table's or a column's old name and its new one: `students:pupils`, `students.phone:mobile`.
///
/// Whether `app.students:pupils` is a table or a column is found in the schemas.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rename {
    from: Vec<String>,
    to: Vec<String>,
}

/// A rename that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no rename: it is table:new_name or table.column:new_name")]
pub struct UnreadableRename(pub String);

impl Rename {
    pub fn table(from: &Name, to: &Name) -> Self {
        Rename {
            from: path(from),
            to: path(to),
        }
    }

    pub fn column(table: &Name, from: &str, to: &str) -> Self {
        let mut whole = path(table);
        whole.push(from.to_owned());
        Rename {
            from: whole,
            to: vec![to.to_owned()],
        }
    }

    /// The two tables, read as a rename of one.
    fn as_table(&self) -> Option<(Name, Name)> {
        let from = name(&self.from)?;
        let to = match self.to.as_slice() {
            [one] => Name {
                namespace: from.namespace.clone(),
                name: one.clone(),
            },
            parts => name(parts)?,
        };
        Some((from, to))
    }

    /// The table, old or new, and the two columns, read as a rename of one.
    fn as_column(&self) -> Option<(Name, &str, &str)> {
        let (column, table) = self.from.split_last()?;
        Some((name(table)?, column, self.to.last()?))
    }
}

fn path(name: &Name) -> Vec<String> {
    let namespace = name.namespace.iter().cloned();
    namespace.chain([name.name.clone()]).collect()
}

fn name(parts: &[String]) -> Option<Name> {
    match parts {
        [name] => Some(Name::new(name)),
        [namespace, name] => Some(Name::within(namespace, name)),
        _ => None,
    }
}

impl std::str::FromStr for Rename {
    type Err = UnreadableRename;

    /// Reads `table:new`, `table.column:new`; a name with a dot or a colon in it stands in `"…"`.
    fn from_str(text: &str) -> Result<Self, UnreadableRename> {
        let unreadable = || UnreadableRename(text.to_owned());
        let mut sides = vec![vec![String::new()]];
        let mut quoted = false;
        let mut rest = text.chars().peekable();
        while let Some(it) = rest.next() {
            let side = sides.last_mut().ok_or_else(unreadable)?;
            match it {
                '"' if quoted && rest.peek() == Some(&'"') => {
                    rest.next();
                    side.last_mut().ok_or_else(unreadable)?.push('"');
                }
                '"' => quoted = !quoted,
                ':' if !quoted => sides.push(vec![String::new()]),
                '.' if !quoted => side.push(String::new()),
                it => side.last_mut().ok_or_else(unreadable)?.push(it),
            }
        }
        let whole = sides.iter().flatten().all(|part| !part.is_empty());
        match <[Vec<String>; 2]>::try_from(sides) {
            Ok([from, to]) if whole && !quoted && from.len() <= 3 && to.len() <= 3 => {
                Ok(Rename { from, to })
            }
            _ => Err(unreadable()),
        }
    }
}

impl std::fmt::Display for Rename {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let side = |parts: &[String]| {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| match part.contains(['.', ':', '"']) {
                    true => format!("\"{}\"", part.replace('"', "\"\"")),
                    false => part.clone(),
                })
                .collect();
            parts.join(".")
        };
        write!(f, "{}:{}", side(&self.from), side(&self.to))
    }
}

/// Something that looks renamed.
#[derive(Clone, Debug, PartialEq)]
pub struct RenameCandidate {
    /// The answer that makes it so: among [`Renames::accepted`] it is a rename, among `refused` it is none.
    pub rename: Rename,
    /// The table that has the column, as it is called afterwards; of a table `None`.
    pub table: Option<Name>,
    /// How much it looks like it, between 0 and 1.
    pub score: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_are_read_and_written() {
        for text in [
            "students:pupils",
            "students.phone:mobile",
            "app.students.phone:mobile",
            "\"a.b\".\"c:d\":\"e\"\"f\"",
        ] {
            assert_eq!(text.parse::<Rename>().unwrap().to_string(), text);
        }
        for text in ["", "a", "a:", ":b", "a:b:c", "a..b:c", "\"a:b", "a.b.c.d:e"] {
            assert!(text.parse::<Rename>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_short_new_name_stays_in_the_namespace() {
        let rename: Rename = "app.students:pupils".parse().unwrap();
        let expected = (
            Name::within("app", "students"),
            Name::within("app", "pupils"),
        );
        assert_eq!(rename.as_table(), Some(expected));
        let expected = (Name::new("app"), "students", "pupils");
        assert_eq!(rename.as_column(), Some(expected));
    }
}
