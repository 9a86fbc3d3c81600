//! The history: all revisions of all sources, in the one order in which they are applied.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::fmt;

use thiserror::Error;

use super::name::{Name, leading_digits, without_m};
use super::{Body, Origin, Revision};

/// All revisions, first to last.
#[derive(Clone, Debug, Default)]
pub struct History {
    revisions: Vec<Revision>,
    positions: HashMap<String, usize>,
}

/// Why revisions make no history.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HistoryError {
    #[error("the same revision is there twice: {first} and {second}")]
    Duplicate { first: Source, second: Source },
}

/// A revision and where it came from, to be named in an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub id: String,
    /// `false`: an SQL revision.
    pub is_rust: bool,
    pub origin: Origin,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_rust { "Rust" } else { "SQL" };
        match &self.origin {
            Origin::BuiltIn => write!(f, "{} ({kind}, built in)", self.id),
            Origin::File(path) => write!(f, "{} ({})", self.id, path.display()),
        }
    }
}

/// Why a text leads to no revision.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FindError {
    #[error("there is no revision {text:?}{}", nearest.as_ref().map(|id| format!("; is it {id}?")).unwrap_or_default())]
    Unknown {
        text: String,
        nearest: Option<String>,
    },
    #[error("{text:?} begins several revisions: {}", candidates.join(", "))]
    Ambiguous {
        text: String,
        candidates: Vec<String>,
    },
}

impl History {
    /// Brings revisions into order. Rust revisions keep the order of their list; SQL revisions
    /// are merged in by timestamp, then name. One of `folder` replaces a built-in SQL revision of
    /// the same id.
    ///
    /// # Errors
    /// Two revisions with one id, or with one timestamp and name.
    pub fn build(builtin: Vec<Revision>, folder: Vec<Revision>) -> Result<History, HistoryError> {
        let replaced: HashSet<String> = folder.iter().map(|r| r.id.clone()).collect();
        let is_kept = |r: &Revision| is_rust(r) || !replaced.contains(&r.id);
        let mut all: Vec<Revision> = builtin.into_iter().filter(is_kept).collect();
        all.extend(folder);
        refuse_duplicates(&all)?;

        let (rust, mut sql): (Vec<_>, Vec<_>) = all.into_iter().partition(is_rust);
        sql.sort_by(|a, b| Name::parse(&a.id).cmp(&Name::parse(&b.id)));
        let revisions = merge(rust, sql);
        let ids = revisions.iter().enumerate();
        let positions = ids.map(|(i, r)| (r.id.clone(), i)).collect();
        Ok(History {
            revisions,
            positions,
        })
    }

    /// First to last.
    pub fn iter(&self) -> std::slice::Iter<'_, Revision> {
        self.revisions.iter()
    }

    pub fn len(&self) -> usize {
        self.revisions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.revisions.is_empty()
    }

    pub fn get(&self, position: usize) -> Option<&Revision> {
        self.revisions.get(position)
    }

    /// Where the revision with exactly this id stands, counted from 0.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// The revision that all others come before.
    pub fn head(&self) -> Option<&Revision> {
        self.revisions.last()
    }

    /// The highest of the revisions that are applied; by name where none of them is in this history.
    pub fn highest<'a>(&self, applied: impl IntoIterator<Item = &'a str>) -> Option<String> {
        let applied: Vec<&str> = applied.into_iter().collect();
        let known = applied.iter().filter_map(|id| self.position(id)).max();
        match known.and_then(|position| self.get(position)) {
            Some(revision) => Some(revision.id.clone()),
            None => applied.into_iter().max().map(str::to_owned),
        }
    }

    /// The revision with the latest timestamp, which a new one must come after.
    pub fn newest(&self) -> Option<&Revision> {
        self.revisions.iter().max_by_key(|r| r.timestamp())
    }

    /// Where the revision stands that a person means by `text`: an id, a timestamp, or the start of
    /// one id alone, with sea-orm's leading `m` or not, with `_` between date and time or not.
    ///
    /// # Errors
    /// No revision, or several.
    pub fn find(&self, text: &str) -> Result<usize, FindError> {
        if let Some(position) = self.position(text) {
            return Ok(position);
        }
        let wanted = without_m(text);
        // A whole id or timestamp goes before what it is merely the start of: 1 before 10.
        for matches in [Match::Id, Match::Timestamp, Match::Start] {
            let found: Vec<usize> = if wanted.is_empty() {
                Vec::new()
            } else {
                let ids = self.revisions.iter().enumerate();
                ids.filter(|(_, r)| Spellings::of(&r.id).fit(wanted, matches))
                    .map(|(i, _)| i)
                    .collect()
            };
            match found[..] {
                [] => {}
                [one] => return Ok(one),
                _ => {
                    let ids = found.iter().map(|&i| self.revisions[i].id.clone());
                    return Err(FindError::Ambiguous {
                        text: text.to_owned(),
                        candidates: ids.collect(),
                    });
                }
            }
        }
        Err(FindError::Unknown {
            text: text.to_owned(),
            nearest: self.nearest(text),
        })
    }

    /// The id that `text` was perhaps meant to be: one with that name, else one spelled alike.
    fn nearest(&self, text: &str) -> Option<String> {
        const LONGEST: usize = 100;
        const ALIKE: f64 = 0.6;
        let length = text.chars().count();
        if !(2..=LONGEST).contains(&length) {
            return None;
        }
        let by_name = self.iter().find(|r| Name::parse(&r.id).rest.contains(text));
        if let Some(revision) = by_name {
            return Some(revision.id.clone());
        }
        let likeness = |r: &Revision| {
            // Only as much of the id as was typed: nobody types the whole of it.
            let start: String = r.id.chars().take(length).collect();
            let name = Name::parse(&r.id).rest;
            strsim::normalized_damerau_levenshtein(&start, text)
                .max(strsim::normalized_damerau_levenshtein(name, text))
        };
        let scored = self.iter().map(|r| (likeness(r), r));
        let (score, best) = scored.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
        (score >= ALIKE).then(|| best.id.clone())
    }
}

