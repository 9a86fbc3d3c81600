//! What is compared: tables by pattern, kinds of objects by what the desired side can speak of.

use super::rename::Renames;
use crate::schema::{Name, Schema};

/// What is compared, and what is known of renames.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    pub renames: Renames,
    /// Only these tables, and what is on them; all where there is none. `*` and `?` stand for what they
    /// usually do; a pattern without a namespace is looked for in each.
    pub tables: Vec<String>,
    /// Not these tables, nor what is on them.
    pub exclude: Vec<String>,
    /// Kinds that the desired side cannot speak of: what is there of them stays, and is noted.
    pub keep: Vec<Kind>,
}

/// A kind of thing in a schema that one side may be unable to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Namespace,
    Extension,
    Enum,
    Domain,
    Sequence,
    View,
    Routine,
    Trigger,
    /// What the model keeps as text.
    Other,
    Check,
    /// A constraint that the model keeps as text.
    OtherConstraint,
    Comment,
    /// Of tables and columns: storage, engine, row level security…
    Option,
    /// Partitions, and what makes a table have them.
    Partition,
}

impl Kind {
    /// All that entities cannot say, beside tables: what SQL, and SQL alone, made.
    pub const BEYOND_ENTITIES: [Kind; 12] = [
        Kind::Namespace,
        Kind::Extension,
        Kind::Domain,
        Kind::Sequence,
        Kind::View,
        Kind::Routine,
        Kind::Trigger,
        Kind::Other,
        Kind::OtherConstraint,
        Kind::Comment,
        Kind::Option,
        Kind::Partition,
    ];
}

impl Options {
    pub(super) fn keeps(&self, kind: Kind) -> bool {
        self.keep.contains(&kind)
    }

    /// Whether a table is compared.
    pub fn sees(&self, table: &Name) -> bool {
        let said = |pattern: &String| names(pattern, table);
        (self.tables.is_empty() || self.tables.iter().any(said)) && !self.exclude.iter().any(said)
    }

    /// The first of `tables` that fits no table and no view of either schema.
    pub fn unmatched(&self, from: &Schema, to: &Schema) -> Option<&str> {
        let fits = |pattern: &String| {
            let schemas = [from, to].into_iter();
            schemas.into_iter().any(|schema| {
                let tables = schema.tables.iter().map(|it| &it.name);
                let mut all = tables.chain(schema.views.iter().map(|it| &it.name));
                all.any(|name| names(pattern, name))
            })
        };
        let unfit = self.tables.iter().find(|pattern| !fits(pattern));
        unfit.map(String::as_str)
    }

    /// Whether what is on no table is compared: dropped, that is. With `tables` only what they need is made.
    pub(super) fn is_partial(&self) -> bool {
        !self.tables.is_empty()
    }
}

fn names(pattern: &str, table: &Name) -> bool {
    matches(pattern, &table.name)
        || table.namespace.is_some() && matches(pattern, &table.to_string())
}

/// `*` is any text, `?` any character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut seen) = (0, 0);
    // Where the last star is, and how much of the text it has taken.
    let mut star: Option<(usize, usize)> = None;
    while seen < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, seen));
                at += 1;
            }
            Some(it) if *it == '?' || *it == text[seen] => {
                at += 1;
                seen += 1;
            }
            _ => match &mut star {
                Some((place, taken)) => {
                    *taken += 1;
                    at = *place + 1;
                    seen = *taken;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|it| *it == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, text, expected) in [
            ("students", "students", true),
            ("student", "students", false),
            ("stud*", "students", true),
            ("*ts", "students", true),
            ("*d*s*", "students", true),
            ("?tudents", "students", true),
            ("学*", "学生", true),
            ("*", "", true),
            ("a*b", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        let options = Options {
            tables: vec!["app.*".to_owned()],
            exclude: vec!["*_log".to_owned()],
            ..Options::default()
        };
        assert!(options.sees(&Name::within("app", "a")));
        assert!(!options.sees(&Name::within("app", "a_log")));
        assert!(!options.sees(&Name::new("a")));
    }
}