impl<'a> IntoIterator for &'a History {
    type Item = &'a Revision;
    type IntoIter = std::slice::Iter<'a, Revision>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn is_rust(revision: &Revision) -> bool {
    matches!(revision.body, Body::Rust(_))
}

fn refuse_duplicates(revisions: &[Revision]) -> Result<(), HistoryError> {
    let source = |revision: &Revision| Source {
        id: revision.id.clone(),
        is_rust: is_rust(revision),
        origin: revision.origin.clone(),
    };
    let mut seen: HashMap<(Option<u64>, String), &Revision> = HashMap::new();
    for revision in revisions {
        let name = Name::parse(&revision.id);
        // MySQL compares the ids of its history table without regard to case.
        let key = (name.timestamp, name.rest.to_lowercase());
        if let Some(first) = seen.insert(key, revision) {
            return Err(HistoryError::Duplicate {
                first: source(first),
                second: source(revision),
            });
        }
    }
    Ok(())
}

/// Puts each of `sql`, which is sorted, after the last of `rust` that it does not come before. What
/// counts for `rust` is the latest name so far, since its own order is kept whatever it is.
fn merge(rust: Vec<Revision>, sql: Vec<Revision>) -> Vec<Revision> {
    let mut merged = Vec::with_capacity(rust.len() + sql.len());
    let mut sql = sql.into_iter().peekable();
    let mut latest: Option<String> = None;
    for revision in rust {
        let own = Name::parse(&revision.id);
        let is_latest = latest.as_deref().is_none_or(|id| Name::parse(id) < own);
        if is_latest {
            latest = Some(revision.id.clone());
        }
        let limit = Name::parse(latest.as_deref().unwrap_or_default());
        while let Some(next) = sql.next_if(|next| Name::parse(&next.id) < limit) {
            merged.push(next);
        }
        merged.push(revision);
    }
    merged.extend(sql);
    merged
}

#[derive(Clone, Copy)]
enum Match {
    Id,
    Timestamp,
    Start,
}

/// The ways to write one id: as it is but without `m`, with its date and time in one, and apart.
struct Spellings<'a> {
    bare: &'a str,
    timestamp: &'a str,
    joined: Option<String>,
    apart: Option<String>,
}

impl<'a> Spellings<'a> {
    fn of(id: &'a str) -> Spellings<'a> {
        let bare = without_m(id);
        let digits = leading_digits(bare);
        let (timestamp, after) = bare.split_at(digits);
        let time = after.strip_prefix('_').unwrap_or_default();
        let joined =
            (digits == 8 && leading_digits(time) == 6).then(|| timestamp.to_owned() + time);
        let apart =
            (digits == 14).then(|| format!("{}_{}{after}", &timestamp[..8], &timestamp[8..]));
        Spellings {
            bare,
            timestamp,
            joined,
            apart,
        }
    }

    fn fit(&self, text: &str, matches: Match) -> bool {
        let mut all = [
            Some(self.bare),
            self.joined.as_deref(),
            self.apart.as_deref(),
        ]
        .into_iter()
        .flatten();
        match matches {
            Match::Id => all.any(|spelling| spelling == text),
            Match::Timestamp => {
                let joined = self.joined.as_deref().and_then(|id| id.get(..14));
                text == joined.unwrap_or(self.timestamp)
            }
            Match::Start => all.any(|spelling| spelling.starts_with(text)),
        }
    }
}
